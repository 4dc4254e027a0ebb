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

use crate::access::{Access, UndeclaredOperation, admit};
use crate::document::{Base, finished};
use crate::edge::{edge, panicked};
use crate::problem::{Code, Problem};
use crate::routes::records::access as record_access;
use crate::routes::{
    Answer, api_product_requests, calls, claims, data_reads, developers, journal, limits,
    notifications, operators, orders, records, reports,
};
use crate::{Services, console};

/// The operations, each with its part of the document.
fn operations() -> OpenApiRouter<Services> {
    let records = records::add_to(OpenApiRouter::with_openapi(records::declare(
        Base::openapi(),
    )));
    records
        .routes(routes!(record_access::rotate_app_secret))
        .routes(routes!(record_access::disable_app))
        .routes(routes!(record_access::enable_app))
        .routes(routes!(record_access::revoke_app_tokens))
        .routes(routes!(record_access::rotate_system_user_password))
        .routes(routes!(record_access::disable_system_user))
        .routes(routes!(record_access::enable_system_user))
        .routes(routes!(record_access::revoke_system_user_tokens))
        .routes(routes!(record_access::anonymize_person))
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
        .routes(routes!(journal::list_changes))
        .routes(routes!(journal::get_journal_head))
        .routes(routes!(notifications::list_notification_endpoints))
        .routes(routes!(notifications::get_notification_endpoint))
        .routes(routes!(notifications::list_notification_deliveries))
        .routes(routes!(notifications::get_notification_delivery))
        .routes(routes!(notifications::disable_notification_endpoint))
        .routes(routes!(notifications::enable_notification_endpoint))
        .routes(routes!(notifications::redeliver_notification))
        .routes(routes!(limits::get_app_limits))
        .routes(routes!(calls::get_calls))
        .routes(routes!(calls::get_call_latencies))
        .routes(routes!(calls::get_gauges))
        .routes(routes!(data_reads::list_data_reads))
        .routes(routes!(api_product_requests::list_api_product_requests))
        .routes(routes!(api_product_requests::approve_api_product_request))
        .routes(routes!(api_product_requests::refuse_api_product_request))
        .routes(routes!(developers::list_developers))
        .routes(routes!(
            developers::get_developer,
            developers::put_developer
        ))
        .routes(routes!(developers::invite_developer))
        .routes(routes!(developers::take_back_invitation))
        .routes(routes!(developers::disable_developer))
        .routes(routes!(developers::enable_developer))
        .routes(routes!(developers::end_developer_sessions))
        .routes(routes!(developers::remove_developer_codes))
        .routes(routes!(operators::list_operators))
        .routes(routes!(operators::get_operator, operators::put_operator))
        .routes(routes!(operators::rotate_operator_key))
        .routes(routes!(operators::disable_operator))
        .routes(routes!(operators::enable_operator))
}

/// The operator's API and the console, with answers for what is not there.
pub fn router(services: &Services) -> Result<Router, UndeclaredOperation> {
    let (operations, declared) = operations().split_for_parts();
    let access = Access::new(services, &declared)?;
    let document = finished(&declared);
    let served = get(async move || Answer(document.clone()).into_response());
    Ok(operations
        .route_layer(from_fn_with_state(access, admit))
        .with_state(services.clone())
        .route("/operator/v1/openapi.json", served)
        .merge(console::router(services))
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
