//! What a corporate customer can do, one file per noun. Knows no tokens, only the caller that was
//! admitted.

mod accounts;
mod agreements;
mod api_product_requests;
mod apps;
pub mod calls;
mod core;
mod desk;
mod developers;
mod failure;
pub mod fulfillment;
mod idempotency;
mod invitations;
mod journal;
mod mandate;
pub mod notifications;
mod numbering;
mod operators;
mod orders;
mod organizations;
mod restoration;
mod sandbox;
mod seen;
mod system_users;
mod trials;

use std::sync::Arc;

use domain::{Clock, Entropy};
use storage::{Queue, Store};

pub use accounts::Render;
pub use api_product_requests::Chosen;
pub use apps::{AppView, AppWish, Approval, NewApps};
pub use desk::AuthorRefusal;
pub use failure::Failure;
pub use idempotency::{Answered, IdempotencyKey};
pub use journal::{JournalCheck, JournalHead, Publisher, Scribe};
pub use mandate::{LONGEST_NAME, Mandate, OwnRefusal};
pub use operators::{OperatorRefusal, Operators, PutOperator, held_seen_of_operator};
pub use orders::OrderWithHistory;
pub use restoration::Resumed;
pub use sandbox::{DEMO_DATA, DemoRecords, LONGEST_SANDBOX_DELAY, LONGEST_SANDBOX_REASON};
pub use seen::Seen;
pub use storage::SandboxSettings;
pub use storage::{ApiProductRequest, Invitation, OwnApp, OwnUser, RequestState};
pub use storage::{DeskOrder, JournalFilter, JournalPage, OrderFilter, Page, PlacedRow};
pub use storage::{EndpointFilter, EndpointState, KnownEndpoint, ToldChange, WorkFilter};

use calls::{Bookkeeping, CallSettings};
use core::{Bells, Core};
use fulfillment::{Fulfillment, SystemWorker, Worker};
use notifications::{Courier, Cursors, Messenger, SecretKey};
use numbering::Numbering;

/// What the services stand on.
pub struct Foundation {
    /// The database.
    pub store: Store,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The randomness.
    pub entropy: Arc<dyn Entropy>,
    /// Decides which ids new things get.
    pub ids_key: [u8; 32],
    /// Seals the journal.
    pub journal_key: [u8; 32],
    /// Makes the secrets of endpoints and the cursors of the feed.
    pub notifications_key: [u8; 32],
}

/// The services, on one database.
pub struct SelfService {
    core: Arc<Core>,
    numbering: Numbering,
    journal_key: [u8; 32],
    pull_rounds: fulfillment::PullRounds,
    cursors: Cursors,
    calls: Bookkeeping,
    new_apps: NewApps,
    sandbox: Option<Arc<dyn DemoRecords>>,
}

impl SelfService {
    /// The services on a database, with the ways in which orders are carried out.
    #[must_use]
    pub fn new(foundation: Foundation, fulfillment: Fulfillment) -> Self {
        let Foundation {
            store,
            clock,
            entropy,
            ids_key,
            journal_key,
            notifications_key,
        } = foundation;
        let numbering = Numbering::new(store.clone(), &ids_key);
        let calls = Bookkeeping::new(CallSettings::default(), entropy.as_ref());
        let core = Core {
            store,
            clock,
            scribe: Scribe::new(Arc::clone(&entropy), &journal_key),
            entropy,
            fulfillment,
            secrets: SecretKey::new(&notifications_key),
            bells: Bells::default(),
        };
        Self {
            core: Arc::new(core),
            numbering,
            journal_key,
            pull_rounds: fulfillment::PullRounds::new(Queue::Pull, usize::MAX),
            cursors: Cursors::new(&notifications_key),
            calls,
            new_apps: NewApps::default(),
            sandbox: None,
        }
    }

    /// The same with other settings for what is kept of finished calls.
    #[must_use]
    pub fn with_calls(mut self, settings: CallSettings) -> Self {
        self.calls = Bookkeeping::new(settings, self.core.entropy.as_ref());
        self
    }

    /// The same with other settings for apps that are made in the portal.
    #[must_use]
    pub fn with_new_apps(mut self, settings: NewApps) -> Self {
        self.new_apps = settings;
        self
    }

    /// A worker that carries out what this server does by itself.
    #[must_use]
    pub fn worker(&self) -> Worker {
        Worker::new(Arc::clone(&self.core))
    }

    /// A worker that calls the operator's own system, if there is one.
    #[must_use]
    pub fn system_worker(&self) -> Option<SystemWorker> {
        let system = self.core.fulfillment.system.as_ref()?;
        let worker = SystemWorker::new(Arc::clone(&self.core), Arc::clone(system));
        Some(worker)
    }

    /// What settles the journal.
    #[must_use]
    pub fn publisher(&self) -> Publisher {
        Publisher::new(Arc::clone(&self.core), &self.journal_key)
    }

    /// What sends notifications to customers' endpoints.
    #[must_use]
    pub fn courier(&self, messenger: Arc<dyn Messenger>) -> Courier {
        Courier::new(Arc::clone(&self.core), messenger)
    }

    /// Whether the database answers.
    pub async fn check_database(&self) -> Result<(), Failure> {
        self.core
            .store
            .read(async |tx| Ok(tx.jobs().next_due(Queue::BuiltIn).await.map(drop)?))
            .await
    }
}
