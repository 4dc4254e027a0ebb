//! Reports that are told again, because an answer was lost.

use domain::FulfillmentWay;
use serde_json::{Value, json};

use super::begin_at;
use super::caller::demo;
use crate::app::{Test, TestApp, tests};
use crate::orders::{add, cancel};

pub(crate) const TESTS: &[Test] = tests![
    a_completion_told_again_changes_nothing_and_succeeds,
    a_failure_told_again_changes_nothing_and_keeps_its_reason,
    a_report_that_contradicts_the_outcome_is_refused,
    two_reports_at_once_end_an_order_once,
    an_unknown_order_is_not_found,
];

/// An order that a worker has, and its claim.
async fn claimed(app: &TestApp) -> (String, Value) {
    let id = app.system_user().ordered(&add(404, &[])).await;
    let claimed = demo(app).claim(1, 60).await;
    (id, claimed[0]["claim"].clone())
}

async fn a_completion_told_again_changes_nothing_and_succeeds(app: &mut TestApp) {
    begin_at(app, FulfillmentWay::Pull).await;
    let (id, claim) = claimed(app).await;
    let body = json!({ "claim": claim, "note": "done" });
    let first = demo(app).report(&id, "complete", &body).await;
    let after = app.everything().await;
    let other = json!({ "claim": claim, "note": "done again" });
    for body in [&body, &other] {
        let again = demo(app).report(&id, "complete", body).await;
        assert_eq!(again.ok(), first.ok());
    }
    assert_eq!(app.everything().await, after);
}

async fn a_failure_told_again_changes_nothing_and_keeps_its_reason(app: &mut TestApp) {
    begin_at(app, FulfillmentWay::Pull).await;
    let (id, claim) = claimed(app).await;
    let body = json!({ "claim": claim, "reason": "no line" });
    let first = demo(app).report(&id, "fail", &body).await;
    let after = app.everything().await;
    let other = json!({ "claim": claim, "reason": "another reason" });
    for body in [&body, &other] {
        let again = demo(app).report(&id, "fail", body).await;
        assert_eq!(again.ok(), first.ok());
    }
    assert_eq!(first.body["history"][2]["reason"], "no line");
    assert_eq!(app.everything().await, after);
}

async fn a_report_that_contradicts_the_outcome_is_refused(app: &mut TestApp) {
    begin_at(app, FulfillmentWay::Pull).await;
    let (done, done_claim) = claimed(app).await;
    let completion = json!({ "claim": done_claim });
    demo(app).report(&done, "complete", &completion).await.ok();
    let (failed, failed_claim) = claimed(app).await;
    let failure = json!({ "claim": failed_claim, "reason": "no line" });
    demo(app).report(&failed, "fail", &failure).await.ok();
    let cancelled = app.system_user().ordered(&add(404, &[])).await;
    cancel(&app.system_user(), &cancelled).await.ok();
    let after = app.everything().await;
    for (id, verb, body) in [
        (
            &done,
            "fail",
            json!({ "claim": done_claim, "reason": "no line" }),
        ),
        (&failed, "complete", json!({ "claim": failed_claim })),
        (&cancelled, "complete", json!({})),
        (&cancelled, "fail", json!({ "reason": "no line" })),
        (&done, "hold", json!({ "reason": "no line" })),
        (&done, "begin", json!({})),
        (&done, "resume", json!({})),
    ] {
        let answer = demo(app).report(id, verb, &body).await;
        answer.refused(409, "order_ended");
    }
    assert_eq!(app.everything().await, after);
}

async fn two_reports_at_once_end_an_order_once(app: &mut TestApp) {
    begin_at(app, FulfillmentWay::Pull).await;
    for _ in 0..5 {
        let (id, claim) = claimed(app).await;
        let completion = json!({ "claim": claim });
        let failure = json!({ "claim": claim, "reason": "no line" });
        let (completed, failed) = tokio::join!(
            demo(app).report(&id, "complete", &completion),
            demo(app).report(&id, "fail", &failure),
        );
        let won = [&completed, &failed].map(|answer| answer.status == 200);
        assert_eq!(won.iter().filter(|won| **won).count(), 1, "{won:?}");
        let order = app.system_user().order(&id).await;
        assert_eq!(order["history"].as_array().map(Vec::len), Some(3));
    }
}

async fn an_unknown_order_is_not_found(app: &mut TestApp) {
    for id in [
        "000000000001",
        "abc",
        "-1",
        "1e3",
        "%00",
        "%ff",
        "9223372036854775808",
    ] {
        for (verb, body) in [
            ("complete", json!({})),
            ("fail", json!({ "reason": "no line" })),
            ("hold", json!({ "reason": "no line" })),
            ("begin", json!({})),
            ("resume", json!({})),
            ("extend", json!({ "claim": "1-1" })),
        ] {
            let answer = demo(app).report(id, verb, &body).await;
            answer.refused(404, "order_not_found");
        }
        let address = format!("/operator/v1/orders/{id}");
        let answer = demo(app).get(&address).await;
        answer.refused(404, "order_not_found");
    }
}
