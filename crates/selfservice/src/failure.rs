//! Why a service call did not do what it was asked to.

use domain::Rejection;

/// The business said no, or the database did not do its part.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The caller can do something about it.
    #[error("the request was rejected: {0:?}")]
    Rejected(Rejection),
    /// Only the operator can; the text is for the log and never for the caller.
    #[error("failed to {0}")]
    Storage(#[from] storage::Error),
}

impl From<Rejection> for Failure {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection)
    }
}
