//! The counts of quotas.

use domain::access::ClientId;
use jiff::{SignedDuration, Timestamp};
use storage::{Error, Quota, QuotaPeriod, QuotaWindow, Store, Transaction};
use tokio::task::JoinSet;

use crate::client_apps::app;
use crate::scratch::{Test, tests};
use crate::system_users::add_companies;

pub(crate) const TESTS: &[Test] = tests![
    calls_are_counted_all_or_none,
    windows_are_counted_apart,
    what_did_not_come_is_given_back,
    a_purge_forgets_windows_that_are_over,
    the_nearest_to_its_end_is_the_first,
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

async fn the_nearest_to_its_end_is_the_first(store: Store) {
    let quota = |calls| Quota {
        calls,
        period: QuotaPeriod::Minute,
    };
    let outcome = store.transact(async |tx| {
        add_companies(tx).await?;
        tx.client_apps().insert(&app("demo")).await?;
        for (name, calls) in [("info", 100), ("order", 10), ("none", 0)] {
            tx.api_products().insert(name).await?;
            let id = ClientId::new("demo");
            let held = (&id, name, Some(quota(calls)));
            tx.client_apps().add_product(held.0, held.1, held.2).await?;
        }
        let mut quotas = tx.quotas();
        for (name, calls) in [("info", 50), ("order", 9), ("none", 1)] {
            let window = window(name, QuotaPeriod::Minute, 0);
            quotas.take(&window, calls, 100).await?;
        }
        // Another period than that of the quota, and a window that is over.
        quotas
            .take(&window("info", QuotaPeriod::Hour, 0), 99, 100)
            .await?;
        quotas
            .take(&window("info", QuotaPeriod::Minute, -1), 99, 100)
            .await?;
        let nearest = async |tx: &mut Transaction, most| {
            let found = tx.quotas().nearest(Timestamp::UNIX_EPOCH, most).await?;
            Ok::<_, Error>(found.into_iter().map(|(_, name)| name).collect::<Vec<_>>())
        };
        assert_eq!(nearest(tx, 10).await?, ["order", "info"]);
        assert_eq!(nearest(tx, 1).await?, ["order"]);
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
