//! Access tokens, by their keyed hash alone.

use domain::access::{AccessToken, ClientId, Scope, SystemUserName, TokenHash};
use jiff::Timestamp;

use crate::client_apps::{REGISTERED_APP_COLUMNS, RegisteredApp, registered_app};
use crate::sql::{Row, Statement};
use crate::{Error, Transaction};

static INSERT: Statement = Statement::new(
    "INSERT INTO access_tokens
            (hash, client_app, system_user, scopes, issued_at, expires_at, revoked)
     VALUES ($1, $2, $3, $4, $5, $6, FALSE)",
);

static FIND: Statement = Statement::new(
    "SELECT a.id, a.name, a.owner_number, a.enabled, a.grants, a.basic_networks,
            a.bound_system_user, a.expires_in_as_string, a.may_introspect, a.spike_per_second,
            a.spike_burst, u.name, t.system_user, t.scopes, t.issued_at, t.expires_at
     FROM access_tokens t
     JOIN client_apps a ON a.id = t.client_app
     LEFT JOIN system_users u ON u.name = t.system_user
          AND u.owner_number = a.owner_number AND u.enabled
     WHERE t.hash = $1 AND NOT t.revoked AND a.enabled AND t.expires_at > $2",
);

static ACR: Statement = Statement::new("SELECT acr FROM access_tokens WHERE hash = $1");

static REVOKE: Statement =
    Statement::new("UPDATE access_tokens SET revoked = TRUE WHERE hash = $1 AND client_app = $2");

static REVOKE_ALL: Statement =
    Statement::new("UPDATE access_tokens SET revoked = TRUE WHERE NOT revoked");

static REVOKE_OF_APP: Statement = Statement::new(
    "UPDATE access_tokens SET revoked = TRUE
     WHERE client_app = $1 AND NOT revoked AND expires_at > $2",
);

static REVOKE_OF_USER: Statement = Statement::new(
    "UPDATE access_tokens SET revoked = TRUE
     WHERE system_user = $1 AND NOT revoked AND expires_at > $2",
);

static PURGE: Statement = Statement::new(
    "DELETE FROM access_tokens WHERE hash IN
        (SELECT hash FROM access_tokens WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)",
);

pub(crate) static STATEMENTS: &[&Statement] = &[
    &INSERT,
    &FIND,
    &ACR,
    &REVOKE,
    &REVOKE_ALL,
    &REVOKE_OF_APP,
    &REVOKE_OF_USER,
    &PURGE,
];

/// A token that was not revoked, with the enabled app that it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownToken {
    /// The token, expired or not.
    pub token: AccessToken,
    /// The app that it was issued to.
    pub registered: RegisteredApp,
    /// The token's system user, if that one is enabled and of the app's own organization.
    pub end_user: Option<SystemUserName>,
}

/// The access tokens, within one transaction.
pub struct AccessTokens<'t>(&'t mut Transaction);

impl Transaction {
    /// The access tokens.
    pub fn access_tokens(&mut self) -> AccessTokens<'_> {
        AccessTokens(self)
    }
}

impl AccessTokens<'_> {
    /// The authentication context class of a token's end user.
    pub async fn acr(&mut self, hash: &TokenHash) -> Result<Option<String>, Error> {
        self.0
            .fetch_optional(&ACR, &[hash.as_str().into()], |row| row.get(0))
            .await
    }

    /// Keeps a token that was just issued.
    pub async fn insert(&mut self, token: &AccessToken) -> Result<(), Error> {
        let scopes: Vec<_> = token.scopes.iter().map(Scope::as_str).collect();
        let scopes = scopes.join(" ");
        let params = [
            token.hash.as_str().into(),
            token.app.as_str().into(),
            token
                .system_user
                .as_ref()
                .map(SystemUserName::as_str)
                .into(),
            scopes.as_str().into(),
            token.issued_at.as_millisecond().into(),
            token.expires_at.as_millisecond().into(),
        ];
        self.0.execute(&INSERT, &params).await.map(drop)
    }

    /// The token with this hash, unless it was revoked, had expired by `forgotten`, or belongs to
    /// an app that is disabled.
    pub async fn find(
        &mut self,
        hash: &TokenHash,
        forgotten: Timestamp,
    ) -> Result<Option<KnownToken>, Error> {
        let params = [hash.as_str().into(), forgotten.as_millisecond().into()];
        self.0
            .fetch_optional(&FIND, &params, |row| known_token(row, hash))
            .await
    }

    /// Ends a token of this app's at once; false when there is no such token.
    pub async fn revoke(&mut self, hash: &TokenHash, app: &ClientId) -> Result<bool, Error> {
        let params = [hash.as_str().into(), app.as_str().into()];
        Ok(self.0.execute(&REVOKE, &params).await? == 1)
    }

    /// Ends every token that has been issued, whoever's it is; how many that were. It may take as
    /// long as it takes.
    pub async fn revoke_all(&mut self) -> Result<u64, Error> {
        self.0.take_time().await?;
        self.0.execute(&REVOKE_ALL, &[]).await
    }

    /// Ends every token of an app that would last beyond now; how many that were.
    pub async fn revoke_of_app(&mut self, app: &ClientId, now: Timestamp) -> Result<u64, Error> {
        let params = [app.as_str().into(), now.as_millisecond().into()];
        self.0.execute(&REVOKE_OF_APP, &params).await
    }

    /// Ends every token of a system user's that would last beyond now; how many that were.
    pub async fn revoke_of_user(
        &mut self,
        user: &SystemUserName,
        now: Timestamp,
    ) -> Result<u64, Error> {
        let params = [user.as_str().into(), now.as_millisecond().into()];
        self.0.execute(&REVOKE_OF_USER, &params).await
    }

    /// Drops tokens that had expired by then, at most so many, and says how many.
    pub async fn purge(&mut self, expired_by: Timestamp, at_most: u32) -> Result<u64, Error> {
        let params = [
            expired_by.as_millisecond().into(),
            i64::from(at_most).into(),
        ];
        self.0.execute(&PURGE, &params).await
    }
}

fn known_token(row: &Row<'_>, hash: &TokenHash) -> Result<KnownToken, Error> {
    const FIRST: usize = REGISTERED_APP_COLUMNS;
    let registered = registered_app(row, 0)?;
    let token = AccessToken {
        hash: hash.clone(),
        app: registered.app.id.clone(),
        system_user: row
            .get::<Option<String>>(FIRST + 1)?
            .map(SystemUserName::new),
        scopes: row.parse(FIRST + 2, |words| {
            Some(words.split_whitespace().map(Scope::new).collect())
        })?,
        issued_at: row.timestamp(FIRST + 3)?,
        expires_at: row.timestamp(FIRST + 4)?,
    };
    let end_user = row.get::<Option<String>>(FIRST)?.map(SystemUserName::new);
    Ok(KnownToken {
        token,
        registered,
        end_user,
    })
}
