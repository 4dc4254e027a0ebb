//! SQLite, called inline: its settings, its statements, and the connections for reading.
//!
//! Writing is `group_commit`'s.

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection, ErrorCode};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::spawn_blocking;

use super::row::{Param, Row, Source};
use super::statement::{Engine, Statement};
use crate::Error;

/// How long a blocking thread waits for another process that holds the file.
const FOREIGN_WRITER_PATIENCE: Duration = Duration::from_secs(5);

/// Each waits for its turn, so this is for many programs at once rather than for a long time.
const TRIES_TO_ENTER_WAL: usize = 100;

/// More than the program has statements, so that none is prepared twice.
const CACHED_STATEMENTS: usize = 512;

impl rusqlite::ToSql for Param<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Param::Null => ValueRef::Null,
            Param::Integer(integer) => ValueRef::Integer(*integer),
            Param::Text(text) => ValueRef::Text(text.as_bytes()),
            Param::Boolean(boolean) => ValueRef::Integer(i64::from(*boolean)),
        }))
    }
}

/// Blocking: a connection whose settings have been read back.
pub(super) fn connect(path: &Path) -> Result<Connection, Error> {
    let open = |error: rusqlite::Error| Error::Open(format!("{}: {error}", path.display()));
    create_private(path)?;
    let connection = Connection::open(path).map_err(open)?;
    connection
        .busy_timeout(FOREIGN_WRITER_PATIENCE)
        .map_err(open)?;
    enter_wal(&connection).map_err(open)?;
    connection
        .execute_batch(
            "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
             PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF;",
        )
        .map_err(open)?;
    // From here on it is called on async threads, which must never sleep.
    connection.busy_timeout(Duration::ZERO).map_err(open)?;
    connection.set_prepared_statement_cache_capacity(CACHED_STATEMENTS);
    // Otherwise a statement is compiled anew each time that other values are bound to it.
    connection
        .set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
        .map_err(open)?;
    for (setting, wanted) in [
        ("journal_mode", "wal"),
        ("synchronous", "2"),
        ("foreign_keys", "1"),
        ("busy_timeout", "0"),
    ] {
        let found = setting_of(&connection, setting).map_err(open)?;
        if found != wanted {
            let reason = format!("{}: {setting} is {found}, not {wanted}", path.display());
            return Err(Error::Open(reason));
        }
    }
    Ok(connection)
}

/// A new file is its owner's alone; the files that SQLite puts beside it take after it.
fn create_private(path: &Path) -> Result<(), Error> {
    let created = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path);
    created
        .map(drop)
        .map_err(|error| Error::Open(format!("{}: {error}", path.display())))
}

/// Programs that open a new file at once get in each other's way here, and for once SQLite gives
/// up without waiting; so the wait is for a write lock, which the one ahead holds.
fn enter_wal(connection: &Connection) -> rusqlite::Result<()> {
    for _ in 0..TRIES_TO_ENTER_WAL {
        match run(connection, "PRAGMA journal_mode = WAL") {
            Err(error) if is_busy(&error) => {
                run(connection, "BEGIN IMMEDIATE")
                    .and_then(|()| run(connection, "ROLLBACK"))
                    .ok();
            }
            outcome => return outcome,
        }
    }
    run(connection, "PRAGMA journal_mode = WAL")
}

fn setting_of(connection: &Connection, setting: &str) -> rusqlite::Result<String> {
    connection.pragma_query_value(None, setting, |row| {
        Ok(match row.get_ref(0)? {
            ValueRef::Integer(integer) => integer.to_string(),
            other => other.as_str().unwrap_or_default().to_owned(),
        })
    })
}

/// Blocking: runs a statement that may have to wait for another process.
pub(super) fn wait_and_run(connection: &Connection, sql: &str) -> rusqlite::Result<()> {
    connection.busy_timeout(FOREIGN_WRITER_PATIENCE)?;
    let outcome = run(connection, sql);
    connection.busy_timeout(Duration::ZERO)?;
    outcome
}

/// Runs a statement of the engine's own: the beginning or the end of something.
pub(super) fn run(connection: &Connection, sql: &str) -> rusqlite::Result<()> {
    let mut prepared = connection.prepare_cached(sql)?;
    // Stepped to its end, since a statement that is still under way keeps its transaction open.
    let mut rows = prepared.query([])?;
    while rows.next()?.is_some() {}
    Ok(())
}

/// Whether another connection holds the lock, so that waiting would help.
pub(super) fn is_busy(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy)
}

/// Whether the file itself, or the disk below it, can no longer be trusted.
pub(super) fn is_breakage(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(
            ErrorCode::SystemIoFailure
                | ErrorCode::DatabaseCorrupt
                | ErrorCode::NotADatabase
                | ErrorCode::FileLockingProtocolFailed
        )
    )
}

/// The failure of the engine itself, outside any statement of ours.
pub(super) fn unavailable(error: &rusqlite::Error) -> Error {
    Error::Unavailable(error.to_string())
}

/// Says what the failure of a statement means for its caller.
pub(super) fn failure(statement: &'static Statement, error: &rusqlite::Error) -> Error {
    let Some(code) = error.sqlite_error() else {
        return Error::Statement {
            statement: statement.text(),
            reason: error.to_string(),
        };
    };
    match (code.code, code.extended_code) {
        (
            ErrorCode::ConstraintViolation,
            rusqlite::ffi::SQLITE_CONSTRAINT_UNIQUE
            | rusqlite::ffi::SQLITE_CONSTRAINT_PRIMARYKEY
            | rusqlite::ffi::SQLITE_CONSTRAINT_FOREIGNKEY,
        ) => Error::Conflict(error.to_string()),
        (
            ErrorCode::ConstraintViolation
            | ErrorCode::Unknown
            | ErrorCode::TypeMismatch
            // A connection that only reads.
            | ErrorCode::ReadOnly
            | ErrorCode::ApiMisuse
            | ErrorCode::ParameterOutOfRange
            | ErrorCode::TooBig,
            _,
        ) => Error::Statement {
            statement: statement.text(),
            reason: error.to_string(),
        },
        _ => unavailable(error),
    }
}

/// Executes a statement and counts the rows that it changed.
pub(super) fn execute(
    connection: &Connection,
    statement: &Statement,
    params: &[Param<'_>],
) -> rusqlite::Result<u64> {
    let changed = bind(connection, statement, params)?.raw_execute()?;
    statement.count_run(Engine::Sqlite);
    Ok(u64::try_from(changed).unwrap_or(u64::MAX))
}

/// Decodes the rows one by one; the outer error is the engine's, the inner one the decoder's.
pub(super) fn fetch<T>(
    connection: &Connection,
    statement: &'static Statement,
    params: &[Param<'_>],
    mut decode: impl FnMut(&Row<'_>) -> Result<T, Error>,
) -> rusqlite::Result<Result<Vec<T>, Error>> {
    let mut prepared = bind(connection, statement, params)?;
    let mut rows = prepared.raw_query();
    let mut decoded = Vec::new();
    while let Some(row) = rows.next()? {
        let row = Row {
            source: Source::Sqlite(row),
            statement,
        };
        match decode(&row) {
            Ok(value) => decoded.push(value),
            Err(error) => return Ok(Err(error)),
        }
    }
    statement.count_run(Engine::Sqlite);
    Ok(Ok(decoded))
}

fn bind<'c>(
    connection: &'c Connection,
    statement: &Statement,
    params: &[Param<'_>],
) -> rusqlite::Result<CachedStatement<'c>> {
    let mut prepared = connection.prepare_cached(statement.text_for(Engine::Sqlite))?;
    if prepared.parameter_count() != params.len() {
        return Err(rusqlite::Error::InvalidParameterCount(
            params.len(),
            prepared.parameter_count(),
        ));
    }
    for (index, param) in params.iter().enumerate() {
        prepared.raw_bind_parameter(index + 1, param)?;
    }
    Ok(prepared)
}

/// The value in a column, or why it is none of ours.
pub(super) fn value<'r>(row: &'r rusqlite::Row<'_>, index: usize) -> Result<Param<'r>, String> {
    match row.get_ref(index).map_err(|error| error.to_string())? {
        ValueRef::Null => Ok(Param::Null),
        ValueRef::Integer(integer) => Ok(Param::Integer(integer)),
        ValueRef::Text(text) => std::str::from_utf8(text)
            .map(Param::Text)
            .map_err(|error| error.to_string()),
        other => Err(format!("found a value of type {}", other.data_type())),
    }
}

/// The name of a result column.
pub(super) fn column_name<'r>(row: &'r rusqlite::Row<'_>, index: usize) -> Option<&'r str> {
    row.as_ref().column_name(index).ok()
}

/// A bounded set of connections that only read, opened when they are first needed.
#[derive(Clone)]
pub(crate) struct Readers {
    path: Arc<PathBuf>,
    idle: Arc<Mutex<Vec<Connection>>>,
    free: Arc<Semaphore>,
}

impl Readers {
    pub(super) fn new(path: &Path, limit: usize) -> Self {
        Self {
            path: Arc::new(path.to_owned()),
            idle: Arc::default(),
            free: Arc::new(Semaphore::new(limit)),
        }
    }

    /// Begins a snapshot on a connection of its own.
    pub(super) async fn begin(&self) -> Result<Snapshot, Error> {
        let closed = |_| Error::Unavailable("the database is closed".to_owned());
        let permit = Arc::clone(&self.free)
            .acquire_owned()
            .await
            .map_err(closed)?;
        let idle = lock(&self.idle).pop();
        let connection = match idle {
            Some(connection) => connection,
            None => self.connect().await?,
        };
        let mut snapshot = Snapshot {
            connection: Some(connection),
            idle: Arc::clone(&self.idle),
            _permit: permit,
        };
        match snapshot.start() {
            Err(error) if is_busy(&error) => snapshot.wait_and_start().await,
            outcome => outcome
                .map(|()| snapshot)
                .map_err(|error| unavailable(&error)),
        }
    }

    /// Refuses new snapshots and closes the connections that nobody reads from.
    pub(super) fn close(&self) {
        self.free.close();
        lock(&self.idle).clear();
    }

    async fn connect(&self) -> Result<Connection, Error> {
        let path = Arc::clone(&self.path);
        let connected = spawn_blocking(move || {
            let connection = connect(&path)?;
            run(&connection, "PRAGMA query_only = ON").map_err(|error| unavailable(&error))?;
            Ok(connection)
        });
        connected
            .await
            .map_err(|error| Error::Unavailable(error.to_string()))?
    }
}

/// A poisoned lock guards nothing but a list of idle connections, which is whole at all times.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One state of the database, however many statements look at it.
pub(crate) struct Snapshot {
    connection: Option<Connection>,
    idle: Arc<Mutex<Vec<Connection>>>,
    _permit: OwnedSemaphorePermit,
}

impl Snapshot {
    pub(super) fn connection(&mut self) -> Result<&mut Connection, Error> {
        self.connection
            .as_mut()
            .ok_or_else(|| Error::Unavailable("the read has ended".to_owned()))
    }

    /// A deferred BEGIN takes no snapshot; the first look at the file does.
    fn start(&mut self) -> rusqlite::Result<()> {
        let Some(connection) = &self.connection else {
            return Ok(());
        };
        if connection.is_autocommit() {
            run(connection, "BEGIN DEFERRED")?;
        }
        run(connection, "SELECT 1 FROM sqlite_schema LIMIT 1")
    }

    /// Another process recovers or closes the file at this moment, which is soon over.
    async fn wait_and_start(mut self) -> Result<Self, Error> {
        let waited = spawn_blocking(move || {
            let Some(connection) = &self.connection else {
                return Ok(self);
            };
            wait_and_run(connection, "SELECT 1 FROM sqlite_schema LIMIT 1")?;
            self.start()?;
            Ok::<_, rusqlite::Error>(self)
        });
        match waited.await {
            Ok(outcome) => outcome.map_err(|error| unavailable(&error)),
            Err(error) => Err(Error::Unavailable(error.to_string())),
        }
    }
}

impl Drop for Snapshot {
    /// A connection that cannot end its transaction is closed rather than lent again.
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else {
            return;
        };
        let ended = connection.is_autocommit() || run(&connection, "ROLLBACK").is_ok();
        if ended && connection.is_autocommit() {
            lock(&self.idle).push(connection);
        }
    }
}
