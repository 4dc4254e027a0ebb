//! How an error looks: the envelope, RFC 9457 for those who ask, and what each answer carries.

use axum::http::Method;
use serde_json::Value;

use crate::app::{Answer, Call, Test, TestApp, document, tests};
use crate::orders::{add, update};

pub(crate) const TESTS: &[Test] = tests![
    the_envelope_has_its_members_in_the_documents_order,
    the_same_facts_come_as_a_problem_for_those_who_ask,
    only_those_who_name_it_get_a_problem,
    a_sane_request_id_is_taken_over_and_another_replaced,
    every_refusal_of_authorization_says_how_to_authenticate,
    the_resource_is_the_path_without_its_query,
    details_repeat_nothing_that_the_caller_may_not_see,
    the_bare_style_drops_the_brackets_alone,
    strict_codes_are_those_of_the_documents,
    each_code_can_be_provoked_in_the_sandbox,
    nothing_can_be_provoked_outside_the_sandbox,
    each_code_has_a_page,
    callers_of_version_1_are_told_of_version_2,
];

const AGREEMENTS: &str = "/corporate-agreements/v2/agreements";

fn order_of_a_foreign_account(app: &TestApp) -> Call<'_> {
    let body = update(&[(6140, "8000001"), (1, "x")]).to_string();
    let call = app
        .system_user()
        .call(Method::POST, "/corporate-agreements/v2/orders");
    call.header("content-type", "application/json").body(body)
}

async fn the_envelope_has_its_members_in_the_documents_order(app: &mut TestApp) {
    let answer = order_of_a_foreign_account(app).send().await;
    insta::assert_snapshot!(answer.shown(), @r#"
    HTTP 400 Bad Request
    content-type: application/json
    {
      "httpStatus": 400,
      "httpMessage": "Bad Request",
      "errorCode": 400901,
      "description": "Invalid configuration",
      "resourceId": "/corporate-agreements/v2/orders",
      "origin": "API",
      "transactionId": "[id]",
      "details": [
        {
          "field": "configurations[1].id",
          "message": "not a configuration of this product"
        }
      ]
    }
    "#);
}

async fn the_same_facts_come_as_a_problem_for_those_who_ask(app: &mut TestApp) {
    let call = order_of_a_foreign_account(app).header("accept", "application/problem+json");
    insta::assert_snapshot!(call.send().await.shown(), @r#"
    HTTP 400 Bad Request
    content-type: application/problem+json
    {
      "type": "/errors/400901",
      "title": "Invalid configuration",
      "status": 400,
      "detail": "configurations[1].id: not a configuration of this product",
      "instance": "/corporate-agreements/v2/orders",
      "errorCode": 400901,
      "origin": "API",
      "transactionId": "[id]",
      "details": [
        {
          "field": "configurations[1].id",
          "message": "not a configuration of this product"
        }
      ]
    }
    "#);
}

async fn only_those_who_name_it_get_a_problem(app: &mut TestApp) {
    for (accept, media_type) in [
        ("application/problem+json", "application/problem+json"),
        (
            "application/json, application/problem+json",
            "application/problem+json",
        ),
        ("APPLICATION/PROBLEM+JSON;q=0.9", "application/problem+json"),
        ("*/*", "application/json"),
        ("application/*", "application/json"),
        ("application/json", "application/json"),
        ("text/html", "application/json"),
        ("", "application/json"),
        (
            "application/json, application/problem+json;q=0",
            "application/json",
        ),
    ] {
        let call = app
            .anonymous()
            .call(Method::GET, AGREEMENTS)
            .header("accept", accept);
        let answer = call.send().await;
        assert_eq!(answer.refused(40102).media_type(), media_type, "{accept}");
    }
}

async fn a_sane_request_id_is_taken_over_and_another_replaced(app: &mut TestApp) {
    let with_id = async |id: &str| -> Answer {
        let call = app.anonymous().call(Method::GET, AGREEMENTS);
        call.header("x-request-id", id).send().await
    };
    for id in [
        "a",
        "5f1c2a1e-3f0e-4c6e-9d2b-6a3f7d1f0f6e",
        "A_b.c:d-1",
        &"x".repeat(128),
    ] {
        let answer = with_id(id).await;
        assert_eq!(answer.header("x-request-id"), id);
        assert_eq!(answer.body["transactionId"], id);
    }
    for id in ["", "a b", "<script>", "æ", "a\tb", "\"", &"x".repeat(129)] {
        let answer = with_id(id).await;
        assert_eq!(answer.header("x-request-id").len(), 36, "{id}");
    }
    let (first, second) = (
        app.system_user().get(AGREEMENTS).await,
        app.system_user().get(AGREEMENTS).await,
    );
    assert_ne!(first.header("x-request-id"), second.header("x-request-id"));
}

async fn every_refusal_of_authorization_says_how_to_authenticate(app: &mut TestApp) {
    for (caller, challenge) in [
        (app.anonymous(), "Bearer realm=\"avtale\""),
        (
            app.authorized("Bearer x"),
            "Bearer realm=\"avtale\", error=\"invalid_token\"",
        ),
        (
            app.expired(),
            "Bearer realm=\"avtale\", error=\"invalid_token\", \
             error_description=\"the access token expired\"",
        ),
        (app.basic(("x", "x")), "Basic realm=\"avtale\""),
    ] {
        let answer = caller.get(AGREEMENTS).await;
        assert_eq!(answer.status.as_u16(), 401);
        assert_eq!(answer.header("www-authenticate"), challenge);
    }
    let ordinary = app.system_user().get(&format!("{AGREEMENTS}/1")).await;
    assert_eq!(ordinary.refused(404_001).header("www-authenticate"), "");
}

async fn the_resource_is_the_path_without_its_query(app: &mut TestApp) {
    for (address, resource) in [
        (
            "/corporate-agreements/v2/orders?page=x&secret=y",
            "/corporate-agreements/v2/orders",
        ),
        ("/nowhere?x", "/nowhere"),
        (
            "/corporate-agreements/v2/agreements/1",
            "/corporate-agreements/v2/agreements/1",
        ),
    ] {
        let answer = app.system_user().get(address).await;
        assert_eq!(answer.body["resourceId"], resource);
    }
}

async fn details_repeat_nothing_that_the_caller_may_not_see(app: &mut TestApp) {
    let answer = app.system_user().place(&update(&[(6140, "8000001")])).await;
    let details = answer.refused(400_901).body["details"].to_string();
    assert!(!details.contains("8000001"), "{details}");
}

async fn the_bare_style_drops_the_brackets_alone(app: &mut TestApp) {
    let products = app.system_user().products_of("5538579").await;
    app.restart_with(|choices| choices.wire.brackets = false)
        .await;
    let address = format!("{AGREEMENTS}/5538579/products");
    assert_eq!(app.system_user().get(&address).await.ok(), &products);
    let placed = app.system_user().place(&add(404, &[])).await;
    let id = placed.ok()["orderId"].as_str().expect("an id").to_owned();
    assert_eq!(app.system_user().order(&id).await["orderId"], id.as_str());
    assert_eq!(app.system_user().get(AGREEMENTS).await.list().len(), 2);
}

async fn strict_codes_are_those_of_the_documents(app: &mut TestApp) {
    app.restart_with(|choices| choices.wire.strict_codes = true)
        .await;
    let placed = app.system_user().ordered(&add(404, &[])).await;
    app.finish_orders().await;
    let orders = "/corporate-agreements/v2/orders";
    let answers = [
        app.system_user().place(&Value::Null).await,
        app.system_user().place(&update(&[(6140, "1")])).await,
        app.system_user().get(&format!("{orders}?page=x")).await,
        app.system_user().get(&format!("{orders}/1")).await,
        app.system_user()
            .delete(&format!("{orders}/{placed}"))
            .await,
    ];
    for answer in answers {
        let seeds =
            answer.code() < 100_000 || answer.code() % 1000 < 900 || answer.code() > 999_999;
        assert!(answer.status.is_client_error() && seeds, "{answer:?}");
        let prefix = answer.status.as_str();
        assert!(answer.code().to_string().starts_with(prefix), "{answer:?}");
    }
}

async fn each_code_can_be_provoked_in_the_sandbox(app: &mut TestApp) {
    for code in document().operation("place_order").codes() {
        let answer = app
            .anonymous()
            .call(Method::POST, "/corporate-agreements/v2/orders")
            .header("x-sandbox-fault", &code.to_string())
            .send()
            .await;
        answer.refused(code);
    }
    for wish in ["1", "x", "", "200", "99999999999"] {
        let call = app.anonymous().call(Method::GET, AGREEMENTS);
        let answer = call.header("x-sandbox-fault", wish).send().await;
        answer.refused(400_900).names("X-Sandbox-Fault");
    }
}

async fn nothing_can_be_provoked_outside_the_sandbox(app: &mut TestApp) {
    app.restart_with(|choices| choices.wire.sandbox_faults = false)
        .await;
    let call = app.system_user().call(Method::GET, AGREEMENTS);
    call.header("x-sandbox-fault", "50001").send().await.ok();
}

async fn each_code_has_a_page(app: &mut TestApp) {
    for code in api::ErrorCode::ALL {
        let answer = app
            .anonymous()
            .get(&format!("/errors/{}", code.number()))
            .await;
        let page = answer.ok().as_str().expect("a text");
        assert!(page.contains(code.description()), "{code:?}");
    }
    for unknown in ["1", "x", "40001.md", "..%2F"] {
        app.anonymous()
            .get(&format!("/errors/{unknown}"))
            .await
            .refused(40401);
    }
}

async fn callers_of_version_1_are_told_of_version_2(app: &mut TestApp) {
    for path in [
        "/corporate-agreements/v1/agreements",
        "/corporate-accounts/v1/accounts",
    ] {
        let answer = app.system_user().get(path).await;
        let details = answer.refused(40401).body["details"].to_string();
        let (api, _) = path.split_once("/v1/").expect("a path of version 1");
        assert!(details.contains(&format!("{api}/v2/")), "{details}");
    }
}
