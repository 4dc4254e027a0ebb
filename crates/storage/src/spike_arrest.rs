//! The spike arrest that several nodes share: one row per bucket, one statement per admitted call.
//!
//! A bucket is the instant at which its next call is due (the generic cell rate algorithm), in
//! nanoseconds since 1970. Each call moves it on; none may move it past what a burst allows.

use crate::sql::{Row, Statement};
use crate::{Error, Transaction};

static SPEND: Statement = Statement::new(
    "INSERT INTO spike_buckets (bucket, arrival) VALUES ($1, $2)
     ON CONFLICT (bucket) DO UPDATE
     SET arrival = CASE WHEN spike_buckets.arrival > $6 THEN $7
                        WHEN spike_buckets.arrival < $3 THEN $2
                        ELSE spike_buckets.arrival + $4 END
     WHERE spike_buckets.arrival + $4 <= $5 OR spike_buckets.arrival > $6
     RETURNING arrival",
);

static ARRIVAL: Statement = Statement::new("SELECT arrival FROM spike_buckets WHERE bucket = $1");

static PURGE: Statement = Statement::new("DELETE FROM spike_buckets WHERE arrival <= $1");

pub(crate) static STATEMENTS: &[&Statement] = &[&SPEND, &ARRIVAL, &PURGE];

/// What calls cost that come now, in nanoseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spending {
    /// The present instant.
    pub now: i64,
    /// How far the calls move the bucket on: no further than a full bucket's `latest`.
    pub cost: i64,
    /// How far it may be moved on.
    pub latest: i64,
    /// No bucket can be further on, unless the clock went back: then it is set as if it had just
    /// been used up.
    pub horizon: i64,
}

/// What a bucket says to the calls that want to spend from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spent {
    /// They may come; this is when the next one is due.
    Admitted(i64),
    /// They come too early, and have changed nothing; this is when the next one is due.
    Refused(i64),
}

/// The shared buckets, within one transaction.
pub struct SpikeBuckets<'t>(&'t mut Transaction);

impl Transaction {
    /// The buckets of the spike arrest that nodes share.
    pub fn spike_buckets(&mut self) -> SpikeBuckets<'_> {
        SpikeBuckets(self)
    }
}

impl SpikeBuckets<'_> {
    /// Spends from a bucket, all of it or nothing.
    pub async fn spend(&mut self, bucket: &str, spending: Spending) -> Result<Spent, Error> {
        let Spending {
            now,
            cost,
            latest,
            horizon,
        } = spending;
        let used_up = latest.saturating_add(1);
        let params = [
            bucket.into(),
            now.saturating_add(cost).into(),
            now.into(),
            cost.into(),
            latest.into(),
            horizon.into(),
            used_up.into(),
        ];
        let arrival = |row: &Row<'_>| row.get::<i64>(0);
        match self.0.fetch_optional(&SPEND, &params, arrival).await? {
            Some(arrival) if arrival <= latest => Ok(Spent::Admitted(arrival)),
            Some(arrival) => Ok(Spent::Refused(arrival)),
            None => {
                let found = self
                    .0
                    .fetch_optional(&ARRIVAL, &[bucket.into()], arrival)
                    .await?;
                Ok(Spent::Refused(found.unwrap_or(latest)))
            }
        }
    }

    /// When a bucket's next call is due, in nanoseconds since 1970; none for one that is full.
    pub async fn arrival(&mut self, bucket: &str) -> Result<Option<i64>, Error> {
        self.0
            .fetch_optional(&ARRIVAL, &[bucket.into()], |row| row.get(0))
            .await
    }

    /// Forgets the buckets that were full by then.
    pub async fn purge(&mut self, full_by: i64) -> Result<u64, Error> {
        self.0.execute(&PURGE, &[full_by.into()]).await
    }
}
