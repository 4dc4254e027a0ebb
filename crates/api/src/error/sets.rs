//! Which codes an operation may answer with: the source documents' lists, and ours beside them.

use super::catalogue::ErrorCode::{
    self, AcrUnknown, BackendFault, BasicNotAllowed, BodyTooLarge, ExpiredToken, GatewayFault,
    HeadersTooLarge, IdempotencyKeyInUse, IdempotencyKeyReused, InvalidBasicCredentials,
    InvalidRequest, InvalidResource, InvalidScope, InvalidToken, MissingAuthorization,
    MissingEndUser, MsisdnNotAllowed, NoApiProduct, Overloaded, QuotaViolation, SpikeArrest,
    SubscriptionUnknown, UnknownRoute, UnknownUpstreamPath, UnsupportedMediaType,
    UpstreamUnavailable,
};

/// What every operation of the documents may answer with.
const GATEWAY: &[ErrorCode] = &[
    MissingEndUser,
    InvalidResource,
    MissingAuthorization,
    NoApiProduct,
    MsisdnNotAllowed,
    InvalidToken,
    ExpiredToken,
    BasicNotAllowed,
    InvalidBasicCredentials,
    InvalidScope,
    UnknownRoute,
    UnknownUpstreamPath,
    QuotaViolation,
    SpikeArrest,
    GatewayFault,
    AcrUnknown,
    SubscriptionUnknown,
    BackendFault,
    UpstreamUnavailable,
];

/// What of ours may come from any operation.
const OURS: &[ErrorCode] = &[InvalidRequest, HeadersTooLarge, Overloaded];

/// What of ours may come from any operation that reads a body.
const OF_BODIES: &[ErrorCode] = &[BodyTooLarge, UnsupportedMediaType];

/// What of ours may come from any operation that takes an idempotency key.
const OF_KEYS: &[ErrorCode] = &[IdempotencyKeyReused, IdempotencyKeyInUse];

/// What every token endpoint may answer with.
const TOKEN_ENDPOINTS: &[ErrorCode] = &[
    UnknownRoute,
    SpikeArrest,
    GatewayFault,
    BackendFault,
    InvalidRequest,
    HeadersTooLarge,
];

/// The codes of one operation.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ErrorSet {
    own: &'static [ErrorCode],
    common: &'static [&'static [ErrorCode]],
}

impl ErrorSet {
    /// Of an operation behind the gateway, without a body.
    pub(crate) const fn of(own: &'static [ErrorCode]) -> Self {
        Self {
            own,
            common: &[GATEWAY, OURS],
        }
    }

    /// Of an operation behind the gateway that reads a body and takes an idempotency key.
    pub(crate) const fn with_body(own: &'static [ErrorCode]) -> Self {
        Self {
            own,
            common: &[GATEWAY, OURS, OF_BODIES, OF_KEYS],
        }
    }

    /// Of an operation behind the gateway that reads a body and takes no key.
    pub(crate) const fn with_body_alone(own: &'static [ErrorCode]) -> Self {
        Self {
            own,
            common: &[GATEWAY, OURS, OF_BODIES],
        }
    }

    /// Of a token endpoint.
    pub(crate) const fn of_tokens(own: &'static [ErrorCode]) -> Self {
        Self {
            own,
            common: &[TOKEN_ENDPOINTS],
        }
    }

    /// All of them, in the order of their numbers.
    pub(crate) fn codes(self) -> Vec<ErrorCode> {
        let mut codes: Vec<_> = self.common.iter().copied().flatten().copied().collect();
        codes.extend(self.own);
        codes.sort_by_key(|code| code.number());
        codes
    }
}
