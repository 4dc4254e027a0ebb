//! Orders that this server carries out by itself: into progress, and a while later done.

use domain::{Order, OrderId, OrderState, ProductId};
use jiff::SignedDuration;
use storage::{ClaimedJob, JobKind, Queue, Transaction};

use super::apply::in_words;
use super::progress::{BEGUN, own_name, void_claim};
use super::worker::{LEASE, Worker};
use crate::Failure;

/// How many steps on one product share a commit at most.
const SHARED_STEPS: usize = 32;
/// Claims of one step before a person has to look at it.
pub(super) const ATTEMPTS: i64 = 8;
pub(super) const LONGEST_PAUSE: SignedDuration = SignedDuration::from_mins(5);

impl Worker {
    /// The orders that wait behind this one share its commit. If that fails, it goes alone, so that
    /// no order pays for another's fault.
    pub(super) async fn fulfill_order(&self, job: &ClaimedJob) -> Result<(), Failure> {
        match self.fulfill_lane(job, SHARED_STEPS).await {
            Ok(()) => Ok(()),
            Err(_) => self.fulfill_lane(job, 1).await,
        }
    }

    async fn fulfill_lane(&self, first: &ClaimedJob, most: usize) -> Result<(), Failure> {
        self.core
            .store
            .transact(async |tx| {
                let mut job = *first;
                for left in (0..most).rev() {
                    let lane = self.take_step(tx, &job).await?;
                    let (Some(product), true) = (lane, left > 0) else {
                        break;
                    };
                    let lane = (JobKind::FulfillOrder, product.get());
                    let now = self.core.clock.now();
                    let (queue, until) = (Queue::BuiltIn, now + LEASE);
                    match tx.jobs().claim_in_lane(lane, queue, now, until).await? {
                        Some(next) => job = next,
                        None => break,
                    }
                }
                Ok(())
            })
            .await
    }

    /// One step of one order; the product in whose lane it is.
    async fn take_step(
        &self,
        tx: &mut Transaction,
        job: &ClaimedJob,
    ) -> Result<Option<ProductId>, Failure> {
        let Some(order) = tx.orders().find_accepted(OrderId::new(job.subject)).await? else {
            tx.jobs().finish(job).await?;
            return Ok(None);
        };
        let product = order.product;
        tx.products().lock(product).await?;
        match order.state {
            OrderState::Acknowledged => self.begin(tx, job, order).await?,
            OrderState::InProgress => self.end(tx, job, order).await?,
            // A person has it.
            OrderState::Held => return Err(void_claim()),
            _ => drop(tx.jobs().finish(job).await?),
        }
        Ok(Some(product))
    }

    async fn begin(
        &self,
        tx: &mut Transaction,
        job: &ClaimedJob,
        order: Order,
    ) -> Result<(), Failure> {
        let plan = tx.sandbox().find_plan(order.id).await?;
        let schedule = self.core.fulfillment.schedule;
        let completes_at = plan.map_or_else(
            || schedule.completes_at(order.created_at),
            |plan| plan.ends_at,
        );
        if completes_at > self.core.clock.now() {
            if tx.jobs().reschedule(job, completes_at, 0).await? {
                let why = (&own_name(), BEGUN);
                self.core.take_up(tx, order, why).await?;
            }
            return Ok(());
        }
        self.end(tx, job, order).await
    }

    async fn end(
        &self,
        tx: &mut Transaction,
        job: &ClaimedJob,
        order: Order,
    ) -> Result<(), Failure> {
        let plan = tx.sandbox().find_plan(order.id).await?;
        let ending = plan.as_ref().map(|plan| plan.ending);
        let reason = plan.map(|plan| plan.reason).unwrap_or_default();
        let why = (&own_name(), reason.as_str());
        if ending == Some(OrderState::Held) {
            let standing = tx.jobs().find(job.kind, job.subject).await?;
            if standing.is_none_or(|standing| standing.fence != job.fence) {
                return Err(void_claim());
            }
            // Taken up again by a person, it is completed.
            tx.sandbox().remove_plan(order.id).await?;
            let begun = (&own_name(), BEGUN);
            let order = self.core.take_up(tx, order, begun).await?;
            return self.core.hold(tx, order, why).await;
        }
        if !tx.jobs().finish(job).await? {
            return Err(void_claim());
        }
        if ending == Some(OrderState::Failed) {
            return self.core.give_up(tx, order, why).await;
        }
        self.core.complete(tx, order, (&own_name(), None)).await
    }

    /// What can't be done any more is given up; what fails again and again goes to a person.
    pub(super) async fn retry_order(
        &self,
        job: &ClaimedJob,
        failure: &Failure,
    ) -> Result<bool, Failure> {
        let (state, reason) = match failure {
            Failure::Rejected(rejection) => (OrderState::Failed, in_words(rejection)),
            Failure::Storage(_) if job.attempts >= ATTEMPTS => {
                let reason = "could not be carried out; a person looks at it";
                (OrderState::Held, reason.to_owned())
            }
            Failure::Storage(_) => return Ok(false),
        };
        self.core.settle_order(job, state, &reason).await?;
        Ok(true)
    }
}
