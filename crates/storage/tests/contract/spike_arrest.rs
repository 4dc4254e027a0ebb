//! The buckets of the spike arrest that nodes share.

use storage::{Error, Spending, Spent, Store};
use tokio::task::JoinSet;

use crate::scratch::{Test, tests};

pub(crate) const TESTS: &[Test] = tests![
    a_bucket_is_spent_from_until_it_is_empty,
    time_fills_a_bucket_to_the_brim_and_no_further,
    a_clock_that_went_back_empties_the_bucket,
    a_purge_forgets_full_buckets,
    spenders_at_the_same_time_never_get_more_than_the_bucket_holds,
];

const INTERVAL: i64 = 100;
const NOW: i64 = 1_780_000_000_000_000_000;

/// Calls that come at this instant, to a bucket that holds three of them.
const fn calls(calls: i64, now: i64) -> Spending {
    let latest = now + 3 * INTERVAL;
    Spending {
        now,
        cost: calls * INTERVAL,
        latest,
        horizon: latest + 1_000,
    }
}

async fn a_bucket_is_spent_from_until_it_is_empty(store: Store) {
    let outcome = store.transact(async |tx| {
        let mut buckets = tx.spike_buckets();
        for (count, spent) in [
            (2, Spent::Admitted(NOW + 200)),
            (2, Spent::Refused(NOW + 200)),
            (1, Spent::Admitted(NOW + 300)),
            (1, Spent::Refused(NOW + 300)),
        ] {
            assert_eq!(buckets.spend("app demo", calls(count, NOW)).await?, spent);
        }
        let other = buckets.spend("app other", calls(3, NOW)).await?;
        assert_eq!(other, Spent::Admitted(NOW + 300));
        assert_eq!(buckets.arrival("app demo").await?, Some(NOW + 300));
        assert_eq!(buckets.arrival("app unknown").await?, None);
        Ok::<_, Error>(())
    });
    assert_eq!(outcome.await, Ok(()));
}

async fn time_fills_a_bucket_to_the_brim_and_no_further(store: Store) {
    let outcome = store.transact(async |tx| {
        let mut buckets = tx.spike_buckets();
        buckets.spend("app demo", calls(3, NOW)).await?;
        let early = buckets.spend("app demo", calls(1, NOW + 99)).await?;
        assert_eq!(early, Spent::Refused(NOW + 300));
        let due = buckets.spend("app demo", calls(1, NOW + 100)).await?;
        assert_eq!(due, Spent::Admitted(NOW + 400));
        let late = NOW + 1_000_000;
        let full = buckets.spend("app demo", calls(3, late)).await?;
        assert_eq!(full, Spent::Admitted(late + 300));
        let empty = buckets.spend("app demo", calls(1, late)).await?;
        assert_eq!(empty, Spent::Refused(late + 300));
        Ok::<_, Error>(())
    });
    assert_eq!(outcome.await, Ok(()));
}

async fn a_clock_that_went_back_empties_the_bucket(store: Store) {
    let outcome = store.transact(async |tx| {
        let mut buckets = tx.spike_buckets();
        buckets.spend("app demo", calls(1, NOW)).await?;
        let before = NOW - 1_000_000;
        let empty = before + 301;
        let spent = buckets.spend("app demo", calls(1, before)).await?;
        assert_eq!(spent, Spent::Refused(empty));
        let early = buckets.spend("app demo", calls(1, before + 100)).await?;
        assert_eq!(early, Spent::Refused(empty));
        let due = buckets.spend("app demo", calls(1, before + 101)).await?;
        assert_eq!(due, Spent::Admitted(empty + 100));
        Ok::<_, Error>(())
    });
    assert_eq!(outcome.await, Ok(()));
}

async fn a_purge_forgets_full_buckets(store: Store) {
    let outcome = store.transact(async |tx| {
        let mut buckets = tx.spike_buckets();
        buckets.spend("app demo", calls(1, NOW)).await?;
        assert_eq!(buckets.purge(NOW + 99).await?, 0);
        assert_eq!(buckets.purge(NOW + 100).await?, 1);
        Ok::<_, Error>(())
    });
    assert_eq!(outcome.await, Ok(()));
}

async fn spenders_at_the_same_time_never_get_more_than_the_bucket_holds(store: Store) {
    let mut spenders = JoinSet::new();
    for _ in 0..40 {
        let store = store.clone();
        spenders.spawn(async move {
            let spend = async |tx: &mut storage::Transaction| {
                tx.spike_buckets().spend("app demo", calls(1, NOW)).await
            };
            store.transact(spend).await
        });
    }
    let spent = spenders.join_all().await;
    let admitted = spent
        .iter()
        .filter(|spent| matches!(spent, Ok(Spent::Admitted(_))));
    assert_eq!(admitted.count(), 3);
    assert!(spent.iter().all(Result::is_ok));
}
