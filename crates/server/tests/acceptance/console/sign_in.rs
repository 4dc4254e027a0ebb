//! Signing in and out: who is let in, who waits, and what the browser is given.

use std::time::Duration;

use domain::access::{OperatorName, OperatorRole};

use super::visitor::Visitor;
use super::{DEMO, add_operator, journal, password};
use crate::app::{Test, TestApp, tests};

pub(crate) const TESTS: &[Test] = tests![
    the_sandboxes_operator_signs_in_and_out,
    who_wanted_to_go_somewhere_comes_there_and_nowhere_else,
    whatever_is_wrong_the_answer_is_the_same,
    who_guesses_waits_longer_and_longer,
    the_form_is_taken_from_the_browser_that_asked_for_it,
    the_cookies_are_for_this_host_alone_and_under_tls_for_tls_alone,
    each_sign_in_is_in_the_journal_and_a_failed_one_is_not,
];

async fn the_sandboxes_operator_signs_in_and_out(app: &mut TestApp) {
    let mut visitor = Visitor::demo(app).await;
    let page = visitor.get("/console/").await;
    for words in ["Overview", "demo", "administrator", "at the desk"] {
        assert!(page.ok().contains(words), "{words}: {page:?}");
    }
    let again = visitor.get("/console/sign-in").await;
    assert_eq!(again.location(), "/console/");
    let before = visitor.cookies.clone();
    let answer = visitor.post("/console/sign-out", &[]).await;
    assert_eq!(answer.location(), "/console/sign-in");
    let page = visitor.get("/console/sign-in").await;
    assert!(page.ok().contains("You are signed out."), "{page:?}");
    let page = visitor.get("/console/sign-in").await;
    assert!(
        !page.ok().contains("You are signed out."),
        "told twice: {page:?}"
    );
    assert!(!visitor.is_signed_in().await);
    // The browser's cookie is gone, and an old one is of no use.
    visitor.cookies = before;
    assert!(!visitor.is_signed_in().await);
}

async fn who_wanted_to_go_somewhere_comes_there_and_nowhere_else(app: &mut TestApp) {
    for (next, expected) in [
        ("/console/orders?state=HELD", "/console/orders?state=HELD"),
        ("", "/console/"),
        ("https://evil.example/", "/console/"),
        ("//evil.example/", "/console/"),
        ("/console/\\evil.example", "/console/"),
        ("/operator/v1/orders", "/console/"),
        ("/console/sign-in", "/console/"),
    ] {
        let mut visitor = Visitor::new(app);
        let query = serde_urlencoded::to_string([("next", next)]).expect("a pair");
        let page = visitor.get(&format!("/console/sign-in?{query}")).await;
        assert!(!page.ok().contains("evil"), "{page:?}");
        let fields = [("name", DEMO.0), ("password", DEMO.1), ("next", next)];
        let answer = visitor.post("/console/sign-in", &fields).await;
        assert_eq!(answer.location(), expected, "{next}");
    }
}

async fn whatever_is_wrong_the_answer_is_the_same(app: &mut TestApp) {
    add_operator(app, "away", OperatorRole::Viewer).await;
    add_operator(app, "kari", OperatorRole::Viewer).await;
    let away = OperatorName::parse("away").expect("a name");
    app.operate(async |tx| tx.operators().set_enabled(&away, false).await)
        .await;
    let long = "x".repeat(5_000);
    for (name, word) in [
        ("kari", "herring-in-the-fjord"),
        ("kari", ""),
        ("kari", &long),
        ("KARI", &password("kari")),
        ("nobody", &password("kari")),
        ("nobody\0", &password("kari")),
        ("away", &password("away")),
        ("away", "herring-in-the-fjord"),
        ("", ""),
        (&long, ""),
        ("<b>kari</b>", "herring-in-the-fjord"),
    ] {
        let mut visitor = Visitor::new(app);
        let answer = visitor.sign_in(name, word, "").await;
        answer.refused(422, "The name, the password or the code is wrong.");
        assert!(!answer.body.contains("<b>"), "{answer:?}");
        assert!(word.is_empty() || !answer.body.contains(word), "{answer:?}");
        assert!(!visitor.cookies.contains_key("avtale-console"));
    }
}

async fn who_guesses_waits_longer_and_longer(app: &mut TestApp) {
    add_operator(app, "kari", OperatorRole::Viewer).await;
    app.restart_with(|choices| choices.gateway.limits = true)
        .await;
    for (round, name) in ["kari", "nobody"].into_iter().enumerate() {
        let network = u8::try_from(round).expect("a small number");
        for _ in 0..6 {
            let mut visitor = Visitor::new(app).at(network);
            visitor
                .sign_in(name, "wrong", "")
                .await
                .refused(422, "wrong");
        }
        // Whether it is right is not even looked at, wherever it comes from.
        let mut visitor = Visitor::new(app).at(100 + network);
        let answer = visitor.sign_in(name, &password(name), "").await;
        answer.refused(429, "Wait 1 s before the next try.");
        assert_eq!(answer.header("retry-after"), "1");
    }
    app.clock.advance(Duration::from_secs(1));
    let mut visitor = Visitor::new(app).at(100);
    let answer = visitor.sign_in("kari", &password("kari"), "").await;
    assert_eq!(answer.location(), "/console/");
    // One network that tries many names waits, too.
    for name in 0..5 {
        let mut visitor = Visitor::new(app).at(50);
        visitor
            .sign_in(&format!("name{name}"), "wrong", "")
            .await
            .refused(422, "wrong");
    }
    let mut visitor = Visitor::new(app).at(50);
    visitor
        .sign_in("name6", "wrong", "")
        .await
        .refused(422, "wrong");
    let answer = visitor.sign_in("kari", &password("kari"), "").await;
    answer.refused(429, "before the next try");
}

async fn the_form_is_taken_from_the_browser_that_asked_for_it(app: &mut TestApp) {
    let mut visitor = Visitor::new(app);
    visitor.get("/console/sign-in").await.ok();
    let fields = [("name", DEMO.0), ("password", DEMO.1)];
    let wrong = "The form was not accepted";
    visitor
        .post_raw("/console/sign-in", &fields)
        .await
        .refused(403, wrong);
    let mut other = Visitor::new(app);
    other.get("/console/sign-in").await.ok();
    other.token.clone_from(&visitor.token);
    other
        .post("/console/sign-in", &fields)
        .await
        .refused(403, wrong);
    other.cookies.clear();
    other
        .post("/console/sign-in", &fields)
        .await
        .refused(403, wrong);
    visitor.origin = Some("http://evil.example");
    visitor
        .post("/console/sign-in", &fields)
        .await
        .refused(403, wrong);
    visitor.origin = Some(super::visitor::ORIGIN);
    let answer = visitor.post("/console/sign-in", &fields).await;
    assert_eq!(answer.location(), "/console/");
}

async fn the_cookies_are_for_this_host_alone_and_under_tls_for_tls_alone(app: &mut TestApp) {
    for tls in [false, true] {
        app.restart_with(|choices| choices.console.tls = tls).await;
        let mut visitor = Visitor::new(app);
        let form = visitor.get("/console/sign-in").await;
        let fields = [("name", DEMO.0), ("password", DEMO.1)];
        let answer = visitor.post("/console/sign-in", &fields).await;
        let mut set = [form.cookies(), answer.cookies()].concat();
        set.retain(|cookie| !cookie.contains("Max-Age=0"));
        assert_eq!(set.len(), 2, "{set:?}");
        let (front, end) = if tls {
            (
                "__Host-avtale-console",
                "; Path=/; HttpOnly; SameSite=Strict; Secure",
            )
        } else {
            ("avtale-console", "; Path=/; HttpOnly; SameSite=Strict")
        };
        for cookie in set {
            assert!(
                cookie.starts_with(front) && cookie.ends_with(end),
                "{cookie}"
            );
        }
        let promised = answer.header("strict-transport-security");
        assert_eq!(promised, if tls { "max-age=31536000" } else { "" });
        assert!(visitor.is_signed_in().await);
    }
}

async fn each_sign_in_is_in_the_journal_and_a_failed_one_is_not(app: &mut TestApp) {
    add_operator(app, "kari", OperatorRole::Viewer).await;
    let mut visitor = Visitor::new(app);
    visitor
        .sign_in("kari", "wrong", "")
        .await
        .refused(422, "wrong");
    let mut visitor = Visitor::signed_in(app, "kari").await;
    app.clock.advance(Duration::from_secs(1));
    visitor.get("/console/").await.ok();
    visitor.post("/console/sign-out", &[]).await.location();
    let by_kari = |action: &str| (action.to_owned(), "kari".to_owned());
    let expected = [by_kari("signed in"), by_kari("signed out")];
    assert_eq!(journal(app, "kari").await, expected);
}
