//! Admits or refuses a call. It knows apps, API products, scopes and limits, and nothing of what
//! the operations are about.

mod access;
mod call;
mod client;
mod convoy;
mod credentials;
mod grant;
mod guesses;
mod limits;
mod links;
mod logins;
mod passwords;
mod quota;
mod refusal;
mod requirements;
mod server_key;
mod sessions;
mod settings;
mod spike_arrest;
mod table;
mod tokens;
mod trial;

use std::sync::Arc;

use domain::access::{Caller, ClientId};
use domain::{Clock, Entropy};
use jiff::Timestamp;
use storage::{HeldProduct, Store};

pub use call::{Admission, Call, Limit, Limits};
pub use client::ClientAuthentication;
pub use grant::{IssuedToken, TokenRequest};
pub use limits::{AppLimits, NearQuota, QuotaUse};
pub use links::make_secret;
pub use logins::{
    Deed, Enrollment, LEAST_ALONE, LEAST_WITH_CODE, Logins, MOST, PasswordFault, PasswordUse,
    SignIn, SignInRefusal, Verified, check_password,
};
pub use passwords::{HashError, hash_password};
pub use refusal::{GrantError, Refusal, Refused};
pub use requirements::Requirements;
pub use server_key::ServerKey;
pub use sessions::{IDLE, LONGEST, Session, SessionToken};
pub use settings::{Nodes, Settings};
pub use tokens::{ActiveToken, Purged};
pub use trial::{Trial, TrialToken};

use access::Access;
use credentials::{Credential, is_plausible_name};
use guesses::Guesses;
use passwords::Passwords;
use quota::Quotas;
use server_key::Purpose;
use spike_arrest::{Spender, SpikeArrest, nanoseconds};

/// Stands between the network and everything that a customer can do.
pub struct Gateway {
    store: Store,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    key: ServerKey,
    passwords: Arc<Passwords>,
    guesses: Arc<Guesses>,
    spike_arrest: SpikeArrest,
    quotas: Quotas,
}

impl Gateway {
    /// A gateway to what this database knows of apps and system users.
    #[must_use]
    pub fn new(
        store: Store,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        key: ServerKey,
        settings: Settings,
    ) -> Self {
        Self {
            passwords: Arc::new(Passwords::new(
                key.clone(),
                settings.password_checks_at_once,
            )),
            guesses: Arc::new(Guesses::new(key.clone(), settings.limits)),
            spike_arrest: SpikeArrest::new(&store, &clock, settings),
            quotas: Quotas::new(&store, &clock, settings),
            store,
            clock,
            entropy,
            key,
        }
    }

    /// Says who makes a call, or why it may not be made.
    pub async fn admit(&self, call: &Call<'_>) -> Result<Admission, Refused> {
        let mut limits = Limits::default();
        match self.check(call, &mut limits).await {
            Ok((caller, acr)) => Ok(Admission {
                caller,
                acr,
                limits,
            }),
            Err(refused) => Err(Refused { limits, ..refused }),
        }
    }

    /// Puts down in the database what only this process knows. Called when the server stops, after
    /// the last call.
    pub async fn close(&self) -> Result<(), storage::Error> {
        self.quotas.close().await
    }

    /// The checks that need to know nobody, and then those of a known app.
    async fn check(
        &self,
        call: &Call<'_>,
        limits: &mut Limits,
    ) -> Result<(Caller, Option<String>), Refused> {
        let now = self.clock.now();
        let identified = self.identify(call, now).await.map_err(Refusal::from)?;
        let passed = self
            .spike_arrest
            .pass(spender(&identified, call), now, limits)
            .await;
        let access = match (identified, passed) {
            (Ok(access), Ok(())) => access,
            (Ok(access), Err(refusal)) => return Err(access.refused(refusal)),
            (Err(unknown), passed) => return Err(passed.err().unwrap_or(unknown).into()),
        };
        let checked = self.check_access(&access, call, now, limits).await;
        checked.map_err(|refusal| access.refused(refusal))
    }

    /// The checks, in the order in which a call meets them (`docs/api-design.md`). Notes the limits
    /// that it found on its way.
    async fn check_access(
        &self,
        access: &Access,
        call: &Call<'_>,
        now: Timestamp,
        limits: &mut Limits,
    ) -> Result<(Caller, Option<String>), Refusal> {
        access.allowed_from(call.network)?;
        access.unexpired(now)?;
        let product = access.product(call.operation)?;
        access.has_scope(call.scope)?;
        self.count(access, product, now, limits).await?;
        access.has_end_user()?;
        let acr = self.acr(access, call.requirements).await?;
        let caller = access.caller()?;
        self.owns_subscription(&caller, call.requirements).await?;
        Ok((caller, acr))
    }

    /// A call that the quota refuses uses up nothing, so it gets back what it spent of its pace.
    async fn count(
        &self,
        access: &Access,
        product: &HeldProduct,
        now: Timestamp,
        limits: &mut Limits,
    ) -> Result<(), Refusal> {
        let counted = self.quotas.count(access.id(), product, now, limits).await;
        if let Err(Refusal::QuotaViolation { .. }) = counted {
            self.spike_arrest.give_back(&access.registered, now, limits);
        }
        counted
    }

    /// Who stands behind the call's credential; the inner error is that of a credential which
    /// stands for nobody.
    async fn identify(
        &self,
        call: &Call<'_>,
        now: Timestamp,
    ) -> Result<Result<Access, Refusal>, storage::Error> {
        let operation = call.operation;
        match Credential::read(call.authorization) {
            Credential::Missing => Ok(Err(Refusal::MissingAuthorization)),
            Credential::Basic(Some(basic)) if is_plausible_name(&basic.name) => {
                let id = ClientId::new(basic.name);
                let secret = self.key.hash_client_secret(&id, &basic.secret);
                let find = async |transaction: &mut _| {
                    Access::by_secret(transaction, &id, &secret, operation).await
                };
                let found = self.store.read(find).await?;
                Ok(found.ok_or(Refusal::InvalidBasicCredentials))
            }
            Credential::Basic(_) => Ok(Err(Refusal::InvalidBasicCredentials)),
            Credential::Bearer(Some(token)) => {
                let token = self.key.hash(Purpose::AccessToken, token.as_bytes());
                let find = async |transaction: &mut _| {
                    Access::by_token(transaction, &token, operation, now).await
                };
                Ok(self.store.read(find).await?.ok_or(Refusal::InvalidToken))
            }
            Credential::Bearer(None) => Ok(Err(Refusal::InvalidToken)),
        }
    }

    fn now(&self) -> i64 {
        nanoseconds(self.clock.now())
    }
}

/// A known app spends from its own pace, whoever else from the network's.
fn spender<'a>(identified: &'a Result<Access, Refusal>, call: &Call<'_>) -> Spender<'a> {
    match identified {
        Ok(access) => Spender::App(access.id(), access.registered.pace),
        Err(_) => Spender::Network(call.network),
    }
}
