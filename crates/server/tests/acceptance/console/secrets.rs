//! Apps and system users: secrets that are shown once and are nowhere else, and the end of what they
//! open.

use super::record_forms::hidden;
use super::visitor::{Answer, Visitor};
use super::{changes, database};
use crate::app::{Test, TestApp, tests};

pub(crate) const TESTS: &[Test] = tests![
    a_customer_with_an_app_and_a_user_calls,
    a_secret_is_shown_once_and_is_nowhere_else,
    a_form_that_is_sent_again_makes_no_other_secret,
    two_secrets_work_until_the_old_one_is_ended,
    a_disabled_app_is_refused_and_an_enabled_one_is_not,
    tokens_are_ended_without_a_disabling,
    limits_are_shown_with_what_is_used,
    an_app_keeps_its_secret_when_it_is_changed,
];

const APP: &str = "/console/apps/erp";
const USER: &str = "/console/system-users/API1000ERP";
const OWNER: (&str, &str) = ("ownerOrganizationNumber", "914742315");
const CALLED: &str = "/corporate-agreements/v2/agreements/5538579/products";

const NEW_APP: &[(&str, &str)] = &[
    ("clientId", "erp"),
    OWNER,
    ("name", "ERP"),
    ("enabled", "true"),
    ("grants.password", "true"),
    ("callsPerSecond", "100"),
    ("burst", "100"),
    ("apiProducts.info.held", "true"),
    ("apiProducts.info.calls", "1000"),
    ("apiProducts.info.period", "day"),
    ("apiProducts.order.calls", ""),
    ("apiProducts.order.period", "day"),
];

/// What a page shows once.
fn secret_of(answer: &Answer) -> String {
    let (_, rest) = answer
        .ok()
        .split_once("<code class=\"secret\">")
        .expect("a secret");
    rest.split('<').next().unwrap_or_default().to_owned()
}

/// The secret and the password.
async fn add_both(visitor: &mut Visitor<'_>) -> (String, String) {
    visitor.get("/console/add/app").await.ok();
    let added = visitor.post("/console/add/app", NEW_APP).await;
    let user = [
        ("name", "API1000ERP"),
        OWNER,
        ("enabled", "true"),
        ("organizations", "914742315"),
    ];
    let added_user = visitor.post("/console/add/systemUser", &user).await;
    (secret_of(&added), secret_of(&added_user))
}

/// Presses a button of a page, and the one of the page that asks first.
async fn press(visitor: &mut Visitor<'_>, address: &str, fields: &[(&str, &str)]) -> Answer {
    let page = address.rsplit_once('/').expect("a page").0;
    let query = serde_urlencoded::to_string(fields).expect("pairs of texts");
    let asks = [address, &query].join(if query.is_empty() { "" } else { "?" });
    let record = visitor.get(page).await;
    if !record
        .ok()
        .contains(&format!("<a class=\"button\" href=\"{asks}\""))
    {
        assert!(
            record.body.contains(&format!("action=\"{address}\"")),
            "{record:?}"
        );
        return visitor.post(address, fields).await;
    }
    let asked = visitor.get(&asks).await;
    for (name, value) in fields {
        assert_eq!(hidden(asked.ok(), name), *value);
    }
    let seen = hidden(asked.ok(), "seen");
    let fields = [fields, &[("seen", seen.as_str())]].concat();
    visitor.post(address, &fields).await
}

/// A header with a token, if the app and the user get one.
async fn log_in(app: &TestApp, (secret, password): (&str, &str)) -> Option<String> {
    let basic = crate::app::basic("erp", secret);
    let form = format!("grant_type=password&username=API1000ERP&password={password}");
    let answer = app
        .authorized(&basic)
        .post_form("/oauth/v2/token", &form)
        .await;
    let token = answer.body["access_token"].as_str()?;
    Some(format!("Bearer {token}"))
}

async fn works(app: &TestApp, header: &str) -> bool {
    app.authorized(header).get(CALLED).await.status == 200
}

async fn a_customer_with_an_app_and_a_user_calls(app: &mut TestApp) {
    let mut visitor = Visitor::demo(app).await;
    let (secret, password) = add_both(&mut visitor).await;
    let header = log_in(app, (&secret, &password)).await.expect("a token");
    assert!(works(app, &header).await);
    for (noun, key) in [("app", "erp"), ("systemUser", "API1000ERP")] {
        let expected = [("added".to_owned(), "demo".to_owned())];
        assert_eq!(changes(app, noun, key).await, expected);
    }
}

async fn a_secret_is_shown_once_and_is_nowhere_else(app: &mut TestApp) {
    let mut visitor = Visitor::demo(app).await;
    let (first, password) = add_both(&mut visitor).await;
    let second = press(&mut visitor, &format!("{APP}/rotate-secret"), &[]).await;
    let third = press(&mut visitor, &format!("{USER}/rotate-password"), &[]).await;
    for answer in [&second, &third] {
        assert!(answer.cookies().is_empty(), "{answer:?}");
        assert_eq!(answer.header("location"), "");
    }
    let made = [first, password, secret_of(&second), secret_of(&third)];
    let mut seen = database::everything(app).await;
    assert!(holds(&seen, "API1000ERP"), "the database was not searched");
    for address in [
        APP,
        USER,
        "/console/apps",
        "/console/system-users",
        "/console/organizations/914742315",
        "/console/change/app/erp",
        "/console/json/app/erp",
        "/console/json/systemUser/API1000ERP",
        "/console/journal",
    ] {
        seen.extend(visitor.get(address).await.ok().as_bytes());
    }
    seen.extend(visitor.cookies.values().flat_map(|value| value.bytes()));
    for (place, secret) in made.iter().enumerate() {
        assert_eq!(secret.len(), 40);
        assert!(!holds(&seen, secret), "secret {place} is kept somewhere");
        assert!(
            !holds(&seen, &hex::encode(secret)),
            "secret {place} is kept in hexadecimal"
        );
    }
}

async fn a_form_that_is_sent_again_makes_no_other_secret(app: &mut TestApp) {
    let mut visitor = Visitor::demo(app).await;
    let (first, password) = add_both(&mut visitor).await;
    for (page, deed) in [(APP, "rotate-secret"), (USER, "rotate-password")] {
        let address = format!("{page}/{deed}");
        let asked = visitor.get(&address).await;
        assert!(asked.ok().contains("none is known"), "{asked:?}");
        let seen = hidden(asked.ok(), "seen");
        let fields = [("seen", seen.as_str())];
        let made = secret_of(&visitor.post(&address, &fields).await);
        for fields in [&fields[..], &[], &[("seen", "x")], &[("end_old", "true")]] {
            let again = visitor.post(&address, fields).await;
            again.refused(409, "This was made already");
            assert!(!again.body.contains(&made), "{again:?}");
        }
    }
    // Only the password of before has ended.
    assert!(log_in(app, (&first, &password)).await.is_none());
    for (noun, key) in [("app", "erp"), ("systemUser", "API1000ERP")] {
        assert_eq!(changes(app, noun, key).await.len(), 2);
    }
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes
        .windows(text.len())
        .any(|part| part == text.as_bytes())
}

async fn two_secrets_work_until_the_old_one_is_ended(app: &mut TestApp) {
    let mut visitor = Visitor::demo(app).await;
    let (first, password) = add_both(&mut visitor).await;
    let header = log_in(app, (&first, &password)).await.expect("a token");
    let rotate = format!("{APP}/rotate-secret");
    let second = secret_of(&press(&mut visitor, &rotate, &[]).await);
    for secret in [&first, &second] {
        assert!(log_in(app, (secret, &password)).await.is_some());
    }
    let answer = press(&mut visitor, &rotate, &[("end_old", "true")]).await;
    assert!(answer.ok().contains("3 tokens have ended"), "{answer:?}");
    let third = secret_of(&answer);
    assert!(!works(app, &header).await);
    for (secret, is_known) in [(&first, false), (&second, false), (&third, true)] {
        assert_eq!(log_in(app, (secret, &password)).await.is_some(), is_known);
    }
    let press_user = press(&mut visitor, &format!("{USER}/rotate-password"), &[]).await;
    let other = secret_of(&press_user);
    assert!(log_in(app, (&third, &password)).await.is_none());
    assert!(log_in(app, (&third, &other)).await.is_some());
}

async fn a_disabled_app_is_refused_and_an_enabled_one_is_not(app: &mut TestApp) {
    let mut visitor = Visitor::demo(app).await;
    let (secret, password) = add_both(&mut visitor).await;
    for (page, noun, key) in [(APP, "app", "erp"), (USER, "systemUser", "API1000ERP")] {
        let header = log_in(app, (&secret, &password)).await.expect("a token");
        let answer = press(&mut visitor, &format!("{page}/disable"), &[]).await;
        assert_eq!(answer.location(), page);
        assert!(visitor.get(page).await.ok().contains("disabled"));
        assert!(!works(app, &header).await);
        assert!(log_in(app, (&secret, &password)).await.is_none());
        press(&mut visitor, &format!("{page}/enable"), &[])
            .await
            .location();
        assert!(log_in(app, (&secret, &password)).await.is_some());
        let done: Vec<_> = changes(app, noun, key)
            .await
            .into_iter()
            .map(|one| one.0)
            .collect();
        assert_eq!(done, ["added", "disabled", "enabled"]);
    }
}

async fn tokens_are_ended_without_a_disabling(app: &mut TestApp) {
    let mut visitor = Visitor::demo(app).await;
    let (secret, password) = add_both(&mut visitor).await;
    for page in [APP, USER] {
        let header = log_in(app, (&secret, &password)).await.expect("a token");
        let answer = press(&mut visitor, &format!("{page}/revoke-tokens"), &[]).await;
        assert_eq!(answer.location(), page);
        assert!(visitor.get(page).await.ok().contains("1 token has ended."));
        assert!(!works(app, &header).await);
        let answer = press(&mut visitor, &format!("{page}/revoke-tokens"), &[]).await;
        assert_eq!(answer.location(), page);
        assert!(
            visitor
                .get(page)
                .await
                .ok()
                .contains("No token was in use.")
        );
    }
}

async fn limits_are_shown_with_what_is_used(app: &mut TestApp) {
    app.restart_with(|choices| choices.gateway.limits = true)
        .await;
    let mut visitor = Visitor::demo(app).await;
    let (secret, password) = add_both(&mut visitor).await;
    let header = log_in(app, (&secret, &password)).await.expect("a token");
    for _ in 0..3 {
        assert!(works(app, &header).await);
    }
    let page = visitor.get(APP).await;
    for part in [">3</td>", ">997</td>"] {
        assert!(page.ok().contains(part), "{part}: {page:?}");
    }
}

async fn an_app_keeps_its_secret_when_it_is_changed(app: &mut TestApp) {
    let mut visitor = Visitor::demo(app).await;
    let (secret, password) = add_both(&mut visitor).await;
    let address = "/console/change/app/erp";
    let page = visitor.get(address).await;
    let seen = hidden(page.ok(), "seen");
    let mut fields: Vec<_> = NEW_APP.to_vec();
    fields.retain(|field| field.0 != "name");
    fields.extend([("name", "ERP 2"), ("seen", seen.as_str())]);
    let answer = visitor.post(address, &fields).await;
    assert_eq!(answer.location(), APP);
    assert!(log_in(app, (&secret, &password)).await.is_some());
    let done: Vec<_> = changes(app, "app", "erp")
        .await
        .into_iter()
        .map(|one| one.0)
        .collect();
    assert_eq!(done, ["added", "changed"]);
}
