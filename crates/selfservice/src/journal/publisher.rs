//! Settles the place of each change: its position, its organization's number, the seal that chains
//! it to the one before, and to which endpoints it goes.
//!
//! One publisher at a time works on a database, so positions are dense and a reader who goes on
//! after a position misses nothing. The mutations themselves never wait for it.

use std::sync::Arc;
use std::time::Duration;

use domain::access::ClientId;
use domain::{Changed, OrganizationNumber};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use storage::{JournalPlace, JournalRow, Transaction};
use tokio_util::sync::CancellationToken;

use crate::Failure;
use crate::core::Core;
use crate::notifications::spread;

/// How many changes share a commit.
const BATCH: i64 = 256;
/// How long to wait at most before looking whether another node has left something unplaced.
const POLL: Duration = Duration::from_secs(1);
/// Whoever holds this sequence's row is the publisher for the moment.
const TURN: &str = "journal";

/// Places changes until it is told to stop.
pub struct Publisher {
    core: Arc<Core>,
    seal: Hmac<Sha256>,
}

impl Publisher {
    pub(crate) fn new(core: Arc<Core>, key: &[u8; 32]) -> Self {
        let mut block = [0; 64];
        for (to, from) in block.iter_mut().zip(key) {
            *to = *from;
        }
        Self {
            core,
            seal: Hmac::new(&block.into()),
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
        let changes = tx.journal().unplaced(BATCH).await?;
        let (mut position, mut seal) = tx.journal().last().await?.unwrap_or_default();
        let before = position;
        let mut placed = 0;
        for row in &changes {
            let change = &row.change;
            position += 1;
            let sequence = match (&change.what, &change.organization) {
                (Changed::Order(_) | Changed::Account(_), Some(organization)) => {
                    Some(tx.journal().next_sequence(organization).await?)
                }
                _ => None,
            };
            seal = self.seal_after(&seal, row, (position, sequence));
            let place = JournalPlace {
                position,
                sequence,
                seal: seal.clone(),
            };
            tx.journal().place(&change.id, &place).await?;
            placed += 1;
        }
        let now = self.core.clock.now();
        spread(tx, &changes, (before, position), now).await?;
        Ok(placed)
    }

    /// Vouches for a change, its place, and all that the seal before vouches for.
    fn seal_after(
        &self,
        before: &str,
        JournalRow { change, line }: &JournalRow,
        (position, sequence): (i64, Option<i64>),
    ) -> String {
        let organization = change.organization.as_ref();
        let mut mac = self.seal.clone();
        for part in [
            before,
            &position.to_string(),
            &sequence.unwrap_or(0).to_string(),
            change.id.as_str(),
            &change.at.as_millisecond().to_string(),
            organization.map_or("", OrganizationNumber::as_str),
            &change.author.name,
            change.author.app.as_ref().map_or("", ClientId::as_str),
            &line.noun,
            &line.subject,
            &line.action,
            &line.facts,
        ] {
            // With its length, so that no two lists of parts give the same bytes.
            mac.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            mac.update(part.as_bytes());
        }
        hex::encode(mac.finalize().into_bytes())
    }
}
