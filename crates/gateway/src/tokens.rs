//! What happens to tokens after they were issued: logout, revocation (RFC 7009), introspection
//! (RFC 7662), and their end.

use std::net::IpAddr;

use domain::access::{ClientId, Scope, SystemUserName};
use jiff::Timestamp;
use storage::{KnownToken, Transaction};

use crate::access::forgotten_at;
use crate::call::{Call, Limits};
use crate::client::ClientAuthentication;
use crate::credentials::well_formed_token;
use crate::grant::required;
use crate::server_key::Purpose;
use crate::sessions::ended_by;
use crate::spike_arrest::Spender;
use crate::{Gateway, GrantError, Refusal, Refused, Requirements};

/// How many tokens one transaction of the purge drops, so that no other writer waits long.
const PURGED_AT_ONCE: u32 = 1_000;

/// What a token that may be used now stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActiveToken {
    /// The app that it was issued to.
    pub app: ClientId,
    /// The system user that it acts for, if any.
    pub system_user: Option<SystemUserName>,
    /// What it may be used for: words with blanks between them.
    pub scope: String,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// How many rows a purge has dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Purged {
    /// Tokens that had expired more than a day ago.
    pub access_tokens: u64,
    /// Windows of quotas that were over more than a day ago.
    pub quota_windows: u64,
    /// Buckets of the spike arrest that nobody had spent from for a day.
    pub spike_buckets: u64,
    /// Sessions of people that have ended.
    pub sessions: u64,
}

impl Gateway {
    /// Ends the token that the headers present, at once and on every node.
    pub async fn log_out(&self, authorization: &[&[u8]], network: IpAddr) -> Result<(), Refused> {
        let call = Call {
            operation: "",
            scope: "",
            requirements: Requirements::default(),
            authorization,
            network,
        };
        let mut limits = Limits::default();
        self.end_token(&call, &mut limits)
            .await
            .map_err(|refusal| Refused {
                limits,
                ..refusal.into()
            })
    }

    /// A logout counts against nobody's pace, but trying out tokens does.
    async fn end_token(&self, call: &Call<'_>, limits: &mut Limits) -> Result<(), Refusal> {
        let now = self.clock.now();
        let identified = self.identify(call, now).await?;
        if identified.is_err() {
            self.spike_arrest
                .pass(Spender::Network(call.network), now, limits)
                .await?;
        }
        let access = identified?;
        let token = access.token()?;
        access.unexpired(now)?;
        self.store
            .transact(async |transaction| {
                transaction.access_tokens().revoke(token, access.id()).await
            })
            .await?;
        Ok(())
    }

    /// Ends a token of the app that asks. Whether there was such a token is not told.
    pub async fn revoke(
        &self,
        client: &ClientAuthentication<'_>,
        token: Option<&str>,
    ) -> Result<(), GrantError> {
        let app = self.authenticate(client).await?.app;
        let Some(token) = well_formed_token(required("token", token)?.as_bytes()) else {
            return Ok(());
        };
        let (app, hash) = (
            &app.registered.app.id,
            self.key.hash(Purpose::AccessToken, token.as_bytes()),
        );
        self.store
            .transact(async |transaction| transaction.access_tokens().revoke(&hash, app).await)
            .await?;
        Ok(())
    }

    /// Tells an app that may know it what a token stands for; nothing when it may not be used.
    pub async fn introspect(
        &self,
        client: &ClientAuthentication<'_>,
        token: Option<&str>,
    ) -> Result<Option<ActiveToken>, GrantError> {
        let app = self.authenticate(client).await?.app;
        if !app.registered.may_introspect {
            return Err(GrantError::UnauthorizedClient);
        }
        let Some(token) = well_formed_token(required("token", token)?.as_bytes()) else {
            return Ok(None);
        };
        let (now, hash) = (
            self.clock.now(),
            self.key.hash(Purpose::AccessToken, token.as_bytes()),
        );
        let known = self
            .store
            .read(async |transaction| transaction.access_tokens().find(&hash, now).await)
            .await?;
        Ok(known.and_then(active))
    }

    /// Drops what nobody will ask for any more; a job of the server calls it from time to time.
    pub async fn purge(&self) -> Result<Purged, storage::Error> {
        let now = self.clock.now();
        let forgotten = forgotten_at(now);
        let mut purged = Purged {
            quota_windows: self.quotas.purge(forgotten).await?,
            spike_buckets: self.spike_arrest.purge(forgotten).await?,
            ..Purged::default()
        };
        let ended = ended_by(now);
        purged.access_tokens = self
            .purge_in_steps(async |tx| tx.access_tokens().purge(forgotten, PURGED_AT_ONCE).await)
            .await?;
        purged.sessions = self
            .purge_in_steps(async |tx| tx.sessions().purge(ended, PURGED_AT_ONCE).await)
            .await?;
        Ok(purged)
    }

    async fn purge_in_steps(
        &self,
        purge: impl AsyncFnOnce(&mut Transaction) -> Result<u64, storage::Error> + Clone,
    ) -> Result<u64, storage::Error> {
        let mut all = 0;
        loop {
            let dropped = self.store.transact(purge.clone()).await?;
            all += dropped;
            if dropped < u64::from(PURGED_AT_ONCE) {
                return Ok(all);
            }
        }
    }
}

/// A token whose system user is disabled or gone is of no use.
fn active(known: KnownToken) -> Option<ActiveToken> {
    let usable = known.token.system_user == known.end_user;
    let scopes: Vec<_> = known.token.scopes.iter().map(Scope::as_str).collect();
    usable.then(|| ActiveToken {
        scope: scopes.join(" "),
        app: known.token.app,
        system_user: known.end_user,
        issued_at: known.token.issued_at,
        expires_at: known.token.expires_at,
    })
}
