//! Drops what nobody will ask for any more: expired tokens, old windows, forgotten answers.

use std::time::Duration;

use api::Services;
use tokio_util::sync::CancellationToken;

const PERIOD: Duration = Duration::from_mins(10);

/// Tidies up from time to time until it is told to stop.
pub(crate) async fn run(services: Services, stop: CancellationToken) {
    let mut ticks = tokio::time::interval(PERIOD);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = ticks.tick() => {}
        }
        match services.gateway.purge().await {
            Ok(purged) => tracing::info!(?purged, "dropped what had expired"),
            Err(error) => tracing::warn!(%error, "failed to drop what had expired"),
        }
        match services.selfservice.forget_old_answers().await {
            Ok(forgotten) => tracing::info!(forgotten, "forgot old answers"),
            Err(error) => tracing::warn!(%error, "failed to forget old answers"),
        }
        match services.selfservice.forget_old_deliveries().await {
            Ok(forgotten) => tracing::info!(forgotten, "forgot old deliveries"),
            Err(error) => tracing::warn!(%error, "failed to forget old deliveries"),
        }
        match services.selfservice.forget_old_calls().await {
            Ok(forgotten) => tracing::info!(forgotten, "forgot old calls"),
            Err(error) => tracing::warn!(%error, "failed to forget old calls"),
        }
    }
}
