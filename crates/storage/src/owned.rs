//! What an organization owns, as its own people see and change it: client apps and system users. The
//! organization is part of every statement.

use domain::access::{ClientApp, ClientId, GrantType, SystemUserName};
use domain::{Organization, OrganizationNumber};

use crate::client_apps::{REGISTERED_APP_COLUMNS, registered_app};
use crate::sql::{Row, Statement};
use crate::{Error, KeptApp, KeptUser, RegisteredApp, SystemUser, Transaction};

static ORGANIZATION: Statement =
    Statement::new("SELECT number, name FROM organizations WHERE number = $1");

static APPS: Statement = Statement::new(
    "SELECT id, name, owner_number, enabled, grants, basic_networks, bound_system_user,
            expires_in_as_string, may_introspect, spike_per_second, spike_burst
     FROM client_apps WHERE owner_number = $1",
);

static APP: Statement = Statement::new(
    "SELECT id, name, owner_number, enabled, grants, basic_networks, bound_system_user,
            expires_in_as_string, may_introspect, spike_per_second, spike_burst, disabled_by_owner
     FROM client_apps WHERE owner_number = $1 AND id = $2",
);

static CHANGE_APP: Statement = Statement::new(
    "UPDATE client_apps SET name = $3, grants = $4, bound_system_user = $5
     WHERE owner_number = $1 AND id = $2",
);

static SWITCH_APP: Statement = Statement::new(
    "UPDATE client_apps SET enabled = $3, disabled_by_owner = NOT $3
     WHERE owner_number = $1 AND id = $2 AND enabled <> $3 AND (NOT $3 OR disabled_by_owner)",
);

static USERS: Statement = Statement::new(
    "SELECT name, owner_number, password_hash, enabled FROM system_users WHERE owner_number = $1",
);

static USER: Statement = Statement::new(
    "SELECT name, owner_number, password_hash, enabled, disabled_by_owner
     FROM system_users WHERE owner_number = $1 AND name = $2",
);

static SWITCH_USER: Statement = Statement::new(
    "UPDATE system_users SET enabled = $3, disabled_by_owner = NOT $3
     WHERE owner_number = $1 AND name = $2 AND enabled <> $3 AND (NOT $3 OR disabled_by_owner)",
);

static REACHED: Statement = Statement::new(
    "SELECT number, name FROM organizations
     WHERE number = $1 OR number IN
        (SELECT r.organization_number FROM system_user_organizations r
         JOIN system_users u ON u.name = r.system_user
         WHERE u.owner_number = $1 AND u.enabled)
     ORDER BY number",
);

static API_PRODUCTS: Statement = Statement::new("SELECT name FROM api_products WHERE enabled");

pub(crate) static STATEMENTS: &[&Statement] = &[
    &ORGANIZATION,
    &APPS,
    &APP,
    &CHANGE_APP,
    &SWITCH_APP,
    &USERS,
    &USER,
    &SWITCH_USER,
    &REACHED,
    &API_PRODUCTS,
];

/// An app, with what its organization's people may do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnApp {
    /// The app with its API products.
    pub kept: KeptApp,
    /// Whether its own people have disabled it, so that they may enable it.
    pub disabled_by_owner: bool,
}

/// A system user, with what its organization's people may do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnUser {
    /// The system user with whom it may act for.
    pub kept: KeptUser,
    /// Whether its own people have disabled it, so that they may enable it.
    pub disabled_by_owner: bool,
}

/// What one organization owns, within one transaction.
pub struct Owned<'t> {
    tx: &'t mut Transaction,
    owner: &'t OrganizationNumber,
}

impl Transaction {
    /// What this organization owns.
    pub fn owned<'t>(&'t mut self, owner: &'t OrganizationNumber) -> Owned<'t> {
        Owned { tx: self, owner }
    }
}

impl Owned<'_> {
    /// The organization itself.
    pub async fn organization(&mut self) -> Result<Option<Organization>, Error> {
        let params = [self.owner.as_str().into()];
        self.tx
            .fetch_optional(&ORGANIZATION, &params, organization)
            .await
    }

    /// Its apps, by name.
    pub async fn apps(&mut self) -> Result<Vec<RegisteredApp>, Error> {
        let params = [self.owner.as_str().into()];
        let found = self
            .tx
            .fetch_all(&APPS, &params, |row| registered_app(row, 0));
        let mut found = found.await?;
        // Engines differ in the order of texts.
        found.sort_by(|one, other| {
            (&one.app.name, &one.app.id).cmp(&(&other.app.name, &other.app.id))
        });
        Ok(found)
    }

    /// Its app with this id, enabled or not.
    pub async fn app(&mut self, id: &ClientId) -> Result<Option<OwnApp>, Error> {
        let params = [self.owner.as_str().into(), id.as_str().into()];
        let found = self.tx.fetch_optional(&APP, &params, |row| {
            Ok((registered_app(row, 0)?, row.get(REGISTERED_APP_COLUMNS)?))
        });
        let Some((registered, disabled_by_owner)) = found.await? else {
            return Ok(None);
        };
        let kept = KeptApp {
            products: self.tx.imports().products_of(id).await?,
            registered,
        };
        Ok(Some(OwnApp {
            kept,
            disabled_by_owner,
        }))
    }

    /// Gives its app another name, other grants and another bound system user; false when there is
    /// no such app.
    pub async fn change_app(&mut self, app: &ClientApp) -> Result<bool, Error> {
        let grants: Vec<_> = app.grants.iter().copied().map(GrantType::as_str).collect();
        let grants = grants.join(" ");
        let bound = app.bound_system_user.as_ref().map(SystemUserName::as_str);
        let params = [
            self.owner.as_str().into(),
            app.id.as_str().into(),
            app.name.as_str().into(),
            grants.as_str().into(),
            bound.into(),
        ];
        Ok(self.tx.execute(&CHANGE_APP, &params).await? == 1)
    }

    /// Lets its app call, or not; false when there is no such app, when it is so already, and when
    /// the operator has disabled it.
    pub async fn switch_app(&mut self, id: &ClientId, enabled: bool) -> Result<bool, Error> {
        let params = [
            self.owner.as_str().into(),
            id.as_str().into(),
            enabled.into(),
        ];
        Ok(self.tx.execute(&SWITCH_APP, &params).await? == 1)
    }

    /// Its system users, by name.
    pub async fn system_users(&mut self) -> Result<Vec<SystemUser>, Error> {
        let params = [self.owner.as_str().into()];
        let mut found = self.tx.fetch_all(&USERS, &params, system_user).await?;
        // Engines differ in the order of texts.
        found.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(found)
    }

    /// Its system user of this name, enabled or not.
    pub async fn system_user(&mut self, name: &SystemUserName) -> Result<Option<OwnUser>, Error> {
        let params = [self.owner.as_str().into(), name.as_str().into()];
        let found = self
            .tx
            .fetch_optional(&USER, &params, |row| Ok((system_user(row)?, row.get(4)?)));
        let Some((user, disabled_by_owner)) = found.await? else {
            return Ok(None);
        };
        let kept = KeptUser {
            organizations: self.tx.imports().organizations_of(name).await?,
            user,
        };
        Ok(Some(OwnUser {
            kept,
            disabled_by_owner,
        }))
    }

    /// Lets its system user do what it may, or nothing; false when there is none of this name, when
    /// it is so already, and when the operator has disabled it.
    pub async fn switch_system_user(
        &mut self,
        name: &SystemUserName,
        enabled: bool,
    ) -> Result<bool, Error> {
        let params = [
            self.owner.as_str().into(),
            name.as_str().into(),
            enabled.into(),
        ];
        Ok(self.tx.execute(&SWITCH_USER, &params).await? == 1)
    }

    /// The organizations whose things its people may let system users see: itself, and those that
    /// its enabled system users may act for.
    pub async fn reached(&mut self) -> Result<Vec<Organization>, Error> {
        let params = [self.owner.as_str().into()];
        self.tx.fetch_all(&REACHED, &params, organization).await
    }

    /// The API products that its apps can be given, by name.
    pub async fn api_products(&mut self) -> Result<Vec<String>, Error> {
        let mut found = self
            .tx
            .fetch_all(&API_PRODUCTS, &[], |row| row.get(0))
            .await?;
        found.sort_unstable();
        Ok(found)
    }
}

fn organization(row: &Row<'_>) -> Result<Organization, Error> {
    Ok(Organization {
        number: row.parse(0, OrganizationNumber::parse)?,
        name: row.get(1)?,
    })
}

fn system_user(row: &Row<'_>) -> Result<SystemUser, Error> {
    Ok(SystemUser {
        name: SystemUserName::new(row.get::<String>(0)?),
        owner: row.parse(1, OrganizationNumber::parse)?,
        password_hash: row.get(2)?,
        enabled: row.get(3)?,
    })
}
