//! Answers that say no (RFC 9457): a closed list of codes, each with its status and its words.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use selfservice::fulfillment::WorkRefusal;
use selfservice::notifications::OversightRefusal;
use selfservice::{Failure, OperatorRefusal, OwnRefusal};
use serde::Serialize;
use utoipa::ToSchema;

/// Why a call did not do what it was asked to. A word is never reused and never changes its sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Code {
    InvalidRequest,
    BodyTooLarge,
    UnsupportedMediaType,
    Unauthorized,
    RoleTooLow,
    UnknownRoute,
    MethodNotAllowed,
    OrderNotFound,
    OrderEnded,
    OrderWaits,
    ClaimVoid,
    CarriedOutElsewhere,
    WrongState,
    Impossible,
    EndpointNotFound,
    DeliveryNotFound,
    EndpointDisabled,
    AppNotFound,
    OperatorNotFound,
    NameTaken,
    LastAdministrator,
    RecordNotFound,
    RecordRefused,
    PreconditionFailed,
    RequestNotFound,
    DeveloperNotFound,
    InvitationNotFound,
    DeveloperDisabled,
    TooMany,
    Internal,
    Unavailable,
}

impl Code {
    pub(crate) const fn status(self) -> StatusCode {
        match self {
            Self::InvalidRequest => StatusCode::BAD_REQUEST,
            Self::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::RoleTooLow => StatusCode::FORBIDDEN,
            Self::UnknownRoute
            | Self::OrderNotFound
            | Self::EndpointNotFound
            | Self::DeliveryNotFound
            | Self::AppNotFound
            | Self::OperatorNotFound
            | Self::RecordNotFound
            | Self::RequestNotFound
            | Self::DeveloperNotFound
            | Self::InvitationNotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::OrderEnded
            | Self::OrderWaits
            | Self::ClaimVoid
            | Self::CarriedOutElsewhere
            | Self::WrongState
            | Self::Impossible
            | Self::EndpointDisabled
            | Self::NameTaken
            | Self::LastAdministrator
            | Self::DeveloperDisabled
            | Self::TooMany => StatusCode::CONFLICT,
            Self::PreconditionFailed => StatusCode::PRECONDITION_FAILED,
            Self::RecordRefused => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// What programs go by.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::BodyTooLarge => "body_too_large",
            Self::UnsupportedMediaType => "unsupported_media_type",
            Self::Unauthorized => "unauthorized",
            Self::RoleTooLow => "role_too_low",
            Self::UnknownRoute => "unknown_route",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::OrderNotFound => "order_not_found",
            Self::OrderEnded => "order_ended",
            Self::OrderWaits => "order_waits",
            Self::ClaimVoid => "claim_void",
            Self::CarriedOutElsewhere => "carried_out_elsewhere",
            Self::WrongState => "wrong_state",
            Self::Impossible => "impossible",
            Self::EndpointNotFound => "endpoint_not_found",
            Self::DeliveryNotFound => "delivery_not_found",
            Self::EndpointDisabled => "endpoint_disabled",
            Self::AppNotFound => "app_not_found",
            Self::OperatorNotFound => "operator_not_found",
            Self::NameTaken => "name_taken",
            Self::LastAdministrator => "last_administrator",
            Self::RecordNotFound => "record_not_found",
            Self::RecordRefused => "record_refused",
            Self::PreconditionFailed => "precondition_failed",
            Self::RequestNotFound => "request_not_found",
            Self::DeveloperNotFound => "developer_not_found",
            Self::InvitationNotFound => "invitation_not_found",
            Self::DeveloperDisabled => "developer_disabled",
            Self::TooMany => "too_many",
            Self::Internal => "internal",
            Self::Unavailable => "unavailable",
        }
    }

    /// What it means, for a person.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::InvalidRequest => "The request can't be read",
            Self::BodyTooLarge => "The body is too large",
            Self::UnsupportedMediaType => "The body is not JSON",
            Self::Unauthorized => "The key is missing or does not work",
            Self::RoleTooLow => "The operator's role does not allow this",
            Self::UnknownRoute => "There is nothing at this path",
            Self::MethodNotAllowed => "This path has no such method",
            Self::OrderNotFound => "There is no such order",
            Self::OrderEnded => "The order has ended",
            Self::OrderWaits => "An earlier order on the same product is still open",
            Self::ClaimVoid => "The claim is void",
            Self::CarriedOutElsewhere => "Somebody else is to carry the order out",
            Self::WrongState => "The order is not in a state for this",
            Self::Impossible => "The agreement no longer takes what was ordered",
            Self::EndpointNotFound => "There is no such notification endpoint",
            Self::DeliveryNotFound => "Nothing of that was made out to the endpoint",
            Self::EndpointDisabled => "Nothing is sent to the endpoint, for it is disabled",
            Self::AppNotFound => "There is no such client app",
            Self::OperatorNotFound => "There is no such operator",
            Self::NameTaken => "Somebody else is called so",
            Self::LastAdministrator => "No enabled administrator would be left",
            Self::RecordNotFound => "There is no such record",
            Self::RecordRefused => "The record does not fit what is there",
            Self::PreconditionFailed => "The record is not as the request expects it",
            Self::RequestNotFound => "No such request waits for a decision",
            Self::DeveloperNotFound => "The organization has no such developer",
            Self::InvitationNotFound => "The organization has no such invitation",
            Self::DeveloperDisabled => "The developer is disabled",
            Self::TooMany => "There are as many as there may be",
            Self::Internal => "The server has failed",
            Self::Unavailable => "The database does not answer",
        }
    }
}

/// What went wrong, before it is known in which request.
#[derive(Debug, Clone)]
pub(crate) struct Problem {
    pub(crate) code: Code,
    detail: String,
    faults: Vec<FaultBody>,
}

/// The body of an answer that says no.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Problem)]
pub(crate) struct ProblemBody {
    /// The code as a name for good.
    #[schema(example = "urn:avtale:operator:claim_void")]
    r#type: String,
    /// What the code means.
    #[schema(example = "The claim is void")]
    title: &'static str,
    /// The status of the answer.
    #[schema(example = 409)]
    status: u16,
    /// What is wrong this time, in words for a person.
    detail: String,
    /// What programs go by.
    #[schema(example = "claim_void")]
    code: &'static str,
    /// What the log calls the request.
    request_id: String,
    /// What is wrong with which part of the request.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FaultBody>,
}

/// What is wrong with one part of a request.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Fault)]
pub(crate) struct FaultBody {
    /// The member of the body or the parameter of the query.
    field: String,
    /// What it has to be.
    message: String,
}

impl Problem {
    pub(crate) fn new(code: Code, detail: impl Into<String>) -> Self {
        Self {
            code,
            detail: detail.into(),
            faults: Vec::new(),
        }
    }

    /// One part of the request is not as it has to be.
    pub(crate) fn invalid(field: &str, message: impl Into<String>) -> Self {
        Self::new(Code::InvalidRequest, "").about(field, message)
    }

    /// Names one more part of the request.
    pub(crate) fn about(mut self, field: &str, message: impl Into<String>) -> Self {
        let message = message.into();
        if self.detail.is_empty() {
            self.detail = format!("{field}: {message}");
        }
        self.faults.push(FaultBody {
            field: field.to_owned(),
            message,
        });
        self
    }

    /// The answer to the request with this id.
    pub(crate) fn render(&self, request_id: &str) -> Response {
        let (status, word) = (self.code.status(), self.code.word());
        let body = ProblemBody {
            r#type: format!("urn:avtale:operator:{word}"),
            title: self.code.title(),
            status: status.as_u16(),
            detail: self.detail.clone(),
            code: word,
            request_id: request_id.to_owned(),
            errors: self.faults.clone(),
        };
        // Texts and numbers have no way to fail.
        let body = serde_json::to_string(&body).unwrap_or_default();
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        let media_type = HeaderValue::from_static("application/problem+json");
        headers.insert(header::CONTENT_TYPE, media_type);
        match self.code {
            Code::Unauthorized => {
                let challenge = HeaderValue::from_static("Bearer realm=\"avtale-operator\"");
                headers.insert(header::WWW_AUTHENTICATE, challenge);
            }
            Code::Unavailable => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
            }
            _ => {}
        }
        response
    }
}

/// Only the outermost layer knows the request's id, so that one writes the answer.
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.code.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<storage::Error> for Problem {
    fn from(error: storage::Error) -> Self {
        tracing::error!(%error, "a call of the operator's failed");
        match error {
            storage::Error::Unavailable(_) => {
                Self::new(Code::Unavailable, "nothing may have been stored; try again")
            }
            _ => Self::new(Code::Internal, "the log says what happened"),
        }
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Storage(error) => error.into(),
            Failure::Rejected(rejection) => {
                tracing::error!(?rejection, "the operator was told what customers are told");
                Self::new(Code::Internal, "the log says what happened")
            }
        }
    }
}

impl From<OversightRefusal> for Problem {
    fn from(refusal: OversightRefusal) -> Self {
        let code = match &refusal {
            OversightRefusal::UnknownEndpoint => Code::EndpointNotFound,
            OversightRefusal::UnknownDelivery => Code::DeliveryNotFound,
            OversightRefusal::Disabled => Code::EndpointDisabled,
            OversightRefusal::Storage(_) => Code::Internal,
        };
        match refusal {
            OversightRefusal::Storage(error) => error.into(),
            refusal => Self::new(code, refusal.to_string()),
        }
    }
}

impl From<OperatorRefusal> for Problem {
    fn from(refusal: OperatorRefusal) -> Self {
        let code = match &refusal {
            OperatorRefusal::Unknown(_) => Code::OperatorNotFound,
            OperatorRefusal::Exists(_) | OperatorRefusal::NameTaken(..) => Code::NameTaken,
            OperatorRefusal::LastAdministrator(_) => Code::LastAdministrator,
            OperatorRefusal::MadeAlready | OperatorRefusal::Storage(_) => Code::Internal,
        };
        match refusal {
            OperatorRefusal::Storage(error) => error.into(),
            refusal => Self::new(code, refusal.to_string()),
        }
    }
}

impl From<OwnRefusal> for Problem {
    fn from(refusal: OwnRefusal) -> Self {
        let code = match &refusal {
            OwnRefusal::UnknownOrganization(_) => Code::RecordNotFound,
            OwnRefusal::UnknownApp(_) | OwnRefusal::UnknownRequest => Code::RequestNotFound,
            OwnRefusal::UnknownDeveloper(_) => Code::DeveloperNotFound,
            OwnRefusal::UnknownInvitation => Code::InvitationNotFound,
            OwnRefusal::DeveloperDisabled(_) => Code::DeveloperDisabled,
            OwnRefusal::TooMany { .. } => Code::TooMany,
            _ => Code::Internal,
        };
        match refusal {
            OwnRefusal::Storage(error) => error.into(),
            refusal if code == Code::Internal => {
                tracing::error!(%refusal, "the operator was told what customers are told");
                Self::new(code, "the log says what happened")
            }
            refusal => Self::new(code, refusal.to_string()),
        }
    }
}

impl From<WorkRefusal> for Problem {
    fn from(refusal: WorkRefusal) -> Self {
        let code = match &refusal {
            WorkRefusal::UnknownOrder => Code::OrderNotFound,
            WorkRefusal::Ended(_) => Code::OrderEnded,
            WorkRefusal::Waits => Code::OrderWaits,
            WorkRefusal::ClaimVoid | WorkRefusal::MovedOn => Code::ClaimVoid,
            WorkRefusal::NotHere(_) => Code::CarriedOutElsewhere,
            WorkRefusal::WrongState(_) => Code::WrongState,
            WorkRefusal::Impossible(_) => Code::Impossible,
            WorkRefusal::Storage(_) => Code::Internal,
        };
        match refusal {
            WorkRefusal::Storage(error) => error.into(),
            refusal => Self::new(code, refusal.to_string()),
        }
    }
}
