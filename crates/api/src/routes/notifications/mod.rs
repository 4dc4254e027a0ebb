//! `/notifications/v1`: what happened to orders and accounts, read from a feed or sent to endpoints.

mod deliveries;
mod endpoint;
mod endpoints;
mod event;

use axum::extract::State;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

pub(crate) use self::deliveries::*;
pub(crate) use self::endpoints::*;
pub(crate) use self::event::{AccountChangedBody, EventBody, OrderChangedBody};
use crate::Services;
use crate::answer::Json;
use crate::error::ApiError;
use crate::extract::{Admitted, Query, page_size};
use crate::touched::Touched;

/// Some events, and where to go on.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Events)]
pub(crate) struct EventsBody {
    /// The events, oldest first.
    events: Vec<EventBody>,
    /// What to send as `after` for those after them. It is there when there are no events, too.
    #[schema(example = "493817502846193752")]
    cursor: String,
}

/// Where to go on.
#[derive(IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[expect(
    dead_code,
    reason = "documents the query, which is read by hand to name each fault"
)]
pub(crate) struct EventsQuery {
    /// The `cursor` of the answer before; without it the feed begins with the oldest event.
    #[param(nullable = false, example = "493817502846193752")]
    after: Option<String>,
    /// How many events to list at most.
    #[param(minimum = 1, maximum = 1000, default = 100, nullable = false)]
    page_size: Option<i64>,
}

/// Get events
///
/// What happened to the orders and accounts of your organizations, oldest first. Keep the `cursor` and
/// ask again with it: you miss nothing and get nothing twice. Avtale's own.
#[utoipa::path(
    get,
    path = "/notifications/v1/events",
    tag = "notifications",
    params(EventsQuery),
    responses((status = 200, description = "Some events, and where to go on.", body = EventsBody))
)]
pub(crate) async fn list_events(
    State(services): State<Services>,
    Admitted(caller): Admitted,
    mut query: Query,
) -> Result<(Touched, Json<EventsBody>), ApiError> {
    let after = query.take("after")?;
    let most = page_size(&mut query)?;
    query.finish()?;
    let page = services
        .selfservice
        .list_events(&caller, after.as_deref(), most)
        .await?;
    let public_url = &services.settings.public_url;
    let events = page.events.iter();
    let owners = events
        .clone()
        .filter_map(|told| told.change.organization.as_ref());
    let touched = Touched::of(owners);
    let body = EventsBody {
        events: events
            .filter_map(|told| EventBody::of(told, public_url))
            .collect(),
        cursor: page.cursor,
    };
    Ok((touched, Json(body)))
}
