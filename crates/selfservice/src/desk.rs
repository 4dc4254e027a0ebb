//! What the operator's side sees: the orders of all organizations. Never for a customer.

use domain::{Order, OrderId};
use storage::{DeskOrder, Page, WorkFilter};

use crate::{Failure, OrderWithHistory, SelfService};

impl SelfService {
    /// One order with its history, whoever's it is; none if there is no such order.
    pub async fn find_any_order(&self, id: OrderId) -> Result<Option<OrderWithHistory>, Failure> {
        self.core
            .store
            .read(async |tx| {
                let Some(order) = tx.orders().find_accepted(id).await? else {
                    return Ok(None);
                };
                let history = tx.orders().history(id).await?;
                Ok(Some(OrderWithHistory { order, history }))
            })
            .await
    }

    /// One page of all organizations' orders, newest first, and how many there are on all pages.
    pub async fn list_all_orders(
        &self,
        filter: &WorkFilter,
        page: Page,
    ) -> Result<(Vec<Order>, i64), Failure> {
        self.core
            .store
            .read(async |tx| Ok(tx.orders().list_all(filter, page).await?))
            .await
    }

    /// One page of what waits for a person, oldest first, and how many there are on all pages.
    pub async fn list_desk(&self, page: Page) -> Result<(Vec<DeskOrder>, i64), Failure> {
        self.core
            .store
            .read(async |tx| Ok(tx.orders().list_desk(page).await?))
            .await
    }
}
