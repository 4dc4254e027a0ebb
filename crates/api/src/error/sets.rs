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
const OF_BODIES: &[ErrorCode] = &[
    BodyTooLarge,
    UnsupportedMediaType,
    IdempotencyKeyReused,
    IdempotencyKeyInUse,
];

/// The codes of one operation, beyond those that any operation has.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ErrorSet {
    own: &'static [ErrorCode],
    reads_body: bool,
}

impl ErrorSet {
    /// Of an operation without a body.
    pub(crate) const fn of(own: &'static [ErrorCode]) -> Self {
        Self {
            own,
            reads_body: false,
        }
    }

    /// Of an operation that reads a body.
    pub(crate) const fn with_body(own: &'static [ErrorCode]) -> Self {
        Self {
            own,
            reads_body: true,
        }
    }

    /// All of them, in the order of their numbers.
    pub(crate) fn codes(self) -> Vec<ErrorCode> {
        let of_body = if self.reads_body { OF_BODIES } else { &[] };
        let mut codes: Vec<_> = [GATEWAY, OURS, self.own, of_body]
            .into_iter()
            .flatten()
            .copied()
            .collect();
        codes.sort_by_key(|code| code.number());
        codes
    }
}
