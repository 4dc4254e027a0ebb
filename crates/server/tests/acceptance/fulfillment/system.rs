//! Orders that the operator's own system carries out.

use std::time::Duration;

use domain::{Author, OrderId, OrderState};
use jiff::SignedDuration;
use selfservice::fulfillment::Answer;
use serde_json::json;

use super::operator_system::{Behavior, Scripted};
use crate::app::{Test, TestApp, tests};
use crate::orders::{add, cancel, ordered, setting, update};

pub(crate) const TESTS: &[Test] = tests![
    an_order_is_done_when_the_system_says_so,
    a_refusal_of_the_systems_is_read_by_the_customer,
    an_order_that_is_in_the_systems_hands_can_t_be_cancelled,
    later_means_that_a_report_comes,
    a_report_that_does_not_come_is_asked_for,
    a_system_that_fails_is_asked_again_later_each_time,
    a_system_that_asks_for_a_pause_gets_it,
    an_order_that_nobody_answers_for_is_held,
    a_held_order_keeps_its_place_and_can_be_resumed,
    what_the_agreement_no_longer_takes_is_held,
    without_a_system_its_orders_go_to_the_desk,
    what_was_left_to_a_system_that_is_gone_waits_at_the_desk,
];

const HISTORY_OF_SUCCESS: [&str; 3] = ["ACKNOWLEDGED", "IN_PROGRESS", "COMPLETED"];

async fn states(app: &TestApp, id: &str) -> Vec<String> {
    let order = app.system_user().order(id).await;
    let history = order["history"].as_array().expect("a history");
    let state = |event: &serde_json::Value| event["state"].as_str().expect("a state").to_owned();
    history.iter().map(state).collect()
}

async fn last_reason(app: &TestApp, id: &str) -> String {
    let order = app.system_user().order(id).await;
    let last = order["history"].as_array().expect("a history").last();
    last.expect("a line")["reason"]
        .as_str()
        .expect("words")
        .to_owned()
}

async fn call(app: &TestApp) -> bool {
    let called = app.system_worker().call_for_next_order().await;
    called.expect("an outcome")
}

async fn an_order_is_done_when_the_system_says_so(app: &mut TestApp) {
    let system = Scripted::behind(app).await;
    let id = app
        .system_user()
        .ordered(&update(&[(6420, "a@example.com")]))
        .await;
    system.next(Behavior::Answers(Answer::Done(Some("job 7".to_owned()))));
    assert!(call(app).await);
    assert!(!call(app).await, "nothing is left");
    assert_eq!(system.calls(), [(id.clone(), 1)]);
    assert_eq!(states(app, &id).await, HISTORY_OF_SUCCESS);
    assert_eq!(last_reason(app, &id).await, "job 7");
    let product = app.system_user().product(2_799_029).await;
    assert_eq!(setting(&product, 6420), Some("a@example.com"));
}

async fn a_refusal_of_the_systems_is_read_by_the_customer(app: &mut TestApp) {
    let system = Scripted::behind(app).await;
    let before = ordered(app).await;
    let id = app.system_user().ordered(&add(404, &[])).await;
    let reason = "no line at the address".to_owned();
    system.next(Behavior::Answers(Answer::Failed(reason.clone())));
    assert!(call(app).await);
    assert_eq!(
        states(app, &id).await,
        ["ACKNOWLEDGED", "IN_PROGRESS", "FAILED"]
    );
    assert_eq!(last_reason(app, &id).await, reason);
    assert_eq!(ordered(app).await, before, "nothing of it remains");
}

async fn an_order_that_is_in_the_systems_hands_can_t_be_cancelled(app: &mut TestApp) {
    let system = Scripted::behind(app).await;
    let id = app.system_user().ordered(&add(404, &[])).await;
    system.next(Behavior::Answers(Answer::Later));
    assert!(call(app).await);
    cancel(&app.system_user(), &id).await.refused(409_900);
    let waiting = app.system_user().ordered(&add(404, &[])).await;
    cancel(&app.system_user(), &waiting).await.ok();
    assert!(!call(app).await, "a cancelled order is not carried out");
    app.clock.advance(Duration::from_hours(2));
}

async fn later_means_that_a_report_comes(app: &mut TestApp) {
    let system = Scripted::behind(app).await;
    let id = app.system_user().ordered(&add(404, &[])).await;
    system.next(Behavior::Answers(Answer::Later));
    assert!(call(app).await);
    assert_eq!(states(app, &id).await, ["ACKNOWLEDGED", "IN_PROGRESS"]);
    assert!(!call(app).await);
    let order = OrderId::parse(&id).expect("an id");
    let by = Author::of_operator("provisioning");
    let reported = app
        .selfservice()
        .complete_order(&by, (order, None), None)
        .await;
    assert_eq!(
        reported.expect("it is taken").order.state,
        OrderState::Completed
    );
    assert_eq!(states(app, &id).await, HISTORY_OF_SUCCESS);
    let shown = app.system_user().order(&id).await;
    assert_eq!(shown["history"][2]["actor"], "provisioning");
}

async fn a_report_that_does_not_come_is_asked_for(app: &mut TestApp) {
    let system = Scripted::behind(app).await;
    let id = app.system_user().ordered(&add(404, &[])).await;
    system.next(Behavior::Answers(Answer::Later));
    assert!(call(app).await);
    app.clock.advance(Duration::from_mins(47));
    assert!(!call(app).await, "an hour, and a fifth more or less");
    app.clock.advance(Duration::from_mins(26));
    assert!(call(app).await);
    assert_eq!(system.calls(), [(id.clone(), 1), (id.clone(), 2)]);
    assert_eq!(states(app, &id).await, HISTORY_OF_SUCCESS);
}

async fn a_system_that_fails_is_asked_again_later_each_time(app: &mut TestApp) {
    let system = Scripted::behind(app).await;
    let id = app.system_user().ordered(&add(404, &[])).await;
    for longest in [1, 2, 4, 8, 16, 32] {
        system.next(Behavior::Fails);
        assert!(call(app).await);
        let pause = SignedDuration::from_millis(longest * 1_000 * 8 / 10 - 1);
        app.clock
            .advance(Duration::try_from(pause).expect("a time"));
        assert!(!call(app).await, "too early after {longest} s");
        app.clock
            .advance(Duration::from_millis(longest.unsigned_abs() * 400 + 2));
    }
    assert!(call(app).await);
    let attempts: Vec<_> = system
        .calls()
        .into_iter()
        .map(|(_, attempt)| attempt)
        .collect();
    assert_eq!(attempts, [1, 2, 3, 4, 5, 6, 7]);
    assert_eq!(states(app, &id).await, HISTORY_OF_SUCCESS);
}

async fn a_system_that_asks_for_a_pause_gets_it(app: &mut TestApp) {
    let system = Scripted::behind(app).await;
    app.system_user().ordered(&add(404, &[])).await;
    system.next(Behavior::FailsUntil(SignedDuration::from_mins(10)));
    assert!(call(app).await);
    app.clock.advance(Duration::from_secs(599));
    assert!(!call(app).await);
    app.clock.advance(Duration::from_secs(1));
    assert!(call(app).await);
}

/// Lets the system fail until a person has the order.
async fn exhaust(app: &TestApp, system: &Scripted) -> usize {
    for calls in 0..100 {
        system.next(Behavior::Fails);
        if !call(app).await {
            system.calls();
            return calls;
        }
        app.clock.advance(Duration::from_mins(20));
    }
    panic!("nobody gave up");
}

async fn an_order_that_nobody_answers_for_is_held(app: &mut TestApp) {
    let system = Scripted::behind(app).await;
    let id = app.system_user().ordered(&add(404, &[])).await;
    assert_eq!(exhaust(app, &system).await, 24);
    assert_eq!(
        states(app, &id).await,
        ["ACKNOWLEDGED", "IN_PROGRESS", "HELD"]
    );
    let order = OrderId::parse(&id).expect("an id");
    let by = Author::of_operator("kari");
    let reason = "the customer has moved";
    let failed = app
        .selfservice()
        .fail_order(&by, (order, None), reason)
        .await;
    assert_eq!(failed.expect("it is taken").order.state, OrderState::Failed);
    assert_eq!(last_reason(app, &id).await, reason);
    assert_eq!(app.jobs_left().await, 0);
}

async fn a_held_order_keeps_its_place_and_can_be_resumed(app: &mut TestApp) {
    let system = Scripted::behind(app).await;
    let caller = app.system_user();
    let first = caller
        .ordered(&update(&[(6420, "first@example.com")]))
        .await;
    let second = caller
        .ordered(&update(&[(6420, "second@example.com")]))
        .await;
    exhaust(app, &system).await;
    let elsewhere = caller.ordered(&add(404, &[])).await;
    assert!(call(app).await);
    // One script line is left over from the exhaustion.
    app.clock.advance(Duration::from_mins(1));
    call(app).await;
    assert_eq!(states(app, &elsewhere).await, HISTORY_OF_SUCCESS);
    assert!(!call(app).await, "the second waits for the first");
    assert_eq!(states(app, &second).await, ["ACKNOWLEDGED"]);
    let order = OrderId::parse(&first).expect("an id");
    let by = Author::of_operator("kari");
    let resumed = app.selfservice().resume_order(&by, order).await;
    assert_eq!(
        resumed.expect("it is taken").order.state,
        OrderState::InProgress
    );
    assert!(call(app).await && call(app).await);
    let product = app.system_user().product(2_799_029).await;
    assert_eq!(setting(&product, 6420), Some("second@example.com"));
    let expected = [
        "ACKNOWLEDGED",
        "IN_PROGRESS",
        "HELD",
        "IN_PROGRESS",
        "COMPLETED",
    ];
    assert_eq!(states(app, &first).await, expected);
}

async fn what_the_agreement_no_longer_takes_is_held(app: &mut TestApp) {
    let system = Scripted::behind(app).await;
    let id = app
        .system_user()
        .ordered(&update(&[(6140, "1234567")]))
        .await;
    app.operate(async |tx| {
        let account = domain::AccountId::new(1_234_567);
        let cancelled = domain::AccountStatus::Cancelled;
        tx.accounts().set_status(account, cancelled).await
    })
    .await;
    assert!(call(app).await);
    assert_eq!(system.calls().len(), 1);
    let shown = app.system_user().order(&id).await;
    assert_eq!(shown["state"], json!("HELD"));
    assert!(
        last_reason(app, &id)
            .await
            .starts_with("done, but the account was cancelled")
    );
    let order = OrderId::parse(&id).expect("an id");
    let by = Author::of_operator("kari");
    let completed = app
        .selfservice()
        .complete_order(&by, (order, None), None)
        .await;
    assert!(completed.is_err(), "still not possible");
    let failed = app
        .selfservice()
        .fail_order(&by, (order, None), "sorry")
        .await;
    assert!(failed.is_ok());
}

async fn without_a_system_its_orders_go_to_the_desk(app: &mut TestApp) {
    app.restart_with(|choices| {
        choices.fulfillment.default_way = domain::FulfillmentWay::System;
    })
    .await;
    let id = app.system_user().ordered(&add(404, &[])).await;
    app.clock.advance(Duration::from_mins(1));
    assert_eq!(app.run_due_jobs().await, 0);
    let order = OrderId::parse(&id).expect("an id");
    let by = Author::of_operator("kari");
    let completed = app
        .selfservice()
        .complete_order(&by, (order, None), Some("by hand"))
        .await;
    assert!(completed.is_ok(), "{completed:?}");
    assert_eq!(last_reason(app, &id).await, "by hand");
}

async fn what_was_left_to_a_system_that_is_gone_waits_at_the_desk(app: &mut TestApp) {
    let system = Scripted::behind(app).await;
    let [asked, untouched] = [
        app.system_user().ordered(&add(404, &[])).await,
        app.system_user().ordered(&add(404, &[])).await,
    ];
    system.next(Behavior::Fails);
    assert!(call(app).await);
    let waiting = async |app: &TestApp| {
        let page = storage::Page { number: 0, size: 9 };
        let listed = app.selfservice().list_desk(page).await;
        let (orders, total) = listed.expect("the desk");
        assert_eq!(i64::try_from(orders.len()), Ok(total));
        total
    };
    assert_eq!(waiting(app).await, 0);
    app.restart_with(|choices| choices.fulfillment.system = None)
        .await;
    assert_eq!(waiting(app).await, 2);
    let by = Author::of_operator("kari");
    for id in [&asked, &untouched] {
        let order = OrderId::parse(id).expect("an id");
        let held = app.selfservice().hold_order(&by, order, "no system").await;
        held.expect("it is held");
        let resumed = app.selfservice().resume_order(&by, order).await;
        resumed.expect("it goes on");
        assert_eq!(waiting(app).await, 2, "resumed, it is still seen");
    }
    let order = OrderId::parse(&asked).expect("an id");
    let report = (order, None);
    let done = app.selfservice().complete_order(&by, report, None).await;
    done.expect("by hand");
    assert_eq!(waiting(app).await, 1);
    // With the system back, it is asked for what is left.
    let system = Scripted::behind(app).await;
    assert_eq!(waiting(app).await, 0);
    system.next(Behavior::Answers(Answer::Done(None)));
    assert!(call(app).await);
    assert_eq!(
        states(app, &untouched).await.last(),
        Some(&"COMPLETED".to_owned())
    );
    assert!(!call(app).await);
}
