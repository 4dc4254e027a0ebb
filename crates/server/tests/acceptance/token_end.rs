//! What becomes of a token after it was issued: logout, revocation and introspection.

use std::time::Duration;

use axum::http::Method;

use crate::app::{CLIENT, DEMO, DEMO_USER, INTERNAL, OTHER, Test, TestApp, tests};

pub(crate) const TESTS: &[Test] = tests![
    logout_ends_the_token_at_once,
    an_app_revokes_its_own_tokens_alone,
    introspection_is_for_those_who_may,
];

const AGREEMENTS: &str = "/corporate-agreements/v2/agreements";

async fn logout_ends_the_token_at_once(app: &mut TestApp) {
    for method in [Method::GET, Method::POST] {
        let token = app.new_token(DEMO, DEMO_USER).await;
        let caller = app.authorized(&format!("Bearer {token}"));
        caller.get(AGREEMENTS).await.ok();
        let answer = caller.call(method, "/oauth/v2/logout").send().await;
        assert_eq!((answer.status.as_u16(), answer.text.as_str()), (200, "OK!"));
        caller.get(AGREEMENTS).await.refused(40105);
        caller.get("/oauth/v2/logout").await.refused(40105);
    }
    app.anonymous().get("/oauth/v2/logout").await.refused(40102);
    app.expired().get("/oauth/v2/logout").await.refused(40106);
}

async fn an_app_revokes_its_own_tokens_alone(app: &mut TestApp) {
    const REVOKE: &str = "/oauth/v2/revoke";
    let token = app.new_token(DEMO, DEMO_USER).await;
    let caller = app.authorized(&format!("Bearer {token}"));
    let form = format!("token={token}");
    assert_eq!(
        app.basic(OTHER)
            .post_form(REVOKE, &form)
            .await
            .status
            .as_u16(),
        200
    );
    caller.get(AGREEMENTS).await.ok();
    assert_eq!(
        app.basic(DEMO)
            .post_form(REVOKE, &form)
            .await
            .status
            .as_u16(),
        200
    );
    caller.get(AGREEMENTS).await.refused(40105);
    for unknown in ["token=x", "token=065d160140eea13e72cde31a7b857bbfa37390e5"] {
        assert_eq!(
            app.basic(DEMO)
                .post_form(REVOKE, unknown)
                .await
                .status
                .as_u16(),
            200
        );
    }
    let empty = app.basic(DEMO).post_form(REVOKE, "").await;
    assert_eq!(empty.refused(400_900).oauth_error(), "invalid_request");
    let stranger = app.anonymous().post_form(REVOKE, &form).await;
    assert_eq!(stranger.refused(40108).oauth_error(), "invalid_client");
}

async fn introspection_is_for_those_who_may(app: &mut TestApp) {
    const INTROSPECT: &str = "/oauth/v2/introspect";
    let form = format!("token={}", app.new_token(DEMO, DEMO_USER).await);
    let refused = app.basic(CLIENT).post_form(INTROSPECT, &form).await;
    assert_eq!(
        refused.refused(400_900).oauth_error(),
        "unauthorized_client"
    );
    let active = app.basic(INTERNAL).post_form(INTROSPECT, &form).await;
    assert_eq!(active.ok()["active"], true);
    assert_eq!(active.body["username"], "API1000DEMO");
    for token in ["x", "065d160140eea13e72cde31a7b857bbfa37390e5"] {
        let unknown = app
            .basic(INTERNAL)
            .post_form(INTROSPECT, &format!("token={token}"))
            .await;
        assert_eq!(unknown.text, r#"{"active":false}"#);
    }
    app.clock.advance(Duration::from_secs(3599));
    let expired = app.basic(INTERNAL).post_form(INTROSPECT, &form).await;
    assert_eq!(expired.text, r#"{"active":false}"#);
}
