//! People see to orders: those of the way `desk`, and those that are held.

use domain::FulfillmentWay;
use serde_json::{Value, json};

use super::caller::demo;
use super::{begin_at, clear};
use crate::app::{Test, TestApp, tests};
use crate::orders::{add, cancel, ordered, setting, update};

pub(crate) const TESTS: &[Test] = tests![
    an_order_of_the_desk_is_completed_by_a_person,
    a_failed_order_tells_the_customer_why,
    an_order_that_was_begun_can_no_longer_be_cancelled,
    a_held_order_keeps_the_later_ones_of_its_product_waiting,
    a_held_order_of_workers_goes_back_to_them,
    a_hold_takes_the_order_from_whoever_has_it,
    a_held_order_can_be_failed,
    the_desk_shows_what_waits_for_a_person,
    what_can_not_be_done_any_more_is_refused,
];

const NOTHING: Value = Value::Null;

fn reasoned(reason: &str) -> Value {
    json!({ "reason": reason })
}

/// The ids on the desk, and whether each waits.
async fn desk(app: &TestApp) -> Vec<(String, bool)> {
    let answer = demo(app).get("/operator/v1/desk").await;
    let orders = answer.ok()["orders"].as_array().expect("a list");
    let shown = orders.iter().map(|order| {
        let id = order["orderId"].as_str().expect("an id").to_owned();
        (id, order["waits"].as_bool().expect("a boolean"))
    });
    assert_eq!(answer.body["total"], orders.len());
    shown.collect()
}

async fn act(app: &TestApp, id: &str, verb: &str, body: Value) -> super::caller::Answer {
    let body = if body.is_null() { json!({}) } else { body };
    demo(app).report(id, verb, &body).await
}

async fn an_order_of_the_desk_is_completed_by_a_person(app: &mut TestApp) {
    begin_at(app, FulfillmentWay::Desk).await;
    let id = app
        .system_user()
        .ordered(&update(&[(6420, "a@example.com")]))
        .await;
    assert_eq!(desk(app).await, [(id.clone(), false)]);
    let begun = act(app, &id, "begin", NOTHING).await;
    assert_eq!(begun.states(), ["ACKNOWLEDGED", "IN_PROGRESS"]);
    act(app, &id, "begin", NOTHING)
        .await
        .refused(409, "wrong_state");
    let done = act(app, &id, "complete", json!({ "note": "set in the switch" })).await;
    assert_eq!(done.states(), ["ACKNOWLEDGED", "IN_PROGRESS", "COMPLETED"]);
    let seen = app.system_user().order(&id).await;
    assert_eq!(seen["history"][2]["reason"], "set in the switch");
    assert_eq!(seen["history"][2]["actor"], "demo");
    let product = app.system_user().product(2_799_029).await;
    assert_eq!(setting(&product, 6420), Some("a@example.com"));
    assert_eq!(desk(app).await, []);
}

async fn a_failed_order_tells_the_customer_why(app: &mut TestApp) {
    begin_at(app, FulfillmentWay::Desk).await;
    let before = ordered(app).await;
    let id = app.system_user().ordered(&add(404, &[])).await;
    let reason = "Ingen linje på adressen; prøv igjen i mai 🙂";
    let failed = act(app, &id, "fail", reasoned(reason)).await;
    assert_eq!(failed.states(), ["ACKNOWLEDGED", "IN_PROGRESS", "FAILED"]);
    let seen = app.system_user().order(&id).await;
    assert_eq!(seen["state"], "FAILED");
    assert_eq!(seen["history"][2]["reason"], reason);
    assert_eq!(ordered(app).await, before);
}

async fn an_order_that_was_begun_can_no_longer_be_cancelled(app: &mut TestApp) {
    begin_at(app, FulfillmentWay::Desk).await;
    let begun = app.system_user().ordered(&add(404, &[])).await;
    let open = app.system_user().ordered(&add(404, &[])).await;
    act(app, &begun, "begin", NOTHING).await.ok();
    cancel(&app.system_user(), &begun).await.refused(409_900);
    cancel(&app.system_user(), &open).await.ok();
    act(app, &open, "complete", NOTHING)
        .await
        .refused(409, "order_ended");
    act(app, &begun, "complete", NOTHING).await.ok();
}

async fn a_held_order_keeps_the_later_ones_of_its_product_waiting(app: &mut TestApp) {
    let held = app
        .system_user()
        .ordered(&update(&[(6420, "a@example.com")]))
        .await;
    let later = app
        .system_user()
        .ordered(&update(&[(6420, "b@example.com")]))
        .await;
    let other = app.system_user().ordered(&add(404, &[])).await;
    act(app, &held, "hold", reasoned("we ask you first"))
        .await
        .ok();
    app.clock.advance(std::time::Duration::from_mins(1));
    app.run_due_jobs().await;
    let states = async |id: &str| app.system_user().order(id).await["state"].clone();
    assert_eq!(states(&held).await, "HELD");
    assert_eq!(states(&later).await, "ACKNOWLEDGED");
    assert_eq!(states(&other).await, "COMPLETED");
    let seen = app.system_user().order(&held).await;
    assert_eq!(seen["history"][1]["reason"], "we ask you first");
    act(app, &later, "complete", NOTHING)
        .await
        .refused(409, "order_waits");
    let resumed = act(app, &held, "resume", NOTHING).await;
    assert_eq!(resumed.states(), ["ACKNOWLEDGED", "HELD", "IN_PROGRESS"]);
    app.finish_orders().await;
    assert_eq!(states(&held).await, "COMPLETED");
    assert_eq!(states(&later).await, "COMPLETED");
    let product = app.system_user().product(2_799_029).await;
    assert_eq!(setting(&product, 6420), Some("b@example.com"));
}

async fn a_held_order_of_workers_goes_back_to_them(app: &mut TestApp) {
    begin_at(app, FulfillmentWay::Pull).await;
    let id = app.system_user().ordered(&add(404, &[])).await;
    act(app, &id, "hold", reasoned("a question")).await.ok();
    assert_eq!(demo(app).claim(1, 60).await, [] as [Value; 0]);
    assert_eq!(desk(app).await, [(id.clone(), false)]);
    act(app, &id, "resume", NOTHING).await.ok();
    act(app, &id, "resume", NOTHING)
        .await
        .refused(409, "wrong_state");
    assert_eq!(desk(app).await, []);
    let claimed = demo(app).claim(1, 60).await;
    assert_eq!(
        (&claimed[0]["orderId"], &claimed[0]["attempt"]),
        (&json!(id), &json!(1))
    );
    let claim = json!({ "claim": claimed[0]["claim"] });
    act(app, &id, "complete", claim).await.ok();
}

async fn a_hold_takes_the_order_from_whoever_has_it(app: &mut TestApp) {
    begin_at(app, FulfillmentWay::Pull).await;
    let id = app.system_user().ordered(&add(404, &[])).await;
    let claimed = demo(app).claim(1, 60).await;
    let claim = json!({ "claim": claimed[0]["claim"] });
    act(app, &id, "complete", NOTHING)
        .await
        .refused(409, "carried_out_elsewhere");
    act(app, &id, "hold", reasoned("a question")).await.ok();
    act(app, &id, "hold", reasoned("again"))
        .await
        .refused(409, "wrong_state");
    act(app, &id, "complete", claim.clone())
        .await
        .refused(409, "claim_void");
    act(app, &id, "resume", NOTHING).await.ok();
    act(app, &id, "complete", claim)
        .await
        .refused(409, "claim_void");
    let again = demo(app).claim(1, 60).await;
    let mut hold = reasoned("the worker can't tell");
    hold["claim"] = again[0]["claim"].clone();
    act(app, &id, "hold", hold).await.ok();
    let done = act(app, &id, "complete", NOTHING).await;
    assert_eq!(
        done.states()[2..],
        ["HELD", "IN_PROGRESS", "HELD", "IN_PROGRESS", "COMPLETED"]
    );
}

async fn a_held_order_can_be_failed(app: &mut TestApp) {
    begin_at(app, FulfillmentWay::Desk).await;
    let before = ordered(app).await;
    let id = app.system_user().ordered(&add(404, &[])).await;
    act(app, &id, "hold", reasoned("a question")).await.ok();
    cancel(&app.system_user(), &id).await.refused(409_900);
    let failed = act(app, &id, "fail", reasoned("no answer from you")).await;
    assert_eq!(
        failed.states(),
        ["ACKNOWLEDGED", "HELD", "IN_PROGRESS", "FAILED"]
    );
    assert_eq!(ordered(app).await, before);
}

async fn the_desk_shows_what_waits_for_a_person(app: &mut TestApp) {
    let simulated = app.system_user().ordered(&add(404, &[])).await;
    let held = app.system_user().ordered(&add(404, &[])).await;
    begin_at(app, FulfillmentWay::Desk).await;
    app.clock.advance(std::time::Duration::from_millis(10));
    let first = app
        .system_user()
        .ordered(&update(&[(6420, "a@example.com")]))
        .await;
    app.clock.advance(std::time::Duration::from_millis(10));
    let second = app
        .system_user()
        .ordered(&update(&[(6420, "b@example.com")]))
        .await;
    act(app, &held, "hold", reasoned("a question")).await.ok();
    let shown = desk(app).await;
    let expected = [
        (held.clone(), false),
        (first.clone(), false),
        (second.clone(), true),
    ];
    assert_eq!(shown, expected);
    assert!(shown.iter().all(|(id, _)| *id != simulated));
    let page = demo(app).get("/operator/v1/desk?page=1&pageSize=2").await;
    assert_eq!(page.ok()["orders"][0]["orderId"], second);
    assert_eq!(page.body["total"], 3);
    clear(app).await;
}

async fn what_can_not_be_done_any_more_is_refused(app: &mut TestApp) {
    begin_at(app, FulfillmentWay::Desk).await;
    let id = app
        .system_user()
        .ordered(&update(&[(6140, "11175198")]))
        .await;
    super::cancel_account(app, domain::AccountId::new(11_175_198)).await;
    let refused = act(app, &id, "complete", NOTHING).await;
    refused.refused(409, "impossible");
    let seen = demo(app).get(&format!("/operator/v1/orders/{id}")).await;
    assert_eq!(seen.states(), ["ACKNOWLEDGED"]);
    act(app, &id, "fail", reasoned("the account was cancelled"))
        .await
        .ok();
}
