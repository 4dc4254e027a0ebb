//! The orders of all organizations, in lists and one by one.

use std::time::Duration;

use domain::FulfillmentWay;
use serde_json::{Value, json};

use super::caller::demo;
use super::{begin_at, clear, foreign};
use crate::app::{Test, TestApp, tests};
use crate::orders::{add, cancel, update};

pub(crate) const TESTS: &[Test] = tests![
    a_list_has_the_orders_of_all_organizations_newest_first,
    one_order_is_shown_whole,
];

async fn ids(app: &TestApp, query: &str) -> Vec<String> {
    let answer = demo(app).get(&format!("/operator/v1/orders{query}")).await;
    let orders = answer.ok()["orders"].as_array().expect("a list");
    let id = |order: &Value| order["orderId"].as_str().expect("an id").to_owned();
    orders.iter().map(id).collect()
}

async fn a_list_has_the_orders_of_all_organizations_newest_first(app: &mut TestApp) {
    assert_eq!(ids(app, "").await, [] as [String; 0]);
    let first = app.system_user().ordered(&add(404, &[])).await;
    begin_at(app, FulfillmentWay::Pull).await;
    app.clock.advance(Duration::from_millis(500));
    let second = app.of_other_organization().ordered(&foreign()).await;
    begin_at(app, FulfillmentWay::Desk).await;
    app.clock.advance(Duration::from_millis(500));
    let third = app.system_user().ordered(&add(404, &[])).await;
    cancel(&app.system_user(), &third).await.ok();
    let listed = demo(app).get("/operator/v1/orders/").await;
    listed.refused(404, "unknown_route");
    let since = app.system_user().order(&third).await["createdAt"].clone();
    let since = format!("?since={}", since.as_str().expect("an instant"));
    for (query, expected) in [
        ("", vec![&third, &second, &first]),
        ("?state=CANCELLED", vec![&third]),
        ("?state=ACKNOWLEDGED", vec![&second, &first]),
        ("?way=pull", vec![&second]),
        ("?way=simulated", vec![&first]),
        ("?organization=976967631", vec![&second]),
        ("?organization=914742315&way=desk", vec![&third]),
        ("?organization=999999999", vec![]),
        (since.as_str(), vec![&third]),
        ("?pageSize=2", vec![&third, &second]),
        ("?pageSize=2&page=1", vec![&first]),
        ("?page=999999999999999999", vec![]),
    ] {
        let listed = ids(app, query).await;
        assert_eq!(listed.iter().collect::<Vec<_>>(), expected, "{query}");
    }
    let page = demo(app).get("/operator/v1/orders?pageSize=1").await;
    assert_eq!(page.ok()["total"], 3);
    clear(app).await;
}

async fn one_order_is_shown_whole(app: &mut TestApp) {
    begin_at(app, FulfillmentWay::Desk).await;
    let id = app
        .system_user()
        .ordered(&update(&[(6420, "a@example.com")]))
        .await;
    let shown = demo(app).get(&format!("/operator/v1/orders/{id}")).await;
    let mut shown = shown.ok().clone();
    let (created, updated) = (shown["createdAt"].clone(), shown["updatedAt"].clone());
    assert_eq!(created, updated);
    for member in ["createdAt", "updatedAt"] {
        shown.as_object_mut().expect("an order").remove(member);
    }
    assert_eq!(
        shown,
        json!({
            "orderId": id,
            "type": "UPDATE_PRODUCT",
            "organizationNumber": "914742315",
            "agreementId": "5538579",
            "productId": 2_799_029,
            "configurations": [{ "id": 6420, "value": "a@example.com" }],
            "state": "ACKNOWLEDGED",
            "way": "desk",
            "history": [{
                "state": "ACKNOWLEDGED",
                "at": created,
                "actor": "API1000DEMO",
                "reason": "accepted",
            }],
        })
    );
    let added = app.system_user().ordered(&add(404, &[])).await;
    let shown = demo(app).get(&format!("/operator/v1/orders/{added}")).await;
    assert_eq!(shown.ok()["type"], "ADD_PRODUCT");
    assert_eq!(shown.body["productOfferingId"], 404);
    clear(app).await;
}
