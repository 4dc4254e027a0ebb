//! The token endpoints: every grant, every refusal in RFC 6749's words and ours, and a token's end.

use std::time::Duration;

use axum::http::Method;

use crate::app::{CLIENT, DEMO, DEMO_USER, INFO, OTHER, Test, TestApp, basic, tests};
use crate::operator;

pub(crate) const TESTS: &[Test] = tests![
    the_password_grant_gives_a_token_for_every_scope_of_the_app,
    a_token_can_be_asked_for_one_scope,
    the_credentials_may_come_in_the_form,
    the_older_address_is_the_same,
    an_app_that_reads_text_gets_its_lifetime_as_text,
    client_credentials_give_a_token_without_a_system_user,
    a_token_never_ends_an_earlier_one,
    a_token_survives_a_restart,
    the_database_holds_no_token_in_the_clear,
    wrong_clients_are_refused_in_one_voice,
    wrong_users_are_refused_in_one_voice,
    bad_grants_are_refused,
    scopes_beyond_the_apps_products_are_refused,
    a_form_with_faults_is_refused,
    the_metadata_names_every_endpoint,
    guessing_is_slowed_from_the_sixth_failure_on,
];

const TOKEN: &str = "/oauth/v2/token";
const AGREEMENTS: &str = "/corporate-agreements/v2/agreements";

async fn the_password_grant_gives_a_token_for_every_scope_of_the_app(app: &mut TestApp) {
    let answer = app.request_token(DEMO, DEMO_USER).await;
    let token = answer.ok()["access_token"].as_str().expect("a token");
    assert!(token.len() == 40 && token.bytes().all(|b| b"0123456789abcdef".contains(&b)));
    assert_eq!(answer.body["token_type"], "Bearer");
    assert_eq!(answer.body["expires_in"].to_string(), "3599");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("pragma"), "no-cache");
    assert!(answer.body.get("refresh_token").is_none());
    let mut granted: Vec<_> = answer.body["scope"]
        .as_str()
        .expect("a text")
        .split(' ')
        .collect();
    granted.sort_unstable();
    let mut all: Vec<_> = api::OPERATIONS
        .iter()
        .map(|operation| operation.scope)
        .collect();
    all.sort_unstable();
    all.dedup();
    assert_eq!(granted, all);
}

async fn a_token_can_be_asked_for_one_scope(app: &mut TestApp) {
    let form = format!("{DEMO_USER}&scope=agreements.read");
    assert_eq!(
        app.request_token(DEMO, &form).await.ok()["scope"],
        "agreements.read"
    );
    let reader = app.logged_in(DEMO, &form);
    reader.get(AGREEMENTS).await.ok();
    reader
        .place(&crate::orders::add(404, &[]))
        .await
        .refused(40301);
    let form = format!("{DEMO_USER}&scope=agreements.order+agreements.read");
    let both = app.request_token(DEMO, &form).await;
    assert_eq!(
        both.ok()["scope"]
            .as_str()
            .map(|scope| scope.split(' ').count()),
        Some(2)
    );
}

async fn the_credentials_may_come_in_the_form(app: &mut TestApp) {
    let (id, secret) = DEMO;
    let form = format!("{DEMO_USER}&client_id={id}&client_secret={secret}");
    app.anonymous().post_form(TOKEN, &form).await.ok();
    // Some clients repeat their id beside the header.
    app.basic(DEMO)
        .post_form(TOKEN, &format!("{DEMO_USER}&client_id={id}"))
        .await
        .ok();
    let untyped = app
        .basic(DEMO)
        .call(Method::POST, TOKEN)
        .body(DEMO_USER)
        .send()
        .await;
    untyped.ok();
}

async fn the_older_address_is_the_same(app: &mut TestApp) {
    let answer = app.basic(DEMO).post_form("/oauth/token", DEMO_USER).await;
    let token = answer.ok()["access_token"].as_str().expect("a token");
    app.authorized(&format!("Bearer {token}"))
        .get(AGREEMENTS)
        .await
        .ok();
    let refused = app
        .basic(DEMO)
        .post_form("/oauth/token", "grant_type=magic")
        .await;
    assert_eq!(
        refused.refused(400_900).oauth_error(),
        "unsupported_grant_type"
    );
    app.basic(DEMO).get("/oauth/token").await.refused(40401);
}

async fn an_app_that_reads_text_gets_its_lifetime_as_text(app: &mut TestApp) {
    let old = ("oldoldoldoldoldoldoldoldoldoldol", "oldsecretoldsecr");
    operator::add_app(app, old, |app| app.app.expires_in_as_string = true).await;
    let answer = app.request_token(old, DEMO_USER).await;
    assert_eq!(answer.ok()["expires_in"].to_string(), "\"3599\"");
}

async fn client_credentials_give_a_token_without_a_system_user(app: &mut TestApp) {
    app.request_token(CLIENT, "grant_type=client_credentials")
        .await
        .ok();
    app.without_system_user()
        .get(AGREEMENTS)
        .await
        .refused(40001);
}

async fn a_token_never_ends_an_earlier_one(app: &mut TestApp) {
    let first = app.new_token(DEMO, DEMO_USER).await;
    let second = app.new_token(DEMO, DEMO_USER).await;
    assert_ne!(first, second);
    for token in [first, second] {
        app.authorized(&format!("Bearer {token}"))
            .get(AGREEMENTS)
            .await
            .ok();
    }
}

async fn a_token_survives_a_restart(app: &mut TestApp) {
    let token = app.new_token(DEMO, DEMO_USER).await;
    app.restart().await;
    app.authorized(&format!("Bearer {token}"))
        .get(AGREEMENTS)
        .await
        .ok();
    app.clock.advance(Duration::from_secs(3599));
    app.restart().await;
    app.authorized(&format!("Bearer {token}"))
        .get(AGREEMENTS)
        .await
        .refused(40106);
}

async fn the_database_holds_no_token_in_the_clear(app: &mut TestApp) {
    let token = app.new_token(DEMO, DEMO_USER).await;
    let find = async |tx: &mut storage::Transaction| {
        let hash = domain::access::TokenHash::new(&token);
        tx.access_tokens()
            .find(&hash, jiff::Timestamp::UNIX_EPOCH)
            .await
    };
    assert!(app.operate(find).await.is_none());
}

async fn wrong_clients_are_refused_in_one_voice(app: &mut TestApp) {
    let (id, _) = DEMO;
    let unknown = "unknownunknownunknownunknownunkn";
    for authorization in [
        basic(id, "wrong"),
        basic(id, ""),
        basic(unknown, "demosecretdemose"),
        basic("", ""),
        basic("a\u{0}b", "x"),
        "Basic ???".to_owned(),
        "Basic".to_owned(),
        "Bearer 065d160140eea13e72cde31a7b857bbfa37390e5".to_owned(),
        "Digest x".to_owned(),
    ] {
        let answer = app
            .authorized(&authorization)
            .post_form(TOKEN, DEMO_USER)
            .await;
        assert_eq!(
            answer.refused(40108).oauth_error(),
            "invalid_client",
            "{authorization}"
        );
        assert_eq!(answer.header("www-authenticate"), "Basic realm=\"avtale\"");
        assert_eq!(answer.body["error_description"], answer.body["description"]);
    }
    for form in [
        DEMO_USER.to_owned(),
        format!("{DEMO_USER}&client_id={id}"),
        format!("{DEMO_USER}&client_id={id}&client_secret=wrong"),
    ] {
        let answer = app.anonymous().post_form(TOKEN, &form).await;
        assert_eq!(
            answer.refused(40108).oauth_error(),
            "invalid_client",
            "{form}"
        );
    }
    operator::enable_app(app, id, false).await;
    let answer = app.request_token(DEMO, DEMO_USER).await;
    assert_eq!(answer.refused(40108).oauth_error(), "invalid_client");
}

async fn wrong_users_are_refused_in_one_voice(app: &mut TestApp) {
    let foreign = "username=API2000OTHER&password=other-password";
    for user in [
        "username=API1000DEMO&password=wrong",
        "username=api1000demo&password=demo-password",
        "username=API9999NONE&password=demo-password",
        "username=%00&password=demo-password",
        foreign,
    ] {
        let answer = app
            .request_token(DEMO, &format!("grant_type=password&{user}"))
            .await;
        assert_eq!(
            answer.refused(40001).oauth_error(),
            "invalid_grant",
            "{user}"
        );
        assert_eq!(answer.status.as_u16(), 400);
    }
    app.request_token(OTHER, &format!("grant_type=password&{foreign}"))
        .await
        .ok();
    operator::enable_user(app, "API1000DEMO", false).await;
    let answer = app.request_token(DEMO, DEMO_USER).await;
    assert_eq!(answer.refused(40001).oauth_error(), "invalid_grant");
}

async fn bad_grants_are_refused(app: &mut TestApp) {
    for (client, form, word) in [
        (DEMO, "grant_type=client_credentials", "unauthorized_client"),
        (CLIENT, DEMO_USER, "unauthorized_client"),
        (
            DEMO,
            "grant_type=refresh_token&refresh_token=x",
            "unsupported_grant_type",
        ),
        (
            DEMO,
            "grant_type=authorization_code&code=x",
            "unsupported_grant_type",
        ),
        (DEMO, "grant_type=PASSWORD", "unsupported_grant_type"),
        (DEMO, "", "invalid_request"),
        (DEMO, "grant_type=", "invalid_request"),
        (DEMO, "grant_type=password", "invalid_request"),
        (
            DEMO,
            "grant_type=password&username=API1000DEMO",
            "invalid_request",
        ),
        (
            DEMO,
            "grant_type=password&username=API1000DEMO&password=",
            "invalid_request",
        ),
    ] {
        let answer = app.request_token(client, form).await;
        assert_eq!(answer.refused(400_900).oauth_error(), word, "{form}");
    }
}

async fn scopes_beyond_the_apps_products_are_refused(app: &mut TestApp) {
    for (client, scope) in [
        (INFO, "agreements.order"),
        (INFO, "agreements.read+agreements.order"),
        (DEMO, "everything"),
        (DEMO, "AGREEMENTS.READ"),
    ] {
        let answer = app
            .request_token(client, &format!("{DEMO_USER}&scope={scope}"))
            .await;
        assert_eq!(
            answer.refused(40301).oauth_error(),
            "invalid_scope",
            "{scope}"
        );
        assert_eq!(answer.status.as_u16(), 400);
        answer.names("scope");
    }
}

async fn a_form_with_faults_is_refused(app: &mut TestApp) {
    let (id, secret) = DEMO;
    let twice = app
        .request_token(DEMO, &format!("{DEMO_USER}&username=x"))
        .await;
    assert_eq!(
        twice.refused(400_900).names("username").oauth_error(),
        "invalid_request"
    );
    let both = format!("{DEMO_USER}&client_id={id}&client_secret={secret}");
    let both = app.request_token(DEMO, &both).await;
    assert_eq!(both.refused(400_900).oauth_error(), "invalid_request");
    let contradicting = app
        .request_token(DEMO, &format!("{DEMO_USER}&client_id=x"))
        .await;
    assert_eq!(
        contradicting.refused(400_900).oauth_error(),
        "invalid_request"
    );
    let json = app
        .basic(DEMO)
        .call(Method::POST, TOKEN)
        .header("content-type", "application/json")
        .body("{}")
        .send()
        .await;
    json.refused(415_900);
    let large = format!("{DEMO_USER}&x={}", "x".repeat(1024 * 1024));
    app.request_token(DEMO, &large).await.refused(413_900);
    app.basic(DEMO).get(TOKEN).await.refused(40401);
}

async fn the_metadata_names_every_endpoint(app: &mut TestApp) {
    let answer = app
        .anonymous()
        .get("/.well-known/oauth-authorization-server")
        .await;
    let metadata = answer.ok();
    assert_eq!(metadata["issuer"], "http://127.0.0.1:8080");
    for (member, path) in [
        ("token_endpoint", "/oauth/v2/token"),
        ("revocation_endpoint", "/oauth/v2/revoke"),
        ("introspection_endpoint", "/oauth/v2/introspect"),
    ] {
        assert_eq!(metadata[member], format!("http://127.0.0.1:8080{path}"));
    }
}

async fn guessing_is_slowed_from_the_sixth_failure_on(app: &mut TestApp) {
    app.restart_with(|choices| choices.gateway.limits = true)
        .await;
    let wrong = "grant_type=password&username=API1000DEMO&password=wrong";
    for _ in 0..6 {
        app.request_token(DEMO, wrong).await.refused(40001);
    }
    for form in [wrong, DEMO_USER] {
        let slowed = app.request_token(DEMO, form).await;
        slowed.refused(42902);
        assert_eq!(slowed.header("retry-after"), "1");
    }
    // Somebody else from another place is not held up.
    let (id, secret) = OTHER;
    let elsewhere = app
        .anonymous()
        .call(Method::POST, TOKEN)
        .header("authorization", &basic(id, secret))
        .body("grant_type=password&username=API2000OTHER&password=other-password")
        .from("192.0.2.1")
        .send()
        .await;
    elsewhere.ok();
    app.clock.advance(Duration::from_secs(1));
    app.request_token(DEMO, DEMO_USER).await.ok();
}
