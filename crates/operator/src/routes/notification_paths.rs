//! The endpoints and deliveries that paths name. What can be no id is nothing that there is.

use axum::extract::{FromRequestParts, Path};
use domain::{ChangeId, EndpointId};
use http::request::Parts;

use crate::problem::{Code, Problem};

/// An endpoint.
pub(crate) struct EndpointInPath(pub(crate) EndpointId);

/// An endpoint and an event that was made out to it.
pub(crate) struct DeliveryInPath(pub(crate) EndpointId, pub(crate) ChangeId);

/// An endpoint's id, as ids are written: 32 hexadecimal digits.
pub(crate) fn endpoint_id(text: &str) -> Option<EndpointId> {
    let written = text.len() == 32 && text.bytes().all(is_hexadecimal);
    written.then(|| EndpointId::new(text))
}

/// An event's id, as ids are written.
fn event_id(text: &str) -> Option<ChangeId> {
    let written = text.len() == 36 && text.bytes().all(|b| is_hexadecimal(b) || b == b'-');
    written.then(|| ChangeId::new(text))
}

fn is_hexadecimal(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'a'..=b'f')
}

fn no_endpoint() -> Problem {
    Problem::new(Code::EndpointNotFound, "no such endpoint")
}

impl<S: Send + Sync> FromRequestParts<S> for EndpointInPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Path(text) = Path::<String>::from_request_parts(parts, state)
            .await
            .map_err(|_| no_endpoint())?;
        endpoint_id(&text).map(Self).ok_or_else(no_endpoint)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for DeliveryInPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Path((endpoint, event)) = Path::<(String, String)>::from_request_parts(parts, state)
            .await
            .map_err(|_| no_endpoint())?;
        let endpoint = endpoint_id(&endpoint).ok_or_else(no_endpoint)?;
        let event = event_id(&event);
        event
            .map(|event| Self(endpoint, event))
            .ok_or_else(|| Problem::new(Code::DeliveryNotFound, "no such delivery"))
    }
}
