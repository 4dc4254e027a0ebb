//! The only code that knows that there are two engines.

pub(crate) mod administration;
pub(crate) mod file_copy;
mod group_commit;
mod postgres;
mod row;
mod sqlite;
mod statement;

use std::path::PathBuf;

pub use row::{Param, Row};
pub use statement::{Engine, Statement};

use crate::Error;

/// Connections per processor, to read with on SQLite, for everything on PostgreSQL.
const CONNECTIONS_PER_PROCESSOR: usize = 4;

/// An engine that is open.
#[derive(Clone)]
pub(crate) enum Database {
    Sqlite {
        readers: sqlite::Readers,
        writer: group_commit::Writer,
    },
    Postgres(postgres::Pool),
}

/// A transaction that is under way. Dropped without an end, it is undone.
pub(crate) enum Session {
    Reading(sqlite::Snapshot),
    Writing(group_commit::Member),
    Postgres(postgres::Session),
}

impl Database {
    pub(crate) async fn open(url: &str) -> Result<Self, Error> {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        let connections = processors * CONNECTIONS_PER_PROCESSOR;
        if let Some(path) = url.strip_prefix("sqlite:") {
            let path = PathBuf::from(path);
            let readers = sqlite::Readers::new(&path, connections);
            let opened = tokio::task::spawn_blocking(move || group_commit::Writer::open(&path));
            let writer = opened
                .await
                .map_err(|error| Error::Open(error.to_string()))??;
            Ok(Self::Sqlite { readers, writer })
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            postgres::Pool::new(url, connections).map(Self::Postgres)
        } else {
            // The URL may hold a password, so it is not repeated.
            Err(Error::Open(
                "its URL begins with neither sqlite: nor postgres://".to_owned(),
            ))
        }
    }

    /// Begins a snapshot that sees nothing of what others write meanwhile.
    pub(crate) async fn read(&self) -> Result<Session, Error> {
        match self {
            Self::Sqlite { readers, .. } => readers.begin().await.map(Session::Reading),
            Self::Postgres(pool) => pool.begin_read().await.map(Session::Postgres),
        }
    }

    pub(crate) async fn write(&self) -> Result<Session, Error> {
        match self {
            Self::Sqlite { writer, .. } => writer.begin().await.map(Session::Writing),
            Self::Postgres(pool) => pool.begin_write().await.map(Session::Postgres),
        }
    }

    /// Returns once nothing can be written any more until the program starts anew.
    pub(crate) async fn broken(&self) {
        match self {
            Self::Sqlite { writer, .. } => writer.broken().await,
            // The server is another process, which sees to its own files.
            Self::Postgres(_) => std::future::pending().await,
        }
    }

    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite { readers, writer } => {
                readers.close();
                writer.close().await;
            }
            Self::Postgres(pool) => pool.close(),
        }
    }
}

impl Session {
    pub(crate) async fn execute(
        &mut self,
        statement: &'static Statement,
        params: &[Param<'_>],
    ) -> Result<u64, Error> {
        match self {
            Self::Reading(snapshot) => sqlite::execute(snapshot.connection()?, statement, params)
                .map_err(|error| sqlite::failure(statement, &error)),
            Self::Writing(member) => member.run(statement, |connection| {
                sqlite::execute(connection, statement, params)
            }),
            Self::Postgres(session) => session.execute(statement, params).await,
        }
    }

    /// The outer error is the engine's and dooms the transaction, the inner one the decoder's.
    pub(crate) async fn fetch<T>(
        &mut self,
        statement: &'static Statement,
        params: &[Param<'_>],
        decode: impl FnMut(&Row<'_>) -> Result<T, Error>,
    ) -> Result<Result<Vec<T>, Error>, Error> {
        match self {
            Self::Reading(snapshot) => {
                sqlite::fetch(snapshot.connection()?, statement, params, decode)
                    .map_err(|error| sqlite::failure(statement, &error))
            }
            Self::Writing(member) => member.run(statement, |connection| {
                sqlite::fetch(connection, statement, params, decode)
            }),
            Self::Postgres(session) => session.fetch(statement, params, decode).await,
        }
    }

    /// Runs the statements of a migration, of which there may be several in one text.
    pub(crate) async fn run_script(&mut self, script: &'static str) -> Result<(), Error> {
        static SCRIPT: Statement = Statement::new("(a migration)");
        match self {
            Self::Reading(_) => Err(Error::Schema("a read changes no schema".to_owned())),
            Self::Writing(member) => {
                member.run(&SCRIPT, |connection| connection.execute_batch(script))
            }
            Self::Postgres(session) => session.run_script(&SCRIPT, script).await,
        }
    }

    /// Keeps the other nodes from migrating at the same time, until this transaction ends.
    pub(crate) async fn lock_schema(&mut self) -> Result<(), Error> {
        match self {
            // The writer of a file is alone.
            Self::Reading(_) | Self::Writing(_) => Ok(()),
            Self::Postgres(session) => session.lock_schema().await,
        }
    }

    /// Lifts the limits on how long this transaction may take.
    pub(crate) async fn take_time(&mut self) -> Result<(), Error> {
        match self {
            Self::Reading(_) | Self::Writing(_) => Ok(()),
            Self::Postgres(session) => session.take_time().await,
        }
    }

    pub(crate) async fn commit(&mut self) -> Result<(), Error> {
        match self {
            Self::Reading(_) => Ok(()),
            Self::Writing(member) => member.commit().await,
            Self::Postgres(session) => session.commit().await,
        }
    }

    /// Fails when the answer may rest on rows that turned out not to be stored.
    pub(crate) async fn roll_back(&mut self) -> Result<(), Error> {
        match self {
            Self::Reading(_) => Ok(()),
            Self::Writing(member) => member.roll_back().await,
            Self::Postgres(session) => {
                session.roll_back().await;
                Ok(())
            }
        }
    }

    /// Whether nothing was stored and the same work may well succeed when it is done again.
    pub(crate) fn deserves_another_try(&self) -> bool {
        match self {
            Self::Reading(_) | Self::Writing(_) => false,
            Self::Postgres(session) => session.deserves_another_try(),
        }
    }
}
