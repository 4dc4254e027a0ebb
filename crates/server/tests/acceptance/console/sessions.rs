//! Sessions: new at each sign-in, and when they end.

use std::sync::Arc;
use std::time::Duration;

use domain::Author;
use domain::access::{OperatorName, OperatorRole};
use selfservice::Operators;
use testkit::{ManualClock, SeededEntropy};

use super::add_operator;
use super::visitor::Visitor;
use crate::app::{Test, TestApp, key, tests};

pub(crate) const TESTS: &[Test] = tests![
    a_sign_in_makes_a_token_that_nobody_has_had,
    a_session_that_nobody_uses_ends_after_half_an_hour,
    a_session_ends_after_twelve_hours_however_much_it_is_used,
    who_is_disabled_is_signed_out_for_good,
    a_role_holds_from_the_next_page_on,
    the_database_has_no_token,
    sessions_that_have_ended_are_dropped,
];

const COOKIE: &str = "avtale-console";

async fn a_sign_in_makes_a_token_that_nobody_has_had(app: &mut TestApp) {
    let mut visitor = Visitor::new(app);
    // One that somebody else has put there is not taken over.
    let planted = "a".repeat(40);
    visitor.cookies.insert(COOKIE.to_owned(), planted.clone());
    visitor
        .sign_in(super::DEMO.0, super::DEMO.1, "")
        .await
        .location();
    let first = visitor.cookies[COOKIE].clone();
    assert!(first.len() == 40 && first != planted);
    let mut attacker = Visitor::new(app);
    attacker.cookies.insert(COOKIE.to_owned(), planted);
    assert!(!attacker.is_signed_in().await);
    // Signing in once more in the same browser ends the session before.
    attacker.cookies.insert(COOKIE.to_owned(), first.clone());
    assert!(attacker.is_signed_in().await);
    let form = Visitor::new(app).get("/console/sign-in").await;
    let token = form.cookies()[0]
        .split(['=', ';'])
        .nth(1)
        .expect("a value")
        .to_owned();
    visitor
        .cookies
        .insert("avtale-console-form".to_owned(), token.clone());
    visitor.token = token;
    let fields = [("name", super::DEMO.0), ("password", super::DEMO.1)];
    visitor.post("/console/sign-in", &fields).await.location();
    assert_ne!(visitor.cookies[COOKIE], first);
    assert!(visitor.is_signed_in().await);
    assert!(!attacker.is_signed_in().await);
}

async fn a_session_that_nobody_uses_ends_after_half_an_hour(app: &mut TestApp) {
    let mut visitor = Visitor::demo(app).await;
    for _ in 0..3 {
        app.clock.advance(Duration::from_mins(29));
        assert!(visitor.is_signed_in().await);
    }
    app.clock.advance(Duration::from_mins(30));
    assert!(!visitor.is_signed_in().await);
}

async fn a_session_ends_after_twelve_hours_however_much_it_is_used(app: &mut TestApp) {
    let mut visitor = Visitor::demo(app).await;
    for _ in 0..35 {
        app.clock.advance(Duration::from_mins(20));
        assert!(visitor.is_signed_in().await);
    }
    app.clock.advance(Duration::from_mins(20));
    assert!(!visitor.is_signed_in().await);
}

fn operators(app: &TestApp) -> Operators {
    let clock = Arc::<ManualClock>::clone(&app.clock);
    let entropy = Arc::new(SeededEntropy::new(9));
    Operators::new(
        app.store.clone(),
        (clock, entropy),
        &key().derive("journal"),
    )
}

async fn who_is_disabled_is_signed_out_for_good(app: &mut TestApp) {
    add_operator(app, "kari", OperatorRole::Viewer).await;
    let mut visitor = Visitor::signed_in(app, "kari").await;
    let mut other = Visitor::demo(app).await;
    let (operators, by) = (operators(app), Author::of_operator("demo"));
    let name = OperatorName::parse("kari").expect("a name");
    operators
        .set_enabled(&by, &name, false)
        .await
        .expect("disabled");
    assert!(!visitor.is_signed_in().await);
    operators
        .set_enabled(&by, &name, true)
        .await
        .expect("enabled");
    assert!(!visitor.is_signed_in().await);
    assert!(other.is_signed_in().await);
    Visitor::signed_in(app, "kari").await;
}

async fn a_role_holds_from_the_next_page_on(app: &mut TestApp) {
    add_operator(app, "kari", OperatorRole::Administrator).await;
    let mut visitor = Visitor::signed_in(app, "kari").await;
    visitor.get("/console/account").await.ok();
    let name = OperatorName::parse("kari").expect("a name");
    app.operate(async |tx| tx.operators().set_role(&name, OperatorRole::Viewer).await)
        .await;
    let answer = visitor
        .post("/console/orders/000000000001/resume", &[])
        .await;
    answer.refused(403, "Your role does not allow this");
}

async fn the_database_has_no_token(app: &mut TestApp) {
    let visitor = Visitor::demo(app).await;
    let token = &visitor.cookies[COOKIE];
    let hash = domain::access::TokenHash::new(token.clone());
    let age = storage::SessionAge {
        started_after: jiff::Timestamp::UNIX_EPOCH,
        seen_after: jiff::Timestamp::UNIX_EPOCH,
    };
    let realm = domain::access::Realm::Operator;
    let found = app
        .store
        .read(async |tx| tx.sessions().find(&hash, realm, age).await);
    assert_eq!(found.await, Ok(None));
}

async fn sessions_that_have_ended_are_dropped(app: &mut TestApp) {
    let _visitor = Visitor::demo(app).await;
    let gateway = app.gateway();
    assert_eq!(gateway.purge().await.expect("purged").sessions, 0);
    app.clock.advance(Duration::from_hours(13));
    assert_eq!(gateway.purge().await.expect("purged").sessions, 1);
    assert_eq!(gateway.purge().await.expect("purged").sessions, 0);
}
