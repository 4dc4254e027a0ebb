//! The error's body: the documents' envelope, or the same facts as RFC 9457 for those who ask.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Response, header};
use serde::Serialize;
use utoipa::ToSchema;

use super::ApiError;

/// How an error is put into words for one request.
pub(crate) struct Envelope<'a> {
    /// The path that was called.
    pub(crate) resource: &'a str,
    /// The request's id.
    pub(crate) transaction: &'a str,
    /// Which of the two forms.
    pub(crate) style: Style,
    /// Whether the source documents' codes alone are wanted.
    pub(crate) strict_codes: bool,
}

/// The two forms of an error's body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// The source documents' house form.
    Documented,
    /// RFC 9457.
    Problem,
}

impl Style {
    /// What the caller's `Accept` asks for; the documents' form unless the other one is named.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let named = headers
            .get_all(header::ACCEPT)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .any(|range| {
                let range = range.to_ascii_lowercase();
                let mut parts = range.split(';').map(str::trim);
                parts.next() == Some("application/problem+json") && !parts.any(|part| part == "q=0")
            });
        if named {
            Self::Problem
        } else {
            Self::Documented
        }
    }

    const fn content_type(self) -> &'static str {
        match self {
            Self::Documented => "application/json",
            Self::Problem => "application/problem+json",
        }
    }
}

/// Why a call was refused.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Error)]
pub(crate) struct ErrorBody<'a> {
    /// The HTTP status, again.
    #[schema(example = 401)]
    http_status: u16,
    /// The HTTP status in words.
    #[schema(example = "Unauthorized")]
    http_message: &'a str,
    /// The documented code; its first three digits are the HTTP status.
    #[schema(example = 40105)]
    error_code: u32,
    /// The documented text of the code.
    #[schema(example = "Invalid access token")]
    description: &'a str,
    /// The path that was called.
    #[schema(example = "/corporate-agreements/v2/agreements")]
    resource_id: &'a str,
    /// Who speaks: the gateway, the API, a back end, or a system behind it.
    #[schema(example = "GATEWAY")]
    origin: &'a str,
    /// The request's id, also in the header `X-Request-Id`; quote it to support.
    #[schema(example = "01985b2e-7d5f-7cc3-98f5-3f3a3c1f2b10")]
    transaction_id: &'a str,
    /// What to do next, member by member.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    details: Vec<DetailBody<'a>>,
    /// RFC 6749's word, on the token endpoints alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "invalid_client")]
    error: Option<&'a str>,
    /// The documented text again, under RFC 6749's name.
    #[serde(rename = "error_description", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    error_description: Option<&'a str>,
}

/// What is wrong with one member of the input.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ErrorDetail)]
pub(crate) struct DetailBody<'a> {
    /// The member's name, as the caller wrote it.
    #[schema(example = "accountReference1")]
    field: &'a str,
    /// What is wrong with it.
    #[schema(example = "longer than 30 characters (34)")]
    message: &'a str,
}

/// The same facts as RFC 9457 has them.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Problem)]
pub(crate) struct ProblemBody<'a> {
    /// The page that explains the code.
    #[serde(rename = "type")]
    #[schema(example = "/errors/40105")]
    page: String,
    /// The documented text of the code.
    title: &'a str,
    /// The HTTP status, again.
    status: u16,
    /// What to do next, in one line.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    detail: Option<String>,
    /// The path that was called.
    instance: &'a str,
    /// The documented code.
    error_code: u32,
    /// Who speaks.
    origin: &'a str,
    /// The request's id.
    transaction_id: &'a str,
    /// What to do next, member by member.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    details: Vec<DetailBody<'a>>,
}

/// The whole answer to a refused call.
pub(crate) fn render(error: &ApiError, envelope: &Envelope<'_>) -> Response<Body> {
    let error = error.clone().with_challenge();
    let code = if envelope.strict_codes {
        error.code.documented()
    } else {
        error.code
    };
    let status = error.status(code);
    let details: Vec<_> = error
        .details
        .iter()
        .map(|fault| DetailBody {
            field: &fault.field,
            message: &fault.message,
        })
        .collect();
    let bytes = match envelope.style {
        Style::Documented => serde_json::to_vec(&ErrorBody {
            http_status: status.as_u16(),
            http_message: status.canonical_reason().unwrap_or_default(),
            error_code: code.number(),
            description: code.description(),
            resource_id: envelope.resource,
            origin: code.origin().as_str(),
            transaction_id: envelope.transaction,
            details,
            error: error.oauth.map(|(word, _)| word),
            error_description: error.oauth.map(|_| code.description()),
        }),
        Style::Problem => serde_json::to_vec(&ProblemBody {
            page: format!("/errors/{}", code.number()),
            title: code.description(),
            status: status.as_u16(),
            detail: sentence(&details),
            instance: envelope.resource,
            error_code: code.number(),
            origin: code.origin().as_str(),
            transaction_id: envelope.transaction,
            details,
        }),
    };
    // Texts and numbers alone: there is nothing in it that could fail to be written.
    let mut response = Response::new(Body::from(bytes.unwrap_or_default()));
    *response.status_mut() = status;
    response.headers_mut().extend(error.headers);
    let content_type = HeaderValue::from_static(envelope.style.content_type());
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, content_type);
    response
}

fn sentence(details: &[DetailBody<'_>]) -> Option<String> {
    let parts: Vec<_> = details
        .iter()
        .map(|detail| format!("{}: {}", detail.field, detail.message))
        .collect();
    (!parts.is_empty()).then(|| parts.join("; "))
}
