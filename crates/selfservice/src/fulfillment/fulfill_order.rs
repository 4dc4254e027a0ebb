//! The two steps of an order: it goes into progress, then its change is made.

use domain::{
    AccountId, Configuration, ConfigurationValue, Order, OrderAction, OrderId, OrderState,
    ValueType,
};
use storage::{ClaimedJob, Transaction};

use super::Worker;
use crate::Failure;
use crate::orders::event;

const ACTOR: &str = "fulfillment";

impl Worker {
    pub(super) async fn fulfill_order(&self, job: &ClaimedJob) -> Result<(), Failure> {
        self.store
            .transact(async |tx| {
                let Some(order) = tx.orders().find_accepted(OrderId::new(job.subject)).await?
                else {
                    return finish(tx, job).await;
                };
                match order.state {
                    OrderState::Acknowledged => self.begin(tx, job, order).await,
                    OrderState::InProgress => self.complete(tx, job, order).await,
                    // Nothing is left to do for an order that has ended or waits for a person.
                    _ => finish(tx, job).await,
                }
            })
            .await
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
                self.enter(tx, order, OrderState::InProgress, "being carried out")
                    .await?;
            }
            return Ok(());
        }
        let order = self
            .enter(tx, order, OrderState::InProgress, "being carried out")
            .await?;
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
        match apply(tx, &order).await? {
            Outcome::Done => {
                self.enter(tx, order, OrderState::Completed, "carried out")
                    .await?
            }
            Outcome::Impossible(reason) => {
                self.enter(tx, order, OrderState::Failed, reason).await?
            }
        };
        Ok(())
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

    /// Gives an order that can't be carried out to a person.
    pub(super) async fn hold_order(
        &self,
        job: &ClaimedJob,
        failure: &Failure,
    ) -> Result<(), Failure> {
        tracing::error!(order = job.subject, %failure, "order is held for a person to look at");
        self.store
            .transact(async |tx| {
                if !tx.jobs().finish(job).await? {
                    return Ok(());
                }
                let Some(order) = tx.orders().find_accepted(OrderId::new(job.subject)).await?
                else {
                    return Ok(());
                };
                let reason = "could not be carried out; a person looks at it";
                self.enter(tx, order, OrderState::Held, reason)
                    .await
                    .map(drop)
            })
            .await
    }
}

enum Outcome {
    Done,
    Impossible(&'static str),
}

/// Makes the change that the order asks for. Doing it twice is the same as doing it once.
async fn apply(tx: &mut Transaction, order: &Order) -> Result<Outcome, Failure> {
    let agreement = order.request.agreement;
    let Some(offering) = tx
        .products()
        .find_offering(agreement, order.product)
        .await?
    else {
        return Ok(Outcome::Impossible(
            "the product is no longer on the agreement",
        ));
    };
    for setting in &order.request.configurations {
        tx.products().configure(order.product, setting).await?;
        let pays = offering
            .configurations
            .iter()
            .any(|known| known.id == setting.id && known.value_type == ValueType::BillingAccount);
        if let Some(account) = AccountId::parse(&setting.value).filter(|_| pays) {
            tx.products()
                .set_billing_account(order.product, account)
                .await?;
        }
    }
    if let OrderAction::AddProduct(_) = order.request.action {
        set_defaults(tx, order, &offering.configurations).await?;
        tx.products().put_in_place(order.product).await?;
    }
    Ok(Outcome::Done)
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
