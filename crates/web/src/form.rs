//! What forms send, and where a person goes on once they are signed in.

use std::time::Duration;

use axum::body::{Body, Bytes};
use http::{HeaderMap, HeaderValue, header};

use crate::FormToken;

/// No form sends more.
const LARGEST: usize = 1024 * 1024;
/// How long a form may take to arrive.
const LONGEST: Duration = Duration::from_secs(30);
/// No address of ours is longer.
const LONGEST_ADDRESS: usize = 1_000;

/// Why a form can't be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// It is something else.
    #[error("a form has to be sent as one")]
    NoForm,
    /// Too much of it, or too slowly.
    #[error("the form is too large, or it did not arrive in time")]
    TooLarge,
}

/// The body of a form.
pub async fn read_form(headers: &HeaderMap, body: Body) -> Result<Bytes, Unreadable> {
    let media_type = headers.get(header::CONTENT_TYPE).map(HeaderValue::as_bytes);
    let is_form =
        media_type.is_some_and(|value| value.starts_with(b"application/x-www-form-urlencoded"));
    if !is_form {
        return Err(Unreadable::NoForm);
    }
    match tokio::time::timeout(LONGEST, axum::body::to_bytes(body, LARGEST)).await {
        Ok(Ok(bytes)) => Ok(bytes),
        _ => Err(Unreadable::TooLarge),
    }
}

/// The token that a form sends; nothing when it sends several.
#[must_use]
pub fn form_token(form: &[u8]) -> Option<String> {
    let fields: Vec<(String, String)> = serde_urlencoded::from_bytes(form).ok()?;
    let mut tokens = fields
        .into_iter()
        .filter(|(name, _)| name == FormToken::FIELD);
    let (_, token) = tokens.next()?;
    tokens.next().is_none().then_some(token)
}

/// An address below this home, and of nobody else; nothing when it is the one to sign in.
#[must_use]
pub fn own_address<'a>(home: &str, address: &'a str) -> Option<&'a str> {
    let plain = |byte: u8| byte.is_ascii_graphic() && byte != b'\\';
    let below = address.strip_prefix(home)?;
    let ours = !below.starts_with('/')
        && !below.starts_with("sign-in")
        && address.len() <= LONGEST_ADDRESS
        && address.bytes().all(plain);
    ours.then_some(address)
}

/// Where to sign in below this home, and to go on from there.
#[must_use]
pub fn address_to_sign_in(home: &str, wanted: Option<&str>) -> String {
    let wanted = wanted
        .and_then(|wanted| own_address(home, wanted))
        .filter(|wanted| *wanted != home);
    let Some(next) = wanted else {
        return format!("{home}sign-in");
    };
    // A pair of texts has no way to fail.
    let query = serde_urlencoded::to_string([("next", next)]).unwrap_or_default();
    format!("{home}sign-in?{query}")
}

/// A fragment, such as an error's, as a sentence. A first word that is no word of the language, such
/// as an address or a member's name, stays as it is.
#[must_use]
pub fn sentence(fragment: &str) -> String {
    let word = fragment.split(' ').next().unwrap_or_default();
    let mut letters = word.trim_end_matches([',', ';', ':']).chars();
    let is_word = |letter: char| letter.is_lowercase() || letter == '-' || letter == '\'';
    if !letters.all(is_word) {
        return format!("{fragment}.");
    }
    let mut letters = fragment.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    format!("{}{}.", first.unwrap_or_default(), letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOME: &str = "/console/";

    #[test]
    fn only_addresses_below_the_home_are_gone_on_to() {
        for address in [
            "/console/",
            "/console/orders?state=HELD&after=a%20b",
            "/console/x/y",
        ] {
            assert_eq!(own_address(HOME, address), Some(address));
        }
        let long = format!("/console/{}", "x".repeat(1_000));
        for address in [
            "",
            "/",
            "/console",
            "/operator/v1/orders",
            "//evil.example/console/",
            "https://evil.example/console/",
            "/console//evil.example",
            "/console/\\evil.example",
            "/console/\nx",
            "/console/ x",
            "/console/sign-in",
            "/console/sign-in?next=x",
            &long,
        ] {
            assert_eq!(own_address(HOME, address), None, "{address}");
        }
    }

    #[test]
    fn the_way_to_sign_in_says_where_to_go_on() {
        for (wanted, expected) in [
            (None, "/console/sign-in"),
            (Some("/console/"), "/console/sign-in"),
            (
                Some("/console/orders?a=b"),
                "/console/sign-in?next=%2Fconsole%2Forders%3Fa%3Db",
            ),
        ] {
            assert_eq!(address_to_sign_in(HOME, wanted), expected);
        }
    }

    #[test]
    fn a_fragment_becomes_a_sentence_and_an_address_stays_an_address() {
        for (fragment, expected) in [
            ("the name is too long", "The name is too long."),
            ("ærlig", "Ærlig."),
            (
                "kari@example.com is there already",
                "kari@example.com is there already.",
            ),
            ("https://a.b is taken", "https://a.b is taken."),
            ("validFrom: must be a day", "validFrom: must be a day."),
            ("name: must be there", "Name: must be there."),
            ("", "."),
        ] {
            assert_eq!(sentence(fragment), expected);
        }
    }

    #[test]
    fn a_form_has_one_token() {
        for (form, token) in [
            ("form_token=a&x=b", Some("a")),
            ("x=b", None),
            ("form_token=a&form_token=a", None),
            ("", None),
        ] {
            assert_eq!(form_token(form.as_bytes()).as_deref(), token, "{form}");
        }
    }
}
