//! The plots, or why there is none: calls, errors, times, orders, and how long what waits has waited.

use std::time::Duration;

use jiff::Timestamp;
use selfservice::SelfService;
use selfservice::calls::{CallKey, CallSeries, Gauge, Latencies, Series, SeriesQuery};
use web::plot::{Plot, Series as Line};

use super::{Span, number};
use crate::console::fault::Fault;

/// With those of all others together, as many as a plot tells apart.
const OPERATIONS: usize = 7;

/// A plot under its heading.
pub(super) struct Chart {
    pub(super) plot: Option<Plot>,
    /// What is said in its place.
    pub(super) title: &'static str,
    pub(super) nothing: &'static str,
}

impl Chart {
    fn new(plot: Plot, title: &'static str, (is_there, nothing): (bool, &'static str)) -> Self {
        Self {
            plot: Some(plot).filter(|_| is_there),
            title,
            nothing,
        }
    }

    /// All plots of the page have the same axis of time, whenever their numbers begin.
    fn over(mut self, (from, until): (Timestamp, Timestamp)) -> Self {
        self.plot = self.plot.map(|plot| plot.over(from, until));
        self
    }
}

/// All of them, up to this instant.
pub(super) async fn read(
    selfservice: &SelfService,
    span: Span,
    now: Timestamp,
) -> Result<Vec<Chart>, Fault> {
    let ends = span.ends(now).ok_or(Fault::INTERNAL)?;
    let query = span.query(ends).ok_or(Fault::INTERNAL)?;
    let everything = (None, None);
    let by_operation = selfservice.call_series(query, CallKey::Operation, everything, OPERATIONS);
    let by_operation = by_operation.await?;
    let by_code = selfservice.call_series(query, CallKey::Code, everything, usize::MAX);
    let latencies = selfservice.call_latencies(query, None);
    let charts = [
        calls(span, &by_operation),
        errors(span, &by_code.await?),
        times(&latencies.await?),
        orders(selfservice, query).await?,
        ages(selfservice, query).await?,
    ];
    Ok(charts.map(|chart| chart.over(ends)).into())
}

/// Whether calls with this code failed. A code is that of an error, which begins with its status, or
/// a status, or 0 when nobody waited for the answer any more.
pub(super) fn is_error(code: &str) -> bool {
    code.len() >= 3 && matches!(code.as_bytes().first(), Some(b'4' | b'5'))
}

fn calls(span: Span, found: &CallSeries) -> Chart {
    const TITLE: &str = "Calls by operation";
    let mut plot = Plot::stack("calls", TITLE, span.calls());
    for series in &found.series {
        plot = plot.with(line(series, &found.points));
    }
    let nothing = "No customer has called in this time.";
    Chart::new(plot, TITLE, (!found.series.is_empty(), nothing))
}

fn errors(span: Span, found: &CallSeries) -> Chart {
    const TITLE: &str = "Errors by code";
    let failed = |series: &&Series| series.key.as_deref().is_some_and(is_error);
    let mut plot = Plot::stack("errors", TITLE, span.calls());
    for series in found.series.iter().filter(failed) {
        plot = plot.with(line(series, &found.points));
    }
    let nothing = if found.series.is_empty() {
        "No customer has called in this time, so nothing has failed."
    } else {
        "All calls of this time have succeeded."
    };
    let has_errors = found.series.iter().any(|series| failed(&series));
    Chart::new(plot, TITLE, (has_errors, nothing))
}

fn times(found: &Latencies) -> Chart {
    const TITLE: &str = "How long calls took";
    let mut plot = Plot::lines("times", TITLE, "ms");
    for (name, times) in [
        ("99 of 100 at most", &found.p99),
        ("95 of 100 at most", &found.p95),
        ("half at most", &found.p50),
    ] {
        let milliseconds = |time: &Duration| time.as_secs_f64() * 1_000.0;
        let values = times.iter().map(|time| time.as_ref().map(milliseconds));
        plot = plot.with(Line::new(name, found.points.iter().copied().zip(values)));
    }
    let is_there = found.p50.iter().any(Option::is_some);
    let nothing = "No customer has called in this time, so there is nothing to measure.";
    Chart::new(plot, TITLE, (is_there, nothing))
}

async fn orders(selfservice: &SelfService, query: SeriesQuery) -> Result<Chart, Fault> {
    const TITLE: &str = "Open orders by state";
    let mut plot = Plot::stack("orders", TITLE, "orders");
    let mut is_there = false;
    for (name, gauge) in [
        ("ACKNOWLEDGED", Gauge::AcknowledgedOrders),
        ("IN_PROGRESS", Gauge::OrdersInProgress),
        ("HELD", Gauge::HeldOrders),
    ] {
        let readings = selfservice.gauge_series(gauge, query).await?;
        is_there |= readings.iter().flatten().any(|count| *count > 0);
        let values = readings.into_iter().map(|count| count.map(number));
        plot = plot.with(Line::new(name, query.points().into_iter().zip(values)));
    }
    let nothing = "No order was open in this time when the server looked, once a minute.";
    Ok(Chart::new(plot, TITLE, (is_there, nothing)))
}

async fn ages(selfservice: &SelfService, query: SeriesQuery) -> Result<Chart, Fault> {
    const TITLE: &str = "How long the oldest has waited";
    let mut lines = Vec::new();
    for (name, gauge) in [
        ("order not begun", Gauge::OldestWaitingOrder),
        ("order held", Gauge::OldestHeldOrder),
        ("notification", Gauge::OldestWaitingDelivery),
    ] {
        lines.push((name, selfservice.gauge_series(gauge, query).await?));
    }
    let readings = lines
        .iter()
        .flat_map(|(_, readings)| readings.iter().flatten());
    let longest = readings.copied().max().unwrap_or(0);
    let (unit, seconds) = unit(longest);
    let mut plot = Plot::lines("ages", TITLE, unit);
    for (name, readings) in lines {
        let values = readings
            .into_iter()
            .map(|age| age.map(|age| number(age) / seconds));
        plot = plot.with(Line::new(name, query.points().into_iter().zip(values)));
    }
    let nothing = "Nothing has waited in this time when the server looked, once a minute.";
    Ok(Chart::new(plot, TITLE, (longest > 0, nothing)))
}

/// In which ages are shown of which the highest is this many seconds, and its seconds.
fn unit(longest: i64) -> (&'static str, f64) {
    match longest {
        172_800.. => ("days", 86_400.0),
        7_200.. => ("hours", 3_600.0),
        120.. => ("minutes", 60.0),
        _ => ("seconds", 1.0),
    }
}

fn line(series: &Series, points: &[Timestamp]) -> Line {
    let name = series.key.as_deref().unwrap_or("others");
    let counts = series.calls.iter().map(|count| Some(number(*count)));
    Line::new(name, points.iter().copied().zip(counts))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_with_the_status_of_an_error_is_one() {
        for code in ["400", "404001", "42901", "500000", "503", "4009011"] {
            assert!(is_error(code), "{code}");
        }
        for code in ["200", "204", "0", "", "4", "101"] {
            assert!(!is_error(code), "{code}");
        }
    }

    #[test]
    fn ages_are_shown_in_a_unit_that_fits_them() {
        for (longest, expected) in [
            (0, "seconds"),
            (119, "seconds"),
            (120, "minutes"),
            (7_200, "hours"),
            (172_800, "days"),
        ] {
            assert_eq!(unit(longest).0, expected);
        }
    }
}
