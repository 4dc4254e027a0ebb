//! `/operator/v1/notification-endpoints`: where customers are told of changes, and what became of it.

use axum::Extension;
use axum::extract::State;
use domain::{Author, DeliveryState, EndpointId, OrganizationNumber};
use selfservice::notifications::OversightRefusal;
use selfservice::{EndpointFilter, EndpointState};
use utoipa::{IntoParams, ToSchema};

use super::notification_bodies::{
    DeliveriesBody, DeliveryBody, EndpointBody, EndpointStateBody, EndpointsBody,
};
use super::notification_paths::{DeliveryInPath, EndpointInPath, endpoint_id};
use super::orders::{PageQuery, read_page};
use super::{Answer, read_size};
use crate::Services;
use crate::input::{Members, Query};
use crate::problem::Problem;

/// Which endpoints to list.
#[derive(IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[expect(
    dead_code,
    reason = "documents the query, which is read by hand to name each fault"
)]
pub(crate) struct EndpointsQuery {
    /// Only those of the system users of the organization with this number.
    #[param(nullable = false, example = "914742315")]
    organization: Option<String>,
    /// Only those that stand so.
    #[param(inline, nullable = false)]
    state: Option<EndpointStateBody>,
    /// Only those after this one: `next` of the answer before.
    #[param(nullable = false)]
    after: Option<String>,
    /// How many endpoints a page holds at most.
    #[param(minimum = 1, maximum = 1000, default = 100, nullable = false)]
    page_size: Option<i64>,
}

/// Which deliveries to list.
#[derive(IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[expect(
    dead_code,
    reason = "documents the query, which is read by hand to name each fault"
)]
pub(crate) struct DeliveriesQuery {
    /// Only those in this state: `PENDING`, `DELIVERED` or `FAILED`.
    #[param(nullable = false, example = "FAILED")]
    state: Option<String>,
}

/// Why an endpoint is disabled.
#[derive(ToSchema)]
#[schema(as = EndpointReason)]
#[expect(
    dead_code,
    reason = "documents the body, which is read by hand to name each fault"
)]
pub(crate) struct ReasonBody {
    /// What its owner reads as `disabledReason`.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
}

/// List notification endpoints
///
/// Those of all organizations, by id.
#[utoipa::path(
    get,
    path = "/operator/v1/notification-endpoints",
    tag = "notifications",
    params(EndpointsQuery),
    responses((status = 200, description = "One page of the endpoints.", body = EndpointsBody))
)]
pub(crate) async fn list_notification_endpoints(
    State(services): State<Services>,
    mut query: Query,
) -> Result<Answer<EndpointsBody>, Problem> {
    let states = EndpointState::ALL.map(EndpointState::as_str).join(", ");
    let filter = EndpointFilter {
        organization: query.parse(
            "organization",
            "must be the nine digits of an organization number",
            OrganizationNumber::parse,
        )?,
        state: query.parse(
            "state",
            &format!("must be one of {states}"),
            EndpointState::parse,
        )?,
    };
    let after = query.parse("after", "must be the `next` of an answer", endpoint_id)?;
    let most = read_size(&mut query)?;
    query.finish()?;
    let selfservice = &services.selfservice;
    let found = selfservice.list_all_endpoints(&filter, after.as_ref(), most);
    let (endpoints, next) = found.await?;
    Ok(Answer(EndpointsBody {
        endpoints: endpoints.into_iter().map(EndpointBody::from).collect(),
        next: next.map(|id: EndpointId| id.as_str().to_owned()),
    }))
}

/// Get one notification endpoint
///
/// Whoever made it.
#[utoipa::path(
    get,
    path = "/operator/v1/notification-endpoints/{endpointId}",
    tag = "notifications",
    params(("endpointId" = String, Path, description = "The endpoint's id.")),
    responses((status = 200, description = "The endpoint.", body = EndpointBody))
)]
pub(crate) async fn get_notification_endpoint(
    State(services): State<Services>,
    EndpointInPath(id): EndpointInPath,
    query: Query,
) -> Result<Answer<EndpointBody>, Problem> {
    query.finish()?;
    let known = services.selfservice.find_any_endpoint(&id).await?;
    Ok(Answer(known.into()))
}

/// List an endpoint's deliveries
///
/// What was made out to it in the last 30 days, newest first.
#[utoipa::path(
    get,
    path = "/operator/v1/notification-endpoints/{endpointId}/deliveries",
    tag = "notifications",
    params(
        ("endpointId" = String, Path, description = "The endpoint's id."),
        DeliveriesQuery,
        PageQuery
    ),
    responses((status = 200, description = "One page of the deliveries.", body = DeliveriesBody))
)]
pub(crate) async fn list_notification_deliveries(
    State(services): State<Services>,
    EndpointInPath(id): EndpointInPath,
    mut query: Query,
) -> Result<Answer<DeliveriesBody>, Problem> {
    let states = DeliveryState::ALL.map(DeliveryState::as_str).join(", ");
    let state = query.parse(
        "state",
        &format!("must be one of {states}"),
        DeliveryState::parse,
    )?;
    let page = read_page(&mut query)?;
    query.finish()?;
    let selfservice = &services.selfservice;
    let (deliveries, total) = selfservice.list_any_deliveries(&id, state, page).await?;
    Ok(Answer(DeliveriesBody {
        deliveries: deliveries.into_iter().map(DeliveryBody::from).collect(),
        total,
    }))
}

/// Get one delivery
///
/// One event that was made out to an endpoint, with the log of its attempts.
#[utoipa::path(
    get,
    path = "/operator/v1/notification-endpoints/{endpointId}/deliveries/{eventId}",
    tag = "notifications",
    params(
        ("endpointId" = String, Path, description = "The endpoint's id."),
        ("eventId" = String, Path, description = "The event's id.")
    ),
    responses((status = 200, description = "The delivery.", body = DeliveryBody))
)]
pub(crate) async fn get_notification_delivery(
    State(services): State<Services>,
    DeliveryInPath(id, event): DeliveryInPath,
    query: Query,
) -> Result<Answer<DeliveryBody>, Problem> {
    query.finish()?;
    let found = services.selfservice.find_any_delivery(&id, &event).await?;
    Ok(Answer(found.into()))
}

/// Disable an endpoint
///
/// Nothing is sent there any more until it is enabled, and nothing is made out to it meanwhile. Its
/// owner reads the reason, and may enable it again. One that is disabled stays as it is.
#[utoipa::path(
    post,
    path = "/operator/v1/notification-endpoints/{endpointId}/disable",
    tag = "notifications",
    params(("endpointId" = String, Path, description = "The endpoint's id.")),
    request_body = ReasonBody,
    responses((status = 200, description = "The endpoint, disabled.", body = EndpointBody))
)]
pub(crate) async fn disable_notification_endpoint(
    State(services): State<Services>,
    Extension(by): Extension<Author>,
    EndpointInPath(id): EndpointInPath,
    mut body: Members,
) -> Result<Answer<EndpointBody>, Problem> {
    let reason = body.words("reason")?;
    body.finish("reason")?;
    let reason = reason.ok_or_else(|| Problem::invalid("reason", "is missing"))?;
    let selfservice = &services.selfservice;
    let known = selfservice.disable_any_endpoint(&by, &id, &reason).await?;
    Ok(Answer(known.into()))
}

/// Enable an endpoint
///
/// What waits for it is sent at once.
#[utoipa::path(
    post,
    path = "/operator/v1/notification-endpoints/{endpointId}/enable",
    tag = "notifications",
    params(("endpointId" = String, Path, description = "The endpoint's id.")),
    responses((status = 200, description = "The endpoint, enabled.", body = EndpointBody))
)]
pub(crate) async fn enable_notification_endpoint(
    State(services): State<Services>,
    Extension(by): Extension<Author>,
    EndpointInPath(id): EndpointInPath,
    body: Members,
) -> Result<Answer<EndpointBody>, Problem> {
    body.finish("")?;
    let known = services.selfservice.enable_any_endpoint(&by, &id).await?;
    Ok(Answer(known.into()))
}

/// Send an event again
///
/// Whatever became of it, with all its attempts anew. Not to an endpoint that is disabled.
#[utoipa::path(
    post,
    path = "/operator/v1/notification-endpoints/{endpointId}/deliveries/{eventId}/redeliver",
    tag = "notifications",
    params(
        ("endpointId" = String, Path, description = "The endpoint's id."),
        ("eventId" = String, Path, description = "The event's id.")
    ),
    responses((status = 200, description = "The delivery, PENDING.", body = DeliveryBody))
)]
pub(crate) async fn redeliver_notification(
    State(services): State<Services>,
    Extension(by): Extension<Author>,
    DeliveryInPath(id, event): DeliveryInPath,
    body: Members,
) -> Result<Answer<DeliveryBody>, Problem> {
    body.finish("")?;
    let selfservice = &services.selfservice;
    let sent: Result<_, OversightRefusal> = selfservice.redeliver_any(&by, &id, &event).await;
    Ok(Answer(sent?.into()))
}
