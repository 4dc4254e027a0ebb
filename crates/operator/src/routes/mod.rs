//! The handlers, each with its part of the document.

pub(crate) mod api_product_requests;
pub(crate) mod calls;
pub(crate) mod claims;
pub(crate) mod data_reads;
mod developer_bodies;
pub(crate) mod developers;
pub(crate) mod journal;
pub(crate) mod limits;
mod notification_bodies;
mod notification_paths;
pub(crate) mod notifications;
pub(crate) mod operators;
pub(crate) mod orders;
pub(crate) mod records;
pub(crate) mod reports;

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};
use selfservice::OrderWithHistory;
use serde::Serialize;
use utoipa::ToSchema;

use crate::input::Query;
use crate::order::WorkOrder;
use crate::problem::Problem;

pub(crate) use notification_bodies::endpoint_host;
pub use operators::make_operator_key;
pub use orders::DeskOrderBody;

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

const LARGEST_PAGE: i64 = 1000;
const DEFAULT_PAGE: i64 = 100;
/// No id and no name is longer.
const LONGEST_WORD: usize = 200;

/// How many things a page holds at most.
fn read_size(query: &mut Query) -> Result<i64, Problem> {
    let size = query.parse(
        "pageSize",
        "must be a whole number from 1 to 1000",
        |text| whole_number(text).filter(|size| (1..=LARGEST_PAGE).contains(size)),
    )?;
    Ok(size.unwrap_or(DEFAULT_PAGE))
}

/// Digits alone.
fn whole_number(text: &str) -> Option<i64> {
    let all_digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse::<i64>().ok().filter(|_| all_digits)
}

/// What may be a name or an id somewhere.
fn words(text: &str) -> Option<String> {
    let fits = (1..=LONGEST_WORD).contains(&text.chars().count());
    let plain = !text.chars().any(char::is_control);
    (fits && plain).then(|| text.to_owned())
}

/// An order with all that has happened to it, as the API and the command line show it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = WorkOrderWithHistory)]
pub struct OrderBody {
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
