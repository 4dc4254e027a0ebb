//! Cookies that no script reads and no other site sends.

use http::{HeaderMap, HeaderValue, header};

/// A cookie by its name. Under TLS it is sent under TLS alone, and no other host can have set it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cookie {
    name: String,
    attributes: &'static str,
}

impl Cookie {
    /// The cookie of this name; `secure` says whether the site is behind TLS.
    #[must_use]
    pub fn new(name: &str, secure: bool) -> Self {
        if secure {
            Self {
                name: format!("__Host-{name}"),
                attributes: "Path=/; HttpOnly; SameSite=Strict; Secure",
            }
        } else {
            Self {
                name: name.to_owned(),
                attributes: "Path=/; HttpOnly; SameSite=Strict",
            }
        }
    }

    /// What the browser is called to send with its requests.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its value in a request; nothing when two differ, for then one of them is not ours.
    #[must_use]
    pub fn read<'a>(&self, headers: &'a HeaderMap) -> Option<&'a str> {
        let pairs = headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'))
            .filter_map(|pair| pair.trim().split_once('='));
        let mut values = pairs
            .filter(|(name, _)| *name == self.name)
            .map(|(_, value)| value);
        let first = values.next()?;
        values.all(|other| other == first).then_some(first)
    }

    /// The header that sets it until the browser is closed. The value has letters, digits, hyphens,
    /// underscores and dots alone.
    #[must_use]
    pub fn set(&self, value: &str) -> HeaderValue {
        self.header(value, "")
    }

    /// The header that removes it.
    #[must_use]
    pub fn clear(&self) -> HeaderValue {
        self.header("", "; Max-Age=0")
    }

    fn header(&self, value: &str, end: &str) -> HeaderValue {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        let value = if value.bytes().all(plain) { value } else { "" };
        let header = format!("{}={value}; {}{end}", self.name, self.attributes);
        // Names and values are plain by now.
        HeaderValue::from_str(&header).unwrap_or(HeaderValue::from_static(""))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(cookies: &[&'static str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for cookie in cookies {
            headers.append(header::COOKIE, HeaderValue::from_static(cookie));
        }
        Cookie::new("a", false).read(&headers).map(str::to_owned)
    }

    #[test]
    fn a_cookie_is_found_among_others() {
        assert_eq!(read(&["b=1; a=2;c=3"]).as_deref(), Some("2"));
        assert_eq!(read(&["b=1", "a=2"]).as_deref(), Some("2"));
        assert_eq!(read(&["a=2; a=2"]).as_deref(), Some("2"));
        for none in [
            &[][..],
            &["b=1"],
            &["a=1; a=2"],
            &["__Host-a=1"],
            &["a"],
            &["A=1"],
        ] {
            assert_eq!(read(none), None, "{none:?}");
        }
    }

    #[test]
    fn a_cookie_is_bound_to_the_host_under_tls() {
        let plain = Cookie::new("a", false);
        assert_eq!(plain.set("1"), "a=1; Path=/; HttpOnly; SameSite=Strict");
        let secure = Cookie::new("a", true);
        assert_eq!(
            secure.set("1"),
            "__Host-a=1; Path=/; HttpOnly; SameSite=Strict; Secure"
        );
        assert_eq!(
            secure.clear(),
            "__Host-a=; Path=/; HttpOnly; SameSite=Strict; Secure; Max-Age=0"
        );
    }

    #[test]
    fn a_value_adds_no_attributes() {
        assert_eq!(
            Cookie::new("a", false).set("1; Domain=x"),
            "a=; Path=/; HttpOnly; SameSite=Strict"
        );
    }
}
