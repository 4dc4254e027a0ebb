//! Adding what nodes have counted. Several of them add to the same rows.

use domain::OrganizationNumber;
use jiff::Timestamp;

use super::{Calls, Minute, rows};
use crate::Error;
use crate::sql::Statement;

pub(super) static COUNT: Statement = Statement::new(
    "INSERT INTO call_minutes (minute, operation, client_app, system_user, code, calls, unlogged)
     SELECT CAST(value ->> 0 AS BIGINT), value ->> 1, value ->> 2, value ->> 3,
            CAST(value ->> 4 AS BIGINT), CAST(value ->> 5 AS BIGINT), CAST(value ->> 6 AS BIGINT)
     FROM json_each($1) WHERE TRUE
     ON CONFLICT (minute, operation, client_app, system_user, code) DO UPDATE
     SET calls = call_minutes.calls + excluded.calls,
         unlogged = call_minutes.unlogged + excluded.unlogged",
);

pub(super) static LATENCIES: Statement = Statement::new(
    "INSERT INTO call_latencies (minute, operation, bucket, calls)
     SELECT CAST(value ->> 0 AS BIGINT), value ->> 1, CAST(value ->> 2 AS BIGINT),
            CAST(value ->> 3 AS BIGINT)
     FROM json_each($1) WHERE TRUE
     ON CONFLICT (minute, operation, bucket) DO UPDATE
     SET calls = call_latencies.calls + excluded.calls",
);

pub(super) static READS: Statement = Statement::new(
    "INSERT INTO data_reads (minute, organization, client_app, system_user, operation, presumed,
            calls, first_at, last_at)
     SELECT CAST(value ->> 0 AS BIGINT), value ->> 1, value ->> 2, value ->> 3, value ->> 4,
            CAST(value ->> 5 AS BOOLEAN), CAST(value ->> 6 AS BIGINT),
            CAST(value ->> 7 AS BIGINT), CAST(value ->> 8 AS BIGINT)
     FROM json_each($1) WHERE TRUE
     ON CONFLICT (minute, organization, client_app, system_user, operation, presumed) DO UPDATE
     SET calls = data_reads.calls + excluded.calls,
         first_at = CASE WHEN excluded.first_at < data_reads.first_at
                         THEN excluded.first_at ELSE data_reads.first_at END,
         last_at = CASE WHEN excluded.last_at > data_reads.last_at
                        THEN excluded.last_at ELSE data_reads.last_at END",
);

/// How many calls of one kind a caller made in a minute.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct CallCount {
    /// The minute.
    pub minute: Minute,
    /// The operation id.
    pub operation: String,
    /// The client id.
    pub app: String,
    /// The system user's name; empty where none was found out.
    pub system_user: String,
    /// The code of the error, or the status.
    pub code: i64,
    /// How many calls.
    pub calls: i64,
    /// How many of them the log has no room for.
    pub unlogged: i64,
}

/// How often answers to a caller have shown an organization's data in a minute.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct DataReadCount {
    /// The minute.
    pub minute: Minute,
    /// Whose data.
    pub organization: OrganizationNumber,
    /// The client id.
    pub app: String,
    /// The system user's name.
    pub system_user: String,
    /// The operation id.
    pub operation: String,
    /// Whether the data is presumed to have been in the answers, and not known to.
    pub presumed: bool,
    /// How many answers.
    pub calls: i64,
    /// When the first of them was asked for.
    pub first_at: Timestamp,
    /// When the last of them was asked for.
    pub last_at: Timestamp,
}

/// What a node has counted. No two rows of a list are about the same.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CallTally {
    /// How many calls.
    pub calls: Vec<CallCount>,
    /// How long they took: minute, operation id, bucket, and how many calls.
    pub latencies: Vec<(Minute, String, i64, i64)>,
    /// Whose data they have shown.
    pub reads: Vec<DataReadCount>,
}

impl CallTally {
    /// Nodes that add to the same rows at the same time do so in the same order, and don't wait for
    /// each other in a circle.
    pub fn sort(&mut self) {
        self.calls.sort_unstable();
        self.latencies.sort_unstable();
        self.reads.sort_unstable();
    }
}

impl Calls<'_> {
    /// Adds what was counted to what is there.
    pub async fn add(&mut self, tally: &CallTally) -> Result<(), Error> {
        if !tally.calls.is_empty() {
            let calls = tally.calls.iter().map(|one| {
                let who = (&one.operation, &one.app, &one.system_user);
                let (calls, unlogged) = (one.calls, one.unlogged);
                (one.minute.0, who.0, who.1, who.2, one.code, calls, unlogged)
            });
            self.0.execute(&COUNT, &[(&rows(calls)).into()]).await?;
        }
        if !tally.latencies.is_empty() {
            let latencies = tally.latencies.iter();
            let latencies =
                rows(latencies.map(|(minute, operation, bucket, calls)| {
                    (minute.0, operation, bucket, calls)
                }));
            self.0.execute(&LATENCIES, &[(&latencies).into()]).await?;
        }
        if !tally.reads.is_empty() {
            let reads = rows(tally.reads.iter().map(read));
            self.0.execute(&READS, &[(&reads).into()]).await?;
        }
        Ok(())
    }
}

type ReadRow<'a> = (i64, &'a str, &'a str, &'a str, &'a str, bool, i64, i64, i64);

fn read(one: &DataReadCount) -> ReadRow<'_> {
    (
        one.minute.0,
        one.organization.as_str(),
        &one.app,
        &one.system_user,
        &one.operation,
        one.presumed,
        one.calls,
        one.first_at.as_millisecond(),
        one.last_at.as_millisecond(),
    )
}
