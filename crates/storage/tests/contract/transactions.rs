//! Transactions among others that fail, panic, are cancelled or read meanwhile.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use storage::probe::{self, Param};
use storage::{Error, Store, Transaction};
use tokio::task::{JoinSet, yield_now};

use crate::scratch::{
    INSERT_CHILD, INSERT_PARENT, Scratch, Test, cancelled_after, count, count_in, exists, found,
    tests,
};

pub(crate) const TESTS: &[Test] = tests![
    a_failure_loses_only_itself,
    a_panic_loses_only_itself,
    a_cancellation_at_any_await_leaves_nothing_behind,
    a_storm_of_cancellations_leaves_nothing_behind,
    a_transaction_cannot_outlive_a_failed_statement,
    a_refusal_undoes_the_transaction,
    a_read_sees_one_state,
    a_read_does_not_wait_for_a_writer,
    a_read_changes_nothing,
    more_readers_than_connections_take_turns,
    a_closed_store_refuses_and_a_new_one_finds_everything,
    futures_are_send,
];

/// A refusal of the application's own.
#[derive(Debug, PartialEq)]
enum Refusal {
    Planned,
    Storage(Error),
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Storage(error)
    }
}

async fn a_failure_loses_only_itself(scratch: Scratch) {
    let store = scratch.families().await;
    let mut tasks = JoinSet::new();
    for id in 0..100 {
        let store = store.clone();
        tasks.spawn(async move {
            let outcome = store.transact(async |transaction| {
                found(transaction, id).await?;
                match id % 5 {
                    1 => Err(Refusal::Planned),
                    2 => Ok(probe::execute(transaction, &INSERT_CHILD, &[id.into()]).await?),
                    3 => Ok(probe::execute(transaction, &INSERT_CHILD, &[(-1).into()]).await?),
                    _ => Ok(0),
                }
            });
            (id, outcome.await)
        });
    }
    while let Some(task) = tasks.join_next().await {
        let (id, outcome) = task.expect("no panic");
        match id % 5 {
            1 => assert_eq!(outcome, Err(Refusal::Planned)),
            2 | 3 => assert!(matches!(outcome, Err(Refusal::Storage(Error::Conflict(_))))),
            _ => assert_eq!(outcome, Ok(0)),
        }
    }
    assert_eq!(count(&store).await, 40);
}

async fn a_panic_loses_only_itself(scratch: Scratch) {
    let store = scratch.families().await;
    let mut tasks = JoinSet::new();
    for id in 0..20 {
        let store = store.clone();
        tasks.spawn(async move {
            let outcome = store.transact(async |transaction| {
                found(transaction, id).await?;
                // Unwinds like a panic, without printing one.
                if id % 5 == 2 {
                    std::panic::resume_unwind(Box::new("as planned"));
                }
                Ok::<_, Error>(())
            });
            outcome.await
        });
    }
    let mut panics = 0;
    while let Some(task) = tasks.join_next().await {
        match task {
            Ok(outcome) => assert_eq!(outcome, Ok(())),
            Err(_) => panics += 1,
        }
    }
    assert_eq!((panics, count(&store).await), (4, 16));
}

async fn a_cancellation_at_any_await_leaves_nothing_behind(scratch: Scratch) {
    let store = scratch.families().await;
    let mut answered = 0;
    for crowd in [0, 1, 8] {
        for polls in 1..12 {
            let mut others = JoinSet::new();
            for other in 1..=crowd {
                let (store, id) = (store.clone(), crowd * 1000 + polls * 10 + other);
                others.spawn(async move {
                    store
                        .transact(async |transaction| found(transaction, id).await)
                        .await
                });
            }
            let id = crowd * 1000 + polls * 10;
            let cancelled = store.transact(async |transaction| found(transaction, id).await);
            let polls = usize::try_from(polls).expect("a small number");
            answered += i64::from(cancelled_after(polls, cancelled).await == Some(Ok(())));
            for outcome in others.join_all().await {
                assert_eq!(outcome, Ok(()));
                answered += 1;
            }
        }
    }
    store
        .transact(async |transaction| found(transaction, 0).await)
        .await
        .expect("a free turn");
    assert!(count(&store).await > answered);
}

async fn a_storm_of_cancellations_leaves_nothing_behind(scratch: Scratch) {
    let store = scratch.families().await;
    let answered = Arc::new(AtomicI64::new(0));
    let mut tasks = JoinSet::new();
    for task in 0..40 {
        let (store, answered) = (store.clone(), Arc::clone(&answered));
        tasks.spawn(async move {
            for turn in 0..25 {
                let id = task * 100 + turn;
                let polls = usize::try_from(id % 13 + 1).expect("a small number");
                let work = store.transact(async |transaction| found(transaction, id).await);
                match cancelled_after(polls, work).await {
                    Some(Ok(())) => drop(answered.fetch_add(1, Ordering::Relaxed)),
                    Some(Err(error)) => panic!("nobody was refused before: {error}"),
                    None => {}
                }
            }
        });
    }
    while let Some(task) = tasks.join_next().await {
        task.expect("no panic");
    }
    store
        .transact(async |transaction| found(transaction, -1).await)
        .await
        .expect("a free turn");
    assert!(count(&store).await > answered.load(Ordering::Relaxed));
}

/// On either engine, so that code which was tried on one does not fail on the other.
async fn a_transaction_cannot_outlive_a_failed_statement(scratch: Scratch) {
    let store = scratch.families().await;
    let outcome = store.transact(async |transaction| {
        found(transaction, 1).await?;
        let again = probe::execute(transaction, &INSERT_CHILD, &[1.into()]).await;
        assert!(matches!(again, Err(Error::Conflict(_))), "{again:?}");
        let later = probe::execute(transaction, &INSERT_CHILD, &[2.into()]).await;
        assert_eq!(later, again);
        Ok::<_, Error>(())
    });
    assert!(matches!(outcome.await, Err(Error::Conflict(_))));
    assert_eq!(count(&store).await, 0);
}

async fn a_refusal_undoes_the_transaction(scratch: Scratch) {
    let store = scratch.families().await;
    let outcome = store.transact(async |transaction| {
        found(transaction, 1).await?;
        Err::<(), _>(Refusal::Planned)
    });
    assert_eq!(outcome.await, Err(Refusal::Planned));
    assert_eq!(count(&store).await, 0);
}

async fn a_read_sees_one_state(scratch: Scratch) {
    let store = scratch.families().await;
    let seen = store.read(async |snapshot| {
        let before = count_in(snapshot).await?;
        store
            .transact(async |transaction| found(transaction, 1).await)
            .await?;
        Ok::<_, Error>((before, count_in(snapshot).await?))
    });
    assert_eq!(seen.await, Ok((0, 0)));
    assert_eq!(count(&store).await, 1);
}

async fn a_read_does_not_wait_for_a_writer(scratch: Scratch) {
    let store = scratch.families().await;
    let outcome = store.transact(async |transaction| {
        found(transaction, 1).await?;
        assert_eq!(count(&store).await, 0);
        Ok::<_, Error>(())
    });
    assert_eq!(outcome.await, Ok(()));
}

async fn a_read_changes_nothing(scratch: Scratch) {
    let store = scratch.families().await;
    let outcome = store.read(async |snapshot| found(snapshot, 1).await).await;
    assert!(
        matches!(outcome, Err(Error::Statement { .. })),
        "{outcome:?}"
    );
    assert_eq!(count(&store).await, 0);
}

async fn more_readers_than_connections_take_turns(scratch: Scratch) {
    let store = scratch.families().await;
    let mut readers = JoinSet::new();
    for _ in 0..100 {
        let store = store.clone();
        readers.spawn(async move {
            let seen = store.read(async |snapshot| {
                yield_now().await;
                count_in(snapshot).await
            });
            seen.await
        });
    }
    for seen in readers.join_all().await {
        assert_eq!(seen, Ok(0));
    }
}

async fn a_closed_store_refuses_and_a_new_one_finds_everything(scratch: Scratch) {
    let store = scratch.families().await;
    store
        .transact(async |transaction| found(transaction, 1).await)
        .await
        .expect("stored");
    store.close().await;
    let write = store
        .transact(async |transaction| found(transaction, 2).await)
        .await;
    assert!(matches!(write, Err(Error::Unavailable(_))), "{write:?}");
    let read = store.read(count_in).await;
    assert!(matches!(read, Err(Error::Unavailable(_))), "{read:?}");
    assert_eq!(count(&scratch.families().await).await, 1);
}

/// What a handler of the program looks like, and that its future may cross threads.
async fn futures_are_send(scratch: Scratch) {
    async fn handler(store: Store, name: String, note: Option<String>) -> Result<i64, Refusal> {
        let place = async |transaction: &mut Transaction| {
            if exists(transaction, 7).await? {
                return Err(Refusal::Planned);
            }
            let parent = [
                7.into(),
                Param::from(&name),
                true.into(),
                Param::from(note.as_deref()),
            ];
            probe::execute(transaction, &INSERT_PARENT, &parent).await?;
            yield_now().await;
            probe::execute(transaction, &INSERT_CHILD, &[7.into()]).await?;
            Ok(7)
        };
        store.transact(place).await?;
        let read = store.read(async |snapshot| {
            yield_now().await;
            Ok::<_, Error>((exists(snapshot, 7).await?, name.len()))
        });
        assert_eq!(read.await?, (true, 7));
        Ok(7)
    }
    let store = scratch.families().await;
    let handled = tokio::spawn(handler(store.clone(), "Nordmann"[..7].to_owned(), None));
    assert_eq!(handled.await.expect("no panic"), Ok(7));
    let again = tokio::spawn(handler(store, "Hansen".to_owned(), Some("note".to_owned())));
    assert_eq!(again.await.expect("no panic"), Err(Refusal::Planned));
}
