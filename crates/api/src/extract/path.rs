//! The parameters of a path: one, or two.

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;

use crate::error::ApiError;

/// The path's parameter, decoded; empty if it can't be, which no id is.
pub(crate) struct PathParameter(pub(crate) String);

/// A path's two parameters, in its order, decoded as one is.
pub(crate) struct PathParameters(pub(crate) String, pub(crate) String);

impl<S: Send + Sync> FromRequestParts<S> for PathParameters {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let parameters = Path::<(String, String)>::from_request_parts(parts, state).await;
        let (first, second) = parameters.map_or_else(|_| Default::default(), |Path(both)| both);
        Ok(Self(first, second))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for PathParameter {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let parameter = Path::<String>::from_request_parts(parts, state).await;
        Ok(Self(
            parameter.map_or_else(|_| String::new(), |Path(text)| text),
        ))
    }
}
