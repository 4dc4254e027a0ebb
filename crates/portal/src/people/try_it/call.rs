//! A call as it is sent and as it is answered. It goes through the same router as everybody's.

use askama::filters::HtmlSafe;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::http::Response;
use base64::Engine;
use http::{HeaderName, HeaderValue, Method};
use jiff::SignedDuration;
use serde_json::Value;
use tower::ServiceExt;
use web::{Badge, ClientAddress, Tone};

use super::super::People;
use crate::samples::percent_encoded;

/// The header by which a sandbox answers with any error.
const SANDBOX_FAULT: HeaderName = HeaderName::from_static("x-sandbox-fault");
/// The largest answer that is read; the largest of which all is shown.
const MOST_READ: usize = 16 * 1024 * 1024;
const MOST_SHOWN: usize = 64 * 1024;

/// A request before it is sent, with what may be shown of it.
pub(super) struct Outgoing {
    pub(super) method: String,
    pub(super) target: String,
    headers: Vec<(HeaderName, HeaderValue)>,
    pub(super) shown: Vec<(String, String)>,
    body: String,
    pub(super) shown_body: String,
}

/// What came back.
pub(super) struct Answered {
    status: String,
    tone: Tone,
    pub(super) took: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: String,
    /// Whether there is more of the body.
    pub(super) cut: bool,
    /// The code of the error.
    pub(super) code: Option<u32>,
}

/// An explanation in HTML that is ours.
pub(super) struct Html(pub(super) String);

impl std::fmt::Display for Html {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl HtmlSafe for Html {}

impl Answered {
    pub(super) fn badge(&self) -> Badge {
        Badge::new(self.tone, self.status.as_str())
    }
}

impl Outgoing {
    pub(super) fn new(method: &str, path: &str) -> Self {
        Self {
            method: method.to_owned(),
            target: path.to_owned(),
            headers: Vec::new(),
            shown: Vec::new(),
            body: String::new(),
            shown_body: String::new(),
        }
    }

    /// Puts a parameter where it belongs; false when it can't stand there.
    pub(super) fn put(&mut self, place: &str, name: &str, value: &str) -> bool {
        let encoded = percent_encoded(value);
        match place {
            "path" => self.target = self.target.replace(&format!("{{{name}}}"), &encoded),
            "query" => {
                let sign = if self.target.contains('?') { "&" } else { "?" };
                self.target.extend([sign, name, "=", encoded.as_str()]);
            }
            _ => return self.header(name, value, value),
        }
        true
    }

    /// With a header, of which this is shown.
    pub(super) fn header(&mut self, name: &str, value: &str, shown: &str) -> bool {
        let (Ok(header), Ok(content)) = (
            HeaderName::try_from(name.to_ascii_lowercase()),
            HeaderValue::try_from(value),
        ) else {
            return false;
        };
        self.headers.push((header, content));
        self.shown.push((name.to_owned(), shown.to_owned()));
        true
    }

    /// Asks a sandbox for an error.
    pub(super) fn provoke(&mut self, code: u32) {
        let code = code.to_string();
        self.headers.push((
            SANDBOX_FAULT,
            HeaderValue::from_str(&code).unwrap_or(HeaderValue::from_static("0")),
        ));
        self.shown.push(("X-Sandbox-Fault".to_owned(), code));
    }

    pub(super) fn body(&mut self, media_type: &str, body: String, shown: String) {
        self.header("Content-Type", media_type, media_type);
        self.body = body;
        self.shown_body = shown;
    }

    fn request(&self, address: Option<ClientAddress>) -> Option<Request> {
        let method = Method::from_bytes(self.method.as_bytes()).ok()?;
        let mut request = Request::builder().method(method).uri(&self.target);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let mut request = request.body(Body::from(self.body.clone())).ok()?;
        if let Some(address) = address {
            request.extensions_mut().insert(address);
        }
        Some(request)
    }
}

impl People {
    /// Sends a call, and waits for its answer; nothing when it can't be written as a request.
    pub(super) async fn call(
        &self,
        outgoing: &Outgoing,
        address: Option<ClientAddress>,
    ) -> Option<Answered> {
        let request = outgoing.request(address)?;
        let clock = &self.services.clock;
        let begun = clock.now();
        let response = self.services.api.clone().oneshot(request).await;
        let response = response.unwrap_or_else(|never| match never {});
        let (head, body) = response.into_parts();
        let body = to_bytes(body, MOST_READ).await.unwrap_or_default();
        let took = clock.now().duration_since(begun);
        Some(answered(&Response::from_parts(head, body), took))
    }
}

fn answered(response: &Response<Bytes>, took: SignedDuration) -> Answered {
    let (status, bytes) = (response.status(), response.body());
    let read: Option<Value> = serde_json::from_slice(bytes).ok();
    let pretty = read
        .as_ref()
        .and_then(|value| serde_json::to_string_pretty(value).ok());
    let mut body = pretty.unwrap_or_else(|| String::from_utf8_lossy(bytes).into_owned());
    let cut = body.len() > MOST_SHOWN;
    if cut {
        body.truncate(body.floor_char_boundary(MOST_SHOWN));
    }
    let code = read.as_ref().and_then(|value| value.get("errorCode"));
    let code = code.and_then(Value::as_u64);
    let text = |(name, value): (&HeaderName, &HeaderValue)| {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        (name.as_str().to_owned(), value)
    };
    Answered {
        status: status.to_string(),
        tone: if status.is_success() {
            Tone::Good
        } else {
            Tone::Bad
        },
        took: in_words(took),
        headers: response.headers().iter().map(text).collect(),
        body,
        cut,
        code: code.and_then(|code| u32::try_from(code).ok()),
    }
}

fn in_words(took: SignedDuration) -> String {
    let microseconds = took.as_micros();
    format!("{}.{} ms", microseconds / 1_000, microseconds % 1_000 / 100)
}

/// The header by which a token or an app's secret is shown.
pub(super) const AUTHORIZATION: &str = "Authorization";

/// An app's id and secret as HTTP Basic has them.
pub(super) fn basic(id: &str, secret: &str) -> String {
    let pair = format!("{}:{}", percent_encoded(id), percent_encoded(secret));
    let encoded = base64::engine::general_purpose::STANDARD.encode(pair);
    format!("Basic {encoded}")
}
