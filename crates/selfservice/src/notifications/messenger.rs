//! What a courier needs to know of how events travel.

use std::future::Future;
use std::pin::Pin;

use domain::AttemptOutcome;
use jiff::{SignedDuration, Timestamp};
use storage::ToldChange;

use super::SecretBytes;

/// Puts an event into words, signs it and sends it.
pub trait Messenger: Send + Sync {
    /// Sends one event to one endpoint, once.
    fn send<'a>(&'a self, message: &'a Message)
    -> Pin<Box<dyn Future<Output = Reply> + Send + 'a>>;

    /// How long that takes at most.
    fn longest_call(&self) -> SignedDuration;
}

/// An event for an endpoint.
#[derive(Clone)]
pub struct Message {
    /// Where to.
    pub url: String,
    /// What it is signed with, the current secret first.
    pub secrets: Vec<SecretBytes>,
    /// What it tells of.
    pub told: ToldChange,
    /// When it is sent.
    pub at: Timestamp,
}

/// What came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reply {
    /// What came of the sending.
    pub outcome: AttemptOutcome,
    /// The HTTP status, if there was an answer.
    pub status: Option<u16>,
    /// How long the endpoint asks to wait, a day at most.
    pub retry_after: Option<SignedDuration>,
}
