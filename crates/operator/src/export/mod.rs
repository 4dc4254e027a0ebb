//! Exports: everything that imports take, page by page from one snapshot, in the order in which
//! records need each other. The same content gives the same bytes.

mod family;
mod form;

use std::io::Write;

use storage::{AccountKey, ProductKey, Store, Transaction};

use crate::records::{Meant, Record, Timed};
use family::Family;
use form::Output;

pub use form::Format;

/// How many records are read at a time.
const PAGE: i64 = 1_000;

/// What stops an export.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The database failed.
    #[error("use the database")]
    Storage(#[from] storage::Error),
    /// What was read cannot be written.
    #[error("write the records")]
    Write(#[from] std::io::Error),
}

/// What to export, and how.
#[derive(Debug, Clone, Copy)]
pub struct ExportSettings {
    /// The form of the file.
    pub format: Format,
    /// Whether system users keep their passwords: their hashes are secret too.
    pub with_password_hashes: bool,
}

/// Writes every record, and counts them. Products that open orders are adding belong to their
/// orders, which are no records.
pub async fn export(
    store: &Store,
    settings: ExportSettings,
    out: &mut dyn Write,
) -> Result<u64, ExportError> {
    let body = async |tx: &mut Transaction| {
        tx.imports().take_time().await?;
        let mut output = Output::begin(out, settings.format)?;
        parties(tx, &mut output).await?;
        agreements(tx, &mut output).await?;
        accounts(tx, &mut output).await?;
        products(tx, &mut output).await?;
        access(tx, &mut output, settings.with_password_hashes).await?;
        Ok::<_, ExportError>(output.end()?)
    };
    store.read(body).await
}

async fn parties(tx: &mut Transaction, output: &mut Output<'_>) -> Result<(), ExportError> {
    // One more than the last digits: the text that follows next.
    let mut from = String::new();
    loop {
        let page = tx.imports().organizations(&from, PAGE).await?;
        let Some(last) = page.last() else { break };
        from = format!("{}0", last.number);
        for organization in page {
            output.write(&Meant::Organization(organization).record())?;
        }
    }
    let mut from = 0;
    loop {
        let page = tx.imports().cards(from, PAGE).await?;
        let Some(last) = page.last() else { break };
        from = last.card.id.get() + 1;
        for card in page {
            output.write(&Meant::AddressCard(card).record())?;
        }
    }
    let mut from = 0;
    loop {
        let page = tx.imports().persons(from, PAGE).await?;
        let Some((last, _)) = page.last() else { break };
        from = last.get() + 1;
        for (id, person) in page {
            output.write(&Meant::Person(id, person).record())?;
        }
    }
    Ok(())
}

async fn agreements(tx: &mut Transaction, output: &mut Output<'_>) -> Result<(), ExportError> {
    let mut from = 0;
    loop {
        let page = tx.imports().offerings(from, PAGE).await?;
        let Some(last) = page.last() else { break };
        from = last.id.get() + 1;
        for offering in page {
            output.write(&Meant::Offering(offering).record())?;
        }
    }
    let mut from = 0;
    loop {
        let page = tx.imports().agreements(from, PAGE).await?;
        let Some(last) = page.last() else { break };
        from = last.agreement.id.get() + 1;
        for agreement in page {
            output.write(&Meant::Agreement(agreement).record())?;
        }
    }
    Ok(())
}

async fn accounts(tx: &mut Transaction, output: &mut Output<'_>) -> Result<(), ExportError> {
    let mut after = AccountKey {
        owner: String::new(),
        place: 0,
    };
    loop {
        let page = tx.imports().accounts(&after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = AccountKey {
            owner: last.account.owner.number.to_string(),
            place: last.place,
        };
        for thing in page {
            let account = Box::new(Timed {
                thing,
                is_timed: true,
            });
            output.write(&Meant::Account(account).record())?;
        }
    }
    Ok(())
}

async fn products(tx: &mut Transaction, output: &mut Output<'_>) -> Result<(), ExportError> {
    let mut after = ProductKey::START;
    let mut family = Family::default();
    loop {
        let page = tx.imports().products(after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = last.key();
        for product in page {
            for thing in family.add(product) {
                output.write(&Record::Product((&thing).into()))?;
            }
        }
    }
    for thing in family.take() {
        output.write(&Record::Product((&thing).into()))?;
    }
    Ok(())
}

async fn access(
    tx: &mut Transaction,
    output: &mut Output<'_>,
    with_password_hashes: bool,
) -> Result<(), ExportError> {
    for name in tx.imports().user_names().await? {
        let Some(kept) = tx.imports().user(&name).await? else {
            continue;
        };
        let hash = with_password_hashes.then(|| kept.user.password_hash.clone());
        let mut record = Meant::SystemUser(kept, None).record();
        if let Record::SystemUser(user) = &mut record {
            user.password_hash = hash;
        }
        output.write(&record)?;
    }
    for id in tx.imports().app_ids().await? {
        if let Some(kept) = tx.imports().app(&id).await? {
            output.write(&Meant::App(Box::new(kept), None).record())?;
        }
    }
    Ok(())
}
