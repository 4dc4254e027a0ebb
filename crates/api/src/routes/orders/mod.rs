//! `/corporate-agreements/v2/orders`: place an order, see how it stands, withdraw it.

mod order;
mod request;

use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use domain::{OrderId, OrderState};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use selfservice::OrderFilter;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use self::order::OrderBody;
pub(crate) use self::order::{OrderStateBody, OrderTypeBody, instant};
use super::agreements::parse_agreement_id;
use crate::Services;
use crate::answer::{Json, Listed};
use crate::error::{ApiError, ErrorCode};
use crate::extract::{Admitted, JsonBody, PageParameters, PathParameter, Query, page};
use crate::idempotency::{idempotency_key, replayed};
use crate::touched::Touched;

const ORDERS: &str = "/corporate-agreements/v2/orders";

pub(crate) use self::request::PlaceOrder;

/// The id of an accepted order.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PlacedOrder)]
pub(crate) struct PlacedOrderBody {
    /// The order's id, twelve digits. Keep this for future enquiries.
    #[schema(example = "010780005503")]
    order_id: String,
}

/// Place an order
///
/// When placing an order it might take some time before the order is finished and the changes are
/// reflected in the API; how long depends on the order. The answer is the order's id, with which
/// its state can be read. Send the inner structure of one order with its `type`; a wrapper with
/// exactly one member is understood too. An accepted order is durable when the answer leaves.
#[utoipa::path(
    post,
    path = "/corporate-agreements/v2/orders",
    tag = "corporate-agreements",
    params((
        "Idempotency-Key" = Option<String>, Header, pattern = "^[!-~]{1,255}$",
        nullable = false,
        description = "A name of your own for this request, such as a UUID. Sent again with the \
                       same body within 30 days, it gives the same answer and no second order.",
        example = "5f1c2a1e-3f0e-4c6e-9d2b-6a3f7d1f0f6e"
    )),
    request_body(content = PlaceOrder, description = "One order."),
    responses((
        status = 200,
        description = "The order is accepted and durable.",
        body = Vec<PlacedOrderBody>,
        headers(
            ("Location" = String, description = "Where the order's state can be read."),
            ("Idempotency-Replayed" = bool, description = "Whether this key has been \
             answered before, so that this call did nothing.")
        )
    ))
)]
pub(crate) async fn place_order(
    State(services): State<Services>,
    Admitted(caller): Admitted,
    headers: HeaderMap,
    body: JsonBody,
) -> Result<Response, ApiError> {
    let key = idempotency_key(&headers, "place_order", &body.bytes)?;
    let request = request::read(body.document)?;
    let placed = services
        .selfservice
        .place_order(&caller, &request, key.as_ref())
        .await?;
    let id = placed.answer;
    let location = format!("{}{ORDERS}/{id}", services.settings.public_url);
    let answer = services.settings.style(PlacedOrderBody {
        order_id: id.to_string(),
    });
    let replayed = replayed(placed.replayed);
    Ok((replayed, [(header::LOCATION, location)], Json(answer)).into_response())
}

/// Which orders to list.
#[derive(IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[expect(
    dead_code,
    reason = "documents the query, which is read by hand to name each fault"
)]
pub(crate) struct OrderListQuery {
    /// Only those on this agreement.
    #[param(
        minimum = 0,
        maximum = 999_999_999_999_999_999_i64,
        nullable = false,
        example = 5_538_579
    )]
    agreement_id: Option<i64>,
    /// Only those in this state.
    #[param(inline, nullable = false)]
    state: Option<OrderStateBody>,
    /// Only those accepted at this instant or later. A day, such as 2026-01-31, is understood too:
    /// from its midnight in Norway.
    #[param(format = DateTime, nullable = false, example = "2026-01-31T12:00:00Z")]
    since: Option<String>,
}

/// Get orders
///
/// The orders on the agreements of your organizations, newest first. Avtale's own.
#[utoipa::path(
    get,
    path = "/corporate-agreements/v2/orders",
    tag = "corporate-agreements",
    params(OrderListQuery, PageParameters),
    responses((
        status = 200,
        description = "One page of the orders.",
        body = Vec<OrderBody>,
        headers(
            ("X-Total-Count" = i64, description = "How many orders there are on all pages."),
            ("Link" = String, description = "The first, previous, next and last page (RFC 8288).")
        )
    ))
)]
pub(crate) async fn list_orders(
    State(services): State<Services>,
    Admitted(caller): Admitted,
    mut query: Query,
) -> Result<(Touched, Listed<OrderBody>), ApiError> {
    let filter = read_filter(&mut query)?;
    let page = page(&mut query)?;
    query.finish()?;
    let (orders, total) = services
        .selfservice
        .list_orders(&caller, &filter, page)
        .await?;
    let touched = Touched::of(orders.iter().map(|order| &order.owner));
    let listed = Listed {
        items: orders.into_iter().map(OrderBody::from).collect(),
        total,
        page,
        address: format!(
            "{}{ORDERS}{}",
            services.settings.public_url,
            filter_query(&filter)
        ),
    };
    Ok((touched, listed))
}

/// Get one order
///
/// The order with the history of its states. Avtale's own.
#[utoipa::path(
    get,
    path = "/corporate-agreements/v2/orders/{orderId}",
    tag = "corporate-agreements",
    params(("orderId" = String, Path, description = "The order's id.", example = "010780005503")),
    responses((status = 200, description = "The order.", body = OrderBody))
)]
pub(crate) async fn get_order(
    State(services): State<Services>,
    Admitted(caller): Admitted,
    PathParameter(id): PathParameter,
) -> Result<(Touched, Json<OrderBody>), ApiError> {
    let found = services
        .selfservice
        .find_order(&caller, parse_order_id(&id)?)
        .await?;
    let touched = Touched::of([&found.order.owner]);
    Ok((touched, Json(found.into())))
}

/// Cancel an order
///
/// Possible until the order is in progress. The answer is the order as it then stands. Avtale's own.
#[utoipa::path(
    delete,
    path = "/corporate-agreements/v2/orders/{orderId}",
    tag = "corporate-agreements",
    params(("orderId" = String, Path, description = "The order's id.", example = "010780005503")),
    responses((status = 200, description = "The cancelled order.", body = OrderBody))
)]
pub(crate) async fn cancel_order(
    State(services): State<Services>,
    Admitted(caller): Admitted,
    PathParameter(id): PathParameter,
) -> Result<(Touched, Json<OrderBody>), ApiError> {
    let cancelled = services
        .selfservice
        .cancel_order(&caller, parse_order_id(&id)?)
        .await?;
    let touched = Touched::of([&cancelled.order.owner]);
    Ok((touched, Json(cancelled.into())))
}

/// What is no order id is no order of the caller's either.
fn parse_order_id(text: &str) -> Result<OrderId, ApiError> {
    OrderId::parse(text).ok_or_else(|| ApiError::new(ErrorCode::OrderNotFound))
}

fn read_filter(query: &mut Query) -> Result<OrderFilter, ApiError> {
    let agreement = match query.take("agreementId")? {
        Some(digits) => Some(parse_agreement_id(Some(&digits), "agreementId")?),
        None => None,
    };
    let states: Vec<_> = OrderState::ALL.iter().map(|state| state.as_str()).collect();
    let wanted = format!("must be one of {}", states.join(", "));
    let state = query.parse("state", &wanted, OrderState::parse)?;
    let since = query.parse(
        "since",
        "must be an instant such as 2026-01-31T12:00:00Z, or a day such as 2026-01-31",
        parse_since,
    )?;
    Ok(OrderFilter {
        agreement,
        state,
        since,
    })
}

fn parse_since(text: &str) -> Option<Timestamp> {
    text.parse::<Timestamp>().ok().or_else(|| {
        let day = text
            .parse::<Date>()
            .ok()
            .filter(|day| day.to_string() == text)?;
        let norway = TimeZone::get("Europe/Oslo").ok()?;
        day.to_zoned(norway)
            .ok()
            .map(|midnight| midnight.timestamp())
    })
}

fn filter_query(filter: &OrderFilter) -> String {
    let fields = [
        ("agreementId", filter.agreement.map(|id| id.to_string())),
        ("state", filter.state.map(|state| state.as_str().to_owned())),
        ("since", filter.since.map(|since| since.to_string())),
    ];
    let given: Vec<_> = fields
        .iter()
        .filter_map(|(name, value)| Some((name, value.as_ref()?)))
        .collect();
    match serde_urlencoded::to_string(given) {
        Ok(text) if !text.is_empty() => format!("?{text}"),
        _ => String::new(),
    }
}
