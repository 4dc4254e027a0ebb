//! Billing accounts, seen through the organizations that own them.

mod list;
mod row;

use domain::access::Reach;
use domain::{
    AccountId, AccountReference, AccountStatus, AccountTimes, AccountType, BillingAccount,
    OrganizationNumber, Payer, PersonId, ProductId,
};
use jiff::Timestamp;

use crate::sql::{Row, Statement};
use crate::{Error, Transaction};

pub(crate) use row::{account, address};

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

static FIND_PAYING: Statement = Statement::new(
    "SELECT a.status, a.reserved_for
     FROM accounts a
     JOIN system_user_organizations r ON r.organization_number = a.owner_number
     WHERE a.id = $1 AND r.system_user = $2",
);

static TAKE_PLACE: Statement = Statement::new(
    "UPDATE organizations SET accounts = accounts + 1 WHERE number = $1 RETURNING accounts - 1",
);

static INSERT: Statement = Statement::new(
    "INSERT INTO accounts (id, owner_number, place, payer_number, payer_person, reference1,
            reference2, reference3, street_name, street_address, entrance_code, postal_code,
            postal_place, format, status, account_type, opened_at, visible_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)",
);

static OPEN: Statement = Statement::new(
    "UPDATE accounts SET status = $2 WHERE id = $1 AND status = $3
     RETURNING owner_number, opened_at",
);

static SET_STATUS: Statement = Statement::new("UPDATE accounts SET status = $2 WHERE id = $1");

static RESERVE: Statement = Statement::new(
    "UPDATE accounts SET reserved_for = CASE WHEN account_type = $4 THEN CAST($2 AS BIGINT) END
     WHERE id = $1 AND status <> $3
       AND (account_type <> $4 OR reserved_for IS NULL OR reserved_for = $2)",
);

static RELEASE: Statement =
    Statement::new("UPDATE accounts SET reserved_for = NULL WHERE reserved_for = $1 AND id <> $2");

pub(crate) static STATEMENTS: &[&Statement] = &[
    &FIND,
    &FIND_PAYING,
    &TAKE_PLACE,
    &INSERT,
    &OPEN,
    &SET_STATUS,
    &RESERVE,
    &RELEASE,
    &list::COUNT_VISIBLE,
    &list::LIST,
];

/// What decides whether an account may pay for a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PayingAccount {
    /// Whether it is in use.
    pub status: AccountStatus,
    /// The product that it pays for, if it may pay for one alone.
    pub reserved_for: Option<ProductId>,
}

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
        self.0.fetch_optional(&FIND, &params, row::account).await
    }

    /// What decides whether the account may pay, if one of the caller's organizations owns it.
    pub async fn find_paying(
        &mut self,
        reach: Reach<'_>,
        id: AccountId,
    ) -> Result<Option<PayingAccount>, Error> {
        let params = [id.get().into(), reach.system_user().into()];
        self.0
            .fetch_optional(&FIND_PAYING, &params, |row| {
                Ok(PayingAccount {
                    status: row.parse(0, AccountStatus::parse)?,
                    reserved_for: row.get::<Option<i64>>(1)?.map(ProductId::new),
                })
            })
            .await
    }

    /// Keeps a new account; a payer who is a person has been stored before, under `person`.
    pub async fn insert(
        &mut self,
        account: &BillingAccount,
        person: Option<PersonId>,
        times: AccountTimes,
    ) -> Result<(), Error> {
        let owner = account.owner.number.as_str();
        let params = [owner.into()];
        let place = self
            .0
            .fetch_optional(&TAKE_PLACE, &params, |row| row.get::<i64>(0))
            .await?;
        let Some(place) = place else {
            return Err(Error::Conflict(
                "the account's owner is not there".to_owned(),
            ));
        };
        let payer = match &account.payer {
            Payer::Company(company) => Some(company.number.as_str()),
            Payer::Person(_) => None,
        };
        let references = &account.references;
        let address = &account.address;
        let params = [
            account.id.get().into(),
            owner.into(),
            place.into(),
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

    /// Opens a passive account; its owner, and when it was made. None if it is not there or not
    /// passive.
    pub async fn open(
        &mut self,
        id: AccountId,
    ) -> Result<Option<(OrganizationNumber, Timestamp)>, Error> {
        let (to, from) = (AccountStatus::Open, AccountStatus::Passive);
        let params = [id.get().into(), to.as_str().into(), from.as_str().into()];
        let read = |row: &Row<'_>| {
            let owner = row.parse(0, OrganizationNumber::parse)?;
            Ok((owner, row.timestamp(1)?))
        };
        self.0.fetch_optional(&OPEN, &params, read).await
    }

    /// Sets an account's status, for the operator; false if it is not there.
    pub async fn set_status(
        &mut self,
        id: AccountId,
        status: AccountStatus,
    ) -> Result<bool, Error> {
        let params = [id.get().into(), status.as_str().into()];
        Ok(self.0.execute(&SET_STATUS, &params).await? == 1)
    }

    /// Lets an account pay for a product, and no longer any other account; false if it is
    /// cancelled, or reserved for another product.
    pub async fn pay_for(&mut self, id: AccountId, product: ProductId) -> Result<bool, Error> {
        let params = [
            id.get().into(),
            product.get().into(),
            AccountStatus::Cancelled.as_str().into(),
            AccountType::Reserved.as_str().into(),
        ];
        if self.0.execute(&RESERVE, &params).await? == 0 {
            return Ok(false);
        }
        self.0
            .execute(&RELEASE, &[product.get().into(), id.get().into()])
            .await?;
        Ok(true)
    }
}
