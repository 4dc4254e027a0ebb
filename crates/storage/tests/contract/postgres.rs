//! What only a server can do to a transaction: deadlocks, lost connections, abandoned answers.

use std::sync::atomic::{AtomicU32, Ordering};

use storage::probe::{self, Statement};
use storage::{Error, Store};
use tokio::sync::Barrier;

use crate::scratch::{Scratch, Test, cancelled_after, count, count_in, found, tests};

pub(crate) const TESTS: &[Test] = tests![
    a_deadlock_is_tried_again,
    a_transaction_that_lost_its_connection_is_tried_again,
    a_read_that_lost_its_connection_is_unavailable,
    connections_that_died_unnoticed_are_replaced,
    a_connection_lost_at_the_commit_is_not_tried_again,
    an_abandoned_statement_ends_its_transaction,
    an_abandoned_transaction_is_not_lent_again,
    sessions_have_their_limits,
    a_server_that_is_down_is_unavailable,
];

static DISCONNECT: Statement =
    Statement::new("SELECT CAST(pg_terminate_backend(pg_backend_pid()) AS TEXT)");

async fn run(store: &Store, statement: &'static Statement) -> Result<u64, Error> {
    store
        .transact(async |transaction| probe::execute(transaction, statement, &[]).await)
        .await
}

async fn a_deadlock_is_tried_again(scratch: Scratch) {
    static ONE: Statement = Statement::new("UPDATE parents SET note = 'x' WHERE id = 1");
    static TWO: Statement = Statement::new("UPDATE parents SET note = 'x' WHERE id = 2");
    let store = scratch.families().await;
    for id in 1..3 {
        store
            .transact(async |transaction| found(transaction, id).await)
            .await
            .expect("stored");
    }
    let (barrier, tries) = (Barrier::new(2), AtomicU32::new(0));
    let update = async |first, second| {
        let body = store.transact(async |transaction| {
            probe::execute(transaction, first, &[]).await?;
            // Both hold what the other one wants.
            if tries.fetch_add(1, Ordering::Relaxed) < 2 {
                barrier.wait().await;
            }
            probe::execute(transaction, second, &[]).await
        });
        body.await
    };
    assert_eq!(
        tokio::join!(update(&ONE, &TWO), update(&TWO, &ONE)),
        (Ok(1), Ok(1))
    );
    assert_eq!(tries.load(Ordering::Relaxed), 3);
}

async fn a_transaction_that_lost_its_connection_is_tried_again(scratch: Scratch) {
    let store = scratch.families().await;
    let tries = AtomicU32::new(0);
    let outcome = store.transact(async |transaction| {
        found(transaction, 1).await?;
        if tries.fetch_add(1, Ordering::Relaxed) == 0 {
            probe::execute(transaction, &DISCONNECT, &[]).await?;
        }
        Ok::<_, Error>(())
    });
    assert_eq!(outcome.await, Ok(()));
    assert_eq!((tries.load(Ordering::Relaxed), count(&store).await), (2, 1));
}

async fn a_read_that_lost_its_connection_is_unavailable(scratch: Scratch) {
    let store = scratch.families().await;
    let outcome = store.read(async |snapshot| {
        count_in(snapshot).await?;
        probe::execute(snapshot, &DISCONNECT, &[]).await
    });
    let outcome = outcome.await;
    assert!(matches!(outcome, Err(Error::Unavailable(_))), "{outcome:?}");
    assert_eq!(count(&store).await, 0);
}

async fn connections_that_died_unnoticed_are_replaced(scratch: Scratch) {
    static DISCONNECT_OTHERS: Statement = Statement::new(
        "SELECT CAST(pg_terminate_backend(pid) AS TEXT) FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid()",
    );
    let (store, other) = (scratch.families().await, scratch.families().await);
    let three_at_once = async || {
        let nested = store.read(async |_| {
            store
                .read(async |_| Ok::<_, Error>(count(&store).await))
                .await
        });
        nested.await
    };
    for _ in 0..5 {
        assert_eq!(three_at_once().await, Ok(0));
        run(&other, &DISCONNECT_OTHERS).await.expect("an operator");
        assert_eq!(three_at_once().await, Ok(0));
    }
}

/// Whether it was stored is not known, so it must not be done twice.
async fn a_connection_lost_at_the_commit_is_not_tried_again(scratch: Scratch) {
    static DISCONNECT_AT_COMMIT: &[probe::Migration] = &[probe::Migration {
        version: 1,
        name: "disconnect",
        sql: "CREATE TABLE fatal (id BIGINT NOT NULL PRIMARY KEY);
              CREATE FUNCTION disconnect() RETURNS trigger LANGUAGE plpgsql AS
                  'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END';
              CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON fatal
                  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION disconnect();",
    }];
    static INSERT: Statement = Statement::new("INSERT INTO fatal (id) VALUES (1)");
    let store = probe::connect(scratch.url()).await.expect("a database");
    probe::run_migrations(&store, DISCONNECT_AT_COMMIT)
        .await
        .expect("its table");
    let tries = AtomicU32::new(0);
    let outcome = store.transact(async |transaction| {
        tries.fetch_add(1, Ordering::Relaxed);
        probe::execute(transaction, &INSERT, &[]).await
    });
    let outcome = outcome.await;
    assert!(matches!(outcome, Err(Error::Unavailable(_))), "{outcome:?}");
    assert_eq!(tries.load(Ordering::Relaxed), 1);
}

async fn an_abandoned_statement_ends_its_transaction(scratch: Scratch) {
    static SLEEP: Statement = Statement::new("SELECT CAST(pg_sleep(0.1) AS TEXT)");
    let store = scratch.families().await;
    let outcome = store.transact(async |transaction| {
        found(transaction, 1).await?;
        let sleep = probe::execute(transaction, &SLEEP, &[]);
        assert_eq!(cancelled_after(1, sleep).await, None);
        Ok::<_, Error>(())
    });
    let outcome = outcome.await;
    assert!(matches!(outcome, Err(Error::Unavailable(_))), "{outcome:?}");
    assert_eq!(count(&store).await, 0);
}

async fn an_abandoned_transaction_is_not_lent_again(scratch: Scratch) {
    let store = scratch.families().await;
    for id in 1..50 {
        let polls = usize::try_from(id).expect("a small number") % 9 + 1;
        let work = store.transact(async |transaction| found(transaction, 1).await);
        if cancelled_after(polls, work).await.is_some() {
            break;
        }
        // Would be inside the abandoned transaction, and see half a family.
        assert!(count(&store).await <= 1);
    }
}

async fn sessions_have_their_limits(scratch: Scratch) {
    static SETTINGS: Statement = Statement::new(
        "SELECT current_setting('statement_timeout'), current_setting('transaction_isolation'),
                current_setting('idle_in_transaction_session_timeout')",
    );
    let store = scratch.families().await;
    let read = store.read(async |snapshot| {
        probe::fetch_optional(snapshot, &SETTINGS, &[], |row| {
            Ok([
                row.get::<String>(0)?,
                row.get::<String>(1)?,
                row.get::<String>(2)?,
            ])
        })
        .await
    });
    assert_eq!(
        read.await,
        Ok(Some(["15s", "repeatable read", "15s"].map(str::to_owned)))
    );
}

async fn a_server_that_is_down_is_unavailable(_: Scratch) {
    let refused = Store::open("postgres://nobody@127.0.0.1:1/nothing")
        .await
        .err();
    assert!(
        matches!(refused, Some(Error::Unavailable(_))),
        "{refused:?}"
    );
}
