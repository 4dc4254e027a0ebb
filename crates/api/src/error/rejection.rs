//! From the business's reasons to say no to the documents' codes.

use domain::Rejection;
use selfservice::Failure;

use super::{ApiError, ErrorCode};

impl From<Failure> for ApiError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Rejected(rejection) => rejection.into(),
            Failure::Storage(error) => {
                tracing::error!(%error, "a service call failed");
                Self::new(ErrorCode::BackendFault)
            }
        }
    }
}

impl From<Rejection> for ApiError {
    fn from(rejection: Rejection) -> Self {
        let field = |code, field: &str, message: String| Self::field(code, field, message);
        match rejection {
            Rejection::AgreementNotFound => Self::new(ErrorCode::AgreementNotFound),
            Rejection::AgreementNotInForce { reason } => {
                field(ErrorCode::AgreementNotInForce, "agreementId", reason)
            }
            Rejection::ProductNotFound => field(
                ErrorCode::InvalidProductId,
                "productId",
                "not a product on this agreement; GET its products for those that are".to_owned(),
            ),
            Rejection::OfferingNotAvailable => field(
                ErrorCode::InvalidProductId,
                "productOfferingId",
                "not available on this agreement; GET its products for those that are".to_owned(),
            ),
            Rejection::InvalidConfiguration(faults) => {
                Self::new(ErrorCode::InvalidConfiguration).with_details(faults)
            }
            Rejection::OrderNotFound => Self::new(ErrorCode::OrderNotFound),
            Rejection::OrderNotCancellable { state } => field(
                ErrorCode::OrderNotCancellable,
                "orderId",
                format!(
                    "the order is {}; only an ACKNOWLEDGED one can be cancelled",
                    state.as_str()
                ),
            ),
            Rejection::AccountNotFound => Self::new(ErrorCode::AccountNotFound),
            Rejection::OrganizationNotFound(faults) => {
                Self::new(ErrorCode::OrganizationNotFound).with_details(faults)
            }
            Rejection::InvalidOrganizationNumber(faults) => {
                Self::new(ErrorCode::InvalidOrganizationNumber).with_details(faults)
            }
            Rejection::InvalidReference(faults) => {
                Self::new(ErrorCode::InvalidReference).with_details(faults)
            }
            Rejection::InvalidAddressCardId(fault) => {
                Self::new(ErrorCode::InvalidAddressCardId).with_details(vec![fault])
            }
            Rejection::AddressCardNotFound(fault) => {
                Self::new(ErrorCode::AddressCardNotFound).with_details(vec![fault])
            }
            Rejection::IdempotencyKeyReused => field(
                ErrorCode::IdempotencyKeyReused,
                "Idempotency-Key",
                "already used for another body; use a new key for a new request".to_owned(),
            ),
            Rejection::IdempotencyKeyInUse => field(
                ErrorCode::IdempotencyKeyInUse,
                "Idempotency-Key",
                "the first request is still being worked on; try again in a second".to_owned(),
            ),
            Rejection::InvalidCursor => field(
                ErrorCode::InvalidRequest,
                "after",
                "must be the cursor of an answer; leave it out to begin with the oldest event"
                    .to_owned(),
            ),
            Rejection::EndpointNotFound => Self::new(ErrorCode::EndpointNotFound),
            Rejection::DeliveryNotFound => Self::new(ErrorCode::DeliveryNotFound),
            Rejection::TooManyEndpoints { most } => field(
                ErrorCode::TooManyEndpoints,
                "endpoints",
                format!("your system user has {most}; drop one, or change one with PUT"),
            ),
            // The notifications' codes are being added; replace this arm.
        }
    }
}
