//! `/notifications/v1/endpoints`: make, list, change and drop endpoints, replace their secrets.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};

pub(crate) use super::endpoint::{ChangeEndpoint, CreateEndpoint};
use super::endpoint::{
    EndpointBody, NewEndpointBody, RotatedSecretBody, parse_endpoint_id, read_change, read_new,
};
use crate::Services;
use crate::answer::{Json, Listed};
use crate::error::ApiError;
use crate::extract::{Admitted, JsonBody, PageParameters, PathParameter, Query, page};

const ENDPOINTS: &str = "/notifications/v1/endpoints";

/// Make an endpoint
///
/// From now on changes are sent there, signed with the secret that is in the answer and nowhere else.
/// The endpoint belongs to your system user and is told what that one may see. Avtale's own.
#[utoipa::path(
    post,
    path = "/notifications/v1/endpoints",
    tag = "notifications",
    request_body(content = CreateEndpoint, description = "The endpoint to make."),
    responses((
        status = 200,
        description = "The endpoint, with its secret.",
        body = NewEndpointBody,
        headers(("Location" = String, description = "Where the endpoint can be read."))
    ))
)]
pub(crate) async fn create_endpoint(
    State(services): State<Services>,
    Admitted(caller): Admitted,
    body: JsonBody,
) -> Result<Response, ApiError> {
    let wish = read_new(body.document, &services.webhooks)?;
    let (endpoint, secret) = services.selfservice.create_endpoint(&caller, &wish).await?;
    let id = endpoint.id.as_str();
    let location = format!("{}{ENDPOINTS}/{id}", services.settings.public_url);
    let answer = NewEndpointBody::of(endpoint, &secret, services.clock.now());
    Ok(([(header::LOCATION, location)], Json(answer)).into_response())
}

/// Get endpoints
///
/// The endpoints of your system user, oldest first. Avtale's own.
#[utoipa::path(
    get,
    path = "/notifications/v1/endpoints",
    tag = "notifications",
    params(PageParameters),
    responses((
        status = 200,
        description = "One page of the endpoints.",
        body = Vec<EndpointBody>,
        headers(
            ("X-Total-Count" = i64, description = "How many endpoints there are on all pages."),
            ("Link" = String, description = "The first, previous, next and last page (RFC 8288).")
        )
    ))
)]
pub(crate) async fn list_endpoints(
    State(services): State<Services>,
    Admitted(caller): Admitted,
    mut query: Query,
) -> Result<Listed<EndpointBody>, ApiError> {
    let page = page(&mut query)?;
    query.finish()?;
    let (endpoints, total) = services.selfservice.list_endpoints(&caller, page).await?;
    let now = services.clock.now();
    Ok(Listed {
        items: endpoints
            .into_iter()
            .map(|endpoint| EndpointBody::of(endpoint, now))
            .collect(),
        total,
        page,
        address: format!("{}{ENDPOINTS}", services.settings.public_url),
    })
}

/// Get one endpoint
///
/// As it stands now, without its secret. Avtale's own.
#[utoipa::path(
    get,
    path = "/notifications/v1/endpoints/{endpointId}",
    tag = "notifications",
    params(("endpointId" = String, Path, description = "The endpoint's id.", example = "8f14e45fceea167a5a36dedd4bea2543")),
    responses((status = 200, description = "The endpoint.", body = EndpointBody))
)]
pub(crate) async fn get_endpoint(
    State(services): State<Services>,
    Admitted(caller): Admitted,
    PathParameter(id): PathParameter,
) -> Result<Json<EndpointBody>, ApiError> {
    let id = parse_endpoint_id(&id)?;
    let endpoint = services.selfservice.find_endpoint(&caller, &id).await?;
    Ok(Json(EndpointBody::of(endpoint, services.clock.now())))
}

/// Change an endpoint
///
/// The endpoint becomes what the body says. While it is not enabled nothing is made out to it; what
/// waited before goes out when it is enabled again. Avtale's own.
#[utoipa::path(
    put,
    path = "/notifications/v1/endpoints/{endpointId}",
    tag = "notifications",
    params(("endpointId" = String, Path, description = "The endpoint's id.", example = "8f14e45fceea167a5a36dedd4bea2543")),
    request_body(content = ChangeEndpoint, description = "What the endpoint is to be."),
    responses((status = 200, description = "The endpoint as it is now.", body = EndpointBody))
)]
pub(crate) async fn change_endpoint(
    State(services): State<Services>,
    Admitted(caller): Admitted,
    PathParameter(id): PathParameter,
    body: JsonBody,
) -> Result<Json<EndpointBody>, ApiError> {
    let id = parse_endpoint_id(&id)?;
    // What is not the caller's is unknown, whatever the body says.
    services.selfservice.find_endpoint(&caller, &id).await?;
    let wish = read_change(body.document, &services.webhooks)?;
    let endpoint = services.selfservice.change_endpoint(&caller, &id, &wish);
    let endpoint = endpoint.await?;
    Ok(Json(EndpointBody::of(endpoint, services.clock.now())))
}

/// Drop an endpoint
///
/// Nothing more is sent there, and what waited is dropped. The answer is the endpoint as it was.
/// Avtale's own.
#[utoipa::path(
    delete,
    path = "/notifications/v1/endpoints/{endpointId}",
    tag = "notifications",
    params(("endpointId" = String, Path, description = "The endpoint's id.", example = "8f14e45fceea167a5a36dedd4bea2543")),
    responses((status = 200, description = "The endpoint as it was.", body = EndpointBody))
)]
pub(crate) async fn delete_endpoint(
    State(services): State<Services>,
    Admitted(caller): Admitted,
    PathParameter(id): PathParameter,
) -> Result<Json<EndpointBody>, ApiError> {
    let id = parse_endpoint_id(&id)?;
    let endpoint = services.selfservice.delete_endpoint(&caller, &id).await?;
    Ok(Json(EndpointBody::of(endpoint, services.clock.now())))
}

/// Replace an endpoint's secret
///
/// Deliveries are signed with the new secret from now on, and for 24 hours with the one before it too:
/// replace it at your side in that time. Avtale's own.
#[utoipa::path(
    post,
    path = "/notifications/v1/endpoints/{endpointId}/rotate-secret",
    tag = "notifications",
    params(("endpointId" = String, Path, description = "The endpoint's id.", example = "8f14e45fceea167a5a36dedd4bea2543")),
    responses((status = 200, description = "The new secret.", body = RotatedSecretBody))
)]
pub(crate) async fn rotate_endpoint_secret(
    State(services): State<Services>,
    Admitted(caller): Admitted,
    PathParameter(id): PathParameter,
) -> Result<Json<RotatedSecretBody>, ApiError> {
    let id = parse_endpoint_id(&id)?;
    let rotated = services.selfservice.rotate_endpoint_secret(&caller, &id);
    let rotated = rotated.await?;
    Ok(Json(RotatedSecretBody::of(
        &rotated.secret,
        rotated.previous_until,
    )))
}
