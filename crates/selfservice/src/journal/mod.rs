//! Writes down what is done, in the transaction that does it.

mod audit;
mod publisher;
mod reading;
mod seal;

use std::sync::Arc;

use domain::{
    AccountChange, Author, Change, ChangeId, Changed, Entropy, Order, OrderChange, OrderEvent,
    OrganizationNumber, OtherChange,
};
use jiff::Timestamp;
use storage::{Error, JournalRow, Transaction};

pub use audit::{JournalCheck, JournalHead};
pub use publisher::Publisher;

use seal::Seals;

/// Makes the journal's lines, each with a code that only who has the key can make.
pub struct Scribe {
    entropy: Arc<dyn Entropy>,
    seals: Seals,
}

impl Scribe {
    /// A scribe with the journal's key.
    #[must_use]
    pub fn new(entropy: Arc<dyn Entropy>, journal_key: &[u8; 32]) -> Self {
        let seals = Seals::new(journal_key);
        Self { entropy, seals }
    }

    /// That an order entered the state it is in: in its history and in the journal.
    pub(crate) async fn order_entered(
        &self,
        tx: &mut Transaction,
        order: &Order,
        author: &Author,
        reason: &str,
    ) -> Result<(), Error> {
        let event = OrderEvent {
            state: order.state,
            at: order.updated_at,
            actor: author.name.clone(),
            reason: reason.to_owned(),
        };
        tx.orders().record(order.id, &event).await?;
        let change = Change {
            id: self.id(order.updated_at),
            at: order.updated_at,
            organization: Some(order.owner.clone()),
            author: author.clone(),
            what: Changed::Order(OrderChange::of(order, reason)),
        };
        self.record(tx, change).await
    }

    /// That an account entered a status.
    pub(crate) async fn account_entered(
        &self,
        tx: &mut Transaction,
        change: AccountChange,
        (owner, at): (&OrganizationNumber, Timestamp),
        author: Author,
    ) -> Result<(), Error> {
        let change = Change {
            id: self.id(at),
            at,
            organization: Some(owner.clone()),
            author,
            what: Changed::Account(change),
        };
        self.record(tx, change).await
    }

    /// Anything else, for the operator's eyes alone.
    pub async fn done(
        &self,
        tx: &mut Transaction,
        change: OtherChange,
        (organization, at): (Option<OrganizationNumber>, Timestamp),
        author: Author,
    ) -> Result<(), Error> {
        let change = Change {
            id: self.id(at),
            at,
            organization,
            author,
            what: Changed::Other(change),
        };
        self.record(tx, change).await
    }

    async fn record(&self, tx: &mut Transaction, change: Change) -> Result<(), Error> {
        let row = JournalRow::of(change);
        let mac = self.seals.mac(&row);
        tx.journal().record(&row, &mac).await
    }

    /// A UUID of version 7 (RFC 9562): the milliseconds, then chance.
    fn id(&self, at: Timestamp) -> ChangeId {
        let mut chance = [0; 10];
        self.entropy.fill(&mut chance);
        let milliseconds = u64::try_from(at.as_millisecond()).unwrap_or(0);
        let id = uuid::Builder::from_unix_timestamp_millis(milliseconds, &chance).into_uuid();
        ChangeId::new(id.to_string())
    }
}
