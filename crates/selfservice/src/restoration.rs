//! Going on from a copy of the database: what happened after it was taken is lost here, but not in
//! the world outside.

use domain::{Author, OtherChange};
use storage::{Error, Transaction};

use crate::{Failure, SelfService};

/// How far each sequence jumps: more numbers than were given out since the copy was taken, and few
/// enough of all for hundreds of jumps.
const JUMPS: [(&str, i64); 3] = [
    ("orders", 100_000_000),
    ("products", 1_000_000),
    ("accounts", 100_000),
];

/// What a restored database went on with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resumed {
    /// How many credentials were ended.
    pub ended_credentials: u64,
    /// How many jobs wait to be done.
    pub jobs: u64,
}

impl SelfService {
    /// Makes a restored database fit to go on from: claims are void and their work is due, no id is
    /// given out that may have been given out before, the credentials are ended as the caller says,
    /// and the journal says that all this was done.
    pub async fn resume_restored(
        &self,
        by: &Author,
        change: &OtherChange,
        end_credentials: impl AsyncFnOnce(&mut Transaction) -> Result<u64, Error> + Clone,
    ) -> Result<Resumed, Failure> {
        let now = self.core.clock.now();
        self.core
            .store
            .transact(async |tx| {
                let ended_credentials = end_credentials.clone()(tx).await?;
                let jobs = tx.jobs().void_claims(now).await?;
                tx.notification_rounds().void_claims(now).await?;
                for (sequence, jump) in JUMPS {
                    tx.sequences().take_block(sequence, jump).await?;
                }
                let change = change
                    .clone()
                    .with("endedCredentials", ended_credentials.to_string());
                self.core
                    .scribe
                    .done(tx, change, (None, now), by.clone())
                    .await?;
                Ok(Resumed {
                    ended_credentials,
                    jobs,
                })
            })
            .await
    }
}
