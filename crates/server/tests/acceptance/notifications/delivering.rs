//! What arrives at an endpoint, and what does not.

use std::collections::HashSet;
use std::time::Duration;

use domain::access::SystemUserName;
use domain::{Clock, OrganizationNumber};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::receiver::{Behavior, Received, Receiver};
use super::{EVENTS, deliveries, delivery, one_event, put, subscribe, subscribe_to, wish};
use crate::app::{Test, TestApp, document, tests};
use crate::orders::{add, update};

pub(crate) const TESTS: &[Test] = tests![
    an_order_is_told_from_its_acceptance_to_its_completion,
    an_event_is_a_cloud_event,
    an_account_is_told_too,
    what_arrives_is_what_the_feed_has,
    only_the_types_that_are_wanted_arrive,
    another_companys_changes_never_arrive,
    a_lost_organization_is_told_no_more,
    a_disabled_endpoint_gets_nothing_and_goes_on_when_enabled,
    a_dropped_endpoint_gets_nothing_more,
    a_crash_before_the_record_sends_the_same_event_again,
    two_couriers_never_send_the_same_event,
    many_events_arrive_once_each,
    an_event_can_be_sent_again,
    redirects_are_not_followed,
    a_running_server_sends_at_once_and_stops_when_told,
    the_document_describes_what_is_sent,
];

async fn an_order_is_told_from_its_acceptance_to_its_completion(app: &mut TestApp) {
    let receiver = Receiver::start().await;
    let endpoint = subscribe(&app.system_user(), &receiver).await;
    let order = app.system_user().ordered(&add(404, &[])).await;
    app.finish_orders().await;
    assert!(app.deliver_due().await > 0);
    let mut calls = receiver.received();
    calls.sort_by_key(Received::sequence);
    let mut told = Vec::new();
    for (call, sequence) in calls.iter().zip(1..) {
        assert_eq!(call.verify(&endpoint.secret, app.clock.now()), Ok(()));
        assert_eq!(call.sequence(), sequence, "no gap");
        let event = call.event();
        assert_eq!(call.header("webhook-id"), event["id"]);
        assert_eq!(call.header("content-type"), "application/cloudevents+json");
        assert_eq!(event["subject"], format!("orders/{order}"));
        told.push(event["type"].as_str().expect("a type").to_owned());
    }
    assert_eq!(
        told,
        ["order.acknowledged", "order.in_progress", "order.completed"]
    );
    assert_eq!(app.deliver_due().await, 0, "once each");
    for listed in deliveries(&app.system_user(), &endpoint).await {
        assert_eq!(listed["state"], "DELIVERED");
        assert_eq!(listed["attempts"], 1);
    }
}

async fn an_event_is_a_cloud_event(app: &mut TestApp) {
    let receiver = Receiver::start().await;
    subscribe(&app.system_user(), &receiver).await;
    app.system_user()
        .ordered(&update(&[(6420, "kari@example.com")]))
        .await;
    app.deliver_due().await;
    let mut event = receiver.received()[0].event();
    for member in ["/id", "/subject", "/data/orderId"] {
        let value = event.pointer_mut(member).expect("a member");
        assert!(!value.as_str().expect("a text").is_empty());
        *value = json!("[id]");
    }
    let text = event.to_string();
    assert!(!text.contains("kari"), "no configuration's value: {text}");
    insta::assert_json_snapshot!(event, @r#"
    {
      "specversion": "1.0",
      "id": "[id]",
      "source": "http://127.0.0.1:8080/organizations/v1/organizations/914742315",
      "type": "order.acknowledged",
      "subject": "[id]",
      "time": "2026-06-01T12:00:00.000Z",
      "datacontenttype": "application/json",
      "sequence": "1",
      "sequencetype": "Integer",
      "data": {
        "orderId": "[id]",
        "type": "UPDATE_PRODUCT",
        "agreementId": "5538579",
        "productId": 2799029,
        "state": "ACKNOWLEDGED",
        "reason": "accepted"
      }
    }
    "#);
}

async fn an_account_is_told_too(app: &mut TestApp) {
    let receiver = Receiver::start().await;
    subscribe_to(&app.system_user(), &receiver, json!(["account.*"])).await;
    let account = json!({
        "accountReference1": "Drift",
        "ownerOrganizationNumber": "914742315",
        "payerOrganizationNumber": "914742315",
    });
    let opened = app
        .system_user()
        .post("/corporate-accounts/v2/accounts", &account)
        .await;
    let id = opened.ok()["id"].as_str().expect("an id").to_owned();
    app.finish_orders().await;
    app.deliver_due().await;
    let events: Vec<_> = receiver.received().iter().map(Received::event).collect();
    assert!(!events.is_empty());
    for event in &events {
        assert_eq!(event["subject"], format!("accounts/{id}"));
        assert_eq!(event["data"]["id"], id.as_str());
    }
    let opened = events.iter().find(|event| event["type"] == "account.open");
    assert_eq!(opened.expect("it opens")["data"]["status"], "OPEN");
}

async fn what_arrives_is_what_the_feed_has(app: &mut TestApp) {
    let receiver = Receiver::start().await;
    subscribe(&app.system_user(), &receiver).await;
    for _ in 0..3 {
        app.system_user().ordered(&add(404, &[])).await;
    }
    app.finish_orders().await;
    app.deliver_due().await;
    let feed = app.system_user().get(EVENTS).await;
    let feed = feed.ok()["events"].as_array().expect("events").clone();
    let mut calls = receiver.received();
    calls.sort_by_key(Received::sequence);
    let calls: Vec<Value> = calls.iter().map(Received::event).collect();
    assert_eq!(calls, feed);
}

async fn only_the_types_that_are_wanted_arrive(app: &mut TestApp) {
    let receiver = Receiver::start().await;
    let wanted = json!(["order.completed", "order.cancelled", "account.*"]);
    subscribe_to(&app.system_user(), &receiver, wanted).await;
    app.system_user().ordered(&add(404, &[])).await;
    app.finish_orders().await;
    app.deliver_due().await;
    let calls = receiver.received();
    assert_eq!(calls.len(), 1);
    assert_eq!(calls[0].event()["type"], "order.completed");
}

async fn another_companys_changes_never_arrive(app: &mut TestApp) {
    let (own, other) = (Receiver::start().await, Receiver::start().await);
    subscribe(&app.system_user(), &own).await;
    subscribe(&app.of_other_organization(), &other).await;
    let mut foreign = add(404, &[]);
    foreign["agreementId"] = json!(7_000_001);
    app.of_other_organization().ordered(&foreign).await;
    app.system_user().ordered(&add(404, &[])).await;
    app.finish_orders().await;
    app.deliver_due().await;
    for (receiver, agreement) in [(own, "5538579"), (other, "7000001")] {
        let calls = receiver.received();
        assert_eq!(calls.len(), 3);
        for call in calls {
            assert_eq!(call.event()["data"]["agreementId"], agreement);
        }
    }
}

async fn a_lost_organization_is_told_no_more(app: &mut TestApp) {
    let receiver = Receiver::start().await;
    let endpoint = subscribe(&app.system_user(), &receiver).await;
    one_event(app).await;
    let user = SystemUserName::new("API1000DEMO");
    let lost = OrganizationNumber::parse("914742315").expect("a number");
    app.operate(async |tx| tx.system_users().remove_organization(&user, &lost).await)
        .await;
    app.deliver_due().await;
    assert_eq!(receiver.received().len(), 0, "what waited is not sent");
    assert_eq!(deliveries(&app.system_user(), &endpoint).await.len(), 0);
    app.finish_orders().await;
    app.deliver_due().await;
    assert_eq!(receiver.received().len(), 0, "nor is what comes later");
    let feed = app.system_user().get(EVENTS).await;
    assert_eq!(feed.ok()["events"], json!([]));
}

async fn a_disabled_endpoint_gets_nothing_and_goes_on_when_enabled(app: &mut TestApp) {
    let receiver = Receiver::start().await;
    let caller = app.system_user();
    let endpoint = subscribe(&caller, &receiver).await;
    let waits = one_event(app).await;
    let disabled = put(&caller, &endpoint, &wish(&receiver, false)).await;
    assert_eq!(disabled["enabled"], false);
    app.system_user().ordered(&add(404, &[])).await;
    app.deliver_due().await;
    assert_eq!(receiver.received().len(), 0);
    put(&caller, &endpoint, &wish(&receiver, true)).await;
    let told = one_event(app).await;
    app.deliver_due().await;
    let subjects: HashSet<_> = receiver
        .received()
        .iter()
        .map(|call| call.event()["subject"].as_str().expect("a text").to_owned())
        .collect();
    let expected = [waits, told].map(|order| format!("orders/{order}"));
    assert_eq!(subjects, HashSet::from(expected));
}

async fn a_dropped_endpoint_gets_nothing_more(app: &mut TestApp) {
    let receiver = Receiver::start().await;
    let caller = app.system_user();
    let endpoint = subscribe(&caller, &receiver).await;
    one_event(app).await;
    let dropped = caller.delete(&endpoint.address()).await;
    assert_eq!(dropped.ok()["id"], endpoint.id.as_str());
    caller.get(&endpoint.address()).await.refused(404_904);
    one_event(app).await;
    assert_eq!(app.deliver_due().await, 0);
    assert_eq!(receiver.received().len(), 0);
}

async fn a_crash_before_the_record_sends_the_same_event_again(app: &mut TestApp) {
    let receiver = Receiver::start().await;
    let endpoint = subscribe(&app.system_user(), &receiver).await;
    one_event(app).await;
    receiver.will(&[Behavior::Hang]);
    let courier = app.courier();
    let crashing = tokio::spawn(async move { courier.deliver_due().await });
    receiver.arrival().await;
    crashing.abort();
    assert!(crashing.await.is_err());
    assert_eq!(app.deliver_due().await, 0, "the endpoint is still held");
    app.clock.advance(Duration::from_secs(30));
    assert_eq!(app.deliver_due().await, 1);
    let calls = receiver.received();
    assert_eq!(calls.len(), 2);
    assert_eq!(calls[0].header("webhook-id"), calls[1].header("webhook-id"));
    let listed = deliveries(&app.system_user(), &endpoint).await;
    assert_eq!(listed[0]["attempts"], 1, "the other was never recorded");
}

async fn two_couriers_never_send_the_same_event(app: &mut TestApp) {
    let receivers = [Receiver::start().await, Receiver::start().await];
    for receiver in &receivers {
        subscribe(&app.system_user(), receiver).await;
    }
    for _ in 0..20 {
        app.system_user().ordered(&add(404, &[])).await;
    }
    app.publish().await;
    let couriers = (0..4).map(|_| {
        let courier = app.courier();
        tokio::spawn(async move { courier.deliver_due().await })
    });
    let couriers: Vec<_> = couriers.collect();
    for courier in couriers {
        courier.await.expect("no panic").expect("all is recorded");
    }
    app.deliver_due().await;
    for receiver in &receivers {
        let calls = receiver.received();
        let ids: HashSet<_> = calls
            .iter()
            .map(|call| call.header("webhook-id").to_owned())
            .collect();
        assert_eq!((calls.len(), ids.len()), (20, 20));
    }
}

/// More than fit into one round.
async fn many_events_arrive_once_each(app: &mut TestApp) {
    let receiver = Receiver::start().await;
    let endpoint = subscribe(&app.system_user(), &receiver).await;
    for _ in 0..20 {
        app.system_user().ordered(&add(404, &[])).await;
    }
    app.finish_orders().await;
    app.deliver_due().await;
    let mut sequences: Vec<_> = receiver.received().iter().map(Received::sequence).collect();
    sequences.sort_unstable();
    assert_eq!(sequences, (1..=60).collect::<Vec<_>>());
    let listed = deliveries(&app.system_user(), &endpoint).await;
    assert_eq!(listed.len(), 60);
}

async fn an_event_can_be_sent_again(app: &mut TestApp) {
    let receiver = Receiver::start().await;
    let caller = app.system_user();
    let endpoint = subscribe(&caller, &receiver).await;
    one_event(app).await;
    app.deliver_due().await;
    let first = receiver.received();
    let event = deliveries(&caller, &endpoint).await[0]["eventId"].clone();
    let address = format!(
        "{}/deliveries/{}/redeliver",
        endpoint.address(),
        event.as_str().expect("an id")
    );
    let asked = caller.post(&address, &Value::Null).await;
    assert_eq!(asked.ok()["state"], "PENDING");
    assert_eq!(app.deliver_due().await, 1);
    let again = receiver.received();
    assert_eq!(first[0].header("webhook-id"), again[0].header("webhook-id"));
    assert_eq!(first[0].body, again[0].body);
    let log = delivery(&caller, &endpoint, &event).await;
    assert_eq!(log["attempts"], 2);
    assert_eq!(log["log"].as_array().map(Vec::len), Some(2));
}

async fn redirects_are_not_followed(app: &mut TestApp) {
    let receiver = Receiver::start().await;
    let caller = app.system_user();
    let endpoint = subscribe(&caller, &receiver).await;
    one_event(app).await;
    receiver.will(&[Behavior::Redirect]);
    app.deliver_due().await;
    assert_eq!(receiver.received().len(), 1);
    let event = deliveries(&caller, &endpoint).await[0]["eventId"].clone();
    let log = delivery(&caller, &endpoint, &event).await;
    assert_eq!(log["log"][0]["status"], 302);
    assert_eq!(log["log"][0]["outcome"], "REFUSED");
}

async fn a_running_server_sends_at_once_and_stops_when_told(app: &mut TestApp) {
    let receiver = Receiver::start().await;
    subscribe(&app.system_user(), &receiver).await;
    let stop = CancellationToken::new();
    let courier = tokio::spawn(app.courier().run(stop.clone()));
    let publisher = tokio::spawn(app.selfservice().publisher().run(stop.clone()));
    for _ in 0..3 {
        app.system_user().ordered(&add(404, &[])).await;
        let arrival = tokio::time::timeout(Duration::from_mins(1), receiver.arrival());
        arrival.await.expect("it arrives");
    }
    stop.cancel();
    courier.await.expect("no panic");
    publisher.await.expect("no panic");
    assert_eq!(receiver.received().len(), 3);
    assert_eq!(app.deliver_due().await, 0, "all is recorded");
}

async fn the_document_describes_what_is_sent(_: &mut TestApp) {
    let documents = api::documents(crate::app::PUBLIC_URL);
    for entry in ["order_changed", "account_changed"] {
        let described = &document().value["webhooks"][entry]["post"];
        let content = &described["requestBody"]["content"];
        let schema = content["application/cloudevents+json"]["schema"]["$ref"].as_str();
        let schema = schema.expect("a schema").trim_start_matches('#');
        assert!(document().value.pointer(schema).is_some(), "{schema}");
        assert_eq!(described["parameters"].as_array().map(Vec::len), Some(3));
        assert!(documents.info.openapi.pointer(schema).is_some());
    }
    assert_eq!(documents.order.openapi.get("webhooks"), None);
    for swagger in [&documents.whole.swagger, &documents.info.swagger] {
        assert_eq!(swagger.get("webhooks"), None);
        assert_eq!(swagger.get("x-webhooks"), None);
    }
}
