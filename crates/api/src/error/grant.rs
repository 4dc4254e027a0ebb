//! From the token endpoints' reasons to say no to RFC 6749's words and the documents' codes.

use gateway::GrantError;

use super::{ApiError, ErrorCode};

/// Each fault has RFC 6749's word and one of the documents' codes.
impl From<GrantError> for ApiError {
    fn from(error: GrantError) -> Self {
        let parameter =
            |name: &str, message: &str| Self::field(ErrorCode::InvalidRequest, name, message);
        match error {
            GrantError::InvalidClient => {
                Self::new(ErrorCode::InvalidBasicCredentials).with_oauth("invalid_client")
            }
            GrantError::AmbiguousClient => parameter(
                "client_id",
                "send the app's credentials once, in the header or the form",
            )
            .with_oauth("invalid_request"),
            GrantError::InvalidGrant => Self::field(
                ErrorCode::MissingEndUser,
                "username",
                "the system user's name or password is wrong, or not of the app's organization",
            )
            .with_oauth("invalid_grant"),
            GrantError::UnsupportedGrantType => {
                parameter("grant_type", "must be password or client_credentials")
                    .with_oauth("unsupported_grant_type")
            }
            GrantError::UnauthorizedClient => parameter("grant_type", "not allowed for this app")
                .with_oauth("unauthorized_client"),
            GrantError::InvalidScope => Self::field(
                ErrorCode::InvalidScope,
                "scope",
                "beyond what the app's API products hold",
            )
            .with_oauth("invalid_scope"),
            GrantError::MissingParameter(name) => {
                parameter(name, "is missing").with_oauth("invalid_request")
            }
            GrantError::Throttled { retry_after } => Self::field(
                ErrorCode::SpikeArrest,
                "Retry-After",
                "too many failed attempts in a row; wait and check the credentials",
            )
            .with_oauth("slow_down")
            .retry_after(retry_after),
            GrantError::Unavailable(error) => {
                tracing::error!(%error, "failed to grant access");
                Self::new(ErrorCode::BackendFault).with_oauth("server_error")
            }
        }
    }
}
