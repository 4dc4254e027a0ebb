//! Orders: how one is placed, which states it goes through, and what it changes.

use std::time::Duration;

use axum::http::Method;
use serde_json::{Value, json};

use crate::app::{Answer, Caller, Test, TestApp, tests};

pub(crate) const TESTS: &[Test] = tests![
    an_order_goes_through_its_states_in_time,
    an_update_sets_only_what_it_names,
    an_added_product_is_pending_until_its_order_is_done,
    an_added_product_may_have_a_billing_account,
    an_offer_without_configurations_can_be_added,
    an_offer_stays_available_after_it_was_ordered,
    each_add_makes_a_product_of_its_own,
    two_orders_on_one_product_run_in_the_order_of_acceptance,
    an_order_on_a_product_that_is_still_pending_waits_for_it,
    a_terminated_agreement_takes_no_orders,
    an_order_survives_a_restart,
    an_invoice_number_stands_for_its_account,
    the_answer_names_where_the_order_can_be_read,
    order_ids_tell_nothing_about_how_many_there_are,
    both_companies_can_order_at_once,
];

const ORDERS: &str = "/corporate-agreements/v2/orders";

/// An UPDATE of the product that the documents order on.
pub(crate) fn update(settings: &[(i64, &str)]) -> Value {
    json!({
        "type": "UPDATE_PRODUCT",
        "agreementId": 5_538_579,
        "productId": 2_799_029,
        "configurations": configurations(settings),
    })
}

/// An ADD to the agreement that the documents order on.
pub(crate) fn add(offering: i64, settings: &[(i64, &str)]) -> Value {
    json!({
        "type": "ADD_PRODUCT",
        "agreementId": "5538579",
        "productOfferingId": offering.to_string(),
        "configurations": configurations(settings),
    })
}

fn configurations(settings: &[(i64, &str)]) -> Value {
    let one = |(id, value): &(i64, &str)| json!({ "id": id, "value": value });
    settings.iter().map(one).collect()
}

/// Tries to withdraw an order.
pub(crate) async fn cancel(caller: &Caller<'_>, id: &str) -> Answer {
    caller.delete(&format!("{ORDERS}/{id}")).await
}

/// What a product's configuration is set to.
pub(crate) fn setting(product: &Value, id: i64) -> Option<&str> {
    let settings = product["productConfigurations"].as_array().expect("a list");
    let found = settings.iter().find(|setting| setting["id"] == id);
    found.and_then(|setting| setting["value"].as_str())
}

/// The products on the agreement that the documents order on.
pub(crate) async fn ordered(app: &TestApp) -> Vec<Value> {
    let products = app.system_user().products_of("5538579").await;
    products["ordered"].as_array().expect("a list").clone()
}

async fn an_order_goes_through_its_states_in_time(app: &mut TestApp) {
    let id = app
        .system_user()
        .ordered(&update(&[(6140, "11175198")]))
        .await;
    assert_eq!(app.run_due_jobs().await, 0);
    assert_eq!(app.system_user().order(&id).await["state"], "ACKNOWLEDGED");
    app.clock.advance(Duration::from_secs(1));
    assert_eq!(app.run_due_jobs().await, 1);
    assert_eq!(app.system_user().order(&id).await["state"], "IN_PROGRESS");
    app.clock.advance(Duration::from_millis(999));
    assert_eq!(app.run_due_jobs().await, 0);
    app.clock.advance(Duration::from_millis(1));
    assert_eq!(app.run_due_jobs().await, 1);

    let order = app.system_user().order(&id).await;
    let shown = serde_json::to_string_pretty(&order)
        .expect("a body")
        .replace(&id, "[order]");
    insta::assert_snapshot!(shown, @r#"
    {
      "orderId": "[order]",
      "type": "UPDATE_PRODUCT",
      "agreementId": "5538579",
      "productId": 2799029,
      "configurations": [
        {
          "id": 6140,
          "value": "11175198"
        }
      ],
      "state": "COMPLETED",
      "createdAt": "2026-06-01T12:00:00.000Z",
      "updatedAt": "2026-06-01T12:00:02.000Z",
      "history": [
        {
          "state": "ACKNOWLEDGED",
          "at": "2026-06-01T12:00:00.000Z",
          "actor": "API1000DEMO",
          "reason": "accepted"
        },
        {
          "state": "IN_PROGRESS",
          "at": "2026-06-01T12:00:01.000Z",
          "actor": "fulfillment",
          "reason": "being carried out"
        },
        {
          "state": "COMPLETED",
          "at": "2026-06-01T12:00:02.000Z",
          "actor": "fulfillment",
          "reason": "carried out"
        }
      ]
    }
    "#);
}

async fn an_update_sets_only_what_it_names(app: &mut TestApp) {
    app.system_user()
        .ordered(&update(&[(6140, "11175198")]))
        .await;
    app.finish_orders().await;
    let product = app.system_user().product(2_799_029).await;
    assert_eq!(product["billingAccountId"], "11175198");
    assert_eq!(setting(&product, 6420), Some("ola.nordmann@example.com"));

    app.system_user()
        .ordered(&update(&[(6420, "kari@example.com")]))
        .await;
    app.finish_orders().await;
    let product = app.system_user().product(2_799_029).await;
    assert_eq!(product["billingAccountId"], "11175198");
    assert_eq!(setting(&product, 6140), Some("11175198"));
    assert_eq!(setting(&product, 6420), Some("kari@example.com"));
}

async fn an_added_product_is_pending_until_its_order_is_done(app: &mut TestApp) {
    app.system_user()
        .ordered(&add(13883, &[(6420, "kari@example.com")]))
        .await;
    let pending = ordered(app).await[1].clone();
    assert_eq!(pending["status"], "PENDING");
    assert_eq!(pending["productConfigurations"], json!([]));
    app.finish_orders().await;
    let added = ordered(app).await[1].clone();
    assert_eq!(
        (&added["id"], &added["status"]),
        (&pending["id"], &json!("ORDERED"))
    );
    assert_eq!(setting(&added, 6420), Some("kari@example.com"));
    assert!(added.get("billingAccountId").is_none());
}

async fn an_added_product_may_have_a_billing_account(app: &mut TestApp) {
    let order = add(13883, &[(6140, "1234567"), (6420, "kari@example.com")]);
    app.system_user().ordered(&order).await;
    app.finish_orders().await;
    let added = ordered(app).await[1].clone();
    assert_eq!(added["billingAccountId"], "1234567");
    assert_eq!(setting(&added, 6140), Some("1234567"));
}

async fn an_offer_without_configurations_can_be_added(app: &mut TestApp) {
    let mut order = add(404, &[]);
    app.system_user().ordered(&order).await;
    order
        .as_object_mut()
        .expect("an object")
        .remove("configurations");
    app.system_user().ordered(&order).await;
    app.finish_orders().await;
    let names: Vec<_> = ordered(app)
        .await
        .iter()
        .map(|product| product["name"].clone())
        .collect();
    assert_eq!(
        names,
        [
            "Sentralbord",
            "Office 365 Business Premium",
            "Office 365 Business Premium"
        ]
    );
}

async fn an_offer_stays_available_after_it_was_ordered(app: &mut TestApp) {
    let before = app.system_user().products_of("5538579").await["available"].clone();
    app.system_user().ordered(&add(404, &[])).await;
    app.finish_orders().await;
    assert_eq!(
        app.system_user().products_of("5538579").await["available"],
        before
    );
}

async fn each_add_makes_a_product_of_its_own(app: &mut TestApp) {
    for _ in 0..3 {
        app.system_user().ordered(&add(404, &[])).await;
    }
    app.finish_orders().await;
    let mut ids: Vec<_> = ordered(app)
        .await
        .iter()
        .map(|product| product["id"].as_i64())
        .collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 4);
    let wide = |id: &Option<i64>| id.is_some_and(|id| id > 2_147_483_647);
    assert!(
        !ids.iter().any(wide),
        "beyond what 32-bit clients read: {ids:?}"
    );
}

async fn two_orders_on_one_product_run_in_the_order_of_acceptance(app: &mut TestApp) {
    let mut ids = Vec::new();
    for value in [
        "first@example.com",
        "second@example.com",
        "third@example.com",
    ] {
        ids.push(app.system_user().ordered(&update(&[(6420, value)])).await);
    }
    let mut ended = Vec::new();
    while app.jobs_left().await > 0 {
        app.clock.advance(Duration::from_millis(500));
        app.run_due_jobs().await;
        for id in &ids {
            let state = app.system_user().order(id).await["state"].clone();
            if state == "COMPLETED" && !ended.contains(id) {
                ended.push(id.clone());
            }
        }
    }
    assert_eq!(ended, ids);
    let product = app.system_user().product(2_799_029).await;
    assert_eq!(setting(&product, 6420), Some("third@example.com"));
}

async fn an_order_on_a_product_that_is_still_pending_waits_for_it(app: &mut TestApp) {
    app.system_user()
        .ordered(&add(13883, &[(6420, "kari@example.com")]))
        .await;
    let mut order = update(&[(6420, "later@example.com")]);
    order["productId"] = ordered(app).await[1]["id"].clone();
    app.system_user().ordered(&order).await;
    app.finish_orders().await;
    let added = ordered(app).await[1].clone();
    assert_eq!(added["status"], "ORDERED");
    assert_eq!(setting(&added, 6420), Some("later@example.com"));
}

async fn a_terminated_agreement_takes_no_orders(app: &mut TestApp) {
    let before = app.everything().await;
    let mut order = add(404, &[]);
    order["agreementId"] = json!("123456");
    app.system_user()
        .place(&order)
        .await
        .refused(400_904)
        .names("agreementId");
    let mut order = update(&[(6140, "11175198")]);
    order["agreementId"] = json!(123_456);
    order["productId"] = json!(1_302_567);
    app.system_user()
        .place(&order)
        .await
        .refused(400_904)
        .names("agreementId");
    assert_eq!(app.everything().await, before);
}

async fn an_order_survives_a_restart(app: &mut TestApp) {
    let id = app
        .system_user()
        .ordered(&update(&[(6140, "11175198")]))
        .await;
    app.restart().await;
    assert_eq!(app.system_user().order(&id).await["state"], "ACKNOWLEDGED");
    app.clock.advance(Duration::from_secs(1));
    app.run_due_jobs().await;
    app.restart().await;
    assert_eq!(app.system_user().order(&id).await["state"], "IN_PROGRESS");
    app.finish_orders().await;
    assert_eq!(app.system_user().order(&id).await["state"], "COMPLETED");
    let product = app.system_user().product(2_799_029).await;
    assert_eq!(product["billingAccountId"], "11175198");
}

async fn an_invoice_number_stands_for_its_account(app: &mut TestApp) {
    app.system_user()
        .ordered(&update(&[(6140, "5511175198")]))
        .await;
    app.finish_orders().await;
    let product = app.system_user().product(2_799_029).await;
    assert_eq!(product["billingAccountId"], "11175198");
    assert_eq!(setting(&product, 6140), Some("11175198"));
}

async fn the_answer_names_where_the_order_can_be_read(app: &mut TestApp) {
    let answer = app.system_user().place(&add(404, &[])).await;
    let id = answer.ok()[0]["orderId"].as_str().expect("an id");
    let path = format!("{ORDERS}/{id}");
    assert_eq!(
        answer.header("location"),
        format!("http://127.0.0.1:8080{path}")
    );
    assert_eq!(app.system_user().get(&path).await.ok()["orderId"], id);
    let without_zeros = id.trim_start_matches('0');
    let short = app
        .system_user()
        .get(&format!("{ORDERS}/{without_zeros}"))
        .await;
    assert_eq!(short.ok()["orderId"], id);
    let head = app.system_user().call(Method::HEAD, &path).send().await;
    assert_eq!(head.status.as_u16(), 200);
}

async fn order_ids_tell_nothing_about_how_many_there_are(app: &mut TestApp) {
    let mut ids = Vec::new();
    for _ in 0..8 {
        let id = app.system_user().ordered(&add(404, &[])).await;
        ids.push(id.parse::<i64>().expect("digits"));
    }
    assert!(!ids.is_sorted(), "{ids:?}");
    assert!(
        ids.windows(2).all(|pair| (pair[0] - pair[1]).abs() > 1000),
        "{ids:?}"
    );
}

async fn both_companies_can_order_at_once(app: &mut TestApp) {
    let mut theirs = update(&[(6420, "drift@example.com")]);
    theirs["agreementId"] = json!(7_000_001);
    theirs["productId"] = json!(7_100_001);
    let ours = update(&[(6420, "kari@example.com")]);
    let (demo, other) = (app.system_user(), app.of_other_organization());
    let (first, second) = tokio::join!(demo.ordered(&ours), other.ordered(&theirs));
    app.finish_orders().await;
    assert_eq!(demo.order(&first).await["state"], "COMPLETED");
    assert_eq!(other.order(&second).await["state"], "COMPLETED");
}
