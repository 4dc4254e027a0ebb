//! The closed list of the business's reasons to say no.

use crate::OrderState;

/// What is wrong with one member of the input, in words that a caller can act on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The member's name as the caller wrote it, such as `configurations[0].value`.
    pub field: String,
    /// A lowercase fragment that says what is wrong and what would be right.
    pub message: String,
}

impl Fault {
    /// A fault of the named member.
    #[must_use]
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            message: message.into(),
        }
    }
}

/// Why the business says no. Foreign things are rejected exactly as absent ones are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rejection {
    /// No such agreement among the caller's.
    AgreementNotFound,
    /// The agreement takes no orders today.
    AgreementNotInForce {
        /// A fragment that says why.
        reason: String,
    },
    /// The product to update is not on the agreement.
    ProductNotFound,
    /// The offering to add is not available on the agreement.
    OfferingNotAvailable,
    /// One or more configurations are unknown, repeated, missing or have a wrong value.
    InvalidConfiguration(Vec<Fault>),
    /// No such order among the caller's.
    OrderNotFound,
    /// The order has gone too far to be cancelled.
    OrderNotCancellable {
        /// How far it has gone.
        state: OrderState,
    },
    /// No such billing account among the caller's.
    AccountNotFound,
    /// The organizations are well formed, but not among the caller's.
    OrganizationNotFound(Vec<Fault>),
    /// The organization numbers are neither known to the caller nor valid ones.
    InvalidOrganizationNumber(Vec<Fault>),
    /// The references are too long or hold characters that are not allowed.
    InvalidReference(Vec<Fault>),
    /// The address card's id is malformed, or left out though the payer has not exactly one card.
    InvalidAddressCardId(Fault),
    /// The address card is not one of the payer's.
    AddressCardNotFound(Fault),
    /// The idempotency key was used for another body.
    IdempotencyKeyReused,
    /// A request with the same idempotency key is being worked on.
    IdempotencyKeyInUse,
    /// A cursor that was never given out.
    InvalidCursor,
    /// No such notification endpoint among the caller's.
    EndpointNotFound,
    /// No such event among those that were made out to the endpoint.
    DeliveryNotFound,
    /// Nothing is sent to the endpoint until it is enabled.
    EndpointDisabled,
    /// The system user has as many endpoints as it may.
    TooManyEndpoints {
        /// How many that is.
        most: i64,
    },
}
