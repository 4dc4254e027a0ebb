//! Reading the journal: who did what, and whether it is as it was written.

use std::fmt;

use storage::{JournalFilter, PlacedRow};

use super::seal::Seals;
use crate::{Failure, SelfService};

/// How many rows are read at once.
const BATCH: i64 = 1_000;

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
        let (position, seal) = text.split_once(':')?;
        let position = position.parse().ok().filter(|position| *position >= 0)?;
        let well_formed = seal.bytes().all(|b| b.is_ascii_hexdigit());
        well_formed.then(|| Self {
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
}

impl SelfService {
    /// The changes after a position that the filter lets through, in the order of their places.
    pub async fn search_journal(
        &self,
        filter: &JournalFilter,
        after: i64,
        most: i64,
    ) -> Result<Vec<PlacedRow>, Failure> {
        self.core
            .store
            .read(async |tx| Ok(tx.journal().search(filter, after, most).await?))
            .await
    }

    /// The last place of the journal.
    pub async fn journal_head(&self) -> Result<JournalHead, Failure> {
        let last = self.core.store.read(async |tx| tx.journal().last().await);
        let (position, seal) = last.await?.unwrap_or_default();
        Ok(JournalHead { position, seal })
    }

    /// How many changes wait for their place and seal, up to some thousands; they vouch for nothing.
    pub async fn unsealed_changes(&self) -> Result<usize, Failure> {
        let waiting = self
            .core
            .store
            .read(async |tx| tx.journal().unplaced(10 * BATCH).await);
        Ok(waiting.await?.len())
    }

    /// Makes every seal again and compares; `progress` is told the position now and then.
    pub async fn verify_journal(
        &self,
        kept: Option<&JournalHead>,
        mut progress: impl FnMut(i64),
    ) -> Result<JournalCheck, Failure> {
        let seals = Seals::new(&self.journal_key);
        let everything = JournalFilter::default();
        let mut head = JournalHead::default();
        let mut kept_is_there = kept.is_none_or(|kept| *kept == head);
        loop {
            let after = head.position;
            let rows = self.search_journal(&everything, after, BATCH).await?;
            if rows.is_empty() {
                break;
            }
            for row in &rows {
                match next_head(&seals, &head, row) {
                    Some(next) => head = next,
                    None => return Ok(JournalCheck::Broken(head.position + 1)),
                }
                kept_is_there |= kept == Some(&head);
            }
            progress(head.position);
        }
        if kept_is_there {
            Ok(JournalCheck::Intact(head))
        } else {
            Ok(JournalCheck::OtherHead)
        }
    }
}

/// The head after one more row; none if that is not the row that was sealed there.
fn next_head(seals: &Seals, head: &JournalHead, placed: &PlacedRow) -> Option<JournalHead> {
    let PlacedRow { row, place } = placed;
    let position = head.position + 1;
    let seal = seals.after(&head.seal, row, (position, place.sequence));
    let sealed = place.position == position && place.seal == seal;
    sealed.then_some(JournalHead { position, seal })
}
