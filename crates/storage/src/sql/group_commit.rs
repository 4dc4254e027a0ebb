//! Many write transactions, one fsync: SQLite's writer takes them one after another, each inside
//! its own savepoint, and one COMMIT stores all that had their turn since the last one.
//!
//! A member answers only after that COMMIT, also when it was undone or changed nothing, because
//! what it read may have been a neighbor's row that was not stored yet.

use std::ops::{Deref, DerefMut};
use std::path::Path;
use std::sync::Arc;

use rusqlite::Connection;
use tokio::sync::{Mutex, OwnedMutexGuard, watch};
use tokio::task::{spawn_blocking, yield_now};

use super::sqlite;
use super::statement::Statement;
use crate::Error;

/// Enough that the fsync no longer shows, and few enough that nobody waits long for the others.
const MEMBERS_PER_BATCH: usize = 256;

type Outcome = Result<(), Error>;

/// The one connection that writes, taken in the order of arrival.
#[derive(Clone)]
pub(crate) struct Writer {
    desk: Arc<Mutex<Desk>>,
    broken: watch::Receiver<bool>,
}

/// What the writer's turn gives access to.
struct Desk {
    connection: Connection,
    batch: Option<Batch>,
    batches_opened: u64,
    /// Set once the file or its disk has failed; nothing is written from then on.
    stopped: Option<Error>,
    broken: watch::Sender<bool>,
}

/// The members whose work the next COMMIT will store.
struct Batch {
    number: u64,
    members: usize,
    outcome: watch::Sender<Option<Outcome>>,
}

/// Holding the turn. Giving it up never leaves a transaction open that nobody will commit.
struct Turn(OwnedMutexGuard<Desk>);

/// One caller's work. Dropped without a commit, it undoes its own statements and no others.
pub(crate) struct Member {
    turn: Option<Turn>,
    writer: Writer,
}

impl Writer {
    /// Blocking: opens the connection that all writers share.
    pub(super) fn open(path: &Path) -> Result<Self, Error> {
        let connection = sqlite::connect(path)?;
        let desk = Desk {
            connection,
            batch: None,
            batches_opened: 0,
            stopped: None,
            broken: watch::Sender::new(false),
        };
        Ok(Self {
            broken: desk.broken.subscribe(),
            desk: Arc::new(Mutex::new(desk)),
        })
    }

    /// Returns once the file or its disk has failed, and otherwise never.
    pub(super) async fn broken(&self) {
        if self
            .broken
            .clone()
            .wait_for(|broken| *broken)
            .await
            .is_err()
        {
            std::future::pending::<()>().await;
        }
    }

    /// Waits for the turn and joins the open batch, or opens one.
    pub(super) async fn begin(&self) -> Result<Member, Error> {
        let mut turn = self.turn().await;
        if let Some(stopped) = &turn.stopped {
            return Err(stopped.clone());
        }
        if turn.batch.is_none() {
            turn = match sqlite::run(&turn.connection, "BEGIN IMMEDIATE") {
                Err(error) if sqlite::is_busy(&error) => wait_for_other_process(turn).await?,
                Err(error) => return Err(turn.fail(&error)),
                Ok(()) => turn,
            };
            turn.open_batch();
        }
        match sqlite::run(&turn.connection, "SAVEPOINT member") {
            Err(error) => Err(turn.fail(&error)),
            Ok(()) => Ok(Member {
                turn: Some(turn),
                writer: self.clone(),
            }),
        }
    }

    /// Stores what is under way, brings the write-ahead log home and refuses everything later.
    pub(super) async fn close(&self) {
        let mut turn = self.turn().await;
        let closed = spawn_blocking(move || {
            turn.commit();
            let checkpoint = "PRAGMA wal_checkpoint(TRUNCATE)";
            if let Err(error) = sqlite::wait_and_run(&turn.connection, checkpoint) {
                tracing::warn!(%error, "the write-ahead log stays for the next start");
            }
            let closed = || Error::Unavailable("the database is closed".to_owned());
            turn.stopped.get_or_insert_with(closed);
        });
        if let Err(error) = closed.await {
            tracing::error!(%error, "the database was not closed in order");
        }
    }

    async fn turn(&self) -> Turn {
        Turn(Arc::clone(&self.desk).lock_owned().await)
    }

    /// Waits in the same queue as the members, hence behind all that were there before it. It is a
    /// task of its own, so no cancelled request can leave a batch open.
    async fn commit_batch(self, number: u64) {
        // Lets the writers that the last batch woke get into the queue.
        yield_now().await;
        let turn = self.turn().await;
        if turn
            .batch
            .as_ref()
            .is_some_and(|batch| batch.number == number)
        {
            commit_in_background(turn);
        }
    }
}

/// Another process holds the file: the wait is on a blocking thread, and the turn goes along, so
/// that a caller who stops waiting leaves nothing open.
async fn wait_for_other_process(mut turn: Turn) -> Result<Turn, Error> {
    let waited =
        spawn_blocking(
            move || match sqlite::wait_and_run(&turn.connection, "BEGIN IMMEDIATE") {
                Err(error) => Err(turn.fail(&error)),
                Ok(()) => Ok(turn),
            },
        );
    waited
        .await
        .map_err(|error| Error::Unavailable(error.to_string()))?
}

/// The turn goes along, so a caller that stops waiting does not stop the commit.
fn commit_in_background(mut turn: Turn) {
    drop(spawn_blocking(move || turn.commit()));
}

impl Desk {
    fn open_batch(&mut self) {
        self.batches_opened += 1;
        let number = self.batches_opened;
        self.batch = Some(Batch {
            number,
            members: 0,
            outcome: watch::Sender::new(None),
        });
    }

    /// Blocking: stores the batch and tells everyone of it how that went.
    fn commit(&mut self) {
        if self.batch.is_none() {
            return;
        }
        match sqlite::run(&self.connection, "COMMIT") {
            Err(error) => drop(self.fail(&error)),
            Ok(()) => self.tell(&Ok(())),
        }
    }

    /// Nobody's work can be stored any more: undoes the batch and tells everyone of it.
    fn fail(&mut self, cause: &rusqlite::Error) -> Error {
        let error = sqlite::unavailable(cause);
        if sqlite::is_breakage(cause) {
            self.stop(&error);
        }
        self.undo_batch(&error);
        error
    }

    fn undo_batch(&mut self, error: &Error) {
        if !self.connection.is_autocommit()
            && let Err(failure) = sqlite::run(&self.connection, "ROLLBACK")
        {
            self.stop(&sqlite::unavailable(&failure));
        }
        self.tell(&Err(error.clone()));
    }

    /// After a failed fsync the kernel may have dropped the pages, and the next one may claim
    /// success: only a fresh process that reads the file again can be believed.
    fn stop(&mut self, error: &Error) {
        tracing::error!(%error, "the database file failed; nothing is written any more");
        self.stopped.get_or_insert_with(|| error.clone());
        self.broken.send_replace(true);
    }

    fn tell(&mut self, outcome: &Outcome) {
        if let Some(batch) = self.batch.take() {
            batch.outcome.send_replace(Some(outcome.clone()));
        }
    }
}

impl Deref for Turn {
    type Target = Desk;

    fn deref(&self) -> &Desk {
        &self.0
    }
}

impl DerefMut for Turn {
    fn deref_mut(&mut self) -> &mut Desk {
        &mut self.0
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let awaited = self.batch.as_ref().is_some_and(|batch| batch.members > 0);
        if !awaited {
            self.undo_batch(&Error::Unavailable(
                "the transaction was abandoned".to_owned(),
            ));
        }
    }
}

impl Member {
    /// Runs one statement, and finds out whether SQLite ended the batch over it.
    pub(super) fn run<T>(
        &mut self,
        statement: &'static Statement,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, Error> {
        let turn = self.turn.as_mut().ok_or_else(undone)?;
        let outcome = work(&turn.connection);
        let breakage = outcome
            .as_ref()
            .err()
            .filter(|error| sqlite::is_breakage(error));
        // A full disk or an I/O error makes SQLite end the outer transaction by itself; what came
        // after would then be stored statement by statement.
        if breakage.is_none() && !turn.connection.is_autocommit() {
            return outcome.map_err(|error| sqlite::failure(statement, &error));
        }
        let error = if let Err(cause) = &outcome {
            turn.fail(cause)
        } else {
            let error = undone();
            turn.undo_batch(&error);
            error
        };
        self.turn = None;
        Err(error)
    }

    /// Adds this work to the batch and waits until it is on disk.
    pub(super) async fn commit(&mut self) -> Outcome {
        let outcome = self.join()?;
        settled(outcome).await
    }

    /// Undoes this work, then waits for the earlier members, whose rows it may have read.
    pub(super) async fn roll_back(&mut self) -> Outcome {
        let batch = self.turn.as_ref().and_then(|turn| turn.batch.as_ref());
        let earlier = batch
            .filter(|batch| batch.members > 0)
            .map(|batch| batch.outcome.subscribe());
        self.undo();
        match earlier {
            Some(outcome) => settled(outcome).await,
            None => Ok(()),
        }
    }

    /// Not a single await: a caller that is cancelled afterwards has joined all the same.
    fn join(&mut self) -> Result<watch::Receiver<Option<Outcome>>, Error> {
        let mut turn = self.turn.take().ok_or_else(undone)?;
        if let Err(error) = sqlite::run(&turn.connection, "RELEASE member") {
            self.turn = Some(turn);
            self.undo();
            return Err(sqlite::unavailable(&error));
        }
        let batch = turn.batch.as_mut().ok_or_else(undone)?;
        batch.members += 1;
        let (number, members) = (batch.number, batch.members);
        let outcome = batch.outcome.subscribe();
        if members >= MEMBERS_PER_BATCH {
            commit_in_background(turn);
        } else if members == 1 {
            // Waiters are not counted to decide who commits: a cancelled one would hang the rest.
            tokio::spawn(self.writer.clone().commit_batch(number));
        }
        Ok(outcome)
    }

    fn undo(&mut self) {
        let Some(mut turn) = self.turn.take() else {
            return;
        };
        let undone = sqlite::run(&turn.connection, "ROLLBACK TO member")
            .and_then(|()| sqlite::run(&turn.connection, "RELEASE member"));
        if let Err(error) = undone {
            // It cannot be undone alone, and nobody's work may be stored with it.
            turn.fail(&error);
        }
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        self.undo();
    }
}

fn undone() -> Error {
    Error::Unavailable("the batch of this transaction was undone".to_owned())
}

async fn settled(mut outcome: watch::Receiver<Option<Outcome>>) -> Outcome {
    match outcome.wait_for(Option::is_some).await {
        Ok(outcome) => outcome.clone().unwrap_or(Ok(())),
        Err(_) => Err(Error::Unavailable("the writer went away".to_owned())),
    }
}
