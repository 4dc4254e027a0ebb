//! The headers that tell a browser what a page may do: nothing but what it needs.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderMap, HeaderName, HeaderValue, header};

/// Nothing inline, nothing from elsewhere; forms post to where the page came from.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; \
    img-src 'self' data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; \
    base-uri 'none'";

const ALWAYS: [(HeaderName, &str); 7] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    // With `no-referrer`, browsers would hide the origin of our own forms.
    (header::REFERRER_POLICY, "same-origin"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
    (header::X_FRAME_OPTIONS, "DENY"),
];

/// How a site is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Security {
    /// Whether it is behind TLS, so that browsers may remember never to ask without.
    pub tls: bool,
}

/// Puts the headers on every answer. What does not say how long it may be kept is not kept at all.
pub async fn secure(State(security): State<Security>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    security.apply(response.headers_mut());
    response
}

impl Security {
    fn apply(self, headers: &mut HeaderMap) {
        for (name, value) in ALWAYS {
            // A picture has a policy of its own, which allows less.
            if name != header::CONTENT_SECURITY_POLICY || !headers.contains_key(&name) {
                headers.insert(name, HeaderValue::from_static(value));
            }
        }
        if self.tls {
            let value = HeaderValue::from_static("max-age=31536000");
            headers.insert(header::STRICT_TRANSPORT_SECURITY, value);
        }
        headers
            .entry(header::CACHE_CONTROL)
            .or_insert(HeaderValue::from_static("no-store"));
    }
}
