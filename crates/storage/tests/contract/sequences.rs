//! Sequences: numbers that are given out once.

use std::collections::HashSet;

use storage::{Error, Store};

use crate::scratch::{Test, tests};
use crate::world::at_once;

pub(crate) const TESTS: &[Test] = tests![
    blocks_follow_one_another,
    blocks_that_are_taken_at_once_never_overlap,
    a_block_of_a_transaction_that_failed_is_no_trouble,
];

async fn blocks_follow_one_another(store: Store) {
    let outcome = store.transact(async |tx| {
        let mut sequences = tx.sequences();
        for (name, size, first) in [
            ("orders", 100, 0),
            ("orders", 1, 100),
            ("products", 7, 0),
            ("orders", 50, 101),
            ("products", 1, 7),
            ("Orders", 1, 0),
        ] {
            assert_eq!(sequences.take_block(name, size).await?, first, "{name}");
        }
        Ok::<_, Error>(())
    });
    assert_eq!(outcome.await, Ok(()));
}

async fn blocks_that_are_taken_at_once_never_overlap(store: Store) {
    let takers = (0..60).map(|number| {
        let store = store.clone();
        async move {
            let size = number % 5 + 1;
            let taken = store.transact(async |tx| tx.sequences().take_block("orders", size).await);
            let first = taken.await.expect("a block");
            first..first + size
        }
    });
    let numbers: Vec<i64> = at_once(takers).await.into_iter().flatten().collect();
    let distinct: HashSet<_> = numbers.iter().collect();
    assert_eq!(distinct.len(), numbers.len());
    let next = store.transact(async |tx| tx.sequences().take_block("orders", 1).await);
    assert!(!numbers.contains(&next.await.expect("a block")));
}

async fn a_block_of_a_transaction_that_failed_is_no_trouble(store: Store) {
    let takers = (0..40).map(|number| {
        let store = store.clone();
        async move {
            let taken = store.transact(async |tx| {
                let first = tx.sequences().take_block("orders", 1).await?;
                if number % 2 == 0 {
                    return Err(Error::Conflict("as planned".to_owned()));
                }
                Ok(first)
            });
            taken.await.ok()
        }
    });
    let numbers: Vec<_> = at_once(takers).await.into_iter().flatten().collect();
    let distinct: HashSet<_> = numbers.iter().collect();
    assert_eq!((numbers.len(), distinct.len()), (20, 20));
}
