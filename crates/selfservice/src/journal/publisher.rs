//! Settles the place of each change: its position, its organization's number, the seal that chains
//! it to the one before, and to which endpoints it goes. A row without the code that only this
//! program can make was written by somebody else: it gets a place, so that the chain goes on, and a
//! seal that says so, and nobody is told of it.
//!
//! One publisher at a time works on a database, so positions are dense and a reader who goes on
//! after a position misses nothing. The mutations themselves never wait for it.

use std::collections::HashMap;
use std::ops::RangeFrom;
use std::sync::Arc;
use std::time::Duration;

use domain::{Changed, OrganizationNumber};
use storage::{JournalPlace, JournalRow, Transaction};
use tokio_util::sync::CancellationToken;

use crate::Failure;
use crate::core::Core;
use crate::journal::seal::{Sealed, Seals};
use crate::notifications::spread;

/// How many changes share a commit.
const BATCH: i64 = 256;
/// How long to wait at most before looking whether another node has left something unplaced.
const POLL: Duration = Duration::from_secs(1);
/// Whoever holds this sequence's row is the publisher for the moment.
const TURN: &str = "journal";

/// A change with what was found of its code.
struct Judged {
    row: JournalRow,
    genuine: bool,
}

/// Places changes until it is told to stop.
pub struct Publisher {
    core: Arc<Core>,
    seals: Seals,
}

impl Publisher {
    pub(crate) fn new(core: Arc<Core>, key: &[u8; 32]) -> Self {
        Self {
            core,
            seals: Seals::new(key),
        }
    }

    /// Works until it is told to stop.
    pub async fn run(self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            match self.publish().await {
                Ok(BATCH..) => continue,
                Ok(_) => {}
                Err(failure) => tracing::error!(%failure, "the journal stopped for a moment"),
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = self.core.bells.journal.notified() => {}
                () = tokio::time::sleep(POLL) => {}
            }
        }
    }

    /// Places what has no place yet, up to a batch; how many changes that were.
    pub async fn publish(&self) -> Result<i64, Failure> {
        let nothing = self
            .core
            .store
            .read(async |tx| Ok::<_, Failure>(tx.journal().unplaced(1).await?.is_empty()));
        if nothing.await? {
            return Ok(0);
        }
        let placed = self
            .core
            .store
            .transact(async |tx| self.place_batch(tx).await)
            .await?;
        self.core.bells.deliveries.notify_one();
        Ok(placed)
    }

    async fn place_batch(&self, tx: &mut Transaction) -> Result<i64, Failure> {
        // A block of no numbers still holds the row until the end of this transaction.
        tx.sequences().take_block(TURN, 0).await?;
        let (before, mut seal) = tx.journal().last().await?.unwrap_or_default();
        let changes = tx.journal().unplaced(BATCH).await?;
        let changes: Vec<_> = changes.into_iter().map(|row| self.judge(row)).collect();
        let mut sequences = take_sequences(tx, &changes).await?;
        let mut position = before;
        for change in &changes {
            position += 1;
            let sequence = told(change).and_then(|number| sequences.get_mut(number)?.next());
            let sealed = Sealed {
                position,
                sequence,
                genuine: change.genuine,
            };
            seal = self.seals.after(&seal, &change.row, sealed);
            let place = JournalPlace {
                position,
                sequence,
                genuine: change.genuine,
                seal: seal.clone(),
            };
            tx.journal().place(&change.row.change.id, &place).await?;
        }
        let now = self.core.clock.now();
        let told = changes.iter().filter(|change| told(change).is_some());
        let told: Vec<_> = told.map(|change| &change.row.change).collect();
        spread(tx, &told, (before, position), now).await?;
        Ok(position - before)
    }

    /// Looks at the code of a row.
    fn judge(&self, row: JournalRow) -> Judged {
        let genuine = self.seals.is_genuine(&row);
        if !genuine {
            let id = row.change.id.as_str();
            tracing::error!(id, "somebody else has written a row into the journal");
        }
        Judged { row, genuine }
    }
}

/// The organization that is told of a change, if one is.
fn told(Judged { row, genuine }: &Judged) -> Option<&OrganizationNumber> {
    match row.change.what {
        Changed::Order(_) | Changed::Account(_) if *genuine => row.change.organization.as_ref(),
        _ => None,
    }
}

/// The numbers that each organization's changes get.
async fn take_sequences<'c>(
    tx: &mut Transaction,
    changes: &'c [Judged],
) -> Result<HashMap<&'c OrganizationNumber, RangeFrom<i64>>, Failure> {
    let mut counts: HashMap<_, i64> = HashMap::new();
    for number in changes.iter().filter_map(told) {
        *counts.entry(number).or_default() += 1;
    }
    let mut sequences = HashMap::new();
    for (number, count) in counts {
        let first = tx.journal().take_sequences(number, count).await?;
        sequences.insert(number, first..);
    }
    Ok(sequences)
}
