//! An order on the wire.

use domain::{Order, OrderAction, OrderEvent, OrderState};
use selfservice::OrderWithHistory;
use serde::Serialize;
use utoipa::ToSchema;

/// An accepted order.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Order)]
pub(crate) struct OrderBody {
    /// The order's id, twelve digits.
    #[schema(example = "010780005503")]
    order_id: String,
    /// What kind of order it is.
    #[serde(rename = "type")]
    order_type: OrderTypeBody,
    /// The agreement that it changes.
    #[schema(example = "5538579")]
    agreement_id: String,
    /// The product that it updates.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = 2_799_029)]
    product_id: Option<i64>,
    /// The offer that it adds a product of.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "13883")]
    product_offering_id: Option<String>,
    /// What it sets.
    configurations: Vec<SettingBody>,
    /// How far it has gone.
    state: OrderStateBody,
    /// When it was accepted, in UTC.
    #[schema(format = DateTime, example = "2026-01-31T12:00:00.000Z")]
    created_at: String,
    /// When its state last changed, in UTC.
    #[schema(format = DateTime, example = "2026-01-31T12:00:02.000Z")]
    updated_at: String,
    /// Its changes of state, oldest first; left out in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    history: Option<Vec<OrderEventBody>>,
}

/// One setting of an order.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OrderConfiguration)]
pub(crate) struct SettingBody {
    /// The configuration's id.
    #[schema(example = 6140)]
    id: i64,
    /// What to set it to.
    #[schema(example = "11175198")]
    value: String,
}

/// One change of an order's state.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OrderEvent)]
pub(crate) struct OrderEventBody {
    /// The state that it entered.
    state: OrderStateBody,
    /// When, in UTC.
    #[schema(format = DateTime, example = "2026-01-31T12:00:00.000Z")]
    at: String,
    /// Who or what moved it.
    #[schema(example = "API1000XYZ")]
    actor: String,
    /// Why, in words.
    #[schema(example = "accepted")]
    reason: String,
}

/// What kind of order it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[schema(as = OrderType)]
pub(crate) enum OrderTypeBody {
    UpdateProduct,
    AddProduct,
}

/// How far an order has gone.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[schema(as = OrderState)]
pub(crate) enum OrderStateBody {
    Acknowledged,
    InProgress,
    Held,
    Completed,
    Failed,
    Cancelled,
}

impl From<OrderState> for OrderStateBody {
    fn from(state: OrderState) -> Self {
        match state {
            OrderState::Acknowledged => Self::Acknowledged,
            OrderState::InProgress => Self::InProgress,
            OrderState::Held => Self::Held,
            OrderState::Completed => Self::Completed,
            OrderState::Failed => Self::Failed,
            OrderState::Cancelled => Self::Cancelled,
        }
    }
}

impl From<OrderWithHistory> for OrderBody {
    fn from(found: OrderWithHistory) -> Self {
        let history = found
            .history
            .into_iter()
            .map(OrderEventBody::from)
            .collect();
        Self {
            history: Some(history),
            ..found.order.into()
        }
    }
}

impl From<Order> for OrderBody {
    fn from(order: Order) -> Self {
        let (order_type, product_id, product_offering_id) = match order.request.action {
            OrderAction::UpdateProduct(id) => (OrderTypeBody::UpdateProduct, Some(id.get()), None),
            OrderAction::AddProduct(id) => (OrderTypeBody::AddProduct, None, Some(id.to_string())),
        };
        let settings = order.request.configurations.into_iter();
        Self {
            order_id: order.id.to_string(),
            order_type,
            agreement_id: order.request.agreement.to_string(),
            product_id,
            product_offering_id,
            configurations: settings
                .map(|setting| SettingBody {
                    id: setting.id.get(),
                    value: setting.value,
                })
                .collect(),
            state: order.state.into(),
            created_at: instant(order.created_at),
            updated_at: instant(order.updated_at),
            history: None,
        }
    }
}

impl From<OrderEvent> for OrderEventBody {
    fn from(event: OrderEvent) -> Self {
        Self {
            state: event.state.into(),
            at: instant(event.at),
            actor: event.actor,
            reason: event.reason,
        }
    }
}

/// RFC 3339 in UTC with milliseconds, always of the same width.
pub(crate) fn instant(at: jiff::Timestamp) -> String {
    format!("{at:.3}")
}
