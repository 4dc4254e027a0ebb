//! `/healthz` and `/readyz`: whether the program lives, and whether it can do its work.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;

use crate::Services;

/// Served on both listeners.
pub(crate) fn router(services: Services) -> Router {
    Router::new()
        .route("/healthz", get(async || "ok\n"))
        .route("/readyz", get(ready))
        .with_state(services)
}

async fn ready(State(services): State<Services>) -> (StatusCode, &'static str) {
    match services.selfservice.check_database().await {
        Ok(()) => (StatusCode::OK, "ready\n"),
        Err(failure) => {
            tracing::error!(%failure, "not ready");
            (
                StatusCode::SERVICE_UNAVAILABLE,
                "the database does not answer\n",
            )
        }
    }
}
