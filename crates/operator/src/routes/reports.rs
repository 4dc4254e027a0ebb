//! `/operator/v1/orders/{orderId}/…`: what became of an order.

use axum::Extension;
use axum::extract::State;
use domain::Author;
use selfservice::OrderWithHistory;
use selfservice::fulfillment::WorkRefusal;
use utoipa::ToSchema;

use super::claims::read_claim;
use super::{Answer, OrderBody};
use crate::Services;
use crate::input::{Members, OrderInPath};
use crate::problem::Problem;

/// That an order has been carried out.
#[derive(ToSchema)]
#[schema(as = Completion, rename_all = "camelCase")]
#[expect(
    dead_code,
    reason = "documents the body, which is read by hand to name each fault"
)]
pub(crate) struct CompletionBody {
    /// As it came with the order. Left out at the desk, and by a system that said it would report.
    #[schema(nullable = false, example = "010780005503-1")]
    claim: Option<String>,
    /// What the customer reads in the order's history.
    #[schema(min_length = 1, max_length = 500, nullable = false)]
    note: Option<String>,
}

/// What is to become of an order, and why.
#[derive(ToSchema)]
#[schema(as = Reasoned, rename_all = "camelCase")]
#[expect(
    dead_code,
    reason = "documents the body, which is read by hand to name each fault"
)]
pub(crate) struct ReasonedBody {
    /// As it came with the order. Left out at the desk, and by a system that said it would report.
    #[schema(nullable = false, example = "010780005503-1")]
    claim: Option<String>,
    /// What the customer reads in the order's history.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
}

/// Report an order as carried out
///
/// The agreement's products show the change at once. Told again of an order that is COMPLETED, it
/// answers with the order and changes nothing, so a report whose answer was lost can be repeated.
#[utoipa::path(
    post,
    path = "/operator/v1/orders/{orderId}/complete",
    tag = "work",
    params(("orderId" = String, Path, description = "The order's id.", example = "010780005503")),
    request_body(content = CompletionBody, description = "May be left out at the desk."),
    responses((status = 200, description = "The order, COMPLETED.", body = OrderBody))
)]
pub(crate) async fn complete_order(
    State(services): State<Services>,
    Extension(by): Extension<Author>,
    OrderInPath(id): OrderInPath,
    mut body: Members,
) -> Result<Answer<OrderBody>, Problem> {
    let claim = read_claim(&mut body, id)?;
    let note = body.words("note")?;
    body.finish("claim, note")?;
    let selfservice = &services.selfservice;
    let reported = selfservice.complete_order(&by, (id, claim), note.as_deref());
    answer(reported.await)
}

/// Report an order as impossible
///
/// Nothing of the order remains but its record, with the reason. Told again of an order that is
/// FAILED, it answers with the order and changes nothing, so a report whose answer was lost can be
/// repeated; the first reason stays.
#[utoipa::path(
    post,
    path = "/operator/v1/orders/{orderId}/fail",
    tag = "work",
    params(("orderId" = String, Path, description = "The order's id.", example = "010780005503")),
    request_body = ReasonedBody,
    responses((status = 200, description = "The order, FAILED.", body = OrderBody))
)]
pub(crate) async fn fail_order(
    State(services): State<Services>,
    Extension(by): Extension<Author>,
    OrderInPath(id): OrderInPath,
    mut body: Members,
) -> Result<Answer<OrderBody>, Problem> {
    let claim = read_claim(&mut body, id)?;
    let reason = read_reason(body)?;
    let selfservice = &services.selfservice;
    answer(selfservice.fail_order(&by, (id, claim), &reason).await)
}

/// Give an order to a person
///
/// Whoever has the order loses it. It keeps its place: later orders on the same product wait until
/// it has ended. At the desk it can be completed, failed or resumed.
#[utoipa::path(
    post,
    path = "/operator/v1/orders/{orderId}/hold",
    tag = "desk",
    params(("orderId" = String, Path, description = "The order's id.", example = "010780005503")),
    request_body = ReasonedBody,
    responses((status = 200, description = "The order, HELD.", body = OrderBody))
)]
pub(crate) async fn hold_order(
    State(services): State<Services>,
    Extension(by): Extension<Author>,
    OrderInPath(id): OrderInPath,
    mut body: Members,
) -> Result<Answer<OrderBody>, Problem> {
    let claim = read_claim(&mut body, id)?;
    let reason = read_reason(body)?;
    let selfservice = &services.selfservice;
    answer(selfservice.hold_order(&by, (id, claim), &reason).await)
}

/// Begin an order of the desk
///
/// The order is in progress from now on, so the customer can no longer cancel it.
#[utoipa::path(
    post,
    path = "/operator/v1/orders/{orderId}/begin",
    tag = "desk",
    params(("orderId" = String, Path, description = "The order's id.", example = "010780005503")),
    responses((status = 200, description = "The order, IN_PROGRESS.", body = OrderBody))
)]
pub(crate) async fn begin_order(
    State(services): State<Services>,
    Extension(by): Extension<Author>,
    OrderInPath(id): OrderInPath,
    body: Members,
) -> Result<Answer<OrderBody>, Problem> {
    body.finish("")?;
    answer(services.selfservice.begin_order(&by, id).await)
}

/// Let a held order go on
///
/// It goes on in its own way: to the workers, to the operator's system, to the desk, or to the server
/// itself. Attempts are counted anew.
#[utoipa::path(
    post,
    path = "/operator/v1/orders/{orderId}/resume",
    tag = "desk",
    params(("orderId" = String, Path, description = "The order's id.", example = "010780005503")),
    responses((status = 200, description = "The order, IN_PROGRESS.", body = OrderBody))
)]
pub(crate) async fn resume_order(
    State(services): State<Services>,
    Extension(by): Extension<Author>,
    OrderInPath(id): OrderInPath,
    body: Members,
) -> Result<Answer<OrderBody>, Problem> {
    body.finish("")?;
    answer(services.selfservice.resume_order(&by, id).await)
}

fn read_reason(mut body: Members) -> Result<String, Problem> {
    let reason = body.words("reason")?;
    body.finish("claim, reason")?;
    reason.ok_or_else(|| Problem::invalid("reason", "is missing"))
}

fn answer(reported: Result<OrderWithHistory, WorkRefusal>) -> Result<Answer<OrderBody>, Problem> {
    Ok(Answer(reported?.into()))
}
