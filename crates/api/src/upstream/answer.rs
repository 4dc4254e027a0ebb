//! What a caller gets to see of an upstream's answer.

use axum::body::{Body, HttpBody};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use http_body_util::{BodyExt, Limited};
use serde::de::IgnoredAny;

use super::passing_body::{LARGEST, PassingBody};
use super::settings::BaseUrl;
use crate::error::{ApiError, ErrorCode};
use crate::extract::is_json;

/// The headers that come through.
const PASSED_ON: [HeaderName; 3] = [header::CONTENT_TYPE, header::ETAG, header::RETRY_AFTER];
const TOTAL: HeaderName = HeaderName::from_static("x-total-count");
/// The same, with addresses in them.
const ADDRESSES: [HeaderName; 2] = [header::LOCATION, header::LINK];
/// How much of a 404 is read to see whether the API's own words are in it.
const LARGEST_EXPLANATION: usize = 64 * 1024;

/// Why an answer is not passed on: what the caller gets in its place, or what is wrong with it.
pub(super) type Withheld = Result<ApiError, String>;

/// Turns an upstream's answers into ours.
pub(super) struct Publisher {
    /// What addresses of the upstream's own begin with.
    from: String,
    /// What callers know instead.
    to: String,
}

impl Publisher {
    pub(super) fn new(base: &BaseUrl, public_url: &str) -> Self {
        Self {
            from: format!("{}/", base.as_str()),
            to: format!("{public_url}/"),
        }
    }

    pub(super) async fn publish(
        &self,
        method: &Method,
        response: hyper::Response<PassingBody>,
    ) -> Result<Response, Withheld> {
        let (parts, body) = response.into_parts();
        if body.size_hint().lower() > LARGEST {
            return Err(Err(format!("a body larger than {LARGEST} bytes")));
        }
        if parts
            .headers
            .get(header::CONTENT_ENCODING)
            .is_some_and(|encoding| encoding != "identity")
        {
            return Err(Err("an encoding that nobody asked for".to_owned()));
        }
        let body = match Kind::of(parts.status) {
            Kind::Answer => Body::new(body),
            Kind::UnknownPath => explanation(method, &parts.headers, body).await?,
            Kind::Redirect => return Err(Ok(ApiError::new(ErrorCode::BackendFault))),
            Kind::Unknown => return Err(Err(format!("the status {}", parts.status))),
        };
        let mut answer = Response::new(body);
        *answer.status_mut() = parts.status;
        self.headers(&parts.headers, answer.headers_mut());
        Ok(answer)
    }

    fn headers(&self, from: &HeaderMap, to: &mut HeaderMap) {
        for name in PASSED_ON.into_iter().chain([TOTAL]) {
            for value in from.get_all(&name) {
                to.append(&name, value.clone());
            }
        }
        for name in ADDRESSES {
            for value in from.get_all(&name) {
                let text = value.to_str().unwrap_or_default();
                let public = text.replace(&self.from, &self.to);
                if let Ok(public) = HeaderValue::from_str(&public) {
                    to.append(&name, public);
                }
            }
        }
    }
}

enum Kind {
    Answer,
    /// Of the API, or of the upstream's own web server.
    UnknownPath,
    /// It is not followed, and the caller can't reach where it leads.
    Redirect,
    Unknown,
}

impl Kind {
    fn of(status: StatusCode) -> Self {
        match status.as_u16() {
            404 | 405 => Self::UnknownPath,
            200..=299 | 400..=499 => Self::Answer,
            300..=399 => Self::Redirect,
            _ => Self::Unknown,
        }
    }
}

/// The body of a 404, if the API says it: JSON, and not a web server's page.
async fn explanation(
    method: &Method,
    headers: &HeaderMap,
    body: PassingBody,
) -> Result<Body, Withheld> {
    let unknown = || Ok(ApiError::new(ErrorCode::UnknownUpstreamPath));
    if !says_json(headers) {
        return Err(unknown());
    }
    if *method == Method::HEAD {
        return Ok(Body::new(body));
    }
    match Limited::new(body, LARGEST_EXPLANATION).collect().await {
        Ok(collected) => {
            let bytes = collected.to_bytes();
            match serde_json::from_slice::<IgnoredAny>(&bytes) {
                Ok(_) => Ok(Body::from(bytes)),
                Err(_) => Err(unknown()),
            }
        }
        Err(error) if error.is::<http_body_util::LengthLimitError>() => Err(unknown()),
        Err(error) => Err(Err(error.to_string())),
    }
}

fn says_json(headers: &HeaderMap) -> bool {
    let said = headers.get(header::CONTENT_TYPE);
    let text = said.and_then(|value| value.to_str().ok()).unwrap_or("");
    let essence = text.split(';').next().unwrap_or_default();
    is_json(&essence.trim().to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &HeaderName, value: &'static str, expected: Option<&str>) {
        let base = "http://10.0.0.1/agreements".parse().expect("an address");
        let publisher = Publisher::new(&base, "https://api.example.com");
        let from = HeaderMap::from_iter([(name.clone(), HeaderValue::from_static(value))]);
        let mut to = HeaderMap::new();
        publisher.headers(&from, &mut to);
        let passed = to.get(name).and_then(|value| value.to_str().ok());
        assert_eq!(passed, expected, "{name}: {value}");
    }

    #[test]
    fn addresses_are_those_that_callers_know() {
        check(
            &header::LOCATION,
            "http://10.0.0.1/agreements/corporate-agreements/v2/orders/1",
            Some("https://api.example.com/corporate-agreements/v2/orders/1"),
        );
        check(
            &header::LINK,
            r#"<http://10.0.0.1/agreements/a?page=0>; rel="first", <http://10.0.0.1/agreements/a?page=1>; rel="next""#,
            Some(
                r#"<https://api.example.com/a?page=0>; rel="first", <https://api.example.com/a?page=1>; rel="next""#,
            ),
        );
        check(&header::LOCATION, "/a/1", Some("/a/1"));
        check(
            &header::LOCATION,
            "http://10.0.0.1:8000/x",
            Some("http://10.0.0.1:8000/x"),
        );
    }

    #[test]
    fn headers_that_are_not_listed_do_not_come_through() {
        check(&TOTAL, "7", Some("7"));
        check(&header::SET_COOKIE, "a=b", None);
        check(&header::SERVER, "internal/1.0", None);
        check(&header::CONNECTION, "close", None);
    }
}
