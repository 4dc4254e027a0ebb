//! Billing accounts, by owner and place: in the order in which lists show them.

use domain::{
    AccountId, AccountReference, BillingAccount, OrganizationNumber, Payer, PersonId, ProductId,
};
use jiff::Timestamp;

use super::Imports;
use crate::Error;
use crate::accounts::account;
use crate::sql::{Row, Statement};

static ACCOUNTS: Statement = Statement::new(
    "SELECT a.id, a.reference1, a.reference2, a.reference3, a.street_name, a.street_address,
            a.entrance_code, a.postal_code, a.postal_place, a.format, a.status, a.account_type,
            o.number, o.name, c.number, c.name, p.first_name, p.middle_name, p.last_name,
            a.payer_person, a.reserved_for, a.opened_at, a.place
     FROM accounts a
     JOIN organizations o ON o.number = a.owner_number
     LEFT JOIN organizations c ON c.number = a.payer_number
     LEFT JOIN persons p ON p.id = a.payer_person
     WHERE (a.owner_number, a.place) > ($1, $2) ORDER BY a.owner_number, a.place LIMIT $3",
);

static ACCOUNT: Statement = Statement::new(
    "SELECT a.id, a.reference1, a.reference2, a.reference3, a.street_name, a.street_address,
            a.entrance_code, a.postal_code, a.postal_place, a.format, a.status, a.account_type,
            o.number, o.name, c.number, c.name, p.first_name, p.middle_name, p.last_name,
            a.payer_person, a.reserved_for, a.opened_at, a.place
     FROM accounts a
     JOIN organizations o ON o.number = a.owner_number
     LEFT JOIN organizations c ON c.number = a.payer_number
     LEFT JOIN persons p ON p.id = a.payer_person
     WHERE a.id = $1",
);

static CHANGE_ACCOUNT: Statement = Statement::new(
    "UPDATE accounts SET payer_number = $2, payer_person = $3, reference1 = $4, reference2 = $5,
            reference3 = $6, street_name = $7, street_address = $8, entrance_code = $9,
            postal_code = $10, postal_place = $11, format = $12, status = $13, opened_at = $14
     WHERE id = $1",
);

pub(super) static STATEMENTS: &[&Statement] = &[&ACCOUNTS, &ACCOUNT, &CHANGE_ACCOUNT];

/// A billing account as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptAccount {
    /// The account.
    pub account: BillingAccount,
    /// The payer, if that is a person.
    pub person: Option<PersonId>,
    /// The one product that it pays for, if it may pay for one alone.
    pub reserved_for: Option<ProductId>,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// Its place among its owner's accounts.
    pub place: i64,
}

/// Where a page of accounts begins: after this one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountKey {
    /// The owner's number; empty before all of them.
    pub owner: String,
    /// The place among the owner's accounts.
    pub place: i64,
}

impl Imports<'_> {
    /// At most so many accounts after a place, by owner and place.
    pub async fn accounts(
        &mut self,
        after: &AccountKey,
        most: i64,
    ) -> Result<Vec<KeptAccount>, Error> {
        let params = [(&after.owner).into(), after.place.into(), most.into()];
        self.0.fetch_all(&ACCOUNTS, &params, kept).await
    }

    /// The account with this id.
    pub async fn account(&mut self, id: AccountId) -> Result<Option<KeptAccount>, Error> {
        self.0
            .fetch_optional(&ACCOUNT, &[id.get().into()], kept)
            .await
    }

    /// Makes an account what is wanted; its owner, place and type stay.
    pub async fn change_account(
        &mut self,
        wanted: &BillingAccount,
        person: Option<PersonId>,
        opened_at: Timestamp,
    ) -> Result<(), Error> {
        let payer: Option<&OrganizationNumber> = match &wanted.payer {
            Payer::Company(company) => Some(&company.number),
            Payer::Person(_) => None,
        };
        let (references, address) = (&wanted.references, &wanted.address);
        let text = |reference: &'_ Option<AccountReference>| {
            reference.as_ref().map(|text| text.as_str().to_owned())
        };
        let (second, third) = (text(&references.second), text(&references.third));
        let params = [
            wanted.id.get().into(),
            payer.map(OrganizationNumber::as_str).into(),
            person.map(PersonId::get).into(),
            references.first.as_str().into(),
            second.as_deref().into(),
            third.as_deref().into(),
            address.street_name.as_deref().into(),
            address.street_address.as_deref().into(),
            address.entrance_code.as_deref().into(),
            address.postal_code.as_deref().into(),
            address.postal_place.as_deref().into(),
            wanted.format.as_str().into(),
            wanted.status.as_str().into(),
            opened_at.as_millisecond().into(),
        ];
        self.0.execute(&CHANGE_ACCOUNT, &params).await.map(drop)
    }
}

fn kept(row: &Row<'_>) -> Result<KeptAccount, Error> {
    Ok(KeptAccount {
        account: account(row)?,
        person: row.get::<Option<i64>>(19)?.map(PersonId::new),
        reserved_for: row.get::<Option<i64>>(20)?.map(ProductId::new),
        opened_at: row.timestamp(21)?,
        place: row.get(22)?,
    })
}
