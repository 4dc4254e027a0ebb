//! From a row to a billing account.

use domain::{
    AccountId, AccountReference, AccountReferences, AccountStatus, AccountType, Address,
    BillingAccount, Payer, Person,
};

use crate::Error;
use crate::organizations::organization;
use crate::sql::Row;

/// An account with its owner and payer, from neighboring columns in the order of `FIND`.
pub(crate) fn account(row: &Row<'_>) -> Result<BillingAccount, Error> {
    let reference = |text: &str| AccountReference::parse(text).ok();
    Ok(BillingAccount {
        id: AccountId::new(row.get(0)?),
        references: AccountReferences {
            first: row.parse(1, reference)?,
            second: row.parse_optional(2, reference)?,
            third: row.parse_optional(3, reference)?,
        },
        address: address(row, 4)?,
        format: row.get(9)?,
        status: row.parse(10, AccountStatus::parse)?,
        account_type: row.parse(11, AccountType::parse)?,
        owner: organization(row, 12)?,
        payer: payer(row)?,
    })
}

fn payer(row: &Row<'_>) -> Result<Payer, Error> {
    if row.get::<Option<String>>(14)?.is_some() {
        return organization(row, 14).map(Payer::Company);
    }
    Ok(Payer::Person(Person {
        first_name: row.get(16)?,
        middle_name: row.get(17)?,
        last_name: row.get(18)?,
    }))
}

/// An address from five neighboring columns.
pub(crate) fn address(row: &Row<'_>, first: usize) -> Result<Address, Error> {
    Ok(Address {
        street_name: row.get(first)?,
        street_address: row.get(first + 1)?,
        entrance_code: row.get(first + 2)?,
        postal_code: row.get(first + 3)?,
        postal_place: row.get(first + 4)?,
    })
}
