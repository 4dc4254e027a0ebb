//! Carries out accepted orders, durably: claim a job, do its step, finish it.
//!
//! Each step is one transaction that changes the products, moves the order and ends the claim, so
//! a crash anywhere leaves either all of the step or none of it.

mod activate_account;
mod fulfill_order;

use std::sync::Arc;
use std::time::Duration;

use domain::Clock;
use jiff::{SignedDuration, Timestamp};
use storage::{ClaimedJob, JobKind, Store};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::Failure;

/// How long a claim lasts; a step takes milliseconds.
const LEASE: SignedDuration = SignedDuration::from_secs(30);
/// Claims of one step before a person has to look at it.
const ATTEMPTS: i64 = 8;
/// How long to wait at most before looking whether another node has left work behind.
const POLL: Duration = Duration::from_secs(1);

/// When things come to pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schedule {
    /// How long an order takes from its acceptance to its completion. It can be cancelled in the
    /// first half. Accounts open after the same time.
    pub delay: SignedDuration,
    /// How long after its opening an account appears in lists.
    pub account_visible_after: SignedDuration,
}

impl Schedule {
    /// When an order that is accepted now goes into progress.
    pub(crate) fn begins_at(self, accepted: Timestamp) -> Timestamp {
        accepted + self.delay / 2
    }

    /// When lists begin to show an account that is opened now.
    pub(crate) fn visible_at(self, opened: Timestamp) -> Timestamp {
        opened + self.account_visible_after
    }

    /// When an order that was accepted then is to be completed.
    pub(crate) fn completes_at(self, accepted: Timestamp) -> Timestamp {
        accepted + self.delay
    }
}

/// Does the jobs that are due, one after another. Several may run side by side, on one node or many.
#[derive(Clone)]
pub struct Worker {
    pub(crate) store: Store,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) schedule: Schedule,
    pub(crate) jobs_waiting: Arc<Notify>,
}

impl Worker {
    /// Works until it is told to stop; the step at hand is finished first.
    pub async fn run(self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            let pause = match self.run_due_jobs().await {
                Ok(_) => self.until_next_job().await,
                Err(failure) => {
                    tracing::error!(%failure, "fulfillment stopped for a moment");
                    POLL
                }
            };
            tokio::select! {
                () = stop.cancelled() => {}
                () = self.jobs_waiting.notified() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// Does every job that is due now; how many steps that were.
    pub async fn run_due_jobs(&self) -> Result<usize, Failure> {
        let mut steps = 0;
        while let Some(job) = self.claim().await? {
            steps += 1;
            if let Err(failure) = self.step(&job).await {
                tracing::warn!(kind = job.kind.as_str(), subject = job.subject, %failure, "step failed");
                self.retry_later(&job, &failure).await?;
            }
        }
        Ok(steps)
    }

    async fn claim(&self) -> Result<Option<ClaimedJob>, Failure> {
        let now = self.clock.now();
        let claim =
            async |tx: &mut storage::Transaction| Ok(tx.jobs().claim(now, now + LEASE).await?);
        self.store.transact(claim).await
    }

    async fn step(&self, job: &ClaimedJob) -> Result<(), Failure> {
        match job.kind {
            JobKind::FulfillOrder => self.fulfill_order(job).await,
            JobKind::ActivateAccount => self.activate_account(job).await,
        }
    }

    /// What can't be done any more is given up; anything else waits twice as long each time, and
    /// after the last attempt at an order a person has to look.
    async fn retry_later(&self, job: &ClaimedJob, failure: &Failure) -> Result<(), Failure> {
        if job.kind == JobKind::FulfillOrder {
            match failure {
                Failure::Rejected(rejection) => return self.fail_order(job, rejection).await,
                Failure::Storage(_) if job.attempts >= ATTEMPTS => {
                    return self.hold_order(job).await;
                }
                Failure::Storage(_) => {}
            }
        }
        let pause = SignedDuration::from_secs(1 << job.attempts.clamp(0, 16));
        let due_at = self.clock.now() + pause;
        self.store
            .transact(async |tx| {
                // A void claim needs no new time: whoever holds the job now sees to it.
                tx.jobs().reschedule(job, due_at, job.attempts).await?;
                Ok(())
            })
            .await
    }

    async fn until_next_job(&self) -> Duration {
        let next = self.store.read(async |tx| tx.jobs().next_due().await).await;
        let wait = match next {
            Ok(Some(due)) => due.duration_since(self.clock.now()),
            Ok(None) | Err(_) => return POLL,
        };
        Duration::try_from(wait).unwrap_or_default().min(POLL)
    }
}
