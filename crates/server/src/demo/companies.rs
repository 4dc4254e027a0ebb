//! The demo's organizations, invoice addresses and billing accounts.

use domain::{
    AccountId, AccountReference, AccountReferences, AccountStatus, AccountTimes, AccountType,
    Address, AddressCard, AddressCardId, BillingAccount, Organization, Payer,
};
use jiff::Timestamp;
use storage::{Error, Transaction};

use super::{FIRST, OTHER, SECOND, known, organization};

pub(super) async fn load(tx: &mut Transaction, now: Timestamp) -> Result<(), Error> {
    for (number, name) in [
        (FIRST, "TELENOR"),
        (SECOND, "Telenor ASA"),
        (OTHER, "Telenor Norge AS"),
    ] {
        tx.organizations().insert(&named(number, name)?).await?;
    }
    for (id, owner, name) in [
        (664_158, SECOND, "Hovedkontor"),
        (664_160, SECOND, "Regnskap"),
        (664_159, FIRST, "Hovedkontor"),
        (700_001, OTHER, "Hovedkontor"),
    ] {
        let card = AddressCard {
            id: AddressCardId::new(id),
            name: name.to_owned(),
            address: documented_address(),
            format: "EHF".to_owned(),
        };
        tx.address_cards()
            .insert(&organization(owner)?, &card)
            .await?;
    }
    for (id, owner, references) in [
        (
            1_234_567,
            (FIRST, "TELENOR"),
            [
                "Telenor ASA - IT department",
                "DevOps team",
                "Linus Torvalds",
            ],
        ),
        (7_654_321, (FIRST, "TELENOR"), ["Sentralbord", "", ""]),
        (
            11_175_198,
            (FIRST, "TELENOR"),
            ["Mobilt Bedriftsnett", "", ""],
        ),
        (8_000_001, (OTHER, "Telenor Norge AS"), ["Drift", "", ""]),
    ] {
        let account = account(id, named(owner.0, owner.1)?, references)?;
        let times = AccountTimes {
            opened_at: now,
            visible_at: now,
        };
        tx.accounts().insert(&account, None, times).await?;
    }
    Ok(())
}

fn named(number: &'static str, name: &str) -> Result<Organization, Error> {
    Ok(Organization {
        number: organization(number)?,
        name: name.to_owned(),
    })
}

fn account(id: i64, owner: Organization, references: [&str; 3]) -> Result<BillingAccount, Error> {
    let reference = |text: &str| known(text, AccountReference::parse(text).ok());
    let optional = |text: &str| {
        if text.is_empty() {
            Ok(None)
        } else {
            reference(text).map(Some)
        }
    };
    let [first, second, third] = references;
    Ok(BillingAccount {
        id: AccountId::new(id),
        payer: Payer::Company(owner.clone()),
        owner,
        references: AccountReferences {
            first: reference(first)?,
            second: optional(second)?,
            third: optional(third)?,
        },
        address: documented_address(),
        format: "EHF".to_owned(),
        status: AccountStatus::Open,
        account_type: AccountType::Normal,
    })
}

/// The address that the documents print.
fn documented_address() -> Address {
    Address {
        street_name: Some("Innherredsveien".to_owned()),
        street_address: Some("1A".to_owned()),
        entrance_code: Some("H0101".to_owned()),
        postal_code: Some("7018".to_owned()),
        postal_place: Some("Trondheim".to_owned()),
    }
}
