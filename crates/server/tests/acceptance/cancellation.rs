//! Cancelling an order: possible until it is in progress, and then nothing of it remains.

use std::time::Duration;

use serde_json::json;

use crate::app::{Test, TestApp, tests};
use crate::orders::{add, cancel, ordered, setting, update};

pub(crate) const TESTS: &[Test] = tests![
    a_cancelled_order_changes_nothing,
    a_cancelled_add_takes_its_product_away,
    an_order_in_progress_can_no_longer_be_cancelled,
    an_order_is_cancelled_once,
    cancelling_the_first_of_two_orders_lets_the_second_run,
];

async fn a_cancelled_order_changes_nothing(app: &mut TestApp) {
    let before = app.system_user().products_of("5538579").await;
    let id = app
        .system_user()
        .ordered(&update(&[(6140, "11175198")]))
        .await;
    let cancelled = cancel(&app.system_user(), &id).await;
    assert_eq!(cancelled.ok(), &app.system_user().order(&id).await);
    let states: Vec<_> = cancelled.ok()["history"]
        .as_array()
        .expect("a history")
        .iter()
        .map(|event| (event["state"].clone(), event["actor"].clone()))
        .collect();
    let by_user = |state| (json!(state), json!("API1000DEMO"));
    assert_eq!(states, [by_user("ACKNOWLEDGED"), by_user("CANCELLED")]);
    assert_eq!(app.jobs_left().await, 0);
    app.clock.advance(Duration::from_secs(10));
    assert_eq!(app.run_due_jobs().await, 0);
    assert_eq!(app.system_user().products_of("5538579").await, before);
}

async fn a_cancelled_add_takes_its_product_away(app: &mut TestApp) {
    let before = app.system_user().products_of("5538579").await;
    let id = app.system_user().ordered(&add(404, &[])).await;
    assert_ne!(app.system_user().products_of("5538579").await, before);
    cancel(&app.system_user(), &id).await.ok();
    assert_eq!(app.system_user().products_of("5538579").await, before);
}

async fn an_order_in_progress_can_no_longer_be_cancelled(app: &mut TestApp) {
    let id = app.system_user().ordered(&add(404, &[])).await;
    app.clock.advance(Duration::from_secs(1));
    app.run_due_jobs().await;
    cancel(&app.system_user(), &id)
        .await
        .refused(409_900)
        .names("orderId");
    assert_eq!(app.system_user().order(&id).await["state"], "IN_PROGRESS");
    app.finish_orders().await;
    cancel(&app.system_user(), &id).await.refused(409_900);
    assert_eq!(app.system_user().order(&id).await["state"], "COMPLETED");
    assert_eq!(ordered(app).await.len(), 2);
}

async fn an_order_is_cancelled_once(app: &mut TestApp) {
    let id = app.system_user().ordered(&add(404, &[])).await;
    let first = cancel(&app.system_user(), &id).await;
    app.clock.advance(Duration::from_millis(100));
    cancel(&app.system_user(), &id)
        .await
        .refused(409_900)
        .names("orderId");
    assert_eq!(&app.system_user().order(&id).await, first.ok());
}

async fn cancelling_the_first_of_two_orders_lets_the_second_run(app: &mut TestApp) {
    let first = app
        .system_user()
        .ordered(&update(&[(6420, "first@example.com")]))
        .await;
    let second = app
        .system_user()
        .ordered(&update(&[(6420, "second@example.com")]))
        .await;
    cancel(&app.system_user(), &first).await.ok();
    app.finish_orders().await;
    assert_eq!(app.system_user().order(&second).await["state"], "COMPLETED");
    let product = app.system_user().product(2_799_029).await;
    assert_eq!(setting(&product, 6420), Some("second@example.com"));
}
