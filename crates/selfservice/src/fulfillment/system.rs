//! Orders that the operator's own system carries out when this server calls it.
//!
//! The call is made between two transactions: the claim is stored before it, the answer after it. A
//! crash in between makes the same call again, so the system goes by the order's id.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use domain::{Order, OrderState};
use jiff::SignedDuration;
use storage::{ClaimedJob, Queue, Transaction};
use tokio_util::sync::CancellationToken;

use super::apply::in_words;
use super::backoff::{pause_after, spread};
use super::progress::{BEGUN, own_name, void_claim};
use super::rounds::Rounds;
use super::worker::POLL;
use crate::Failure;
use crate::core::Core;

/// Calls for one order before a person has to look at it: some four hours, with the pauses.
const ATTEMPTS: i64 = 24;
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_mins(15);
/// How long a call may go on once the server is told to stop.
const LAST_CALL: Duration = Duration::from_secs(8);
/// How much longer a claim lasts than a call may take.
const MARGIN: SignedDuration = SignedDuration::from_secs(20);

/// The operator's own system, as far as fulfillment knows it.
pub trait OperatorSystem: Send + Sync {
    /// Asks the system to carry an order out. Asking again for the same order must not do it twice.
    fn carry_out<'a>(
        &'a self,
        order: &'a Order,
        attempt: i64,
    ) -> Pin<Box<dyn Future<Output = Result<Answer, Trouble>> + Send + 'a>>;

    /// How long a call takes at most.
    fn longest_call(&self) -> SignedDuration;

    /// How long to wait for a report after the answer "later", before asking again.
    fn report_within(&self) -> SignedDuration;

    /// How many calls may be under way at once.
    fn concurrency(&self) -> usize;
}

/// What the operator's system says of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It is done; perhaps with a note for the history.
    Done(Option<String>),
    /// It can't be done, and why, in words for the customer.
    Failed(String),
    /// It will be reported.
    Later,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Trouble {
    /// In words for the log and the operator.
    pub reason: String,
    /// When the system wants to be asked again at the earliest.
    pub retry_after: Option<SignedDuration>,
}

/// Calls the operator's system for the orders that are due. Clones share the turns.
#[derive(Clone)]
pub struct SystemWorker {
    core: Arc<Core>,
    system: Arc<dyn OperatorSystem>,
    rounds: Arc<Rounds>,
}

impl SystemWorker {
    pub(crate) fn new(core: Arc<Core>, system: Arc<dyn OperatorSystem>) -> Self {
        let calls = system.concurrency();
        // A system that hangs on one organization's orders leaves room for the others'.
        let rounds = Rounds::new(Queue::System, (calls - calls / 4).max(1));
        Self {
            core,
            system,
            rounds: Arc::new(rounds),
        }
    }

    /// How many of these are to run side by side.
    #[must_use]
    pub fn concurrency(&self) -> usize {
        self.system.concurrency()
    }

    /// Works until it is told to stop. The call at hand is given a moment to end; after that it is
    /// made again once its lease is over, as after a crash.
    pub async fn run(self, stop: CancellationToken) {
        let overdue = async {
            stop.cancelled().await;
            tokio::time::sleep(LAST_CALL).await;
        };
        tokio::select! {
            () = self.work_until(&stop) => {}
            () = overdue => {
                tracing::warn!("a call to the operator's system was left, to be made again");
            }
        }
    }

    async fn work_until(&self, stop: &CancellationToken) {
        while !stop.is_cancelled() {
            let pause = match self.call_for_next_order().await {
                Ok(true) => continue,
                // What is due may be another's turn to take, or an organization's share.
                Ok(false) => self.core.until_next_job(Queue::System).await.max(POLL / 10),
                Err(failure) => {
                    tracing::error!(%failure, "calls to the operator's system stopped for a moment");
                    POLL
                }
            };
            tokio::select! {
                () = stop.cancelled() => {}
                () = self.core.bells.system.notified() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// Makes the call for the order that is next, and keeps what came of it; false if none is due.
    pub async fn call_for_next_order(&self) -> Result<bool, Failure> {
        let Some((job, organization, order)) = self.claim().await? else {
            return Ok(false);
        };
        self.rounds.begin(&organization);
        let outcome = match order {
            Some(order) => {
                self.core.bells.ring();
                let answer = self.system.carry_out(&order, job.attempts).await;
                self.keep(&job, answer).await
            }
            None => Ok(()),
        };
        self.rounds.end(&organization);
        self.core.bells.ring();
        match outcome {
            // Whoever has the job now sees to it.
            Err(Failure::Storage(storage::Error::Conflict(reason))) => {
                tracing::warn!(order = job.subject, reason, "an answer came too late");
                Ok(true)
            }
            outcome => outcome.map(|()| true),
        }
    }

    /// The claim and the order's progress are one step.
    async fn claim(&self) -> Result<Option<(ClaimedJob, String, Option<Order>)>, Failure> {
        let lease = self.system.longest_call() + MARGIN;
        self.core
            .store
            .transact(async |tx| {
                let now = self.core.clock.now();
                let Some((job, organization)) = self.rounds.claim(tx, now, lease).await? else {
                    return Ok(None);
                };
                let order = match self.core.open_order(tx, &job).await? {
                    Some(order) => {
                        let why = (&own_name(), BEGUN);
                        Some(self.core.take_up(tx, order, why).await?)
                    }
                    None => None,
                };
                Ok(Some((job, organization, order)))
            })
            .await
    }

    async fn keep(&self, job: &ClaimedJob, answer: Result<Answer, Trouble>) -> Result<(), Failure> {
        let entropy = self.core.entropy.as_ref();
        match answer {
            Ok(Answer::Done(note)) => self.complete(job, note).await,
            Ok(Answer::Failed(reason)) => {
                let state = OrderState::Failed;
                self.core.settle_order(job, state, &reason).await
            }
            Ok(Answer::Later) if job.attempts < ATTEMPTS => {
                let pause = spread(self.system.report_within(), entropy);
                self.core.reschedule(job, pause).await
            }
            Err(trouble) if job.attempts < ATTEMPTS => {
                tracing::warn!(order = job.subject, attempt = job.attempts, %trouble, "the operator's system gave no answer");
                let pause = pause_after(job.attempts - 1, LONGEST_PAUSE, entropy);
                let pause = pause.max(trouble.retry_after.unwrap_or_default());
                self.core.reschedule(job, pause).await
            }
            Ok(Answer::Later) | Err(_) => {
                let reason = "could not be carried out; a person looks at it";
                self.core.settle_order(job, OrderState::Held, reason).await
            }
        }
    }

    async fn complete(&self, job: &ClaimedJob, note: Option<String>) -> Result<(), Failure> {
        let note = note.as_deref();
        let done = self
            .core
            .store
            .transact(async |tx: &mut Transaction| {
                let Some(order) = self.core.open_order(tx, job).await? else {
                    return Ok(());
                };
                if !tx.jobs().finish(job).await? {
                    return Err(void_claim());
                }
                self.core.complete(tx, order, (&own_name(), note)).await
            })
            .await;
        match done {
            // The operator's system has done what the agreement no longer takes: a person decides.
            Err(Failure::Rejected(rejection)) => {
                let reason = format!("done, but {}", in_words(&rejection));
                self.core.settle_order(job, OrderState::Held, &reason).await
            }
            done => done,
        }
    }
}
