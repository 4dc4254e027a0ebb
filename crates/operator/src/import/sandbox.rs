//! Puts the records of some organizations back, within one transaction: for the sandbox, where all
//! else of theirs was taken away. What belongs to somebody else meanwhile is left to them.

use domain::{AgreementId, OrganizationNumber};
use jiff::Timestamp;
use storage::{Error, Transaction};

use super::check::judge;
use super::keys::Memory;
use super::source::Source;
use super::tally::Verdict;
use super::write::write;
use crate::records::{Meant, Record};

/// Makes the business of these organizations what the source says. Apps and system users stay as
/// they are, and so does what all organizations share.
pub async fn put_back(
    tx: &mut Transaction,
    source: &Source,
    organizations: &[OrganizationNumber],
    now: Timestamp,
) -> Result<(), Error> {
    let unreadable = |error: String| Error::Unavailable(format!("{}: {error}", source.name()));
    let rows = source
        .rows()
        .map_err(|error| unreadable(error.to_string()))?;
    let mut records = Vec::new();
    for row in rows {
        let row = row.map_err(|fault| unreadable(fault.reason))?;
        let meant = row
            .record
            .read()
            .map_err(|faults| unreadable(faults.join("; ")))?;
        records.push((row.record, meant));
    }
    let is_theirs = |number: &OrganizationNumber| organizations.contains(number);
    let agreements: Vec<AgreementId> = records
        .iter()
        .filter_map(|(_, meant)| match meant {
            Meant::Agreement(kept) if is_theirs(&kept.agreement.owner.number) => {
                Some(kept.agreement.id)
            }
            _ => None,
        })
        .collect();
    for organization in organizations {
        for id in tx.sandbox().agreements(organization).await? {
            if !agreements.contains(&id) {
                tx.sandbox().remove_agreement(id).await?;
            }
        }
    }
    let mut memory = Memory::new(tx).await?;
    for (record, meant) in &records {
        let wanted = match meant {
            Meant::Organization(organization) => is_theirs(&organization.number),
            Meant::AddressCard(kept) => is_theirs(&kept.organization),
            Meant::Agreement(kept) => {
                is_theirs(&kept.agreement.owner.number)
                    && !is_of_others(tx, kept.agreement.id, organizations).await?
            }
            Meant::Account(timed) => is_theirs(&timed.thing.account.owner.number),
            Meant::Product(timed) => {
                let agreement = timed.thing.agreement;
                agreements.contains(&agreement)
                    && !is_of_others(tx, agreement, organizations).await?
            }
            Meant::Person(..) | Meant::Offering(_) | Meant::SystemUser(..) | Meant::App(..) => {
                false
            }
        };
        if wanted {
            put(tx, record, &mut memory, now).await?;
        }
    }
    Ok(())
}

async fn put(
    tx: &mut Transaction,
    record: &Record,
    memory: &mut Memory,
    now: Timestamp,
) -> Result<(), Error> {
    match judge(tx, record, memory, now).await? {
        Ok((Verdict::Unchanged, _)) => Ok(()),
        Ok((verdict, meant)) => write(tx, &meant, (verdict == Verdict::New, None), now).await,
        Err(faults) => {
            let (key, faults) = (record.key(), faults.join("; "));
            tracing::warn!(key, faults, "a record of the demo was not put back");
            Ok(())
        }
    }
}

/// Whether an agreement is there and belongs to none of these.
async fn is_of_others(
    tx: &mut Transaction,
    id: AgreementId,
    organizations: &[OrganizationNumber],
) -> Result<bool, Error> {
    let kept = tx.imports().agreements(id.get(), 1).await?.pop();
    let kept = kept.filter(|kept| kept.agreement.id == id);
    Ok(kept.is_some_and(|kept| !organizations.contains(&kept.agreement.owner.number)))
}
