//! Pages that say no, and texts that would show as something else.

use tower::ServiceExt;

use super::{ADMIN, after, invite, signed_in};
use crate::app::{Test, TestApp, tests};
use crate::console::visitor::Visitor;

pub(crate) const TESTS: &[Test] = tests![
    a_page_that_says_no_shows_what_the_log_calls_the_request,
    names_have_nothing_invisible_in_them,
];

async fn a_page_that_says_no_shows_what_the_log_calls_the_request(app: &mut TestApp) {
    let router = app.customers_router();
    let mut visitor = signed_in(app, &router, ADMIN).await;
    for (address, status) in [
        ("/portal/nothing", 404),
        ("/portal/apps/nobodys", 404),
        ("/portal/invitation/x", 404),
        ("/portal/apps/%00", 404),
    ] {
        let request = axum::http::Request::builder()
            .uri(address)
            .header("x-request-id", "the-callers-own");
        let answer = visitor.send(request, axum::body::Body::empty()).await;
        answer.refused(
            status,
            "the log calls this request <code>the-callers-own</code>",
        );
        assert_eq!(answer.header("x-request-id"), "the-callers-own");
        // Another one is made for those who bring none, or one that is no such word.
        let request = axum::http::Request::builder()
            .uri(address)
            .header("x-request-id", "<b>");
        let answer = visitor.send(request, axum::body::Body::empty()).await;
        let id = answer.header("x-request-id");
        assert_eq!(id.len(), 36, "{answer:?}");
        answer.refused(status, &format!("<code>{id}</code>"));
    }
    let answer = visitor.post("/portal/team", &[]).await;
    let id = answer.header("x-request-id").to_owned();
    answer.refused(405, &format!("<code>{id}</code>"));
    // Pages and ways on have one, too; none of those that are kept shows it.
    for address in [
        "/portal/search?q=order",
        "/portal/account",
        "/portal/sign-in",
    ] {
        let mut visitor = Visitor::of_portal(app, &router);
        let answer = visitor.get(address).await;
        let id = answer.header("x-request-id");
        assert!(!id.is_empty() && !answer.body.contains(id), "{answer:?}");
    }
    let request = axum::http::Request::builder().uri("/portal/");
    let request = request.body(axum::body::Body::empty()).expect("a request");
    let answer = router.oneshot(request).await;
    let answer = answer.unwrap_or_else(|never| match never {});
    assert!(answer.headers().contains_key("x-request-id"));
}

async fn names_have_nothing_invisible_in_them(app: &mut TestApp) {
    let router = app.customers_router();
    let mut admin = signed_in(app, &router, ADMIN).await;
    let page = invite(&mut admin, &[("email", "new@example.com")]).await;
    let link = after(page.ok(), "http://127.0.0.1:8080").to_owned();
    let mut new = Visitor::of_portal(app, &router);
    new.get(&link).await.ok();
    let password = "a walk along the fjord";
    for name in [
        "Anne\u{202e}enna",
        "Anne\u{2066}\u{2069}",
        "An\u{200b}ne",
        "Anne\u{feff}.",
        "Anne\u{7}.",
    ] {
        admin.get("/portal/account").await.ok();
        let words = "none of them invisible";
        let answer = admin.post("/portal/account/name", &[("name", name)]).await;
        answer.refused(422, words);
        let fields = [("name", name), ("grant", "client_credentials")];
        let answer = admin.post("/portal/apps/new", &fields).await;
        answer.refused(422, words);
        let fields = [("name", name), ("new", password), ("again", password)];
        new.post(&link, &fields).await.refused(422, words);
    }
    let answer = admin
        .post("/portal/account/name", &[("name", "Åse 山田 ⚙\u{fe0f}")])
        .await;
    assert_eq!(answer.location(), "/portal/account");
}
