//! Idempotency: the same key and body give the same answer, across crashes and nodes.
//!
//! The answer is remembered in the transaction that does the work, so there is never one without
//! the other.

use domain::Rejection;
use domain::access::Caller;
use jiff::{SignedDuration, Timestamp};
use storage::{RememberedAnswer, Transaction};

use crate::Failure;

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

/// Tries again when another node took the same key or id meanwhile: the next attempt finds what
/// that one answered, or takes another id.
pub(crate) async fn settle<T>(work: impl AsyncFn() -> Result<T, Failure>) -> Result<T, Failure> {
    for _ in 1..ATTEMPTS {
        match work().await {
            Err(Failure::Storage(storage::Error::Conflict(_))) => {}
            settled => return settled,
        }
    }
    work().await.map_err(|failure| match failure {
        Failure::Storage(storage::Error::Conflict(_)) => Rejection::IdempotencyKeyInUse.into(),
        other => other,
    })
}
