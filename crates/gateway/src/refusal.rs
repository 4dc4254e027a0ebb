//! The closed lists of the gateway's reasons to say no.

use std::time::Duration;

use domain::access::{ClientId, Scope, SystemUserName};

use crate::call::Limits;
use crate::guesses::Throttled;

/// A refused call, with what it found of its limits before.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{refusal}")]
pub struct Refused {
    /// Why.
    #[source]
    pub refusal: Refusal,
    /// The limits, as far as the call came.
    pub limits: Limits,
    /// Whose call it was, where the credential belongs to an app.
    pub app: Option<ClientId>,
    /// The system user that the app acted for.
    pub system_user: Option<SystemUserName>,
}

/// Of nobody known.
impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        Self {
            refusal,
            limits: Limits::default(),
            app: None,
            system_user: None,
        }
    }
}

/// Why a call is not admitted, in the order of the checks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Calls come closer together than the app's or the network's pace allows.
    #[error("spike arrest violated")]
    SpikeArrest {
        /// Whole seconds after which a call would be admitted, if none came before it.
        retry_after: Duration,
        /// How many calls a second are admitted, evenly spread.
        calls_per_second: u32,
    },
    /// No `Authorization` header, several, or one of another scheme than Bearer and Basic.
    #[error("no usable authorization header")]
    MissingAuthorization,
    /// The Basic credentials are not those of an enabled app.
    #[error("basic credentials wrong")]
    InvalidBasicCredentials,
    /// The Basic credentials are right, but this app may not use them, or not from this network.
    #[error("basic credentials not allowed for this app from this network")]
    BasicNotAllowed,
    /// The token is malformed, unknown, revoked, or of a disabled app.
    #[error("access token unknown")]
    InvalidToken,
    /// The token has ended, less than a day ago.
    #[error("access token expired")]
    ExpiredToken,
    /// None of the app's API products holds the operation.
    #[error("no API product of the app holds {operation}")]
    NoApiProduct {
        /// The operation id.
        operation: String,
    },
    /// The app has the operation, but the operator has switched it off.
    #[error("operation switched off by the operator")]
    InvalidResource,
    /// The token lacks the operation's scope.
    #[error("scope {} missing", required.as_str())]
    InvalidScope {
        /// The scope that the operation needs.
        required: Scope,
    },
    /// The app has used up its calls of the API product for this window.
    #[error("quota of {calls} calls used up")]
    QuotaViolation {
        /// Whole seconds until the next window.
        retry_after: Duration,
        /// How many calls the window admits.
        calls: u32,
        /// The API product's name.
        api_product: String,
    },
    /// The call acts for no system user, or for one that is disabled or gone.
    #[error("no enabled system user behind the call")]
    MissingEndUser,
    /// It could not be found out how the end user was authenticated.
    #[error("look up the token's authentication context")]
    AcrUnknown(Option<storage::Error>),
    /// The telephone number belongs to none of the caller's organizations.
    #[error("telephone number not of the caller's organizations")]
    MsisdnNotAllowed,
    /// It could not be found out whose the telephone number is.
    #[error("look up the subscription: {0}")]
    SubscriptionUnknown(storage::Error),
    /// The database failed before it was clear who calls.
    #[error("admit the call: {0}")]
    Unavailable(#[from] storage::Error),
}

/// Why a request to the OAuth endpoints is not granted (RFC 6749, section 5.2).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GrantError {
    /// The app did not show who it is.
    #[error("client authentication failed")]
    InvalidClient,
    /// The app authenticates in two ways at once, or as two apps.
    #[error("more than one client authentication")]
    AmbiguousClient,
    /// The system user's name or password is wrong, it is disabled, or the app is not its owner's.
    #[error("system user's credentials wrong")]
    InvalidGrant,
    /// The grant is none that Avtale knows.
    #[error("grant type unknown")]
    UnsupportedGrantType,
    /// The app may not use this grant or this endpoint.
    #[error("not allowed for this app")]
    UnauthorizedClient,
    /// A scope is beyond the app's API products.
    #[error("scope beyond the app's API products")]
    InvalidScope,
    /// A parameter is missing or empty.
    #[error("parameter {0} missing")]
    MissingParameter(&'static str),
    /// Too many failures in a row, or more logins than can be checked.
    #[error("guessing slowed")]
    Throttled {
        /// Whole seconds to wait.
        retry_after: Duration,
    },
    /// The database failed.
    #[error("grant access: {0}")]
    Unavailable(#[from] storage::Error),
}

impl From<Throttled> for GrantError {
    fn from(Throttled { retry_after }: Throttled) -> Self {
        Self::Throttled { retry_after }
    }
}
