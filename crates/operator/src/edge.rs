//! The outermost layer: gives each request its id, and puts every problem into words.

use std::any::Any;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, HeaderValue, header};
use tracing::Instrument;

use crate::Services;
use crate::problem::{Code, Problem};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const LONGEST_REQUEST_ID: usize = 128;

/// What the log calls a request, among the request's extensions.
#[derive(Debug, Clone)]
pub(crate) struct RequestId(pub(crate) String);

/// Runs the request inside, then writes what it was refused with.
pub(crate) async fn edge(
    State(services): State<Services>,
    mut request: Request,
    next: Next,
) -> Response {
    let id = request_id(&services, request.headers());
    request.extensions_mut().insert(RequestId(id.clone()));
    let (method, resource) = (request.method().clone(), request.uri().path().to_owned());
    let span = tracing::error_span!("operator request", request = %id);
    let mut response = next.run(request).instrument(span).await;
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        let code = problem.code.word();
        tracing::info!(%method, %resource, code, request = %id, "refused");
        let mut rendered = problem.render(&id);
        if let Some(allowed) = response.headers_mut().remove(header::ALLOW) {
            rendered.headers_mut().insert(header::ALLOW, allowed);
        }
        response = rendered;
    }
    let headers = response.headers_mut();
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    if let Ok(id) = HeaderValue::from_str(&id) {
        headers.insert(REQUEST_ID, id);
    }
    response
}

/// The caller's own id if it is a sane one, else a new one that sorts by time.
fn request_id(services: &Services, headers: &HeaderMap) -> String {
    let theirs = headers
        .get(REQUEST_ID)
        .and_then(|value| value.to_str().ok());
    let sane = |id: &&str| {
        (1..=LONGEST_REQUEST_ID).contains(&id.len())
            && id
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte))
    };
    if let Some(theirs) = theirs.filter(sane) {
        return theirs.to_owned();
    }
    let mut chance = [0; 10];
    services.entropy.fill(&mut chance);
    let milliseconds = u64::try_from(services.clock.now().as_millisecond()).unwrap_or_default();
    uuid::Builder::from_unix_timestamp_millis(milliseconds, &chance)
        .into_uuid()
        .to_string()
}

/// The panic's own words stay in the log.
#[expect(
    clippy::needless_pass_by_value,
    reason = "the signature that the layer asks for"
)]
pub(crate) fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let words = panic.downcast_ref::<String>().map(String::as_str);
    let words = words
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no words");
    tracing::error!(words, "a request of the operator's panicked");
    Problem::new(Code::Internal, "the log says what happened").into_response()
}
