//! The people of organizations who sign in to the portal.

use domain::OrganizationNumber;
use domain::access::{Developer, DeveloperEmail, DeveloperRole};

use crate::sql::{Row, Statement};
use crate::{Error, Transaction};

static INSERT: Statement = Statement::new(
    "INSERT INTO developers (email, organization_number, name, role, enabled, created_at)
     VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (organization_number, email) DO NOTHING",
);

static FIND: Statement = Statement::new(
    "SELECT email, organization_number, name, role, enabled, created_at
     FROM developers WHERE organization_number = $1 AND email = $2",
);

static HOLD: Statement = Statement::new(
    "SELECT email, organization_number, name, role, enabled, created_at
     FROM developers WHERE organization_number = $1 AND email = $2 /* for update */",
);

static LIST_OF: Statement = Statement::new(
    "SELECT email, organization_number, name, role, enabled, created_at
     FROM developers WHERE organization_number = $1",
);

static LIST: Statement = Statement::new(
    "SELECT email, organization_number, name, role, enabled, created_at FROM developers",
);

static SET_ROLE: Statement =
    Statement::new("UPDATE developers SET role = $3 WHERE organization_number = $1 AND email = $2");

static SET_NAME: Statement =
    Statement::new("UPDATE developers SET name = $3 WHERE organization_number = $1 AND email = $2");

static SET_ENABLED: Statement = Statement::new(
    "UPDATE developers SET enabled = $3 WHERE organization_number = $1 AND email = $2",
);

pub(crate) static STATEMENTS: &[&Statement] = &[
    &INSERT,
    &FIND,
    &HOLD,
    &LIST_OF,
    &LIST,
    &SET_ROLE,
    &SET_NAME,
    &SET_ENABLED,
];

/// The developers, within one transaction.
pub struct Developers<'t>(&'t mut Transaction);

impl Transaction {
    /// The developers.
    pub fn developers(&mut self) -> Developers<'_> {
        Developers(self)
    }
}

impl Developers<'_> {
    /// Keeps a new one; false if the organization has one with this address.
    pub async fn insert(&mut self, developer: &Developer) -> Result<bool, Error> {
        let params = [
            developer.email.as_str().into(),
            developer.organization.as_str().into(),
            developer.name.as_str().into(),
            developer.role.as_str().into(),
            developer.enabled.into(),
            developer.created_at.as_millisecond().into(),
        ];
        Ok(self.0.execute(&INSERT, &params).await? == 1)
    }

    /// The one of the organization's with this address.
    pub async fn find(
        &mut self,
        organization: &OrganizationNumber,
        email: &DeveloperEmail,
    ) -> Result<Option<Developer>, Error> {
        let params = [organization.as_str().into(), email.as_str().into()];
        self.0.fetch_optional(&FIND, &params, developer).await
    }

    /// The same, and they stay so until the transaction ends.
    pub async fn hold(
        &mut self,
        organization: &OrganizationNumber,
        email: &DeveloperEmail,
    ) -> Result<Option<Developer>, Error> {
        let params = [organization.as_str().into(), email.as_str().into()];
        self.0.fetch_optional(&HOLD, &params, developer).await
    }

    /// The organization's, by address.
    pub async fn list_of(
        &mut self,
        organization: &OrganizationNumber,
    ) -> Result<Vec<Developer>, Error> {
        let params = [organization.as_str().into()];
        Ok(sorted(
            self.0.fetch_all(&LIST_OF, &params, developer).await?,
        ))
    }

    /// Everybody's, by organization and address: for the operator.
    pub async fn list(&mut self) -> Result<Vec<Developer>, Error> {
        Ok(sorted(self.0.fetch_all(&LIST, &[], developer).await?))
    }

    /// Settles what one of the organization's may do; false when there is no such developer.
    pub async fn set_role(
        &mut self,
        organization: &OrganizationNumber,
        email: &DeveloperEmail,
        role: DeveloperRole,
    ) -> Result<bool, Error> {
        let params = [
            organization.as_str().into(),
            email.as_str().into(),
            role.as_str().into(),
        ];
        Ok(self.0.execute(&SET_ROLE, &params).await? == 1)
    }

    /// Calls one of the organization's something else; false when there is no such developer.
    pub async fn set_name(
        &mut self,
        organization: &OrganizationNumber,
        email: &DeveloperEmail,
        name: &str,
    ) -> Result<bool, Error> {
        let params = [
            organization.as_str().into(),
            email.as_str().into(),
            name.into(),
        ];
        Ok(self.0.execute(&SET_NAME, &params).await? == 1)
    }

    /// Lets one of the organization's sign in, or not; false when there is no such developer.
    pub async fn set_enabled(
        &mut self,
        organization: &OrganizationNumber,
        email: &DeveloperEmail,
        enabled: bool,
    ) -> Result<bool, Error> {
        let params = [
            organization.as_str().into(),
            email.as_str().into(),
            enabled.into(),
        ];
        Ok(self.0.execute(&SET_ENABLED, &params).await? == 1)
    }
}

/// Engines differ in the order of texts.
fn sorted(mut found: Vec<Developer>) -> Vec<Developer> {
    found.sort_by(|one, other| {
        (&one.organization, &one.email).cmp(&(&other.organization, &other.email))
    });
    found
}

fn developer(row: &Row<'_>) -> Result<Developer, Error> {
    Ok(Developer {
        email: row.parse(0, DeveloperEmail::parse)?,
        organization: row.parse(1, OrganizationNumber::parse)?,
        name: row.get(2)?,
        role: row.parse(3, DeveloperRole::parse)?,
        enabled: row.get(4)?,
        created_at: row.timestamp(5)?,
    })
}
