//! Changes that hold only for the record that was seen (RFC 9110, section 13).

use axum::body::Body;
use axum::http::{Method, Request, header};
use serde_json::{Value, json};

use super::super::caller::{ADMINISTRATOR, Answer, demo};
use super::{additions, key_of};
use crate::app::{Test, TestApp, tests};

pub(crate) const TESTS: &[Test] = tests![
    each_kind_has_a_tag_that_changes_with_it,
    a_change_of_what_was_seen_is_made_and_of_anything_else_is_not,
    of_two_who_have_seen_the_same_one_changes_it,
    other_deeds_hold_for_what_was_seen_as_well,
    conditions_that_nobody_can_read_are_refused,
];

const ADDRESS: &str = "/operator/v1/organizations/914742315";

async fn send(
    app: &TestApp,
    (method, address): (Method, &str),
    (name, value): (&str, &str),
    body: &Value,
) -> Answer {
    let request = Request::builder()
        .method(method)
        .uri(address)
        .header(header::AUTHORIZATION, format!("Bearer {ADMINISTRATOR}"))
        .header(header::CONTENT_TYPE, "application/json")
        .header(name, value)
        .body(Body::from(body.to_string()));
    demo(app).request(request.expect("a request")).await
}

async fn put(app: &TestApp, address: &str, condition: (&str, &str), body: &Value) -> Answer {
    send(app, (Method::PUT, address), condition, body).await
}

fn tag(answer: &Answer) -> String {
    let tag = answer.headers.get(header::ETAG).expect("a tag");
    let tag = tag.to_str().expect("a text").to_owned();
    assert!(tag.len() == 34 && tag.starts_with('"') && tag.ends_with('"'));
    tag
}

async fn each_kind_has_a_tag_that_changes_with_it(app: &mut TestApp) {
    for (path, key, mut record, (member, value)) in additions() {
        let address = format!("/operator/v1/{path}/{}", key_of(&record, key));
        let dry_run = format!("{address}?dryRun=true");
        let tried = demo(app).put(&dry_run, &record).await;
        assert!(!tried.headers.contains_key(header::ETAG));
        let added = put(app, &address, ("If-None-Match", "*"), &record).await;
        assert_eq!(added.status.as_u16(), 201, "{added:?}");
        let (shown, first) = (demo(app).get(&address).await, tag(&added));
        assert_eq!(tag(&shown), first, "{path}");
        let again = put(app, &address, ("If-None-Match", "*"), &record).await;
        again.refused(412, "precondition_failed");

        record[member] = value;
        let changed = put(app, &address, ("If-Match", &first), &record).await;
        assert_eq!(changed.ok()["outcome"], "changed", "{path}");
        let second = tag(&changed);
        assert_ne!(second, first, "{path}");
        assert_eq!(tag(&demo(app).get(&address).await), second, "{path}");
    }
}

async fn a_change_of_what_was_seen_is_made_and_of_anything_else_is_not(app: &mut TestApp) {
    let seen = tag(&demo(app).get(ADDRESS).await);
    let named = |name: &str| json!({ "orgNumber": "914742315", "name": name });
    let unknown = ("/operator/v1/organizations/811111111", "811111111");
    for condition in [
        ("If-Match", "\"00000000000000000000000000000000\""),
        ("If-Match", &format!("W/{seen}")),
        ("If-None-Match", "*"),
    ] {
        for address in [ADDRESS, &format!("{ADDRESS}?dryRun=true")] {
            let answer = put(app, address, condition, &named("Other")).await;
            answer.refused(412, "precondition_failed");
        }
    }
    let body = json!({ "orgNumber": unknown.1, "name": "New" });
    for condition in ["*", &seen] {
        let answer = put(app, unknown.0, ("If-Match", condition), &body).await;
        answer.refused(412, "precondition_failed");
        let detail = "organization 811111111 is not there";
        assert_eq!(answer.body["detail"], detail);
    }
    assert_eq!(tag(&demo(app).get(ADDRESS).await), seen);
    demo(app)
        .get(unknown.0)
        .await
        .refused(404, "record_not_found");

    let several = format!("\"1\", {seen}");
    put(app, ADDRESS, ("If-Match", &several), &named("Second"))
        .await
        .ok();
    let late = put(app, ADDRESS, ("If-Match", &seen), &named("Late")).await;
    late.refused(412, "precondition_failed");
    let detail = "organization 914742315 was changed since it was read";
    assert_eq!(late.body["detail"], detail);
    put(app, ADDRESS, ("If-Match", "*"), &named("Third"))
        .await
        .ok();
    // Who states no condition overwrites what is there, as before.
    demo(app).put(ADDRESS, &named("Fourth")).await.ok();
    assert_eq!(demo(app).get(ADDRESS).await.ok()["name"], "Fourth");
}

async fn of_two_who_have_seen_the_same_one_changes_it(app: &mut TestApp) {
    let seen = tag(&demo(app).get(ADDRESS).await);
    let (one, other) = (
        json!({ "orgNumber": "914742315", "name": "One" }),
        json!({ "orgNumber": "914742315", "name": "Other" }),
    );
    let (first, second) = tokio::join!(
        put(app, ADDRESS, ("If-Match", &seen), &one),
        put(app, ADDRESS, ("If-Match", &seen), &other)
    );
    let mut statuses = [first.status.as_u16(), second.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412]);
    let winner = if first.status.is_success() {
        "One"
    } else {
        "Other"
    };
    assert_eq!(demo(app).get(ADDRESS).await.ok()["name"], winner);
}

async fn other_deeds_hold_for_what_was_seen_as_well(app: &mut TestApp) {
    let user = "/operator/v1/system-users/API1000DEMO";
    let client = "/operator/v1/apps/demodemodemodemodemodemodemodemo";
    let deeds = [
        (client, "rotate-secret"),
        (client, "revoke-tokens"),
        (client, "disable"),
        (client, "enable"),
        (user, "rotate-password"),
        (user, "revoke-tokens"),
        (user, "disable"),
        (user, "enable"),
    ];
    for (address, deed) in deeds {
        let (one, done) = (format!("{address}/{deed}"), json!({}));
        let wrong = ("If-Match", "\"0\"");
        let refused = send(app, (Method::POST, &one), wrong, &done).await;
        refused.refused(412, "precondition_failed");
        let seen = tag(&demo(app).get(address).await);
        let right = ("If-Match", seen.as_str());
        let answer = send(app, (Method::POST, &one), right, &done).await;
        answer.ok();
        if matches!(deed, "disable" | "enable") {
            assert_ne!(tag(&answer), seen, "{deed}");
            let late = send(app, (Method::POST, &one), right, &done).await;
            late.refused(412, "precondition_failed");
        }
    }
    let person = json!({ "id": 5, "firstName": "Kari", "lastName": "Nordmann" });
    let address = "/operator/v1/persons/5";
    let seen = tag(&demo(app).put(address, &person).await);
    let anonymize = format!("{address}/anonymize");
    for (condition, status) in [("\"0\"", 412), (seen.as_str(), 200), (&seen, 412)] {
        let condition = ("If-Match", condition);
        let answer = send(app, (Method::POST, &anonymize), condition, &json!({})).await;
        assert_eq!(answer.status.as_u16(), status, "{answer:?}");
    }
}

async fn conditions_that_nobody_can_read_are_refused(app: &mut TestApp) {
    let record = json!({ "orgNumber": "914742315", "name": "x" });
    for (name, value) in [
        ("If-Match", "x"),
        ("If-Match", ""),
        ("If-None-Match", "\"0\""),
    ] {
        let answer = put(app, ADDRESS, (name, value), &record).await;
        answer.refused(400, "invalid_request");
        answer.names(&name.to_lowercase());
    }
}
