//! `/operator/v1/orders` and `/operator/v1/desk`: the orders of all organizations.

use axum::extract::State;
use domain::{FulfillmentWay, OrderState, OrganizationNumber};
use jiff::Timestamp;
use selfservice::{DeskOrder, Page, WorkFilter};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::{Answer, OrderBody, read_size, whole_number};
use crate::Services;
use crate::input::{OrderInPath, Query};
use crate::order::WorkOrder;
use crate::problem::Problem;

/// Which orders to list.
#[derive(IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[expect(
    dead_code,
    reason = "documents the query, which is read by hand to name each fault"
)]
pub(crate) struct OrderListQuery {
    /// Only those in this state.
    #[param(nullable = false, example = "HELD")]
    state: Option<String>,
    /// Only those carried out in this way: `simulated`, `system`, `pull` or `desk`.
    #[param(nullable = false, example = "pull")]
    way: Option<String>,
    /// Only those of the organization with this number.
    #[param(nullable = false, example = "914742315")]
    organization: Option<String>,
    /// Only those accepted at this instant or later.
    #[param(format = DateTime, nullable = false, example = "2026-01-31T12:00:00Z")]
    since: Option<String>,
}

/// Which part of a list.
#[derive(IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[expect(
    dead_code,
    reason = "documents the query, which is read by hand to name each fault"
)]
pub(crate) struct PageQuery {
    /// Which page; the first is 0.
    #[param(minimum = 0, default = 0, nullable = false)]
    page: Option<i64>,
    /// How many things a page holds at most.
    #[param(minimum = 1, maximum = 1000, default = 100, nullable = false)]
    page_size: Option<i64>,
}

/// One page of orders.
#[derive(Serialize, ToSchema)]
#[schema(as = WorkOrders)]
pub(crate) struct OrdersBody {
    orders: Vec<WorkOrder>,
    /// How many there are on all pages.
    total: i64,
}

/// One page of what waits for a person.
#[derive(Serialize, ToSchema)]
#[schema(as = DeskOrders)]
pub(crate) struct DeskBody {
    orders: Vec<DeskOrderBody>,
    /// How many there are on all pages.
    total: i64,
}

/// An order that a person is to see to, as the API and the command line show it.
#[derive(Serialize, ToSchema)]
#[schema(as = DeskOrder)]
pub struct DeskOrderBody {
    #[serde(flatten)]
    order: WorkOrder,
    /// Whether an earlier order on the same product has to end first.
    waits: bool,
}

/// List orders
///
/// The orders of all organizations, newest first.
#[utoipa::path(
    get,
    path = "/operator/v1/orders",
    tag = "orders",
    params(OrderListQuery, PageQuery),
    responses((status = 200, description = "One page of the orders.", body = OrdersBody))
)]
pub(crate) async fn list_orders(
    State(services): State<Services>,
    mut query: Query,
) -> Result<Answer<OrdersBody>, Problem> {
    let filter = read_filter(&mut query)?;
    let page = read_page(&mut query)?;
    query.finish()?;
    let (orders, total) = services.selfservice.list_all_orders(&filter, page).await?;
    let orders = orders.iter().map(|order| WorkOrder::of(order, None));
    Ok(Answer(OrdersBody {
        orders: orders.collect(),
        total,
    }))
}

/// Get one order
///
/// The order with its history, as the customer reads it too.
#[utoipa::path(
    get,
    path = "/operator/v1/orders/{orderId}",
    tag = "orders",
    params(("orderId" = String, Path, description = "The order's id.", example = "010780005503")),
    responses((status = 200, description = "The order.", body = OrderBody))
)]
pub(crate) async fn get_order(
    State(services): State<Services>,
    OrderInPath(id): OrderInPath,
) -> Result<Answer<OrderBody>, Problem> {
    Ok(Answer(
        services.selfservice.find_any_order(id).await?.into(),
    ))
}

/// See what waits for a person
///
/// Held orders, and open ones that people carry out; oldest first.
#[utoipa::path(
    get,
    path = "/operator/v1/desk",
    tag = "desk",
    params(PageQuery),
    responses((status = 200, description = "One page of the desk.", body = DeskBody))
)]
pub(crate) async fn list_desk(
    State(services): State<Services>,
    mut query: Query,
) -> Result<Answer<DeskBody>, Problem> {
    let page = read_page(&mut query)?;
    query.finish()?;
    let (orders, total) = services.selfservice.list_desk(page).await?;
    Ok(Answer(DeskBody {
        orders: orders.iter().map(DeskOrderBody::from).collect(),
        total,
    }))
}

impl From<&DeskOrder> for DeskOrderBody {
    fn from(waiting: &DeskOrder) -> Self {
        Self {
            order: WorkOrder::of(&waiting.order, None),
            waits: waiting.waits,
        }
    }
}

fn read_filter(query: &mut Query) -> Result<WorkFilter, Problem> {
    let states = OrderState::ALL.map(OrderState::as_str).join(", ");
    let ways = FulfillmentWay::ALL.map(FulfillmentWay::as_str).join(", ");
    Ok(WorkFilter {
        state: query.parse(
            "state",
            &format!("must be one of {states}"),
            OrderState::parse,
        )?,
        way: query.parse(
            "way",
            &format!("must be one of {ways}"),
            FulfillmentWay::parse,
        )?,
        organization: query.parse(
            "organization",
            "must be the nine digits of an organization number",
            OrganizationNumber::parse,
        )?,
        since: query.parse(
            "since",
            "must be an instant such as 2026-01-31T12:00:00Z",
            |text| text.parse::<Timestamp>().ok(),
        )?,
        agreement: None,
    })
}

/// Which page of a list, and how large.
pub(super) fn read_page(query: &mut Query) -> Result<Page, Problem> {
    let number = query.parse("page", "must be a whole number from 0", whole_number)?;
    Ok(Page {
        number: number.unwrap_or(0),
        size: read_size(query)?,
    })
}
