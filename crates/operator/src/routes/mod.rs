//! The handlers, each with its part of the document.

pub(crate) mod claims;
pub(crate) mod orders;
pub(crate) mod reports;

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};
use selfservice::OrderWithHistory;
use serde::Serialize;
use utoipa::ToSchema;

use crate::order::WorkOrder;

/// A JSON body with status 200.
pub(crate) struct Answer<T>(pub(crate) T);

impl<T: Serialize> IntoResponse for Answer<T> {
    fn into_response(self) -> Response {
        // Texts, numbers and lists of them have no way to fail.
        let body = serde_json::to_string(&self.0).unwrap_or_default();
        let json = HeaderValue::from_static("application/json");
        ([(header::CONTENT_TYPE, json)], body).into_response()
    }
}

/// An order with all that has happened to it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = WorkOrderWithHistory)]
pub(crate) struct OrderBody {
    #[serde(flatten)]
    order: WorkOrder,
    /// The states that it entered, oldest first.
    history: Vec<EventBody>,
}

/// One change of an order's state, as the customer reads it too.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = OrderEvent)]
pub(crate) struct EventBody {
    /// The state that it entered.
    state: &'static str,
    /// When (RFC 3339, UTC).
    #[schema(format = DateTime)]
    at: String,
    /// Who or what moved it.
    actor: String,
    /// Why, in words.
    reason: String,
}

impl From<OrderWithHistory> for OrderBody {
    fn from(OrderWithHistory { order, history }: OrderWithHistory) -> Self {
        let event = |event: domain::OrderEvent| EventBody {
            state: event.state.as_str(),
            at: format!("{:.3}", event.at),
            actor: event.actor,
            reason: event.reason,
        };
        Self {
            order: WorkOrder::of(&order, None),
            history: history.into_iter().map(event).collect(),
        }
    }
}
