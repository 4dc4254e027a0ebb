//! The lists on the operator's side: the orders of all organizations, and in whose name people act
//! on them. Never for a customer.

use domain::access::{OperatorName, OperatorRole};
use domain::{Author, Order, OrderId};
use storage::{DeskOrder, JobKind, Page, Queue, WorkFilter};

use crate::{Failure, SelfService};

/// Why nobody may act in an operator's name.
#[derive(Debug, thiserror::Error)]
pub enum AuthorRefusal {
    /// No such operator.
    #[error("there is no operator {0}")]
    Unknown(String),
    /// The operator is disabled.
    #[error("operator {0} is disabled")]
    Disabled(String),
    /// The operator's role is below the one that it takes.
    #[error("operator {0} is a {1}; this takes the role {2}")]
    RoleTooLow(String, &'static str, &'static str),
    /// The database failed; for the log alone.
    #[error(transparent)]
    Storage(#[from] storage::Error),
}

impl SelfService {
    /// An operator as the author of what is done without their key and takes this role.
    pub async fn author(
        &self,
        name: &OperatorName,
        least: OperatorRole,
    ) -> Result<Author, AuthorRefusal> {
        let text = name.as_str().to_owned();
        let find = async |tx: &mut storage::Transaction| tx.operators().find(name).await;
        match self.core.store.read(find).await? {
            None => Err(AuthorRefusal::Unknown(text)),
            Some(operator) if !operator.enabled => Err(AuthorRefusal::Disabled(text)),
            Some(operator) if operator.role < least => Err(AuthorRefusal::RoleTooLow(
                text,
                operator.role.as_str(),
                least.as_str(),
            )),
            Some(_) => Ok(Author::of_operator(text)),
        }
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

    /// Whether an earlier order on the same product has to end before this one goes on.
    pub async fn order_waits(&self, id: OrderId) -> Result<bool, Failure> {
        let find = async |tx: &mut storage::Transaction| {
            tx.jobs().find(JobKind::FulfillOrder, id.get()).await
        };
        let standing = self.core.store.read(find).await?;
        Ok(standing.is_some_and(|standing| standing.waits))
    }

    /// One page of what waits for a person, oldest first, and how many there are on all pages. What
    /// was left to a system that is no longer set waits for a person too.
    pub async fn list_desk(&self, page: Page) -> Result<(Vec<DeskOrder>, i64), Failure> {
        let abandoned = self.core.fulfillment.lacks_system();
        let other = abandoned.then_some(Queue::System);
        self.core
            .store
            .read(async |tx| Ok(tx.orders().list_desk(other, page).await?))
            .await
    }
}
