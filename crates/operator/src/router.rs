//! Every address on one screen.

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::response::IntoResponse;
use axum::routing::get;
use serde_json::Value;
use tower_http::catch_panic::CatchPanicLayer;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::Services;
use crate::access::{Access, UndeclaredOperation, admit};
use crate::document::{Base, finished};
use crate::edge::{edge, panicked};
use crate::problem::{Code, Problem};
use crate::routes::{Answer, claims, orders, reports};

/// The operations, each with its part of the document.
fn operations() -> OpenApiRouter<Services> {
    OpenApiRouter::with_openapi(Base::openapi())
        .routes(routes!(claims::claim_orders))
        .routes(routes!(claims::extend_claim))
        .routes(routes!(reports::complete_order))
        .routes(routes!(reports::fail_order))
        .routes(routes!(reports::hold_order))
        .routes(routes!(reports::begin_order))
        .routes(routes!(reports::resume_order))
        .routes(routes!(orders::list_orders))
        .routes(routes!(orders::get_order))
        .routes(routes!(orders::list_desk))
}

/// The operator's API, with answers for what is not there.
pub fn router(services: &Services) -> Result<Router, UndeclaredOperation> {
    let (operations, declared) = operations().split_for_parts();
    let access = Access::new(services, &declared)?;
    let document = finished(&declared);
    let served = get(async move || Answer(document.clone()).into_response());
    Ok(operations
        .route_layer(from_fn_with_state(access, admit))
        .with_state(services.clone())
        .route("/operator/v1/openapi.json", served)
        .fallback(async || Problem::new(Code::UnknownRoute, "no operation is at this path"))
        .method_not_allowed_fallback(async || {
            Problem::new(Code::MethodNotAllowed, "see the header Allow")
        })
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(services.clone(), edge)))
}

/// The document of the operator's API, in OpenAPI 3.1.
#[must_use]
pub fn document() -> Value {
    finished(&operations().into_openapi())
}
