//! `/operator/v1/calls` and `/operator/v1/gauges`: how many calls there were, how long they took, and
//! what waited, over time.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::extract::State;
use domain::access::ClientId;
use jiff::{SignedDuration, Timestamp};
use selfservice::calls::{CallKey, CallSeries, Gauge, Latencies, SeriesQuery};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::{Answer, whole_number, words};
use crate::Services;
use crate::input::Query;
use crate::problem::Problem;

/// As many points as a plot shows well.
const USUAL_POINTS: i64 = 300;
/// Those beyond are shown together.
const MOST_SERIES: usize = 20;
const A_DAY: SignedDuration = SignedDuration::from_hours(24);
/// A week to a point.
const LONGEST_STEP: i64 = 7 * 24 * 60;

/// When, and by what calls are told apart.
#[derive(IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[expect(
    dead_code,
    reason = "documents the query, which is read by hand to name each fault"
)]
pub(crate) struct CallsQuery {
    /// The first instant; a day before `to` if it is left out.
    #[param(format = DateTime, nullable = false, example = "2026-01-31T12:00:00Z")]
    from: Option<String>,
    /// The first instant after it; now if it is left out.
    #[param(format = DateTime, nullable = false, example = "2026-02-01T12:00:00Z")]
    to: Option<String>,
    /// How many minutes a point lasts; if it is left out, so many that there are at most 300 points.
    #[param(minimum = 1, maximum = 10_080, nullable = false, example = 5)]
    step_minutes: Option<i64>,
    /// `operation`, `code` or `app`.
    #[param(nullable = false, default = "operation", example = "code")]
    by: Option<String>,
    /// Only those through the client app with this id.
    #[param(nullable = false)]
    app: Option<String>,
    /// Only those of the operation with this id.
    #[param(nullable = false, example = "list_agreements")]
    operation: Option<String>,
}

/// When, and of which operation.
#[derive(IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[expect(
    dead_code,
    reason = "documents the query, which is read by hand to name each fault"
)]
pub(crate) struct LatenciesQuery {
    /// The first instant; a day before `to` if it is left out.
    #[param(format = DateTime, nullable = false, example = "2026-01-31T12:00:00Z")]
    from: Option<String>,
    /// The first instant after it; now if it is left out.
    #[param(format = DateTime, nullable = false, example = "2026-02-01T12:00:00Z")]
    to: Option<String>,
    /// How many minutes a point lasts; if it is left out, so many that there are at most 300 points.
    #[param(minimum = 1, maximum = 10_080, nullable = false, example = 5)]
    step_minutes: Option<i64>,
    /// Only those of the operation with this id.
    #[param(nullable = false, example = "list_agreements")]
    operation: Option<String>,
}

/// When.
#[derive(IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[expect(
    dead_code,
    reason = "documents the query, which is read by hand to name each fault"
)]
pub(crate) struct GaugesQuery {
    /// The first instant; a day before `to` if it is left out.
    #[param(format = DateTime, nullable = false, example = "2026-01-31T12:00:00Z")]
    from: Option<String>,
    /// The first instant after it; now if it is left out.
    #[param(format = DateTime, nullable = false, example = "2026-02-01T12:00:00Z")]
    to: Option<String>,
    /// How many minutes a point lasts; if it is left out, so many that there are at most 300 points.
    #[param(minimum = 1, maximum = 10_080, nullable = false, example = 5)]
    step_minutes: Option<i64>,
}

/// How many calls there were.
#[derive(Serialize, ToSchema)]
#[schema(as = CallSeries)]
pub(crate) struct CallSeriesBody {
    /// When each point begins (RFC 3339, UTC).
    #[schema(example = json!(["2026-01-31T12:00:00.000Z", "2026-01-31T12:05:00.000Z"]))]
    points: Vec<String>,
    /// The twenty with the most calls, those first, and all others together.
    series: Vec<SeriesBody>,
}

/// How many calls of one kind there were.
#[derive(Serialize, ToSchema)]
#[schema(as = Series)]
pub(crate) struct SeriesBody {
    /// The operation id, the code or the client id; left out for all others together. A code is that
    /// of the error, or the status, or 0 when nobody waited for the answer any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "list_agreements")]
    key: Option<String>,
    /// How many calls, at each point.
    #[schema(example = json!([120, 97]))]
    calls: Vec<i64>,
}

/// How long calls took, in microseconds at each point; null where there was none. What is told is at
/// most a quarter too much, and never too little.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CallLatencies)]
pub(crate) struct LatenciesBody {
    /// When each point begins (RFC 3339, UTC).
    #[schema(example = json!(["2026-01-31T12:00:00.000Z", "2026-01-31T12:05:00.000Z"]))]
    points: Vec<String>,
    /// Half of the calls took no longer.
    #[schema(example = json!([895, null]))]
    p50_microseconds: Vec<Option<u64>>,
    /// 95 of a hundred took no longer.
    #[schema(example = json!([3583, null]))]
    p95_microseconds: Vec<Option<u64>>,
    /// 99 of a hundred took no longer.
    #[schema(example = json!([8191, null]))]
    p99_microseconds: Vec<Option<u64>>,
}

/// What waited.
#[derive(Serialize, ToSchema)]
#[schema(as = Gauges)]
pub(crate) struct GaugesBody {
    /// When each point begins (RFC 3339, UTC).
    #[schema(example = json!(["2026-01-31T12:00:00.000Z", "2026-01-31T12:05:00.000Z"]))]
    points: Vec<String>,
    /// The highest reading of each gauge at each point, by the gauge's name; null where nobody
    /// looked.
    #[schema(example = json!({ "orders_held": [0, 2], "oldest_held_order_seconds": [0, 340] }))]
    gauges: BTreeMap<&'static str, Vec<Option<i64>>>,
}

/// Get calls
///
/// How many calls of customers there were: those that were admitted, and those that were refused when
/// it was known which app called.
#[utoipa::path(
    get,
    path = "/operator/v1/calls",
    tag = "watching",
    params(CallsQuery),
    responses((status = 200, description = "The calls over time.", body = CallSeriesBody))
)]
pub(crate) async fn get_calls(
    State(services): State<Services>,
    mut query: Query,
) -> Result<Answer<CallSeriesBody>, Problem> {
    let span = read_span(&services, &mut query)?;
    let by = query.parse("by", "must be operation, code or app", |text| match text {
        "operation" => Some(CallKey::Operation),
        "code" => Some(CallKey::Code),
        "app" => Some(CallKey::App),
        _ => None,
    })?;
    let app = query.parse("app", WORDS, |text| words(text).map(ClientId::new))?;
    let operation = query.parse("operation", WORDS, words)?;
    query.finish()?;
    let by = by.unwrap_or(CallKey::Operation);
    let only = (app.as_ref(), operation.as_deref());
    let selfservice = &services.selfservice;
    let found = selfservice.call_series(span, by, only, MOST_SERIES).await?;
    Ok(Answer(found.into()))
}

/// Get latencies
///
/// How long calls of customers took, until their answers began.
#[utoipa::path(
    get,
    path = "/operator/v1/calls/latencies",
    tag = "watching",
    params(LatenciesQuery),
    responses((status = 200, description = "The times over time.", body = LatenciesBody))
)]
pub(crate) async fn get_call_latencies(
    State(services): State<Services>,
    mut query: Query,
) -> Result<Answer<LatenciesBody>, Problem> {
    let span = read_span(&services, &mut query)?;
    let operation = query.parse("operation", WORDS, words)?;
    query.finish()?;
    let selfservice = &services.selfservice;
    let found = selfservice.call_latencies(span, operation.as_deref());
    Ok(Answer(found.await?.into()))
}

/// Get gauges
///
/// How many orders, jobs and deliveries waited, and how long the oldest of them had; looked at once a
/// minute.
#[utoipa::path(
    get,
    path = "/operator/v1/gauges",
    tag = "watching",
    params(GaugesQuery),
    responses((status = 200, description = "The gauges over time.", body = GaugesBody))
)]
pub(crate) async fn get_gauges(
    State(services): State<Services>,
    mut query: Query,
) -> Result<Answer<GaugesBody>, Problem> {
    let span = read_span(&services, &mut query)?;
    query.finish()?;
    let mut gauges = BTreeMap::new();
    for gauge in Gauge::ALL {
        let readings = services.selfservice.gauge_series(gauge, span).await?;
        gauges.insert(gauge.as_str(), readings);
    }
    Ok(Answer(GaugesBody {
        points: in_words(&span.points()),
        gauges,
    }))
}

const WORDS: &str = "must be 1 to 200 characters without control characters";
const INSTANT: &str = "must be an instant such as 2026-01-31T12:00:00Z";

/// From when until when; the last day if nothing is said.
pub(super) fn read_times(
    services: &Services,
    query: &mut Query,
) -> Result<(Timestamp, Timestamp), Problem> {
    let instant = |text: &str| text.parse::<Timestamp>().ok();
    let from = query.parse("from", INSTANT, instant)?;
    let to = query.parse("to", INSTANT, instant)?;
    let to = to.unwrap_or_else(|| services.clock.now());
    let from = match from {
        Some(from) => from,
        None => to.saturating_sub(A_DAY).unwrap_or(Timestamp::MIN),
    };
    if from >= to {
        return Err(Problem::invalid("from", "must be before `to`"));
    }
    Ok((from, to))
}

fn read_span(services: &Services, query: &mut Query) -> Result<SeriesQuery, Problem> {
    let (from, to) = read_times(services, query)?;
    let step = query.parse(
        "stepMinutes",
        "must be a whole number from 1 to 10080",
        |text| whole_number(text).filter(|step| (1..=LONGEST_STEP).contains(step)),
    )?;
    let minutes = to.duration_since(from).as_mins();
    let step = step.unwrap_or(minutes / USUAL_POINTS + 1);
    SeriesQuery::new(from, to, step).ok_or_else(|| {
        let message = "would give more than 2000 points; take a longer step or a shorter time";
        Problem::invalid("stepMinutes", message)
    })
}

fn in_words(points: &[Timestamp]) -> Vec<String> {
    points.iter().map(|point| format!("{point:.3}")).collect()
}

impl From<CallSeries> for CallSeriesBody {
    fn from(found: CallSeries) -> Self {
        let series = found.series.into_iter().map(|one| SeriesBody {
            key: one.key,
            calls: one.calls,
        });
        Self {
            points: in_words(&found.points),
            series: series.collect(),
        }
    }
}

impl From<Latencies> for LatenciesBody {
    fn from(found: Latencies) -> Self {
        let microseconds = |times: Vec<Option<Duration>>| {
            let times = times.into_iter();
            let times =
                times.map(|time| time.and_then(|time| u64::try_from(time.as_micros()).ok()));
            times.collect()
        };
        Self {
            points: in_words(&found.points),
            p50_microseconds: microseconds(found.p50),
            p95_microseconds: microseconds(found.p95),
            p99_microseconds: microseconds(found.p99),
        }
    }
}
