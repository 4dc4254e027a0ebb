//! The request as an upstream gets it: what the caller said, and who the caller is. Built from
//! nothing, so that no header of the caller's comes through that is not named here.

use axum::body::Bytes;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Request, header};
use domain::Organization;
use domain::access::Caller;
use http_body_util::Full;

use super::settings::BaseUrl;
use crate::edge::{REQUEST_ID, RequestId};
use crate::error::{ApiError, ErrorCode};
use crate::idempotency::IDEMPOTENCY_KEY;

const END_USER: HeaderName = HeaderName::from_static("x-end-user");
const CLIENT_ID: HeaderName = HeaderName::from_static("x-client-id");
const ORGANIZATIONS: HeaderName = HeaderName::from_static("x-organizations");

/// The caller's own headers that an upstream gets to see.
const FORWARDED: [HeaderName; 3] = [
    header::CONTENT_TYPE,
    header::ACCEPT,
    HeaderName::from_static(IDEMPOTENCY_KEY),
];

/// Who calls, as the gateway knows it.
pub(super) struct Identity<'a> {
    pub(super) caller: &'a Caller,
    pub(super) organizations: &'a [Organization],
}

/// The same call, to another address.
pub(super) fn outgoing(
    base: &BaseUrl,
    from: &Parts,
    identity: &Identity<'_>,
    body: Bytes,
) -> Result<Request<Full<Bytes>>, ApiError> {
    let path = from.uri.path_and_query().map_or("/", |path| path.as_str());
    if is_ambiguous(from.uri.path()) {
        return Err(ApiError::new(ErrorCode::UnknownRoute));
    }
    let mut request = Request::builder()
        .method(from.method.clone())
        .uri(format!("{}{path}", base.as_str()))
        .body(Full::new(body))
        .map_err(fault)?;
    let headers = request.headers_mut();
    for name in FORWARDED {
        for value in from.headers.get_all(&name) {
            headers.append(&name, value.clone());
        }
    }
    identify(headers, from, identity)?;
    Ok(request)
}

/// An upstream must be able to rely on these: one of each, even where there is nothing to say.
fn identify(
    headers: &mut HeaderMap,
    from: &Parts,
    identity: &Identity<'_>,
) -> Result<(), ApiError> {
    let numbers: Vec<_> = identity
        .organizations
        .iter()
        .map(|organization| organization.number.as_str())
        .collect();
    let request_id = from.extensions.get::<RequestId>();
    let facts = [
        (END_USER, identity.caller.system_user.as_str()),
        (CLIENT_ID, identity.caller.app.as_str()),
        (ORGANIZATIONS, &numbers.join(",")),
        (REQUEST_ID, request_id.map_or("", |id| &id.0)),
    ];
    for (name, value) in facts {
        headers.insert(name, HeaderValue::from_str(value).map_err(fault)?);
    }
    Ok(())
}

/// Whether an upstream could take the path for another one than the gateway has admitted: a segment
/// that climbs (with or without parameters), or an encoded separator.
fn is_ambiguous(path: &str) -> bool {
    let path = path.to_ascii_lowercase().replace("%2e", ".");
    let separators = ["%2f", "%5c", "\\", "%00"];
    let climbs = |segment: &str| {
        let name = segment.split(';').next().unwrap_or_default();
        matches!(name, "." | "..")
    };
    separators.iter().any(|separator| path.contains(separator)) || path.split('/').any(climbs)
}

fn fault(error: impl std::fmt::Display) -> ApiError {
    tracing::error!(%error, "failed to write a request for an upstream");
    ApiError::new(ErrorCode::GatewayFault)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_one_reading() {
        for path in [
            "/corporate-agreements/v2/agreements/5538579",
            "/a/%20b/...",
            "/a/b.c;v=1",
            "/a/..b",
        ] {
            assert!(!is_ambiguous(path), "{path}");
        }
        for path in [
            "/a/../b",
            "/a/%2e%2E/b",
            "/a/.%2e",
            "/a/..;x=y/b",
            "/a/.",
            "/a/b%2Fc",
            "/a/b%5Cc",
            "/a/b%00",
        ] {
            assert!(is_ambiguous(path), "{path}");
        }
    }
}
