//! For the contract tests of this crate alone: what its repositories see of the engines.
#![doc(hidden)]

pub use crate::migrate::{MIGRATIONS, Migration};
pub use crate::sql::{Engine, Param, Row, Statement};
use crate::{Error, Store, Transaction, migrate};

/// Opens a database without its tables.
pub async fn connect(url: &str) -> Result<Store, Error> {
    Store::connect(url).await
}

/// Applies the migrations of a test.
pub async fn run_migrations(store: &Store, migrations: &'static [Migration]) -> Result<(), Error> {
    migrate::run(store, migrations).await
}

/// Runs one statement.
pub async fn execute(
    transaction: &mut Transaction,
    statement: &'static Statement,
    params: &[Param<'_>],
) -> Result<u64, Error> {
    transaction.execute(statement, params).await
}

/// Reads the rows of one statement.
pub async fn fetch_all<T>(
    transaction: &mut Transaction,
    statement: &'static Statement,
    params: &[Param<'_>],
    decode: impl FnMut(&Row<'_>) -> Result<T, Error>,
) -> Result<Vec<T>, Error> {
    transaction.fetch_all(statement, params, decode).await
}

/// Reads the row of one statement, if there is one.
pub async fn fetch_optional<T>(
    transaction: &mut Transaction,
    statement: &'static Statement,
    params: &[Param<'_>],
    decode: impl FnOnce(&Row<'_>) -> Result<T, Error>,
) -> Result<Option<T>, Error> {
    transaction.fetch_optional(statement, params, decode).await
}
