//! The outermost layer: gives each request its id, and puts every refusal into words.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::{Clock, Entropy};
use tracing::Instrument;
use uuid::Builder;

use crate::error::{ApiError, Envelope, ErrorCode, Style, render};

pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// All names and values together; hyper itself reads up to four times as much.
const LARGEST_HEADERS: usize = 16 * 1024;
const LONGEST_REQUEST_ID: usize = 128;

/// What the layer needs.
#[derive(Clone)]
pub(crate) struct Edge {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) strict_codes: bool,
}

/// The id of a request, for the layers inside.
#[derive(Debug, Clone)]
pub(crate) struct RequestId(pub(crate) String);

/// Runs the request inside, then renders what it refused with.
pub(crate) async fn edge(State(edge): State<Edge>, mut request: Request, next: Next) -> Response {
    let id = edge.request_id(request.headers());
    request.extensions_mut().insert(RequestId(id.clone()));
    let style = Style::of(request.headers());
    let (method, resource) = (request.method().clone(), request.uri().path().to_owned());
    let response = if size(request.headers()) > LARGEST_HEADERS {
        let message = format!("together larger than {LARGEST_HEADERS} bytes");
        ApiError::field(ErrorCode::HeadersTooLarge, "headers", message).into_response()
    } else {
        // Whatever is logged on the way names the request, at any level that is logged at all.
        let span = tracing::error_span!("request", transaction = %id);
        next.run(request).instrument(span).await
    };
    let mut response = match response.extensions().get::<ApiError>().cloned() {
        Some(error) => {
            let code = error.code.number();
            tracing::info!(%method, %resource, code, transaction = %id, "refused");
            let envelope = Envelope {
                resource: &resource,
                transaction: &id,
                style,
                strict_codes: edge.strict_codes,
            };
            let mut rendered = render(&error, &envelope);
            carry_over(&response, &mut rendered);
            rendered
        }
        None => response,
    };
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

/// Headers that inner layers have set on the refusal, such as the limits.
fn carry_over(from: &Response, to: &mut Response) {
    for (name, value) in from.headers() {
        if *name != header::CONTENT_LENGTH && *name != header::CONTENT_TYPE {
            to.headers_mut()
                .entry(name.clone())
                .or_insert_with(|| value.clone());
        }
    }
}

/// All names and values together, in bytes.
pub(crate) fn size(headers: &HeaderMap) -> usize {
    headers
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len())
        .sum()
}

impl Edge {
    /// The caller's own id if it is a sane one, else a new one that sorts by time.
    fn request_id(&self, headers: &HeaderMap) -> String {
        let theirs = headers
            .get(REQUEST_ID)
            .and_then(|value| value.to_str().ok());
        let sane = |id: &&str| {
            (1..=LONGEST_REQUEST_ID).contains(&id.len())
                && id
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"-_.:".contains(&b))
        };
        theirs
            .filter(sane)
            .map_or_else(|| self.new_request_id(), str::to_owned)
    }

    fn new_request_id(&self) -> String {
        let mut random = [0; 10];
        self.entropy.fill(&mut random);
        let milliseconds = u64::try_from(self.clock.now().as_millisecond()).unwrap_or_default();
        Builder::from_unix_timestamp_millis(milliseconds, &random)
            .into_uuid()
            .to_string()
    }
}
