//! System users and client apps, without what is secret about them. Their names are sorted by
//! whoever asks: engines differ in the order of texts.

use domain::OrganizationNumber;
use domain::access::{ClientApp, ClientId, GrantType, SystemUserName};

use super::Imports;
use crate::sql::Statement;
use crate::{Error, Quota, QuotaPeriod, RegisteredApp, SystemUser};

static USERS: Statement = Statement::new("SELECT name FROM system_users");

static ORGANIZATIONS_OF: Statement = Statement::new(
    "SELECT organization_number FROM system_user_organizations WHERE system_user = $1
     ORDER BY organization_number",
);

static APPS: Statement = Statement::new("SELECT id FROM client_apps");

static PRODUCTS_OF: Statement = Statement::new(
    "SELECT api_product, quota_calls, quota_period FROM client_app_products
     WHERE client_app = $1",
);

static CHANGE_APP: Statement = Statement::new(
    "UPDATE client_apps SET name = $2, enabled = $3, grants = $4, basic_networks = $5,
            bound_system_user = $6, expires_in_as_string = $7, may_introspect = $8,
            spike_per_second = $9, spike_burst = $10,
            disabled_by_owner = disabled_by_owner AND NOT enabled AND NOT $3
     WHERE id = $1",
);

static API_PRODUCTS: Statement = Statement::new("SELECT name FROM api_products");

pub(super) static STATEMENTS: &[&Statement] = &[
    &USERS,
    &ORGANIZATIONS_OF,
    &APPS,
    &PRODUCTS_OF,
    &CHANGE_APP,
    &API_PRODUCTS,
];

/// A system user with whom it may act for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptUser {
    /// The system user.
    pub user: SystemUser,
    /// The organizations, by number.
    pub organizations: Vec<OrganizationNumber>,
}

/// A client app with its API products.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptApp {
    /// The app.
    pub registered: RegisteredApp,
    /// The API products by name, each with its quota.
    pub products: Vec<(String, Option<Quota>)>,
}

impl Imports<'_> {
    /// The names of all system users.
    pub async fn user_names(&mut self) -> Result<Vec<SystemUserName>, Error> {
        self.all(&USERS, SystemUserName::new).await
    }

    /// The ids of all client apps.
    pub async fn app_ids(&mut self) -> Result<Vec<ClientId>, Error> {
        self.all(&APPS, ClientId::new).await
    }

    /// The names of all API products.
    pub async fn api_products(&mut self) -> Result<Vec<String>, Error> {
        self.all(&API_PRODUCTS, |name| name).await
    }

    async fn all<T: Ord>(
        &mut self,
        statement: &'static Statement,
        read: impl Fn(String) -> T,
    ) -> Result<Vec<T>, Error> {
        let found = self
            .0
            .fetch_all(statement, &[], |row| Ok(read(row.get(0)?)));
        let mut found = found.await?;
        found.sort_unstable();
        Ok(found)
    }

    /// The system user of this name, with whom it may act for.
    pub async fn user(&mut self, name: &SystemUserName) -> Result<Option<KeptUser>, Error> {
        let Some(user) = self.0.system_users().find(name).await? else {
            return Ok(None);
        };
        let organizations = self.organizations_of(name).await?;
        Ok(Some(KeptUser {
            user,
            organizations,
        }))
    }

    /// The organizations that a system user may act for, by number.
    pub(crate) async fn organizations_of(
        &mut self,
        name: &SystemUserName,
    ) -> Result<Vec<OrganizationNumber>, Error> {
        let params = [name.as_str().into()];
        let organizations = self.0.fetch_all(&ORGANIZATIONS_OF, &params, |row| {
            row.parse(0, OrganizationNumber::parse)
        });
        organizations.await
    }

    /// The client app with this id, with its API products.
    pub async fn app(&mut self, id: &ClientId) -> Result<Option<KeptApp>, Error> {
        let Some(registered) = self.0.client_apps().find(id).await? else {
            return Ok(None);
        };
        let products = self.products_of(id).await?;
        Ok(Some(KeptApp {
            registered,
            products,
        }))
    }

    /// The API products that an app has, by name, each with its quota.
    pub(crate) async fn products_of(
        &mut self,
        id: &ClientId,
    ) -> Result<Vec<(String, Option<Quota>)>, Error> {
        let params = [id.as_str().into()];
        let products = self.0.fetch_all(&PRODUCTS_OF, &params, |row| {
            let period = row.parse_optional(2, QuotaPeriod::parse)?;
            let calls = row.get::<Option<i64>>(1)?.map(u32::try_from).transpose();
            let calls = calls.map_err(|_| row.inconsistent(1, "out of range"))?;
            let quota = calls
                .zip(period)
                .map(|(calls, period)| Quota { calls, period });
            Ok((row.get::<String>(0)?, quota))
        });
        let mut products = products.await?;
        products.sort_unstable_by(|one, other| one.0.cmp(&other.0));
        Ok(products)
    }

    /// Makes an app what is wanted; its owner, secrets and API products stay.
    pub async fn change_app(&mut self, wanted: &RegisteredApp) -> Result<(), Error> {
        let app: &ClientApp = &wanted.app;
        let grants: Vec<_> = app.grants.iter().copied().map(GrantType::as_str).collect();
        let (grants, networks) = (grants.join(" "), app.basic_networks.join(" "));
        let bound = app.bound_system_user.as_ref().map(SystemUserName::as_str);
        let params = [
            app.id.as_str().into(),
            app.name.as_str().into(),
            app.enabled.into(),
            grants.as_str().into(),
            networks.as_str().into(),
            bound.into(),
            app.expires_in_as_string.into(),
            wanted.may_introspect.into(),
            i64::from(wanted.pace.calls_per_second).into(),
            i64::from(wanted.pace.burst).into(),
        ];
        self.0.execute(&CHANGE_APP, &params).await.map(drop)
    }
}
