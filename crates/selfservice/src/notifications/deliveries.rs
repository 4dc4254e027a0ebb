//! What was made out to an endpoint, as its owner sees it.

use domain::access::Caller;
use domain::{Attempt, ChangeId, Delivery, DeliveryState, EndpointId, Rejection};
use jiff::Timestamp;
use storage::{Page, Transaction};

use super::endpoints::{about, find, hold};
use super::schedule::MEMORY;
use crate::{Failure, SelfService};

/// How many old rows are dropped in one transaction.
const PURGED_AT_ONCE: i64 = 1000;

/// A delivery with the log of its attempts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryWithAttempts {
    /// The delivery.
    pub delivery: Delivery,
    /// The attempts, oldest first.
    pub attempts: Vec<Attempt>,
}

impl DeliveryWithAttempts {
    fn not_before(self, now: Timestamp) -> Self {
        Self {
            delivery: not_before(self.delivery, now),
            ..self
        }
    }
}

/// A delivery as it is shown now: what is overdue is sent from now on at the earliest.
pub(super) fn not_before(delivery: Delivery, now: Timestamp) -> Delivery {
    Delivery {
        due_at: delivery.due_at.map(|due| due.max(now)),
        ..delivery
    }
}

impl SelfService {
    /// One page of what was made out to an endpoint, newest first, and how many there are.
    pub async fn list_deliveries(
        &self,
        caller: &Caller,
        id: &EndpointId,
        state: Option<DeliveryState>,
        page: Page,
    ) -> Result<(Vec<Delivery>, i64), Failure> {
        let found = self.core.store.read(async |tx| {
            find(tx, caller, id).await?;
            let mut deliveries = tx.notification_deliveries();
            let found = deliveries.list(caller.reach(), id, state, page);
            Ok::<_, Failure>(found.await?)
        });
        let (found, total) = found.await?;
        let now = self.core.clock.now();
        let shown = found.into_iter().map(|one| not_before(one, now));
        Ok((shown.collect(), total))
    }

    /// One event that was made out to an endpoint, with the log of its attempts.
    pub async fn find_delivery(
        &self,
        caller: &Caller,
        id: &EndpointId,
        event: &ChangeId,
    ) -> Result<DeliveryWithAttempts, Failure> {
        self.core
            .store
            .read(async |tx| {
                find(tx, caller, id).await?;
                let found = find_made_out(tx, caller, id, event).await?;
                Ok(found.not_before(self.core.clock.now()))
            })
            .await
    }

    /// Sends an event to an endpoint anew, whatever became of it before. To one that is disabled
    /// nothing is sent, so there it is rejected.
    pub async fn redeliver(
        &self,
        caller: &Caller,
        id: &EndpointId,
        event: &ChangeId,
    ) -> Result<DeliveryWithAttempts, Failure> {
        let delivery = self.core.store.transact(async |tx| {
            let now = self.core.clock.now();
            let endpoint = hold(tx, caller, id).await?;
            find_made_out(tx, caller, id, event).await?;
            if !endpoint.enabled {
                return Err(Rejection::EndpointDisabled.into());
            }
            let mut deliveries = tx.notification_deliveries();
            deliveries.send_again(id, event, now).await?;
            let asked = about(id, "redelivery asked").with("event", event.as_str());
            self.note(tx, caller, asked, now).await?;
            find_made_out(tx, caller, id, event).await
        });
        let delivery = delivery.await?;
        self.core.bells.deliveries.notify_one();
        Ok(delivery)
    }

    /// Drops deliveries and attempts that are older than they are kept; how many there were.
    pub async fn forget_old_deliveries(&self) -> Result<u64, Failure> {
        let by = self.core.clock.now() - MEMORY;
        let mut forgotten = 0;
        loop {
            let purge = async |tx: &mut Transaction| {
                let mut deliveries = tx.notification_deliveries();
                Ok::<_, Failure>(deliveries.purge(by, PURGED_AT_ONCE).await?)
            };
            let purged = self.core.store.transact(purge).await?;
            forgotten += purged;
            if purged == 0 {
                return Ok(forgotten);
            }
        }
    }
}

async fn find_made_out(
    tx: &mut Transaction,
    caller: &Caller,
    id: &EndpointId,
    event: &ChangeId,
) -> Result<DeliveryWithAttempts, Failure> {
    let mut deliveries = tx.notification_deliveries();
    let found = deliveries.find(caller.reach(), id, event).await?;
    let delivery = found.ok_or(Rejection::DeliveryNotFound)?;
    let attempts = deliveries.attempts(id, event).await?;
    Ok(DeliveryWithAttempts { delivery, attempts })
}
