//! How many calls there were and how long they took, over time.

use domain::access::ClientId;

use super::{Calls, Minute};
use crate::Error;
use crate::sql::{Param, Row, Statement};

/// One text per key.
macro_rules! series {
    ($key:literal) => {
        Statement::new(concat!(
            "SELECT (minute - $1) / $3, ",
            $key,
            ", CAST(SUM(calls) AS BIGINT)
             FROM call_minutes
             WHERE minute >= $1 AND minute < $2
               AND (CAST($4 AS TEXT) IS NULL OR client_app = $4)
               AND (CAST($5 AS TEXT) IS NULL OR operation = $5)
             GROUP BY 1, 2 ORDER BY 2, 1"
        ))
    };
}

pub(super) static BY_OPERATION: Statement = series!("operation");
pub(super) static BY_CODE: Statement = series!("CAST(code AS TEXT)");
pub(super) static BY_APP: Statement = series!("client_app");

pub(super) static LATENCIES: Statement = Statement::new(
    "SELECT (minute - $1) / $3, bucket, CAST(SUM(calls) AS BIGINT)
     FROM call_latencies
     WHERE minute >= $1 AND minute < $2 AND (CAST($4 AS TEXT) IS NULL OR operation = $4)
     GROUP BY 1, 2 ORDER BY 1, 2",
);

/// By what calls are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallKey {
    /// The operation id.
    Operation,
    /// The code of the error, or the status.
    Code,
    /// The client id.
    App,
}

/// From which minute until which, and how many minutes a point of a series lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeriesSpan {
    /// The first minute.
    pub from: Minute,
    /// The first minute after it.
    pub to: Minute,
    /// How many minutes a point lasts; 1 or more.
    pub step: i64,
}

impl SeriesSpan {
    pub(super) fn params<'p>(self) -> Vec<Param<'p>> {
        vec![self.from.0.into(), self.to.0.into(), self.step.into()]
    }
}

/// What a series has at a point; a point at which there was nothing has no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesValue {
    /// Which point of the span, from 0.
    pub point: i64,
    /// Which series.
    pub key: String,
    /// How many calls.
    pub calls: i64,
}

/// How many calls of a point took about as long as each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LatencyCount {
    /// Which point of the span, from 0.
    pub point: i64,
    /// How long they took.
    pub bucket: i64,
    /// How many calls.
    pub calls: i64,
}

impl Calls<'_> {
    /// How many calls there were, by key and then by point; those of one app or operation, if given.
    pub async fn series(
        &mut self,
        span: SeriesSpan,
        key: CallKey,
        (app, operation): (Option<&ClientId>, Option<&str>),
    ) -> Result<Vec<SeriesValue>, Error> {
        let statement = match key {
            CallKey::Operation => &BY_OPERATION,
            CallKey::Code => &BY_CODE,
            CallKey::App => &BY_APP,
        };
        let mut params = span.params();
        params.push(app.map(ClientId::as_str).into());
        params.push(operation.into());
        self.0
            .fetch_all(statement, &params, |row| {
                Ok(SeriesValue {
                    point: row.get(0)?,
                    key: row.get(1)?,
                    calls: row.get(2)?,
                })
            })
            .await
    }

    /// How long calls took, by point and then from the fastest on; those of one operation, if given.
    pub async fn latencies(
        &mut self,
        span: SeriesSpan,
        operation: Option<&str>,
    ) -> Result<Vec<LatencyCount>, Error> {
        let mut params = span.params();
        params.push(operation.into());
        let decode = |row: &Row<'_>| {
            Ok(LatencyCount {
                point: row.get(0)?,
                bucket: row.get(1)?,
                calls: row.get(2)?,
            })
        };
        self.0.fetch_all(&LATENCIES, &params, decode).await
    }
}
