//! What lists are narrowed to: read field by field, so that each says for itself what is wrong.

use std::collections::BTreeMap;

use domain::{AgreementId, OrganizationNumber};
use http::StatusCode;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

/// No id and no name is longer.
const LONGEST: usize = 200;

/// What is wrong with the fields of a form that narrows a list.
#[derive(Debug, Default)]
pub(super) struct Faults(BTreeMap<&'static str, String>);

impl Faults {
    /// Reads a field; an empty one narrows nothing.
    pub(super) fn read<T>(
        &mut self,
        name: &'static str,
        text: &str,
        fault: impl FnOnce(&str) -> String,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        let parsed = parse(text);
        if parsed.is_none() {
            self.0.insert(name, fault(text));
        }
        parsed
    }

    /// The number of an organization.
    pub(super) fn organization(&mut self, text: &str) -> Option<OrganizationNumber> {
        let fault = |_: &str| "An organization's number has nine digits.".to_owned();
        self.read("organization", text, fault, OrganizationNumber::parse)
    }

    /// The number of an agreement.
    pub(super) fn agreement(&mut self, text: &str) -> Option<AgreementId> {
        let fault = |_: &str| "An agreement's number has digits alone.".to_owned();
        self.read("agreement", text, fault, AgreementId::parse)
    }

    /// An instant.
    pub(super) fn instant(&mut self, name: &'static str, text: &str) -> Option<Timestamp> {
        let fault = |_: &str| "A day, or a day and a time: 2026-01-31 12:00.".to_owned();
        self.read(name, text, fault, instant)
    }

    /// What may be a name or an id somewhere.
    pub(super) fn words(&mut self, name: &'static str, text: &str) -> Option<String> {
        let fault = |_: &str| format!("At most {LONGEST} characters on one line.");
        self.read(name, text, fault, words)
    }

    /// Notes a fault that only shows when fields are looked at together.
    pub(super) fn add(&mut self, name: &'static str, fault: impl Into<String>) {
        self.0.insert(name, fault.into());
    }

    /// What is wrong with a field; empty when nothing is.
    pub(super) fn of(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    pub(super) fn are_none(&self) -> bool {
        self.0.is_empty()
    }

    /// The status of a page that shows them.
    pub(super) fn status(&self) -> StatusCode {
        if self.are_none() {
            StatusCode::OK
        } else {
            StatusCode::BAD_REQUEST
        }
    }
}

/// Choices of a field: any, or one of these words.
pub(super) fn any_of(
    words: impl IntoIterator<Item = &'static str>,
) -> Vec<(&'static str, &'static str)> {
    let words = words.into_iter().map(|word| (word, word));
    [("", "any")].into_iter().chain(words).collect()
}

/// A whole number from 0, such as that of a page.
pub(super) fn whole_number(text: &str) -> Option<i64> {
    let all_digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| all_digits)
}

/// An address with a query, without what is empty.
pub(super) fn address(path: &str, pairs: &[(&str, &str)]) -> String {
    let pairs: Vec<_> = pairs.iter().filter(|pair| !pair.1.is_empty()).collect();
    // Pairs of texts have no way to fail.
    let query = serde_urlencoded::to_string(pairs).unwrap_or_default();
    if query.is_empty() {
        return path.to_owned();
    }
    format!("{path}?{query}")
}

/// As it stands in the log and on pages, or shorter: in UTC, if nothing else is said.
fn instant(text: &str) -> Option<Timestamp> {
    let text = text.strip_suffix(" UTC").unwrap_or(text);
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Some(instant);
    }
    if text.ends_with(['Z', 'z']) || text.contains(['+', '[']) {
        return None;
    }
    let civil = match text.parse::<DateTime>() {
        Ok(civil) => civil,
        Err(_) => text.parse::<Date>().ok()?.at(0, 0, 0, 0),
    };
    let zoned = civil.to_zoned(TimeZone::UTC).ok()?;
    Some(zoned.timestamp())
}

fn words(text: &str) -> Option<String> {
    let fits = text.chars().count() <= LONGEST;
    let plain = !text.chars().any(char::is_control);
    (fits && plain).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_read_as_people_write_them() {
        for (text, expected) in [
            ("2026-01-31", "2026-01-31T00:00:00Z"),
            ("2026-01-31 12:05", "2026-01-31T12:05:00Z"),
            ("2026-01-31T12:05:06", "2026-01-31T12:05:06Z"),
            ("2026-01-31 12:05:06 UTC", "2026-01-31T12:05:06Z"),
            ("2026-01-31T12:05:06.007Z", "2026-01-31T12:05:06.007Z"),
            ("2026-01-31T12:05:06+02:00", "2026-01-31T10:05:06Z"),
        ] {
            assert_eq!(instant(text), expected.parse().ok(), "{text}");
        }
        for text in [
            "",
            "x",
            "12:05",
            "2026-02-30",
            "2026-01-31 25:00",
            "99999999-01-01",
        ] {
            assert_eq!(instant(text), None, "{text}");
        }
    }

    #[test]
    fn each_field_says_what_is_wrong_with_it() {
        let mut faults = Faults::default();
        assert_eq!(faults.organization(" "), None);
        assert!(faults.organization(" 914742315 ").is_some());
        assert!(faults.are_none());
        assert_eq!(faults.organization("9147"), None);
        assert_eq!(faults.words("author", "a\nb"), None);
        assert_eq!(
            faults.of("organization"),
            "An organization's number has nine digits."
        );
        assert!(!faults.of("author").is_empty());
        assert_eq!(faults.of("from"), "");
        assert_eq!(faults.status(), StatusCode::BAD_REQUEST);
    }

    #[test]
    fn an_address_has_no_empty_pairs() {
        assert_eq!(address("/x", &[("a", "")]), "/x");
        assert_eq!(address("/x", &[("a", ""), ("b", "1 & 2")]), "/x?b=1+%26+2");
    }
}
