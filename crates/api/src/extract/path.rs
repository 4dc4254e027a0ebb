//! The one parameter that a path of ours has.

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;

use crate::error::ApiError;

/// The path's parameter, decoded; empty if it can't be, which no id is.
pub(crate) struct PathParameter(pub(crate) String);

impl<S: Send + Sync> FromRequestParts<S> for PathParameter {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let parameter = Path::<String>::from_request_parts(parts, state).await;
        Ok(Self(
            parameter.map_or_else(|_| String::new(), |Path(text)| text),
        ))
    }
}
