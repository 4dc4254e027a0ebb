//! What the operator's workers and people do with orders: claim, complete, fail, hold, resume.

use domain::{Author, Order, OrderId, OrderState};
use jiff::{SignedDuration, Timestamp};
use storage::{ClaimedJob, JobKind, Queue, QueuedJob, Transaction};

use super::apply::in_words;
use super::progress::own_name;
use super::simulated::ATTEMPTS;
use crate::{Failure, OrderWithHistory, SelfService};

/// The right to report on an order, until someone else gets it.
pub type Claim = i64;

/// An order that a worker of the operator's has taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimedOrder {
    /// What to carry out.
    pub order: Order,
    /// To be named in the report.
    pub claim: Claim,
    /// Until when nobody else gets it.
    pub leased_until: Timestamp,
    /// How often it has been handed out, this time included.
    pub attempt: i64,
}

/// Which order a report is about, and on what it rests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Report {
    /// The order.
    pub id: OrderId,
    /// The right of a worker's, if that is what it rests on.
    pub claim: Option<Claim>,
    /// The last change of the order that the reporter has seen; after another one, nothing is done.
    pub seen: Option<Timestamp>,
}

impl From<OrderId> for Report {
    fn from(id: OrderId) -> Self {
        (id, None).into()
    }
}

impl From<(OrderId, Option<Claim>)> for Report {
    fn from((id, claim): (OrderId, Option<Claim>)) -> Self {
        Self {
            id,
            claim,
            seen: None,
        }
    }
}

/// Why a report on an order is not taken.
#[derive(Debug, thiserror::Error)]
pub enum WorkRefusal {
    /// No such order.
    #[error("no such order")]
    UnknownOrder,
    /// The order has ended.
    #[error("the order has ended: {}", .0.as_str())]
    Ended(OrderState),
    /// The order is no longer as the reporter has seen it.
    #[error("the order has moved on since it was seen")]
    MovedOn,
    /// An earlier order on the same product is still open.
    #[error("an earlier order on the same product is still open")]
    Waits,
    /// The lease ran out and somebody else has it, or it was taken away.
    #[error("the claim is void: its lease ran out, or the order was taken away")]
    ClaimVoid,
    /// Somebody else is to carry it out; it can be held first.
    #[error(
        "the order is carried out by `{0}`: send the claim that came with it, or hold it first"
    )]
    NotHere(&'static str),
    /// The order is not in a state for this.
    #[error("the order is {}", .0.as_str())]
    WrongState(OrderState),
    /// The agreement no longer takes what was ordered.
    #[error("{0}")]
    Impossible(String),
    /// The database failed; for the log alone.
    #[error(transparent)]
    Storage(#[from] storage::Error),
}

impl From<Failure> for WorkRefusal {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Rejected(rejection) => Self::Impossible(in_words(&rejection)),
            // Somebody else moved the order while this step ran.
            Failure::Storage(storage::Error::Conflict(_)) => Self::ClaimVoid,
            Failure::Storage(error) => Self::Storage(error),
        }
    }
}

impl SelfService {
    /// Takes orders that the operator's workers carry out, the organizations in turn.
    pub async fn claim_orders(
        &self,
        worker: &Author,
        most: usize,
        lease: SignedDuration,
    ) -> Result<Vec<ClaimedOrder>, Failure> {
        let mut claimed = Vec::new();
        while claimed.len() < most {
            match self.claim_order(worker, lease).await? {
                Some(Some(order)) => claimed.push(order),
                // One that had ended, or went to a person.
                Some(None) => {}
                None => break,
            }
        }
        self.core.bells.ring();
        Ok(claimed)
    }

    async fn claim_order(
        &self,
        worker: &Author,
        lease: SignedDuration,
    ) -> Result<Option<Option<ClaimedOrder>>, Failure> {
        let taken = self.core.store.transact(async |tx| {
            let now = self.core.clock.now();
            let Some((job, organization)) = self.pull_rounds.claim(tx, now, lease).await? else {
                return Ok::<_, Failure>(None);
            };
            let order = self.take(tx, worker, &job).await?;
            let order = order.map(|order| ClaimedOrder {
                order,
                claim: job.fence,
                leased_until: now + lease,
                attempt: job.attempts,
            });
            Ok(Some((order, organization)))
        });
        let Some((order, organization)) = taken.await? else {
            return Ok(None);
        };
        self.pull_rounds.begin(&organization);
        self.pull_rounds.end(&organization);
        Ok(Some(order))
    }

    async fn take(
        &self,
        tx: &mut Transaction,
        worker: &Author,
        job: &ClaimedJob,
    ) -> Result<Option<Order>, Failure> {
        let Some(order) = self.core.open_order(tx, job).await? else {
            return Ok(None);
        };
        if job.attempts > ATTEMPTS {
            let reason = "was taken again and again and never reported; a person looks at it";
            self.core.hold(tx, order, (&own_name(), reason)).await?;
            return Ok(None);
        }
        let why = (worker, "taken");
        Ok(Some(self.core.take_up(tx, order, why).await?))
    }

    /// Lengthens a claim; until when it lasts.
    pub async fn extend_claim(
        &self,
        id: OrderId,
        claim: Claim,
        lease: SignedDuration,
    ) -> Result<Timestamp, WorkRefusal> {
        self.core
            .store
            .transact(async |tx| {
                let (_, standing) = self.find_work(tx, id.into()).await?;
                if standing.fence != claim {
                    return Err(WorkRefusal::ClaimVoid);
                }
                let until = self.core.clock.now() + lease;
                let job = claimed(id, &standing);
                if !tx.jobs().reschedule(&job, until, standing.attempts).await? {
                    return Err(WorkRefusal::ClaimVoid);
                }
                Ok(until)
            })
            .await
    }

    /// An order with its history, whoever's it is.
    pub async fn find_any_order(&self, id: OrderId) -> Result<OrderWithHistory, WorkRefusal> {
        self.core
            .store
            .read(async |tx| with_history(tx, id).await)
            .await
    }

    /// Makes the change that the order asks for, which has been carried out. Told again of one that
    /// is COMPLETED, it changes nothing, so that a report whose answer was lost can be repeated.
    pub async fn complete_order(
        &self,
        by: &Author,
        report: impl Into<Report>,
        note: Option<&str>,
    ) -> Result<OrderWithHistory, WorkRefusal> {
        let report = report.into();
        let id = report.id;
        let reported = self.report(id, async |tx| {
            let (order, standing) = self.find_work(tx, report).await?;
            self.may_end(&order, &standing, report.claim)?;
            tx.jobs().withdraw(JobKind::FulfillOrder, id.get()).await?;
            Ok(self.core.complete(tx, order, (by, note)).await?)
        });
        match reported.await {
            Err(WorkRefusal::Ended(OrderState::Completed)) => self.find_any_order(id).await,
            reported => reported,
        }
    }

    /// Gives the order up, with the reason that the customer reads. Told again of one that is
    /// FAILED, it changes nothing, and the first reason stays.
    pub async fn fail_order(
        &self,
        by: &Author,
        report: impl Into<Report>,
        reason: &str,
    ) -> Result<OrderWithHistory, WorkRefusal> {
        let report = report.into();
        let id = report.id;
        let reported = self.report(id, async |tx| {
            let (order, standing) = self.find_work(tx, report).await?;
            self.may_end(&order, &standing, report.claim)?;
            tx.jobs().withdraw(JobKind::FulfillOrder, id.get()).await?;
            Ok(self.core.give_up(tx, order, (by, reason)).await?)
        });
        match reported.await {
            Err(WorkRefusal::Ended(OrderState::Failed)) => self.find_any_order(id).await,
            reported => reported,
        }
    }

    /// Takes an order away from whoever has it, until a person decides.
    pub async fn hold_order(
        &self,
        by: &Author,
        report: impl Into<Report>,
        reason: &str,
    ) -> Result<OrderWithHistory, WorkRefusal> {
        let report = report.into();
        self.report(report.id, async |tx| {
            let (order, standing) = self.find_work(tx, report).await?;
            if report.claim.is_some_and(|claim| claim != standing.fence) {
                return Err(WorkRefusal::ClaimVoid);
            }
            if order.state == OrderState::Held {
                return Err(WorkRefusal::WrongState(order.state));
            }
            Ok(self.core.hold(tx, order, (by, reason)).await?)
        })
        .await
    }

    /// Marks an order of the desk as begun, so that the customer can't cancel it any more.
    pub async fn begin_order(
        &self,
        by: &Author,
        report: impl Into<Report>,
    ) -> Result<OrderWithHistory, WorkRefusal> {
        let report = report.into();
        self.report(report.id, async |tx| {
            let (order, standing) = self.find_work(tx, report).await?;
            self.may_end(&order, &standing, None)?;
            if order.state != OrderState::Acknowledged {
                return Err(WorkRefusal::WrongState(order.state));
            }
            self.core.take_up(tx, order, (by, "taken")).await?;
            Ok(())
        })
        .await
    }

    /// Lets a held order go on in the way that was settled for it.
    pub async fn resume_order(
        &self,
        by: &Author,
        report: impl Into<Report>,
    ) -> Result<OrderWithHistory, WorkRefusal> {
        let report = report.into();
        let id = report.id;
        self.report(id, async |tx| {
            let (order, _) = self.find_work(tx, report).await?;
            if order.state != OrderState::Held {
                return Err(WorkRefusal::WrongState(order.state));
            }
            let job = (JobKind::FulfillOrder, id.get());
            let (queue, now) = (Queue::from(order.way), self.core.clock.now());
            tx.jobs().move_to(job, queue, now).await?;
            self.core.take_up(tx, order, (by, "taken up again")).await?;
            Ok(())
        })
        .await
    }

    /// Runs a report in its transaction; how the order stands after it.
    async fn report(
        &self,
        id: OrderId,
        body: impl AsyncFnOnce(&mut Transaction) -> Result<(), WorkRefusal> + Clone,
    ) -> Result<OrderWithHistory, WorkRefusal> {
        let reported = self.core.store.transact(async |tx| {
            body.clone()(tx).await?;
            with_history(tx, id).await
        });
        let reported = reported.await?;
        self.core.bells.ring();
        Ok(reported)
    }

    /// An open order with its job, and its product's lane locked.
    async fn find_work(
        &self,
        tx: &mut Transaction,
        report: Report,
    ) -> Result<(Order, QueuedJob), WorkRefusal> {
        let id = report.id;
        let unlocked = tx.orders().find_accepted(id).await?;
        let unlocked = unlocked.ok_or(WorkRefusal::UnknownOrder)?;
        tx.products().lock(unlocked.product).await?;
        // Whoever had the lock before has moved it, perhaps.
        let order = tx.orders().find_accepted(id).await?;
        let order = order.ok_or(WorkRefusal::UnknownOrder)?;
        if report.seen.is_some_and(|seen| seen != order.updated_at) {
            return Err(WorkRefusal::MovedOn);
        }
        if order.state.is_final() {
            return Err(WorkRefusal::Ended(order.state));
        }
        let standing = tx.jobs().find(JobKind::FulfillOrder, id.get()).await?;
        // Another step has ended it since it was read.
        let standing = standing.ok_or(WorkRefusal::ClaimVoid)?;
        Ok((order, standing))
    }

    /// Who holds a valid claim may end an order; without one, who works at the desk, or whose system
    /// said that it would report.
    fn may_end(
        &self,
        order: &Order,
        standing: &QueuedJob,
        claim: Option<Claim>,
    ) -> Result<(), WorkRefusal> {
        if standing.waits {
            return Err(WorkRefusal::Waits);
        }
        match (claim, standing.queue) {
            (Some(claim), _) if claim == standing.fence => Ok(()),
            (Some(_), _) => Err(WorkRefusal::ClaimVoid),
            (None, Queue::Desk) => Ok(()),
            (None, Queue::System) if order.state == OrderState::InProgress => Ok(()),
            (None, Queue::System) if self.core.fulfillment.lacks_system() => Ok(()),
            (None, _) => Err(WorkRefusal::NotHere(order.way.as_str())),
        }
    }
}

async fn with_history(tx: &mut Transaction, id: OrderId) -> Result<OrderWithHistory, WorkRefusal> {
    let order = tx.orders().find_accepted(id).await?;
    let order = order.ok_or(WorkRefusal::UnknownOrder)?;
    let history = tx.orders().history(id).await?;
    Ok(OrderWithHistory { order, history })
}

fn claimed(id: OrderId, standing: &QueuedJob) -> ClaimedJob {
    ClaimedJob {
        kind: JobKind::FulfillOrder,
        subject: id.get(),
        fence: standing.fence,
        attempts: standing.attempts,
    }
}
