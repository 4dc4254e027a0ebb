//! From the business's reasons to say no to the documents' codes.

use domain::Rejection;
use selfservice::Failure;

use super::{ApiError, ErrorCode};

const KEY_REUSED: &str = "already used for another body; use a new key for a new request";
const KEY_IN_USE: &str = "the first request is still being worked on; try again in a second";
const CURSOR: &str = "must be the cursor of an answer; leave it out to begin with the oldest event";
const DISABLED: &str = "disabled, so nothing is sent there; enable it with PUT first";

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
            Rejection::IdempotencyKeyReused => {
                let code = Code::IdempotencyKeyReused;
                field(code, "Idempotency-Key", KEY_REUSED.to_owned())
            }
            Rejection::IdempotencyKeyInUse => {
                let code = Code::IdempotencyKeyInUse;
                field(code, "Idempotency-Key", KEY_IN_USE.to_owned())
            }
            Rejection::InvalidCursor => field(Code::InvalidRequest, "after", CURSOR.to_owned()),
            Rejection::EndpointNotFound => Self::new(Code::EndpointNotFound),
            Rejection::DeliveryNotFound => Self::new(Code::DeliveryNotFound),
            Rejection::EndpointDisabled => {
                field(Code::EndpointDisabled, "endpointId", DISABLED.to_owned())
            }
            Rejection::TooManyEndpoints { most } => field(
                Code::TooManyEndpoints,
                "endpoints",
                format!("your system user has {most}; drop one, or change one with PUT"),
            ),
        }
    }
}
