//! What the log calls a request: the answer says it in a header, and pages that say no show it.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use domain::{Clock, Entropy};
use http::{Extensions, HeaderMap, HeaderName, HeaderValue};
use tracing::Instrument;
use uuid::Builder;

const HEADER: HeaderName = HeaderName::from_static("x-request-id");
const LONGEST: usize = 128;

/// The id of a request, among its extensions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId(String);

/// What new ids are made from.
#[derive(Clone)]
pub struct RequestIds {
    /// Ids sort by time.
    pub clock: Arc<dyn Clock>,
    /// Two requests at the same time have different ones.
    pub entropy: Arc<dyn Entropy>,
}

impl RequestId {
    /// That of a request; empty when none was given.
    #[must_use]
    pub fn of(extensions: &Extensions) -> Self {
        let found = extensions.get::<Self>().cloned();
        found.unwrap_or_else(|| Self(String::new()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Says it in the header of an answer, unless that has one already.
    pub fn put(&self, headers: &mut HeaderMap) {
        if let Ok(id) = HeaderValue::from_str(&self.0) {
            headers.entry(HEADER).or_insert(id);
        }
    }
}

impl RequestIds {
    /// The sender's own id if it is a sane one, else a new one.
    #[must_use]
    pub fn choose(&self, headers: &HeaderMap) -> RequestId {
        let theirs = headers.get(HEADER).and_then(|value| value.to_str().ok());
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte);
        let sane = |id: &&str| (1..=LONGEST).contains(&id.len()) && id.bytes().all(plain);
        if let Some(theirs) = theirs.filter(sane) {
            return RequestId(theirs.to_owned());
        }
        let mut chance = [0; 10];
        self.entropy.fill(&mut chance);
        let milliseconds = u64::try_from(self.clock.now().as_millisecond()).unwrap_or_default();
        let id = Builder::from_unix_timestamp_millis(milliseconds, &chance).into_uuid();
        RequestId(id.to_string())
    }
}

/// Gives each request its id, for the layers inside, for the log and for the answer.
pub async fn identify(State(ids): State<RequestIds>, mut request: Request, next: Next) -> Response {
    let id = ids.choose(request.headers());
    request.extensions_mut().insert(id.clone());
    let span = tracing::error_span!("page", request = %id.0);
    let mut response = next.run(request).instrument(span).await;
    id.put(response.headers_mut());
    response
}
