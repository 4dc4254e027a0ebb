//! Keeps one record as it is, whoever else would change it: for changes that go by what was there.

use domain::access::{ClientId, SystemUserName};
use domain::{
    AccountId, AddressCardId, AgreementId, OfferingId, OrganizationNumber, PersonId, ProductId,
};

use super::Imports;
use crate::Error;
use crate::sql::{Param, Statement};

static ORGANIZATION: Statement =
    Statement::new("SELECT name FROM organizations WHERE number = $1 /* for update */");

static CARD: Statement =
    Statement::new("SELECT name FROM address_cards WHERE id = $1 /* for update */");

static PERSON: Statement =
    Statement::new("SELECT last_name FROM persons WHERE id = $1 /* for update */");

static OFFERING: Statement =
    Statement::new("SELECT name FROM offerings WHERE id = $1 /* for update */");

static AGREEMENT: Statement =
    Statement::new("SELECT category FROM agreements WHERE id = $1 /* for update */");

static ACCOUNT: Statement =
    Statement::new("SELECT reference1 FROM accounts WHERE id = $1 /* for update */");

static PRODUCT: Statement =
    Statement::new("SELECT name FROM products WHERE id = $1 /* for update */");

static USER: Statement =
    Statement::new("SELECT name FROM system_users WHERE name = $1 /* for update */");

static APP: Statement = Statement::new("SELECT id FROM client_apps WHERE id = $1 /* for update */");

pub(crate) static STATEMENTS: &[&Statement] = &[
    &ORGANIZATION,
    &CARD,
    &PERSON,
    &OFFERING,
    &AGREEMENT,
    &ACCOUNT,
    &PRODUCT,
    &USER,
    &APP,
];

/// Which record is to stay as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeptKey<'a> {
    /// An organization.
    Organization(&'a OrganizationNumber),
    /// An address card.
    AddressCard(AddressCardId),
    /// A person.
    Person(PersonId),
    /// An offering.
    Offering(OfferingId),
    /// An agreement.
    Agreement(AgreementId),
    /// A billing account.
    Account(AccountId),
    /// A product on an agreement.
    Product(ProductId),
    /// A system user.
    SystemUser(&'a SystemUserName),
    /// A client app.
    App(&'a ClientId),
}

impl Imports<'_> {
    /// Keeps others from changing a record until the transaction ends; false when there is none.
    pub async fn hold(&mut self, key: KeptKey<'_>) -> Result<bool, Error> {
        let (statement, key): (_, Param<'_>) = match key {
            KeptKey::Organization(number) => (&ORGANIZATION, number.as_str().into()),
            KeptKey::AddressCard(id) => (&CARD, id.get().into()),
            KeptKey::Person(id) => (&PERSON, id.get().into()),
            KeptKey::Offering(id) => (&OFFERING, id.get().into()),
            KeptKey::Agreement(id) => (&AGREEMENT, id.get().into()),
            KeptKey::Account(id) => (&ACCOUNT, id.get().into()),
            KeptKey::Product(id) => (&PRODUCT, id.get().into()),
            KeptKey::SystemUser(name) => (&USER, name.as_str().into()),
            KeptKey::App(id) => (&APP, id.as_str().into()),
        };
        let params = [key];
        let found = self
            .0
            .fetch_optional(statement, &params, |row| row.get::<String>(0));
        Ok(found.await?.is_some())
    }
}
