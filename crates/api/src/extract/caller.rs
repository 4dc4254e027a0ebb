//! The caller that the gateway admitted. A handler can't run without one.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use domain::access::Caller;

use crate::error::{ApiError, ErrorCode};

/// The admitted caller of this request.
pub(crate) struct Admitted(pub(crate) Caller);

impl<S: Sync> FromRequestParts<S> for Admitted {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        // Admission put it there; a route that came around admission is our fault.
        let caller = parts.extensions.get::<Caller>().cloned();
        caller
            .map(Self)
            .ok_or_else(|| ApiError::new(ErrorCode::GatewayFault))
    }
}
