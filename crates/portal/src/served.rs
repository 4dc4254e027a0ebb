//! A finished page on the wire: with a tag by which browsers ask whether they have it, and
//! compressed for those that understand it.

use std::io::Write;

use axum::body::Bytes;
use axum::response::{IntoResponse, Response};
use flate2::Compression;
use flate2::write::GzEncoder;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use sha2::{Digest, Sha256};

/// How many bytes of the hash the tag has.
const TAG: usize = 12;

/// A page that does not change until the server is started again.
#[derive(Debug)]
pub(crate) struct Served {
    plain: Bytes,
    compressed: Option<Bytes>,
    tag: String,
}

impl Served {
    pub(crate) fn new(html: String) -> Self {
        let digest = Sha256::digest(html.as_bytes());
        let plain = Bytes::from(html);
        Self {
            compressed: compress(&plain),
            // Weak, since the same tag goes with both forms.
            tag: format!("W/\"{}\"", hex::encode(&digest[..TAG])),
            plain,
        }
    }

    /// The answer to a request with these headers.
    pub(crate) fn answer(&self, request: &HeaderMap) -> Response {
        let mut headers = HeaderMap::new();
        if let Ok(tag) = HeaderValue::from_str(&self.tag) {
            headers.insert(header::ETAG, tag);
        }
        let revalidate = HeaderValue::from_static("public, no-cache");
        headers.insert(header::CACHE_CONTROL, revalidate);
        let by_encoding = HeaderValue::from_static("accept-encoding");
        headers.insert(header::VARY, by_encoding);
        if names(request, &header::IF_NONE_MATCH, |known| {
            known == "*" || known == self.tag
        }) {
            return (StatusCode::NOT_MODIFIED, headers).into_response();
        }
        let html = HeaderValue::from_static("text/html; charset=utf-8");
        headers.insert(header::CONTENT_TYPE, html);
        let wished = names(request, &header::ACCEPT_ENCODING, is_gzip);
        match self.compressed.as_ref().filter(|_| wished) {
            Some(bytes) => {
                let gzip = HeaderValue::from_static("gzip");
                headers.insert(header::CONTENT_ENCODING, gzip);
                (headers, bytes.clone()).into_response()
            }
            None => (headers, self.plain.clone()).into_response(),
        }
    }
}

/// Whether one of a header's values fits.
fn names(request: &HeaderMap, name: &header::HeaderName, fits: impl Fn(&str) -> bool) -> bool {
    let values = request.get_all(name).iter();
    values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|value| fits(value.trim()))
}

/// `gzip`, unless it is said to be worth nothing.
fn is_gzip(encoding: &str) -> bool {
    let (name, parameters) = encoding.split_once(';').unwrap_or((encoding, ""));
    let worth = parameters.trim().strip_prefix("q=");
    let refused = worth.is_some_and(|worth| worth.parse() == Ok(0.0_f32));
    name.trim().eq_ignore_ascii_case("gzip") && !refused
}

/// Nothing when it fails; then the page goes out as it is.
fn compress(plain: &[u8]) -> Option<Bytes> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(plain).ok()?;
    encoder.finish().ok().map(Bytes::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(name: header::HeaderName, value: &str) -> Response {
        let served = Served::new("<p>page</p>".repeat(100));
        let mut request = HeaderMap::new();
        request.insert(name, HeaderValue::from_str(value).expect("a header"));
        served.answer(&request)
    }

    #[test]
    fn a_page_is_compressed_for_those_that_understand_it() {
        for (accepted, compressed) in [
            ("gzip", true),
            ("br, GZIP;q=0.5", true),
            ("gzip;q=0", false),
            ("gzip; q=0.0", false),
            ("br", false),
            ("", false),
        ] {
            let answer = answer(header::ACCEPT_ENCODING, accepted);
            let encoding = answer.headers().get(header::CONTENT_ENCODING);
            assert_eq!(encoding.is_some(), compressed, "{accepted}");
        }
    }

    #[test]
    fn a_browser_that_has_the_page_does_not_get_it_again() {
        let tag = answer(header::ACCEPT, "*/*").headers()[header::ETAG].clone();
        let tag = tag.to_str().expect("a tag").to_owned();
        for (known, status) in [
            (tag.clone(), StatusCode::NOT_MODIFIED),
            (format!("W/\"other\", {tag}"), StatusCode::NOT_MODIFIED),
            ("*".to_owned(), StatusCode::NOT_MODIFIED),
            ("W/\"other\"".to_owned(), StatusCode::OK),
        ] {
            assert_eq!(
                answer(header::IF_NONE_MATCH, &known).status(),
                status,
                "{known}"
            );
        }
    }
}
