//! Notifications: the feed, the endpoints, and what arrives there.

mod delivering;
mod endpoints;
mod failing;
mod feed;
mod receiver;
mod secrets;

use serde_json::{Value, json};

use crate::app::{Caller, Test, TestApp};
use crate::orders::add;
use receiver::Receiver;

pub(crate) const FILES: &[(&str, &[Test])] = &[
    ("notifications::delivering", delivering::TESTS),
    ("notifications::failing", failing::TESTS),
    ("notifications::secrets", secrets::TESTS),
    ("notifications::endpoints", endpoints::TESTS),
    ("notifications::feed", feed::TESTS),
];

pub(crate) const ENDPOINTS: &str = "/notifications/v1/endpoints";
const EVENTS: &str = "/notifications/v1/events";

/// An endpoint that was made for a test.
struct Subscribed {
    id: String,
    secret: String,
}

impl Subscribed {
    fn address(&self) -> String {
        format!("{ENDPOINTS}/{}", self.id)
    }
}

/// Lets a receiver be told of everything that the caller may see.
async fn subscribe(caller: &Caller<'_>, receiver: &Receiver) -> Subscribed {
    subscribe_to(caller, receiver, json!([])).await
}

async fn subscribe_to(caller: &Caller<'_>, receiver: &Receiver, types: Value) -> Subscribed {
    let body = json!({ "url": receiver.url, "eventTypes": types });
    let made = caller.post(ENDPOINTS, &body).await;
    let text = |member: &str| made.ok()[member].as_str().expect("a text").to_owned();
    Subscribed {
        id: text("id"),
        secret: text("secret"),
    }
}

/// An id that this system user can see in the demo, with its endpoint's deliveries.
async fn deliveries(caller: &Caller<'_>, endpoint: &Subscribed) -> Vec<Value> {
    let address = format!("{}/deliveries?pageSize=1000", endpoint.address());
    caller.get(&address).await.list().to_vec()
}

/// One delivery with its log.
async fn delivery(caller: &Caller<'_>, endpoint: &Subscribed, event: &Value) -> Value {
    let event = event.as_str().expect("an id");
    let address = format!("{}/deliveries/{event}", endpoint.address());
    caller.get(&address).await.ok().clone()
}

/// One event that is told, of an order that has just been accepted; its id.
async fn one_event(app: &TestApp) -> String {
    let order = app.system_user().ordered(&add(404, &[])).await;
    app.publish().await;
    order
}

/// What an endpoint is to be, as PUT takes it.
fn wish(receiver: &Receiver, enabled: bool) -> Value {
    json!({ "url": receiver.url, "enabled": enabled })
}

async fn put(caller: &Caller<'_>, endpoint: &Subscribed, body: &Value) -> Value {
    let call = caller.call(axum::http::Method::PUT, &endpoint.address());
    let call = call.header("content-type", "application/json");
    call.body(body.to_string()).send().await.ok().clone()
}
