//! The parts of records: ids, numbers and texts, each read with its faults.

use std::fmt;

use domain::OrganizationNumber;
use jiff::Timestamp;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

/// The largest id: 18 digits.
const LARGEST: i64 = 999_999_999_999_999_999;

/// The number of a thing: a whole number, or its 1 to 18 digits as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Id(#[schemars(range(min = 0, max = 999_999_999_999_999_999_i64))] pub i64);

/// The nine digits of an organization's number, as text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct OrgNumber(#[schemars(regex(pattern = "^[0-9]{9}$"))] pub String);

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = deserializer.deserialize_any(Digits("a whole number of 1 to 18 digits"))?;
        let well_formed =
            (1..=18).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        let number = text.parse().ok().filter(|number| *number <= LARGEST);
        match number {
            Some(number) if well_formed => Ok(Self(number)),
            _ => Err(de::Error::custom(format!(
                "`{text}` is not a whole number of 1 to 18 digits"
            ))),
        }
    }
}

impl<'de> Deserialize<'de> for OrgNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = deserializer.deserialize_any(Digits("nine digits"))?;
        match OrganizationNumber::parse(&text) {
            Some(_) => Ok(Self(text)),
            None => Err(de::Error::custom(format!(
                "`{text}` is not an organization number: nine digits"
            ))),
        }
    }
}

impl OrgNumber {
    pub(crate) fn read(&self) -> Result<OrganizationNumber, String> {
        OrganizationNumber::parse(&self.0).ok_or_else(|| format!("`{}` is not nine digits", self.0))
    }
}

impl From<&OrganizationNumber> for OrgNumber {
    fn from(number: &OrganizationNumber) -> Self {
        Self(number.as_str().to_owned())
    }
}

struct Digits(&'static str);

impl Visitor<'_> for Digits {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<String, E> {
        Ok(number.to_string())
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<String, E> {
        Ok(number.to_string())
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<String, E> {
        Ok(text.to_owned())
    }
}

/// Collects what is wrong with a record.
#[derive(Default)]
pub(super) struct Faults(Vec<String>);

impl Faults {
    pub(super) fn add(&mut self, member: &str, reason: impl fmt::Display) {
        self.0.push(format!("{member}: {reason}"));
    }

    /// The value, or its fault is noted.
    pub(super) fn keep<T>(
        &mut self,
        member: &str,
        read: Result<T, impl fmt::Display>,
    ) -> Option<T> {
        read.map_err(|reason| self.add(member, reason)).ok()
    }

    /// A text that must say something.
    pub(super) fn text(&mut self, member: &str, text: &str) {
        if text.trim().is_empty() {
            self.add(member, "must not be blank");
        }
        self.storable(member, text);
    }

    /// A text that may be left out or empty.
    pub(super) fn storable(&mut self, member: &str, text: &str) {
        if text.contains('\0') {
            self.add(member, "holds a null character");
        }
    }

    /// A name or id: 1 to 255 bytes without control characters or blanks at its ends.
    pub(super) fn name(&mut self, member: &str, text: &str) {
        let plain = !text.chars().any(char::is_control) && text.trim() == text;
        if text.is_empty() || text.len() > 255 || !plain {
            let reason = "must be 1 to 255 bytes without control characters or blanks at its ends";
            self.add(member, reason);
        }
    }

    /// One of a list of words.
    pub(super) fn word<T>(
        &mut self,
        member: &str,
        word: &str,
        (parsed, all): (Option<T>, &[&str]),
    ) -> Option<T> {
        if parsed.is_none() {
            let all = all.join(", ");
            self.add(member, format!("`{word}` is not one of {all}"));
        }
        parsed
    }

    pub(super) fn date(&mut self, member: &str, text: &str) -> Option<Date> {
        // The parser alone would take other forms too.
        let date = text
            .parse::<Date>()
            .ok()
            .filter(|date| date.to_string() == text);
        if date.is_none() {
            self.add(member, format!("`{text}` is not a day, yyyy-MM-dd"));
        }
        date
    }

    /// An instant, cut to the milliseconds that are kept.
    pub(super) fn instant(&mut self, member: &str, text: Option<&str>) -> Option<Timestamp> {
        let text = text?;
        let instant = text.parse::<Timestamp>().ok();
        let cut = instant.and_then(|at| Timestamp::from_millisecond(at.as_millisecond()).ok());
        if cut.is_none() {
            self.add(member, format!("`{text}` is not an instant (RFC 3339)"));
        }
        cut
    }

    /// The value if nothing was wrong.
    pub(super) fn settle<T>(self, value: Option<T>) -> Result<T, Vec<String>> {
        match value {
            Some(value) if self.0.is_empty() => Ok(value),
            _ => Err(self.0),
        }
    }
}

/// The list in order, unless something is in it twice.
pub(super) fn unique<T: Ord + fmt::Display>(mut list: Vec<T>) -> Result<Vec<T>, String> {
    list.sort_unstable();
    match list.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(format!("{} is given more than once", pair[0])),
        None => Ok(list),
    }
}

pub(super) const fn yes() -> bool {
    true
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde's attribute hands over a reference"
)]
pub(super) const fn is_false(value: &bool) -> bool {
    !*value
}
