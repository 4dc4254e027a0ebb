//! Calls, gauges and data reads over the operator's API.

use std::time::Duration;

use domain::FulfillmentWay;
use domain::access::OperatorRole;
use serde_json::{Value, json};

use super::caller::{add_operator, demo, with_key};
use super::{begin_at, clear};
use crate::app::{DEMO, Test, TestApp, tests};
use crate::orders::add;

pub(crate) const TESTS: &[Test] = tests![
    calls_are_shown_over_time,
    latencies_are_shown_where_there_were_calls,
    gauges_are_shown_with_the_age_of_what_waits,
    a_viewer_sees_whose_data_was_read,
    times_and_steps_that_make_no_sense_are_refused,
];

const AGREEMENTS: &str = "/corporate-agreements/v2/agreements";

async fn flush(app: &TestApp) {
    let flushed = app.selfservice().flush_calls().await;
    flushed.expect("the calls are written down");
}

async fn calls_are_shown_over_time(app: &mut TestApp) {
    let caller = app.system_user();
    caller.get(AGREEMENTS).await.ok();
    app.clock.advance(Duration::from_mins(5));
    for _ in 0..2 {
        caller
            .get(&format!("{AGREEMENTS}/1"))
            .await
            .refused(404_001);
    }
    flush(app).await;
    let times = "from=2026-06-01T12:00:00Z&to=2026-06-01T12:10:00Z&stepMinutes=5";
    let shown = demo(app).get(&format!("/operator/v1/calls?{times}")).await;
    assert_eq!(
        shown.ok(),
        &json!({
            "points": ["2026-06-01T12:00:00.000Z", "2026-06-01T12:05:00.000Z"],
            "series": [
                { "key": "get_agreement", "calls": [0, 2] },
                { "key": "list_agreements", "calls": [1, 0] },
            ],
        })
    );
    for (more, series) in [
        (
            "by=code",
            json!([{ "key": "404001", "calls": [0, 2] }, { "key": "200", "calls": [1, 0] }]),
        ),
        ("by=app", json!([{ "key": DEMO.0, "calls": [1, 2] }])),
        (
            "by=code&operation=list_agreements",
            json!([{ "key": "200", "calls": [1, 0] }]),
        ),
        ("app=unknown", json!([])),
    ] {
        let address = format!("/operator/v1/calls?{times}&{more}");
        let shown = demo(app).get(&address).await;
        assert_eq!(shown.ok()["series"], series, "{more}");
    }
    // Without times: the day until now, in points of five minutes.
    let shown = demo(app).get("/operator/v1/calls").await;
    let points = shown.ok()["points"].as_array().map(Vec::len);
    assert_eq!(points, Some(288));
}

async fn latencies_are_shown_where_there_were_calls(app: &mut TestApp) {
    app.system_user().get(AGREEMENTS).await.ok();
    flush(app).await;
    let times = "from=2026-06-01T12:00:00Z&to=2026-06-01T12:02:00Z&stepMinutes=1";
    let address = format!("/operator/v1/calls/latencies?{times}");
    let shown = demo(app).get(&address).await;
    // The tests' clock stands still during a call.
    let line = json!([0, null]);
    let points = json!(["2026-06-01T12:00:00.000Z", "2026-06-01T12:01:00.000Z"]);
    assert_eq!(
        shown.ok(),
        &json!({
            "points": points,
            "p50Microseconds": line,
            "p95Microseconds": line,
            "p99Microseconds": line,
        })
    );
    let none = demo(app)
        .get(&format!("{address}&operation=get_order"))
        .await;
    assert_eq!(none.ok()["p99Microseconds"], json!([null, null]));
}

async fn gauges_are_shown_with_the_age_of_what_waits(app: &mut TestApp) {
    begin_at(app, FulfillmentWay::Desk).await;
    let take = async |app: &TestApp| app.selfservice().take_gauges().await.expect("readings");
    take(app).await;
    let first = app.system_user().ordered(&add(404, &[])).await;
    app.clock.advance(Duration::from_secs(90));
    app.system_user().ordered(&add(404, &[])).await;
    let reason = json!({ "reason": "a question" });
    let address = format!("/operator/v1/orders/{first}/hold");
    demo(app).post(&address, &reason).await.ok();
    app.clock.advance(Duration::from_secs(30));
    let readings = take(app).await;
    // Another node sees the same in the same minute, whatever has happened since.
    app.system_user().ordered(&add(404, &[])).await;
    let other = app.another_node().await;
    let seen = other.selfservice.take_gauges().await.expect("readings");
    assert_eq!(seen, readings);
    let times = "from=2026-06-01T12:00:00Z&to=2026-06-01T12:03:00Z&stepMinutes=1";
    let shown = demo(app).get(&format!("/operator/v1/gauges?{times}")).await;
    let gauges = &shown.ok()["gauges"];
    for (name, line) in [
        ("orders_acknowledged", json!([0, null, 1])),
        ("orders_held", json!([0, null, 1])),
        ("jobs_desk", json!([0, null, 2])),
        ("jobs_pull", json!([0, null, 0])),
        ("oldest_waiting_order_seconds", json!([0, null, 30])),
        ("oldest_held_order_seconds", json!([0, null, 30])),
        ("deliveries_waiting", json!([0, null, 0])),
    ] {
        assert_eq!(gauges[name], line, "{name}");
    }
    clear(app).await;
}

async fn a_viewer_sees_whose_data_was_read(app: &mut TestApp) {
    let caller = app.system_user();
    caller.get(AGREEMENTS).await.ok();
    app.clock.advance(Duration::from_secs(20));
    caller.get(AGREEMENTS).await.ok();
    app.clock.advance(Duration::from_mins(1));
    app.of_other_organization().get(AGREEMENTS).await.ok();
    app.clock.advance(Duration::from_secs(1));
    flush(app).await;
    let key = add_operator(app, "viewer", OperatorRole::Viewer).await;
    let viewer = with_key(app, &key);
    let address = format!("/operator/v1/data-reads?app={}", DEMO.0);
    let shown = viewer.get(&address).await;
    let read = |organization: &str| {
        json!({
            "organization": organization,
            "app": DEMO.0,
            "systemUser": "API1000DEMO",
            "operation": "list_agreements",
            "calls": 2,
            "firstAt": "2026-06-01T12:00:00.000Z",
            "lastAt": "2026-06-01T12:00:20.000Z",
            "presumed": false,
        })
    };
    assert_eq!(
        shown.ok(),
        &json!({ "reads": [read("914742315"), read("987654321")] })
    );
    let mut after = String::new();
    let mut numbers: Vec<Value> = Vec::new();
    loop {
        let address = format!("/operator/v1/data-reads?pageSize=1{after}");
        let page = viewer.get(&address).await;
        let body = page.ok();
        numbers.push(body["reads"][0]["organization"].clone());
        let Some(next) = body["next"].as_str() else {
            break;
        };
        after = format!("&after={next}");
    }
    assert_eq!(numbers, ["914742315", "987654321", "976967631"]);
    for (filter, count) in [
        ("organization=976967631", 1),
        ("organization=914742315&app=unknown", 0),
        ("systemUser=API2000OTHER", 1),
        ("to=2026-06-01T12:00:00Z", 0),
        ("from=2026-06-01T12:00:20Z&to=2026-06-01T12:00:21Z", 2),
        ("from=2026-06-01T12:00:21Z", 1),
    ] {
        let shown = viewer
            .get(&format!("/operator/v1/data-reads?{filter}"))
            .await;
        let found = shown.ok()["reads"].as_array().map(Vec::len);
        assert_eq!(found, Some(count), "{filter}");
    }
}

async fn times_and_steps_that_make_no_sense_are_refused(app: &mut TestApp) {
    for (address, member) in [
        ("calls?from=2026-06-02T00:00:00Z", "from"),
        ("calls?from=yesterday", "from"),
        ("calls?to=2026-06-01", "to"),
        ("calls?stepMinutes=0", "stepMinutes"),
        ("calls?stepMinutes=10081", "stepMinutes"),
        (
            "calls?from=2025-01-01T00:00:00Z&stepMinutes=1",
            "stepMinutes",
        ),
        ("calls?by=day", "by"),
        ("calls?step=5", "step"),
        ("calls/latencies?by=app", "by"),
        ("gauges?stepMinutes=x", "stepMinutes"),
        ("data-reads?after=x", "after"),
        ("data-reads?organization=1", "organization"),
        ("data-reads?app=", "app"),
        ("data-reads?pageSize=1001", "pageSize"),
    ] {
        let answer = demo(app).get(&format!("/operator/v1/{address}")).await;
        assert_eq!(answer.status.as_u16(), 400, "{address}: {answer:?}");
        assert!(
            answer.body.to_string().contains(&format!("\"{member}\"")),
            "{answer:?}"
        );
    }
}
