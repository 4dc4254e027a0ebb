//! What customers' people have asked for, and the operator's decisions about it.

use domain::access::{ClientId, DeveloperEmail, DeveloperLogin, GrantType, OperatorRole};
use domain::{Author, OrganizationNumber};
use selfservice::{AppWish, Approval, Mandate, NewApps, Seen};
use serde_json::json;

use super::caller::{add_operator, demo, with_key};
use crate::app::{Test, TestApp, key, tests};
use crate::console::changes;

pub(crate) const TESTS: &[Test] = tests![
    requests_wait_until_somebody_decides,
    a_refusal_takes_a_reason,
    a_request_is_decided_about_once,
];

const LIST: &str = "/operator/v1/api-product-requests";

/// An app called `Their app`, for which these API products are asked, on a server where the operator
/// decides.
pub(crate) async fn ask_for(app: &mut TestApp, products: &[&str]) -> ClientId {
    app.restart_with(|choices| {
        choices.new_apps = NewApps {
            approval: Approval::Operator,
            ..NewApps::default()
        };
    })
    .await;
    let organization = OrganizationNumber::parse("914742315").expect("nine digits");
    let email = DeveloperEmail::parse("developer@example.com").expect("an address");
    let mandate = Mandate {
        author: Author::from(&DeveloperLogin::new(&organization, &email)),
        organization,
    };
    let wish = AppWish {
        name: "Their app".to_owned(),
        grants: vec![GrantType::Password],
        bound_system_user: None,
    };
    let selfservice = app.selfservice();
    let id = selfservice.new_client_id();
    let secret = key().hash_client_secret(&id, "secret");
    let apps = selfservice.list_own_apps(&mandate.organization).await;
    let seen = Seen::of_apps(&apps.expect("the apps"));
    let created = selfservice.create_app(&mandate, (&id, &wish), &secret, &seen);
    created.await.expect("an app");
    for product in products {
        let chosen = selfservice.choose_api_product(&mandate, &id, product);
        chosen.await.expect("asked for");
    }
    id
}

fn address(app: &ClientId, product: &str, deed: &str) -> String {
    let id = app.as_str();
    format!("/operator/v1/apps/{id}/api-product-requests/{product}/{deed}")
}

async fn requests_wait_until_somebody_decides(app: &mut TestApp) {
    let id = ask_for(app, &["info", "order"]).await;
    let viewer = add_operator(app, "viewer", OperatorRole::Viewer).await;
    let list = with_key(app, &viewer).get(LIST).await;
    let waiting = list.ok()["requests"].as_array().expect("a list").clone();
    assert_eq!(waiting.len(), 2);
    for (request, product) in waiting.iter().zip(["info", "order"]) {
        assert_eq!(request["clientId"], id.as_str());
        assert_eq!(request["appName"], "Their app");
        assert_eq!(request["organization"], "914742315");
        assert_eq!(request["apiProduct"], product);
        assert_eq!(request["askedBy"], "developer@example.com");
        assert_eq!(request["state"], "ASKED");
    }
    let one = demo(app).get(&format!("{LIST}?pageSize=1")).await;
    assert_eq!(one.ok()["requests"], json!([waiting[0]]));
    demo(app)
        .get(&format!("{LIST}?pageSize=0"))
        .await
        .refused(400, "invalid_request");
    let desk = add_operator(app, "desk", OperatorRole::Desk).await;
    let approve = address(&id, "info", "approve");
    let approved = with_key(app, &desk).post(&approve, &json!({})).await;
    let approved = approved.ok();
    assert_eq!(approved["state"], "APPROVED");
    assert_eq!(approved["decidedBy"], "desk");
    let refuse = address(&id, "order", "refuse");
    let reason = json!({"reason": "Not <yet>."});
    let refused = demo(app).post(&refuse, &reason).await;
    let refused = refused.ok();
    assert_eq!(refused["state"], "REFUSED");
    assert_eq!(refused["reason"], "Not <yet>.");
    assert_eq!(demo(app).get(LIST).await.ok()["requests"], json!([]));
    let limits = demo(app)
        .get(&format!("/operator/v1/apps/{}/limits", id.as_str()))
        .await;
    assert_eq!(limits.ok()["apiProducts"].as_array().map(Vec::len), Some(1));
    let done = changes(app, "app", id.as_str()).await;
    for expected in [
        ("API product refused", "demo"),
        ("given an API product", "desk"),
    ] {
        let expected = (expected.0.to_owned(), expected.1.to_owned());
        assert!(done.contains(&expected), "no {expected:?}: {done:?}");
    }
}

async fn a_refusal_takes_a_reason(app: &mut TestApp) {
    let id = ask_for(app, &["order"]).await;
    let refuse = address(&id, "order", "refuse");
    for body in [
        json!({}),
        json!({"reason": ""}),
        json!({"reason": " "}),
        json!({"reason": "x".repeat(501)}),
        json!({"reason": 1}),
        json!({"reason": "x", "more": 1}),
    ] {
        let answer = demo(app).post(&refuse, &body).await;
        answer.refused(400, "invalid_request");
    }
    let list = demo(app).get(LIST).await;
    assert_eq!(list.ok()["requests"].as_array().map(Vec::len), Some(1));
}

async fn a_request_is_decided_about_once(app: &mut TestApp) {
    let id = ask_for(app, &["order"]).await;
    let approve = address(&id, "order", "approve");
    demo(app).post(&approve, &json!({})).await.ok();
    let reason = json!({"reason": "Too late."});
    let refuse = address(&id, "order", "refuse");
    for (address, body) in [
        (approve, json!({})),
        (refuse, reason.clone()),
        (address(&id, "info", "refuse"), reason.clone()),
        (
            address(&ClientId::new("nobodys"), "order", "refuse"),
            reason,
        ),
    ] {
        let answer = demo(app).post(&address, &body).await;
        answer.refused(404, "request_not_found");
    }
}
