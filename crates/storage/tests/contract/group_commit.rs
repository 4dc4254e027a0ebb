//! The promises of SQLite's shared commits: nobody is told more, or less, than what is on disk.
//!
//! Members that are joined in one task queue for the writer's turn in the order of their first
//! poll, and the batch is committed behind them, so these tests need no waiting.

use std::io::{Seek, SeekFrom, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rusqlite::Connection;
use storage::probe::{self, Migration, Param, Statement};
use storage::{Error, Store};
use tokio::task::{JoinSet, yield_now};

use crate::scratch::{
    INSERT_CHILD, INSERT_PARENT, Scratch, Test, cancelled_after, cancelled_when, count, exists,
    found, tests,
};

pub(crate) const TESTS: &[Test] = tests![
    many_share_one_commit,
    more_than_one_batch_holds_are_all_stored,
    a_statement_that_ends_the_outer_transaction_fails_the_whole_batch,
    a_commit_that_fails_tells_all_and_leaves_nothing,
    a_refusal_waits_for_the_rows_that_it_rests_on,
    a_refusal_on_rows_that_were_lost_is_not_given,
    a_lost_batch_does_not_hurt_the_next,
    another_process_is_waited_for_without_blocking,
    a_cancelled_wait_for_another_process_leaves_nothing_open,
    a_commit_goes_on_without_its_caller,
    a_full_disk_refuses_and_is_survived,
    a_damaged_file_stops_the_writer,
    a_database_in_memory_is_refused,
];

static END_EVERYTHING: Statement =
    Statement::new("INSERT OR ROLLBACK INTO children (parent) VALUES ($1)");

#[derive(Debug, PartialEq)]
enum Refusal {
    Replay,
    Storage(Error),
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Storage(error)
    }
}

/// Founds a family after letting the others queue up for the turn.
async fn found_first(store: &Store, id: i64) -> Result<(), Error> {
    let body = store.transact(async |transaction| {
        yield_now().await;
        found(transaction, id).await
    });
    body.await
}

async fn end_everything(store: &Store, id: i64) -> Result<(), Error> {
    let body = store.transact(async |transaction| {
        let ended = probe::execute(transaction, &END_EVERYTHING, &[id.into()]).await;
        assert!(matches!(ended, Err(Error::Unavailable(_))), "{ended:?}");
        // Must not run, for nothing would undo it any more.
        let later = probe::execute(transaction, &INSERT_CHILD, &[id.into()]).await;
        assert_eq!(later, ended);
        Ok(())
    });
    body.await
}

/// Waits for a lock rather than for a time: a batch that nobody commits would make this fail.
fn write_lock_is_free(other: &Connection) {
    other
        .busy_timeout(Duration::from_secs(10))
        .expect("a setting");
    other
        .execute_batch("BEGIN IMMEDIATE; ROLLBACK")
        .expect("the write lock");
}

fn families(other: &Connection) -> i64 {
    other
        .query_row("SELECT count(*) FROM children", [], |row| row.get(0))
        .expect("a count")
}

fn is_unavailable<T>(outcome: &Result<T, Error>) -> bool {
    matches!(outcome, Err(Error::Unavailable(_)))
}

async fn many_share_one_commit(scratch: Scratch) {
    let store = scratch.families().await;
    let other = scratch.other_process();
    let first = store.transact(async |transaction| {
        yield_now().await;
        found(transaction, 1).await
    });
    let second = store.transact(async |transaction| {
        // The first one has had its turn, and nobody outside sees it: one commit stores both.
        assert!(exists(transaction, 1).await?);
        assert_eq!(families(&other), 0);
        found(transaction, 2).await
    });
    assert_eq!(tokio::join!(biased; first, second), (Ok(()), Ok(())));
    assert_eq!(families(&other), 2);
}

async fn more_than_one_batch_holds_are_all_stored(scratch: Scratch) {
    let store = scratch.families().await;
    let mut tasks = JoinSet::new();
    for id in 0..700 {
        let store = store.clone();
        tasks.spawn(async move { found_first(&store, id).await });
    }
    assert_eq!(tasks.join_all().await, vec![Ok(()); 700]);
    assert_eq!(count(&store).await, 700);
}

async fn a_statement_that_ends_the_outer_transaction_fails_the_whole_batch(scratch: Scratch) {
    let store = scratch.families().await;
    let (first, ended, after) = tokio::join!(biased;
        found_first(&store, 1),
        end_everything(&store, 1),
        store.transact(async |transaction| found(transaction, 3).await),
    );
    assert!(
        is_unavailable(&first) && is_unavailable(&ended),
        "{first:?} {ended:?}"
    );
    assert_eq!(after, Ok(()));
    assert_eq!(count(&store).await, 1);
    write_lock_is_free(&scratch.other_process());
}

/// A deferred constraint is checked at the outer COMMIT alone, which is why there must be none.
async fn a_commit_that_fails_tells_all_and_leaves_nothing(scratch: Scratch) {
    static LATE: &[Migration] = &[Migration {
        version: 1,
        name: "late",
        sql: "CREATE TABLE early (id BIGINT NOT NULL PRIMARY KEY);
              CREATE TABLE late (id BIGINT REFERENCES early (id) DEFERRABLE INITIALLY DEFERRED)",
    }];
    static EARLY: Statement = Statement::new("INSERT INTO early (id) VALUES ($1)");
    static TOO_LATE: Statement = Statement::new("INSERT INTO late (id) VALUES ($1)");
    let store = probe::connect(scratch.url()).await.expect("a database");
    probe::run_migrations(&store, LATE)
        .await
        .expect("its tables");
    let insert = async |statement, id: i64| {
        let body = store.transact(async |transaction| {
            yield_now().await;
            probe::execute(transaction, statement, &[id.into()]).await
        });
        body.await
    };
    let (first, second) = tokio::join!(biased; insert(&EARLY, 1), insert(&TOO_LATE, 7));
    assert!(
        is_unavailable(&first) && is_unavailable(&second),
        "{first:?} {second:?}"
    );
    assert_eq!(insert(&EARLY, 1).await, Ok(1));
    write_lock_is_free(&scratch.other_process());
}

async fn a_refusal_waits_for_the_rows_that_it_rests_on(scratch: Scratch) {
    let store = scratch.families().await;
    let other = scratch.other_process();
    let replay = async {
        let outcome = store.transact(async |transaction| {
            assert!(exists(transaction, 1).await?);
            Err::<(), _>(Refusal::Replay)
        });
        (outcome.await, families(&other))
    };
    let (first, replay) = tokio::join!(biased; found_first(&store, 1), replay);
    assert_eq!(first, Ok(()));
    assert_eq!(replay, (Err(Refusal::Replay), 1));
}

async fn a_refusal_on_rows_that_were_lost_is_not_given(scratch: Scratch) {
    let store = scratch.families().await;
    let replay = store.transact(async |transaction| {
        assert!(exists(transaction, 1).await?);
        Err::<(), _>(Refusal::Replay)
    });
    let (first, replay, ended) =
        tokio::join!(biased; found_first(&store, 1), replay, end_everything(&store, 1));
    assert!(
        is_unavailable(&first) && is_unavailable(&ended),
        "{first:?} {ended:?}"
    );
    assert!(
        matches!(replay, Err(Refusal::Storage(Error::Unavailable(_)))),
        "{replay:?}"
    );
    assert_eq!(count(&store).await, 0);
}

async fn a_lost_batch_does_not_hurt_the_next(scratch: Scratch) {
    let store = scratch.families().await;
    for id in 1..20 {
        let (lost, _, stored) = tokio::join!(biased;
            found_first(&store, -id),
            end_everything(&store, -id),
            store.transact(async |transaction| found(transaction, id).await),
        );
        assert!(is_unavailable(&lost), "{lost:?}");
        assert_eq!(stored, Ok(()));
        assert_eq!(count(&store).await, id);
    }
}

async fn another_process_is_waited_for_without_blocking(scratch: Scratch) {
    let store = scratch.families().await;
    let other = scratch.other_process();
    other
        .execute_batch("BEGIN IMMEDIATE")
        .expect("the write lock");
    let waiting = store.transact(async |transaction| found(transaction, 1).await);
    let elsewhere = async {
        // Runs on the same thread as the wait, and reads meanwhile.
        assert_eq!(count(&store).await, 0);
        other.execute_batch("COMMIT").expect("the end of it");
    };
    assert_eq!(tokio::join!(biased; waiting, elsewhere).0, Ok(()));
    assert_eq!(count(&store).await, 1);
}

async fn a_cancelled_wait_for_another_process_leaves_nothing_open(scratch: Scratch) {
    let store = scratch.families().await;
    let other = scratch.other_process();
    other
        .execute_batch("BEGIN IMMEDIATE")
        .expect("the write lock");
    let waiting = store.transact(async |transaction| found(transaction, 1).await);
    assert_eq!(cancelled_after(1, waiting).await, None);
    other.execute_batch("COMMIT").expect("the end of it");
    write_lock_is_free(&other);
    found_first(&store, 2).await.expect("a free turn");
    assert_eq!(count(&store).await, 1);
}

async fn a_commit_goes_on_without_its_caller(scratch: Scratch) {
    let store = scratch.families().await;
    let finished = AtomicBool::new(false);
    let work = store.transact(async |transaction| {
        found(transaction, 1).await?;
        finished.store(true, Ordering::Relaxed);
        Ok::<_, Error>(())
    });
    // What is waited for once the body has finished is the commit.
    cancelled_when(|| finished.load(Ordering::Relaxed), work).await;
    found_first(&store, 2).await.expect("a free turn");
    assert_eq!(count(&store).await, 2);
}

async fn a_full_disk_refuses_and_is_survived(scratch: Scratch) {
    static LIMIT: Statement = Statement::new("PRAGMA max_page_count = 20");
    static UNLIMITED: Statement = Statement::new("PRAGMA max_page_count = 1000000");
    let store = scratch.families().await;
    let set = async |limit| {
        let body = store.transact(async |transaction| {
            probe::fetch_all(transaction, limit, &[], |row| row.get::<i64>(0)).await
        });
        body.await.expect("a limit")
    };
    let long = "x".repeat(1_000_000);
    let too_much = async || {
        let body = store.transact(async |transaction| {
            let parent = [9.into(), "nine".into(), true.into(), Param::Text(&long)];
            probe::execute(transaction, &INSERT_PARENT, &parent).await?;
            probe::execute(transaction, &INSERT_CHILD, &[9.into()]).await
        });
        body.await
    };
    set(&LIMIT).await;
    let (first, refused, after) = tokio::join!(biased;
        found_first(&store, 1),
        too_much(),
        store.transact(async |transaction| found(transaction, 2).await),
    );
    assert!(is_unavailable(&refused), "{refused:?}");
    // Whether SQLite undid the neighbors too is its own affair, and they must know.
    assert_eq!(
        count(&store).await,
        i64::from(first.is_ok()) + i64::from(after.is_ok())
    );
    set(&UNLIMITED).await;
    assert_eq!(too_much().await, Ok(1));
}

/// After such an error the next success cannot be believed, in this process at least.
async fn a_damaged_file_stops_the_writer(scratch: Scratch) {
    static NOTHING: Statement = Statement::new("SELECT 1");
    let store = scratch.families().await;
    found_first(&store, 1).await.expect("stored");
    store.close().await;
    let store = probe::connect(scratch.url()).await.expect("a database");
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .open(scratch.path())
        .expect("the file");
    let size = file.metadata().expect("its size").len();
    // The first page holds the schema, and all behind it the tables.
    file.seek(SeekFrom::Start(4096)).expect("the second page");
    let garbage = usize::try_from(size - 4096).expect("a small file");
    file.write_all(&vec![0xa5; garbage]).expect("garbage");

    assert!(is_unavailable(&found_first(&store, 2).await));
    let harmless = store.transact(async |transaction| {
        probe::fetch_all(transaction, &NOTHING, &[], |row| row.get::<i64>(0)).await
    });
    assert!(is_unavailable(&harmless.await));
}

async fn a_database_in_memory_is_refused(_: Scratch) {
    let refused = Store::open("sqlite::memory:").await.err();
    assert!(matches!(refused, Some(Error::Open(_))), "{refused:?}");
}
