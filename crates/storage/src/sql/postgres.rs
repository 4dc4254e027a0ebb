//! PostgreSQL behind a pool: session settings, transactions that own their connection, and which
//! failures are worth another try.

use std::error::Error as _;
use std::io;
use std::str::FromStr;
use std::time::Duration;

use bytes::BytesMut;
use deadpool_postgres::{
    Hook, HookError, Manager, ManagerConfig, Object, PoolError, RecyclingMethod, Runtime,
};
use tokio_postgres::error::SqlState;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};
use tokio_postgres::{Config, NoTls};

use super::row::{Param, Row, Source};
use super::statement::{Engine, Statement};
use crate::Error;

/// How long a call waits for a connection, and for the server to answer to a new one.
const PATIENCE: Duration = Duration::from_secs(5);

/// Ends what hangs: a statement, a forgotten transaction, a wait for somebody else's lock.
const SESSION_SETTINGS: &str = "SET statement_timeout = '15s';
    SET idle_in_transaction_session_timeout = '15s';
    SET lock_timeout = '10s';
    SET timezone = 'UTC'";

static BEGIN_WRITE: Statement = Statement::new("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE");
static BEGIN_READ: Statement = Statement::new("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
static COMMIT: Statement = Statement::new("COMMIT");
static ROLLBACK: Statement = Statement::new("ROLLBACK");

/// A migration may take its time, and so may the wait for the node that migrates already.
static LOCK_SCHEMA: Statement = Statement::new(
    "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0;
     SET LOCAL idle_in_transaction_session_timeout = 0;
     SELECT pg_advisory_xact_lock(4717265514)",
);

/// For work on a whole database at once, which nobody waits for.
static TAKE_TIME: Statement = Statement::new(
    "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0",
);

type Failure = Box<dyn std::error::Error + Sync + Send>;

impl ToSql for Param<'_> {
    /// Takes the type from the server, so that an integer may also meet a narrower expression.
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Failure> {
        match (self, ty) {
            (Self::Null, _) => Ok(IsNull::Yes),
            (Self::Integer(integer), &Type::INT8) => integer.to_sql(ty, out),
            (Self::Integer(integer), &Type::INT4) => i32::try_from(*integer)?.to_sql(ty, out),
            (Self::Text(text), &Type::TEXT | &Type::VARCHAR | &Type::JSON) => text.to_sql(ty, out),
            (Self::Boolean(boolean), &Type::BOOL) => boolean.to_sql(ty, out),
            _ => Err(format!("a parameter does not fit the type {ty}").into()),
        }
    }

    fn accepts(ty: &Type) -> bool {
        matches!(
            *ty,
            Type::INT8 | Type::INT4 | Type::TEXT | Type::VARCHAR | Type::JSON | Type::BOOL
        )
    }

    to_sql_checked!();
}

impl<'a> FromSql<'a> for Param<'a> {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Self, Failure> {
        match *ty {
            Type::INT8 => i64::from_sql(ty, raw).map(Param::Integer),
            Type::INT4 => i32::from_sql(ty, raw).map(|integer| Param::Integer(integer.into())),
            Type::BOOL => bool::from_sql(ty, raw).map(Param::Boolean),
            _ => <&str>::from_sql(ty, raw).map(Param::Text),
        }
    }

    fn from_sql_null(_: &Type) -> Result<Self, Failure> {
        Ok(Param::Null)
    }

    fn accepts(ty: &Type) -> bool {
        <Self as ToSql>::accepts(ty)
    }
}

/// The value in a column, or why it is none of ours.
pub(super) fn value(row: &tokio_postgres::Row, index: usize) -> Result<Param<'_>, String> {
    row.try_get(index).map_err(|error| reason(&error))
}

/// The name of a result column.
pub(super) fn column_name(row: &tokio_postgres::Row, index: usize) -> Option<&str> {
    row.columns().get(index).map(tokio_postgres::Column::name)
}

/// The connections of this node.
#[derive(Clone)]
pub(crate) struct Pool {
    pool: deadpool_postgres::Pool,
}

impl Pool {
    /// Connects nothing yet, so that a server which is down now is found out by the first call.
    pub(super) fn new(url: &str, connections: usize) -> Result<Self, Error> {
        let mut config = Config::from_str(url).map_err(|error| Error::Open(reason(&error)))?;
        config.connect_timeout(PATIENCE);
        if config.get_application_name().is_none() {
            config.application_name("avtale");
        }
        // Whether a connection is still good is asked by the BEGIN that has to be sent anyway.
        let recycling = ManagerConfig {
            recycling_method: RecyclingMethod::Fast,
        };
        let pool = deadpool_postgres::Pool::builder(Manager::from_config(config, NoTls, recycling))
            .max_size(connections)
            .runtime(Runtime::Tokio1)
            .wait_timeout(Some(PATIENCE))
            .create_timeout(Some(PATIENCE))
            .recycle_timeout(Some(PATIENCE))
            .post_create(Hook::async_fn(|client, _| {
                Box::pin(async move {
                    client
                        .batch_execute(SESSION_SETTINGS)
                        .await
                        .map_err(HookError::Backend)
                })
            }))
            .build()
            .map_err(|error| Error::Open(error.to_string()))?;
        Ok(Self { pool })
    }

    pub(super) async fn begin_read(&self) -> Result<Session, Error> {
        self.begin(&BEGIN_READ).await
    }

    pub(super) async fn begin_write(&self) -> Result<Session, Error> {
        self.begin(&BEGIN_WRITE).await
    }

    pub(super) fn close(&self) {
        self.pool.close();
    }

    /// A BEGIN changes nothing, so one that met a dead connection is sent again on another, until
    /// every connection that the pool may have kept from before has been found out.
    async fn begin(&self, begin: &'static Statement) -> Result<Session, Error> {
        let mut kept = self.pool.status().max_size;
        loop {
            let mut session = Session::new(self.client().await?);
            match session.run(begin).await {
                Ok(()) => return Ok(session),
                Err(_) if session.trouble == Trouble::Lost && kept > 0 => kept -= 1,
                Err(error) => return Err(error),
            }
        }
    }

    async fn client(&self) -> Result<Object, Error> {
        self.pool.get().await.map_err(|error| match error {
            PoolError::Backend(error) => Error::Unavailable(reason(&error)),
            error => Error::Unavailable(error.to_string()),
        })
    }
}

/// A transaction that owns its connection. Dropped without an end, it takes the connection out of
/// the pool, which would lend it again with its transaction open.
pub(crate) struct Session {
    client: Option<Object>,
    /// Left set by a call that was abandoned: its answer would be taken for the next one's.
    busy: bool,
    trouble: Trouble,
}

/// What the last failure says about trying again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trouble {
    None,
    /// Another transaction was in the way.
    Contention,
    /// The connection is gone.
    Lost,
    Other,
}

impl Session {
    fn new(client: Object) -> Self {
        Self {
            client: Some(client),
            busy: false,
            trouble: Trouble::None,
        }
    }

    pub(super) async fn execute(
        &mut self,
        statement: &'static Statement,
        params: &[Param<'_>],
    ) -> Result<u64, Error> {
        let client = self.call()?;
        let answer = async {
            let prepared = client
                .prepare_cached(statement.text_for(Engine::Postgres))
                .await?;
            client.execute_raw(&prepared, params).await
        };
        let answer = answer.await;
        self.answered(statement, answer)
    }

    /// The outer error is the engine's, the inner one the decoder's.
    pub(super) async fn fetch<T>(
        &mut self,
        statement: &'static Statement,
        params: &[Param<'_>],
        mut decode: impl FnMut(&Row<'_>) -> Result<T, Error>,
    ) -> Result<Result<Vec<T>, Error>, Error> {
        let client = self.call()?;
        let answer = async {
            let prepared = client
                .prepare_cached(statement.text_for(Engine::Postgres))
                .await?;
            let params: Vec<_> = params
                .iter()
                .map(|param| param as &(dyn ToSql + Sync))
                .collect();
            client.query(&prepared, &params).await
        };
        let answer = answer.await;
        let rows = self.answered(statement, answer)?;
        let decoded = rows.iter().map(|row| {
            decode(&Row {
                source: Source::Postgres(row),
                statement,
            })
        });
        Ok(decoded.collect())
    }

    /// Runs a text without parameters, of one statement or several.
    pub(super) async fn run_script(
        &mut self,
        name: &'static Statement,
        script: &str,
    ) -> Result<(), Error> {
        let answer = self.call()?.batch_execute(script).await;
        self.answered(name, answer)
    }

    pub(super) async fn lock_schema(&mut self) -> Result<(), Error> {
        self.run(&LOCK_SCHEMA).await
    }

    pub(super) async fn take_time(&mut self) -> Result<(), Error> {
        self.run(&TAKE_TIME).await
    }

    /// The caller has seen every statement succeed: PostgreSQL answers the COMMIT of a failed
    /// transaction with success, and means a ROLLBACK.
    pub(super) async fn commit(&mut self) -> Result<(), Error> {
        let outcome = self.run(&COMMIT).await;
        if outcome.is_ok() {
            self.client = None;
        } else if self.trouble == Trouble::Lost {
            // It may have been stored, and must not be done again.
            self.trouble = Trouble::Other;
        }
        outcome
    }

    /// A connection on which this fails is thrown away, and the server undoes the rest.
    pub(super) async fn roll_back(&mut self) {
        let trouble = self.trouble;
        if self.run(&ROLLBACK).await.is_ok() {
            self.client = None;
        }
        self.trouble = trouble;
    }

    /// Whether nothing was stored and the reason for that may have passed.
    pub(super) fn deserves_another_try(&self) -> bool {
        matches!(self.trouble, Trouble::Contention | Trouble::Lost)
    }

    async fn run(&mut self, statement: &'static Statement) -> Result<(), Error> {
        self.run_script(statement, statement.text()).await
    }

    fn call(&mut self) -> Result<&Object, Error> {
        if std::mem::replace(&mut self.busy, true) {
            return Err(Error::Unavailable(
                "an earlier statement was abandoned".to_owned(),
            ));
        }
        self.client
            .as_ref()
            .ok_or_else(|| Error::Unavailable("the transaction has ended".to_owned()))
    }

    fn answered<T>(
        &mut self,
        statement: &'static Statement,
        answer: Result<T, tokio_postgres::Error>,
    ) -> Result<T, Error> {
        self.busy = false;
        match answer {
            Ok(answer) => {
                statement.count_run(Engine::Postgres);
                Ok(answer)
            }
            Err(error) => {
                self.trouble = trouble(&error);
                Err(failure(statement, &error))
            }
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if let Some(client) = self.client.take() {
            drop(Object::take(client));
        }
    }
}

fn trouble(error: &tokio_postgres::Error) -> Trouble {
    let Some(code) = error.code() else {
        let connection = error.is_closed()
            || error
                .source()
                .is_some_and(<dyn std::error::Error>::is::<io::Error>);
        return if connection {
            Trouble::Lost
        } else {
            Trouble::Other
        };
    };
    match code.code() {
        // A serialization failure, a deadlock.
        "40001" | "40P01" => Trouble::Contention,
        // Shut down by an operator, crashed, starting up, idle for too long in a transaction.
        "57P01" | "57P02" | "57P03" | "25P03" => Trouble::Lost,
        code if code.starts_with("08") => Trouble::Lost,
        _ => Trouble::Other,
    }
}

/// Says what the failure of a statement means for its caller.
fn failure(statement: &'static Statement, error: &tokio_postgres::Error) -> Error {
    let code = error.code();
    let conflict = [SqlState::UNIQUE_VIOLATION, SqlState::FOREIGN_KEY_VIOLATION];
    if code.is_some_and(|code| conflict.contains(code)) {
        return Error::Conflict(reason(error));
    }
    // Classes of: no resources, limits, locks, an operator's intervention, the system itself.
    let unavailable = ["53", "54", "55", "57", "58", "XX"];
    let by_class = code.is_some_and(|code| {
        unavailable
            .iter()
            .any(|class| code.code().starts_with(class))
    });
    if by_class || trouble(error) != Trouble::Other {
        Error::Unavailable(reason(error))
    } else {
        Error::Statement {
            statement: statement.text(),
            reason: reason(error),
        }
    }
}

/// The server's message and code. Its details are left out, for they repeat what was stored.
pub(super) fn reason(error: &tokio_postgres::Error) -> String {
    match (error.as_db_error(), error.source()) {
        (Some(refusal), _) => format!("{} ({})", refusal.message(), refusal.code().code()),
        (None, Some(cause)) => format!("{error}: {cause}"),
        (None, None) => error.to_string(),
    }
}
