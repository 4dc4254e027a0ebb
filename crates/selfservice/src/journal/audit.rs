//! Checking the journal: whether it is as it was written.

use std::fmt;

use storage::{JournalFilter, PlacedRow};

use super::seal::{Sealed, Seals};
use crate::{Failure, SelfService};

/// How many rows are read at once.
const BATCH: i64 = 1_000;
/// How many forged rows are named.
const NAMED: usize = 100;
/// A seal's bytes in hexadecimal.
const SEAL_LENGTH: usize = 64;

/// The last place of the journal, to be kept somewhere else: a journal that was cut off afterwards
/// no longer holds it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JournalHead {
    /// How many changes there are.
    pub position: i64,
    /// The last one's seal; empty when there is none.
    pub seal: String,
}

impl JournalHead {
    /// Reads what [`fmt::Display`] writes.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (number, seal) = text.split_once(':')?;
        let position: i64 = number.parse().ok()?;
        // A sign or a leading zero is not what is written.
        let as_written = position.to_string() == number;
        let hexadecimal = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        let well_formed = match position {
            0 => seal.is_empty(),
            1.. => seal.len() == SEAL_LENGTH && seal.bytes().all(hexadecimal),
            _ => false,
        };
        (as_written && well_formed).then(|| Self {
            position,
            seal: seal.to_owned(),
        })
    }
}

impl fmt::Display for JournalHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.position, self.seal)
    }
}

/// What came of checking the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JournalCheck {
    /// All is as it was written; the head.
    Intact(JournalHead),
    /// The first position that is missing, or where a row is not what was sealed there.
    Broken(i64),
    /// All seals fit, but the head that was kept is not among them.
    OtherHead,
    /// All seals fit, and some say that their row was written by somebody without the key: how many
    /// there are, and the positions of the first ones.
    Forged(u64, Vec<i64>),
}

/// What has been checked so far.
struct Audit<'k> {
    seals: Seals,
    head: JournalHead,
    kept: Option<&'k JournalHead>,
    kept_is_there: bool,
    forged: (u64, Vec<i64>),
}

impl SelfService {
    /// Makes every code and every seal again and compares; `progress` is told the position now and
    /// then.
    pub async fn verify_journal(
        &self,
        kept: Option<&JournalHead>,
        mut progress: impl FnMut(i64),
    ) -> Result<JournalCheck, Failure> {
        let everything = JournalFilter::default();
        let head = JournalHead::default();
        let mut audit = Audit {
            seals: Seals::new(&self.journal_key),
            kept_is_there: kept.is_none_or(|kept| *kept == head),
            head,
            kept,
            forged: (0, Vec::new()),
        };
        loop {
            let after = audit.head.position;
            let rows = self.search_journal(&everything, after, BATCH).await?;
            if rows.is_empty() {
                return Ok(audit.outcome());
            }
            for row in &rows {
                if !audit.fits(row) {
                    return Ok(JournalCheck::Broken(audit.head.position + 1));
                }
            }
            progress(audit.head.position);
        }
    }
}

impl Audit<'_> {
    /// Goes on by one row; false if it is not the row that was sealed there.
    fn fits(&mut self, PlacedRow { row, place }: &PlacedRow) -> bool {
        let position = self.head.position + 1;
        let sealed = Sealed {
            position,
            sequence: place.sequence,
            genuine: place.genuine,
        };
        let seal = self.seals.after(&self.head.seal, row, sealed);
        let judged = place.genuine == self.seals.is_genuine(row);
        if place.position != position || place.seal != seal || !judged {
            return false;
        }
        if !place.genuine {
            self.forged.0 += 1;
            if self.forged.1.len() < NAMED {
                self.forged.1.push(position);
            }
        }
        self.head = JournalHead { position, seal };
        self.kept_is_there |= self.kept == Some(&self.head);
        true
    }

    fn outcome(self) -> JournalCheck {
        match self.forged {
            _ if !self.kept_is_there => JournalCheck::OtherHead,
            (0, _) => JournalCheck::Intact(self.head),
            (count, positions) => JournalCheck::Forged(count, positions),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_read_as_it_was_written_and_in_no_other_form() {
        let seal = "0123456789abcdef".repeat(4);
        for text in ["0:".to_owned(), format!("7:{seal}")] {
            let head = JournalHead::parse(&text).expect("a head");
            assert_eq!(head.to_string(), text);
        }
        for text in [
            String::new(),
            "7".to_owned(),
            "7:".to_owned(),
            "7:feed".to_owned(),
            format!("0:{seal}"),
            format!("-1:{seal}"),
            format!("+7:{seal}"),
            format!("07:{seal}"),
            format!("7:{seal}0"),
            format!("7:{}", seal.to_ascii_uppercase()),
            format!("7:{}", "x".repeat(64)),
            format!("7:{seal}\n"),
        ] {
            assert_eq!(JournalHead::parse(&text), None, "{text:?}");
        }
    }
}
