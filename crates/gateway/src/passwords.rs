//! Passwords that people choose: slow to hash, few at a time, and cheap when they were right
//! before.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use domain::Entropy;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::spawn_blocking;

use crate::guesses::Throttled;
use crate::server_key::{Purpose, ServerKey};

/// Verified when there is no such user, so that the answer takes as long.
const NOBODYS_HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$ByRqLlo5dfG8KvXScNfAZw$\
    JQnSAsIgqyaUKoXqcfVic4sfZQyUmQPtW/E47uJXYYo";

/// How many logins may wait for their turn.
const LONGEST_QUEUE: usize = 256;

/// How many logins are remembered, in each of two generations.
const GENERATION: usize = 8_192;

/// A password could not be hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("hash the password: {0}")]
pub struct HashError(argon2::password_hash::Error);

/// Hashes a password with Argon2id (19 MiB, two passes, one lane) into a PHC string. It takes some
/// 30 milliseconds, so it is no work for an async thread.
pub fn hash_password(password: &str, entropy: &dyn Entropy) -> Result<String, HashError> {
    let mut salt = [0; 16];
    entropy.fill(&mut salt);
    let hash: PasswordHash = Argon2::default()
        .hash_password_with_salt(password.as_bytes(), &salt)
        .map_err(HashError)?;
    Ok(hash.to_string())
}

/// What a login claims, and what the database knows of that user.
#[derive(Clone, Copy)]
pub(crate) struct Attempt<'a> {
    pub(crate) name: &'a str,
    pub(crate) password: &'a str,
    pub(crate) stored_hash: Option<&'a str>,
}

/// How long the caller of one login too many is asked to wait.
const BUSY: Throttled = Throttled {
    retry_after: Duration::from_secs(1),
};

/// Checks passwords.
pub(crate) struct Passwords {
    key: ServerKey,
    queue: Semaphore,
    checks: Arc<Semaphore>,
    proven: Mutex<Generations>,
}

impl Passwords {
    pub(crate) fn new(key: ServerKey, checks_at_once: usize) -> Self {
        Self {
            key,
            queue: Semaphore::new(LONGEST_QUEUE),
            checks: Arc::new(Semaphore::new(checks_at_once.max(1))),
            proven: Mutex::default(),
        }
    }

    /// Whether the password is the user's, without telling by its time whether there is such a
    /// user. Whether it may still be tried is asked again when its turn has come, for meanwhile
    /// others may have failed.
    pub(crate) async fn verify(
        &self,
        attempt: Attempt<'_>,
        may_try: impl Fn() -> Result<(), Throttled>,
    ) -> Result<bool, Throttled> {
        let proof = attempt
            .stored_hash
            .map(|stored| self.proof(attempt, stored));
        if proof.is_some_and(|proof| self.remembers(&proof)) {
            return Ok(true);
        }
        let right = self.check(attempt, may_try).await?;
        if let Some(proof) = proof.filter(|_| right) {
            self.remember(proof);
        }
        Ok(right)
    }

    /// The same without remembering anything, so that a right password takes as long each time.
    pub(crate) async fn check(
        &self,
        attempt: Attempt<'_>,
        may_try: impl Fn() -> Result<(), Throttled>,
    ) -> Result<bool, Throttled> {
        let turn = self.turn().await?;
        may_try()?;
        let password = attempt.password.to_owned();
        let stored = attempt.stored_hash.unwrap_or(NOBODYS_HASH).to_owned();
        let checked = spawn_blocking(move || {
            let right = matches(&password, &stored);
            // Kept until here, so that a caller who stops waiting makes no room for another check.
            drop(turn);
            right
        });
        Ok(checked.await.unwrap_or(false) && attempt.stored_hash.is_some())
    }

    /// Waits for one of the processors that may work on passwords, unless too many do already.
    pub(crate) async fn turn(&self) -> Result<OwnedSemaphorePermit, Throttled> {
        let _place = self.queue.try_acquire().map_err(|_| BUSY)?;
        let turn = Arc::clone(&self.checks).acquire_owned();
        turn.await.map_err(|_| BUSY)
    }

    /// Holds the stored hash, so that a proof is worth nothing once the password is another.
    fn proof(&self, attempt: Attempt<'_>, stored: &str) -> [u8; 32] {
        let parts = [
            attempt.name.as_bytes(),
            attempt.password.as_bytes(),
            stored.as_bytes(),
        ];
        self.key.digest(Purpose::ProvenLogin, &parts)
    }

    fn remembers(&self, proof: &[u8; 32]) -> bool {
        self.proven
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .contains(proof)
    }

    fn remember(&self, proof: [u8; 32]) {
        self.proven
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(proof);
    }
}

fn matches(password: &str, stored: &str) -> bool {
    match PasswordHash::new(stored) {
        Ok(hash) => Argon2::default()
            .verify_password(password.as_bytes(), &hash)
            .is_ok(),
        Err(error) => {
            tracing::error!(%error, "a stored password hash cannot be read");
            false
        }
    }
}

/// What was seen lately: when one generation is full, the one before it is forgotten.
#[derive(Default)]
struct Generations {
    young: HashSet<[u8; 32]>,
    old: HashSet<[u8; 32]>,
}

impl Generations {
    fn contains(&mut self, proof: &[u8; 32]) -> bool {
        if self.young.contains(proof) {
            return true;
        }
        let found = self.old.contains(proof);
        if found {
            self.insert(*proof);
        }
        found
    }

    fn insert(&mut self, proof: [u8; 32]) {
        if self.young.len() >= GENERATION {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(proof);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use testkit::SeededEntropy;

    fn passwords() -> Passwords {
        Passwords::new(ServerKey::new(&[1; 32]), 2)
    }

    fn attempt<'a>(password: &'a str, stored_hash: Option<&'a str>) -> Attempt<'a> {
        Attempt {
            name: "API1000DEMO",
            password,
            stored_hash,
        }
    }

    async fn verify(
        passwords: &Passwords,
        password: &str,
        stored_hash: Option<&str>,
    ) -> Result<bool, Throttled> {
        passwords
            .verify(attempt(password, stored_hash), || Ok(()))
            .await
    }

    #[test]
    fn a_hash_says_how_it_was_made() {
        let hash = hash_password("demo-password", &SeededEntropy::new(1)).expect("a hash");
        assert!(
            hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{hash}"
        );
        assert_ne!(
            hash,
            hash_password("demo-password", &SeededEntropy::new(2)).expect("a hash")
        );
    }

    #[test]
    fn nobodys_hash_costs_as_much_as_a_users() {
        let users = hash_password("x", &SeededEntropy::new(1)).expect("a hash");
        let cost = |hash: &str| hash.split('$').nth(3).map(str::to_owned);
        assert_eq!(cost(NOBODYS_HASH), cost(&users));
        assert!(PasswordHash::new(NOBODYS_HASH).is_ok());
    }

    #[tokio::test]
    async fn only_the_users_own_password_is_right() {
        let passwords = passwords();
        let stored = hash_password("right", &SeededEntropy::new(1)).expect("a hash");
        for (password, stored_hash, right) in [
            ("right", Some(stored.as_str()), true),
            ("wrong", Some(&stored), false),
            ("right", None, false),
            ("", None, false),
            ("right", Some("not a hash"), false),
        ] {
            let found = verify(&passwords, password, stored_hash).await;
            assert_eq!(found.expect("room"), right, "{password} {stored_hash:?}");
        }
    }

    #[tokio::test]
    async fn a_proven_login_needs_no_second_check_until_the_password_changes() {
        let passwords = passwords();
        let stored = hash_password("right", &SeededEntropy::new(1)).expect("a hash");
        assert!(
            verify(&passwords, "right", Some(&stored))
                .await
                .expect("room")
        );
        // With no check to be had, only what is remembered is answered.
        passwords.checks.close();
        assert!(
            verify(&passwords, "right", Some(&stored))
                .await
                .expect("remembered")
        );
        assert!(verify(&passwords, "wrong", Some(&stored)).await.is_err());
        let changed = hash_password("right", &SeededEntropy::new(2)).expect("a hash");
        assert!(verify(&passwords, "right", Some(&changed)).await.is_err());
    }

    #[test]
    fn memory_of_proven_logins_is_bounded_and_keeps_those_in_use() {
        let mut seen = Generations::default();
        let proof = |number: usize| {
            let mut proof = [0; 32];
            for (to, from) in proof.iter_mut().zip(number.to_be_bytes()) {
                *to = from;
            }
            proof
        };
        for number in 0..10 * GENERATION {
            seen.insert(proof(number));
            assert!(number < 1 || seen.contains(&proof(1)));
            assert!(seen.young.len() + seen.old.len() <= 2 * GENERATION);
        }
        assert!(!seen.contains(&proof(2)));
    }
}
