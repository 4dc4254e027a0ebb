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
        use ErrorCode as Code;
        let field = |code, field: &str, message: String| Self::field(code, field, message);
        let with = |code, faults| Self::new(code).with_details(faults);
        match rejection {
            Rejection::AgreementNotFound => Self::new(Code::AgreementNotFound),
            Rejection::AgreementNotInForce { reason } => {
                field(Code::AgreementNotInForce, "agreementId", reason)
            }
            Rejection::ProductNotFound => field(
                Code::InvalidProductId,
                "productId",
                "not a product on this agreement; GET its products for those that are".to_owned(),
            ),
            Rejection::OfferingNotAvailable => field(
                Code::InvalidProductId,
                "productOfferingId",
                "not available on this agreement; GET its products for those that are".to_owned(),
            ),
            Rejection::InvalidConfiguration(faults) => with(Code::InvalidConfiguration, faults),
            Rejection::OrderNotFound => Self::new(Code::OrderNotFound),
            Rejection::OrderNotCancellable { state } => field(
                Code::OrderNotCancellable,
                "orderId",
                format!(
                    "the order is {}; only an ACKNOWLEDGED one can be cancelled",
                    state.as_str()
                ),
            ),
            Rejection::AccountNotFound => Self::new(Code::AccountNotFound),
            Rejection::OrganizationNotFound(faults) => with(Code::OrganizationNotFound, faults),
            Rejection::InvalidOrganizationNumber(faults) => {
                with(Code::InvalidOrganizationNumber, faults)
            }
            Rejection::InvalidReference(faults) => with(Code::InvalidReference, faults),
            Rejection::InvalidAddressCardId(fault) => with(Code::InvalidAddressCardId, vec![fault]),
            Rejection::AddressCardNotFound(fault) => with(Code::AddressCardNotFound, vec![fault]),
            Rejection::IdempotencyKeyReused => field(
                Code::IdempotencyKeyReused,
                "Idempotency-Key",
                "already used for another body; use a new key for a new request".to_owned(),
            ),
            Rejection::IdempotencyKeyInUse => field(
                Code::IdempotencyKeyInUse,
                "Idempotency-Key",
                "the first request is still being worked on; try again in a second".to_owned(),
            ),
            Rejection::InvalidCursor => field(
                Code::InvalidRequest,
                "after",
                "must be the cursor of an answer; leave it out to begin with the oldest event"
                    .to_owned(),
            ),
            Rejection::EndpointNotFound => Self::new(Code::EndpointNotFound),
            Rejection::DeliveryNotFound => Self::new(Code::DeliveryNotFound),
            Rejection::TooManyEndpoints { most } => field(
                Code::TooManyEndpoints,
                "endpoints",
                format!("your system user has {most}; drop one, or change one with PUT"),
            ),
        }
    }
}
