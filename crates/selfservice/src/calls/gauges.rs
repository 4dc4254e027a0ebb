//! What waits: orders, jobs and deliveries, looked at once a minute.

use domain::OrderState;
use jiff::{SignedDuration, Timestamp};
use storage::{GaugeReading, Minute, Queue, Transaction};

use crate::{Failure, SelfService};

/// Something that is looked at once a minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Gauge {
    /// Orders that nobody has begun.
    AcknowledgedOrders,
    /// Orders that are being carried out.
    OrdersInProgress,
    /// Orders that wait for a person's decision.
    HeldOrders,
    /// How long the oldest acknowledged order has waited, in seconds.
    OldestWaitingOrder,
    /// How long that order has been held which has been the longest, in seconds.
    OldestHeldOrder,
    /// Jobs for the server itself.
    BuiltInJobs,
    /// Jobs for the operator's system.
    SystemJobs,
    /// Jobs for the operator's workers.
    PullJobs,
    /// Jobs at the desk.
    DeskJobs,
    /// Deliveries that are still to arrive.
    WaitingDeliveries,
    /// How long the oldest of them has waited, in seconds.
    OldestWaitingDelivery,
}

impl Gauge {
    /// Every gauge.
    pub const ALL: [Self; 11] = [
        Self::AcknowledgedOrders,
        Self::OrdersInProgress,
        Self::HeldOrders,
        Self::OldestWaitingOrder,
        Self::OldestHeldOrder,
        Self::BuiltInJobs,
        Self::SystemJobs,
        Self::PullJobs,
        Self::DeskJobs,
        Self::WaitingDeliveries,
        Self::OldestWaitingDelivery,
    ];

    /// The word in the database and in the operator's API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AcknowledgedOrders => "orders_acknowledged",
            Self::OrdersInProgress => "orders_in_progress",
            Self::HeldOrders => "orders_held",
            Self::OldestWaitingOrder => "oldest_waiting_order_seconds",
            Self::OldestHeldOrder => "oldest_held_order_seconds",
            Self::BuiltInJobs => "jobs_built_in",
            Self::SystemJobs => "jobs_system",
            Self::PullJobs => "jobs_pull",
            Self::DeskJobs => "jobs_desk",
            Self::WaitingDeliveries => "deliveries_waiting",
            Self::OldestWaitingDelivery => "oldest_waiting_delivery_seconds",
        }
    }

    /// The gauge that a word stands for.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|gauge| gauge.as_str() == word)
    }
}

impl SelfService {
    /// What every gauge reads in this minute: looked at now, unless another node has looked before.
    pub async fn take_gauges(&self) -> Result<Vec<(Gauge, i64)>, Failure> {
        let now = self.core.clock.now();
        let minute = Minute::of(now);
        let known = self
            .core
            .store
            .read(async |tx| tx.calls().gauges(minute).await);
        let known = known.await?;
        if !known.is_empty() {
            return Ok(in_order(&known));
        }
        let read = async |tx: &mut Transaction| look(tx, now).await;
        let readings = self.core.store.read(read).await?;
        let kept = self.core.store.transact(async |tx| {
            tx.calls().record_gauges(minute, &readings).await?;
            tx.calls().gauges(minute).await
        });
        Ok(in_order(&kept.await?))
    }
}

fn in_order(readings: &[GaugeReading]) -> Vec<(Gauge, i64)> {
    let known = readings
        .iter()
        .filter_map(|(name, value)| Some((Gauge::parse(name)?, *value)));
    known.collect()
}

/// All gauges, so that what is empty reads 0.
async fn look(tx: &mut Transaction, now: Timestamp) -> Result<Vec<GaugeReading>, storage::Error> {
    let mut calls = tx.calls();
    let orders = calls.waiting_orders().await?;
    let jobs = calls.waiting_jobs().await?;
    let deliveries = calls.waiting_deliveries().await?;
    let in_state = |state: OrderState| orders.iter().find(|one| one.state == state);
    let count = |state| in_state(state).map_or(0, |one| one.orders);
    let queue = |queue: Queue| {
        let found = jobs.iter().find(|(name, _)| name == queue.as_str());
        found.map_or(0, |(_, count)| *count)
    };
    let age = |since: Option<Timestamp>| {
        let age = since.map_or(SignedDuration::ZERO, |since| now.duration_since(since));
        age.as_secs().max(0)
    };
    let waiting = in_state(OrderState::Acknowledged).map(|one| one.oldest_accepted_at);
    let held = in_state(OrderState::Held).map(|one| one.longest_since);
    let value = |gauge: Gauge| match gauge {
        Gauge::AcknowledgedOrders => count(OrderState::Acknowledged),
        Gauge::OrdersInProgress => count(OrderState::InProgress),
        Gauge::HeldOrders => count(OrderState::Held),
        Gauge::OldestWaitingOrder => age(waiting),
        Gauge::OldestHeldOrder => age(held),
        Gauge::BuiltInJobs => queue(Queue::BuiltIn),
        Gauge::SystemJobs => queue(Queue::System),
        Gauge::PullJobs => queue(Queue::Pull),
        Gauge::DeskJobs => queue(Queue::Desk),
        Gauge::WaitingDeliveries => deliveries.deliveries,
        Gauge::OldestWaitingDelivery => age(deliveries.oldest_at),
    };
    let reading = |gauge: Gauge| (gauge.as_str().to_owned(), value(gauge));
    Ok(Gauge::ALL.into_iter().map(reading).collect())
}
