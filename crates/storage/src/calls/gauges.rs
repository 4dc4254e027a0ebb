//! What waits: looked at once a minute, and kept.

use domain::OrderState;
use jiff::Timestamp;

use super::{Calls, Minute, SeriesSpan, rows};
use crate::Error;
use crate::sql::{Row, Statement};

/// The first node to look has its say.
pub(super) static RECORD: Statement = Statement::new(
    "INSERT INTO gauge_minutes (name, minute, value)
     SELECT value ->> 0, CAST(value ->> 1 AS BIGINT), CAST(value ->> 2 AS BIGINT)
     FROM json_each($1) WHERE TRUE
     ON CONFLICT (name, minute) DO NOTHING",
);

pub(super) static FIND: Statement =
    Statement::new("SELECT name, value FROM gauge_minutes WHERE minute = $1 ORDER BY name");

pub(super) static SERIES: Statement = Statement::new(
    "SELECT (minute - $1) / $3, MAX(value) FROM gauge_minutes
     WHERE name = $4 AND minute >= $1 AND minute < $2 GROUP BY 1 ORDER BY 1",
);

/// By the jobs, of which there are as many as open orders: all orders would be too many to count.
pub(super) static ORDERS: Statement = Statement::new(
    "SELECT o.state, COUNT(*), MIN(o.created_at), MIN(o.updated_at)
     FROM jobs j JOIN orders o ON o.id = j.subject
     WHERE j.kind = 'FULFILL_ORDER' GROUP BY o.state ORDER BY o.state",
);

pub(super) static JOBS: Statement =
    Statement::new("SELECT queue, COUNT(*) FROM jobs GROUP BY queue ORDER BY queue");

pub(super) static DELIVERIES: Statement = Statement::new(
    "SELECT COUNT(*), MIN(created_at) FROM notification_deliveries WHERE state = 'PENDING'",
);

/// A gauge's name and what it was.
pub type GaugeReading = (String, i64);

/// The open orders of one state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WaitingOrders {
    /// The state.
    pub state: OrderState,
    /// How many there are.
    pub orders: i64,
    /// When the oldest of them was accepted.
    pub oldest_accepted_at: Timestamp,
    /// When that one entered its state which has been in it the longest.
    pub longest_since: Timestamp,
}

/// The deliveries that are still to arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WaitingDeliveries {
    /// How many there are.
    pub deliveries: i64,
    /// When the oldest of them was made out.
    pub oldest_at: Option<Timestamp>,
}

impl Calls<'_> {
    /// Keeps a minute's readings, but for those that another node has kept.
    pub async fn record_gauges(
        &mut self,
        minute: Minute,
        readings: &[GaugeReading],
    ) -> Result<(), Error> {
        let readings = rows(readings.iter().map(|(name, value)| (name, minute.0, value)));
        self.0
            .execute(&RECORD, &[(&readings).into()])
            .await
            .map(drop)
    }

    /// A minute's readings, by name.
    pub async fn gauges(&mut self, minute: Minute) -> Result<Vec<GaugeReading>, Error> {
        let decode = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
        self.0.fetch_all(&FIND, &[minute.0.into()], decode).await
    }

    /// The highest reading of a gauge in each point of a span; points without a reading are left out.
    pub async fn gauge_series(
        &mut self,
        span: SeriesSpan,
        name: &str,
    ) -> Result<Vec<(i64, i64)>, Error> {
        let mut params = span.params();
        params.push(name.into());
        let decode = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
        self.0.fetch_all(&SERIES, &params, decode).await
    }

    /// The open orders, by state.
    pub async fn waiting_orders(&mut self) -> Result<Vec<WaitingOrders>, Error> {
        let decode = |row: &Row<'_>| {
            Ok(WaitingOrders {
                state: row.parse(0, OrderState::parse)?,
                orders: row.get(1)?,
                oldest_accepted_at: row.timestamp(2)?,
                longest_since: row.timestamp(3)?,
            })
        };
        self.0.fetch_all(&ORDERS, &[], decode).await
    }

    /// How many jobs each queue has, by the word for it; empty queues are left out.
    pub async fn waiting_jobs(&mut self) -> Result<Vec<(String, i64)>, Error> {
        let decode = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
        self.0.fetch_all(&JOBS, &[], decode).await
    }

    /// The deliveries that are still to arrive.
    pub async fn waiting_deliveries(&mut self) -> Result<WaitingDeliveries, Error> {
        let found = self.0.fetch_optional(&DELIVERIES, &[], |row| {
            let oldest_at = match row.get::<Option<i64>>(1)? {
                Some(_) => Some(row.timestamp(1)?),
                None => None,
            };
            Ok(WaitingDeliveries {
                deliveries: row.get(0)?,
                oldest_at,
            })
        });
        Ok(found.await?.unwrap_or(WaitingDeliveries {
            deliveries: 0,
            oldest_at: None,
        }))
    }
}
