//! The figures on top of the page: what wants to be looked at now.

use jiff::{SignedDuration, Timestamp};
use selfservice::calls::{CallKey, Gauge, SeriesQuery};
use selfservice::{EndpointFilter, EndpointState, Page as Part, SelfService};

use super::plots::is_error;
use crate::console::fault::Fault;
use crate::console::spans;

/// The oldest one is enough.
const FIRST: Part = Part { number: 0, size: 1 };
/// More failing endpoints are not counted.
const MOST_ENDPOINTS: i64 = 100;
/// More requests for API products are not counted.
const MOST_REQUESTS: i64 = 100;
/// Over how many minutes calls are counted, the one that is not over included.
const MINUTES: i64 = 5;

/// What is shown in large letters.
pub(super) struct Figures {
    /// How many orders wait for a person.
    pub(super) desk: i64,
    /// For how long the oldest of them has waited.
    pub(super) desk_age: String,
    /// How many orders are held.
    pub(super) held: i64,
    /// For how long the one has been held that has been the longest.
    pub(super) held_age: String,
    /// How many endpoints nothing arrives at.
    pub(super) failing: String,
    /// How many requests for API products wait for a decision.
    pub(super) requests: String,
    /// How many calls there were in the last minutes.
    pub(super) calls: i64,
    /// How many of a hundred of them failed.
    pub(super) errors: String,
}

impl Figures {
    pub(super) async fn read(selfservice: &SelfService, now: Timestamp) -> Result<Self, Fault> {
        let gauges = selfservice.take_gauges().await?;
        let gauge = |wanted: Gauge| {
            let found = gauges.iter().find(|(gauge, _)| *gauge == wanted);
            found.map_or(0, |(_, value)| *value)
        };
        let (oldest, desk) = selfservice.list_desk(FIRST).await?;
        let waited = oldest
            .first()
            .map(|oldest| now.duration_since(oldest.order.created_at));
        let (calls, failed) = count_calls(selfservice, now).await?;
        Ok(Self {
            desk,
            desk_age: spans::in_words(waited.map_or(0, |waited| waited.as_secs())),
            held: gauge(Gauge::HeldOrders),
            held_age: spans::in_words(gauge(Gauge::OldestHeldOrder)),
            failing: count_failing(selfservice).await?,
            requests: count_requests(selfservice).await?,
            calls,
            errors: web::share(failed, calls),
        })
    }
}

async fn count_failing(selfservice: &SelfService) -> Result<String, Fault> {
    let filter = EndpointFilter {
        organization: None,
        state: Some(EndpointState::Failing),
    };
    let (failing, more) = selfservice
        .list_all_endpoints(&filter, None, MOST_ENDPOINTS)
        .await?;
    let more = if more.is_some() { "+" } else { "" };
    Ok(format!("{}{more}", failing.len()))
}

async fn count_requests(selfservice: &SelfService) -> Result<String, Fault> {
    let open = selfservice.list_open_requests(MOST_REQUESTS + 1).await?;
    let count = i64::try_from(open.len()).unwrap_or(i64::MAX);
    let more = if count > MOST_REQUESTS { "+" } else { "" };
    Ok(format!("{}{more}", count.min(MOST_REQUESTS)))
}

/// All calls of the last minutes, and those that failed.
async fn count_calls(selfservice: &SelfService, now: Timestamp) -> Result<(i64, i64), Fault> {
    let from = now - SignedDuration::from_mins(MINUTES - 1);
    let query = SeriesQuery::new(from, now + SignedDuration::from_secs(1), 1);
    let query = query.ok_or(Fault::INTERNAL)?;
    let found = selfservice.call_series(query, CallKey::Code, (None, None), usize::MAX);
    let (mut calls, mut failed) = (0, 0);
    for series in found.await?.series {
        let count: i64 = series.calls.iter().sum();
        calls += count;
        if series.key.as_deref().is_some_and(is_error) {
            failed += count;
        }
    }
    Ok((calls, failed))
}
