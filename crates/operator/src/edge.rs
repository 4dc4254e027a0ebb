//! The outermost layer: gives each request its id, and puts every problem into words.

use std::any::Any;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};
use tracing::Instrument;
use web::RequestIds;

use crate::Services;
use crate::problem::{Code, Problem};

/// Runs the request inside, then writes what it was refused with.
pub(crate) async fn edge(
    State(services): State<Services>,
    mut request: Request,
    next: Next,
) -> Response {
    let ids = RequestIds {
        clock: Arc::clone(&services.clock),
        entropy: Arc::clone(&services.entropy),
    };
    let request_id = ids.choose(request.headers());
    request.extensions_mut().insert(request_id.clone());
    let id = request_id.as_str();
    let (method, resource) = (request.method().clone(), request.uri().path().to_owned());
    let span = tracing::error_span!("operator request", request = id);
    let mut response = next.run(request).instrument(span).await;
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        let code = problem.code.word();
        tracing::info!(%method, %resource, code, request = id, "refused");
        let mut rendered = problem.render(id);
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
    request_id.put(headers);
    response
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
