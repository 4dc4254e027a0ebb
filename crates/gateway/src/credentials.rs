//! What an `Authorization` header presents, before anyone knows whether it is right.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Characters of an access token: 160 bits in lowercase hexadecimal.
pub(crate) const TOKEN_LENGTH: usize = 40;

/// No client id or name of a system user is longer.
const LONGEST_NAME: usize = 255;

/// The credential that a call presents.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Credential<'a> {
    /// None that this server could read: no header, several, or another scheme.
    Missing,
    /// Basic (RFC 7617); nothing when it holds no name and secret.
    Basic(Option<NameAndSecret>),
    /// Bearer (RFC 6750); nothing when it is no token of this server's making.
    Bearer(Option<&'a str>),
}

/// What a Basic credential decodes to.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct NameAndSecret {
    pub(crate) name: String,
    pub(crate) secret: String,
}

impl<'a> Credential<'a> {
    /// Reads the values of all `Authorization` headers of a call.
    pub(crate) fn read(headers: &[&'a [u8]]) -> Self {
        let [header] = headers else {
            return Self::Missing;
        };
        let header = header.trim_ascii();
        let end = header
            .iter()
            .position(|byte| *byte == b' ')
            .unwrap_or(header.len());
        let (scheme, rest) = header.split_at_checked(end).unwrap_or((header, &[]));
        let rest = rest.trim_ascii();
        if scheme.eq_ignore_ascii_case(b"bearer") {
            Self::Bearer(well_formed_token(rest))
        } else if scheme.eq_ignore_ascii_case(b"basic") {
            Self::Basic(NameAndSecret::decode(rest))
        } else {
            Self::Missing
        }
    }
}

impl NameAndSecret {
    fn decode(encoded: &[u8]) -> Option<Self> {
        let decoded = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
        let (name, secret) = decoded.split_once(':')?;
        Some(Self {
            name: name.to_owned(),
            secret: secret.to_owned(),
        })
    }

    /// Undoes the form encoding that clients of the token endpoint apply first (RFC 6749, 2.3.1).
    pub(crate) fn form_decoded(&self) -> Option<Self> {
        Some(Self {
            name: form_decode(&self.name)?,
            secret: form_decode(&self.secret)?,
        })
    }
}

/// A token as this server makes them; nothing else is worth a look into the database.
pub(crate) fn well_formed_token(bytes: &[u8]) -> Option<&str> {
    let digit = |byte: &u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    let well_formed = bytes.len() == TOKEN_LENGTH && bytes.iter().all(digit);
    std::str::from_utf8(bytes).ok().filter(|_| well_formed)
}

/// Whether a text can be the name of anyone that the database knows.
pub(crate) fn is_plausible_name(name: &str) -> bool {
    (1..=LONGEST_NAME).contains(&name.len()) && !name.chars().any(char::is_control)
}

fn form_decode(text: &str) -> Option<String> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut digit = || char::from(bytes.next()?).to_digit(16);
                u8::try_from(digit()? * 16 + digit()?).ok()?
            }
            other => other,
        });
    }
    String::from_utf8(decoded).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "0123456789abcdef0123456789abcdef01234567";

    fn read<'a>(headers: &[&'a str]) -> Credential<'a> {
        let headers: Vec<_> = headers.iter().map(|header| header.as_bytes()).collect();
        Credential::read(&headers)
    }

    fn basic(name: &str, secret: &str) -> Credential<'static> {
        Credential::Basic(Some(NameAndSecret {
            name: name.to_owned(),
            secret: secret.to_owned(),
        }))
    }

    #[test]
    fn a_header_that_is_absent_repeated_or_of_another_scheme_is_missing() {
        let token = format!("Bearer {TOKEN}");
        let cases: [&[&str]; 7] = [
            &[],
            &[""],
            &["   "],
            &["Digest x"],
            &["Bearerx y"],
            &[TOKEN],
            &[&token, &token],
        ];
        for headers in cases {
            assert!(read(headers) == Credential::Missing, "{headers:?}");
        }
    }

    #[test]
    fn a_bearer_token_is_40_lowercase_hexadecimal_digits() {
        for header in [
            format!("Bearer {TOKEN}"),
            format!("bearer {TOKEN}"),
            format!(" BEARER   {TOKEN} "),
        ] {
            assert!(
                read(&[&header]) == Credential::Bearer(Some(TOKEN)),
                "{header}"
            );
        }
        for header in [
            "Bearer".to_owned(),
            "Bearer ".to_owned(),
            format!("Bearer {}", TOKEN.to_uppercase()),
            format!("Bearer {TOKEN}0"),
            format!("Bearer {TOKEN} {TOKEN}"),
            format!("Bearer \u{e6}{TOKEN}"),
        ] {
            assert!(read(&[&header]) == Credential::Bearer(None), "{header}");
        }
        assert!(Credential::read(&[b"Bearer \xff\xfe"]) == Credential::Bearer(None));
    }

    #[test]
    fn basic_credentials_are_split_at_the_first_colon() {
        // name:se:cret
        assert!(read(&["Basic bmFtZTpzZTpjcmV0"]) == basic("name", "se:cret"));
        assert!(read(&["basic Og=="]) == basic("", ""));
        for header in ["Basic", "Basic !!!", "Basic bmFtZQ==", "Basic //4="] {
            assert!(read(&[header]) == Credential::Basic(None), "{header}");
        }
    }

    #[test]
    fn form_encoding_is_undone() {
        assert_eq!(form_decode("a%3Ab+c%C3%A6").as_deref(), Some("a:b c\u{e6}"));
        assert_eq!(form_decode("plain"), Some("plain".to_owned()));
        for broken in ["%", "%4", "%zz", "%ff", "%+1"] {
            assert_eq!(form_decode(broken), None, "{broken}");
        }
    }

    #[test]
    fn a_name_is_short_and_printable() {
        assert!(is_plausible_name("API1000DEMO"));
        for name in ["", "a\0b", "a\nb", &"x".repeat(256)] {
            assert!(!is_plausible_name(name), "{name:?}");
        }
    }
}
