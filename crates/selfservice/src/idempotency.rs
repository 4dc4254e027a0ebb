//! Idempotency: the same key and body give the same answer, across crashes and nodes.
//!
//! The answer is remembered in the transaction that does the work, so there is never one without
//! the other.

use domain::Rejection;
use domain::access::Caller;
use jiff::{SignedDuration, Timestamp};
use storage::{RememberedAnswer, Transaction};

use crate::{Failure, SelfService};

/// How long answers are remembered.
pub(crate) const MEMORY: SignedDuration = SignedDuration::from_hours(30 * 24);

/// A caller's own name for one request, and what tells its body from another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// The key that the caller chose.
    pub key: String,
    /// A digest of the operation and the body.
    pub fingerprint: String,
}

/// An answer, and whether it was given before under the same key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered<T> {
    /// The answer.
    pub answer: T,
    /// Whether this call did nothing.
    pub replayed: bool,
}

impl<T> Answered<T> {
    pub(crate) fn now(answer: T) -> Self {
        let replayed = false;
        Self { answer, replayed }
    }

    pub(crate) fn before(answer: T) -> Self {
        let replayed = true;
        Self { answer, replayed }
    }
}

/// What was answered before under this key, if anything.
pub(crate) async fn recall(
    tx: &mut Transaction,
    caller: &Caller,
    key: Option<&IdempotencyKey>,
    now: Timestamp,
) -> Result<Option<String>, Failure> {
    let Some(key) = key else { return Ok(None) };
    match tx
        .idempotency_keys()
        .find(caller, &key.key, now - MEMORY)
        .await?
    {
        None => Ok(None),
        Some(remembered) if remembered.fingerprint == key.fingerprint => {
            Ok(Some(remembered.answer))
        }
        Some(_) => Err(Rejection::IdempotencyKeyReused.into()),
    }
}

/// Remembers the answer to an accepted call.
pub(crate) async fn remember(
    tx: &mut Transaction,
    caller: &Caller,
    key: Option<&IdempotencyKey>,
    (answer, now): (String, Timestamp),
) -> Result<(), Failure> {
    let Some(key) = key else { return Ok(()) };
    let remembered = RememberedAnswer {
        fingerprint: key.fingerprint.clone(),
        answer,
    };
    let times = (now, now - MEMORY);
    Ok(tx
        .idempotency_keys()
        .remember(caller, &key.key, &remembered, times)
        .await?)
}

const ATTEMPTS: u8 = 3;

/// Counts how often the same key or id was taken by another node meanwhile. The next attempt finds
/// what that one answered, or takes another id.
#[derive(Default)]
pub(crate) struct Attempts(u8);

impl Attempts {
    /// The outcome, or none if the work should be tried again. Without a key it was an id that was
    /// taken, which is nothing that a caller could know of.
    pub(crate) fn settle<T>(
        &mut self,
        outcome: Result<T, Failure>,
        key: Option<&IdempotencyKey>,
    ) -> Option<Result<T, Failure>> {
        let Err(Failure::Storage(storage::Error::Conflict(_))) = outcome else {
            return Some(outcome);
        };
        self.0 += 1;
        match key {
            _ if self.0 < ATTEMPTS => None,
            Some(_) => Some(Err(Rejection::IdempotencyKeyInUse.into())),
            None => Some(outcome),
        }
    }
}

impl SelfService {
    /// Forgets the answers that are older than they are kept; how many there were.
    pub async fn forget_old_answers(&self) -> Result<u64, Failure> {
        let horizon = self.core.clock.now() - MEMORY;
        let forget = async |tx: &mut Transaction| Ok(tx.idempotency_keys().purge(horizon).await?);
        self.core.store.transact(forget).await
    }
}
