//! From the gateway's reasons to say no to the documents' codes.

use axum::http::header;
use gateway::Refusal;

use super::{ApiError, ErrorCode};
use crate::operation::Operation;

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        if code(&refusal).status().is_server_error() {
            tracing::error!(%refusal, "failed to admit a call");
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
        Refusal::AcrUnknown(_) => ErrorCode::AcrUnknown,
        Refusal::MsisdnNotAllowed => ErrorCode::MsisdnNotAllowed,
        Refusal::SubscriptionUnknown(_) => ErrorCode::SubscriptionUnknown,
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
        Refusal::MsisdnNotAllowed => (
            "msisdn",
            "not a number that one of your organizations subscribes to".to_owned(),
        ),
        Refusal::InvalidBasicCredentials
        | Refusal::AcrUnknown(_)
        | Refusal::SubscriptionUnknown(_)
        | Refusal::InvalidResource
        | Refusal::Unavailable(_) => {
            return None;
        }
    };
    Some(advice)
}

#[cfg(test)]
mod tests {
    use domain::access::Scope;

    use super::*;

    #[test]
    fn a_requirement_that_is_not_met_has_its_documented_code() {
        let lost = || storage::Error::Unavailable("lost".to_owned());
        for (refusal, number, status) in [
            (Refusal::MsisdnNotAllowed, 40104, 401),
            (Refusal::AcrUnknown(None), 50002, 500),
            (Refusal::AcrUnknown(Some(lost())), 50002, 500),
            (Refusal::SubscriptionUnknown(lost()), 50003, 500),
            (Refusal::Unavailable(lost()), 500_100, 500),
        ] {
            let error = ApiError::from(refusal);
            assert_eq!(
                (error.code.number(), error.code.status().as_u16()),
                (number, status)
            );
        }
    }

    #[test]
    fn a_missing_scope_is_named_in_the_challenge() {
        let required = Scope::new("agreements.read");
        let error = ApiError::from(Refusal::InvalidScope { required });
        let (name, challenge) = &error.headers[0];
        assert_eq!(name, header::WWW_AUTHENTICATE);
        assert!(
            challenge
                .to_str()
                .is_ok_and(|text| text.contains("scope=\"agreements.read\""))
        );
    }
}
