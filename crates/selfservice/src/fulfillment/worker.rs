//! The worker that needs nothing but the database.

use std::sync::Arc;
use std::time::Duration;

use domain::{Order, OrderId, OrderState};
use jiff::SignedDuration;
use storage::{ClaimedJob, JobKind, Queue, Transaction};
use tokio_util::sync::CancellationToken;

use super::backoff::pause_after;
use super::progress::{own_name, void_claim};
use super::rounds::Rounds;
use super::simulated::LONGEST_PAUSE;
use crate::Failure;
use crate::core::Core;

/// How long a claim lasts; a step takes milliseconds.
pub(super) const LEASE: SignedDuration = SignedDuration::from_secs(30);
/// How long to wait at most before looking whether another node has left work behind.
pub(super) const POLL: Duration = Duration::from_secs(1);

/// Does the jobs that are due, one after another. Several may run side by side, on one node or many.
#[derive(Clone)]
pub struct Worker {
    pub(crate) core: Arc<Core>,
    rounds: Arc<Rounds>,
}

impl Worker {
    pub(crate) fn new(core: Arc<Core>) -> Self {
        let rounds = Rounds::new(Queue::BuiltIn, usize::MAX);
        Self {
            core,
            rounds: Arc::new(rounds),
        }
    }

    /// Works until it is told to stop; the step at hand is finished first.
    pub async fn run(self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            let pause = match self.run_due_jobs_until(&stop).await {
                Ok(_) => self.core.until_next_job(Queue::BuiltIn).await,
                Err(failure) => {
                    tracing::error!(%failure, "fulfillment stopped for a moment");
                    POLL
                }
            };
            tokio::select! {
                () = stop.cancelled() => {}
                () = self.core.bells.built_in.notified() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// Does every job that is due now; how many steps that were.
    pub async fn run_due_jobs(&self) -> Result<usize, Failure> {
        self.run_due_jobs_until(&CancellationToken::new()).await
    }

    async fn run_due_jobs_until(&self, stop: &CancellationToken) -> Result<usize, Failure> {
        let mut steps = 0;
        while !stop.is_cancelled() && self.run_one_job().await? {
            steps += 1;
        }
        Ok(steps)
    }

    /// Does the job that is next, and keeps what came of it; false if none is due.
    pub async fn run_one_job(&self) -> Result<bool, Failure> {
        let Some((job, organization)) = self.claim().await? else {
            return Ok(false);
        };
        self.rounds.begin(&organization);
        let outcome = self.step(&job).await;
        self.rounds.end(&organization);
        if let Err(failure) = outcome {
            tracing::warn!(kind = job.kind.as_str(), subject = job.subject, %failure, "step failed");
            self.retry_later(&job, &failure).await?;
        }
        self.core.bells.journal.notify_one();
        Ok(true)
    }

    async fn claim(&self) -> Result<Option<(ClaimedJob, String)>, Failure> {
        let now = self.core.clock.now();
        let claim = async |tx: &mut Transaction| Ok(self.rounds.claim(tx, now, LEASE).await?);
        self.core.store.transact(claim).await
    }

    async fn step(&self, job: &ClaimedJob) -> Result<(), Failure> {
        match job.kind {
            JobKind::FulfillOrder => self.fulfill_order(job).await,
            JobKind::ActivateAccount => self.activate_account(job).await,
        }
    }

    /// Waits twice as long each time, unless the matter is settled.
    async fn retry_later(&self, job: &ClaimedJob, failure: &Failure) -> Result<(), Failure> {
        if job.kind == JobKind::FulfillOrder && self.retry_order(job, failure).await? {
            return Ok(());
        }
        let pause = pause_after(job.attempts, LONGEST_PAUSE, self.core.entropy.as_ref());
        self.core.reschedule(job, pause).await
    }
}

impl Core {
    /// Ends a claim without having done the step; the next one comes after a pause.
    pub(super) async fn reschedule(
        &self,
        job: &ClaimedJob,
        pause: SignedDuration,
    ) -> Result<(), Failure> {
        let due_at = self.clock.now() + pause;
        self.store
            .transact(async |tx| {
                // A void claim needs no new time: whoever holds the job now sees to it.
                tx.jobs().reschedule(job, due_at, job.attempts).await?;
                Ok(())
            })
            .await
    }

    /// Ends an order that a worker holds, or gives it to a person.
    pub(super) async fn settle_order(
        &self,
        job: &ClaimedJob,
        state: OrderState,
        reason: &str,
    ) -> Result<(), Failure> {
        self.store
            .transact(async |tx| {
                let Some(order) = self.open_order(tx, job).await? else {
                    return Ok(());
                };
                let why = (&own_name(), reason);
                if state == OrderState::Held {
                    return self.hold(tx, order, why).await;
                }
                if !tx.jobs().finish(job).await? {
                    return Err(void_claim());
                }
                self.give_up(tx, order, why).await
            })
            .await
    }

    /// The order of a job that is held, with its product's lane locked; none if nothing is left to
    /// do for it, and then the job is finished.
    pub(super) async fn open_order(
        &self,
        tx: &mut Transaction,
        job: &ClaimedJob,
    ) -> Result<Option<Order>, Failure> {
        let found = tx.orders().find_accepted(OrderId::new(job.subject)).await?;
        let Some(order) = found else {
            tx.jobs().finish(job).await?;
            return Ok(None);
        };
        tx.products().lock(order.product).await?;
        if order.state.is_final() {
            tx.jobs().finish(job).await?;
            return Ok(None);
        }
        let standing = tx.jobs().find(job.kind, job.subject).await?;
        if standing.is_none_or(|standing| standing.fence != job.fence) {
            return Err(void_claim());
        }
        Ok(Some(order))
    }

    pub(super) async fn until_next_job(&self, queue: Queue) -> Duration {
        let next = self.store.read(async |tx| tx.jobs().next_due(queue).await);
        let wait = match next.await {
            Ok(Some(due)) => due.duration_since(self.clock.now()),
            Ok(None) | Err(_) => return POLL,
        };
        Duration::try_from(wait).unwrap_or_default().min(POLL)
    }
}
