//! Secrets, passwords and tokens: made once, shown once, and void from the next call on.

use domain::access::OperatorRole;
use serde_json::{Value, json};

use super::caller::{add_operator, demo, with_key};
use crate::app::{Answer, DEMO, DEMO_USER, OTHER, Test, TestApp, tests};

pub(crate) const TESTS: &[Test] = tests![
    a_customer_is_made_from_nothing_and_calls,
    two_secrets_work_side_by_side_and_the_oldest_ends,
    an_old_secret_can_end_at_once_with_the_tokens,
    a_disabled_app_has_no_tokens_left,
    a_disabled_user_has_no_tokens_left,
    another_password_ends_the_one_before_and_all_tokens,
    a_hash_that_replaces_another_ends_all_tokens,
    tokens_end_without_a_disabling,
    what_is_done_to_nobody_is_refused,
    secrets_are_nowhere_but_in_their_answer,
];

const APPS: &str = "/operator/v1/apps";
const USERS: &str = "/operator/v1/system-users";
const ID: &str = "6f0ac8b2d1e94b7f8c35a70d92e41b06";
const NAME: &str = "API1000ERP";

/// An app of the demo's organization with a system user: the secret and the password.
async fn add_customer(app: &TestApp) -> (String, String) {
    let user = json!({
        "name": NAME, "ownerOrganizationNumber": "914742315", "organizations": ["914742315"],
    });
    let user = demo(app).put(&format!("{USERS}/{NAME}"), &user).await;
    let client = json!({
        "clientId": ID, "name": "ERP", "ownerOrganizationNumber": "914742315",
        "grants": ["password"], "callsPerSecond": 100, "burst": 100,
        "apiProducts": [{ "name": "info" }],
    });
    let client = demo(app).put(&format!("{APPS}/{ID}"), &client).await;
    let secret = |answer: &Value| answer["secret"].as_str().expect("a secret").to_owned();
    (secret(&client.body), secret(&user.body))
}

async fn log_in(app: &TestApp, secret: &str, password: &str) -> Answer {
    let basic = crate::app::basic(ID, secret);
    let form = format!("grant_type=password&username={NAME}&password={password}");
    app.authorized(&basic)
        .post_form("/oauth/v2/token", &form)
        .await
}

/// A token that works, as a header.
async fn token(app: &TestApp, secret: &str, password: &str) -> String {
    let answer = log_in(app, secret, password).await;
    let token = answer.ok()["access_token"].as_str().expect("a token");
    let header = format!("Bearer {token}");
    assert!(works(app, &header).await);
    header
}

async fn works(app: &TestApp, header: &str) -> bool {
    let list = "/corporate-agreements/v2/agreements/5538579/products";
    let answer = app.authorized(header).get(list).await;
    if answer.status == 200 {
        return true;
    }
    answer.refused(40105);
    false
}

async fn a_customer_is_made_from_nothing_and_calls(app: &mut TestApp) {
    let (secret, password) = add_customer(app).await;
    assert_eq!((secret.len(), password.len()), (40, 40));
    token(app, &secret, &password).await;
}

async fn two_secrets_work_side_by_side_and_the_oldest_ends(app: &mut TestApp) {
    let (first, password) = add_customer(app).await;
    let header = token(app, &first, &password).await;
    let rotate = async || {
        let address = format!("{APPS}/{ID}/rotate-secret");
        let answer = demo(app).post(&address, &json!({})).await;
        assert_eq!(
            (&answer.ok()["olderSecrets"], &answer.body["endedTokens"]),
            (&json!(1), &json!(0))
        );
        answer.body["secret"].as_str().expect("a secret").to_owned()
    };
    let second = rotate().await;
    for secret in [&first, &second] {
        log_in(app, secret, &password).await.ok();
    }
    // The clock stands still, and still the oldest is the one that ends.
    let third = rotate().await;
    let fourth = rotate().await;
    for (secret, is_known) in [
        (&first, false),
        (&second, false),
        (&third, true),
        (&fourth, true),
    ] {
        let status = log_in(app, secret, &password).await.status;
        assert_eq!(status == 200, is_known, "{status}");
    }
    assert!(works(app, &header).await, "tokens stay");
}

async fn an_old_secret_can_end_at_once_with_the_tokens(app: &mut TestApp) {
    let (first, password) = add_customer(app).await;
    let header = token(app, &first, &password).await;
    let address = format!("{APPS}/{ID}/rotate-secret");
    let answer = demo(app).post(&address, &json!({ "endOld": true })).await;
    assert_eq!(answer.ok()["olderSecrets"], 0);
    assert_eq!(answer.body["endedTokens"], 1);
    let new = answer.body["secret"].as_str().expect("a secret");
    assert!(!works(app, &header).await);
    assert_ne!(log_in(app, &first, &password).await.status, 200);
    token(app, new, &password).await;
    let answer = demo(app).post(&address, &json!({ "endOld": 1 })).await;
    answer.refused(400, "invalid_request").names("endOld");
}

async fn a_disabled_app_has_no_tokens_left(app: &mut TestApp) {
    let (secret, password) = add_customer(app).await;
    let others = format!("Bearer {}", app.new_token(DEMO, DEMO_USER).await);
    for by_record in [false, true] {
        let header = token(app, &secret, &password).await;
        let disabled = if by_record {
            let mut record = demo(app).get(&format!("{APPS}/{ID}")).await.ok().clone();
            record["enabled"] = json!(false);
            let put = demo(app).put(&format!("{APPS}/{ID}"), &record).await;
            put.ok()["record"].clone()
        } else {
            let answer = demo(app)
                .post(&format!("{APPS}/{ID}/disable"), &json!({}))
                .await;
            answer.ok().clone()
        };
        assert_eq!(disabled["enabled"], false);
        assert!(!works(app, &header).await);
        assert_ne!(log_in(app, &secret, &password).await.status, 200);
        let enabled = demo(app)
            .post(&format!("{APPS}/{ID}/enable"), &json!({}))
            .await;
        assert_eq!(enabled.ok()["enabled"], true);
        assert!(!works(app, &header).await, "it has ended for good");
    }
    token(app, &secret, &password).await;
    assert!(works(app, &others).await);
}

async fn a_disabled_user_has_no_tokens_left(app: &mut TestApp) {
    let (secret, password) = add_customer(app).await;
    let header = token(app, &secret, &password).await;
    let address = format!("{USERS}/{NAME}");
    let disabled = demo(app)
        .post(&format!("{address}/disable"), &json!({}))
        .await;
    assert_eq!(disabled.ok()["enabled"], false);
    assert!(!works(app, &header).await);
    assert_ne!(log_in(app, &secret, &password).await.status, 200);
    demo(app)
        .post(&format!("{address}/enable"), &json!({}))
        .await
        .ok();
    assert!(!works(app, &header).await);
    token(app, &secret, &password).await;
}

async fn another_password_ends_the_one_before_and_all_tokens(app: &mut TestApp) {
    let (secret, password) = add_customer(app).await;
    let header = token(app, &secret, &password).await;
    let address = format!("{USERS}/{NAME}/rotate-password");
    let answer = demo(app).post(&address, &json!({})).await;
    assert_eq!(answer.ok()["endedTokens"], 1);
    let new = answer.body["password"].as_str().expect("a password");
    assert!(!works(app, &header).await);
    assert_ne!(log_in(app, &secret, &password).await.status, 200);
    token(app, &secret, new).await;
}

async fn a_hash_that_replaces_another_ends_all_tokens(app: &mut TestApp) {
    let (secret, password) = add_customer(app).await;
    let header = token(app, &secret, &password).await;
    let entropy = testkit::SeededEntropy::new(3);
    let hash = gateway::hash_password("another", &entropy).expect("a hash");
    let address = format!("{USERS}/{NAME}");
    let mut record = demo(app).get(&address).await.ok().clone();
    record["passwordHash"] = json!(hash);
    let changed = demo(app).put(&address, &record).await;
    assert_eq!(changed.ok()["changed"], json!(["passwordHash"]));
    assert_eq!(changed.body["record"].get("passwordHash"), None);
    assert!(!works(app, &header).await);
    token(app, &secret, "another").await;
}

async fn tokens_end_without_a_disabling(app: &mut TestApp) {
    let (secret, password) = add_customer(app).await;
    for address in [format!("{APPS}/{ID}"), format!("{USERS}/{NAME}")] {
        let headers = [
            token(app, &secret, &password).await,
            token(app, &secret, &password).await,
        ];
        for ended in [2, 0] {
            let answer = demo(app)
                .post(&format!("{address}/revoke-tokens"), &json!({}))
                .await;
            assert_eq!(answer.ok()["endedTokens"], ended);
        }
        for header in headers {
            assert!(!works(app, &header).await);
        }
        token(app, &secret, &password).await;
        demo(app)
            .post(&format!("{address}/revoke-tokens"), &json!({}))
            .await
            .ok();
    }
    // Another app's tokens of another company go on.
    let other = app
        .new_token(
            OTHER,
            "grant_type=password&username=API2000OTHER&password=other-password",
        )
        .await;
    let demos = app.new_token(DEMO, DEMO_USER).await;
    assert_ne!(other, demos);
    assert!(works(app, &format!("Bearer {demos}")).await);
}

async fn what_is_done_to_nobody_is_refused(app: &mut TestApp) {
    for address in [
        format!("{APPS}/nobody/rotate-secret"),
        format!("{APPS}/nobody/disable"),
        format!("{APPS}/nobody/revoke-tokens"),
        format!("{USERS}/nobody/rotate-password"),
        format!("{USERS}/nobody/enable"),
        format!("{USERS}/nobody/revoke-tokens"),
    ] {
        let answer = demo(app).post(&address, &json!({})).await;
        answer.refused(404, "record_not_found");
        let answer = demo(app).post(&address, &json!({ "surprise": 1 })).await;
        answer.refused(400, "invalid_request").names("surprise");
    }
}

async fn secrets_are_nowhere_but_in_their_answer(app: &mut TestApp) {
    let (secret, password) = add_customer(app).await;
    let rotated = demo(app)
        .post(&format!("{APPS}/{ID}/rotate-secret"), &json!({}))
        .await;
    let changed = demo(app)
        .post(&format!("{USERS}/{NAME}/rotate-password"), &json!({}))
        .await;
    let made = [
        secret,
        password,
        rotated.ok()["secret"]
            .as_str()
            .expect("a secret")
            .to_owned(),
        changed.ok()["password"]
            .as_str()
            .expect("a password")
            .to_owned(),
    ];
    let viewer = add_operator(app, "viewer", OperatorRole::Viewer).await;
    let mut seen = String::new();
    for address in [APPS, USERS] {
        let list = with_key(app, &viewer).get(address).await;
        seen.push_str(&list.ok().to_string());
    }
    let rows = app.store.read(async |tx| tx.journal().unplaced(1000).await);
    for row in rows.await.expect("the journal") {
        seen.push_str(&row.line.subject);
        seen.push_str(&row.line.facts);
    }
    for secret in &made {
        assert!(!seen.contains(secret), "{seen}");
    }
    assert!(!seen.contains("argon2"));
}
