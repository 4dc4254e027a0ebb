//! What the server answered, with what every answer must have.

use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::Response;
use serde_json::Value;

use super::document::document;

/// The largest answer that a test reads.
const LARGEST: usize = 64 * 1024 * 1024;

/// A whole answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
    /// The text if it is not JSON.
    pub(crate) body: Value,
}

impl Answer {
    pub(super) async fn read(method: &Method, path: &str, response: Response) -> Self {
        let (head, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, LARGEST)
            .await
            .expect("a whole body");
        let text = String::from_utf8(bytes.to_vec()).expect("an answer in UTF-8");
        let media_type = head.headers.get(header::CONTENT_TYPE);
        let is_json = media_type.is_some_and(|value| value.as_bytes().ends_with(b"json"));
        let body = match serde_json::from_str(&text) {
            Ok(body) if is_json => body,
            _ => text.as_str().into(),
        };
        Self {
            method: method.clone(),
            path: path.to_owned(),
            status: head.status,
            headers: head.headers,
            body,
            text,
        }
    }

    /// What holds for every answer, and what the document says of this one.
    #[track_caller]
    pub(super) fn check(&self, brackets: bool) {
        let id = self.header("x-request-id");
        assert!(!id.is_empty(), "no request id: {self:?}");
        assert_eq!(self.header("x-content-type-options"), "nosniff", "{self:?}");
        assert!(!self.header("cache-control").is_empty(), "{self:?}");
        // The health checks speak to machines that read the status alone.
        if self.method == Method::HEAD || HEALTH.contains(&self.path.as_str()) {
            return;
        }
        if self.status.is_success() {
            document().check_success(self, brackets);
        } else {
            assert_eq!(self.body["transactionId"], id, "{self:?}");
            self.check_error_headers();
            document().check_error(self);
        }
    }

    #[track_caller]
    fn check_error_headers(&self) {
        match self.status.as_u16() {
            401 => assert!(!self.header("www-authenticate").is_empty(), "{self:?}"),
            429 | 503 => assert!(!self.header("retry-after").is_empty(), "{self:?}"),
            _ => {}
        }
    }

    /// A header's value, empty if it is not there.
    pub(crate) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.map_or("", |value| value.to_str().expect("a visible header"))
    }

    /// The media type, without its parameters.
    pub(crate) fn media_type(&self) -> &str {
        let value = self.header(header::CONTENT_TYPE.as_str());
        value.split(';').next().unwrap_or_default()
    }

    /// The body of an answer that says yes.
    #[track_caller]
    pub(crate) fn ok(&self) -> &Value {
        assert_eq!(self.status, StatusCode::OK, "{self:?}");
        &self.body
    }

    /// The items of a list.
    #[track_caller]
    pub(crate) fn list(&self) -> &[Value] {
        self.ok().as_array().expect("a list")
    }

    /// RFC 6749's word in an answer of the token endpoints that says no.
    pub(crate) fn oauth_error(&self) -> &str {
        self.body["error"].as_str().unwrap_or_default()
    }

    /// The documented code of an answer that says no, 0 of any other.
    pub(crate) fn code(&self) -> u64 {
        self.body["errorCode"].as_u64().unwrap_or_default()
    }

    /// Expects a refusal with this code.
    #[track_caller]
    pub(crate) fn refused(&self, code: u64) -> &Self {
        assert_eq!(self.code(), code, "{self:?}");
        self
    }

    /// Expects that the details name this member.
    #[track_caller]
    pub(crate) fn names(&self, field: &str) -> &Self {
        assert!(self.fields().contains(&field), "no {field}: {self:?}");
        self
    }

    /// The members that the details name.
    pub(crate) fn fields(&self) -> Vec<&str> {
        let details = self.body["details"].as_array();
        let details = details.map(Vec::as_slice).unwrap_or_default();
        details
            .iter()
            .filter_map(|detail| detail["field"].as_str())
            .collect()
    }

    /// Status, telling headers and body, for a snapshot of the whole outcome.
    pub(crate) fn shown(&self) -> String {
        let mut shown = format!("HTTP {}\n", self.status);
        for name in TELLING {
            if let Some(value) = self.headers.get(name) {
                let value = value.to_str().expect("a visible header");
                shown.extend([
                    name, ": ", value, "
",
                ]);
            }
        }
        let body = serde_json::to_string_pretty(&self.body).expect("a body");
        shown + &body.replace(self.header("x-request-id"), "[id]")
    }
}

const HEALTH: [&str; 2] = ["/healthz", "/readyz"];
const TELLING: [&str; 8] = [
    "allow",
    "content-type",
    "link",
    "location",
    "ratelimit",
    "retry-after",
    "www-authenticate",
    "x-total-count",
];
