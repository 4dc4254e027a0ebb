//! From every reason to say no to one answer: a row of the catalogue, with what to do next.

pub(crate) mod catalogue;
pub(crate) mod envelope;
pub(crate) mod sets;

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::{Fault, Rejection};
use selfservice::Failure;

pub use catalogue::{ErrorCode, Origin};
pub(crate) use envelope::{Envelope, Style, render};

/// An answer that says no. It is put into words at the edge, where the request is known.
#[derive(Debug, Clone)]
pub(crate) struct ApiError {
    pub(crate) code: ErrorCode,
    pub(crate) details: Vec<Fault>,
    pub(crate) headers: HeaderMap,
    /// RFC 6749's own word, on the token endpoints, which may bring a status of its own.
    pub(crate) oauth: Option<(&'static str, StatusCode)>,
}

impl ApiError {
    pub(crate) fn new(code: ErrorCode) -> Self {
        Self {
            code,
            details: Vec::new(),
            headers: HeaderMap::new(),
            oauth: None,
        }
    }

    /// With what is wrong with one member of the input.
    pub(crate) fn field(code: ErrorCode, field: &str, message: impl Into<String>) -> Self {
        Self::new(code).with_details(vec![Fault::new(field, message)])
    }

    pub(crate) fn with_details(self, details: Vec<Fault>) -> Self {
        Self { details, ..self }
    }

    pub(crate) fn with_header(mut self, name: HeaderName, value: impl ToString) -> Self {
        if let Ok(value) = HeaderValue::from_str(&value.to_string()) {
            self.headers.insert(name, value);
        }
        self
    }

    /// In RFC 6749's words; everything but a failed client authentication is 400 there.
    pub(crate) fn with_oauth(self, word: &'static str) -> Self {
        let own = self.code.status();
        let status = if own == StatusCode::FORBIDDEN {
            StatusCode::BAD_REQUEST
        } else {
            own
        };
        Self {
            oauth: Some((word, status)),
            ..self
        }
    }

    /// The status of an answer that carries this code.
    pub(crate) fn status(&self, code: ErrorCode) -> StatusCode {
        self.oauth
            .map_or_else(|| code.status(), |(_, status)| status)
    }

    /// The error with the headers that the code always has.
    pub(crate) fn with_challenge(self) -> Self {
        use ErrorCode::{
            BasicNotAllowed, ExpiredToken, InvalidBasicCredentials, InvalidScope, InvalidToken,
        };
        let challenge = match self.code {
            InvalidToken => "Bearer realm=\"avtale\", error=\"invalid_token\"",
            ExpiredToken => {
                "Bearer realm=\"avtale\", error=\"invalid_token\", \
                 error_description=\"the access token expired\""
            }
            InvalidScope => "Bearer realm=\"avtale\", error=\"insufficient_scope\"",
            BasicNotAllowed | InvalidBasicCredentials => "Basic realm=\"avtale\"",
            code if code.status() == 401 => "Bearer realm=\"avtale\"",
            _ => return self,
        };
        if self.headers.contains_key(header::WWW_AUTHENTICATE) {
            return self;
        }
        self.with_header(header::WWW_AUTHENTICATE, challenge)
    }
}

/// The status alone; the envelope is written by the outermost layer.
impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = self.status(self.code).into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<Failure> for ApiError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Rejected(rejection) => rejection.into(),
            Failure::Storage(error) => {
                tracing::error!(%error, "failed to {error}");
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
        }
    }
}

impl ApiError {
    /// As the sandbox gives it on request, with the headers of the real one.
    pub(crate) fn provoked(code: ErrorCode) -> Self {
        let error = Self::field(code, "X-Sandbox-Fault", "provoked by the request");
        match code.status().as_u16() {
            429 | 503 => error.with_header(header::RETRY_AFTER, 1),
            _ => error,
        }
    }
}
