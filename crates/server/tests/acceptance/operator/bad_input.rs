//! Input that can't be read is named, and changes nothing.

use axum::body::Body;
use axum::http::{Method, Request};
use domain::FulfillmentWay;
use serde_json::{Value, json};

use super::caller::{ADMINISTRATOR, demo};
use super::{begin_at, clear};
use crate::app::{Test, TestApp, tests};
use crate::orders::add;

pub(crate) const TESTS: &[Test] = tests![
    a_member_that_makes_no_sense_is_named,
    a_parameter_that_makes_no_sense_is_named,
    what_is_no_json_object_is_refused,
    a_body_of_another_kind_is_refused,
    a_body_that_is_too_large_is_refused,
];

const CLAIMS: &str = "/operator/v1/claims";

/// Where to, which member, and values that it may not have.
fn faults(id: &str) -> Vec<(String, &'static str, Vec<Value>)> {
    let to = |verb: &str| format!("/operator/v1/orders/{id}/{verb}");
    let claims = || CLAIMS.to_owned();
    let long = "å".repeat(501);
    vec![
        (
            claims(),
            "most",
            vec![json!(0), json!(101), json!(1.5), json!("1"), json!([])],
        ),
        (
            claims(),
            "leaseSeconds",
            vec![json!(0), json!(3601), json!(-1), json!(true)],
        ),
        (claims(), "claim", vec![json!("x")]),
        (
            to("extend"),
            "claim",
            vec![Value::Null, json!(1), json!({})],
        ),
        (to("complete"), "claim", vec![json!(1)]),
        (
            to("complete"),
            "note",
            vec![json!(""), json!(" "), json!("a\nb"), json!("\u{7f}")],
        ),
        (to("complete"), "note", vec![json!(long), json!(1)]),
        (to("complete"), "reason", vec![json!("unknown here")]),
        (
            to("fail"),
            "reason",
            vec![Value::Null, json!(""), json!("a\tb"), json!("\u{0}")],
        ),
        (to("fail"), "reason", vec![json!(long), json!(7)]),
        (to("fail"), "Reason", vec![json!("no line")]),
        (to("hold"), "reason", vec![Value::Null, json!("\u{85}")]),
        (to("begin"), "claim", vec![json!("x")]),
        (to("resume"), "reason", vec![json!("x")]),
    ]
}

async fn a_member_that_makes_no_sense_is_named(app: &mut TestApp) {
    begin_at(app, FulfillmentWay::Desk).await;
    let id = app.system_user().ordered(&add(404, &[])).await;
    let before = app.everything().await;
    for (address, member, values) in faults(&id) {
        for value in values {
            let body = json!({ member: value });
            let answer = demo(app).post(&address, &body).await;
            answer.refused(400, "invalid_request").names(member);
        }
    }
    assert_eq!(app.everything().await, before);
    let body = json!({ "note": "å".repeat(500) });
    demo(app).report(&id, "complete", &body).await.ok();
    clear(app).await;
}

async fn a_parameter_that_makes_no_sense_is_named(app: &mut TestApp) {
    for (query, field) in [
        ("state=open", "state"),
        ("state=HELD&state=HELD", "state"),
        ("way=PULL", "way"),
        ("organization=1", "organization"),
        ("since=yesterday", "since"),
        ("page=-1", "page"),
        ("pageSize=0", "pageSize"),
        ("pageSize=1001", "pageSize"),
        ("sort=asc", "sort"),
        ("%ff=1", "%ff"),
    ] {
        let answer = demo(app).get(&format!("/operator/v1/orders?{query}")).await;
        answer.refused(400, "invalid_request");
        if field != "%ff" {
            answer.names(field);
        }
    }
    let answer = demo(app).get("/operator/v1/desk?state=HELD").await;
    answer.refused(400, "invalid_request").names("state");
}

async fn what_is_no_json_object_is_refused(app: &mut TestApp) {
    for body in [
        "{",
        "[]",
        "null",
        "7",
        "\"x\"",
        "{} {}",
        "{\"most\":1,\"most\":2}",
        "{\"most\":1,}",
        "\u{feff}{}",
        &"[".repeat(10_000),
        &format!("{{\"most\":{}", "[".repeat(10_000)),
    ] {
        let answer = demo(app).send(Method::POST, CLAIMS, body.to_owned()).await;
        answer.refused(400, "invalid_request").names("body");
    }
    let answer = demo(app)
        .send(Method::POST, CLAIMS, &b"{\"\xff\":1}"[..])
        .await;
    answer.refused(400, "invalid_request").names("body");
}

async fn a_body_of_another_kind_is_refused(app: &mut TestApp) {
    for (kind, admitted) in [
        ("application/json", true),
        ("Application/JSON; charset=utf-8", true),
        ("text/plain", false),
        ("application/x-www-form-urlencoded", false),
    ] {
        let request = Request::post(CLAIMS)
            .header("authorization", format!("Bearer {ADMINISTRATOR}"))
            .header("content-type", kind)
            .body(Body::from("{}"));
        let answer = demo(app).request(request.expect("a request")).await;
        if admitted {
            answer.ok();
        } else {
            answer.refused(415, "unsupported_media_type");
        }
    }
}

async fn a_body_that_is_too_large_is_refused(app: &mut TestApp) {
    let body = format!("{{\"most\":1{}}}", " ".repeat(64 * 1024));
    let answer = demo(app).send(Method::POST, CLAIMS, body).await;
    answer.refused(413, "body_too_large");
    let body = format!("{{\"most\":1{}}}", " ".repeat(60 * 1024));
    demo(app).send(Method::POST, CLAIMS, body).await.ok();
}
