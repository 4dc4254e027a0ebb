//! Quotas: how many calls of an app to an API product a window has had.

use domain::access::ClientId;
use jiff::Timestamp;

use crate::sql::{Row, Statement};
use crate::{Error, Transaction};

static TAKE: Statement = Statement::new(
    "INSERT INTO quota_counts (client_app, api_product, period, starts_at, ends_at, used)
     VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (client_app, api_product, period, starts_at) DO UPDATE
     SET used = quota_counts.used + excluded.used
     WHERE quota_counts.used + excluded.used <= $7
     RETURNING used",
);

static USED: Statement = Statement::new(
    "SELECT used FROM quota_counts
     WHERE client_app = $1 AND api_product = $2 AND period = $3 AND starts_at = $4",
);

static GIVE_BACK: Statement = Statement::new(
    "UPDATE quota_counts SET used = used - $5
     WHERE client_app = $1 AND api_product = $2 AND period = $3 AND starts_at = $4 AND used >= $5",
);

/// The windows that are not over yet, as far as they belong to a quota that still is one.
static NEAREST: Statement = Statement::new(
    "SELECT q.client_app, q.api_product
     FROM quota_counts q
     JOIN client_app_products p ON p.client_app = q.client_app
      AND p.api_product = q.api_product AND p.quota_period = q.period
     WHERE q.ends_at > $1 AND q.starts_at <= $1 AND q.used > 0 AND p.quota_calls > 0
     ORDER BY CAST(q.used AS DOUBLE PRECISION) / p.quota_calls DESC, q.client_app, q.api_product
     LIMIT $2",
);

static PURGE: Statement = Statement::new("DELETE FROM quota_counts WHERE ends_at <= $1");

pub(crate) static STATEMENTS: &[&Statement] = &[&TAKE, &USED, &GIVE_BACK, &NEAREST, &PURGE];

/// How often an app may call an API product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Quota {
    /// How many calls one window admits.
    pub calls: u32,
    /// How long a window is.
    pub period: QuotaPeriod,
}

/// The length of a quota's window, which begins with the minute, hour, day or month in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum QuotaPeriod {
    /// From second 0.
    Minute,
    /// From minute 0.
    Hour,
    /// From midnight.
    Day,
    /// From midnight of the first.
    Month,
}

impl QuotaPeriod {
    /// Every period.
    pub const ALL: [Self; 4] = [Self::Minute, Self::Hour, Self::Day, Self::Month];

    /// The word in the database and in operators' commands.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Minute => "minute",
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Month => "month",
        }
    }

    /// The period that a word stands for.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|period| period.as_str() == word)
    }
}

/// One window of one app's quota for one API product.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct QuotaWindow {
    /// The app.
    pub app: ClientId,
    /// The API product's name.
    pub api_product: String,
    /// The window's length.
    pub period: QuotaPeriod,
    /// When it begins.
    pub starts_at: Timestamp,
    /// When it is over.
    pub ends_at: Timestamp,
}

/// The counts of the quotas, within one transaction.
pub struct Quotas<'t>(&'t mut Transaction);

impl Transaction {
    /// The counts of the quotas.
    pub fn quotas(&mut self) -> Quotas<'_> {
        Quotas(self)
    }
}

impl Quotas<'_> {
    /// Counts calls ahead, all of them or none: the window's new count, or nothing when that would
    /// be more than the limit. A first take, of a window without a count, must be within the limit.
    pub async fn take(
        &mut self,
        window: &QuotaWindow,
        calls: u32,
        limit: u32,
    ) -> Result<Option<u32>, Error> {
        let params = [
            window.app.as_str().into(),
            window.api_product.as_str().into(),
            window.period.as_str().into(),
            window.starts_at.as_millisecond().into(),
            window.ends_at.as_millisecond().into(),
            i64::from(calls).into(),
            i64::from(limit).into(),
        ];
        self.0
            .fetch_optional(&TAKE, &params, |row| count(row, 0))
            .await
    }

    /// How many calls a window has had.
    pub async fn used(&mut self, window: &QuotaWindow) -> Result<u32, Error> {
        let params = [
            window.app.as_str().into(),
            window.api_product.as_str().into(),
            window.period.as_str().into(),
            window.starts_at.as_millisecond().into(),
        ];
        let used = self
            .0
            .fetch_optional(&USED, &params, |row| count(row, 0))
            .await?;
        Ok(used.unwrap_or(0))
    }

    /// Takes back the count of calls that were counted ahead and never came.
    pub async fn give_back(&mut self, window: &QuotaWindow, calls: u32) -> Result<(), Error> {
        let params = [
            window.app.as_str().into(),
            window.api_product.as_str().into(),
            window.period.as_str().into(),
            window.starts_at.as_millisecond().into(),
            i64::from(calls).into(),
        ];
        self.0.execute(&GIVE_BACK, &params).await.map(drop)
    }

    /// The apps and API products of which the windows of this moment have had the largest share of
    /// their quota, those first.
    pub async fn nearest(
        &mut self,
        now: Timestamp,
        most: i64,
    ) -> Result<Vec<(ClientId, String)>, Error> {
        let params = [now.as_millisecond().into(), most.into()];
        let decode = |row: &Row<'_>| Ok((ClientId::new(row.get::<String>(0)?), row.get(1)?));
        self.0.fetch_all(&NEAREST, &params, decode).await
    }

    /// Forgets the windows that were over by then.
    pub async fn purge(&mut self, over_by: Timestamp) -> Result<u64, Error> {
        self.0
            .execute(&PURGE, &[over_by.as_millisecond().into()])
            .await
    }
}

fn count(row: &Row<'_>, index: usize) -> Result<u32, Error> {
    u32::try_from(row.get::<i64>(index)?).map_err(|_| row.inconsistent(index, "out of range"))
}
