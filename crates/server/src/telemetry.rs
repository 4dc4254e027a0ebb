//! What the operator sees: log lines on stderr, figures for Prometheus.

use std::time::Instant;

use anyhow::Context;
use axum::Router;
use axum::extract::Request;
use axum::http::Method;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::routing::get;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;

const BUCKETS: [f64; 10] = [
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2.0, 10.0,
];

/// Which log lines are wanted.
pub(crate) fn parse_filter(filter: &str) -> anyhow::Result<EnvFilter> {
    EnvFilter::try_new(filter).with_context(|| format!("failed to read the log filter `{filter}`"))
}

/// Writes log lines that pass the filter to stderr, one JSON object each.
pub(crate) fn start_log(filter: &str) -> anyhow::Result<()> {
    let filter = parse_filter(filter)?;
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .try_init()
        .map_err(|error| anyhow::anyhow!("failed to start the log: {error}"))
}

/// Counts from now on.
pub(crate) fn start_metrics() -> anyhow::Result<PrometheusHandle> {
    PrometheusBuilder::new()
        .set_buckets(&BUCKETS)
        .and_then(PrometheusBuilder::install_recorder)
        .context("failed to start the metrics")
}

/// Counts the requests of a router, by method and status, and how long they took.
pub(crate) fn measured(router: Router) -> Router {
    router.layer(from_fn(measure))
}

/// `/metrics`, for the operator's listener alone.
pub(crate) fn metrics(handle: PrometheusHandle) -> Router {
    Router::new().route("/metrics", get(async move || handle.render()))
}

/// Callers may make up methods; each would be a series of figures of its own, for ever.
fn known(method: &Method) -> &'static str {
    const KNOWN: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    let found = KNOWN.into_iter().find(|known| *known == method.as_str());
    found.unwrap_or("other")
}

#[expect(
    clippy::disallowed_methods,
    reason = "telemetry measures durations, nothing depends on them"
)]
async fn measure(request: Request, next: Next) -> Response {
    let method = known(request.method());
    let started = Instant::now();
    let response = next.run(request).await;
    let status = response.status().as_u16().to_string();
    let labels = [("method", method.to_owned()), ("status", status)];
    metrics::counter!("http_requests_total", &labels).increment(1);
    metrics::histogram!("http_request_duration_seconds", &labels).record(started.elapsed());
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_method_that_a_caller_makes_up_adds_no_series() {
        let made_up = Method::from_bytes(b"ZZ1").expect("a method");
        assert_eq!(known(&made_up), "other");
        assert_eq!(known(&Method::DELETE), "DELETE");
    }
}
