//! Requests that another site makes in a person's name are refused twice: by where the browser says
//! that they come from, and by a token that only our own forms have.

use askama::Template;
use askama::filters::HtmlSafe;
use http::uri::Authority;
use http::{HeaderMap, HeaderName, Method, Uri, header};
use subtle::ConstantTimeEq;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// A request that is not known to come from a page of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Forgery {
    /// The browser says that another site sent it.
    #[error("the request comes from another site")]
    AnotherSite,
    /// No header says where it comes from; every browser sends one with a form.
    #[error("the request does not say where it comes from")]
    Unknown,
    /// The form's token is missing, or it is another session's.
    #[error("the form is not of this session")]
    Token,
}

/// Whether a request that may change something comes from a page of this host, as the browser says.
pub fn check_origin(method: &Method, uri: &Uri, headers: &HeaderMap) -> Result<(), Forgery> {
    if method.is_safe() {
        return Ok(());
    }
    if let Some(site) = headers.get(SEC_FETCH_SITE) {
        return if site == "same-origin" {
            Ok(())
        } else {
            Err(Forgery::AnotherSite)
        };
    }
    let origin = headers.get(header::ORIGIN).ok_or(Forgery::Unknown)?;
    let origin = origin.to_str().map_err(|_| Forgery::AnotherSite)?;
    let from = origin.split_once("://").map(|(_, authority)| authority);
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    // HTTP/2 has the host in the address.
    let host = uri.authority().map(Authority::as_str).or(host);
    match (from, host) {
        (Some(from), Some(host)) if from.eq_ignore_ascii_case(host) => Ok(()),
        _ => Err(Forgery::AnotherSite),
    }
}

/// What each form of a session holds: `{{ page.token }}` inside the form writes the field.
#[derive(Debug, Clone, Default, Template)]
#[template(
    ext = "html",
    source = r#"<input type="hidden" name="{{ Self::FIELD }}" value="{{ value }}">"#
)]
pub struct FormToken {
    value: String,
}

impl FormToken {
    /// The name of the field.
    pub const FIELD: &str = "form_token";

    /// The token with this text.
    #[must_use]
    pub fn new(value: impl Into<String>) -> Self {
        Self {
            value: value.into(),
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.value
    }

    /// Whether what a form sent is this token; an empty token is nobody's.
    pub fn check(&self, sent: Option<&str>) -> Result<(), Forgery> {
        let sent = sent.unwrap_or_default();
        let same = bool::from(self.value.as_bytes().ct_eq(sent.as_bytes()));
        if same && !self.value.is_empty() {
            Ok(())
        } else {
            Err(Forgery::Token)
        }
    }
}

impl HtmlSafe for FormToken {}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(method: &Method, given: &[(HeaderName, &'static str)]) -> Result<(), Forgery> {
        let mut headers = HeaderMap::new();
        headers.insert(
            header::HOST,
            "console.example:8081".parse().expect("a value"),
        );
        for (name, value) in given {
            headers.insert(name, value.parse().expect("a value"));
        }
        check_origin(method, &Uri::from_static("/console/"), &headers)
    }

    #[test]
    fn only_pages_of_the_same_origin_may_change_something() {
        let (site, origin) = (&SEC_FETCH_SITE, &header::ORIGIN);
        for (given, expected) in [
            (vec![], Err(Forgery::Unknown)),
            (vec![(site, "same-origin")], Ok(())),
            (vec![(site, "same-site")], Err(Forgery::AnotherSite)),
            (vec![(site, "cross-site")], Err(Forgery::AnotherSite)),
            (vec![(site, "none")], Err(Forgery::AnotherSite)),
            (vec![(origin, "http://console.example:8081")], Ok(())),
            (vec![(origin, "https://Console.example:8081")], Ok(())),
            (
                vec![(origin, "http://console.example")],
                Err(Forgery::AnotherSite),
            ),
            (
                vec![(origin, "http://evil.example:8081")],
                Err(Forgery::AnotherSite),
            ),
            (vec![(origin, "null")], Err(Forgery::AnotherSite)),
            (
                vec![
                    (site, "cross-site"),
                    (origin, "http://console.example:8081"),
                ],
                Err(Forgery::AnotherSite),
            ),
        ] {
            let given: Vec<_> = given
                .into_iter()
                .map(|(name, value)| (name.clone(), value))
                .collect();
            assert_eq!(check(&Method::POST, &given), expected, "{given:?}");
            assert_eq!(check(&Method::GET, &given), Ok(()), "{given:?}");
        }
    }

    #[test]
    fn the_host_of_http_2_is_in_the_address() {
        let mut headers = HeaderMap::new();
        headers.insert(
            header::ORIGIN,
            "https://a.example".parse().expect("a value"),
        );
        let uri = Uri::from_static("https://a.example/console/");
        assert_eq!(check_origin(&Method::POST, &uri, &headers), Ok(()));
    }

    #[test]
    fn only_the_very_token_will_do() {
        let token = FormToken::new("abc");
        assert_eq!(token.check(Some("abc")), Ok(()));
        for sent in [None, Some(""), Some("ab"), Some("abd"), Some("abcd")] {
            assert_eq!(token.check(sent), Err(Forgery::Token), "{sent:?}");
        }
        assert_eq!(FormToken::default().check(Some("")), Err(Forgery::Token));
        assert_eq!(FormToken::default().check(None), Err(Forgery::Token));
    }
}
