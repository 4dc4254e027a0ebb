//! Making, changing and listing endpoints; what may be an address; what others see of them.

use axum::http::Method;
use serde_json::{Value, json};

use super::receiver::Receiver;
use super::{ENDPOINTS, deliveries, one_event, put, subscribe};
use crate::app::{Answer, Test, TestApp, tests};

pub(crate) const TESTS: &[Test] = tests![
    an_endpoint_is_what_it_was_made_and_changed_to,
    endpoints_are_listed_oldest_first_page_by_page,
    a_system_user_has_twenty_endpoints_at_most,
    hostile_addresses_are_refused,
    plain_http_is_for_networks_that_are_let_in,
    what_cannot_be_read_is_refused_by_its_member,
    a_foreign_endpoint_is_as_unknown_as_none,
    a_foreign_delivery_is_as_unknown_as_none,
    deliveries_are_listed_by_state,
    odd_ids_are_unknown,
];

const HOOK: &str = "https://hooks.example.com/avtale";

async fn an_endpoint_is_what_it_was_made_and_changed_to(app: &mut TestApp) {
    let caller = app.system_user();
    let body = json!({
        "url": HOOK,
        "description": "Til økonomisystemet",
        "eventTypes": ["order.completed", "account.*", "order.completed"],
    });
    let made = caller.post(ENDPOINTS, &body).await;
    let id = made.ok()["id"].as_str().expect("an id").to_owned();
    let address = format!("{ENDPOINTS}/{id}");
    let location = made.header("location");
    assert!(location.ends_with(&address), "{location}");
    let mut found = caller.get(&address).await.ok().clone();
    found["id"] = json!("[id]");
    insta::assert_json_snapshot!(found, @r#"
    {
      "id": "[id]",
      "url": "https://hooks.example.com/avtale",
      "description": "Til økonomisystemet",
      "eventTypes": [
        "account.*",
        "order.completed"
      ],
      "enabled": true,
      "createdAt": "2026-06-01T12:00:00.000Z"
    }
    "#);
    let endpoint = super::Subscribed {
        id,
        secret: String::new(),
    };
    let wish = json!({ "url": "https://other.example.com/", "enabled": false });
    let changed = put(&caller, &endpoint, &wish).await;
    assert_eq!(changed["url"], "https://other.example.com/");
    assert_eq!(changed["description"], "");
    assert_eq!(changed["eventTypes"], json!([]));
    assert_eq!(changed["enabled"], false);
    assert_eq!(caller.get(&address).await.ok(), &changed);
}

async fn endpoints_are_listed_oldest_first_page_by_page(app: &mut TestApp) {
    for number in 0..5 {
        let body = json!({ "url": format!("{HOOK}/{number}") });
        app.system_user().post(ENDPOINTS, &body).await.ok();
        app.clock.advance(std::time::Duration::from_millis(1));
    }
    let page = app
        .system_user()
        .get(&format!("{ENDPOINTS}?page=1&pageSize=2"))
        .await;
    let urls: Vec<_> = page.list().iter().map(|one| one["url"].clone()).collect();
    assert_eq!(urls, [format!("{HOOK}/2"), format!("{HOOK}/3")]);
    assert_eq!(page.header("x-total-count"), "5");
    assert_eq!(
        app.of_other_organization().get(ENDPOINTS).await.list(),
        [Value::Null; 0]
    );
}

async fn a_system_user_has_twenty_endpoints_at_most(app: &mut TestApp) {
    let caller = app.system_user();
    let body = json!({ "url": HOOK });
    for _ in 0..20 {
        caller.post(ENDPOINTS, &body).await.ok();
    }
    let listed = caller.get(ENDPOINTS).await;
    caller.post(ENDPOINTS, &body).await.refused(409_903);
    assert_eq!(caller.get(ENDPOINTS).await.ok(), listed.ok());
    app.of_other_organization()
        .post(ENDPOINTS, &body)
        .await
        .ok();
    let one = listed.list()[0]["id"].as_str().expect("an id");
    caller.delete(&format!("{ENDPOINTS}/{one}")).await.ok();
    caller.post(ENDPOINTS, &body).await.ok();
}

async fn hostile_addresses_are_refused(app: &mut TestApp) {
    app.restart_with(|choices| choices.webhooks.allow_networks.clear())
        .await;
    let caller = app.system_user();
    let made = caller.post(ENDPOINTS, &json!({ "url": HOOK })).await;
    let own = made.ok()["id"].as_str().expect("an id").to_owned();
    let own = format!("{ENDPOINTS}/{own}");
    let long = format!("{HOOK}/{}", "x".repeat(2048));
    for url in [
        "http://hooks.example.com/",
        "https://127.0.0.1/",
        "https://localhost/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://[::1]/",
        "https://[::ffff:169.254.169.254]/",
        "https://169.254.169.254/latest/meta-data/",
        "https://10.0.0.1/",
        "https://192.168.1.1:8443/",
        "https://user:secret@example.com/",
        "https://example.com/#fragment",
        "ftp://example.com/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https:/\\example.com",
        "//example.com",
        "example.com",
        "https://",
        "",
        &long,
    ] {
        let body = json!({ "url": url });
        let refused = caller.post(ENDPOINTS, &body).await;
        refused.refused(400_905).names("url");
        let body = json!({ "url": url, "enabled": true });
        let call = caller.call(Method::PUT, &own).body(body.to_string());
        call.send().await.refused(400_905).names("url");
    }
    assert_eq!(caller.get(&own).await.ok()["url"], HOOK);
}

async fn plain_http_is_for_networks_that_are_let_in(app: &mut TestApp) {
    let caller = app.system_user();
    for (url, code) in [
        ("http://127.0.0.1:9999/", 0),
        ("http://8.8.8.8/", 400_905),
        ("http://10.0.0.1/", 400_905),
    ] {
        let answer = caller.post(ENDPOINTS, &json!({ "url": url })).await;
        assert_eq!(answer.code(), code, "{url}");
    }
}

async fn what_cannot_be_read_is_refused_by_its_member(app: &mut TestApp) {
    let caller = app.system_user();
    let long = "x".repeat(201);
    for (body, field) in [
        (json!({}), "url"),
        (json!({ "url": 1 }), "url"),
        (json!({ "url": null }), "url"),
        (json!([]), "body"),
        (json!({ "url": HOOK, "description": long }), "description"),
        (
            json!({ "url": HOOK, "description": "a\u{0}b" }),
            "description",
        ),
        (json!({ "url": HOOK, "description": 1 }), "description"),
        (
            json!({ "url": HOOK, "eventTypes": "order.*" }),
            "eventTypes",
        ),
        (
            json!({ "url": HOOK, "eventTypes": ["order.held", 1] }),
            "eventTypes[1]",
        ),
        (
            json!({ "url": HOOK, "eventTypes": ["agreement.*"] }),
            "eventTypes[0]",
        ),
        (json!({ "url": HOOK, "enabled": true }), "enabled"),
        (json!({ "url": HOOK, "secret": "x" }), "secret"),
    ] {
        let refused = caller.post(ENDPOINTS, &body).await;
        refused.refused(400_900).names(field);
    }
    let made = caller.post(ENDPOINTS, &json!({ "url": HOOK })).await;
    let address = format!("{ENDPOINTS}/{}", made.ok()["id"].as_str().expect("an id"));
    for (body, field) in [
        (json!({ "url": HOOK }), "enabled"),
        (json!({ "url": HOOK, "enabled": "yes" }), "enabled"),
        (json!({ "enabled": true }), "url"),
    ] {
        let call = caller.call(Method::PUT, &address).body(body.to_string());
        call.send().await.refused(400_900).names(field);
    }
    for query in ["state=pending", "page=x", "x=1"] {
        let list = format!("{address}/deliveries?{query}");
        caller.get(&list).await.refused(400_900);
    }
}

fn bytes(answer: &Answer, asked_for: &str) -> String {
    let text = answer.text.replace(asked_for, "[asked for]");
    let text = text.replace(answer.header("x-request-id"), "[id]");
    format!("{} {text}", answer.status)
}

const NO_ENDPOINT: &str = "00000000000000000000000000000000";
const NO_EVENT: &str = "00000000-0000-0000-0000-000000000000";

async fn a_foreign_endpoint_is_as_unknown_as_none(app: &mut TestApp) {
    let receiver = Receiver::start().await;
    let endpoint = subscribe(&app.system_user(), &receiver).await;
    one_event(app).await;
    let listed = deliveries(&app.system_user(), &endpoint).await;
    let event = listed[0]["eventId"].as_str().expect("an id");
    let before = app.everything().await;
    let other = app.of_other_organization();
    for (method, path) in [
        (Method::GET, String::new()),
        (Method::PUT, String::new()),
        (Method::DELETE, String::new()),
        (Method::POST, "/rotate-secret".to_owned()),
        (Method::GET, "/deliveries".to_owned()),
        (Method::GET, format!("/deliveries/{event}")),
        (Method::POST, format!("/deliveries/{event}/redeliver")),
    ] {
        for body in [json!({ "url": HOOK, "enabled": false }), json!({})] {
            let mut seen = Vec::new();
            for id in [&endpoint.id, NO_ENDPOINT] {
                let address = format!("{ENDPOINTS}/{id}{path}");
                let call = other.call(method.clone(), &address);
                let answer = call.body(body.to_string()).send().await;
                answer.refused(404_904);
                seen.push(bytes(&answer, id));
            }
            assert_eq!(seen[0], seen[1], "{method} {path}");
        }
    }
    assert_eq!(app.everything().await, before);
}

/// An endpoint of one's own gives no way to another one's events.
async fn a_foreign_delivery_is_as_unknown_as_none(app: &mut TestApp) {
    let receiver = Receiver::start().await;
    let endpoint = subscribe(&app.system_user(), &receiver).await;
    let foreign = subscribe(&app.of_other_organization(), &receiver).await;
    one_event(app).await;
    let listed = deliveries(&app.system_user(), &endpoint).await;
    let event = listed[0]["eventId"].as_str().expect("an id");
    let other = app.of_other_organization();
    for (method, action) in [(Method::GET, ""), (Method::POST, "/redeliver")] {
        let mut seen = Vec::new();
        for id in [event, NO_EVENT] {
            let address = format!("{}/deliveries/{id}{action}", foreign.address());
            let answer = other.call(method.clone(), &address).send().await;
            answer.refused(404_905);
            seen.push(bytes(&answer, id));
        }
        assert_eq!(seen[0], seen[1], "{method} {action}");
    }
}

async fn deliveries_are_listed_by_state(app: &mut TestApp) {
    let receiver = Receiver::start().await;
    let endpoint = subscribe(&app.system_user(), &receiver).await;
    one_event(app).await;
    app.deliver_due().await;
    one_event(app).await;
    let caller = app.system_user();
    for (state, count) in [("PENDING", 1), ("DELIVERED", 1), ("FAILED", 0)] {
        let address = format!("{}/deliveries?state={state}", endpoint.address());
        let listed = caller.get(&address).await;
        assert_eq!(listed.list().len(), count, "{state}");
        assert_eq!(listed.header("x-total-count"), count.to_string());
        assert!(
            listed
                .header("link")
                .contains(&format!("?state={state}&page=0"))
        );
    }
}

async fn odd_ids_are_unknown(app: &mut TestApp) {
    let caller = app.system_user();
    for id in [
        "%00",
        "x",
        "%FF",
        "..",
        "'",
        &"0".repeat(31),
        &"0".repeat(8000),
    ] {
        let address = format!("{ENDPOINTS}/{id}/deliveries");
        caller.get(&address).await.refused(404_904);
    }
    let receiver = Receiver::start().await;
    let endpoint = subscribe(&caller, &receiver).await;
    for id in ["%00", "x", "%FF", "'", &"0".repeat(37)] {
        let address = format!("{}/deliveries/{id}", endpoint.address());
        let answer = caller.get(&address).await;
        assert!([404_904, 404_905].contains(&answer.code()), "{answer:?}");
    }
}
