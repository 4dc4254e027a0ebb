//! One company's many orders do not keep another's few waiting.

use std::collections::HashMap;
use std::time::Duration;

use domain::Author;
use jiff::SignedDuration;
use serde_json::json;

use super::operator_system::Scripted;
use crate::app::{Test, TestApp, tests};
use crate::orders::add;

pub(crate) const TESTS: &[Test] = tests![
    a_few_simulated_orders_are_done_among_the_first,
    the_system_is_called_for_the_companies_in_turn,
    workers_get_the_companies_orders_in_turn,
];

const MANY: usize = 60;

/// The first company's many orders, then the other company's three.
async fn crowd(app: &TestApp) -> Vec<String> {
    for _ in 0..MANY {
        app.system_user().ordered(&add(404, &[])).await;
    }
    let theirs = json!({
        "type": "ADD_PRODUCT",
        "agreementId": 7_000_001,
        "productOfferingId": 404,
    });
    let mut placed = Vec::new();
    for _ in 0..3 {
        placed.push(app.of_other_organization().ordered(&theirs).await);
    }
    placed
}

/// How many of the first company's orders have ended.
async fn done_before(app: &TestApp) -> usize {
    let address = "/corporate-agreements/v2/orders?state=COMPLETED&pageSize=1000";
    app.system_user().get(address).await.list().len()
}

async fn a_few_simulated_orders_are_done_among_the_first(app: &mut TestApp) {
    let theirs = crowd(app).await;
    app.clock.advance(Duration::from_secs(2));
    let worker = app.worker();
    for _ in 0..8 {
        worker.run_one_job().await.expect("a step");
    }
    for id in theirs {
        let order = app.of_other_organization().order(&id).await;
        assert_eq!(order["state"], "COMPLETED");
    }
    assert!(done_before(app).await < 8);
}

async fn the_system_is_called_for_the_companies_in_turn(app: &mut TestApp) {
    let system = Scripted::behind(app).await;
    let theirs = crowd(app).await;
    let worker = app.system_worker();
    for _ in 0..8 {
        worker.call_for_next_order().await.expect("a call");
    }
    let called: HashMap<_, _> = system.calls().into_iter().collect();
    assert!(theirs.iter().all(|id| called.contains_key(id)));
    while worker.call_for_next_order().await.expect("a call") {}
}

async fn workers_get_the_companies_orders_in_turn(app: &mut TestApp) {
    app.restart_with(|choices| {
        choices.fulfillment.default_way = domain::FulfillmentWay::Pull;
    })
    .await;
    crowd(app).await;
    let by = Author::of_operator("worker 7");
    let lease = SignedDuration::from_secs(60);
    let claimed = app.selfservice().claim_orders(&by, 6, lease).await;
    let mut owners: HashMap<_, usize> = HashMap::new();
    for work in claimed.expect("orders") {
        *owners.entry(work.order.owner.to_string()).or_default() += 1;
        let report = (work.order.id, Some(work.claim));
        let done = app.selfservice().complete_order(&by, report, None).await;
        assert!(done.is_ok());
    }
    assert_eq!(owners.into_values().collect::<Vec<_>>(), [3, 3]);
    loop {
        let rest = app.selfservice().claim_orders(&by, 100, lease).await;
        let rest = rest.expect("orders");
        if rest.is_empty() {
            return;
        }
        for work in rest {
            let report = (work.order.id, Some(work.claim));
            let done = app.selfservice().complete_order(&by, report, None).await;
            assert!(done.is_ok());
        }
    }
}
