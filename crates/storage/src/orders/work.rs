//! Orders as the operator's side lists them: those of all organizations. Never for a customer.

use domain::{AgreementId, FulfillmentWay, Order, OrderState, OrganizationNumber};
use jiff::Timestamp;

use super::{Orders, order};
use crate::sql::{Row, Statement};
use crate::{Error, Page, Queue};

static LIST_ALL: Statement = Statement::new(
    "SELECT id, agreement_id, action, offering_id, product_id, configurations, state, created_at,
            updated_at, owner_number, fulfillment
     FROM orders
     WHERE (CAST($1 AS TEXT) IS NULL OR state = $1)
       AND (CAST($2 AS TEXT) IS NULL OR fulfillment = $2)
       AND (CAST($3 AS TEXT) IS NULL OR owner_number = $3)
       AND (CAST($4 AS BIGINT) IS NULL OR created_at >= $4)
       AND (CAST($5 AS BIGINT) IS NULL OR agreement_id = $5)
     ORDER BY created_at DESC, id DESC LIMIT $6 OFFSET $7",
);

static COUNT_ALL: Statement = Statement::new(
    "SELECT COUNT(*) FROM orders
     WHERE (CAST($1 AS TEXT) IS NULL OR state = $1)
       AND (CAST($2 AS TEXT) IS NULL OR fulfillment = $2)
       AND (CAST($3 AS TEXT) IS NULL OR owner_number = $3)
       AND (CAST($4 AS BIGINT) IS NULL OR created_at >= $4)
       AND (CAST($5 AS BIGINT) IS NULL OR agreement_id = $5)",
);

static LIST_DESK: Statement = Statement::new(
    "SELECT o.id, o.agreement_id, o.action, o.offering_id, o.product_id, o.configurations, o.state,
            o.created_at, o.updated_at, o.owner_number, o.fulfillment, j.waits
     FROM jobs j JOIN orders o ON o.id = j.subject
     WHERE j.queue IN ('DESK', $1) AND j.kind = 'FULFILL_ORDER'
     ORDER BY o.created_at, o.id LIMIT $2 OFFSET $3",
);

static COUNT_DESK: Statement = Statement::new(
    "SELECT COUNT(*) FROM jobs WHERE queue IN ('DESK', $1) AND kind = 'FULFILL_ORDER'",
);

pub(crate) static STATEMENTS: &[&Statement] = &[&LIST_ALL, &COUNT_ALL, &LIST_DESK, &COUNT_DESK];

/// Which orders the operator's list holds; what is not set does not narrow it.
#[derive(Debug, Clone, Default)]
pub struct WorkFilter {
    /// Those in one state.
    pub state: Option<OrderState>,
    /// Those that are carried out in one way.
    pub way: Option<FulfillmentWay>,
    /// Those of one organization.
    pub organization: Option<OrganizationNumber>,
    /// Those accepted then or later.
    pub since: Option<Timestamp>,
    /// Those on one agreement.
    pub agreement: Option<AgreementId>,
}

/// An order that a person is to see to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeskOrder {
    /// The order.
    pub order: Order,
    /// Whether an earlier order on the same product has to end first.
    pub waits: bool,
}

impl Orders<'_> {
    /// One page of all organizations' orders, newest first, and how many there are on all pages.
    pub async fn list_all(
        &mut self,
        filter: &WorkFilter,
        page: Page,
    ) -> Result<(Vec<Order>, i64), Error> {
        let organization = filter.organization.as_ref();
        let params = [
            filter.state.map(OrderState::as_str).into(),
            filter.way.map(FulfillmentWay::as_str).into(),
            organization.map(OrganizationNumber::as_str).into(),
            filter.since.map(Timestamp::as_millisecond).into(),
            filter.agreement.map(AgreementId::get).into(),
            page.size.into(),
            page.offset().into(),
        ];
        let orders = self.0.fetch_all(&LIST_ALL, &params, order).await?;
        let (filters, _) = params.split_at(5);
        let total = self
            .0
            .fetch_optional(&COUNT_ALL, filters, |row| row.get(0))
            .await?;
        Ok((orders, total.unwrap_or(0)))
    }

    /// One page of what waits for a person, oldest first, and how many there are on all pages: held
    /// orders, and open ones that people carry out. What is in the other queue waits for people too.
    pub async fn list_desk(
        &mut self,
        other: Option<Queue>,
        page: Page,
    ) -> Result<(Vec<DeskOrder>, i64), Error> {
        let other = other.unwrap_or(Queue::Desk).as_str();
        let params = [other.into(), page.size.into(), page.offset().into()];
        let decode = |row: &Row<'_>| {
            Ok(DeskOrder {
                order: order(row)?,
                waits: row.get(11)?,
            })
        };
        let orders = self.0.fetch_all(&LIST_DESK, &params, decode).await?;
        let total = self
            .0
            .fetch_optional(&COUNT_DESK, &[other.into()], |row| row.get(0))
            .await?;
        Ok((orders, total.unwrap_or(0)))
    }
}
