//! Workers take orders: each order by one of them at a time, the companies in turn.

use std::collections::HashSet;
use std::time::Duration;

use domain::FulfillmentWay;
use domain::access::OperatorRole;
use serde_json::{Value, json};

use super::caller::{add_operator, demo, with_key};
use super::{begin_at, clear, foreign};
use crate::app::{Test, TestApp, tests};
use crate::orders::{add, cancel, update};

pub(crate) const TESTS: &[Test] = tests![
    nothing_to_do_is_an_empty_list,
    a_claimed_order_says_all_that_is_to_be_done,
    the_companies_get_their_turns,
    two_workers_at_once_never_get_the_same_order,
    an_order_is_given_out_again_when_its_lease_has_ended,
    a_void_claim_changes_nothing,
    an_extended_claim_lasts_longer,
    a_later_order_on_the_same_product_is_given_out_when_the_first_has_ended,
    an_order_that_nobody_reports_ends_at_the_desk,
    orders_of_other_ways_are_not_given_out,
];

fn id(order: &Value) -> String {
    order["orderId"].as_str().expect("an id").to_owned()
}

async fn nothing_to_do_is_an_empty_list(app: &mut TestApp) {
    begin_at(app, FulfillmentWay::Pull).await;
    for body in ["", "{}", " ", "{\"most\":null}", "{\"most\":100}"] {
        let method = axum::http::Method::POST;
        let answer = demo(app).send(method, "/operator/v1/claims", body).await;
        assert_eq!(answer.ok(), &json!({ "orders": [] }));
    }
}

async fn a_claimed_order_says_all_that_is_to_be_done(app: &mut TestApp) {
    begin_at(app, FulfillmentWay::Pull).await;
    let placed = app
        .system_user()
        .ordered(&update(&[(6420, "a@example.com")]))
        .await;
    let claimed = demo(app).claim(1, 60).await;
    let mut order = claimed[0].clone();
    for varying in ["createdAt", "updatedAt", "leasedUntil", "claim"] {
        assert!(order[varying].is_string(), "{varying}");
        order.as_object_mut().expect("an order").remove(varying);
    }
    assert_eq!(
        order,
        json!({
            "orderId": placed,
            "type": "UPDATE_PRODUCT",
            "organizationNumber": "914742315",
            "agreementId": "5538579",
            "productId": 2_799_029,
            "configurations": [{ "id": 6420, "value": "a@example.com" }],
            "state": "IN_PROGRESS",
            "way": "pull",
            "attempt": 1,
        })
    );
    let claim = json!({ "claim": claimed[0]["claim"], "note": "by hand" });
    let done = demo(app).report(&placed, "complete", &claim).await;
    assert_eq!(done.states(), ["ACKNOWLEDGED", "IN_PROGRESS", "COMPLETED"]);
    assert_eq!(done.body["history"][2]["reason"], "by hand");
}

async fn the_companies_get_their_turns(app: &mut TestApp) {
    begin_at(app, FulfillmentWay::Pull).await;
    for _ in 0..10 {
        app.system_user().ordered(&add(404, &[])).await;
    }
    for _ in 0..2 {
        app.of_other_organization().ordered(&foreign()).await;
    }
    let claimed = demo(app).claim(5, 60).await;
    let owners: Vec<_> = claimed
        .iter()
        .map(|order| order["organizationNumber"].as_str().expect("a number"))
        .collect();
    let theirs = owners.iter().filter(|owner| **owner == "976967631");
    assert_eq!((owners.len(), theirs.count()), (5, 2), "{owners:?}");
    app.clock.advance(Duration::from_secs(61));
    clear(app).await;
}

async fn two_workers_at_once_never_get_the_same_order(app: &mut TestApp) {
    begin_at(app, FulfillmentWay::Pull).await;
    for _ in 0..20 {
        app.system_user().ordered(&add(404, &[])).await;
    }
    let keys = [
        add_operator(app, "worker-1", OperatorRole::Desk).await,
        add_operator(app, "worker-2", OperatorRole::Desk).await,
    ];
    let work = async |key: &str| {
        let mut done = Vec::new();
        loop {
            let claimed = with_key(app, key).claim(3, 60).await;
            if claimed.is_empty() {
                return done;
            }
            for order in claimed {
                let claim = json!({ "claim": order["claim"] });
                let id = id(&order);
                let answer = with_key(app, key).report(&id, "complete", &claim);
                answer.await.ok();
                done.push(id);
            }
        }
    };
    let (first, second) = tokio::join!(work(&keys[0]), work(&keys[1]));
    let all: HashSet<_> = first.iter().chain(&second).collect();
    assert_eq!((all.len(), first.len() + second.len()), (20, 20));
}

async fn an_order_is_given_out_again_when_its_lease_has_ended(app: &mut TestApp) {
    begin_at(app, FulfillmentWay::Pull).await;
    let placed = app.system_user().ordered(&add(404, &[])).await;
    demo(app).claim(1, 10).await;
    app.clock.advance(Duration::from_secs(9));
    assert_eq!(demo(app).claim(1, 10).await, [] as [Value; 0]);
    app.clock.advance(Duration::from_secs(1));
    let again = demo(app).claim(1, 10).await;
    assert_eq!(
        (id(&again[0]), &again[0]["attempt"]),
        (placed.clone(), &json!(2))
    );
    let claim = json!({ "claim": again[0]["claim"] });
    let done = demo(app).report(&placed, "complete", &claim).await;
    assert_eq!(done.states(), ["ACKNOWLEDGED", "IN_PROGRESS", "COMPLETED"]);
}

async fn a_void_claim_changes_nothing(app: &mut TestApp) {
    begin_at(app, FulfillmentWay::Pull).await;
    let placed = app.system_user().ordered(&add(404, &[])).await;
    let other = app.system_user().ordered(&add(404, &[])).await;
    let first = demo(app).claim(2, 10).await;
    app.clock.advance(Duration::from_secs(10));
    demo(app).claim(2, 10).await;
    let lost = first.iter().find(|order| id(order) == placed);
    let lost = lost.expect("it was claimed")["claim"].as_str();
    let lost = lost.expect("a claim").to_owned();
    let before = app.everything().await;
    let zero = format!("{placed}-0");
    let padded = format!("{placed}-02");
    let of_other = format!("{other}-2");
    for claim in [
        lost.as_str(),
        "",
        "-",
        "2",
        "no claim",
        &zero,
        &padded,
        &of_other,
    ] {
        for (verb, words) in [
            ("complete", json!({ "note": "done" })),
            ("fail", json!({ "reason": "no line" })),
            ("hold", json!({ "reason": "no line" })),
            ("extend", json!({ "leaseSeconds": 60 })),
        ] {
            let mut body = words;
            body["claim"] = claim.into();
            let answer = demo(app).report(&placed, verb, &body).await;
            answer.refused(409, "claim_void");
        }
    }
    assert_eq!(app.everything().await, before);
    for verb in ["complete", "fail"] {
        let body = match verb {
            "fail" => json!({ "reason": "no line" }),
            _ => json!({}),
        };
        let answer = demo(app).report(&placed, verb, &body).await;
        answer.refused(409, "carried_out_elsewhere");
    }
    assert_eq!(app.everything().await, before);
    app.clock.advance(Duration::from_secs(10));
    clear(app).await;
}

async fn an_extended_claim_lasts_longer(app: &mut TestApp) {
    begin_at(app, FulfillmentWay::Pull).await;
    let placed = app.system_user().ordered(&add(404, &[])).await;
    let claimed = demo(app).claim(1, 10).await;
    app.clock.advance(Duration::from_secs(8));
    let body = json!({ "claim": claimed[0]["claim"], "leaseSeconds": 10 });
    let extended = demo(app).report(&placed, "extend", &body).await;
    let until = extended.ok()["leasedUntil"].as_str().expect("an instant");
    assert!(until > claimed[0]["leasedUntil"].as_str().expect("an instant"));
    app.clock.advance(Duration::from_secs(9));
    assert_eq!(demo(app).claim(1, 10).await, [] as [Value; 0]);
    let claim = json!({ "claim": claimed[0]["claim"] });
    demo(app).report(&placed, "complete", &claim).await.ok();
    let ended = demo(app).report(&placed, "extend", &body).await;
    ended.refused(409, "order_ended");
}

async fn a_later_order_on_the_same_product_is_given_out_when_the_first_has_ended(
    app: &mut TestApp,
) {
    begin_at(app, FulfillmentWay::Pull).await;
    let first = app
        .system_user()
        .ordered(&update(&[(6420, "a@example.com")]))
        .await;
    let second = app
        .system_user()
        .ordered(&update(&[(6420, "b@example.com")]))
        .await;
    let claimed = demo(app).claim(10, 60).await;
    assert_eq!((claimed.len(), id(&claimed[0])), (1, first.clone()));
    for (verb, body) in [
        ("complete", json!({})),
        ("fail", json!({ "reason": "no line" })),
        ("begin", json!({})),
    ] {
        let answer = demo(app).report(&second, verb, &body).await;
        answer.refused(409, "order_waits");
    }
    let claim = json!({ "claim": claimed[0]["claim"] });
    demo(app).report(&first, "complete", &claim).await.ok();
    let claimed = demo(app).claim(10, 60).await;
    assert_eq!((claimed.len(), id(&claimed[0])), (1, second.clone()));
    let claim = json!({ "claim": claimed[0]["claim"] });
    demo(app).report(&second, "complete", &claim).await.ok();
}

async fn an_order_that_nobody_reports_ends_at_the_desk(app: &mut TestApp) {
    begin_at(app, FulfillmentWay::Pull).await;
    let placed = app.system_user().ordered(&add(404, &[])).await;
    let mut attempts = 0;
    while !demo(app).claim(1, 10).await.is_empty() {
        attempts += 1;
        app.clock.advance(Duration::from_secs(10));
    }
    assert_eq!(attempts, 8);
    let seen = app.system_user().order(&placed).await;
    assert_eq!(seen["state"], "HELD");
    let desk = demo(app).get("/operator/v1/desk").await;
    assert_eq!(desk.ok()["orders"][0]["orderId"], placed);
    demo(app).report(&placed, "complete", &json!({})).await.ok();
}

async fn orders_of_other_ways_are_not_given_out(app: &mut TestApp) {
    begin_at(app, FulfillmentWay::Desk).await;
    let placed = app.system_user().ordered(&add(404, &[])).await;
    assert_eq!(demo(app).claim(1, 10).await, [] as [Value; 0]);
    cancel(&app.system_user(), &placed).await.ok();
}
