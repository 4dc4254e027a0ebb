//! Endpoints of all organizations: what the operator's people see of them, and what they may do.

use std::time::Duration;

use serde_json::{Value, json};

use super::caller::{Answer, demo};
use super::foreign;
use crate::app::{Caller, Test, TestApp, tests};
use crate::orders::add;

pub(crate) const TESTS: &[Test] = tests![
    endpoints_of_all_organizations_are_listed_without_what_is_secret,
    an_endpoint_that_was_disabled_is_sent_nothing_and_its_owner_reads_why,
    an_event_is_sent_again_but_not_to_a_disabled_endpoint,
    the_next_attempt_at_a_failing_endpoint_never_lies_in_the_past,
    what_is_done_is_in_the_journal_in_the_operators_name,
    odd_ids_are_unknown,
];

const ALL: &str = "/operator/v1/notification-endpoints";
const OWN: &str = "/notifications/v1/endpoints";
/// Bound and never listened on, so that what is sent there does not arrive.
const NOWHERE: &str = "http://127.0.0.1:1/hook?token=sesame";

async fn subscribe(caller: &Caller<'_>) -> String {
    let made = caller.post(OWN, &json!({ "url": NOWHERE })).await;
    made.ok()["id"].as_str().expect("an id").to_owned()
}

async fn act(app: &TestApp, path: &str, body: Value) -> Answer {
    demo(app).post(&format!("{ALL}/{path}"), &body).await
}

async fn deliveries(app: &TestApp, id: &str) -> Vec<Value> {
    let answer = demo(app).get(&format!("{ALL}/{id}/deliveries")).await;
    let listed = answer.ok()["deliveries"]
        .as_array()
        .expect("a list")
        .clone();
    assert_eq!(answer.body["total"], listed.len());
    listed
}

fn reason() -> Value {
    json!({ "reason": "you asked us to" })
}

async fn endpoints_of_all_organizations_are_listed_without_what_is_secret(app: &mut TestApp) {
    let own = subscribe(&app.system_user()).await;
    let theirs = subscribe(&app.of_other_organization()).await;
    act(app, &format!("{theirs}/disable"), reason()).await.ok();
    app.system_user().ordered(&add(404, &[])).await;
    app.deliver_due().await;
    let listed = async |query: &str| -> Vec<String> {
        let answer = demo(app).get(&format!("{ALL}?{query}")).await;
        let text = answer.ok().to_string();
        for secret in ["sesame", "whsec_", "token", "/hook"] {
            assert!(!text.contains(secret), "{text}");
        }
        let endpoints = answer.body["endpoints"].as_array().expect("a list").iter();
        let id = |one: &Value| one["endpointId"].as_str().expect("an id").to_owned();
        endpoints.map(id).collect()
    };
    let mut both = vec![own.clone(), theirs.clone()];
    both.sort();
    assert_eq!(listed("").await, both);
    assert_eq!(
        listed("organization=914742315").await,
        std::slice::from_ref(&own)
    );
    assert_eq!(
        listed("state=disabled").await,
        std::slice::from_ref(&theirs)
    );
    assert_eq!(listed("state=failing").await, std::slice::from_ref(&own));
    assert_eq!(listed("state=enabled").await, [] as [String; 0]);
    let first = demo(app).get(&format!("{ALL}?pageSize=1")).await;
    assert_eq!(first.ok()["next"], both[0]);
    let rest = format!("pageSize=1&after={}", both[0]);
    assert_eq!(listed(&rest).await, [both[1].clone()]);
    let mut shown = demo(app).get(&format!("{ALL}/{theirs}")).await.ok().clone();
    shown["endpointId"] = json!("[id]");
    insta::assert_json_snapshot!(shown, @r#"
    {
      "endpointId": "[id]",
      "organizationNumber": "976967631",
      "systemUser": "API2000OTHER",
      "systemUserEnabled": true,
      "host": "127.0.0.1:1",
      "description": "",
      "eventTypes": [],
      "state": "disabled",
      "disabledReason": "you asked us to",
      "createdAt": "2026-06-01T12:00:00.000Z"
    }
    "#);
    let answer = demo(app).get(&format!("{ALL}?state=gone")).await;
    answer.refused(400, "invalid_request").names("state");
    let answer = demo(app).get(&format!("{ALL}?after=x")).await;
    answer.refused(400, "invalid_request").names("after");
}

async fn an_endpoint_that_was_disabled_is_sent_nothing_and_its_owner_reads_why(app: &mut TestApp) {
    let id = subscribe(&app.system_user()).await;
    app.system_user().ordered(&add(404, &[])).await;
    app.publish().await;
    let disabled = act(app, &format!("{id}/disable"), reason()).await;
    assert_eq!(disabled.ok()["state"], "disabled");
    let again = json!({ "reason": "another" });
    let again = act(app, &format!("{id}/disable"), again).await;
    assert_eq!(again.ok()["disabledReason"], "you asked us to");
    assert_eq!(app.deliver_due().await, 0);
    let seen = app.system_user().get(&format!("{OWN}/{id}")).await;
    assert_eq!(seen.ok()["enabled"], false);
    assert_eq!(seen.ok()["disabledReason"], "you asked us to");
    let waiting = deliveries(app, &id).await;
    assert_eq!(waiting[0]["state"], "PENDING");
    assert_eq!(waiting[0].get("nextAttemptAt"), None);
    let enabled = act(app, &format!("{id}/enable"), json!({})).await;
    assert_eq!(enabled.ok()["state"], "enabled");
    assert_eq!(enabled.ok().get("disabledReason"), None);
    assert_eq!(app.deliver_due().await, 1, "what waited goes out");
    for body in [json!({}), json!({ "reason": "" }), json!({ "reason": 1 })] {
        let answer = act(app, &format!("{id}/disable"), body).await;
        answer.refused(400, "invalid_request").names("reason");
    }
}

async fn an_event_is_sent_again_but_not_to_a_disabled_endpoint(app: &mut TestApp) {
    let id = subscribe(&app.system_user()).await;
    app.system_user().ordered(&add(404, &[])).await;
    app.deliver_due().await;
    let event = deliveries(app, &id).await[0]["eventId"].clone();
    let event = event.as_str().expect("an id");
    let again = format!("{id}/deliveries/{event}/redeliver");
    let sent = act(app, &again, json!({})).await;
    assert_eq!(sent.ok()["state"], "PENDING");
    assert_eq!(app.deliver_due().await, 1);
    let address = format!("{ALL}/{id}/deliveries/{event}");
    let found = demo(app).get(&address).await;
    assert_eq!(found.ok()["attempts"], 2);
    assert_eq!(found.ok()["log"].as_array().map(Vec::len), Some(2));
    let none = demo(app)
        .get(&format!("{ALL}/{id}/deliveries?state=FAILED"))
        .await;
    assert_eq!(none.ok()["total"], 0);
    act(app, &format!("{id}/disable"), reason()).await.ok();
    let refused = act(app, &again, json!({})).await;
    refused.refused(409, "endpoint_disabled");
    let refused = app
        .system_user()
        .post(&format!("{OWN}/{again}"), &Value::Null)
        .await;
    refused.refused(409_904);
    assert_eq!(deliveries(app, &id).await[0]["attempts"], 2);
}

async fn the_next_attempt_at_a_failing_endpoint_never_lies_in_the_past(app: &mut TestApp) {
    let id = subscribe(&app.system_user()).await;
    for _ in 0..3 {
        app.system_user().ordered(&add(404, &[])).await;
    }
    for _ in 0..6 {
        app.deliver_due().await;
        let now = format!("{:.3}", domain::Clock::now(app.clock.as_ref()));
        let own = format!("{OWN}/{id}/deliveries");
        let seen = app.system_user().get(&own).await;
        for delivery in deliveries(app, &id).await.iter().chain(seen.list()) {
            if delivery["state"] == "PENDING" {
                let next = delivery["nextAttemptAt"].as_str().expect("an instant");
                assert!(next >= now.as_str(), "{next} is before {now}");
            }
        }
        app.clock.advance(Duration::from_mins(7));
    }
}

async fn what_is_done_is_in_the_journal_in_the_operators_name(app: &mut TestApp) {
    let id = subscribe(&app.system_user()).await;
    app.system_user().ordered(&add(404, &[])).await;
    app.of_other_organization().ordered(&foreign()).await;
    app.publish().await;
    let event = deliveries(app, &id).await[0]["eventId"].clone();
    let again = format!(
        "{id}/deliveries/{}/redeliver",
        event.as_str().expect("an id")
    );
    act(app, &again, json!({})).await.ok();
    for verb in ["disable", "disable", "enable", "enable"] {
        let body = if verb == "disable" {
            reason()
        } else {
            json!({})
        };
        act(app, &format!("{id}/{verb}"), body).await.ok();
    }
    app.publish().await;
    let address = format!("/operator/v1/journal?noun=endpoint&subject={id}&author=demo");
    let listed = demo(app).get(&address).await;
    let mut written: Vec<_> = listed.ok()["changes"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|change| {
            assert_eq!(change["organization"], "914742315");
            assert_eq!(change["authorKind"], "operator");
            format!("{} {}", change["action"], change["facts"])
        })
        .collect();
    written.sort();
    let expected = [
        "\"disabled\" {\"reason\":\"you asked us to\"}".to_owned(),
        "\"enabled\" {}".to_owned(),
        format!("\"redelivery asked\" {{\"event\":{event}}}"),
    ];
    assert_eq!(written, expected);
}

async fn odd_ids_are_unknown(app: &mut TestApp) {
    for id in ["%00", "x", "%FF", "'", &"0".repeat(31), &"G".repeat(32)] {
        for path in ["", "/deliveries", "/deliveries/x"] {
            let answer = demo(app).get(&format!("{ALL}/{id}{path}")).await;
            answer.refused(404, "endpoint_not_found");
        }
    }
    let id = subscribe(&app.system_user()).await;
    for event in ["%00", "x", "'", "00000000-0000-0000-0000-000000000000"] {
        let answer = demo(app)
            .get(&format!("{ALL}/{id}/deliveries/{event}"))
            .await;
        answer.refused(404, "delivery_not_found");
    }
}
