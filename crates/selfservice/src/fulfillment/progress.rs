//! The steps of an order that every way of carrying it out shares. Each runs within the
//! transaction of its caller, who has seen to the job.

use domain::{Author, Order, OrderAction, OrderState};
use storage::{JobKind, Queue, Transaction};

use super::apply::apply;
use crate::Failure;
use crate::core::Core;

/// The words of an order's history while it is carried out.
pub(super) const BEGUN: &str = "being carried out";
const DONE: &str = "carried out";

/// This server's own name in histories.
pub(super) fn own_name() -> Author {
    Author::of_operator("fulfillment")
}

impl Core {
    /// Moves the order, or fails the whole step if somebody else has moved it meanwhile.
    pub(super) async fn enter(
        &self,
        tx: &mut Transaction,
        order: Order,
        state: OrderState,
        (author, reason): (&Author, &str),
    ) -> Result<Order, Failure> {
        let from = order.state;
        let moved = order
            .enter(state, self.clock.now())
            .map_err(|refused| storage::Error::Conflict(refused.to_string()))?;
        if !tx.orders().advance(&moved, from).await? {
            return Err(void_claim());
        }
        self.scribe
            .order_entered(tx, &moved, author, reason)
            .await?;
        Ok(moved)
    }

    /// Brings an order into progress, unless it is there.
    pub(super) async fn take_up(
        &self,
        tx: &mut Transaction,
        order: Order,
        (author, reason): (&Author, &str),
    ) -> Result<Order, Failure> {
        if order.state == OrderState::InProgress {
            return Ok(order);
        }
        let why = (author, reason);
        self.enter(tx, order, OrderState::InProgress, why).await
    }

    /// Makes the change that the order asks for, and ends it.
    pub(super) async fn complete(
        &self,
        tx: &mut Transaction,
        order: Order,
        (author, note): (&Author, Option<&str>),
    ) -> Result<(), Failure> {
        let order = self.take_up(tx, order, (author, BEGUN)).await?;
        apply(tx, &order).await?;
        let why = (author, note.unwrap_or(DONE));
        self.enter(tx, order, OrderState::Completed, why).await?;
        Ok(())
    }

    /// Gives the order up; nothing of it remains but its record.
    pub(super) async fn give_up(
        &self,
        tx: &mut Transaction,
        order: Order,
        (author, reason): (&Author, &str),
    ) -> Result<(), Failure> {
        // A failure is told from progress, never from acceptance.
        let order = self.take_up(tx, order, (author, BEGUN)).await?;
        if adds(&order) {
            tx.products().delete_pending(order.product).await?;
        }
        let why = (author, reason);
        self.enter(tx, order, OrderState::Failed, why).await?;
        Ok(())
    }

    /// Gives the order to a person. It keeps its place: later orders on the product wait, or else
    /// they would be undone when it is completed at last.
    pub(super) async fn hold(
        &self,
        tx: &mut Transaction,
        order: Order,
        (author, reason): (&Author, &str),
    ) -> Result<(), Failure> {
        let job = (JobKind::FulfillOrder, order.id.get());
        tracing::error!(
            order = order.id.get(),
            by = author.name,
            "order is held for a person to look at"
        );
        tx.jobs()
            .move_to(job, Queue::Desk, self.clock.now())
            .await?;
        let why = (author, reason);
        self.enter(tx, order, OrderState::Held, why).await?;
        Ok(())
    }
}

pub(super) fn adds(order: &Order) -> bool {
    matches!(order.request.action, OrderAction::AddProduct(_))
}

/// Undoes the step: another worker holds the job, or the caller has withdrawn the order.
pub(super) fn void_claim() -> Failure {
    storage::Error::Conflict("the claim on this job is void".to_owned()).into()
}
