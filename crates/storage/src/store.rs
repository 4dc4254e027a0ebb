//! The database as the other crates see it: open it, read from it, change it.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

use crate::sql::Database;
use crate::{Error, Transaction, migrate};

/// How often a transaction is tried that others keep getting in the way of.
const TRIES: u32 = 6;

/// An open database; clones share it.
#[derive(Clone)]
pub struct Store {
    database: Database,
}

impl Store {
    /// Opens `sqlite:PATH` or `postgres://…` and brings its tables up to date.
    pub async fn open(url: &str) -> Result<Self, Error> {
        let store = Self::connect(url).await?;
        migrate::run(&store, migrate::MIGRATIONS).await?;
        Ok(store)
    }

    /// Opens the database and leaves its tables as they are.
    pub(crate) async fn connect(url: &str) -> Result<Self, Error> {
        Ok(Self {
            database: Database::open(url).await?,
        })
    }

    /// How many migrations have been applied to an open database.
    pub async fn schema_version(&self) -> Result<i64, Error> {
        self.read(migrate::version).await
    }

    /// Runs the body on one consistent snapshot, in which nothing can be changed.
    pub async fn read<T, E: From<Error>>(
        &self,
        body: impl AsyncFnOnce(&mut Transaction) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut transaction = Transaction::new(self.database.read().await?);
        let outcome = body(&mut transaction).await;
        transaction.finish(outcome).await
    }

    /// Runs the body and stores all of its changes, or none when it fails. It answers once they
    /// are on disk. The body may run several times, so it must change nothing but the database,
    /// and it awaits nothing from outside: others wait for their turn.
    pub async fn transact<T, E: From<Error>>(
        &self,
        // Not `AsyncFn`, whose futures the compiler cannot prove to be `Send` when they borrow.
        body: impl AsyncFnOnce(&mut Transaction) -> Result<T, E> + Clone,
    ) -> Result<T, E> {
        for tried in 1..TRIES {
            let mut transaction = Transaction::new(self.database.write().await?);
            let outcome = body.clone()(&mut transaction).await;
            let outcome = transaction.finish(outcome).await;
            if outcome.is_ok() || !transaction.deserves_another_try() {
                return outcome;
            }
            drop(transaction);
            tokio::time::sleep(pause_after(tried)).await;
        }
        let mut transaction = Transaction::new(self.database.write().await?);
        let outcome = body(&mut transaction).await;
        transaction.finish(outcome).await
    }

    /// Returns once the embedded database's file or disk has failed, and otherwise never. After a
    /// failed fsync only a fresh process that reads the file again can be believed.
    pub async fn broken(&self) {
        self.database.broken().await;
    }

    /// Finishes the writing that is under way and lets go of the database.
    pub async fn close(&self) {
        self.database.close().await;
    }
}

/// Doubles each time, and differs between those who got in each other's way: by chance that
/// decides nothing but who goes first.
fn pause_after(tried: u32) -> Duration {
    let longest = 5_000_u64 << tried;
    let share = RandomState::new().hash_one(tried) % longest;
    Duration::from_micros(longest / 2 + share / 2)
}
