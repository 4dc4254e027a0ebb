//! The table `[calls]` of the configuration file, and what is done about finished calls in the
//! background: written down once a second, and once a minute looked what waits.

use std::time::Duration;

use api::Services;
use jiff::SignedDuration;
use selfservice::calls::{CallSettings, Flushed, Gauge};
use serde::Deserialize;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

/// A crash loses what is younger.
const FLUSHED_EVERY: Duration = Duration::from_secs(1);
const LOOKED_EVERY: Duration = Duration::from_mins(1);

/// What the file may say.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Table {
    logged_per_second: Option<u16>,
    log_kept_days: Option<u16>,
    counts_kept_days: Option<u16>,
    reads_kept_days: Option<u16>,
}

impl Table {
    pub(crate) fn settings(&self) -> CallSettings {
        let default = CallSettings::default();
        let days = |days: Option<u16>, default: SignedDuration| {
            days.map_or(default, |days| {
                SignedDuration::from_hours(24 * i64::from(days))
            })
        };
        CallSettings {
            logged_per_second: self
                .logged_per_second
                .map_or(default.logged_per_second, usize::from),
            log_kept: days(self.log_kept_days, default.log_kept),
            minutes_kept: days(self.counts_kept_days, default.minutes_kept),
            reads_kept: days(self.reads_kept_days, default.reads_kept),
        }
    }
}

/// Writes down what has been noted of calls, until it is told to stop. The last calls are answered
/// after that: see [`finish`].
pub(crate) async fn keep_book(services: Services, stop: CancellationToken) {
    let mut ticks = interval(FLUSHED_EVERY);
    // After a flush that took long there is one flush to do, and not several.
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut failing = false;
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = ticks.tick() => {}
        }
        match services.selfservice.flush_calls().await {
            Ok(flushed) => {
                failing = false;
                report(flushed);
            }
            // Once, and not every second.
            Err(_) if failing => {}
            Err(error) => {
                failing = true;
                tracing::error!(%error, "failed to write down which calls there were");
            }
        }
    }
}

/// Writes down the last calls.
pub(crate) async fn finish(services: &Services) {
    match services.selfservice.flush_calls().await {
        Ok(flushed) => report(flushed),
        Err(error) => tracing::error!(%error, "failed to write down the last calls"),
    }
}

fn report(flushed: Flushed) {
    let Flushed {
        calls,
        unlogged,
        lost,
    } = flushed;
    metrics::counter!("avtale_calls_total").increment(calls);
    metrics::counter!("avtale_calls_unlogged_total").increment(unlogged);
    metrics::counter!("avtale_calls_lost_total").increment(lost);
    if lost > 0 {
        tracing::error!(lost, "calls were neither counted nor noted as reads");
    }
}

/// Looks what waits, until it is told to stop.
pub(crate) async fn look(services: Services, stop: CancellationToken) {
    let mut ticks = interval(LOOKED_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = ticks.tick() => {}
        }
        match services.selfservice.take_gauges().await {
            Ok(readings) => readings.into_iter().for_each(show),
            Err(error) => tracing::warn!(%error, "failed to look what waits"),
        }
    }
}

/// For Prometheus, whose way it is to tell what is alike apart by labels.
fn show((gauge, value): (Gauge, i64)) {
    // No count or age comes near what a float can't hold.
    let value = value.to_string().parse::<f64>().unwrap_or_default();
    let orders = |state: &'static str| metrics::gauge!("avtale_orders", "state" => state);
    let jobs = |queue: &'static str| metrics::gauge!("avtale_jobs", "queue" => queue);
    let gauge = match gauge {
        Gauge::AcknowledgedOrders => orders("acknowledged"),
        Gauge::OrdersInProgress => orders("in_progress"),
        Gauge::HeldOrders => orders("held"),
        Gauge::OldestWaitingOrder => metrics::gauge!("avtale_oldest_waiting_order_seconds"),
        Gauge::OldestHeldOrder => metrics::gauge!("avtale_oldest_held_order_seconds"),
        Gauge::BuiltInJobs => jobs("built_in"),
        Gauge::SystemJobs => jobs("system"),
        Gauge::PullJobs => jobs("pull"),
        Gauge::DeskJobs => jobs("desk"),
        Gauge::WaitingDeliveries => metrics::gauge!("avtale_deliveries_waiting"),
        Gauge::OldestWaitingDelivery => metrics::gauge!("avtale_oldest_waiting_delivery_seconds"),
    };
    gauge.set(value);
}
