//! The keys of what is kept, each with what people call the thing, page by page: for lists.

use domain::{AgreementId, OfferingId, OrganizationNumber, ProductStatus};

use super::Imports;
use crate::Error;
use crate::sql::{Param, Statement};

static CARDS: Statement = Statement::new(
    "SELECT id, name FROM address_cards WHERE id > $1 AND id <= $2 ORDER BY id LIMIT $3",
);

static CARDS_OF: Statement = Statement::new(
    "SELECT id, name FROM address_cards
     WHERE organization_number = $4 AND id > $1 AND id <= $2 ORDER BY id LIMIT $3",
);

static PERSONS: Statement = Statement::new(
    "SELECT id, first_name || ' ' || COALESCE(middle_name || ' ', '') || last_name
     FROM persons WHERE id > $1 AND id <= $2 ORDER BY id LIMIT $3",
);

static OFFERINGS: Statement = Statement::new(
    "SELECT id, name FROM offerings WHERE id > $1 AND id <= $2 ORDER BY id LIMIT $3",
);

static OFFERINGS_ON: Statement = Statement::new(
    "SELECT o.id, o.name FROM agreement_offerings a JOIN offerings o ON o.id = a.offering_id
     WHERE a.agreement_id = $4 AND a.offering_id > $1 AND a.offering_id <= $2
     ORDER BY a.offering_id LIMIT $3",
);

static AGREEMENTS: Statement = Statement::new(
    "SELECT id, category FROM agreements WHERE id > $1 AND id <= $2 ORDER BY id LIMIT $3",
);

static AGREEMENTS_OF: Statement = Statement::new(
    "SELECT id, category FROM agreements
     WHERE owner_number = $4 AND id > $1 AND id <= $2 ORDER BY id LIMIT $3",
);

static AGREEMENTS_WITH: Statement = Statement::new(
    "SELECT a.id, a.category FROM agreement_offerings o JOIN agreements a ON a.id = o.agreement_id
     WHERE o.offering_id = $4 AND o.agreement_id > $1 AND o.agreement_id <= $2
     ORDER BY o.agreement_id LIMIT $3",
);

static ACCOUNTS: Statement = Statement::new(
    "SELECT id, reference1 FROM accounts WHERE id > $1 AND id <= $2 ORDER BY id LIMIT $3",
);

static ACCOUNTS_OF: Statement = Statement::new(
    "SELECT id, reference1 FROM accounts
     WHERE owner_number = $4 AND id > $1 AND id <= $2 ORDER BY id LIMIT $3",
);

static PRODUCTS: Statement = Statement::new(
    "SELECT id, name FROM products WHERE status = $4 AND id > $1 AND id <= $2 ORDER BY id LIMIT $3",
);

static PRODUCTS_ON: Statement = Statement::new(
    "SELECT id, name FROM products
     WHERE agreement_id = $5 AND status = $4 AND id > $1 AND id <= $2 ORDER BY id LIMIT $3",
);

static PRODUCTS_OF: Statement = Statement::new(
    "SELECT p.id, p.name FROM agreements a JOIN products p ON p.agreement_id = a.id
     WHERE a.owner_number = $5 AND p.status = $4 AND p.id > $1 AND p.id <= $2
     ORDER BY p.id LIMIT $3",
);

static ORGANIZATIONS: Statement = Statement::new(
    "SELECT number, name FROM organizations
     WHERE number > $1 AND number <= $2 ORDER BY number LIMIT $3",
);

static USERS: Statement =
    Statement::new("SELECT name, name FROM system_users WHERE name > $1 ORDER BY name LIMIT $2");

static USERS_OF: Statement = Statement::new(
    "SELECT name, name FROM system_users
     WHERE owner_number = $3 AND name > $1 ORDER BY name LIMIT $2",
);

static APPS: Statement =
    Statement::new("SELECT id, name FROM client_apps WHERE id > $1 ORDER BY id LIMIT $2");

static APPS_OF: Statement = Statement::new(
    "SELECT id, name FROM client_apps WHERE owner_number = $3 AND id > $1 ORDER BY id LIMIT $2",
);

pub(super) static STATEMENTS: &[&Statement] = &[
    &CARDS,
    &CARDS_OF,
    &PERSONS,
    &OFFERINGS,
    &OFFERINGS_ON,
    &AGREEMENTS,
    &AGREEMENTS_OF,
    &AGREEMENTS_WITH,
    &ACCOUNTS,
    &ACCOUNTS_OF,
    &PRODUCTS,
    &PRODUCTS_ON,
    &PRODUCTS_OF,
    &ORGANIZATIONS,
    &USERS,
    &USERS_OF,
    &APPS,
    &APPS_OF,
];

/// Things whose keys are numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Numbered {
    /// Address cards, perhaps of one organization alone.
    Cards(Option<OrganizationNumber>),
    /// Persons.
    Persons,
    /// Offerings, perhaps those alone that may be ordered on an agreement.
    Offerings(Option<AgreementId>),
    /// Agreements, perhaps of one organization alone.
    Agreements(Option<OrganizationNumber>),
    /// Agreements on which an offering may be ordered.
    AgreementsWith(OfferingId),
    /// Billing accounts, perhaps of one owner alone.
    Accounts(Option<OrganizationNumber>),
    /// Products that are in place.
    Products,
    /// Those on one agreement.
    ProductsOn(AgreementId),
    /// Those on the agreements of one organization.
    ProductsOf(OrganizationNumber),
}

/// Things whose keys are texts. Engines differ in the order of texts that are no digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Named {
    /// Organizations up to a number.
    Organizations(String),
    /// System users, perhaps of one organization alone.
    Users(Option<OrganizationNumber>),
    /// Client apps, perhaps of one organization alone.
    Apps(Option<OrganizationNumber>),
}

impl Imports<'_> {
    /// At most so many ids after one and up to another, each with what the thing is called.
    pub async fn numbers(
        &mut self,
        of: &Numbered,
        (after, to): (i64, i64),
        most: i64,
    ) -> Result<Vec<(i64, String)>, Error> {
        let ordered = ProductStatus::Ordered.as_str();
        let (statement, more): (_, [Option<Param<'_>>; 2]) = match of {
            Numbered::Cards(None) => (&CARDS, [None, None]),
            Numbered::Cards(Some(of)) => (&CARDS_OF, [Some(of.as_str().into()), None]),
            Numbered::Persons => (&PERSONS, [None, None]),
            Numbered::Offerings(None) => (&OFFERINGS, [None, None]),
            Numbered::Offerings(Some(on)) => (&OFFERINGS_ON, [Some(on.get().into()), None]),
            Numbered::Agreements(None) => (&AGREEMENTS, [None, None]),
            Numbered::Agreements(Some(of)) => (&AGREEMENTS_OF, [Some(of.as_str().into()), None]),
            Numbered::AgreementsWith(offering) => {
                (&AGREEMENTS_WITH, [Some(offering.get().into()), None])
            }
            Numbered::Accounts(None) => (&ACCOUNTS, [None, None]),
            Numbered::Accounts(Some(of)) => (&ACCOUNTS_OF, [Some(of.as_str().into()), None]),
            Numbered::Products => (&PRODUCTS, [Some(ordered.into()), None]),
            Numbered::ProductsOn(on) => {
                let more = [Some(ordered.into()), Some(on.get().into())];
                (&PRODUCTS_ON, more)
            }
            Numbered::ProductsOf(of) => {
                let more = [Some(ordered.into()), Some(of.as_str().into())];
                (&PRODUCTS_OF, more)
            }
        };
        let mut params: Vec<Param<'_>> = vec![after.into(), to.into(), most.into()];
        params.extend(more.into_iter().flatten());
        let found = self
            .0
            .fetch_all(statement, &params, |row| Ok((row.get(0)?, row.get(1)?)));
        found.await
    }

    /// At most so many names after one, each with what people call the thing.
    pub async fn names(
        &mut self,
        of: &Named,
        after: &str,
        most: i64,
    ) -> Result<Vec<(String, String)>, Error> {
        let (statement, params): (_, Vec<Param<'_>>) = match of {
            Named::Organizations(to) => {
                (&ORGANIZATIONS, vec![after.into(), to.into(), most.into()])
            }
            Named::Users(None) => (&USERS, vec![after.into(), most.into()]),
            Named::Apps(None) => (&APPS, vec![after.into(), most.into()]),
            Named::Users(Some(of)) => {
                let params = vec![after.into(), most.into(), of.as_str().into()];
                (&USERS_OF, params)
            }
            Named::Apps(Some(of)) => {
                let params = vec![after.into(), most.into(), of.as_str().into()];
                (&APPS_OF, params)
            }
        };
        let found = self
            .0
            .fetch_all(statement, &params, |row| Ok((row.get(0)?, row.get(1)?)));
        found.await
    }
}
