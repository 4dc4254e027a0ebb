//! Orders and the history of their states.

mod work;

use domain::access::{Caller, Reach};
use domain::{
    AgreementId, ConfigurationId, ConfigurationValue, FulfillmentWay, OfferingId, Order,
    OrderAction, OrderEvent, OrderId, OrderRequest, OrderState, OrganizationNumber, ProductId,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use work::{DeskOrder, WorkFilter};

pub(crate) use work::STATEMENTS as WORK_STATEMENTS;

use crate::sql::{Row, Statement};
use crate::{Error, Page, Transaction};

const UPDATE_PRODUCT: &str = "UPDATE_PRODUCT";
const ADD_PRODUCT: &str = "ADD_PRODUCT";

static INSERT: Statement = Statement::new(
    "INSERT INTO orders (id, owner_number, agreement_id, action, offering_id, product_id,
            configurations, state, client_app, system_user, created_at, updated_at, fulfillment)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, $12)",
);

static FIND: Statement = Statement::new(
    "SELECT o.id, o.agreement_id, o.action, o.offering_id, o.product_id, o.configurations, o.state,
            o.created_at, o.updated_at, o.owner_number, o.fulfillment
     FROM orders o JOIN system_user_organizations r ON r.organization_number = o.owner_number
     WHERE o.id = $1 AND r.system_user = $2",
);

static FIND_ACCEPTED: Statement = Statement::new(
    "SELECT id, agreement_id, action, offering_id, product_id, configurations, state, created_at,
            updated_at, owner_number, fulfillment
     FROM orders WHERE id = $1",
);

static LIST: Statement = Statement::new(
    "SELECT o.id, o.agreement_id, o.action, o.offering_id, o.product_id, o.configurations, o.state,
            o.created_at, o.updated_at, o.owner_number, o.fulfillment
     FROM system_user_organizations r JOIN orders o ON o.owner_number = r.organization_number
     WHERE r.system_user = $1
       AND (CAST($2 AS BIGINT) IS NULL OR o.agreement_id = $2)
       AND (CAST($3 AS TEXT) IS NULL OR o.state = $3)
       AND (CAST($4 AS BIGINT) IS NULL OR o.created_at >= $4)
     ORDER BY o.created_at DESC, o.id DESC LIMIT $5 OFFSET $6",
);

static COUNT: Statement = Statement::new(
    "SELECT COUNT(*)
     FROM system_user_organizations r JOIN orders o ON o.owner_number = r.organization_number
     WHERE r.system_user = $1
       AND (CAST($2 AS BIGINT) IS NULL OR o.agreement_id = $2)
       AND (CAST($3 AS TEXT) IS NULL OR o.state = $3)
       AND (CAST($4 AS BIGINT) IS NULL OR o.created_at >= $4)",
);

static MOVE: Statement =
    Statement::new("UPDATE orders SET state = $2, updated_at = $3 WHERE id = $1 AND state = $4");

static RECORD: Statement = Statement::new(
    "INSERT INTO order_events (order_id, position, state, at, actor, reason)
     VALUES ($1, (SELECT COUNT(*) FROM order_events WHERE order_id = $1), $2, $3, $4, $5)",
);

static HISTORY: Statement = Statement::new(
    "SELECT state, at, actor, reason FROM order_events WHERE order_id = $1 ORDER BY position",
);

pub(crate) static STATEMENTS: &[&Statement] = &[
    &INSERT,
    &FIND,
    &FIND_ACCEPTED,
    &LIST,
    &COUNT,
    &MOVE,
    &RECORD,
    &HISTORY,
];

/// Which orders a list holds; what is not set does not narrow it.
#[derive(Debug, Clone, Copy, Default)]
pub struct OrderFilter {
    /// Those on one agreement.
    pub agreement: Option<AgreementId>,
    /// Those in one state.
    pub state: Option<OrderState>,
    /// Those accepted then or later.
    pub since: Option<Timestamp>,
}

/// The orders, within one transaction.
pub struct Orders<'t>(&'t mut Transaction);

impl Transaction {
    /// The orders.
    pub fn orders(&mut self) -> Orders<'_> {
        Orders(self)
    }
}

impl Orders<'_> {
    /// Keeps a new order of a caller's.
    pub async fn insert(&mut self, order: &Order, caller: &Caller) -> Result<(), Error> {
        let configurations = encode(&order.request.configurations);
        let (action, offering) = match order.request.action {
            OrderAction::UpdateProduct(_) => (UPDATE_PRODUCT, None),
            OrderAction::AddProduct(offering) => (ADD_PRODUCT, Some(offering.get())),
        };
        let params = [
            order.id.get().into(),
            order.owner.as_str().into(),
            order.request.agreement.get().into(),
            action.into(),
            offering.into(),
            order.product.get().into(),
            configurations.as_str().into(),
            order.state.as_str().into(),
            caller.app.as_str().into(),
            caller.system_user.as_str().into(),
            order.created_at.as_millisecond().into(),
            order.way.as_str().into(),
        ];
        self.0.execute(&INSERT, &params).await.map(drop)
    }

    /// The one with this id, if it is on an agreement of the caller's organizations.
    pub async fn find(&mut self, reach: Reach<'_>, id: OrderId) -> Result<Option<Order>, Error> {
        let params = [id.get().into(), reach.system_user().into()];
        self.0.fetch_optional(&FIND, &params, order).await
    }

    /// The one with this id, whoever's it is: for fulfillment, never for a customer.
    pub async fn find_accepted(&mut self, id: OrderId) -> Result<Option<Order>, Error> {
        self.0
            .fetch_optional(&FIND_ACCEPTED, &[id.get().into()], order)
            .await
    }

    /// One page of the caller's orders, newest first, and how many there are on all pages.
    pub async fn list(
        &mut self,
        reach: Reach<'_>,
        filter: &OrderFilter,
        page: Page,
    ) -> Result<(Vec<Order>, i64), Error> {
        let params = [
            reach.system_user().into(),
            filter.agreement.map(AgreementId::get).into(),
            filter.state.map(OrderState::as_str).into(),
            filter.since.map(Timestamp::as_millisecond).into(),
            page.size.into(),
            page.offset().into(),
        ];
        let orders = self.0.fetch_all(&LIST, &params, order).await?;
        let (filters, _) = params.split_at(4);
        let total = self
            .0
            .fetch_optional(&COUNT, filters, |row| row.get(0))
            .await?;
        Ok((orders, total.unwrap_or(0)))
    }

    /// Stores an order's new state; false if it is no longer in the state that it came from.
    pub async fn advance(&mut self, order: &Order, from: OrderState) -> Result<bool, Error> {
        let params = [
            order.id.get().into(),
            order.state.as_str().into(),
            order.updated_at.as_millisecond().into(),
            from.as_str().into(),
        ];
        Ok(self.0.execute(&MOVE, &params).await? == 1)
    }

    /// Adds one line to an order's history.
    pub async fn record(&mut self, id: OrderId, event: &OrderEvent) -> Result<(), Error> {
        let params = [
            id.get().into(),
            event.state.as_str().into(),
            event.at.as_millisecond().into(),
            event.actor.as_str().into(),
            event.reason.as_str().into(),
        ];
        self.0.execute(&RECORD, &params).await.map(drop)
    }

    /// The history of an order that has been found for the caller, oldest first.
    pub async fn history(&mut self, id: OrderId) -> Result<Vec<OrderEvent>, Error> {
        self.0
            .fetch_all(&HISTORY, &[id.get().into()], |row| {
                Ok(OrderEvent {
                    state: row.parse(0, OrderState::parse)?,
                    at: row.timestamp(1)?,
                    actor: row.get(2)?,
                    reason: row.get(3)?,
                })
            })
            .await
    }
}

fn order(row: &Row<'_>) -> Result<Order, Error> {
    let product = ProductId::new(row.get(4)?);
    let offering = row.get::<Option<i64>>(3)?.map(OfferingId::new);
    let action = row.parse(2, |word| match (word, offering) {
        (UPDATE_PRODUCT, None) => Some(OrderAction::UpdateProduct(product)),
        (ADD_PRODUCT, Some(offering)) => Some(OrderAction::AddProduct(offering)),
        _ => None,
    })?;
    Ok(Order {
        id: OrderId::new(row.get(0)?),
        request: OrderRequest {
            agreement: AgreementId::new(row.get(1)?),
            action,
            configurations: row.parse(5, decode)?,
        },
        product,
        state: row.parse(6, OrderState::parse)?,
        created_at: row.timestamp(7)?,
        updated_at: row.timestamp(8)?,
        owner: row.parse(9, OrganizationNumber::parse)?,
        way: row.parse(10, FulfillmentWay::parse)?,
    })
}

/// A setting as the column `configurations` holds it.
#[derive(Serialize, Deserialize)]
struct StoredSetting<'a> {
    id: i64,
    #[serde(borrow)]
    value: std::borrow::Cow<'a, str>,
}

fn encode(settings: &[ConfigurationValue]) -> String {
    let stored: Vec<_> = settings
        .iter()
        .map(|setting| StoredSetting {
            id: setting.id.get(),
            value: (&setting.value).into(),
        })
        .collect();
    // A list of numbers and texts has no way to fail.
    serde_json::to_string(&stored).unwrap_or_default()
}

fn decode(text: &str) -> Option<Vec<ConfigurationValue>> {
    let stored: Vec<StoredSetting<'_>> = serde_json::from_str(text).ok()?;
    let setting = |stored: StoredSetting<'_>| ConfigurationValue {
        id: ConfigurationId::new(stored.id),
        value: stored.value.into_owned(),
    };
    Some(stored.into_iter().map(setting).collect())
}
