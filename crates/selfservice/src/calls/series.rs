//! What happened over time, as plots want it.

use std::time::Duration;

use domain::access::ClientId;
use jiff::Timestamp;
use storage::{CallKey, LatencyCount, Minute, SeriesSpan, SeriesValue};

use super::Gauge;
use super::buckets::quantile;
use crate::{Failure, SelfService};

/// No plot shows more.
const MOST_POINTS: i64 = 2_000;

/// From when until when, and how many minutes a point lasts. Whole minutes are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeriesQuery {
    from: Minute,
    to: Minute,
    step: i64,
}

/// A line of a plot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// What it is about: an operation id, a code or a client id; none for all that were left out.
    pub key: Option<String>,
    /// How many calls each point had.
    pub calls: Vec<i64>,
}

/// The lines of a plot over the same points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallSeries {
    /// When each point begins.
    pub points: Vec<Timestamp>,
    /// Those with the most calls, the first with the most.
    pub series: Vec<Series>,
}

/// How long calls took, at each point; nothing where there was no call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Latencies {
    /// When each point begins.
    pub points: Vec<Timestamp>,
    /// Half of the calls took no longer.
    pub p50: Vec<Option<Duration>>,
    /// 95 of a hundred took no longer.
    pub p95: Vec<Option<Duration>>,
    /// 99 of a hundred took no longer.
    pub p99: Vec<Option<Duration>>,
}

impl SeriesQuery {
    /// The minutes from one instant until before another, so many to a point; none if these are no
    /// minutes at all, or more points than a plot shows.
    #[must_use]
    pub fn new(from: Timestamp, to: Timestamp, step: i64) -> Option<Self> {
        let from = Minute::of(from);
        let last = Minute::of(to);
        let to = if last.begins_at() < to {
            Minute(last.0 + 1)
        } else {
            last
        };
        let query = Self { from, to, step };
        (from < to && step > 0 && query.length() <= MOST_POINTS).then_some(query)
    }

    /// When each point begins.
    #[must_use]
    pub fn points(self) -> Vec<Timestamp> {
        let point = |number: i64| Minute(self.from.0 + number * self.step).begins_at();
        (0..self.length()).map(point).collect()
    }

    fn length(self) -> i64 {
        (self.to.0 - self.from.0 + self.step - 1) / self.step
    }

    fn span(self) -> SeriesSpan {
        let Self { from, to, step } = self;
        SeriesSpan { from, to, step }
    }

    fn empty<T: Clone>(self, nothing: T) -> Vec<T> {
        vec![nothing; usize::try_from(self.length()).unwrap_or_default()]
    }
}

impl SelfService {
    /// How many calls there were, by key: the busiest ones each by itself and the rest together.
    /// Those of one app or operation alone, if given.
    pub async fn call_series(
        &self,
        query: SeriesQuery,
        key: CallKey,
        (app, operation): (Option<&ClientId>, Option<&str>),
        most_series: usize,
    ) -> Result<CallSeries, Failure> {
        let values = self.core.store.read(async |tx| {
            let only = (app, operation);
            tx.calls().series(query.span(), key, only).await
        });
        let mut all = lines(query, values.await?);
        all.sort_by_cached_key(|line| (-line.calls.iter().sum::<i64>(), line.key.clone()));
        let rest = all.split_off(most_series.min(all.len()));
        if !rest.is_empty() {
            let mut calls = query.empty(0);
            for line in &rest {
                for (sum, more) in calls.iter_mut().zip(&line.calls) {
                    *sum += more;
                }
            }
            all.push(Series { key: None, calls });
        }
        Ok(CallSeries {
            points: query.points(),
            series: all,
        })
    }

    /// How long calls took; those of one operation alone, if given.
    pub async fn call_latencies(
        &self,
        query: SeriesQuery,
        operation: Option<&str>,
    ) -> Result<Latencies, Failure> {
        let counts = self
            .core
            .store
            .read(async |tx| tx.calls().latencies(query.span(), operation).await);
        let counts = counts.await?;
        let mut found = Latencies {
            points: query.points(),
            p50: query.empty(None),
            p95: query.empty(None),
            p99: query.empty(None),
        };
        for ranges in counts.chunk_by(|one, next| one.point == next.point) {
            let Some(point) = ranges.first().map(|first| first.point) else {
                continue;
            };
            let ranges: Vec<_> = ranges.iter().map(range).collect();
            for (line, percent) in [
                (&mut found.p50, 50),
                (&mut found.p95, 95),
                (&mut found.p99, 99),
            ] {
                set(line, point, quantile(&ranges, percent));
            }
        }
        Ok(found)
    }

    /// What a gauge read at its highest, at each point; nothing where no node looked.
    pub async fn gauge_series(
        &self,
        gauge: Gauge,
        query: SeriesQuery,
    ) -> Result<Vec<Option<i64>>, Failure> {
        let values = self
            .core
            .store
            .read(async |tx| tx.calls().gauge_series(query.span(), gauge.as_str()).await);
        let mut line = query.empty(None);
        for (point, value) in values.await? {
            set(&mut line, point, Some(value));
        }
        Ok(line)
    }
}

fn range(count: &LatencyCount) -> (i64, i64) {
    (count.bucket, count.calls)
}

/// The values come key by key.
fn lines(query: SeriesQuery, values: Vec<SeriesValue>) -> Vec<Series> {
    let mut lines: Vec<Series> = Vec::new();
    for SeriesValue { point, key, calls } in values {
        if lines
            .last()
            .is_none_or(|line| line.key.as_ref() != Some(&key))
        {
            lines.push(Series {
                key: Some(key),
                calls: query.empty(0),
            });
        }
        if let Some(line) = lines.last_mut() {
            set(&mut line.calls, point, calls);
        }
    }
    lines
}

fn set<T>(line: &mut [T], point: i64, value: T) {
    let place = usize::try_from(point).ok().and_then(|at| line.get_mut(at));
    if let Some(place) = place {
        *place = value;
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    #[test]
    fn a_query_covers_whole_minutes_and_has_as_many_points_as_a_plot_shows() {
        let begins = Minute(29_000_000).begins_at();
        let after = |seconds: i64| begins + SignedDuration::from_secs(seconds);
        for (from, to, step, points) in [
            (0, 60, 1, Some(1)),
            (59, 61, 1, Some(2)),
            (0, 600, 3, Some(4)),
            (0, 120_000, 1, Some(2_000)),
            (0, 120_001, 1, None),
            (0, 0, 1, None),
            (60, 0, 1, None),
            (0, 60, 0, None),
            (0, 60, -1, None),
        ] {
            let query = SeriesQuery::new(after(from), after(to), step);
            let found = query.map(|query| query.points().len());
            assert_eq!(found, points, "{from} to {to} by {step}");
        }
        let query = SeriesQuery::new(after(59), after(600), 3).expect("a query");
        assert_eq!(query.points()[..2], [begins, after(180)]);
    }
}
