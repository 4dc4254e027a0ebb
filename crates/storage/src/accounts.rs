//! Billing accounts, seen through the organizations that own them.

use domain::access::Reach;
use domain::{
    AccountId, AccountReference, AccountReferences, AccountStatus, AccountTimes, AccountType,
    Address, BillingAccount, Payer, Person, PersonId,
};

use crate::organizations::organization;
use crate::sql::{Row, Statement};
use crate::{Error, Transaction};

static FIND: Statement = Statement::new(
    "SELECT a.id, a.reference1, a.reference2, a.reference3, a.street_name, a.street_address,
            a.entrance_code, a.postal_code, a.postal_place, a.format, a.status, a.account_type,
            o.number, o.name, c.number, c.name, p.first_name, p.middle_name, p.last_name
     FROM accounts a
     JOIN system_user_organizations r ON r.organization_number = a.owner_number
     JOIN organizations o ON o.number = a.owner_number
     LEFT JOIN organizations c ON c.number = a.payer_number
     LEFT JOIN persons p ON p.id = a.payer_person
     WHERE a.id = $1 AND r.system_user = $2",
);

static INSERT: Statement = Statement::new(
    "INSERT INTO accounts (id, owner_number, payer_number, payer_person, reference1, reference2,
            reference3, street_name, street_address, entrance_code, postal_code, postal_place,
            format, status, account_type, opened_at, visible_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
);

pub(crate) static STATEMENTS: &[&Statement] = &[&FIND, &INSERT];

/// The accounts, within one transaction.
pub struct Accounts<'t>(&'t mut Transaction);

impl Transaction {
    /// The billing accounts.
    pub fn accounts(&mut self) -> Accounts<'_> {
        Accounts(self)
    }
}

impl Accounts<'_> {
    /// The one with this id, if one of the caller's organizations owns it; at once, however new.
    pub async fn find(
        &mut self,
        reach: Reach<'_>,
        id: AccountId,
    ) -> Result<Option<BillingAccount>, Error> {
        let params = [id.get().into(), reach.system_user().into()];
        self.0.fetch_optional(&FIND, &params, account).await
    }

    /// Keeps a new account; a payer who is a person has been stored before, under `person`.
    pub async fn insert(
        &mut self,
        account: &BillingAccount,
        person: Option<PersonId>,
        times: AccountTimes,
    ) -> Result<(), Error> {
        let payer = match &account.payer {
            Payer::Company(company) => Some(company.number.as_str()),
            Payer::Person(_) => None,
        };
        let references = &account.references;
        let address = &account.address;
        let params = [
            account.id.get().into(),
            account.owner.number.as_str().into(),
            payer.into(),
            person.map(PersonId::get).into(),
            references.first.as_str().into(),
            references
                .second
                .as_ref()
                .map(AccountReference::as_str)
                .into(),
            references
                .third
                .as_ref()
                .map(AccountReference::as_str)
                .into(),
            address.street_name.as_deref().into(),
            address.street_address.as_deref().into(),
            address.entrance_code.as_deref().into(),
            address.postal_code.as_deref().into(),
            address.postal_place.as_deref().into(),
            account.format.as_str().into(),
            account.status.as_str().into(),
            account.account_type.as_str().into(),
            times.opened_at.as_millisecond().into(),
            times.visible_at.as_millisecond().into(),
        ];
        self.0.execute(&INSERT, &params).await.map(drop)
    }
}

fn account(row: &Row<'_>) -> Result<BillingAccount, Error> {
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
