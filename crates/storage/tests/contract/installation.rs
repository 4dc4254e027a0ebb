//! Facts about the installation.

use std::collections::HashSet;

use storage::{Error, Store};

use crate::scratch::{Test, tests};
use crate::world::{TROUBLESOME, at_once};

pub(crate) const TESTS: &[Test] = tests![
    the_first_value_of_a_fact_stays,
    nodes_that_start_at_once_settle_on_one_value,
    a_fact_of_a_transaction_that_failed_is_open_again,
];

async fn settle(store: &Store, fact: &str, value: &str) -> String {
    let settled = store.transact(async |tx| tx.installation().settle(fact, value).await);
    settled.await.expect("a value")
}

async fn the_first_value_of_a_fact_stays(store: Store) {
    for (fact, value, settled) in [
        ("key", "one", "one"),
        ("key", "two", "one"),
        ("Key", TROUBLESOME, TROUBLESOME),
        ("Key", "", TROUBLESOME),
        ("", "", ""),
        ("", "three", ""),
    ] {
        assert_eq!(settle(&store, fact, value).await, settled, "{fact}");
    }
}

async fn nodes_that_start_at_once_settle_on_one_value(store: Store) {
    let nodes = (0..30).map(|number| {
        let store = store.clone();
        async move { settle(&store, "key", &format!("node {number}")).await }
    });
    let values: HashSet<_> = at_once(nodes).await.into_iter().collect();
    assert_eq!(values.len(), 1, "{values:?}");
    let settled = settle(&store, "key", "later").await;
    assert!(values.contains(&settled));
}

async fn a_fact_of_a_transaction_that_failed_is_open_again(store: Store) {
    let failed = store.transact(async |tx| {
        tx.installation().settle("key", "one").await?;
        Err::<(), _>(Error::Conflict("as planned".to_owned()))
    });
    assert!(failed.await.is_err());
    assert_eq!(settle(&store, "key", "two").await, "two");
}
