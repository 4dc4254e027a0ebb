//! `/operator/v1/claims`: workers take orders, and keep them for as long as they need.

use axum::Extension;
use axum::extract::State;
use domain::{Author, OrderId};
use jiff::SignedDuration;
use selfservice::fulfillment::{Claim, ClaimedOrder};
use serde::Serialize;
use utoipa::ToSchema;

use super::Answer;
use crate::Services;
use crate::input::{Members, OrderInPath};
use crate::order::WorkOrder;
use crate::problem::Problem;

/// How many orders one call may take.
const MOST: i64 = 100;
/// The longest lease, in seconds.
const LONGEST_LEASE: i64 = 3600;
const DEFAULT_LEASE: i64 = 60;
/// No claim has this number, so a report that names it is refused like that of a void claim.
const NO_CLAIM: Claim = -1;

/// Which orders a worker wants.
#[derive(ToSchema)]
#[schema(as = ClaimRequest, rename_all = "camelCase")]
#[expect(
    dead_code,
    reason = "documents the body, which is read by hand to name each fault"
)]
pub(crate) struct ClaimRequestBody {
    /// How many orders at most.
    #[schema(minimum = 1, maximum = 100, default = 1, nullable = false)]
    most: Option<i64>,
    /// How long nobody else gets them, unless the claim is extended.
    #[schema(minimum = 1, maximum = 3600, default = 60, nullable = false)]
    lease_seconds: Option<i64>,
}

/// The orders that the worker has from now on.
#[derive(Serialize, ToSchema)]
#[schema(as = ClaimedOrders)]
pub(crate) struct ClaimsBody {
    /// None if nothing is to be done.
    orders: Vec<ClaimedOrderBody>,
}

/// An order with the right to report on it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ClaimedOrder)]
pub(crate) struct ClaimedOrderBody {
    #[serde(flatten)]
    order: WorkOrder,
    /// To be sent with every report on the order; opaque.
    claim: String,
    /// Until then nobody else gets the order (RFC 3339, UTC).
    #[schema(format = DateTime)]
    leased_until: String,
}

/// Take orders
///
/// Orders that the operator's workers carry out, the organizations in turn: at most `most`, none if
/// there is nothing to do. They are in progress from now on. An order that is not reported within
/// its lease is given to the next who asks, and the claim is void then. Of two orders on the same
/// product, the later one is given out when the earlier one has ended.
#[utoipa::path(
    post,
    path = "/operator/v1/claims",
    tag = "work",
    request_body(content = ClaimRequestBody, description = "May be left out."),
    responses((status = 200, description = "The orders, perhaps none.", body = ClaimsBody))
)]
pub(crate) async fn claim_orders(
    State(services): State<Services>,
    Extension(worker): Extension<Author>,
    mut body: Members,
) -> Result<Answer<ClaimsBody>, Problem> {
    let most = body.number("most", 1..=MOST)?.unwrap_or(1);
    let lease = body.number("leaseSeconds", 1..=LONGEST_LEASE)?;
    body.finish("most, leaseSeconds")?;
    let lease = SignedDuration::from_secs(lease.unwrap_or(DEFAULT_LEASE));
    let most = usize::try_from(most).unwrap_or(1);
    let selfservice = &services.selfservice;
    let claimed = selfservice.claim_orders(&worker, most, lease).await?;
    Ok(Answer(ClaimsBody {
        orders: claimed.iter().map(ClaimedOrderBody::from).collect(),
    }))
}

/// How much longer a worker needs.
#[derive(ToSchema)]
#[schema(as = Extension, rename_all = "camelCase")]
#[expect(
    dead_code,
    reason = "documents the body, which is read by hand to name each fault"
)]
pub(crate) struct ExtensionBody {
    /// As it came with the order.
    claim: String,
    /// How long from now on.
    #[schema(minimum = 1, maximum = 3600, default = 60, nullable = false)]
    lease_seconds: Option<i64>,
}

/// The end of a lease.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Lease)]
pub(crate) struct LeaseBody {
    /// Until then nobody else gets the order (RFC 3339, UTC).
    #[schema(format = DateTime)]
    leased_until: String,
}

/// Keep an order longer
///
/// The lease then ends so many seconds from now, be that later or earlier than before. A claim whose
/// lease has ended can be extended as long as nobody else has taken the order.
#[utoipa::path(
    post,
    path = "/operator/v1/orders/{orderId}/extend",
    tag = "work",
    params(("orderId" = String, Path, description = "The order's id.", example = "010780005503")),
    request_body = ExtensionBody,
    responses((status = 200, description = "The new end of the lease.", body = LeaseBody))
)]
pub(crate) async fn extend_claim(
    State(services): State<Services>,
    OrderInPath(id): OrderInPath,
    mut body: Members,
) -> Result<Answer<LeaseBody>, Problem> {
    let claim = read_claim(&mut body, id)?;
    let claim = claim.ok_or_else(|| Problem::invalid("claim", "is missing"))?;
    let lease = body.number("leaseSeconds", 1..=LONGEST_LEASE)?;
    body.finish("claim, leaseSeconds")?;
    let lease = SignedDuration::from_secs(lease.unwrap_or(DEFAULT_LEASE));
    let until = services.selfservice.extend_claim(id, claim, lease).await?;
    Ok(Answer(LeaseBody {
        leased_until: format!("{until:.3}"),
    }))
}

impl From<&ClaimedOrder> for ClaimedOrderBody {
    fn from(claimed: &ClaimedOrder) -> Self {
        Self {
            order: WorkOrder::of(&claimed.order, Some(claimed.attempt)),
            claim: write_claim(claimed.order.id, claimed.claim),
            leased_until: format!("{:.3}", claimed.leased_until),
        }
    }
}

/// With the order's id, so that a worker which mixes up two orders reports on neither.
fn write_claim(order: OrderId, claim: Claim) -> String {
    format!("{order}-{claim}")
}

/// The claim in a body, if there is one. What was never given out is void.
pub(super) fn read_claim(body: &mut Members, order: OrderId) -> Result<Option<Claim>, Problem> {
    let text = body.text("claim")?;
    Ok(text.map(|text| {
        let number = text
            .split_once('-')
            .and_then(|(_, number)| number.parse().ok());
        // Written back, so that there is one way to write each claim.
        let given = |claim: &Claim| *claim > 0 && write_claim(order, *claim) == text;
        number.filter(given).unwrap_or(NO_CLAIM)
    }))
}
