//! Operators over the operator's API: added, changed and ended, but never the last administrator.

use axum::http::Method;
use domain::access::OperatorRole;
use serde_json::{Value, json};

use super::caller::{Answer, Caller, add_operator, demo, with_key};
use crate::app::{Test, TestApp, tests};

pub(crate) const TESTS: &[Test] = tests![
    a_new_operator_gets_a_key_that_is_told_once,
    a_known_operator_keeps_the_key_when_the_role_changes,
    a_key_is_replaced_and_ended_and_works_again,
    the_last_administrator_stays_one,
    nobody_is_called_like_somebody_else,
    each_change_is_in_the_journal_in_the_administrators_name,
    what_is_no_role_or_name_is_refused,
];

const OPERATORS: &str = "/operator/v1/operators";

async fn put(caller: Caller<'_>, name: &str, role: &str) -> Answer {
    let body = json!({ "role": role }).to_string();
    let address = format!("{OPERATORS}/{name}");
    caller.send(Method::PUT, &address, body).await
}

async fn act(caller: Caller<'_>, name: &str, verb: &str) -> Answer {
    let address = format!("{OPERATORS}/{name}/{verb}");
    caller.post(&address, &json!({})).await
}

async fn a_new_operator_gets_a_key_that_is_told_once(app: &mut TestApp) {
    let added = put(demo(app), "kari", "desk").await;
    let key = added.ok()["key"].as_str().expect("a key").to_owned();
    assert_eq!(key.len(), 40);
    let mut shown = added.body.clone();
    shown["key"] = json!("[key]");
    insta::assert_json_snapshot!(shown, @r#"
    {
      "name": "kari",
      "role": "desk",
      "enabled": true,
      "createdAt": "2026-06-01T12:00:00.000Z",
      "key": "[key]"
    }
    "#);
    with_key(app, &key).get("/operator/v1/orders").await.ok();
    let address = format!("{OPERATORS}/kari");
    with_key(app, &key)
        .get(&address)
        .await
        .refused(403, "role_too_low");
    let found = demo(app).get(&address).await;
    assert_eq!(found.ok().get("key"), None);
    let listed = demo(app).get(OPERATORS).await;
    let names: Vec<_> = listed.ok()["operators"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|operator| operator["name"].clone())
        .collect();
    assert_eq!(names, ["demo", "kari"]);
    assert!(!listed.body.to_string().contains("key"), "{listed:?}");
}

async fn a_known_operator_keeps_the_key_when_the_role_changes(app: &mut TestApp) {
    let added = put(demo(app), "kari", "viewer").await;
    let key = added.ok()["key"].as_str().expect("a key").to_owned();
    let changed = put(demo(app), "kari", "administrator").await;
    assert_eq!(changed.ok()["role"], "administrator");
    assert_eq!(changed.body.get("key"), None);
    with_key(app, &key).get(OPERATORS).await.ok();
    let again = put(demo(app), "kari", "administrator").await;
    assert_eq!(again.ok(), &changed.body);
}

async fn a_key_is_replaced_and_ended_and_works_again(app: &mut TestApp) {
    let first = add_operator(app, "kari", OperatorRole::Viewer).await;
    let rotated = act(demo(app), "kari", "rotate-key").await;
    let second = rotated.ok()["key"].as_str().expect("a key").to_owned();
    let list = "/operator/v1/orders";
    let refused = with_key(app, &first).get(list).await;
    refused.refused(401, "unauthorized");
    with_key(app, &second).get(list).await.ok();
    assert_eq!(
        act(demo(app), "kari", "disable").await.ok()["enabled"],
        false
    );
    let refused = with_key(app, &second).get(list).await;
    refused.refused(401, "unauthorized");
    assert_eq!(act(demo(app), "kari", "enable").await.ok()["enabled"], true);
    with_key(app, &second).get(list).await.ok();
}

async fn the_last_administrator_stays_one(app: &mut TestApp) {
    let lonely = async |answer: Answer| {
        answer.refused(409, "last_administrator");
        let detail = answer.body["detail"].as_str().expect("words").to_owned();
        assert_eq!(detail, "demo is the last enabled administrator");
    };
    lonely(act(demo(app), "demo", "disable").await).await;
    lonely(put(demo(app), "demo", "desk").await).await;
    let key = add_operator(app, "kari", OperatorRole::Administrator).await;
    // One who is disabled does not count.
    act(demo(app), "kari", "disable").await.ok();
    lonely(act(demo(app), "demo", "disable").await).await;
    act(demo(app), "kari", "enable").await.ok();
    act(demo(app), "demo", "disable").await.ok();
    let kari = with_key(app, &key);
    act(kari, "kari", "disable")
        .await
        .refused(409, "last_administrator");
    put(kari, "kari", "viewer")
        .await
        .refused(409, "last_administrator");
    act(kari, "demo", "enable").await.ok();
    put(kari, "kari", "viewer").await.ok();
}

async fn nobody_is_called_like_somebody_else(app: &mut TestApp) {
    for name in ["API1000DEMO", "notifications"] {
        let answer = put(demo(app), name, "desk").await;
        answer.refused(409, "name_taken");
    }
    let answer = put(demo(app), "fulfillment", "desk").await;
    answer.refused(404, "operator_not_found");
}

async fn each_change_is_in_the_journal_in_the_administrators_name(app: &mut TestApp) {
    put(demo(app), "kari", "desk").await.ok();
    put(demo(app), "kari", "viewer").await.ok();
    put(demo(app), "kari", "viewer").await.ok();
    for verb in ["rotate-key", "disable", "disable", "enable"] {
        act(demo(app), "kari", verb).await.ok();
    }
    app.publish().await;
    let listed = demo(app)
        .get("/operator/v1/journal?noun=operator&subject=kari")
        .await;
    let mut actions: Vec<String> = Vec::new();
    for change in listed.ok()["changes"].as_array().expect("a list") {
        let seen = (&change["author"], &change["authorKind"]);
        assert_eq!(seen, (&json!("demo"), &json!("operator")));
        let role = change["facts"]["role"].as_str().unwrap_or_default();
        let action = change["action"].as_str().expect("an action");
        actions.push(format!("{action} {role}").trim().to_owned());
    }
    actions.sort();
    let expected = [
        "added desk",
        "disabled",
        "enabled",
        "given another key",
        "role changed viewer",
    ];
    assert_eq!(actions, expected);
}

async fn what_is_no_role_or_name_is_refused(app: &mut TestApp) {
    let address = format!("{OPERATORS}/kari");
    for body in [json!({}), json!({ "role": "boss" }), json!({ "role": 1 })] {
        let answer = demo(app)
            .send(Method::PUT, &address, body.to_string())
            .await;
        answer.refused(400, "invalid_request").names("role");
    }
    let body = json!({ "role": "desk", "enabled": true }).to_string();
    let answer = demo(app).send(Method::PUT, &address, body).await;
    answer.refused(400, "invalid_request").names("enabled");
    for name in ["-a", "%00", "a%20b", "%C3%A5"] {
        put(demo(app), name, "desk")
            .await
            .refused(404, "operator_not_found");
    }
    let found: Value = demo(app).get(OPERATORS).await.ok()["operators"].clone();
    assert_eq!(found.as_array().map(Vec::len), Some(1));
}
