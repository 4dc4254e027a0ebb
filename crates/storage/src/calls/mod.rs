//! Finished calls: how many there were, how long they took, whose data they have shown, and the
//! latest of them one by one; and the gauges of what waits.
//!
//! Many are written at once, so a statement takes any number of rows: a JSON object in one parameter.

mod gauges;
mod log;
mod purge;
mod reads;
mod series;
mod write;

use std::fmt::Write;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::Transaction;
use crate::sql::Statement;

pub use gauges::{GaugeReading, WaitingDeliveries, WaitingOrders};
pub use log::{CallLogFilter, CallLogPlace, LoggedCall};
pub use purge::OldCalls;
pub use reads::{DataRead, DataReadFilter, DataReadPlace};
pub use series::{CallKey, LatencyCount, SeriesSpan, SeriesValue};
pub use write::{CallCount, CallTally, DataReadCount};

pub(crate) static STATEMENTS: &[&Statement] = &[
    &gauges::RECORD,
    &gauges::FIND,
    &gauges::SERIES,
    &gauges::ORDERS,
    &gauges::JOBS,
    &gauges::DELIVERIES,
    &log::APPEND,
    &log::OF_APP,
    &log::APPS_OF,
    &log::UNLOGGED,
    &purge::MINUTES,
    &purge::LATENCIES,
    &purge::READS,
    &purge::LOG,
    &purge::GAUGES,
    &reads::ALL,
    &reads::OF_APP,
    &reads::OF_ORGANIZATION,
    &series::BY_OPERATION,
    &series::BY_CODE,
    &series::BY_APP,
    &series::LATENCIES,
    &write::COUNT,
    &write::LATENCIES,
    &write::READS,
];

/// A minute, counted from 1970 in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Minute(pub i64);

const MILLISECONDS: i64 = 60_000;

impl Minute {
    /// The minute that an instant is in.
    #[must_use]
    pub fn of(at: Timestamp) -> Self {
        Self(at.as_millisecond().div_euclid(MILLISECONDS))
    }

    /// The instant at which it begins.
    #[must_use]
    pub fn begins_at(self) -> Timestamp {
        let after = SignedDuration::from_millis(self.0.saturating_mul(MILLISECONDS));
        Timestamp::UNIX_EPOCH
            .saturating_add(after)
            .unwrap_or(Timestamp::MAX)
    }
}

/// The finished calls, within one transaction.
pub struct Calls<'t>(&'t mut Transaction);

impl Transaction {
    /// What is known of finished calls.
    pub fn calls(&mut self) -> Calls<'_> {
        Calls(self)
    }
}

/// Rows as a statement's one parameter: a list each, under their numbers.
fn rows<T: Serialize>(rows: impl IntoIterator<Item = T>) -> String {
    let mut object = String::from("{");
    for (number, row) in rows.into_iter().enumerate() {
        let separator = if number == 0 { "" } else { "," };
        // Numbers and texts have no way to fail, and neither has writing to a string.
        let row = serde_json::to_string(&row).unwrap_or_default();
        write!(object, "{separator}\"{number}\":{row}").ok();
    }
    object.push('}');
    object
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_is_that_of_its_first_and_of_its_last_millisecond() {
        let begins = Minute(29_000_000).begins_at();
        for (milliseconds, minute) in [(0, 29_000_000), (59_999, 29_000_000), (60_000, 29_000_001)]
        {
            let at = begins + SignedDuration::from_millis(milliseconds);
            assert_eq!(Minute::of(at), Minute(minute));
        }
    }

    #[test]
    fn rows_are_an_object_of_lists() {
        assert_eq!(rows::<i64>([]), "{}");
        assert_eq!(
            rows([(1, "a\""), (2, "b")]),
            r#"{"0":[1,"a\""],"1":[2,"b"]}"#
        );
    }
}
