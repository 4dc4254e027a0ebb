//! The counts of quotas.

use domain::access::ClientId;
use jiff::{SignedDuration, Timestamp};
use storage::{Error, QuotaPeriod, QuotaWindow, Store};
use tokio::task::JoinSet;

use crate::scratch::{Test, tests};

pub(crate) const TESTS: &[Test] = tests![
    calls_are_counted_all_or_none,
    windows_are_counted_apart,
    what_did_not_come_is_given_back,
    a_purge_forgets_windows_that_are_over,
    takers_at_the_same_time_never_get_more_than_the_limit,
];

fn window(api_product: &str, period: QuotaPeriod, minute: i64) -> QuotaWindow {
    let starts_at = Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minute);
    QuotaWindow {
        app: ClientId::new("demo"),
        api_product: api_product.to_owned(),
        period,
        starts_at,
        ends_at: starts_at + SignedDuration::from_mins(1),
    }
}

fn first() -> QuotaWindow {
    window("info", QuotaPeriod::Minute, 0)
}

async fn calls_are_counted_all_or_none(store: Store) {
    let outcome = store.transact(async |tx| {
        let (window, mut quotas) = (first(), tx.quotas());
        assert_eq!(quotas.used(&window).await?, 0);
        for (calls, limit, counted) in [
            (3, 10, Some(3)),
            (7, 10, Some(10)),
            (1, 10, None),
            (1, 11, Some(11)),
            (1, 5, None),
        ] {
            assert_eq!(quotas.take(&window, calls, limit).await?, counted);
        }
        assert_eq!(quotas.used(&window).await?, 11);
        Ok::<_, Error>(())
    });
    assert_eq!(outcome.await, Ok(()));
}

async fn windows_are_counted_apart(store: Store) {
    let outcome = store.transact(async |tx| {
        let mut another_app = first();
        another_app.app = ClientId::new("other");
        for window in [
            first(),
            window("info", QuotaPeriod::Minute, 1),
            window("info", QuotaPeriod::Hour, 0),
            window("order", QuotaPeriod::Minute, 0),
            another_app,
        ] {
            assert_eq!(tx.quotas().take(&window, 1, 1).await?, Some(1));
            assert_eq!(tx.quotas().take(&window, 1, 1).await?, None);
        }
        Ok::<_, Error>(())
    });
    assert_eq!(outcome.await, Ok(()));
}

async fn what_did_not_come_is_given_back(store: Store) {
    let outcome = store.transact(async |tx| {
        let (window, mut quotas) = (first(), tx.quotas());
        quotas.take(&window, 10, 10).await?;
        quotas.give_back(&window, 4).await?;
        assert_eq!(quotas.used(&window).await?, 6);
        quotas.give_back(&window, 7).await?;
        assert_eq!(quotas.used(&window).await?, 6, "never below nothing");
        Ok::<_, Error>(())
    });
    assert_eq!(outcome.await, Ok(()));
}

async fn a_purge_forgets_windows_that_are_over(store: Store) {
    let outcome = store.transact(async |tx| {
        let (old, young) = (first(), window("info", QuotaPeriod::Minute, 1));
        let mut quotas = tx.quotas();
        quotas.take(&old, 1, 10).await?;
        quotas.take(&young, 1, 10).await?;
        assert_eq!(quotas.purge(old.starts_at).await?, 0);
        assert_eq!(quotas.purge(old.ends_at).await?, 1);
        assert_eq!(quotas.used(&old).await?, 0);
        assert_eq!(quotas.used(&young).await?, 1);
        Ok::<_, Error>(())
    });
    assert_eq!(outcome.await, Ok(()));
}

async fn takers_at_the_same_time_never_get_more_than_the_limit(store: Store) {
    let mut takers = JoinSet::new();
    for _ in 0..40 {
        let store = store.clone();
        takers.spawn(async move {
            let window = first();
            let window = &window;
            store
                .transact(async move |tx| tx.quotas().take(window, 3, 50).await)
                .await
        });
    }
    let taken = takers.join_all().await;
    let counts = taken
        .into_iter()
        .filter_map(|taken| taken.expect("an answer"));
    let mut counts: Vec<_> = counts.collect();
    counts.sort_unstable();
    assert_eq!(counts, (1..=16).map(|place| place * 3).collect::<Vec<_>>());
}
