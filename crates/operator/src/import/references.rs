//! What records name: it has to be there, in the database or earlier in the import.

use std::collections::hash_map::Entry;

use domain::{AccountType, ConfigurationValue, Payer, ProductStatus, Rejection};
use storage::{Error, KeptAccount, KeptProduct, Transaction};

use super::keys::Memory;
use super::load::load;
use crate::records::{Key, Kind, Meant};

/// What a record names and what is not there, or may not be named so.
pub(super) async fn references(
    tx: &mut Transaction,
    memory: &mut Memory,
    meant: &mut Meant,
) -> Result<Vec<String>, Error> {
    let mut faults = Vec::new();
    for (member, kind, key) in named(meant) {
        if !is_there(tx, memory, kind, &key).await? {
            faults.push(format!("{member}: there is no {} {key}", kind.as_str()));
        }
    }
    match meant {
        Meant::Account(account) => note_account(memory, &account.thing),
        Meant::Product(product) => {
            faults.extend(check_product(tx, memory, &mut product.thing).await?);
        }
        Meant::Offering(offering) => {
            let rules = offering.configurations.clone();
            memory.catalogue.insert(offering.id, rules);
        }
        Meant::App(kept, _) => {
            let names = kept.products.iter().map(|(name, _)| name);
            let unknown = names.filter(|name| !memory.api_products.contains(name));
            faults.extend(unknown.map(|name| format!("apiProducts: there is no {name}")));
        }
        _ => {}
    }
    Ok(faults)
}

/// The members that name other records, with the kind and key of each.
fn named(meant: &Meant) -> Vec<(&'static str, Kind, String)> {
    let mut wanted: Vec<(&'static str, Kind, String)> = Vec::new();
    let owner = "ownerOrganizationNumber";
    match meant {
        Meant::Organization(_) | Meant::Person(..) | Meant::Offering(_) => {}
        Meant::AddressCard(kept) => {
            let number = kept.organization.to_string();
            wanted.push(("organizationNumber", Kind::Organization, number));
        }
        Meant::Agreement(kept) => {
            let number = kept.agreement.owner.number.to_string();
            wanted.push((owner, Kind::Organization, number));
            let offers = kept.offerings.iter();
            wanted.extend(offers.map(|id| ("productOfferIds", Kind::Offering, id.to_string())));
        }
        Meant::Account(account) => {
            let kept = &account.thing;
            let number = kept.account.owner.number.to_string();
            wanted.push((owner, Kind::Organization, number));
            if let Payer::Company(payer) = &kept.account.payer {
                let number = payer.number.to_string();
                wanted.push(("payerOrganizationNumber", Kind::Organization, number));
            }
            let person = kept.person.iter();
            wanted.extend(person.map(|id| ("payerPersonId", Kind::Person, id.to_string())));
        }
        Meant::Product(product) => {
            let agreement = product.thing.agreement.to_string();
            wanted.push(("agreementId", Kind::Agreement, agreement));
        }
        Meant::SystemUser(kept, _) => {
            wanted.push((owner, Kind::Organization, kept.user.owner.to_string()));
            let numbers = kept.organizations.iter();
            wanted.extend(
                numbers.map(|number| ("organizations", Kind::Organization, number.to_string())),
            );
        }
        Meant::App(kept, _) => {
            let app = &kept.registered.app;
            wanted.push((owner, Kind::Organization, app.owner.to_string()));
            let user = app.bound_system_user.iter();
            wanted.extend(
                user.map(|name| ("systemUser", Kind::SystemUser, name.as_str().to_owned())),
            );
        }
    }
    wanted
}

async fn is_there(
    tx: &mut Transaction,
    memory: &mut Memory,
    kind: Kind,
    key: &str,
) -> Result<bool, Error> {
    if memory.seen.has(kind, key) || memory.found.has(kind, key) {
        return Ok(true);
    }
    let found = match Key::parse(kind, key) {
        Some(key) => load(tx, &key).await?.is_some(),
        None => false,
    };
    if found {
        memory.found.add(kind, key);
    }
    Ok(found)
}

fn note_account(memory: &mut Memory, kept: &KeptAccount) {
    if kept.account.account_type == AccountType::Reserved {
        memory.reserved.insert(kept.account.id.get().unsigned_abs());
    }
}

/// A product's parent, payer and settings; the settings become what is kept of them.
async fn check_product(
    tx: &mut Transaction,
    memory: &mut Memory,
    product: &mut KeptProduct,
) -> Result<Vec<String>, Error> {
    let mut faults = Vec::new();
    if let Some(parent) = product.parent {
        let among = memory
            .siblings
            .as_ref()
            .is_some_and(|(agreement, products)| {
                *agreement == product.agreement && products.contains(&parent)
            });
        let kept = if among {
            None
        } else {
            tx.imports().product(parent).await?
        };
        let is_kept = kept.is_some_and(|kept| {
            kept.agreement == product.agreement && kept.status == ProductStatus::Ordered
        });
        if !among && !is_kept {
            faults.push(format!(
                "parentId: {parent} is no product of agreement {}, neither in the database nor \
                 among its products just before",
                product.agreement
            ));
        }
    }
    memory.note_sibling(product.agreement, product.id);
    faults.extend(check_payer(tx, memory, product).await?);
    faults.extend(settle_settings(tx, memory, product).await?);
    Ok(faults)
}

/// The rules of an offering, once they are known.
pub(super) async fn settle_settings(
    tx: &mut Transaction,
    memory: &mut Memory,
    product: &mut KeptProduct,
) -> Result<Vec<String>, Error> {
    let offering = product.offering;
    let rules = match memory.catalogue.entry(offering) {
        Entry::Occupied(known) => known.into_mut(),
        Entry::Vacant(unknown) => {
            let found = tx.imports().offerings(offering.get(), 1).await?.pop();
            let Some(found) = found.filter(|found| found.id == offering) else {
                let reason = format!("productOfferId: there is no offering {offering}");
                return Ok(vec![reason]);
            };
            unknown.insert(found.configurations)
        }
    };
    let settings: &mut Vec<ConfigurationValue> = &mut product.configurations;
    Ok(
        match domain::accept_configurations(rules, settings, false) {
            Ok(accepted) => {
                *settings = accepted;
                settings.sort_by_key(|setting| setting.id);
                Vec::new()
            }
            Err(Rejection::InvalidConfiguration(found)) => found
                .into_iter()
                .map(|fault| format!("{}: {}", fault.field, fault.message))
                .collect(),
            Err(_) => vec!["configurations: cannot be accepted".to_owned()],
        },
    )
}

async fn check_payer(
    tx: &mut Transaction,
    memory: &mut Memory,
    product: &KeptProduct,
) -> Result<Option<String>, Error> {
    let Some(account) = product.billing_account else {
        return Ok(None);
    };
    let (key, number) = (account.to_string(), account.get().unsigned_abs());
    let mut reserved_for = None;
    if !memory.seen.has(Kind::Account, &key) && !memory.found.has(Kind::Account, &key) {
        let Some(kept) = tx.imports().account(account).await? else {
            return Ok(Some(format!(
                "billingAccountId: there is no account {account}"
            )));
        };
        memory.found.add(Kind::Account, &key);
        note_account(memory, &kept);
    }
    if !memory.reserved.contains(number) {
        return Ok(None);
    }
    if let Some(kept) = tx.imports().account(account).await? {
        reserved_for = kept.reserved_for;
    }
    let is_taken = !memory.taken.insert(number);
    let is_anothers = reserved_for.is_some_and(|other| other != product.id);
    Ok((is_taken || is_anothers)
        .then(|| format!("billingAccountId: {account} is reserved for another product")))
}
