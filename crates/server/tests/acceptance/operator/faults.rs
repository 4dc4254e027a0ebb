//! The server's own faults: said as such, with nothing half done.

use axum::body::Body;
use axum::http::Request;
use domain::FulfillmentWay;
use serde_json::json;

use super::begin_at;
use super::caller::{ADMINISTRATOR, demo};
use crate::app::{Test, TestApp, tests};
use crate::orders::{setting, update};

pub(crate) const TESTS: &[Test] = tests![
    a_database_that_is_gone_is_said_to_be,
    a_panic_anywhere_in_a_completion_leaves_nothing_behind,
];

async fn a_database_that_is_gone_is_said_to_be(app: &mut TestApp) {
    app.store.close().await;
    for address in ["/operator/v1/orders", "/operator/v1/desk"] {
        let answer = demo(app).get(address).await;
        answer.refused(503, "unavailable");
        assert_eq!(answer.headers["retry-after"], "1");
    }
    let answer = demo(app).post("/operator/v1/claims", &json!({})).await;
    answer.refused(503, "unavailable");
    app.is_broken_on_purpose();
}

/// The clock breaks at each of its readings in turn.
async fn a_panic_anywhere_in_a_completion_leaves_nothing_behind(app: &mut TestApp) {
    begin_at(app, FulfillmentWay::Desk).await;
    let id = app
        .system_user()
        .ordered(&update(&[(6420, "a@example.com")]))
        .await;
    let before = app.everything().await;
    for (panics, reading) in (1..50).enumerate() {
        app.panic_at_reading(reading);
        let request = Request::post(format!("/operator/v1/orders/{id}/complete"))
            .header("authorization", format!("Bearer {ADMINISTRATOR}"))
            .header("x-request-id", "so-the-edge-does-not-ask")
            .body(Body::empty());
        let answer = demo(app).request(request.expect("a request")).await;
        app.panic_at_reading(0);
        if answer.status.is_success() {
            assert!(panics > 0, "the clock was not read in between");
            let product = app.system_user().product(2_799_029).await;
            assert_eq!(setting(&product, 6420), Some("a@example.com"));
            return;
        }
        answer.refused(500, "internal");
        assert!(!answer.body.to_string().contains("clock"), "{answer:?}");
        assert_eq!(app.everything().await, before, "at reading {reading}");
    }
    panic!("the completion never got through");
}
