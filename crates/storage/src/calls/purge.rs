//! Dropping what is older than it is kept, some of it at a time.

use jiff::Timestamp;

use super::{Calls, Minute};
use crate::Error;
use crate::sql::Statement;

/// The oldest minutes, until about so many rows are gone; a minute goes whole.
macro_rules! purge {
    ($table:literal, $time:literal) => {
        Statement::new(concat!(
            "DELETE FROM ",
            $table,
            " WHERE ",
            $time,
            " < $1 AND ",
            $time,
            " <= COALESCE((SELECT ",
            $time,
            " FROM ",
            $table,
            " ORDER BY ",
            $time,
            " LIMIT 1 OFFSET $2), $1)"
        ))
    };
}

pub(super) static MINUTES: Statement = purge!("call_minutes", "minute");
pub(super) static LATENCIES: Statement = purge!("call_latencies", "minute");
pub(super) static READS: Statement = purge!("data_reads", "minute");
pub(super) static LOG: Statement = purge!("call_log", "at");
pub(super) static GAUGES: Statement = purge!("gauge_minutes", "minute");

/// What is dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OldCalls {
    /// How many calls there were.
    Counts,
    /// How long they took.
    Latencies,
    /// Whose data they have shown.
    Reads,
    /// The calls one by one.
    Log,
    /// What waited.
    Gauges,
}

impl OldCalls {
    /// All that grows old.
    pub const ALL: [Self; 5] = [
        Self::Counts,
        Self::Latencies,
        Self::Reads,
        Self::Log,
        Self::Gauges,
    ];
}

impl Calls<'_> {
    /// Drops what is from before then, about so many rows and the oldest first; how many there were.
    pub async fn purge(
        &mut self,
        what: OldCalls,
        before: Timestamp,
        most: i64,
    ) -> Result<u64, Error> {
        let minute = Minute::of(before).0;
        let (statement, before) = match what {
            OldCalls::Counts => (&MINUTES, minute),
            OldCalls::Latencies => (&LATENCIES, minute),
            OldCalls::Reads => (&READS, minute),
            OldCalls::Log => (&LOG, before.as_millisecond()),
            OldCalls::Gauges => (&GAUGES, minute),
        };
        self.0
            .execute(statement, &[before.into(), (most - 1).into()])
            .await
    }
}
