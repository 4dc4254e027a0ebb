//! System users: the machine accounts whose rights bound every answer.

use std::fmt;

use domain::OrganizationNumber;
use domain::access::SystemUserName;
use jiff::Timestamp;

use crate::sql::{Row, Statement};
use crate::{Error, Transaction};

static INSERT: Statement = Statement::new(
    "INSERT INTO system_users (name, owner_number, password_hash, enabled)
     VALUES ($1, $2, $3, $4)",
);

static ADD_ORGANIZATION: Statement = Statement::new(
    "INSERT INTO system_user_organizations (system_user, organization_number) VALUES ($1, $2)
     ON CONFLICT (system_user, organization_number) DO NOTHING",
);

static REMOVE_ORGANIZATION: Statement = Statement::new(
    "DELETE FROM system_user_organizations WHERE system_user = $1 AND organization_number = $2",
);

static FIND: Statement = Statement::new(
    "SELECT name, owner_number, password_hash, enabled FROM system_users WHERE name = $1",
);

static HOLD: Statement = Statement::new(
    "SELECT name, owner_number, password_hash, enabled FROM system_users
     WHERE name = $1 AND enabled /* for share */",
);

static SET_ENABLED: Statement = Statement::new(
    "UPDATE system_users
     SET enabled = $2, disabled_by_owner = disabled_by_owner AND NOT enabled AND NOT $2
     WHERE name = $1",
);

static SET_PASSWORD: Statement =
    Statement::new("UPDATE system_users SET password_hash = $2 WHERE name = $1");

pub(crate) static STATEMENTS: &[&Statement] = &[
    &INSERT,
    &ADD_ORGANIZATION,
    &REMOVE_ORGANIZATION,
    &FIND,
    &HOLD,
    &SET_ENABLED,
    &SET_PASSWORD,
];

/// A machine account.
#[derive(Clone, PartialEq, Eq)]
pub struct SystemUser {
    /// What it logs in as.
    pub name: SystemUserName,
    /// The organization that it belongs to, and whose apps it may come through.
    pub owner: OrganizationNumber,
    /// Its password, hashed, as a PHC string.
    pub password_hash: String,
    /// Whether it may do anything at all.
    pub enabled: bool,
}

impl fmt::Debug for SystemUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SystemUser")
            .field("name", &self.name)
            .field("owner", &self.owner)
            .field("enabled", &self.enabled)
            .finish_non_exhaustive()
    }
}

/// The system users, within one transaction.
pub struct SystemUsers<'t>(&'t mut Transaction);

impl Transaction {
    /// The system users.
    pub fn system_users(&mut self) -> SystemUsers<'_> {
        SystemUsers(self)
    }
}

impl SystemUsers<'_> {
    /// Adds a system user who may not act for any organization yet.
    pub async fn insert(&mut self, user: &SystemUser) -> Result<(), Error> {
        let params = [
            user.name.as_str().into(),
            user.owner.as_str().into(),
            user.password_hash.as_str().into(),
            user.enabled.into(),
        ];
        self.0.execute(&INSERT, &params).await.map(drop)
    }

    /// Lets a system user act for an organization.
    pub async fn add_organization(
        &mut self,
        name: &SystemUserName,
        organization: &OrganizationNumber,
    ) -> Result<(), Error> {
        let params = [name.as_str().into(), organization.as_str().into()];
        self.0.execute(&ADD_ORGANIZATION, &params).await.map(drop)
    }

    /// No longer lets a system user act for an organization; false when it could not before.
    pub async fn remove_organization(
        &mut self,
        name: &SystemUserName,
        organization: &OrganizationNumber,
    ) -> Result<bool, Error> {
        let params = [name.as_str().into(), organization.as_str().into()];
        Ok(self.0.execute(&REMOVE_ORGANIZATION, &params).await? == 1)
    }

    /// The system user of this name, enabled or not.
    pub async fn find(&mut self, name: &SystemUserName) -> Result<Option<SystemUser>, Error> {
        self.0
            .fetch_optional(&FIND, &[name.as_str().into()], system_user)
            .await
    }

    /// The enabled system user of this name, which stays as it is until the transaction ends.
    pub async fn hold(&mut self, name: &SystemUserName) -> Result<Option<SystemUser>, Error> {
        self.0
            .fetch_optional(&HOLD, &[name.as_str().into()], system_user)
            .await
    }

    /// Lets a system user do what it may, or nothing; false when there is no such user.
    pub async fn set_enabled(
        &mut self,
        name: &SystemUserName,
        enabled: bool,
    ) -> Result<bool, Error> {
        let params = [name.as_str().into(), enabled.into()];
        Ok(self.0.execute(&SET_ENABLED, &params).await? == 1)
    }

    /// Ends every token of a system user's that would last beyond now; how many that were.
    pub async fn end_tokens(
        &mut self,
        name: &SystemUserName,
        now: Timestamp,
    ) -> Result<u64, Error> {
        self.0.access_tokens().revoke_of_user(name, now).await
    }

    /// Replaces a password's hash; false when there is no such user.
    pub async fn set_password(
        &mut self,
        name: &SystemUserName,
        password_hash: &str,
    ) -> Result<bool, Error> {
        let params = [name.as_str().into(), password_hash.into()];
        Ok(self.0.execute(&SET_PASSWORD, &params).await? == 1)
    }
}

fn system_user(row: &Row<'_>) -> Result<SystemUser, Error> {
    Ok(SystemUser {
        name: SystemUserName::new(row.get::<String>(0)?),
        owner: row.parse(1, OrganizationNumber::parse)?,
        password_hash: row.get(2)?,
        enabled: row.get(3)?,
    })
}
