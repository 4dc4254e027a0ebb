//! Conditions of changes, as requests state them (RFC 9110): `If-Match` and `If-None-Match`.

use axum::extract::FromRequestParts;
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, header};
use selfservice::Seen;

use crate::manage::{Expected, tag};
use crate::problem::Problem;
use crate::records::Record;

/// What the record that is to be changed has to be.
pub(crate) struct Condition(pub(crate) Expected);

impl<S: Sync> FromRequestParts<S> for Condition {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        read(&parts.headers).map(Self)
    }
}

/// The header that tells a record from what it was and will be.
pub(crate) fn entity_tag(record: &Record) -> (HeaderName, HeaderValue) {
    let text = format!("\"{}\"", tag(record).as_str());
    // Hexadecimal digits have no way to fail.
    let value = HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static("\"\""));
    (header::ETAG, value)
}

fn read(headers: &HeaderMap) -> Result<Expected, Problem> {
    let (present, absent) = (&header::IF_MATCH, &header::IF_NONE_MATCH);
    let tags = listed(headers, present)?;
    let none = listed(headers, absent)?;
    match (tags.as_deref(), none.as_deref()) {
        (None, None) => Ok(Expected::Anything),
        (Some(["*"]), None) => Ok(Expected::There),
        (None, Some(["*"])) => Ok(Expected::Absent),
        (Some(tags), None) => {
            let seen = tags.iter().filter_map(|text| strong(text).transpose());
            Ok(Expected::Record(seen.collect::<Result<_, _>>()?))
        }
        (None, Some(_)) => Err(Problem::invalid(absent.as_str(), "must be *")),
        (Some(_), Some(_)) => {
            let message = format!("goes with no {present}");
            Err(Problem::invalid(absent.as_str(), message))
        }
    }
}

/// What stands in a header between commas; nothing when there is no such header.
fn listed<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<Vec<&'a str>>, Problem> {
    let mut found = Vec::new();
    for value in headers.get_all(name) {
        let text = value.to_str();
        let text = text.map_err(|_| Problem::invalid(name.as_str(), "must be plain text"))?;
        found.extend(text.split(',').map(str::trim));
    }
    Ok(Some(found).filter(|found| !found.is_empty()))
}

/// What a tag says. Weak ones are no record's (RFC 9110, section 13.1.1).
fn strong(text: &str) -> Result<Option<Seen>, Problem> {
    let weak = text.strip_prefix("W/");
    let quoted = weak.unwrap_or(text).strip_prefix('"');
    let inner = quoted.and_then(|text| text.strip_suffix('"'));
    match inner.filter(|inner| !inner.contains('"')) {
        Some(_) if weak.is_some() => Ok(None),
        Some(inner) => Ok(Some(Seen::sent(inner))),
        None => {
            let message = "must be *, or what ETag has said, with its quotation marks";
            Err(Problem::invalid(header::IF_MATCH.as_str(), message))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(lines: &[(HeaderName, &'static str)]) -> Option<Expected> {
        let lines = lines.iter().cloned();
        let lines = lines.map(|(name, value)| (name, HeaderValue::from_static(value)));
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(name, value);
        }
        read(&headers).ok()
    }

    #[test]
    fn tags_are_read_as_answers_have_them() {
        let (yes, no) = (header::IF_MATCH, header::IF_NONE_MATCH);
        let tags = |texts: &[&str]| {
            let seen = texts.iter().map(|text| Seen::sent(text));
            Some(Expected::Record(seen.collect()))
        };
        for (value, expected) in [
            ("*", Some(Expected::There)),
            ("\"a\"", tags(&["a"])),
            ("\"a\", \"b\"", tags(&["a", "b"])),
            ("\"a\",W/\"b\"", tags(&["a"])),
            ("W/\"a\"", tags(&[])),
            ("\"\"", tags(&[""])),
            ("a", None),
            ("\"a", None),
            ("\"", None),
            ("", None),
            ("*, \"a\"", None),
            ("\"a\"b\"", None),
        ] {
            assert_eq!(found(&[(yes.clone(), value)]), expected, "{value}");
        }
        let two = [(yes.clone(), "\"a\""), (yes.clone(), "\"b\"")];
        assert_eq!(found(&two), tags(&["a", "b"]));
        assert_eq!(found(&[]), Some(Expected::Anything));
        assert_eq!(found(&[(no.clone(), "*")]), Some(Expected::Absent));
        assert_eq!(found(&[(no.clone(), "\"a\"")]), None);
        assert_eq!(found(&[(no, "*"), (yes, "*")]), None);
    }
}
