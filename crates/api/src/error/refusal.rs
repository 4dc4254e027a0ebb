//! From the gateway's reasons to say no to the documents' codes.

use axum::http::header;
use gateway::Refusal;

use super::{ApiError, ErrorCode};
use crate::operation::Operation;

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        if let Refusal::Unavailable(error) = &refusal {
            tracing::error!(%error, "failed to admit a call");
        }
        let error = Self::new(code(&refusal));
        let error = match advice(&refusal) {
            Some((field, message)) => Self::field(error.code, field, message),
            None => error,
        };
        match refusal {
            Refusal::SpikeArrest { retry_after, .. }
            | Refusal::QuotaViolation { retry_after, .. } => error.retry_after(retry_after),
            Refusal::InvalidScope { required } => {
                let scope = required.as_str();
                let challenge = format!(
                    "Bearer realm=\"avtale\", error=\"insufficient_scope\", scope=\"{scope}\""
                );
                error.with_header(header::WWW_AUTHENTICATE, &challenge)
            }
            _ => error,
        }
    }
}

fn code(refusal: &Refusal) -> ErrorCode {
    match refusal {
        Refusal::SpikeArrest { .. } => ErrorCode::SpikeArrest,
        Refusal::MissingAuthorization => ErrorCode::MissingAuthorization,
        Refusal::InvalidBasicCredentials => ErrorCode::InvalidBasicCredentials,
        Refusal::BasicNotAllowed => ErrorCode::BasicNotAllowed,
        Refusal::InvalidToken => ErrorCode::InvalidToken,
        Refusal::ExpiredToken => ErrorCode::ExpiredToken,
        Refusal::NoApiProduct { .. } => ErrorCode::NoApiProduct,
        Refusal::InvalidResource => ErrorCode::InvalidResource,
        Refusal::InvalidScope { .. } => ErrorCode::InvalidScope,
        Refusal::QuotaViolation { .. } => ErrorCode::QuotaViolation,
        Refusal::MissingEndUser => ErrorCode::MissingEndUser,
        Refusal::Unavailable(_) => ErrorCode::BackendFault,
    }
}

/// What the caller does next, where there is something.
fn advice(refusal: &Refusal) -> Option<(&'static str, String)> {
    let advice = match refusal {
        Refusal::SpikeArrest {
            calls_per_second, ..
        } => (
            "Retry-After",
            format!("at most {calls_per_second} calls a second, evenly spread; wait and repeat"),
        ),
        Refusal::QuotaViolation {
            calls, api_product, ..
        } => (
            "Retry-After",
            format!("the {calls} calls of API product `{api_product}` are used up for now"),
        ),
        Refusal::NoApiProduct { operation } => {
            let product = Operation::find(operation).map_or("another one", |known| known.product);
            let message = format!("this operation is in API product `{product}`; ask for it");
            ("Authorization", message)
        }
        Refusal::InvalidScope { required } => (
            "scope",
            format!("the token needs the scope `{}`", required.as_str()),
        ),
        Refusal::MissingAuthorization => (
            "Authorization",
            "send one header `Authorization: Bearer <access token>`".to_owned(),
        ),
        Refusal::BasicNotAllowed => (
            "Authorization",
            "send an access token from /oauth/v2/token as Bearer".to_owned(),
        ),
        Refusal::InvalidToken | Refusal::ExpiredToken => (
            "Authorization",
            "get a new access token from /oauth/v2/token".to_owned(),
        ),
        Refusal::MissingEndUser => (
            "Authorization",
            "the token must act for an enabled system user".to_owned(),
        ),
        Refusal::InvalidBasicCredentials | Refusal::InvalidResource | Refusal::Unavailable(_) => {
            return None;
        }
    };
    Some(advice)
}
