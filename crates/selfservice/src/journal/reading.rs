//! Reading the journal: who did what. For the operator, never for a customer.

use storage::{JournalFilter, JournalPage, JournalStretch, PlacedRow};

use super::JournalHead;
use crate::{Failure, SelfService};

/// How many rows a page looks at when its filter keeps only some of them.
const LOOKED_AT: i64 = 20_000;
/// How many changes without a place are counted.
const COUNTED: i64 = 10_000;

impl SelfService {
    /// The changes after a position that the filter lets through, in the order of their places,
    /// however many have to be looked at.
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

    /// A page of the changes that the filter lets through, which looks at a bounded number of rows:
    /// it may hold few, and none, and still have a next one.
    pub async fn page_journal(
        &self,
        filter: &JournalFilter,
        newest_first: bool,
        (after, most): (Option<i64>, i64),
    ) -> Result<JournalPage, Failure> {
        let stretch = JournalStretch {
            newest_first,
            after,
            most,
            looks_at: LOOKED_AT,
        };
        self.core
            .store
            .read(async |tx| Ok(tx.journal().page(filter, stretch).await?))
            .await
    }

    /// The last place of the journal.
    pub async fn journal_head(&self) -> Result<JournalHead, Failure> {
        let last = self.core.store.read(async |tx| tx.journal().last().await);
        let (position, seal) = last.await?.unwrap_or_default();
        Ok(JournalHead { position, seal })
    }

    /// How many changes wait for their place and seal, up to some thousands; no seal vouches for
    /// them yet.
    pub async fn unsealed_changes(&self) -> Result<usize, Failure> {
        let waiting = self
            .core
            .store
            .read(async |tx| tx.journal().unplaced(COUNTED).await);
        Ok(waiting.await?.len())
    }
}
