//! Every address on one screen.
//!
//! A request meets the layers from the outside in: the edge (request id, rendering of refusals), the
//! net for panics, then admission (which route is it, may this caller), then the operation or the
//! upstream back end that takes its place.

use std::sync::Arc;

use axum::Router;
use axum::http::Uri;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use tower_http::catch_panic::CatchPanicLayer;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::Services;
use crate::admission::{Admission, RouteTable, UndeclaredOperation, admit};
use crate::edge::{Edge, edge};
use crate::error::{ApiError, ErrorCode};
use crate::openapi::{Base, Documents, Wire};
use crate::routes::{
    accounts, agreements, documents, health, notifications, oauth, orders, organizations,
};
use crate::upstream::{UpstreamError, Upstreams};

/// The operations, each with its part of the document.
fn operations() -> OpenApiRouter<Services> {
    OpenApiRouter::with_openapi(Base::openapi())
        .routes(routes!(oauth::create_token))
        .routes(routes!(oauth::log_out, oauth::log_out_by_get))
        .routes(routes!(oauth::revoke_token))
        .routes(routes!(oauth::introspect_token))
        .routes(routes!(oauth::get_authorization_server))
        .routes(routes!(agreements::list_agreements))
        .routes(routes!(agreements::get_agreement))
        .routes(routes!(agreements::list_agreement_products))
        .routes(routes!(orders::place_order, orders::list_orders))
        .routes(routes!(orders::get_order, orders::cancel_order))
        .routes(routes!(accounts::list_accounts, accounts::create_account))
        .routes(routes!(accounts::get_account))
        .routes(routes!(organizations::list_organizations))
        .routes(routes!(organizations::list_address_cards))
        .routes(routes!(notifications::list_events))
        .routes(routes!(
            notifications::create_endpoint,
            notifications::list_endpoints
        ))
        .routes(routes!(
            notifications::get_endpoint,
            notifications::change_endpoint,
            notifications::delete_endpoint
        ))
        .routes(routes!(notifications::rotate_endpoint_secret))
        .routes(routes!(notifications::list_deliveries))
        .routes(routes!(notifications::get_delivery))
        .routes(routes!(notifications::redeliver))
}

/// Why there is nothing to serve.
#[derive(Debug, thiserror::Error)]
pub enum RouterError {
    /// A route is not among the operations.
    #[error(transparent)]
    Undeclared(#[from] UndeclaredOperation),
    /// A back end of the operator's own can't be used as it is set.
    #[error(transparent)]
    Upstream(#[from] UpstreamError),
}

/// The customers' listener: the operations, the documents and the health checks.
pub fn router(services: &Services) -> Result<Router, RouterError> {
    let (operations, declared) = operations().split_for_parts();
    let routes = RouteTable::new(&declared)?.with_alias(oauth::TOKEN_ALIAS, oauth::TOKEN);
    let admission = Admission {
        services: services.clone(),
        routes: Arc::new(routes),
        upstreams: Arc::new(Upstreams::new(&services.settings, &services.clock)?),
    };
    let documents = Documents::new(&declared, &wire(services));
    let guarded = operations
        .route(oauth::TOKEN_ALIAS, post(oauth::create_token))
        .layer(from_fn_with_state(admission, admit))
        .with_state(services.clone());
    let edge_state = Edge {
        clock: Arc::clone(&services.clock),
        entropy: Arc::clone(&services.entropy),
        strict_codes: services.settings.strict_codes,
    };
    Ok(guarded
        .merge(documents::router(&documents))
        .merge(health::router(services.clone()))
        .fallback(unknown_route)
        .method_not_allowed_fallback(unknown_route)
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(edge_state, edge)))
}

/// The documents of a server that is reached at this address, without starting one.
#[must_use]
pub fn documents(public_url: &str) -> Documents {
    let wire = Wire {
        public_url,
        brackets: true,
    };
    Documents::new(&operations().into_openapi(), &wire)
}

/// The documents that this server serves.
#[must_use]
pub fn served_documents(services: &Services) -> Documents {
    Documents::new(&operations().into_openapi(), &wire(services))
}

fn wire(services: &Services) -> Wire<'_> {
    Wire {
        public_url: &services.settings.public_url,
        brackets: services.settings.brackets,
    }
}

/// The health checks alone, for the operator's listener.
pub fn health(services: &Services) -> Router {
    health::router(services.clone())
}

/// The first versions of these APIs are gone; whoever calls one is told where to go.
const SUCCEEDED: [&str; 3] = [
    "corporate-accounts",
    "corporate-mobile-subscriptions",
    "corporate-agreements",
];

async fn unknown_route(uri: Uri) -> ApiError {
    let old = SUCCEEDED
        .iter()
        .find(|api| uri.path().starts_with(&format!("/{api}/v1/")));
    match old {
        Some(api) => {
            let message = format!("version 1 is gone; use the paths under /{api}/v2/");
            ApiError::field(ErrorCode::UnknownRoute, "path", message)
        }
        None => ApiError::new(ErrorCode::UnknownRoute),
    }
}

/// The panic's own words stay in the log.
#[expect(
    clippy::needless_pass_by_value,
    reason = "the signature that the layer asks for"
)]
fn panicked(panic: Box<dyn std::any::Any + Send>) -> Response {
    let words = panic.downcast_ref::<String>().map(String::as_str);
    let words = words
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no words");
    tracing::error!(words, "a request panicked");
    ApiError::new(ErrorCode::GatewayFault).into_response()
}
