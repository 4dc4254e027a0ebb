//! The courier: looks for endpoints where something is due, and makes their rounds side by side.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::Messenger;
use super::round::Round;
use crate::Failure;
use crate::core::Core;

/// How many rounds may be under way at once, so that slow endpoints leave room for the others.
const ROUNDS: usize = 32;
/// How long to wait at most before looking whether another node has left something behind.
const POLL: Duration = Duration::from_secs(1);

/// Sends what is due until it is told to stop. Several may work on one database.
#[derive(Clone)]
pub struct Courier {
    pub(super) core: Arc<Core>,
    pub(super) messenger: Arc<dyn Messenger>,
}

impl Courier {
    pub(crate) fn new(core: Arc<Core>, messenger: Arc<dyn Messenger>) -> Self {
        Self { core, messenger }
    }

    /// Works until it is told to stop; the rounds that are under way are finished first.
    pub async fn run(self, stop: CancellationToken) {
        let mut rounds = JoinSet::new();
        while !stop.is_cancelled() {
            let pause = if rounds.len() < ROUNDS {
                match self.begin().await {
                    Ok(Some(round)) => {
                        let courier = self.clone();
                        rounds.spawn(async move { courier.finish(round).await });
                        continue;
                    }
                    Ok(None) => self.until_next().await,
                    Err(failure) => {
                        tracing::error!(%failure, "notifications stopped for a moment");
                        POLL
                    }
                }
            } else {
                POLL
            };
            tokio::select! {
                () = stop.cancelled() => {}
                // What this one has left may be due at once.
                Some(_) = rounds.join_next() => {}
                () = self.core.bells.deliveries.notified() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
        while rounds.join_next().await.is_some() {}
    }

    /// Makes every round that is due now, one after another; how many there were.
    pub async fn deliver_due(&self) -> Result<usize, Failure> {
        let mut rounds = 0;
        while let Some(round) = self.begin().await? {
            self.conclude(round).await?;
            rounds += 1;
        }
        Ok(rounds)
    }

    async fn finish(&self, round: Round) {
        // The endpoint is looked at again when its lease is over.
        if let Err(failure) = self.conclude(round).await {
            tracing::error!(%failure, "what came of some notifications is not recorded");
        }
    }

    async fn until_next(&self) -> Duration {
        let next = self
            .core
            .store
            .read(async |tx| tx.notification_rounds().next_due().await);
        let wait = match next.await {
            Ok(Some(due)) => due.duration_since(self.core.clock.now()),
            Ok(None) | Err(_) => return POLL,
        };
        // An endpoint that is due and was not claimed is another's for the moment.
        Duration::try_from(wait)
            .unwrap_or_default()
            .clamp(POLL / 10, POLL)
    }
}
