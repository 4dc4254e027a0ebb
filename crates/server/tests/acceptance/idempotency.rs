//! `Idempotency-Key`: the same request sent again is answered again, and carried out once.

use std::time::Duration;

use axum::http::Method;
use serde_json::Value;

use crate::app::{Answer, Caller, Test, TestApp, tests};
use crate::orders::{add, update};

pub(crate) const TESTS: &[Test] = tests![
    the_same_key_and_body_give_the_same_answer_and_one_order,
    the_answer_outlives_the_order_and_a_restart,
    another_body_under_the_same_key_is_refused,
    keys_belong_to_an_app_and_its_system_user,
    a_refused_call_is_not_remembered,
    quotes_around_a_key_are_optional,
    a_key_is_forgotten_after_thirty_days,
    requests_at_the_same_time_make_one_order,
    a_malformed_key_is_refused,
];

async fn place(caller: &Caller<'_>, key: &str, order: &Value) -> Answer {
    caller
        .call(Method::POST, "/corporate-agreements/v2/orders")
        .header("idempotency-key", key)
        .body(order.to_string())
        .send()
        .await
}

async fn count(app: &TestApp) -> String {
    let answer = app
        .system_user()
        .get("/corporate-agreements/v2/orders")
        .await;
    answer.header("x-total-count").to_owned()
}

async fn the_same_key_and_body_give_the_same_answer_and_one_order(app: &mut TestApp) {
    let caller = app.system_user();
    let first = place(&caller, "key-1", &add(404, &[])).await;
    let second = place(&caller, "key-1", &add(404, &[])).await;
    assert_eq!(first.ok(), second.ok());
    assert_eq!(first.header("location"), second.header("location"));
    assert_ne!(
        place(&caller, "key-2", &add(404, &[])).await.ok(),
        first.ok()
    );
    assert_eq!(count(app).await, "2");
    app.finish_orders().await;
    let products = caller.products_of("5538579").await;
    assert_eq!(products["ordered"].as_array().map(Vec::len), Some(3));
}

async fn the_answer_outlives_the_order_and_a_restart(app: &mut TestApp) {
    let first = place(&app.system_user(), "key-1", &add(404, &[])).await;
    app.finish_orders().await;
    app.restart().await;
    let second = place(&app.system_user(), "key-1", &add(404, &[])).await;
    assert_eq!(first.ok(), second.ok());
    assert_eq!(count(app).await, "1");
}

async fn another_body_under_the_same_key_is_refused(app: &mut TestApp) {
    let caller = app.system_user();
    place(&caller, "key-1", &add(404, &[])).await.ok();
    let before = app.everything().await;
    let other = update(&[(6420, "kari@example.com")]);
    place(&caller, "key-1", &other)
        .await
        .refused(409_901)
        .names("Idempotency-Key");
    assert_eq!(app.everything().await, before);
}

async fn keys_belong_to_an_app_and_its_system_user(app: &mut TestApp) {
    use crate::app::INTERNAL;
    let order = add(404, &[]);
    let mine = place(&app.system_user(), "key-1", &order).await;
    let through_another_app = place(&app.basic(INTERNAL), "key-1", &order).await;
    assert_ne!(mine.ok(), through_another_app.ok());
    let mut theirs = order.clone();
    theirs["agreementId"] = "7000001".into();
    place(&app.of_other_organization(), "key-1", &theirs)
        .await
        .ok();
    assert_eq!(count(app).await, "2");
}

async fn a_refused_call_is_not_remembered(app: &mut TestApp) {
    let caller = app.system_user();
    let wrong = update(&[(6140, "8000001")]);
    place(&caller, "key-1", &wrong).await.refused(400_901);
    place(&caller, "key-1", &add(404, &[])).await.ok();
}

async fn quotes_around_a_key_are_optional(app: &mut TestApp) {
    let caller = app.system_user();
    let quoted = place(&caller, "\"key-1\"", &add(404, &[])).await;
    assert_eq!(
        place(&caller, "key-1", &add(404, &[])).await.ok(),
        quoted.ok()
    );
}

async fn a_key_is_forgotten_after_thirty_days(app: &mut TestApp) {
    let day = Duration::from_hours(24);
    let first = place(&app.system_user(), "key-1", &add(404, &[])).await;
    app.finish_orders().await;
    app.clock.advance(29 * day);
    let again = place(&app.system_user(), "key-1", &add(404, &[])).await;
    assert_eq!(again.ok(), first.ok());
    app.clock.advance(2 * day);
    let new = place(&app.system_user(), "key-1", &add(404, &[])).await;
    assert_ne!(new.ok(), first.ok());
    let other = update(&[(6420, "kari@example.com")]);
    place(&app.system_user(), "key-1", &other)
        .await
        .refused(409_901);
}

async fn requests_at_the_same_time_make_one_order(app: &mut TestApp) {
    let (caller, order) = (app.system_user(), add(404, &[]));
    caller.get("/corporate-agreements/v2/orders").await.ok();
    let (one, two, three, four) = tokio::join!(
        place(&caller, "key-1", &order),
        place(&caller, "key-1", &order),
        place(&caller, "key-1", &order),
        place(&caller, "key-1", &order),
    );
    let answers = [one, two, three, four];
    let (accepted, in_flight): (Vec<_>, Vec<_>) = answers
        .iter()
        .partition(|answer| answer.status.is_success());
    assert!(!accepted.is_empty());
    assert!(
        accepted
            .iter()
            .all(|answer| answer.body == accepted[0].body)
    );
    assert!(
        in_flight.iter().all(|answer| answer.code() == 409_902),
        "{in_flight:?}"
    );
    assert_eq!(count(app).await, "1");
}

async fn a_malformed_key_is_refused(app: &mut TestApp) {
    let caller = app.system_user();
    let before = app.everything().await;
    for key in ["", "\"\"", "a b", "æ", &"k".repeat(256)] {
        let answer = place(&caller, key, &add(404, &[])).await;
        answer.refused(400_900).names("Idempotency-Key");
    }
    let twice = caller
        .call(Method::POST, "/corporate-agreements/v2/orders")
        .header("idempotency-key", "a")
        .header("idempotency-key", "a")
        .body(add(404, &[]).to_string())
        .send()
        .await;
    twice.refused(400_900).names("Idempotency-Key");
    assert_eq!(app.everything().await, before);
}
