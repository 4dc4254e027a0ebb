//! A record beside what is kept: what would change, and what must not.

use domain::ProductStatus;
use jiff::Timestamp;
use serde_json::{Map, Value};
use storage::{Error, Transaction};

use super::load::load;
use super::tally::Verdict;
use crate::records::{Credential, Meant, Record};

/// What a record does to the database, or why it must not. An instant that it leaves out is settled.
pub(super) async fn compare(
    tx: &mut Transaction,
    meant: &mut Meant,
    now: Timestamp,
) -> Result<Result<Verdict, Vec<String>>, Error> {
    let current = load(tx, &meant.key()).await?;
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

/// A record's members. Texts and numbers have no way to fail.
pub(crate) fn members(record: &Record) -> Map<String, Value> {
    match serde_json::to_value(record) {
        Ok(Value::Object(members)) => members,
        _ => Map::new(),
    }
}

/// The members that differ.
fn differences(current: &Record, wanted: &Record) -> Vec<String> {
    if current == wanted {
        return Vec::new();
    }
    let (current, wanted) = (members(current), members(wanted));
    let names = [&current, &wanted].map(|members| members.keys().cloned());
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
        .map(|name| format!("{name}: stays as it is; no change of it is taken"))
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
