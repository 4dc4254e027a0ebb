//! Finished calls: how many there were and how long they took, by several nodes.

pub(crate) mod gauges;
pub(crate) mod log;
pub(crate) mod reads;

use domain::OrganizationNumber;
use domain::access::ClientId;
use jiff::{SignedDuration, Timestamp};
use storage::{
    CallCount, CallKey, CallTally, DataReadCount, DataReadFilter, DataReadPlace, Error,
    LatencyCount, Minute, SeriesSpan, Store, Transaction,
};
use tokio::task::JoinSet;

use crate::client_apps::{owner, stranger};
use crate::scratch::{Test, tests};
use crate::world::TROUBLESOME;

pub(crate) const TESTS: &[Test] = tests![
    counts_of_several_nodes_add_up,
    nodes_that_count_at_the_same_time_lose_nothing,
    series_are_told_apart_by_operation_code_and_app,
    latencies_come_by_point_and_bucket,
];

const FIRST: Minute = Minute(29_000_000);

fn minute(after: i64) -> Minute {
    Minute(FIRST.0 + after)
}

fn at(seconds: i64) -> Timestamp {
    FIRST.begins_at() + SignedDuration::from_secs(seconds)
}

fn span(to: i64, step: i64) -> SeriesSpan {
    SeriesSpan {
        from: FIRST,
        to: minute(to),
        step,
    }
}

fn count(minute: Minute, (operation, app): (&str, &str), code: i64, calls: i64) -> CallCount {
    CallCount {
        minute,
        operation: operation.to_owned(),
        app: app.to_owned(),
        system_user: "OWN".to_owned(),
        code,
        calls,
        unlogged: calls / 2,
    }
}

fn read(seconds: i64, organization: &OrganizationNumber, app: &str, user: &str) -> DataReadCount {
    DataReadCount {
        minute: Minute::of(at(seconds)),
        organization: organization.clone(),
        app: app.to_owned(),
        system_user: user.to_owned(),
        operation: "get_order".to_owned(),
        presumed: false,
        calls: 1,
        first_at: at(seconds),
        last_at: at(seconds),
    }
}

fn calls(calls: Vec<CallCount>) -> CallTally {
    CallTally {
        calls,
        ..CallTally::default()
    }
}

fn reads(reads: Vec<DataReadCount>) -> CallTally {
    CallTally {
        reads,
        ..CallTally::default()
    }
}

async fn series(
    tx: &mut Transaction,
    key: CallKey,
    only: (Option<&ClientId>, Option<&str>),
) -> Result<Vec<(i64, String, i64)>, Error> {
    let values = tx.calls().series(span(4, 2), key, only).await?;
    let values = values.into_iter();
    Ok(values.map(|one| (one.point, one.key, one.calls)).collect())
}

async fn counts_of_several_nodes_add_up(store: Store) {
    let outcome = store.transact(async |tx| {
        let tally = calls(vec![
            count(FIRST, ("a", TROUBLESOME), 200, 5),
            count(minute(1), ("a", TROUBLESOME), 200, 7),
        ]);
        tx.calls().add(&tally).await?;
        tx.calls().add(&tally).await?;
        tx.calls().add(&CallTally::default()).await?;
        let found = series(tx, CallKey::App, (None, None)).await?;
        assert_eq!(found, [(0, TROUBLESOME.to_owned(), 24)]);
        let app = ClientId::new(TROUBLESOME);
        assert_eq!(tx.calls().unlogged(&app, at(0)).await?, 10);
        assert_eq!(tx.calls().unlogged(&app, at(60)).await?, 6);
        assert_eq!(
            tx.calls().unlogged(&ClientId::new("other"), at(0)).await?,
            0
        );
        Ok::<_, Error>(())
    });
    assert_eq!(outcome.await, Ok(()));
}

async fn nodes_that_count_at_the_same_time_lose_nothing(store: Store) {
    let mut nodes = JoinSet::new();
    for _ in 0..20 {
        let store = store.clone();
        nodes.spawn(async move {
            let codes = 200..230;
            let mut tally = calls(
                codes
                    .map(|code| count(FIRST, ("a", "x"), code, 3))
                    .collect(),
            );
            let organizations = [owner(), stranger()];
            tally.reads = organizations
                .iter()
                .map(|one| read(1, one, "x", "OWN"))
                .collect();
            tally.latencies = vec![(FIRST, "a".to_owned(), 30, 90)];
            tally.sort();
            let tally = &tally;
            let add = async move |tx: &mut Transaction| tx.calls().add(tally).await;
            store.transact(add).await
        });
    }
    assert_eq!(nodes.join_all().await, vec![Ok(()); 20]);
    let found = store.read(async |tx| {
        let counted = series(tx, CallKey::Operation, (None, None)).await?;
        assert_eq!(counted, [(0, "a".to_owned(), 20 * 30 * 3)]);
        let latencies = tx.calls().latencies(span(1, 1), Some("a")).await?;
        assert_eq!(latencies.first().map(|one| one.calls), Some(20 * 90));
        let reads = tx
            .calls()
            .reads(&anyone(), &DataReadPlace::default(), 9)
            .await?;
        let reads: Vec<_> = reads.iter().map(|read| read.calls).collect();
        assert_eq!(reads, [20, 20]);
        Ok::<_, Error>(())
    });
    assert_eq!(found.await, Ok(()));
}

async fn series_are_told_apart_by_operation_code_and_app(store: Store) {
    let outcome = store.transact(async |tx| {
        let tally = calls(vec![
            count(FIRST, ("a", "x"), 200, 1),
            count(minute(1), ("a", "y"), 404_001, 2),
            count(minute(2), ("b", "x"), 200, 4),
            count(minute(3), ("b", "y"), 200, 8),
            count(minute(4), ("b", "y"), 200, 16),
            count(Minute(FIRST.0 - 1), ("a", "x"), 200, 32),
        ]);
        tx.calls().add(&tally).await?;
        let all = (None, None);
        let own = |point, key: &str, calls| (point, key.to_owned(), calls);
        assert_eq!(
            series(tx, CallKey::Operation, all).await?,
            [own(0, "a", 3), own(1, "b", 12)]
        );
        assert_eq!(
            series(tx, CallKey::Code, all).await?,
            [own(0, "200", 1), own(1, "200", 12), own(0, "404001", 2)]
        );
        assert_eq!(
            series(tx, CallKey::App, all).await?,
            [
                own(0, "x", 1),
                own(1, "x", 4),
                own(0, "y", 2),
                own(1, "y", 8)
            ]
        );
        let app = ClientId::new("y");
        let of_app = series(tx, CallKey::Code, (Some(&app), None)).await?;
        assert_eq!(of_app, [own(1, "200", 8), own(0, "404001", 2)]);
        let of_operation = series(tx, CallKey::App, (None, Some("a"))).await?;
        assert_eq!(of_operation, [own(0, "x", 1), own(0, "y", 2)]);
        Ok::<_, Error>(())
    });
    assert_eq!(outcome.await, Ok(()));
}

async fn latencies_come_by_point_and_bucket(store: Store) {
    let outcome = store.transact(async |tx| {
        let one =
            |minute, operation: &str, bucket, calls| (minute, operation.to_owned(), bucket, calls);
        let tally = CallTally {
            latencies: vec![
                one(FIRST, "a", 40, 1),
                one(FIRST, "b", 40, 2),
                one(minute(1), "a", 9, 4),
                one(minute(2), "a", 40, 8),
            ],
            ..CallTally::default()
        };
        tx.calls().add(&tally).await?;
        let count = |point, bucket, calls| LatencyCount {
            point,
            bucket,
            calls,
        };
        assert_eq!(
            tx.calls().latencies(span(4, 2), None).await?,
            [count(0, 9, 4), count(0, 40, 3), count(1, 40, 8)]
        );
        assert_eq!(
            tx.calls().latencies(span(4, 2), Some("b")).await?,
            [count(0, 40, 2)]
        );
        Ok::<_, Error>(())
    });
    assert_eq!(outcome.await, Ok(()));
}

/// Everything from the first minute on, for a day.
fn anyone() -> DataReadFilter {
    DataReadFilter {
        app: None,
        system_user: None,
        organization: None,
        from: at(0),
        to: at(86_400),
    }
}
