//! The two steps of an order: it goes into progress, then its change is made.

use domain::{
    Configuration, ConfigurationValue, Fault, Order, OrderAction, OrderId, OrderState, ProductId,
    Rejection,
};
use storage::{ClaimedJob, JobKind, Transaction};

use super::{LEASE, Worker};
use crate::Failure;
use crate::orders::{event, paying_account};

/// How many steps on one product share a commit at most.
const SHARED_STEPS: usize = 32;
const ACTOR: &str = "fulfillment";
const BEGUN: &str = "being carried out";

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
        self.store
            .transact(async |tx| {
                let mut job = *first;
                for left in (0..most).rev() {
                    let lane = self.take_step(tx, &job).await?;
                    let (Some(product), true) = (lane, left > 0) else {
                        break;
                    };
                    let (lane, now) = ((JobKind::FulfillOrder, product.get()), self.clock.now());
                    match tx.jobs().claim_in_lane(lane, now, now + LEASE).await? {
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
            finish(tx, job).await?;
            return Ok(None);
        };
        let product = order.product;
        tx.products().lock(product).await?;
        match order.state {
            OrderState::Acknowledged => self.begin(tx, job, order).await?,
            OrderState::InProgress => self.complete(tx, job, order).await?,
            // Nothing is left to do for an order that has ended or waits for a person.
            _ => finish(tx, job).await?,
        }
        Ok(Some(product))
    }

    async fn begin(
        &self,
        tx: &mut Transaction,
        job: &ClaimedJob,
        order: Order,
    ) -> Result<(), Failure> {
        let completes_at = self.schedule.completes_at(order.created_at);
        if completes_at > self.clock.now() {
            if tx.jobs().reschedule(job, completes_at, 0).await? {
                self.enter(tx, order, OrderState::InProgress, BEGUN).await?;
            }
            return Ok(());
        }
        let order = self.enter(tx, order, OrderState::InProgress, BEGUN).await?;
        self.complete(tx, job, order).await
    }

    async fn complete(
        &self,
        tx: &mut Transaction,
        job: &ClaimedJob,
        order: Order,
    ) -> Result<(), Failure> {
        if !tx.jobs().finish(job).await? {
            return Err(void_claim());
        }
        apply(tx, &order).await?;
        self.enter(tx, order, OrderState::Completed, "carried out")
            .await
            .map(drop)
    }

    /// Moves the order, or fails the whole step if somebody else has moved it meanwhile.
    async fn enter(
        &self,
        tx: &mut Transaction,
        order: Order,
        state: OrderState,
        reason: &str,
    ) -> Result<Order, Failure> {
        let from = order.state;
        let moved = order
            .enter(state, self.clock.now())
            .map_err(|refused| storage::Error::Conflict(refused.to_string()))?;
        if !tx.orders().advance(&moved, from).await? {
            return Err(void_claim());
        }
        tx.orders()
            .record(moved.id, &event(&moved, ACTOR, reason))
            .await?;
        Ok(moved)
    }

    /// Gives an order up, because the world has changed since it was accepted.
    pub(super) async fn fail_order(
        &self,
        job: &ClaimedJob,
        rejection: &Rejection,
    ) -> Result<(), Failure> {
        let reason = in_words(rejection);
        self.end_order(job, OrderState::Failed, &reason).await
    }

    /// Gives an order that can't be carried out to a person.
    pub(super) async fn hold_order(&self, job: &ClaimedJob) -> Result<(), Failure> {
        tracing::error!(order = job.subject, "order is held for a person to look at");
        let reason = "could not be carried out; a person looks at it";
        self.end_order(job, OrderState::Held, reason).await
    }

    async fn end_order(
        &self,
        job: &ClaimedJob,
        state: OrderState,
        reason: &str,
    ) -> Result<(), Failure> {
        self.store
            .transact(async |tx| {
                let found = tx.orders().find_accepted(OrderId::new(job.subject)).await?;
                let Some(order) = found.filter(|order| !order.state.is_final()) else {
                    return finish(tx, job).await;
                };
                tx.products().lock(order.product).await?;
                if !tx.jobs().finish(job).await? {
                    return Err(void_claim());
                }
                // A failure is told from progress, never from acceptance.
                let order = match (order.state, state) {
                    (OrderState::Acknowledged, OrderState::Failed) => {
                        self.enter(tx, order, OrderState::InProgress, BEGUN).await?
                    }
                    _ => order,
                };
                if state == OrderState::Failed && adds(&order) {
                    tx.products().delete_pending(order.product).await?;
                }
                self.enter(tx, order, state, reason).await.map(drop)
            })
            .await
    }
}

fn adds(order: &Order) -> bool {
    matches!(order.request.action, OrderAction::AddProduct(_))
}

/// Makes the change that the order asks for. Doing it twice is the same as doing it once.
async fn apply(tx: &mut Transaction, order: &Order) -> Result<(), Failure> {
    let found = tx
        .products()
        .find_offering(order.request.agreement, order.product)
        .await?;
    let offering = found.ok_or(Rejection::ProductNotFound)?;
    for setting in &order.request.configurations {
        if let Some(account) = paying_account(&offering, setting) {
            if !tx.accounts().pay_for(account, order.product).await? {
                let message = "the account was cancelled, or reserved for another product";
                let fault = Fault::new(account.to_string(), message);
                return Err(Rejection::InvalidConfiguration(vec![fault]).into());
            }
            tx.products()
                .set_billing_account(order.product, account)
                .await?;
        }
        tx.products().configure(order.product, setting).await?;
    }
    if adds(order) {
        set_defaults(tx, order, &offering.configurations).await?;
        if !tx.products().put_in_place(order.product).await? {
            return Err(Rejection::ProductNotFound.into());
        }
    }
    Ok(())
}

fn in_words(rejection: &Rejection) -> String {
    match rejection {
        Rejection::ProductNotFound => "the product is no longer on the agreement".to_owned(),
        Rejection::InvalidConfiguration(faults) => {
            let words: Vec<_> = faults.iter().map(|fault| fault.message.as_str()).collect();
            words.join("; ")
        }
        _ => "what was ordered is no longer possible".to_owned(),
    }
}

/// What the order left open becomes what the catalogue says.
async fn set_defaults(
    tx: &mut Transaction,
    order: &Order,
    catalogue: &[Configuration],
) -> Result<(), Failure> {
    let set = &order.request.configurations;
    for known in catalogue
        .iter()
        .filter(|known| set.iter().all(|s| s.id != known.id))
    {
        if let Some(value) = known.default_value.clone() {
            let setting = ConfigurationValue {
                id: known.id,
                value,
            };
            tx.products().configure(order.product, &setting).await?;
        }
    }
    Ok(())
}

async fn finish(tx: &mut Transaction, job: &ClaimedJob) -> Result<(), Failure> {
    tx.jobs().finish(job).await?;
    Ok(())
}

/// Undoes the step: another worker holds the job, or the caller has withdrawn the order.
fn void_claim() -> Failure {
    storage::Error::Conflict("the claim on this job is void".to_owned()).into()
}
