//! The gateway: each of its codes through its real cause, and the order of its checks.

use std::time::Duration;

use axum::http::Method;

use crate::app::{CLIENT, DEMO, DEMO_USER, INTERNAL, Test, TestApp, basic, tests};
use crate::operator;
use crate::orders::add;

pub(crate) const TESTS: &[Test] = tests![
    a_call_without_a_usable_authorization_is_refused,
    a_token_that_is_none_of_ours_is_refused,
    the_scheme_is_read_in_any_case,
    a_token_is_expired_for_a_day_and_unknown_after_that,
    a_disabled_apps_token_is_refused,
    an_app_with_the_info_product_alone_can_not_order,
    an_operation_that_is_switched_off_is_refused_until_it_is_on_again,
    a_token_without_the_scope_is_refused,
    a_call_that_acts_for_nobody_is_refused,
    a_disabled_system_users_token_is_refused,
    basic_is_for_the_apps_and_networks_that_may,
    wrong_basic_credentials_are_refused,
    unknown_paths_and_methods_come_before_credentials,
];

const AGREEMENTS: &str = "/corporate-agreements/v2/agreements";

async fn a_call_without_a_usable_authorization_is_refused(app: &mut TestApp) {
    let answer = app.anonymous().get(AGREEMENTS).await;
    insta::assert_snapshot!(answer.shown(), @r#"
    HTTP 401 Unauthorized
    content-type: application/json
    www-authenticate: Bearer realm="avtale"
    {
      "httpStatus": 401,
      "httpMessage": "Unauthorized",
      "errorCode": 40102,
      "description": "Missing authorization header",
      "resourceId": "/corporate-agreements/v2/agreements",
      "origin": "GATEWAY",
      "transactionId": "[id]",
      "details": [
        {
          "field": "Authorization",
          "message": "send one header `Authorization: Bearer <access token>`"
        }
      ]
    }
    "#);
    for header in ["", "Digest x", "Negotiate", "bearertoken", "\u{fffd}"] {
        app.authorized(header).get(AGREEMENTS).await.refused(40102);
    }
    let token = app.new_token(DEMO, DEMO_USER).await;
    let twice = app
        .authorized(&format!("Bearer {token}"))
        .call(Method::GET, AGREEMENTS)
        .header("authorization", &format!("Bearer {token}"))
        .send()
        .await;
    twice.refused(40102);
}

async fn a_token_that_is_none_of_ours_is_refused(app: &mut TestApp) {
    let known = app.new_token(DEMO, DEMO_USER).await;
    let tokens = [
        "065d160140eea13e72cde31a7b857bbfa37390e5".to_owned(),
        String::new(),
        "x".to_owned(),
        known.to_uppercase(),
        known[1..].to_owned(),
        format!("{known}0"),
        format!("{known} {known}"),
        "æøå".to_owned(),
        "a".repeat(8192),
    ];
    for token in tokens {
        let answer = app
            .authorized(&format!("Bearer {token}"))
            .get(AGREEMENTS)
            .await;
        answer.refused(40105);
        assert_eq!(
            answer.header("www-authenticate"),
            "Bearer realm=\"avtale\", error=\"invalid_token\""
        );
    }
}

async fn the_scheme_is_read_in_any_case(app: &mut TestApp) {
    let token = app.new_token(DEMO, DEMO_USER).await;
    for scheme in ["Bearer", "bearer", "BEARER", "bEaReR"] {
        app.authorized(&format!("{scheme} {token}"))
            .get(AGREEMENTS)
            .await
            .ok();
    }
}

async fn a_token_is_expired_for_a_day_and_unknown_after_that(app: &mut TestApp) {
    let token = app.new_token(DEMO, DEMO_USER).await;
    let caller = app.authorized(&format!("Bearer {token}"));
    app.clock.advance(Duration::from_millis(3_598_999));
    caller.get(AGREEMENTS).await.ok();
    app.clock.advance(Duration::from_millis(1));
    caller.get(AGREEMENTS).await.refused(40106);
    app.clock
        .advance(Duration::from_hours(24) - Duration::from_millis(1));
    caller.get(AGREEMENTS).await.refused(40106);
    app.clock.advance(Duration::from_millis(1));
    caller.get(AGREEMENTS).await.refused(40105);
}

async fn a_disabled_apps_token_is_refused(app: &mut TestApp) {
    app.system_user().get(AGREEMENTS).await.ok();
    operator::enable_app(app, DEMO.0, false).await;
    app.system_user().get(AGREEMENTS).await.refused(40105);
    operator::enable_app(app, INTERNAL.0, false).await;
    app.basic(INTERNAL).get(AGREEMENTS).await.refused(40108);
    operator::enable_app(app, DEMO.0, true).await;
    app.system_user().get(AGREEMENTS).await.ok();
}

async fn an_app_with_the_info_product_alone_can_not_order(app: &mut TestApp) {
    app.with_info_only().get(AGREEMENTS).await.ok();
    app.with_info_only()
        .place(&add(404, &[]))
        .await
        .refused(40103);
}

async fn an_operation_that_is_switched_off_is_refused_until_it_is_on_again(app: &mut TestApp) {
    operator::enable_operation(app, "place_order", false).await;
    app.system_user().get(AGREEMENTS).await.ok();
    app.system_user().place(&add(404, &[])).await.refused(40101);
    // An app that has no product for it learns no more than before.
    app.with_info_only()
        .place(&add(404, &[]))
        .await
        .refused(40103);
    app.restart().await;
    app.system_user().place(&add(404, &[])).await.refused(40101);
    operator::enable_operation(app, "place_order", true).await;
    app.system_user().place(&add(404, &[])).await.ok();
}

async fn a_token_without_the_scope_is_refused(app: &mut TestApp) {
    let answer = app
        .without_scope("agreements.order")
        .place(&add(404, &[]))
        .await;
    answer.refused(40301).names("scope");
    assert_eq!(
        answer.header("www-authenticate"),
        "Bearer realm=\"avtale\", error=\"insufficient_scope\", scope=\"agreements.order\""
    );
    app.without_scope("agreements.order")
        .get(AGREEMENTS)
        .await
        .ok();
    app.without_scope("agreements.read")
        .get(AGREEMENTS)
        .await
        .refused(40301);
}

async fn a_call_that_acts_for_nobody_is_refused(app: &mut TestApp) {
    app.without_system_user()
        .get(AGREEMENTS)
        .await
        .refused(40001);
    app.without_system_user()
        .place(&add(404, &[]))
        .await
        .refused(40001);
}

async fn a_disabled_system_users_token_is_refused(app: &mut TestApp) {
    app.system_user().get(AGREEMENTS).await.ok();
    operator::enable_user(app, "API1000DEMO", false).await;
    app.system_user().get(AGREEMENTS).await.refused(40001);
    app.basic(INTERNAL).get(AGREEMENTS).await.refused(40001);
    operator::enable_user(app, "API1000DEMO", true).await;
    app.system_user().get(AGREEMENTS).await.ok();
}

async fn basic_is_for_the_apps_and_networks_that_may(app: &mut TestApp) {
    app.basic(INTERNAL).get(AGREEMENTS).await.ok();
    app.basic(INTERNAL).place(&add(404, &[])).await.ok();
    for network in ["127.9.9.9", "::ffff:127.0.0.1"] {
        let inside = app
            .basic(INTERNAL)
            .call(Method::GET, AGREEMENTS)
            .from(network);
        inside.send().await.ok();
    }
    for network in ["192.0.2.1", "128.0.0.1", "::1"] {
        let outside = app
            .basic(INTERNAL)
            .call(Method::GET, AGREEMENTS)
            .from(network);
        outside.send().await.refused(40107);
    }
    for client in [DEMO, CLIENT] {
        let answer = app.basic(client).get(AGREEMENTS).await;
        answer.refused(40107);
        assert_eq!(answer.header("www-authenticate"), "Basic realm=\"avtale\"");
    }
}

async fn wrong_basic_credentials_are_refused(app: &mut TestApp) {
    for header in [
        basic(INTERNAL.0, "wrong"),
        basic(DEMO.0, "wrong"),
        basic("nobody", "wrong"),
        basic("", ""),
        "Basic".to_owned(),
        "Basic ???".to_owned(),
        "Basic bm9jb2xvbg==".to_owned(),
    ] {
        app.authorized(&header).get(AGREEMENTS).await.refused(40108);
    }
}

async fn unknown_paths_and_methods_come_before_credentials(app: &mut TestApp) {
    for caller in [app.anonymous(), app.system_user(), app.expired()] {
        caller
            .get("/corporate-agreements/v2/nothing")
            .await
            .refused(40401);
        let answer = caller.call(Method::PUT, AGREEMENTS).send().await;
        answer.refused(40401);
        assert_eq!(answer.header("allow"), "GET,HEAD");
        let answer = caller.delete("/corporate-agreements/v2/orders").await;
        answer.refused(40401);
        assert_eq!(answer.header("allow"), "POST,GET,HEAD");
    }
}
