//! `/notifications/v1/endpoints/{endpointId}/deliveries`: what became of each event, and sending one
//! again.

use axum::extract::State;
use domain::{Attempt, AttemptOutcome, ChangeId, Delivery, DeliveryState};
use selfservice::notifications::DeliveryWithAttempts;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::endpoint::parse_endpoint_id;
use crate::Services;
use crate::answer::{Json, Listed};
use crate::error::{ApiError, ErrorCode};
use crate::extract::{Admitted, PageParameters, PathParameter, PathParameters, Query, page};
use crate::routes::orders::instant;

/// One event on its way to one endpoint.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Delivery)]
pub(crate) struct DeliveryBody {
    /// The event's id, which the delivery has as `webhook-id`.
    #[schema(example = "019e8a3c-2b00-7c3d-9f3e-5a1b2c3d4e5f")]
    event_id: String,
    /// The event's type.
    #[schema(example = "order.completed")]
    event_type: String,
    /// How it stands.
    state: DeliveryStateBody,
    /// How often it has been sent.
    #[schema(example = 1)]
    attempts: i64,
    /// When it was made out, in UTC.
    #[schema(format = DateTime, example = "2026-01-31T12:00:00.000Z")]
    created_at: String,
    /// When it is sent next at the earliest, in UTC; left out when it is not, and while the endpoint
    /// is disabled.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = DateTime, example = "2026-01-31T12:05:00.000Z")]
    next_attempt_at: Option<String>,
    /// The attempts, oldest first; left out in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    log: Option<Vec<AttemptBody>>,
}

/// How a delivery stands: `PENDING` is to be sent, for the first time or again; `DELIVERED` was
/// answered with 2xx; `FAILED` is not sent again unless you ask.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[schema(as = DeliveryState)]
pub(crate) enum DeliveryStateBody {
    Pending,
    Delivered,
    Failed,
}

/// One sending of a delivery.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = DeliveryAttempt)]
pub(crate) struct AttemptBody {
    /// When it began, in UTC.
    #[schema(format = DateTime, example = "2026-01-31T12:00:00.000Z")]
    at: String,
    /// The HTTP status of the answer, if there was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = 200)]
    status: Option<u16>,
    /// What came of it.
    outcome: OutcomeBody,
    /// How long it took, in milliseconds.
    #[schema(example = 87)]
    duration_ms: i64,
}

/// What came of one sending: `DELIVERED` is an answer with 2xx, `REFUSED` another answer, `TIMED_OUT`
/// none in time, `UNREACHABLE` no connection, `NOT_ALLOWED` an address that is not called,
/// `ANSWER_TOO_LONG` an answer of too many bytes.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[schema(as = DeliveryOutcome)]
pub(crate) enum OutcomeBody {
    Delivered,
    Refused,
    TimedOut,
    Unreachable,
    NotAllowed,
    AnswerTooLong,
}

/// Which deliveries to list.
#[derive(IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[expect(
    dead_code,
    reason = "documents the query, which is read by hand to name each fault"
)]
pub(crate) struct DeliveriesQuery {
    /// Only those in this state.
    #[param(inline, nullable = false)]
    state: Option<DeliveryStateBody>,
}

/// Get deliveries
///
/// What was made out to an endpoint in the last 30 days, newest first. Avtale's own.
#[utoipa::path(
    get,
    path = "/notifications/v1/endpoints/{endpointId}/deliveries",
    tag = "notifications",
    params(
        ("endpointId" = String, Path, description = "The endpoint's id.", example = "8f14e45fceea167a5a36dedd4bea2543"),
        DeliveriesQuery,
        PageParameters
    ),
    responses((
        status = 200,
        description = "One page of the deliveries.",
        body = Vec<DeliveryBody>,
        headers(
            ("X-Total-Count" = i64, description = "How many deliveries there are on all pages."),
            ("Link" = String, description = "The first, previous, next and last page (RFC 8288).")
        )
    ))
)]
pub(crate) async fn list_deliveries(
    State(services): State<Services>,
    Admitted(caller): Admitted,
    PathParameter(id): PathParameter,
    mut query: Query,
) -> Result<Listed<DeliveryBody>, ApiError> {
    let id = parse_endpoint_id(&id)?;
    let states = DeliveryState::ALL.map(DeliveryState::as_str).join(", ");
    let wanted = format!("must be one of {states}");
    let state = query.parse("state", &wanted, DeliveryState::parse)?;
    let page = page(&mut query)?;
    query.finish()?;
    let deliveries = services
        .selfservice
        .list_deliveries(&caller, &id, state, page);
    let (deliveries, total) = deliveries.await?;
    let filter = state.map_or(String::new(), |state| format!("?state={}", state.as_str()));
    let (url, id) = (&services.settings.public_url, id.as_str());
    Ok(Listed {
        items: deliveries.into_iter().map(DeliveryBody::from).collect(),
        total,
        page,
        address: format!("{url}/notifications/v1/endpoints/{id}/deliveries{filter}"),
    })
}

/// Get one delivery
///
/// How it stands, with the log of its attempts. Avtale's own.
#[utoipa::path(
    get,
    path = "/notifications/v1/endpoints/{endpointId}/deliveries/{eventId}",
    tag = "notifications",
    params(
        ("endpointId" = String, Path, description = "The endpoint's id.", example = "8f14e45fceea167a5a36dedd4bea2543"),
        ("eventId" = String, Path, description = "The event's id.", example = "019e8a3c-2b00-7c3d-9f3e-5a1b2c3d4e5f")
    ),
    responses((status = 200, description = "The delivery.", body = DeliveryBody))
)]
pub(crate) async fn get_delivery(
    State(services): State<Services>,
    Admitted(caller): Admitted,
    PathParameters(id, event): PathParameters,
) -> Result<Json<DeliveryBody>, ApiError> {
    let (id, event) = (parse_endpoint_id(&id)?, parse_event_id(&event)?);
    let found = services.selfservice.find_delivery(&caller, &id, &event);
    Ok(Json(found.await?.into()))
}

/// Send an event again
///
/// Whatever became of it before, and with all its attempts anew. Avtale's own.
#[utoipa::path(
    post,
    path = "/notifications/v1/endpoints/{endpointId}/deliveries/{eventId}/redeliver",
    tag = "notifications",
    params(
        ("endpointId" = String, Path, description = "The endpoint's id.", example = "8f14e45fceea167a5a36dedd4bea2543"),
        ("eventId" = String, Path, description = "The event's id.", example = "019e8a3c-2b00-7c3d-9f3e-5a1b2c3d4e5f")
    ),
    responses((status = 200, description = "The delivery, to be sent again.", body = DeliveryBody))
)]
pub(crate) async fn redeliver(
    State(services): State<Services>,
    Admitted(caller): Admitted,
    PathParameters(id, event): PathParameters,
) -> Result<Json<DeliveryBody>, ApiError> {
    let (id, event) = (parse_endpoint_id(&id)?, parse_event_id(&event)?);
    let asked = services.selfservice.redeliver(&caller, &id, &event);
    Ok(Json(asked.await?.into()))
}

/// What is no event id was made out to nobody.
fn parse_event_id(text: &str) -> Result<ChangeId, ApiError> {
    let written = text.len() == 36
        && text
            .bytes()
            .all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f' | b'-'));
    written
        .then(|| ChangeId::new(text))
        .ok_or_else(|| ApiError::new(ErrorCode::DeliveryNotFound))
}

impl From<Delivery> for DeliveryBody {
    fn from(delivery: Delivery) -> Self {
        Self {
            event_id: delivery.event.as_str().to_owned(),
            event_type: delivery.event_type,
            state: match delivery.state {
                DeliveryState::Pending => DeliveryStateBody::Pending,
                DeliveryState::Delivered => DeliveryStateBody::Delivered,
                DeliveryState::Failed => DeliveryStateBody::Failed,
            },
            attempts: delivery.attempts,
            created_at: instant(delivery.created_at),
            next_attempt_at: delivery.due_at.map(instant),
            log: None,
        }
    }
}

impl From<DeliveryWithAttempts> for DeliveryBody {
    fn from(found: DeliveryWithAttempts) -> Self {
        let log = found.attempts.into_iter().map(AttemptBody::from).collect();
        Self {
            log: Some(log),
            ..found.delivery.into()
        }
    }
}

impl From<Attempt> for AttemptBody {
    fn from(attempt: Attempt) -> Self {
        Self {
            at: instant(attempt.at),
            status: attempt.status,
            outcome: match attempt.outcome {
                AttemptOutcome::Delivered => OutcomeBody::Delivered,
                AttemptOutcome::Refused => OutcomeBody::Refused,
                AttemptOutcome::TimedOut => OutcomeBody::TimedOut,
                AttemptOutcome::Unreachable => OutcomeBody::Unreachable,
                AttemptOutcome::NotAllowed => OutcomeBody::NotAllowed,
                AttemptOutcome::AnswerTooLong => OutcomeBody::AnswerTooLong,
            },
            duration_ms: attempt.duration_milliseconds,
        }
    }
}
