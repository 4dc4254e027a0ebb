//! The pages of the operator's people: who may, what is shown once, and who can't be taken away.

use domain::access::OperatorRole;

use super::record_forms::hidden;
use super::visitor::{Answer, Visitor};
use super::{add_operator, journal};
use crate::app::{Test, TestApp, tests};

pub(crate) const TESTS: &[Test] = tests![
    somebody_who_is_added_signs_in_with_a_password_that_is_shown_once,
    a_worker_gets_a_key_alone,
    a_name_that_can_not_be_is_told_beside_its_field,
    another_role_holds_at_once,
    who_is_disabled_is_signed_out_until_they_are_enabled,
    the_last_administrator_stays,
    another_key_ends_the_one_before,
    another_password_has_to_be_changed,
    a_form_that_is_sent_again_makes_no_other_key,
    none_but_administrators_see_them,
];

const ALL: &str = "/console/operators";

/// What the page shows once, in its order.
fn secrets(answer: &Answer) -> Vec<String> {
    let parts = answer.ok().split("<code class=\"secret\">").skip(1);
    parts
        .map(|rest| rest.split('<').next().unwrap_or_default().to_owned())
        .collect()
}

async fn add(visitor: &mut Visitor<'_>, fields: &[(&str, &str)]) -> Answer {
    visitor.get(ALL).await.ok();
    visitor.post(ALL, fields).await
}

/// Sends one of the forms on an operator's page, or of the page that asks first.
async fn act(visitor: &mut Visitor<'_>, path: &str, fields: &[(&str, &str)]) -> Answer {
    let name = path.split('/').next().unwrap_or_default();
    let address = format!("{ALL}/{path}");
    let page = visitor.get(&format!("{ALL}/{name}")).await;
    if !page.ok().contains(&format!("href=\"{address}\"")) {
        return visitor.post(&address, fields).await;
    }
    let seen = hidden(visitor.get(&address).await.ok(), "seen");
    let fields = [fields, &[("seen", seen.as_str())]].concat();
    visitor.post(&address, &fields).await
}

async fn told(visitor: &mut Visitor<'_>, answer: Answer, words: &str) {
    let page = visitor.get(answer.location()).await;
    assert!(page.ok().contains(words), "no {words}: {page:?}");
}

/// Whether a key opens the operator's API.
async fn opens(app: &TestApp, key: &str) -> bool {
    let hash = crate::app::key().hash_operator_key(key);
    let find = async |tx: &mut storage::Transaction| tx.operators().find_by_key(&hash).await;
    app.store.read(find).await.expect("an answer").is_some()
}

async fn actions(app: &TestApp, name: &str, author: &str) -> Vec<String> {
    let rows = journal(app, name).await.into_iter();
    let rows = rows.filter(|row| row.1 == author).map(|row| row.0);
    // The clock stands still, so that nothing says what came first.
    let mut rows: Vec<_> = rows.collect();
    rows.sort();
    rows
}

async fn somebody_who_is_added_signs_in_with_a_password_that_is_shown_once(app: &mut TestApp) {
    let mut demo = Visitor::demo(app).await;
    let fields = [
        ("name", "kari"),
        ("role", "desk"),
        ("with_password", "true"),
    ];
    let added = add(&mut demo, &fields).await;
    let shown = secrets(&added);
    let [key, password] = &shown[..] else {
        panic!("{added:?}");
    };
    assert!(opens(app, key).await);
    for address in [ALL, "/console/operators/kari"] {
        let page = demo.get(address).await;
        assert!(!page.ok().contains(key.as_str()) && !page.body.contains(password.as_str()));
    }
    let mut kari = Visitor::new(app);
    let signed_in = kari.sign_in("kari", password, "").await;
    assert_eq!(signed_in.location(), "/console/");
    // Nothing goes on before there is a password that nobody else knows.
    assert_eq!(
        kari.get("/console/orders").await.location(),
        "/console/account"
    );
    let expected = ["added", "given a password to be changed"];
    assert_eq!(actions(app, "kari", "demo").await, expected);
}

async fn a_worker_gets_a_key_alone(app: &mut TestApp) {
    let mut demo = Visitor::demo(app).await;
    let added = add(&mut demo, &[("name", "worker-1"), ("role", "desk")]).await;
    assert_eq!(secrets(&added).len(), 1, "{added:?}");
    let page = demo.get("/console/operators/worker-1").await;
    assert!(
        page.ok().contains("never: no password has been set"),
        "{page:?}"
    );
    assert_eq!(actions(app, "worker-1", "demo").await, ["added"]);
}

async fn a_name_that_can_not_be_is_told_beside_its_field(app: &mut TestApp) {
    let mut demo = Visitor::demo(app).await;
    for (name, words) in [
        ("", "1 to 64 letters"),
        ("a b", "1 to 64 letters"),
        ("fulfillment", "1 to 64 letters"),
        ("demo", "There is an operator demo already."),
        ("API1000DEMO", "a customer&#39;s system user is called"),
    ] {
        let answer = add(&mut demo, &[("name", name), ("role", "viewer")]).await;
        assert_eq!(answer.status, 422, "{name}: {answer:?}");
        assert!(
            answer.body.contains(words) || name == "API1000DEMO",
            "{name}: {answer:?}"
        );
    }
    add(&mut demo, &[("name", "x"), ("role", "king")])
        .await
        .refused(400, "no such role");
    demo.get("/console/operators/a%20b")
        .await
        .refused(404, "Nothing is here");
    demo.get("/console/operators/nobody")
        .await
        .refused(404, "Nothing is here");
}

async fn another_role_holds_at_once(app: &mut TestApp) {
    add_operator(app, "kari", OperatorRole::Viewer).await;
    let mut kari = Visitor::signed_in(app, "kari").await;
    kari.get(ALL)
        .await
        .refused(403, "Your role does not allow this");
    let mut demo = Visitor::demo(app).await;
    let changed = act(&mut demo, "kari/role", &[("role", "administrator")]).await;
    told(&mut demo, changed, "kari is administrator from now on.").await;
    kari.get(ALL).await.ok();
    act(&mut demo, "kari/role", &[("role", "")])
        .await
        .refused(400, "no such role");
    assert_eq!(actions(app, "kari", "demo").await, ["role changed"]);
}

async fn who_is_disabled_is_signed_out_until_they_are_enabled(app: &mut TestApp) {
    add_operator(app, "kari", OperatorRole::Desk).await;
    let mut kari = Visitor::signed_in(app, "kari").await;
    let mut demo = Visitor::demo(app).await;
    let done = act(&mut demo, "kari/disable", &[]).await;
    told(&mut demo, done, "kari is disabled and signed out.").await;
    assert!(!kari.is_signed_in().await);
    assert!(!opens(app, "kari").await);
    let done = act(&mut demo, "kari/enable", &[]).await;
    told(&mut demo, done, "kari is enabled.").await;
    Visitor::signed_in(app, "kari").await;
    let done = actions(app, "kari", "demo").await;
    assert_eq!(done, ["disabled", "enabled"]);
}

async fn the_last_administrator_stays(app: &mut TestApp) {
    add_operator(app, "kari", OperatorRole::Administrator).await;
    let mut kari = Visitor::signed_in(app, "kari").await;
    let done = act(&mut kari, "demo/disable", &[]).await;
    told(&mut kari, done, "demo is disabled").await;
    for (path, fields) in [
        ("kari/disable", &[][..]),
        ("kari/role", &[("role", "desk")]),
        ("kari/role", &[("role", "viewer")]),
    ] {
        let answer = act(&mut kari, path, fields).await;
        let words = "kari is the last enabled administrator; add another one first.";
        told(&mut kari, answer, words).await;
    }
    assert!(kari.is_signed_in().await);
    let page = kari.get("/console/operators/kari/disable").await;
    assert!(page.ok().contains("This is you."), "{page:?}");
}

async fn another_key_ends_the_one_before(app: &mut TestApp) {
    add_operator(app, "kari", OperatorRole::Desk).await;
    assert!(opens(app, "kari").await);
    let mut demo = Visitor::demo(app).await;
    let made = act(&mut demo, "kari/rotate-key", &[]).await;
    let key = secrets(&made).remove(0);
    assert!(opens(app, &key).await && !opens(app, "kari").await);
    assert_eq!(actions(app, "kari", "demo").await, ["given another key"]);
}

async fn another_password_has_to_be_changed(app: &mut TestApp) {
    add_operator(app, "kari", OperatorRole::Desk).await;
    let mut kari = Visitor::signed_in(app, "kari").await;
    let mut demo = Visitor::demo(app).await;
    let made = act(&mut demo, "kari/password", &[]).await;
    let password = secrets(&made).remove(0);
    assert!(!kari.is_signed_in().await);
    let mut again = Visitor::new(app);
    again.sign_in("kari", &password, "").await.location();
    assert_eq!(again.get("/console/").await.location(), "/console/account");
    let none = act(&mut demo, "kari/remove-codes", &[]).await;
    told(&mut demo, none, "without one-time codes already").await;
    let done = actions(app, "kari", "demo").await;
    assert_eq!(done, ["given a password to be changed"]);
}

async fn a_form_that_is_sent_again_makes_no_other_key(app: &mut TestApp) {
    add_operator(app, "kari", OperatorRole::Desk).await;
    let mut demo = Visitor::demo(app).await;
    let mut made = Vec::new();
    for deed in ["rotate-key", "password"] {
        let address = format!("{ALL}/kari/{deed}");
        let seen = hidden(demo.get(&address).await.ok(), "seen");
        let fields = [("seen", seen.as_str())];
        made.extend(secrets(&demo.post(&address, &fields).await));
        for fields in [&fields[..], &[], &[("seen", "")]] {
            let again = demo.post(&address, fields).await;
            again.refused(409, "This was made already");
            assert!(!again.body.contains("class=\"secret\""), "{again:?}");
        }
    }
    assert!(opens(app, &made[0]).await);
    let mut kari = Visitor::new(app);
    let signed_in = kari.sign_in("kari", &made[1], "").await;
    assert_eq!(signed_in.location(), "/console/");
    let done = actions(app, "kari", "demo").await;
    let expected = ["given a password to be changed", "given another key"];
    assert_eq!(done, expected);
}

async fn none_but_administrators_see_them(app: &mut TestApp) {
    for role in [OperatorRole::Viewer, OperatorRole::Desk] {
        add_operator(app, role.as_str(), role).await;
        let mut visitor = Visitor::signed_in(app, role.as_str()).await;
        let page = visitor.get("/console/").await;
        assert!(!page.ok().contains(ALL), "{page:?}");
        for address in [ALL, "/console/operators/demo"] {
            visitor
                .get(address)
                .await
                .refused(403, "Your role does not allow this");
        }
    }
    let page = Visitor::demo(app).await.get("/console/").await;
    assert!(page.ok().contains(ALL), "{page:?}");
}
