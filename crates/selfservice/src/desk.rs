//! The lists on the operator's side: the orders of all organizations. Never for a customer.

use domain::Order;
use storage::{DeskOrder, Page, WorkFilter};

use crate::{Failure, SelfService};

impl SelfService {
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
