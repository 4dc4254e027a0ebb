//! What has to be so for a change of a record to be made, so that nobody overwrites unseen what
//! somebody else has changed meanwhile. It is compared in the transaction that makes the change.

use selfservice::Seen;

use super::ManageError;
use crate::records::{Kind, Record};

/// What has to be so.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Expected {
    /// Nothing: whatever is there is changed.
    #[default]
    Anything,
    /// No record with this key is there.
    Absent,
    /// A record is there, whatever it says.
    There,
    /// The record that is there is one of those that were seen.
    Record(Vec<Seen>),
    /// The secret or password that is there is the one that was seen.
    Secret(Seen),
}

/// A digest of a record: another member or another value makes it another one.
#[must_use]
pub fn tag(record: &Record) -> Seen {
    // Records have no way to fail.
    let text = serde_json::to_string(record).unwrap_or_default();
    Seen::of([text.as_str()])
}

impl Expected {
    /// The record that somebody has seen.
    #[must_use]
    pub fn record(seen: &Record) -> Self {
        Self::Record(vec![tag(seen)])
    }

    /// Refuses a change of what is not as it has to be.
    pub(super) fn check(
        &self,
        (kind, key): (Kind, &str),
        found: Option<&Record>,
    ) -> Result<(), ManageError> {
        let is_so = match (self, found) {
            (Self::Anything | Self::Secret(_), _) => true,
            (Self::Absent, found) => found.is_none(),
            (Self::There, found) => found.is_some(),
            (Self::Record(_), None) => false,
            (Self::Record(seen), Some(found)) => seen.contains(&tag(found)),
        };
        if is_so {
            return Ok(());
        }
        let key = key.to_owned();
        Err(match found {
            None => ManageError::Gone(kind, key),
            Some(_) if *self == Self::Absent => ManageError::There(kind, key),
            Some(_) => ManageError::Overtaken(kind, key),
        })
    }

    /// Refuses to make another secret when the one that was seen is there no more.
    pub(super) fn check_secret(&self, now: &Seen) -> Result<(), ManageError> {
        match self {
            Self::Secret(seen) if seen != now => Err(ManageError::MadeAlready),
            _ => Ok(()),
        }
    }
}
