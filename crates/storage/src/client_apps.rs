//! Client apps: their secrets, their API products, and how fast they may call.

use domain::OrganizationNumber;
use domain::access::{ClientApp, ClientId, GrantType, SystemUserName, TokenHash};
use jiff::Timestamp;

use crate::sql::{Row, Statement};
use crate::{Error, Quota, Transaction};

static INSERT: Statement = Statement::new(
    "INSERT INTO client_apps (id, name, owner_number, enabled, grants, basic_networks,
            bound_system_user, expires_in_as_string, may_introspect, spike_per_second, spike_burst)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
);

static FIND: Statement = Statement::new(
    "SELECT id, name, owner_number, enabled, grants, basic_networks, bound_system_user,
            expires_in_as_string, may_introspect, spike_per_second, spike_burst
     FROM client_apps WHERE id = $1",
);

static FIND_BY_SECRET: Statement = Statement::new(
    "SELECT a.id, a.name, a.owner_number, a.enabled, a.grants, a.basic_networks,
            a.bound_system_user, a.expires_in_as_string, a.may_introspect, a.spike_per_second,
            a.spike_burst, u.name
     FROM client_secrets s
     JOIN client_apps a ON a.id = s.client_app
     LEFT JOIN system_users u ON u.name = a.bound_system_user
          AND u.owner_number = a.owner_number AND u.enabled
     WHERE s.client_app = $1 AND s.hash = $2 AND a.enabled",
);

static HOLD: Statement =
    Statement::new("SELECT id FROM client_apps WHERE id = $1 AND enabled /* for share */");

static HOLD_SECRET: Statement = Statement::new(
    "SELECT place FROM client_secrets WHERE client_app = $1 AND hash = $2 /* for share */",
);

static SET_ENABLED: Statement = Statement::new(
    "UPDATE client_apps
     SET enabled = $2, disabled_by_owner = disabled_by_owner AND NOT enabled AND NOT $2
     WHERE id = $1",
);

static SET_PACE: Statement =
    Statement::new("UPDATE client_apps SET spike_per_second = $2, spike_burst = $3 WHERE id = $1");

static ADD_SECRET: Statement = Statement::new(
    "INSERT INTO client_secrets (client_app, place, hash, created_at)
     SELECT $1, p.place, $2, $3 FROM (SELECT 1 AS place UNION ALL SELECT 2) p
     WHERE NOT EXISTS (SELECT 1 FROM client_secrets s
                       WHERE s.client_app = $1 AND s.place = p.place)
     ORDER BY p.place LIMIT 1",
);

static REMOVE_SECRET: Statement =
    Statement::new("DELETE FROM client_secrets WHERE client_app = $1 AND hash = $2");

static SECRETS: Statement = Statement::new(
    "SELECT hash, created_at FROM client_secrets WHERE client_app = $1 ORDER BY created_at, place",
);

static ADD_PRODUCT: Statement = Statement::new(
    "INSERT INTO client_app_products (client_app, api_product, quota_calls, quota_period)
     VALUES ($1, $2, $3, $4)
     ON CONFLICT (client_app, api_product) DO UPDATE
     SET quota_calls = excluded.quota_calls, quota_period = excluded.quota_period",
);

static REMOVE_PRODUCT: Statement =
    Statement::new("DELETE FROM client_app_products WHERE client_app = $1 AND api_product = $2");

pub(crate) static STATEMENTS: &[&Statement] = &[
    &INSERT,
    &FIND,
    &FIND_BY_SECRET,
    &HOLD,
    &HOLD_SECRET,
    &SET_ENABLED,
    &SET_PACE,
    &ADD_SECRET,
    &REMOVE_SECRET,
    &SECRETS,
    &ADD_PRODUCT,
    &REMOVE_PRODUCT,
];

/// A client app, with what the gateway alone needs to know of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisteredApp {
    /// The app.
    pub app: ClientApp,
    /// How fast it may call.
    pub pace: Pace,
    /// Whether it may ask what a token stands for (RFC 7662).
    pub may_introspect: bool,
}

/// A smoothed rate: one call each 1/`calls_per_second` seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// How many calls a second, evenly spread; 1 or more.
    pub calls_per_second: u32,
    /// How many may come at once after a pause; 1 or more.
    pub burst: u32,
}

/// An enabled app that showed one of its secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthenticatedApp {
    /// The app.
    pub registered: RegisteredApp,
    /// The system user that is bound to it, if that one is enabled and of the same organization.
    pub end_user: Option<SystemUserName>,
}

/// The client apps, within one transaction.
pub struct ClientApps<'t>(&'t mut Transaction);

impl Transaction {
    /// The client apps.
    pub fn client_apps(&mut self) -> ClientApps<'_> {
        ClientApps(self)
    }
}

impl ClientApps<'_> {
    /// Registers an app, without secrets or API products yet.
    pub async fn insert(&mut self, registered: &RegisteredApp) -> Result<(), Error> {
        let RegisteredApp {
            app,
            pace,
            may_introspect,
        } = registered;
        let grants: Vec<_> = app.grants.iter().map(|grant| grant.as_str()).collect();
        let (grants, networks) = (grants.join(" "), app.basic_networks.join(" "));
        let params = [
            app.id.as_str().into(),
            app.name.as_str().into(),
            app.owner.as_str().into(),
            app.enabled.into(),
            grants.as_str().into(),
            networks.as_str().into(),
            app.bound_system_user
                .as_ref()
                .map(SystemUserName::as_str)
                .into(),
            app.expires_in_as_string.into(),
            (*may_introspect).into(),
            i64::from(pace.calls_per_second).into(),
            i64::from(pace.burst).into(),
        ];
        self.0.execute(&INSERT, &params).await.map(drop)
    }

    /// Ends every token of an app that would last beyond now; how many that were.
    pub async fn end_tokens(&mut self, id: &ClientId, now: Timestamp) -> Result<u64, Error> {
        self.0.access_tokens().revoke_of_app(id, now).await
    }

    /// The app with this id, enabled or not.
    pub async fn find(&mut self, id: &ClientId) -> Result<Option<RegisteredApp>, Error> {
        self.0
            .fetch_optional(&FIND, &[id.as_str().into()], |row| registered_app(row, 0))
            .await
    }

    /// The enabled app with this id, one of whose secrets has this hash.
    pub async fn find_by_secret(
        &mut self,
        id: &ClientId,
        secret: &TokenHash,
    ) -> Result<Option<AuthenticatedApp>, Error> {
        let params = [id.as_str().into(), secret.as_str().into()];
        let decode = |row: &Row<'_>| {
            Ok(AuthenticatedApp {
                registered: registered_app(row, 0)?,
                end_user: row
                    .get::<Option<String>>(REGISTERED_APP_COLUMNS)?
                    .map(SystemUserName::new),
            })
        };
        self.0
            .fetch_optional(&FIND_BY_SECRET, &params, decode)
            .await
    }

    /// Keeps an enabled app as it is until the transaction ends; false when it is not enabled, or not
    /// there.
    pub async fn hold(&mut self, id: &ClientId) -> Result<bool, Error> {
        let params = [id.as_str().into()];
        let found = self
            .0
            .fetch_optional(&HOLD, &params, |row| row.get::<String>(0));
        Ok(found.await?.is_some())
    }

    /// Keeps one of an app's secrets until the transaction ends; false when the app has no such
    /// secret.
    pub async fn hold_secret(&mut self, id: &ClientId, secret: &TokenHash) -> Result<bool, Error> {
        let params = [id.as_str().into(), secret.as_str().into()];
        let found = self
            .0
            .fetch_optional(&HOLD_SECRET, &params, |row| row.get::<i64>(0));
        Ok(found.await?.is_some())
    }

    /// Lets an app call, or not; false when there is no such app.
    pub async fn set_enabled(&mut self, id: &ClientId, enabled: bool) -> Result<bool, Error> {
        let params = [id.as_str().into(), enabled.into()];
        Ok(self.0.execute(&SET_ENABLED, &params).await? == 1)
    }

    /// Sets how fast an app may call; false when there is no such app.
    pub async fn set_pace(&mut self, id: &ClientId, pace: Pace) -> Result<bool, Error> {
        let params = [
            id.as_str().into(),
            i64::from(pace.calls_per_second).into(),
            i64::from(pace.burst).into(),
        ];
        Ok(self.0.execute(&SET_PACE, &params).await? == 1)
    }

    /// Adds a secret; false when the app has two already.
    pub async fn add_secret(
        &mut self,
        id: &ClientId,
        secret: &TokenHash,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let params = [
            id.as_str().into(),
            secret.as_str().into(),
            now.as_millisecond().into(),
        ];
        Ok(self.0.execute(&ADD_SECRET, &params).await? == 1)
    }

    /// Ends a secret; false when the app has no such secret.
    pub async fn remove_secret(
        &mut self,
        id: &ClientId,
        secret: &TokenHash,
    ) -> Result<bool, Error> {
        let params = [id.as_str().into(), secret.as_str().into()];
        Ok(self.0.execute(&REMOVE_SECRET, &params).await? == 1)
    }

    /// The hashes of an app's secrets with when each was added, the oldest first.
    pub async fn secrets(&mut self, id: &ClientId) -> Result<Vec<(TokenHash, Timestamp)>, Error> {
        let params = [id.as_str().into()];
        let found = self.0.fetch_all(&SECRETS, &params, |row| {
            Ok((TokenHash::new(row.get::<String>(0)?), row.timestamp(1)?))
        });
        found.await
    }

    /// Gives an app an API product, or another quota for one that it has.
    pub async fn add_product(
        &mut self,
        id: &ClientId,
        api_product: &str,
        quota: Option<Quota>,
    ) -> Result<(), Error> {
        let params = [
            id.as_str().into(),
            api_product.into(),
            quota.map(|quota| i64::from(quota.calls)).into(),
            quota.map(|quota| quota.period.as_str()).into(),
        ];
        self.0.execute(&ADD_PRODUCT, &params).await.map(drop)
    }

    /// Takes an API product from an app; false when it did not have it.
    pub async fn remove_product(
        &mut self,
        id: &ClientId,
        api_product: &str,
    ) -> Result<bool, Error> {
        let params = [id.as_str().into(), api_product.into()];
        Ok(self.0.execute(&REMOVE_PRODUCT, &params).await? == 1)
    }
}

/// How many neighboring columns an app is read from.
pub(crate) const REGISTERED_APP_COLUMNS: usize = 11;

/// An app from neighboring columns, in the order of the table.
pub(crate) fn registered_app(row: &Row<'_>, first: usize) -> Result<RegisteredApp, Error> {
    let app = ClientApp {
        id: ClientId::new(row.get::<String>(first)?),
        name: row.get(first + 1)?,
        owner: row.parse(first + 2, OrganizationNumber::parse)?,
        enabled: row.get(first + 3)?,
        grants: row.parse(first + 4, |words| {
            words.split_whitespace().map(GrantType::parse).collect()
        })?,
        basic_networks: row.parse(first + 5, |words| {
            Some(words.split_whitespace().map(str::to_owned).collect())
        })?,
        bound_system_user: row
            .get::<Option<String>>(first + 6)?
            .map(SystemUserName::new),
        expires_in_as_string: row.get(first + 7)?,
    };
    let count = |index: usize| {
        let count = u32::try_from(row.get::<i64>(index)?)
            .ok()
            .filter(|count| *count > 0);
        count.ok_or_else(|| row.inconsistent(index, "a count out of range"))
    };
    Ok(RegisteredApp {
        app,
        may_introspect: row.get(first + 8)?,
        pace: Pace {
            calls_per_second: count(first + 9)?,
            burst: count(first + 10)?,
        },
    })
}
