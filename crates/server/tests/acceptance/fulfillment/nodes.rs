//! Two nodes on one database: together they do everything once.

use std::collections::BTreeSet;
use std::time::Duration;

use domain::{Author, FulfillmentWay};
use jiff::SignedDuration;
use storage::JournalFilter;

use super::operator_system::Scripted;
use crate::app::{Test, TestApp, tests};
use crate::orders::{add, update};

pub(crate) const TESTS: &[Test] = tests![
    two_nodes_carry_out_each_order_once,
    two_nodes_ask_the_system_once_for_each_order,
    two_nodes_give_an_order_to_one_worker,
    two_nodes_give_each_change_one_place,
];

/// Half of them on one product, where they have to wait for each other.
async fn place(app: &TestApp) -> BTreeSet<String> {
    let mut placed = BTreeSet::new();
    for number in 0..12 {
        let email = format!("number{number}@example.com");
        for order in [add(404, &[]), update(&[(6420, &email)])] {
            placed.insert(app.system_user().ordered(&order).await);
        }
    }
    placed
}

async fn all_are_done_once(app: &TestApp, placed: &BTreeSet<String>) {
    for id in placed {
        let order = app.system_user().order(id).await;
        let history = order["history"].as_array().expect("a history");
        let states: Vec<_> = history.iter().map(|event| &event["state"]).collect();
        assert_eq!(states, ["ACKNOWLEDGED", "IN_PROGRESS", "COMPLETED"]);
    }
}

async fn two_nodes_carry_out_each_order_once(app: &mut TestApp) {
    let other = app.another_node().await;
    let placed = place(app).await;
    for _ in 0..4 {
        app.clock.advance(Duration::from_secs(1));
        let (first, second) = (app.worker(), other.selfservice.worker());
        let steps = tokio::join!(first.run_due_jobs(), second.run_due_jobs());
        assert!(steps.0.is_ok() && steps.1.is_ok(), "{steps:?}");
    }
    all_are_done_once(app, &placed).await;
}

async fn two_nodes_ask_the_system_once_for_each_order(app: &mut TestApp) {
    let system = Scripted::behind(app).await;
    let other = app.another_node().await;
    let placed = place(app).await;
    let work = async |worker: selfservice::fulfillment::SystemWorker| {
        while worker.call_for_next_order().await.expect("an outcome") {}
    };
    let second = other.selfservice.system_worker().expect("the same system");
    tokio::join!(work(app.system_worker()), work(second));
    // Whoever came last may have seen a lane that the other had in hand.
    work(app.system_worker()).await;
    all_are_done_once(app, &placed).await;
    let called: Vec<_> = system.calls().into_iter().map(|(id, _)| id).collect();
    assert_eq!(called.len(), placed.len());
    assert_eq!(called.into_iter().collect::<BTreeSet<_>>(), placed);
}

async fn two_nodes_give_an_order_to_one_worker(app: &mut TestApp) {
    app.restart_with(|choices| choices.fulfillment.default_way = FulfillmentWay::Pull)
        .await;
    let other = app.another_node().await;
    for _ in 0..10 {
        app.system_user().ordered(&add(404, &[])).await;
    }
    let lease = SignedDuration::from_secs(60);
    let by = Author::of_operator("worker 7");
    let claimed = tokio::join!(
        app.selfservice().claim_orders(&by, 10, lease),
        other.selfservice.claim_orders(&by, 10, lease),
    );
    let all = [claimed.0.expect("orders"), claimed.1.expect("orders")].concat();
    let ids: BTreeSet<_> = all.iter().map(|work| work.order.id.get()).collect();
    assert_eq!((all.len(), ids.len()), (10, 10));
    for work in all {
        let report = (work.order.id, Some(work.claim));
        // It does not matter which node takes the report.
        let done = other.selfservice.complete_order(&by, report, None).await;
        assert!(done.is_ok(), "{done:?}");
    }
}

async fn two_nodes_give_each_change_one_place(app: &mut TestApp) {
    let other = app.another_node().await;
    place(app).await;
    app.finish_orders().await;
    let (first, second) = (app.selfservice().publisher(), other.selfservice.publisher());
    let publish = async |publisher: selfservice::Publisher| {
        let mut places = 0;
        loop {
            match publisher.publish().await.expect("the journal goes on") {
                0 => return places,
                more => places += more,
            }
        }
    };
    let places = tokio::join!(publish(first), publish(second));
    assert_eq!(places.0 + places.1, 24 * 3);
    let everything = JournalFilter::default();
    let rows = app
        .selfservice()
        .search_journal(&everything, 0, 1_000)
        .await;
    let rows = rows.expect("the journal");
    let positions: Vec<_> = rows.iter().map(|row| row.place.position).collect();
    assert_eq!(positions, (1..=72).collect::<Vec<_>>());
    let sequences: BTreeSet<_> = rows.iter().filter_map(|row| row.place.sequence).collect();
    assert_eq!(sequences, (1..=72).collect());
}
