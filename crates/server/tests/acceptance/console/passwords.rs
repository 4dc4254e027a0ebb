//! A person's own password: what is asked before it is another, and what ends with the one before.

use domain::access::{OperatorRole, Realm};

use super::visitor::{Answer, Visitor};
use super::{add_operator, journal, password};
use crate::app::{Test, TestApp, tests};

pub(crate) const TESTS: &[Test] = tests![
    another_password_ends_the_other_sessions_and_keeps_this_one,
    a_password_that_will_not_do_is_told_why,
    a_person_shows_that_they_know_the_password_they_have,
    who_was_given_a_password_chooses_another_first,
];

const NEW: &str = "alle gode ting er tre";

async fn change(visitor: &mut Visitor<'_>, current: &str, new: &str, again: &str) -> Answer {
    visitor.get("/console/account").await.ok();
    let fields = [("current", current), ("new", new), ("again", again)];
    visitor.post("/console/account/password", &fields).await
}

async fn another_password_ends_the_other_sessions_and_keeps_this_one(app: &mut TestApp) {
    add_operator(app, "kari", OperatorRole::Viewer).await;
    let mut other = Visitor::signed_in(app, "kari").await;
    let mut visitor = Visitor::signed_in(app, "kari").await;
    let before = visitor.cookies["avtale-console"].clone();
    let answer = change(&mut visitor, &password("kari"), NEW, NEW).await;
    assert_eq!(answer.location(), "/console/account");
    let page = visitor.get("/console/account").await;
    assert!(page.ok().contains("Your password is changed."), "{page:?}");
    assert_ne!(visitor.cookies["avtale-console"], before);
    assert!(!other.is_signed_in().await);
    other.cookies.insert("avtale-console".to_owned(), before);
    assert!(!other.is_signed_in().await);
    let mut old = Visitor::new(app);
    old.sign_in("kari", &password("kari"), "")
        .await
        .refused(422, "wrong");
    let answer = old.sign_in("kari", NEW, "").await;
    assert_eq!(answer.location(), "/console/");
    let actions: Vec<_> = journal(app, "kari")
        .await
        .into_iter()
        .map(|line| line.0)
        .collect();
    assert!(
        actions.contains(&"changed the password".to_owned()),
        "{actions:?}"
    );
}

async fn a_password_that_will_not_do_is_told_why(app: &mut TestApp) {
    add_operator(app, "kari", OperatorRole::Viewer).await;
    let mut visitor = Visitor::signed_in(app, "kari").await;
    let own = password("kari");
    for (new, again, words) in [
        ("too short", "too short", "at least 15 characters"),
        ("", "", "at least 15 characters"),
        (&"long ".repeat(60), "", "at most 256 characters"),
        ("passwordpassword", "passwordpassword", "guessed first"),
        (
            "kari avtale kari",
            "kari avtale kari",
            "little more than your name",
        ),
        (&own, &own, "the password that you have"),
        (NEW, "something else", "not the same as above"),
    ] {
        let answer = change(&mut visitor, &own, new, again).await;
        answer.refused(422, words);
        assert!(answer.body.contains("aria-invalid"), "{answer:?}");
        assert!(new.is_empty() || !answer.body.contains(new), "{answer:?}");
    }
    assert!(visitor.is_signed_in().await);
}

async fn a_person_shows_that_they_know_the_password_they_have(app: &mut TestApp) {
    add_operator(app, "kari", OperatorRole::Viewer).await;
    app.restart_with(|choices| choices.gateway.limits = true)
        .await;
    let mut visitor = Visitor::signed_in(app, "kari").await;
    for _ in 0..6 {
        let answer = change(&mut visitor, "wrong", NEW, NEW).await;
        answer.refused(422, "This is not your password.");
    }
    let answer = change(&mut visitor, &password("kari"), NEW, NEW).await;
    answer.refused(429, "before the next try");
    app.clock.advance(std::time::Duration::from_secs(1));
    change(&mut visitor, &password("kari"), NEW, NEW)
        .await
        .location();
}

async fn who_was_given_a_password_chooses_another_first(app: &mut TestApp) {
    add_operator(app, "kari", OperatorRole::Administrator).await;
    let given = app
        .store
        .read(async |tx| tx.logins().find(Realm::Operator, "kari").await)
        .await;
    let hash = given.expect("an answer").expect("a login").password_hash;
    let password_to_change = storage::NewPassword {
        hash: &hash,
        must_change: true,
        at: jiff::Timestamp::UNIX_EPOCH,
    };
    app.operate(async |tx| {
        tx.logins()
            .set_password(Realm::Operator, "kari", password_to_change)
            .await
    })
    .await;
    let mut visitor = Visitor::signed_in(app, "kari").await;
    for address in ["/console/", "/console/orders", "/console/nowhere"] {
        assert_eq!(visitor.get(address).await.location(), "/console/account");
    }
    let answer = visitor
        .post("/console/orders/000000000001/resume", &[])
        .await;
    assert_eq!(answer.location(), "/console/account");
    let page = visitor.get("/console/account").await;
    assert!(
        page.ok().contains("Choose another password first"),
        "{page:?}"
    );
    let answer = change(&mut visitor, &password("kari"), NEW, NEW).await;
    assert_eq!(answer.location(), "/console/");
    visitor.get("/console/orders").await.ok();
}
