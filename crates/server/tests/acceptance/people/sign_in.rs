//! Signing in to the portal, choosing a password by a link, and the person's own page.

use super::{ADMIN, DEVELOPER, OTHER, after, invite, signed_in, try_to_sign_in, try_to_sign_in_to};
use crate::app::{Test, TestApp, tests};
use crate::console::visitor::Visitor;

pub(crate) const TESTS: &[Test] = tests![
    the_sandboxes_people_sign_in_and_out,
    a_wrong_password_tells_nothing_and_capitals_in_the_address_do_not_matter,
    a_link_is_used_once,
    a_link_for_somebody_known_sets_another_password,
    the_password_and_the_name_change,
    a_disabled_person_is_signed_out_at_once,
    an_operators_session_is_none_here,
    the_cookies_are_for_tls_alone_when_people_come_by_it,
];

async fn the_sandboxes_people_sign_in_and_out(app: &mut TestApp) {
    let router = app.customers_router();
    for who in [ADMIN, DEVELOPER, OTHER] {
        let mut visitor = signed_in(app, &router, who).await;
        let answer = visitor.post("/portal/sign-out", &[]).await;
        assert_eq!(answer.location(), "/portal/sign-in");
        let page = visitor.get("/portal/sign-in").await;
        assert!(page.ok().contains("You are signed out."), "{page:?}");
        let answer = visitor.get("/portal/apps").await;
        assert_eq!(answer.location(), "/portal/sign-in?next=%2Fportal%2Fapps");
    }
    let journal = super::journal(app, &["developer"]).await;
    assert_eq!(journal.len(), 6, "{journal:?}");
    let signed_in = "developer signed in by 976967631/other@example.com in 976967631";
    assert!(journal.iter().any(|line| line == signed_in), "{journal:?}");
}

async fn a_wrong_password_tells_nothing_and_capitals_in_the_address_do_not_matter(
    app: &mut TestApp,
) {
    let router = app.customers_router();
    let mut visitor = Visitor::of_portal(app, &router);
    let words = "The organization, the address, the password or the code is wrong.";
    for who in [
        (ADMIN.0, "another-password"),
        ("nobody@example.com", ADMIN.1),
        ("no address", ADMIN.1),
        ("demo", "demo-operator-password"),
    ] {
        let answer = try_to_sign_in(&mut visitor, who).await;
        answer.refused(422, words);
    }
    for organization in ["976967631", "91474231", "", "TELENOR"] {
        let answer = try_to_sign_in_to(&mut visitor, organization, ADMIN).await;
        answer.refused(422, words);
    }
    let who = ("Admin@Example.COM", ADMIN.1);
    let answer = try_to_sign_in_to(&mut visitor, " 914 742 315", who).await;
    assert_eq!(answer.location(), "/portal/apps");
}

async fn a_link_is_used_once(app: &mut TestApp) {
    let router = app.customers_router();
    let mut admin = signed_in(app, &router, ADMIN).await;
    let fields = [("email", "New@example.com"), ("role", "administrator")];
    let page = invite(&mut admin, &fields).await;
    let link = after(page.ok(), "http://127.0.0.1:8080").to_owned();
    assert!(link.starts_with("/portal/invitation/"), "{link}");

    let mut visitor = Visitor::of_portal(app, &router);
    let page = visitor.get(&link).await;
    for words in ["new@example.com", "TELENOR", "administrator", ADMIN.0] {
        assert!(page.ok().contains(words), "no {words}: {page:?}");
    }
    let password = "a walk along the fjord";
    for (name, new, again, words) in [
        ("New", "short", "short", "at least 15 characters"),
        ("New", password, "another", "not the same as above"),
        (" ", password, password, "A name has 1 to 100 characters"),
    ] {
        let fields = [("name", name), ("new", new), ("again", again)];
        visitor.post(&link, &fields).await.refused(422, words);
    }
    let fields = [("name", "New"), ("new", password), ("again", password)];
    let mut forged = Visitor::of_portal(app, &router);
    let answer = forged.post(&link, &fields).await;
    answer.refused(403, "The form was not accepted");
    assert_eq!(
        visitor.post(&link, &fields).await.location(),
        "/portal/sign-in"
    );
    let dead = "This link does not work";
    visitor.get(&link).await.refused(404, dead);
    visitor.post(&link, &fields).await.refused(404, dead);
    let mut new = signed_in(app, &router, ("new@example.com", password)).await;
    assert!(
        new.get("/portal/team")
            .await
            .ok()
            .contains("Invite somebody")
    );
    visitor.get("/portal/invitation/x").await.refused(404, dead);
}

async fn a_link_for_somebody_known_sets_another_password(app: &mut TestApp) {
    let router = app.customers_router();
    let mut admin = signed_in(app, &router, ADMIN).await;
    let mut developer = signed_in(app, &router, DEVELOPER).await;
    // The role of somebody who is there already stays.
    let fields = [("email", DEVELOPER.0), ("role", "administrator")];
    let page = invite(&mut admin, &fields).await;
    let link = after(page.ok(), "http://127.0.0.1:8080").to_owned();
    let mut visitor = Visitor::of_portal(app, &router);
    let page = visitor.get(&link).await;
    assert!(page.ok().contains("another password"), "{page:?}");
    let password = "another walk in the fjords";
    let fields = [("new", password), ("again", password)];
    assert_eq!(
        visitor.post(&link, &fields).await.location(),
        "/portal/sign-in"
    );
    let ended = developer.get("/portal/account").await;
    assert_eq!(ended.location(), "/portal/sign-in?next=%2Fportal%2Faccount");
    let answer = try_to_sign_in(&mut developer, DEVELOPER).await;
    answer.refused(422, "is wrong");
    let mut developer = signed_in(app, &router, (DEVELOPER.0, password)).await;
    let page = developer.get("/portal/team").await;
    assert!(!page.ok().contains("Invite somebody"), "{page:?}");
}

async fn the_password_and_the_name_change(app: &mut TestApp) {
    let router = app.customers_router();
    let mut visitor = signed_in(app, &router, ADMIN).await;
    let answer = visitor
        .post("/portal/account/name", &[("name", " Anne A. ")])
        .await;
    assert_eq!(answer.location(), "/portal/account");
    assert!(
        visitor
            .get("/portal/account")
            .await
            .ok()
            .contains("Anne A.")
    );
    let password = "a walk along the fjord";
    let fields = [("current", "wrong"), ("new", password), ("again", password)];
    let answer = visitor.post("/portal/account/password", &fields).await;
    answer.refused(422, "This is not your password.");
    let fields = [("current", ADMIN.1), ("new", password), ("again", password)];
    let answer = visitor.post("/portal/account/password", &fields).await;
    assert_eq!(answer.location(), "/portal/account");
    visitor.get("/portal/account").await.ok();
    signed_in(app, &router, (ADMIN.0, password)).await;
}

async fn a_disabled_person_is_signed_out_at_once(app: &mut TestApp) {
    let router = app.customers_router();
    let mut admin = signed_in(app, &router, ADMIN).await;
    let mut developer = signed_in(app, &router, DEVELOPER).await;
    let answer = admin
        .post("/portal/team/disable", &[("email", DEVELOPER.0)])
        .await;
    assert_eq!(answer.location(), "/portal/team");
    let answer = developer.get("/portal/apps").await;
    assert_eq!(answer.location(), "/portal/sign-in?next=%2Fportal%2Fapps");
    let answer = try_to_sign_in(&mut developer, DEVELOPER).await;
    answer.refused(422, "is wrong");
    admin.get("/portal/team").await.ok();
    admin
        .post("/portal/team/enable", &[("email", DEVELOPER.0)])
        .await;
    signed_in(app, &router, DEVELOPER).await;
}

async fn an_operators_session_is_none_here(app: &mut TestApp) {
    let router = app.customers_router();
    let console = Visitor::demo(app).await;
    let token = console.cookies["avtale-console"].clone();
    let mut visitor = Visitor::of_portal(app, &router);
    visitor.cookies.insert("avtale-portal".to_owned(), token);
    let answer = visitor.get("/portal/apps").await;
    assert_eq!(answer.location(), "/portal/sign-in?next=%2Fportal%2Fapps");
}

async fn the_cookies_are_for_tls_alone_when_people_come_by_it(app: &mut TestApp) {
    for (url, front, promised) in [
        ("http://127.0.0.1:8080", "avtale-portal", ""),
        // By the listener's own TLS or by that of a proxy before it.
        (
            "https://api.example.com",
            "__Host-avtale-portal",
            "max-age=31536000",
        ),
    ] {
        app.restart_with(|choices| url.clone_into(&mut choices.wire.public_url))
            .await;
        let router = app.customers_router();
        let mut visitor = Visitor::of_portal(app, &router);
        let answer = try_to_sign_in(&mut visitor, ADMIN).await;
        let set = answer.cookies();
        let session = set.iter().find(|cookie| !cookie.contains("Max-Age=0"));
        let session = session.expect("a session");
        assert!(session.starts_with(front), "{session}");
        assert_eq!(session.ends_with("; Secure"), !promised.is_empty());
        assert_eq!(answer.header("strict-transport-security"), promised);
        visitor.get("/portal/account").await.ok();
    }
}
