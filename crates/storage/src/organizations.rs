//! Organizations, the invoice addresses on their cards, and the persons who pay.

use domain::access::Reach;
use domain::{Organization, OrganizationNumber};

use crate::sql::{Row, Statement};
use crate::{Error, Transaction};

static LIST: Statement = Statement::new(
    "SELECT o.number, o.name FROM organizations o
     JOIN system_user_organizations r ON r.organization_number = o.number
     WHERE r.system_user = $1 ORDER BY o.number",
);

static INSERT: Statement =
    Statement::new("INSERT INTO organizations (number, name, accounts) VALUES ($1, $2, 0)");

static FIND: Statement = Statement::new(
    "SELECT o.number, o.name FROM organizations o
     JOIN system_user_organizations r ON r.organization_number = o.number
     WHERE o.number = $1 AND r.system_user = $2",
);

static COUNT: Statement = Statement::new("SELECT COUNT(*) FROM organizations");

pub(crate) static STATEMENTS: &[&Statement] = &[&LIST, &FIND, &INSERT, &COUNT];

/// The organizations, within one transaction.
pub struct Organizations<'t>(&'t mut Transaction);

impl Transaction {
    /// The organizations.
    pub fn organizations(&mut self) -> Organizations<'_> {
        Organizations(self)
    }
}

impl Organizations<'_> {
    /// Those that the caller may act for, by number.
    pub async fn list(&mut self, reach: Reach<'_>) -> Result<Vec<Organization>, Error> {
        self.0
            .fetch_all(&LIST, &[reach.system_user().into()], |row| {
                organization(row, 0)
            })
            .await
    }

    /// The one with this number, if the caller may act for it.
    pub async fn find(
        &mut self,
        reach: Reach<'_>,
        number: &OrganizationNumber,
    ) -> Result<Option<Organization>, Error> {
        let params = [number.as_str().into(), reach.system_user().into()];
        self.0
            .fetch_optional(&FIND, &params, |row| organization(row, 0))
            .await
    }

    /// How many there are in all.
    pub async fn count(&mut self) -> Result<i64, Error> {
        Ok(self
            .0
            .fetch_optional(&COUNT, &[], |row| row.get(0))
            .await?
            .unwrap_or(0))
    }

    /// Adds one that is not there yet.
    pub async fn insert(&mut self, organization: &Organization) -> Result<(), Error> {
        let params = [
            organization.number.as_str().into(),
            organization.name.as_str().into(),
        ];
        self.0.execute(&INSERT, &params).await.map(drop)
    }
}

/// An organization from two neighboring columns: its number and its name.
pub(crate) fn organization(row: &Row<'_>, first: usize) -> Result<Organization, Error> {
    Ok(Organization {
        number: row.parse(first, OrganizationNumber::parse)?,
        name: row.get(first + 1)?,
    })
}
