//! The latest calls one by one.

use domain::OrganizationNumber;
use domain::access::{ClientId, SystemUserName};
use jiff::Timestamp;

use super::{Calls, Minute, rows};
use crate::Error;
use crate::sql::{Row, Statement};

/// A call that is there already was written by a try whose outcome was not known.
pub(super) static APPEND: Statement = Statement::new(
    "INSERT INTO call_log (client_app, at, number, transaction_id, system_user, method, path,
            operation, code, microseconds)
     SELECT value ->> 0, CAST(value ->> 1 AS BIGINT), CAST(value ->> 2 AS BIGINT), value ->> 3,
            value ->> 4, value ->> 5, value ->> 6, value ->> 7, CAST(value ->> 8 AS BIGINT),
            CAST(value ->> 9 AS BIGINT)
     FROM json_each($1) WHERE TRUE
     ON CONFLICT (client_app, at, number) DO NOTHING",
);

pub(super) static OF_APP: Statement = Statement::new(
    "SELECT client_app, at, number, transaction_id, system_user, method, path, operation, code,
            microseconds
     FROM call_log
     WHERE client_app = $1 AND at >= $2 AND code >= $3 AND (at, number) < ($4, $5)
     ORDER BY at DESC, number DESC LIMIT $6",
);

pub(super) static APPS_OF: Statement =
    Statement::new("SELECT id FROM client_apps WHERE owner_number = $1 ORDER BY id");

pub(super) static UNLOGGED: Statement = Statement::new(
    "SELECT CAST(COALESCE(SUM(unlogged), 0) AS BIGINT) FROM call_minutes
     WHERE client_app = $1 AND minute >= $2",
);

/// The lowest code that is no success.
const FAILED: i64 = 400;

/// A call as the log has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedCall {
    /// Through which client app.
    pub app: ClientId,
    /// When it came.
    pub at: Timestamp,
    /// Tells it from others of the same instant.
    pub number: i64,
    /// The id that its answer has.
    pub transaction_id: String,
    /// For which system user; none if it was refused before that was known.
    pub system_user: Option<SystemUserName>,
    /// The method.
    pub method: String,
    /// The path without its query, cut off where it is very long.
    pub path: String,
    /// The operation id.
    pub operation: String,
    /// The code of the error, or the status; 0 when nobody waited for the answer any more.
    pub code: u32,
    /// How long the answer took.
    pub microseconds: i64,
}

/// Which calls are looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallLogFilter {
    /// Those through one app.
    pub app: ClientId,
    /// Those then or later.
    pub from: Timestamp,
    /// Those that failed alone.
    pub failed: bool,
}

/// Before which call a reader goes on, newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallLogPlace {
    /// When it came.
    pub at: Timestamp,
    /// Its number.
    pub number: i64,
}

impl Calls<'_> {
    /// Keeps calls one by one.
    pub async fn log(&mut self, calls: &[LoggedCall]) -> Result<(), Error> {
        if calls.is_empty() {
            return Ok(());
        }
        let calls = rows(calls.iter().map(|call| {
            let user = call.system_user.as_ref();
            (
                call.app.as_str(),
                call.at.as_millisecond(),
                call.number,
                &call.transaction_id,
                user.map_or("", SystemUserName::as_str),
                &call.method,
                &call.path,
                &call.operation,
                call.code,
                call.microseconds,
            )
        }));
        self.0.execute(&APPEND, &[(&calls).into()]).await.map(drop)
    }

    /// The calls of an app before a place, newest first.
    pub async fn logged(
        &mut self,
        filter: &CallLogFilter,
        before: CallLogPlace,
        most: i64,
    ) -> Result<Vec<LoggedCall>, Error> {
        let params = [
            filter.app.as_str().into(),
            filter.from.as_millisecond().into(),
            (if filter.failed { FAILED } else { 0 }).into(),
            before.at.as_millisecond().into(),
            before.number.into(),
            most.into(),
        ];
        self.0.fetch_all(&OF_APP, &params, logged_call).await
    }

    /// How many calls of an app the log had no room for, from an instant's minute on.
    pub async fn unlogged(&mut self, app: &ClientId, from: Timestamp) -> Result<i64, Error> {
        let params = [app.as_str().into(), Minute::of(from).0.into()];
        let found = self.0.fetch_optional(&UNLOGGED, &params, |row| row.get(0));
        Ok(found.await?.unwrap_or(0))
    }

    /// The apps that an organization has registered.
    pub async fn apps_of(&mut self, owner: &OrganizationNumber) -> Result<Vec<ClientId>, Error> {
        let params = [owner.as_str().into()];
        let decode = |row: &Row<'_>| row.get::<String>(0).map(ClientId::new);
        self.0.fetch_all(&APPS_OF, &params, decode).await
    }
}

fn logged_call(row: &Row<'_>) -> Result<LoggedCall, Error> {
    let user: String = row.get(4)?;
    Ok(LoggedCall {
        app: ClientId::new(row.get::<String>(0)?),
        at: row.timestamp(1)?,
        number: row.get(2)?,
        transaction_id: row.get(3)?,
        system_user: (!user.is_empty()).then(|| SystemUserName::new(user)),
        method: row.get(5)?,
        path: row.get(6)?,
        operation: row.get(7)?,
        code: u32::try_from(row.get::<i64>(8)?).map_err(|_| row.inconsistent(8, "out of range"))?,
        microseconds: row.get(9)?,
    })
}
