//! The gauges: what they look at, and what is kept of them.

use domain::{AccountStatus, OrderId, OrderState};
use storage::{Error, JobKind, NewJob, Queue, Store, WaitingDeliveries, WaitingOrders};

use super::{FIRST, minute, span};
use crate::client_apps::owner;
use crate::notifications::{endpoint, insert, publish};
use crate::scratch::{Test, tests};
use crate::world::{NOW, after, build, order, own};

pub(crate) const TESTS: &[Test] = tests![
    the_first_reading_of_a_gauge_has_its_say,
    open_orders_are_counted_by_state_with_the_oldest,
    deliveries_that_wait_are_counted_with_the_oldest,
];

async fn the_first_reading_of_a_gauge_has_its_say(store: Store) {
    let outcome = store.transact(async |tx| {
        let reading = |name: &str, value| (name.to_owned(), value);
        let mut calls = tx.calls();
        calls
            .record_gauges(FIRST, &[reading("held", 3), reading("waiting", 1)])
            .await?;
        calls.record_gauges(FIRST, &[reading("held", 9)]).await?;
        calls
            .record_gauges(minute(1), &[reading("held", 5)])
            .await?;
        calls
            .record_gauges(minute(5), &[reading("held", 1)])
            .await?;
        let found = calls.gauges(FIRST).await?;
        assert_eq!(found, [reading("held", 3), reading("waiting", 1)]);
        assert_eq!(calls.gauges(minute(2)).await?, []);
        let series = calls.gauge_series(span(6, 2), "held").await?;
        assert_eq!(series, [(0, 5), (2, 1)]);
        assert_eq!(calls.gauge_series(span(6, 2), "unknown").await?, []);
        Ok::<_, Error>(())
    });
    assert_eq!(outcome.await, Ok(()));
}

async fn open_orders_are_counted_by_state_with_the_oldest(store: Store) {
    let outcome = store.transact(async |tx| {
        build(tx).await?;
        assert_eq!(tx.calls().waiting_orders().await?, []);
        assert_eq!(tx.calls().waiting_jobs().await?, []);
        for (id, state, accepted, moved) in [
            (1, OrderState::Held, 1, 50),
            (2, OrderState::Held, 2, 40),
            (3, OrderState::Acknowledged, 3, 3),
            (4, OrderState::Completed, 0, 0),
        ] {
            let mut one = order(OrderId::new(id));
            one.created_at = after(accepted);
            tx.orders().insert(&one, &own()).await?;
            let from = one.state;
            (one.state, one.updated_at) = (state, after(moved));
            assert!(tx.orders().advance(&one, from).await?);
            if state == OrderState::Completed {
                continue;
            }
            let queue = if id == 1 { Queue::Desk } else { Queue::Pull };
            let job = NewJob {
                kind: JobKind::FulfillOrder,
                subject: id,
                lane: id,
                turn: 1,
                queue,
                organization: owner(),
                due_at: NOW,
            };
            tx.jobs().enqueue(&job).await?;
        }
        let waiting = |state, orders, accepted, since| WaitingOrders {
            state,
            orders,
            oldest_accepted_at: after(accepted),
            longest_since: after(since),
        };
        assert_eq!(
            tx.calls().waiting_orders().await?,
            [
                waiting(OrderState::Acknowledged, 1, 3, 3),
                waiting(OrderState::Held, 2, 1, 40),
            ]
        );
        let jobs = tx.calls().waiting_jobs().await?;
        assert_eq!(jobs, [("DESK".to_owned(), 1), ("PULL".to_owned(), 2)]);
        Ok::<_, Error>(())
    });
    assert_eq!(outcome.await, Ok(()));
}

async fn deliveries_that_wait_are_counted_with_the_oldest(store: Store) {
    let outcome = store.transact(async |tx| {
        build(tx).await?;
        let none = WaitingDeliveries {
            deliveries: 0,
            oldest_at: None,
        };
        assert_eq!(tx.calls().waiting_deliveries().await?, none);
        insert(tx, &[endpoint("a", &own())]).await?;
        for position in [1, 2] {
            publish(tx, position, AccountStatus::Open, &owner()).await?;
        }
        let two = WaitingDeliveries {
            deliveries: 2,
            oldest_at: Some(after(1)),
        };
        assert_eq!(tx.calls().waiting_deliveries().await?, two);
        Ok::<_, Error>(())
    });
    assert_eq!(outcome.await, Ok(()));
}
