//! Access tokens, as the database knows them: by their keyed hash alone.

use jiff::Timestamp;

use crate::access::{ClientId, Scope, SystemUserName};

/// HMAC-SHA-256 of a token or secret, in hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TokenHash(String);

impl TokenHash {
    /// A hash that was computed or read back.
    #[must_use]
    pub fn new(hexadecimal: impl Into<String>) -> Self {
        Self(hexadecimal.into())
    }

    /// The hexadecimal digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The right to call for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessToken {
    /// What stands for the token in the database.
    pub hash: TokenHash,
    /// The app that it was issued to.
    pub app: ClientId,
    /// The system user that it acts for; none for an app that calls in its own name alone.
    pub system_user: Option<SystemUserName>,
    /// What it may be used for.
    pub scopes: Vec<Scope>,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
}
