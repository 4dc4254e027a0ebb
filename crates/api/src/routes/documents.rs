//! The raw documents "for the whole API product in one place", and the page of each error code.

use std::sync::Arc;

use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::Value;

use crate::error::{ApiError, ErrorCode};
use crate::openapi::Documents;

/// Served without credentials and without limits.
pub(crate) fn router(documents: &Documents) -> Router {
    let whole = &documents.whole;
    let (info, order) = (&documents.info, &documents.order);
    Router::new()
        .route("/openapi.json", serve(&whole.openapi))
        .route("/swagger.json", serve(&whole.swagger))
        .route("/products/info/openapi.json", serve(&info.openapi))
        .route("/products/info/swagger.json", serve(&info.swagger))
        .route("/products/order/openapi.json", serve(&order.openapi))
        .route("/products/order/swagger.json", serve(&order.swagger))
        .route("/errors/{code}", get(error_page))
}

fn serve<S: Clone + Send + Sync + 'static>(document: &Value) -> axum::routing::MethodRouter<S> {
    let text: Arc<str> = document.to_string().into();
    get(async move || {
        let json = HeaderValue::from_static("application/json");
        ([(header::CONTENT_TYPE, json)], text.to_string())
    })
}

async fn error_page(Path(code): Path<String>) -> Result<Response, ApiError> {
    let known = code.parse().ok().and_then(ErrorCode::from_number);
    let page = known
        .ok_or_else(|| ApiError::new(ErrorCode::UnknownRoute))?
        .page();
    let markdown = HeaderValue::from_static("text/markdown; charset=utf-8");
    Ok(([(header::CONTENT_TYPE, markdown)], page).into_response())
}
