//! The windows of quotas, on the wall clock in UTC.

use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use storage::QuotaPeriod;

use crate::call::Limit;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// A stretch of time in which calls are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Window {
    pub(crate) period: QuotaPeriod,
    pub(crate) starts_at: Timestamp,
    pub(crate) ends_at: Timestamp,
}

impl Window {
    /// The one that holds this instant.
    pub(crate) fn holding(period: QuotaPeriod, now: Timestamp) -> Self {
        let (starts_at, ends_at) = match period {
            QuotaPeriod::Minute => slice_of_time(MINUTE, now),
            QuotaPeriod::Hour => slice_of_time(HOUR, now),
            QuotaPeriod::Day => slice_of_time(DAY, now),
            QuotaPeriod::Month => month(now),
        };
        Self {
            period,
            starts_at,
            ends_at,
        }
    }

    /// What is left of a quota, in the terms of the headers.
    pub(crate) fn limit(self, calls: u32, remaining: u32, now: Timestamp) -> Limit {
        Limit {
            calls,
            window_seconds: seconds_between(self.starts_at, self.ends_at),
            remaining,
            reset_seconds: seconds_between(now, self.ends_at),
        }
    }

    /// How long a refused call has to wait, in whole seconds and never less than one.
    pub(crate) fn retry_after(self, now: Timestamp) -> Duration {
        Duration::from_secs(seconds_between(now, self.ends_at).max(1).into())
    }
}

/// UTC has no daylight saving time, and computers' clocks show no leap second.
fn slice_of_time(milliseconds: i64, now: Timestamp) -> (Timestamp, Timestamp) {
    let starts_at = now.as_millisecond().div_euclid(milliseconds) * milliseconds;
    let instant = |milliseconds| Timestamp::from_millisecond(milliseconds).unwrap_or(now);
    (instant(starts_at), instant(starts_at + milliseconds))
}

fn month(now: Timestamp) -> (Timestamp, Timestamp) {
    let today = now.to_zoned(TimeZone::UTC).date();
    let midnight = |date: Date| {
        date.to_zoned(TimeZone::UTC)
            .map_or(now, |day| day.timestamp())
    };
    let next = today.last_of_month().tomorrow().unwrap_or(Date::MAX);
    (midnight(today.first_of_month()), midnight(next))
}

/// Rounded up.
fn seconds_between(from: Timestamp, to: Timestamp) -> u32 {
    let milliseconds = to
        .as_millisecond()
        .saturating_sub(from.as_millisecond())
        .max(0);
    u32::try_from((milliseconds.saturating_add(999)) / 1_000).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("an instant")
    }

    #[test]
    fn windows_begin_with_the_wall_clock_in_utc() {
        for (period, now, starts_at, ends_at) in [
            (
                QuotaPeriod::Minute,
                "2026-02-28T23:59:59.999Z",
                "2026-02-28T23:59:00Z",
                "2026-03-01T00:00:00Z",
            ),
            (
                QuotaPeriod::Minute,
                "2026-03-01T00:00:00Z",
                "2026-03-01T00:00:00Z",
                "2026-03-01T00:01:00Z",
            ),
            (
                QuotaPeriod::Hour,
                "2026-03-29T01:30:00Z",
                "2026-03-29T01:00:00Z",
                "2026-03-29T02:00:00Z",
            ),
            (
                QuotaPeriod::Day,
                "2026-03-29T23:30:00Z",
                "2026-03-29T00:00:00Z",
                "2026-03-30T00:00:00Z",
            ),
            (
                QuotaPeriod::Day,
                "1969-12-31T12:00:00Z",
                "1969-12-31T00:00:00Z",
                "1970-01-01T00:00:00Z",
            ),
            (
                QuotaPeriod::Month,
                "2028-02-29T12:00:00Z",
                "2028-02-01T00:00:00Z",
                "2028-03-01T00:00:00Z",
            ),
            (
                QuotaPeriod::Month,
                "2026-12-31T23:59:59Z",
                "2026-12-01T00:00:00Z",
                "2027-01-01T00:00:00Z",
            ),
        ] {
            let window = Window::holding(period, at(now));
            let expected = Window {
                period,
                starts_at: at(starts_at),
                ends_at: at(ends_at),
            };
            assert_eq!(window, expected, "{now}");
        }
    }

    #[test]
    fn waiting_is_rounded_up_to_the_second() {
        let window = Window::holding(QuotaPeriod::Minute, at("2026-06-01T12:00:00Z"));
        for (now, seconds) in [
            ("2026-06-01T12:00:00Z", 60),
            ("2026-06-01T12:00:00.001Z", 60),
            ("2026-06-01T12:00:58.999Z", 2),
            ("2026-06-01T12:00:59Z", 1),
            ("2026-06-01T12:00:59.999Z", 1),
        ] {
            assert_eq!(window.retry_after(at(now)).as_secs(), seconds, "{now}");
            assert_eq!(
                u64::from(window.limit(5, 0, at(now)).reset_seconds),
                seconds,
                "{now}"
            );
        }
    }
}
