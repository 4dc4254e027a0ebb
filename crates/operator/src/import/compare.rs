//! A record beside what is kept: what would change, and what must not.

use domain::ProductStatus;
use jiff::Timestamp;
use storage::{Error, Transaction};

use super::tally::Verdict;
use crate::records::{Credential, Meant, Record, Timed};

/// What a record does to the database, or why it must not. An instant that it leaves out is settled.
pub(super) async fn compare(
    tx: &mut Transaction,
    meant: &mut Meant,
    now: Timestamp,
) -> Result<Result<Verdict, Vec<String>>, Error> {
    let current = load(tx, meant).await?;
    settle(meant, current.as_ref(), now);
    let Some(current) = current else {
        return Ok(Ok(Verdict::New));
    };
    if let Meant::Product(kept) = &current
        && kept.thing.status == ProductStatus::Pending
    {
        return Ok(Err(vec!["an open order is adding it".to_owned()]));
    }
    let mut members = differences(&current.record(), &meant.record());
    if let (Meant::SystemUser(kept, _), Meant::SystemUser(_, Some(Credential::Hash(hash)))) =
        (&current, &*meant)
        && kept.user.password_hash != *hash
    {
        members.push("passwordHash".to_owned());
    }
    if members.is_empty() {
        return Ok(Ok(Verdict::Unchanged));
    }
    let faults = fixed(tx, &current, &members).await?;
    if faults.is_empty() {
        Ok(Ok(Verdict::Changed(members)))
    } else {
        Ok(Err(faults))
    }
}

/// What is kept under the same key.
pub(super) async fn load(tx: &mut Transaction, meant: &Meant) -> Result<Option<Meant>, Error> {
    let mut kept = tx.imports();
    Ok(match meant {
        Meant::Organization(wanted) => {
            let found = kept.organizations(wanted.number.as_str(), 1).await?.pop();
            let found = found.filter(|found| found.number == wanted.number);
            found.map(Meant::Organization)
        }
        Meant::AddressCard(wanted) => {
            let found = kept.cards(wanted.card.id.get(), 1).await?.pop();
            let found = found.filter(|found| found.card.id == wanted.card.id);
            found.map(Meant::AddressCard)
        }
        Meant::Person(id, _) => {
            let found = kept.persons(id.get(), 1).await?.pop();
            let found = found.filter(|(found, _)| found == id);
            found.map(|(id, person)| Meant::Person(id, person))
        }
        Meant::Offering(wanted) => {
            let found = kept.offerings(wanted.id.get(), 1).await?.pop();
            let found = found.filter(|found| found.id == wanted.id);
            found.map(Meant::Offering)
        }
        Meant::Agreement(wanted) => {
            let id = wanted.agreement.id;
            let found = kept.agreements(id.get(), 1).await?.pop();
            let found = found.filter(|found| found.agreement.id == id);
            found.map(Meant::Agreement)
        }
        Meant::Account(wanted) => {
            let found = kept.account(wanted.thing.account.id).await?;
            found.map(|thing| Meant::Account(Box::new(timed(thing))))
        }
        Meant::Product(wanted) => {
            let found = kept.product(wanted.thing.id).await?;
            found.map(|thing| Meant::Product(timed(thing)))
        }
        Meant::SystemUser(wanted, _) => {
            let found = kept.user(&wanted.user.name).await?;
            found.map(|found| Meant::SystemUser(found, None))
        }
        Meant::App(wanted, _) => {
            let found = kept.app(&wanted.registered.app.id).await?;
            found.map(|found| Meant::App(Box::new(found), None))
        }
    })
}

const fn timed<T>(thing: T) -> Timed<T> {
    Timed {
        thing,
        is_timed: true,
    }
}

/// An instant that a record leaves out is the one that is kept, or now.
fn settle(meant: &mut Meant, current: Option<&Meant>, now: Timestamp) {
    match meant {
        Meant::Account(wanted) if !wanted.is_timed => {
            wanted.thing.opened_at = match current {
                Some(Meant::Account(current)) => current.thing.opened_at,
                _ => now,
            };
        }
        Meant::Product(wanted) if !wanted.is_timed => {
            wanted.thing.created_at = match current {
                Some(Meant::Product(current)) => current.thing.created_at,
                _ => now,
            };
        }
        _ => {}
    }
}

/// The members that differ.
fn differences(current: &Record, wanted: &Record) -> Vec<String> {
    if current == wanted {
        return Vec::new();
    }
    let members = |record: &Record| serde_json::to_value(record).unwrap_or_default();
    let (current, wanted) = (members(current), members(wanted));
    let names = [&current, &wanted].map(|value| {
        let object = value.as_object().into_iter().flatten();
        object.map(|(name, _)| name.clone())
    });
    let mut differing: Vec<String> = Vec::new();
    for name in names.into_iter().flatten() {
        if current.get(&name) != wanted.get(&name) && !differing.contains(&name) {
            differing.push(name);
        }
    }
    differing
}

/// Why a change of these members is refused, if it is.
async fn fixed(
    tx: &mut Transaction,
    current: &Meant,
    members: &[String],
) -> Result<Vec<String>, Error> {
    const OWNER: &str = "ownerOrganizationNumber";
    let stays: &[&str] = match current {
        Meant::AddressCard(_) => &["organizationNumber"],
        Meant::Account(_) => &[OWNER, "type"],
        Meant::Product(_) => &["agreementId", "productOfferId", "parentId"],
        Meant::SystemUser(..) | Meant::App(..) => &[OWNER],
        Meant::Organization(_) | Meant::Person(..) | Meant::Offering(_) | Meant::Agreement(_) => {
            &[]
        }
    };
    let changed = |name: &str| members.iter().any(|member| member == name);
    let stays = stays.iter().filter(|name| changed(name));
    let mut faults: Vec<_> = stays
        .map(|name| format!("{name}: an import changes none that is there"))
        .collect();
    if let Meant::Agreement(kept) = current
        && changed(OWNER)
    {
        let (owner, id) = (&kept.agreement.owner.number, kept.agreement.id);
        if tx.imports().has_orders(owner, id).await? {
            let reason = format!("{OWNER}: {owner} has ordered on the agreement");
            faults.push(reason);
        }
    }
    Ok(faults)
}
