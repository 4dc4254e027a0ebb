//! What a corporate customer can do, one file per noun. Knows no tokens, only the caller that was
//! admitted.

mod accounts;
mod agreements;
mod failure;
pub mod fulfillment;
mod idempotency;
mod numbering;
mod orders;
mod organizations;

use std::sync::Arc;

use domain::Clock;
use storage::Store;
use tokio::sync::Notify;

pub use accounts::Render;
pub use failure::Failure;
pub use idempotency::IdempotencyKey;
pub use orders::OrderWithHistory;
pub use storage::{OrderFilter, Page};

use fulfillment::{Schedule, Worker};
use numbering::Numbering;

/// The services, on one database.
pub struct SelfService {
    store: Store,
    clock: Arc<dyn Clock>,
    numbering: Numbering,
    schedule: Schedule,
    jobs_waiting: Arc<Notify>,
}

impl SelfService {
    /// The services on a database; the key decides which ids new things get.
    pub fn new(store: Store, clock: Arc<dyn Clock>, key: &[u8; 32], schedule: Schedule) -> Self {
        let numbering = Numbering::new(store.clone(), key);
        Self {
            store,
            clock,
            numbering,
            schedule,
            jobs_waiting: Arc::new(Notify::new()),
        }
    }

    /// A worker that carries out what these services accept.
    #[must_use]
    pub fn worker(&self) -> Worker {
        Worker {
            store: self.store.clone(),
            clock: Arc::clone(&self.clock),
            schedule: self.schedule,
            jobs_waiting: Arc::clone(&self.jobs_waiting),
        }
    }
}

impl SelfService {
    /// Whether the database answers.
    pub async fn check_database(&self) -> Result<(), Failure> {
        self.store
            .read(async |tx| Ok(tx.jobs().next_due().await.map(drop)?))
            .await
    }
}
