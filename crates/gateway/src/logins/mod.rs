//! How people sign in to pages: a password, and a one-time code if they have set that up. Whether
//! there is such a person, and what they may do, is for the one who asks to know.

mod deeds;
mod one_time;
mod policy;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use domain::access::Realm;
use domain::{Clock, Entropy};
use storage::{Error, Login, NewPassword, Store, Transaction};
use tokio::task::spawn_blocking;

use crate::guesses::{Guesses, Suspect, Throttled};
use crate::passwords::{Attempt, Passwords, hash_password};
use crate::spike_arrest::nanoseconds;
use crate::{Gateway, ServerKey, Settings};

pub use deeds::Deed;
pub use one_time::Enrollment;
pub use policy::{LEAST_ALONE, LEAST_WITH_CODE, MOST, PasswordFault, PasswordUse, check_password};

use one_time::Holder;
use policy::normalized;

/// No name that a person has is longer.
const LONGEST_NAME: usize = 300;

/// Passwords, one-time codes and sessions. Cheap to clone.
#[derive(Clone)]
pub struct Logins {
    pub(crate) store: Store,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) key: ServerKey,
    passwords: Arc<Passwords>,
    guesses: Arc<Guesses>,
}

/// What someone has typed to sign in.
#[derive(Clone, Copy)]
pub struct SignIn<'a> {
    /// The name, which need not be anybody's.
    pub name: &'a str,
    /// Whether there is such a person who may sign in. If not, it takes as long and fails.
    pub known: bool,
    /// The password.
    pub password: &'a str,
    /// The one-time code; empty when none was typed.
    pub code: &'a str,
    /// Where the request comes from.
    pub network: IpAddr,
}

/// Someone whose password and code were right.
#[derive(Clone, PartialEq, Eq)]
pub struct Verified {
    pub(crate) realm: Realm,
    /// As it was when it was checked.
    pub(crate) login: Login,
    step: Option<i64>,
}

impl Verified {
    /// Whether signing in takes the same as when it was checked.
    pub(crate) fn is_by(&self, login: &Login) -> bool {
        self.login.password_hash == login.password_hash && self.login.totp_seed == login.totp_seed
    }
}

/// Why someone can't sign in.
#[derive(Debug, thiserror::Error)]
pub enum SignInRefusal {
    /// The name, the password or the code is wrong; which one is not told.
    #[error("the name, the password or the code is wrong")]
    Wrong,
    /// Too many were wrong, or are being checked; whether this one is right was not looked at.
    #[error("wait {} s before the next try", retry_after.as_secs())]
    TooSoon {
        /// Whole seconds.
        retry_after: Duration,
    },
    /// The database failed; for the log alone.
    #[error(transparent)]
    Storage(#[from] Error),
}

impl From<Throttled> for SignInRefusal {
    fn from(throttled: Throttled) -> Self {
        Self::TooSoon {
            retry_after: throttled.retry_after,
        }
    }
}

impl Gateway {
    /// The logins of the same database. They share the processors that may check passwords, and the
    /// counts of those who guess.
    #[must_use]
    pub fn logins(&self) -> Logins {
        Logins {
            store: self.store.clone(),
            clock: Arc::clone(&self.clock),
            entropy: Arc::clone(&self.entropy),
            key: self.key.clone(),
            passwords: Arc::clone(&self.passwords),
            guesses: Arc::clone(&self.guesses),
        }
    }
}

impl Logins {
    /// Logins without a gateway, for the command line.
    #[must_use]
    pub fn new(
        store: Store,
        (clock, entropy): (Arc<dyn Clock>, Arc<dyn Entropy>),
        key: ServerKey,
        settings: Settings,
    ) -> Self {
        let passwords = Passwords::new(key.clone(), settings.password_checks_at_once);
        let guesses = Guesses::new(key.clone(), settings.limits);
        Self {
            store,
            clock,
            entropy,
            key,
            passwords: Arc::new(passwords),
            guesses: Arc::new(guesses),
        }
    }

    /// Checks the password and, if one is asked for, the code.
    pub async fn verify(
        &self,
        realm: Realm,
        typed: &SignIn<'_>,
    ) -> Result<Verified, SignInRefusal> {
        let suspects = [
            Suspect::Person(realm, typed.name),
            Suspect::Network(typed.network),
        ];
        let login = self.checked(realm, typed, &suspects).await?;
        let verified = login.and_then(|login| self.with_code(realm, login, typed.code));
        let now = nanoseconds(self.clock.now());
        if let Some(verified) = verified {
            self.guesses.succeed(&suspects, now);
            return Ok(verified);
        }
        self.guesses.fail(&suspects, now);
        // What was typed as a name may be a password.
        let name = if typed.known { typed.name } else { "(unknown)" };
        let (realm, network) = (realm.as_str(), typed.network);
        tracing::warn!(name, realm, %network, "a sign-in failed");
        Err(SignInRefusal::Wrong)
    }

    /// Checks the password alone, of somebody who is signed in already.
    pub async fn verify_password(
        &self,
        realm: Realm,
        typed: &SignIn<'_>,
    ) -> Result<(), SignInRefusal> {
        let suspects = [Suspect::Person(realm, typed.name)];
        let login = self.checked(realm, typed, &suspects).await?;
        let now = nanoseconds(self.clock.now());
        if login.is_some() {
            self.guesses.succeed(&suspects, now);
            return Ok(());
        }
        self.guesses.fail(&suspects, now);
        Err(SignInRefusal::Wrong)
    }

    /// The login whose password this is.
    async fn checked(
        &self,
        realm: Realm,
        typed: &SignIn<'_>,
        suspects: &[Suspect<'_>],
    ) -> Result<Option<Login>, SignInRefusal> {
        let may_try = || self.guesses.check(suspects, nanoseconds(self.clock.now()));
        may_try()?;
        let login = self.find(realm, typed.name).await?;
        let login = login.filter(|_| typed.known);
        let password = normalized(typed.password);
        let attempt = Attempt {
            name: typed.name,
            password: &password,
            stored_hash: login.as_ref().map(|login| login.password_hash.as_str()),
        };
        let right = self.passwords.check(attempt, may_try).await?;
        Ok(login.filter(|_| right))
    }

    async fn find(&self, realm: Realm, name: &str) -> Result<Option<Login>, Error> {
        if name.len() > LONGEST_NAME || name.contains('\0') {
            return Ok(None);
        }
        self.store
            .read(async |tx| tx.logins().find(realm, name).await)
            .await
    }

    /// The person of the login, if the code is right where one is asked for.
    fn with_code(&self, realm: Realm, login: Login, code: &str) -> Option<Verified> {
        let mut step = None;
        if let Some(seed) = &login.totp_seed {
            let name = login.name.as_str();
            let given = (seed.as_str(), code);
            let now = self.clock.now();
            let found = one_time::step(&self.key, Holder { realm, name }, given, now)?;
            step = Some(found).filter(|found| *found > login.totp_last_step);
            step?;
        }
        Some(Verified { realm, login, step })
    }

    /// Uses up the code with which someone was verified; false when it was used meanwhile.
    pub(crate) async fn use_code(
        &self,
        tx: &mut Transaction,
        verified: &Verified,
    ) -> Result<bool, Error> {
        let Some(step) = verified.step else {
            return Ok(true);
        };
        tx.logins()
            .use_step(verified.realm, &verified.login.name, step)
            .await
    }

    /// Hashes a password that was found fit, when its turn has come.
    pub async fn hash(&self, password: &str) -> Result<String, SignInRefusal> {
        let turn = self.passwords.turn().await?;
        let (entropy, password) = (Arc::clone(&self.entropy), normalized(password));
        let hashed = spawn_blocking(move || {
            let hash = hash_password(&password, entropy.as_ref());
            drop(turn);
            hash
        });
        match hashed.await {
            Ok(Ok(hash)) => Ok(hash),
            failed => {
                tracing::error!(?failed, "a password can't be hashed");
                let retry_after = Duration::from_secs(1);
                Err(SignInRefusal::TooSoon { retry_after })
            }
        }
    }

    /// Sets someone's password and ends all their sessions.
    pub async fn set_password(
        &self,
        tx: &mut Transaction,
        (realm, name): (Realm, &str),
        (hash, must_change): (&str, bool),
    ) -> Result<(), Error> {
        let password = NewPassword {
            hash,
            must_change,
            at: self.clock.now(),
        };
        tx.logins().set_password(realm, name, password).await?;
        tx.sessions().end_others(realm, name, None).await.map(drop)
    }

    /// Whether signing in takes a code; nothing when there is no password to sign in with.
    pub async fn asks_for_code(&self, realm: Realm, name: &str) -> Result<Option<bool>, Error> {
        let login = self.find(realm, name).await?;
        Ok(login.map(|login| login.totp_seed.is_some()))
    }

    /// What a device needs to make codes, with a seed that nobody has had.
    #[must_use]
    pub fn offer_codes(&self, realm: Realm, name: &str, issuer: &str) -> Enrollment {
        let seed = one_time::new_seed(self.entropy.as_ref());
        one_time::enrollment(&self.key, Holder { realm, name }, (&seed, issuer))
    }

    /// The same once more for a seed that was offered before; nothing for what is no seed.
    #[must_use]
    pub fn offered_codes(
        &self,
        (realm, name): (Realm, &str),
        seed: &str,
        issuer: &str,
    ) -> Option<Enrollment> {
        let holder = Holder { realm, name };
        one_time::is_seed(seed).then(|| one_time::enrollment(&self.key, holder, (seed, issuer)))
    }

    /// Asks for codes from now on, if this is one of the offered ones; false when it is not.
    pub(crate) async fn begin_codes(
        &self,
        tx: &mut Transaction,
        (realm, name): (Realm, &str),
        (seed, code): (&str, &str),
    ) -> Result<bool, Error> {
        let holder = Holder { realm, name };
        let now = self.clock.now();
        let step = one_time::is_seed(seed)
            .then(|| one_time::step(&self.key, holder, (seed, code), now))
            .flatten();
        match step {
            Some(step) => tx.logins().set_seed(realm, name, (seed, step)).await,
            None => Ok(false),
        }
    }

    /// Asks for codes no longer; false when none were asked for. When the password may be too short
    /// to stand alone, it has to be changed at the next sign-in.
    pub async fn end_codes(
        &self,
        tx: &mut Transaction,
        (realm, name): (Realm, &str),
        must_change: bool,
    ) -> Result<bool, Error> {
        tx.logins().remove_seed(realm, name, must_change).await
    }
}
