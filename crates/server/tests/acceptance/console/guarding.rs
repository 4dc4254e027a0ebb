//! Every page and form of the console, as it is declared: who may come, and whose forms are taken.

use axum::http::Method;
use domain::access::OperatorRole;
use operator::{ConsolePage, console_pages};

use super::visitor::Visitor;
use super::{add_operator, password};
use crate::app::{Test, TestApp, tests};

pub(crate) const TESTS: &[Test] = tests![
    every_page_leads_those_who_are_not_signed_in_to_where_they_can,
    every_page_takes_its_role,
    every_form_takes_the_token_of_its_own_session_from_its_own_host,
    what_is_not_there_and_other_methods_are_pages_too,
    no_page_has_a_control_character_in_its_address,
    a_panic_is_a_page_that_tells_nothing,
    files_are_kept_for_good_and_pages_not_at_all,
];

/// Those that take a role, with an address that fits the path.
fn guarded(method: &Method) -> Vec<(ConsolePage, String)> {
    let pages = console_pages().into_iter();
    pages
        .filter(|page| page.role.is_some() && page.method == *method)
        .map(|page| {
            let segments = page.path.split('/').map(|segment| {
                if segment.starts_with('{') {
                    "000000000001"
                } else {
                    segment
                }
            });
            let address = segments.collect::<Vec<_>>().join("/");
            (page, address)
        })
        .collect()
}

async fn every_page_leads_those_who_are_not_signed_in_to_where_they_can(app: &mut TestApp) {
    let mut visitor = Visitor::new(app);
    for (_, address) in guarded(&Method::GET) {
        let answer = visitor.get(&format!("{address}?a=b")).await;
        let next = format!("{address}?a=b")
            .replace('/', "%2F")
            .replace('?', "%3F");
        let expected = format!("/console/sign-in?next={}", next.replace('=', "%3D"));
        assert_eq!(answer.location(), expected);
    }
    for (_, address) in guarded(&Method::POST) {
        let answer = visitor.post(&address, &[]).await;
        assert_eq!(answer.location(), "/console/sign-in", "{address}");
        let page = visitor.get("/console/sign-in").await;
        assert!(page.ok().contains("nothing was changed"), "{page:?}");
    }
    // Somebody else's cookie is nobody's.
    for token in ["x", &"0".repeat(40), &"f".repeat(5_000)] {
        visitor
            .cookies
            .insert("avtale-console".to_owned(), (*token).to_owned());
        assert_eq!(
            visitor.get("/console/").await.location(),
            "/console/sign-in"
        );
    }
}

async fn every_page_takes_its_role(app: &mut TestApp) {
    for role in OperatorRole::ALL {
        add_operator(app, role.as_str(), role).await;
        let mut visitor = Visitor::signed_in(app, role.as_str()).await;
        for (page, address) in guarded(&Method::GET) {
            let answer = visitor.get(&address).await;
            check(&page, role, answer.status.as_u16());
        }
        for (page, address) in guarded(&Method::POST) {
            if !visitor.is_signed_in().await {
                visitor = Visitor::signed_in(app, role.as_str()).await;
                visitor.is_signed_in().await;
            }
            let answer = visitor.post(&address, &[]).await;
            check(&page, role, answer.status.as_u16());
        }
    }
}

#[track_caller]
fn check(page: &ConsolePage, role: OperatorRole, status: u16) {
    let least = page.role.expect("a role");
    assert_eq!(
        status == 403,
        role < least,
        "{page:?} as {role:?}: {status}"
    );
    assert!(status < 500, "{page:?} as {role:?}: {status}");
}

async fn every_form_takes_the_token_of_its_own_session_from_its_own_host(app: &mut TestApp) {
    add_operator(app, "kari", OperatorRole::Administrator).await;
    let mut other = Visitor::signed_in(app, "kari").await;
    other.get("/console/account").await.ok();
    let mut visitor = Visitor::signed_in(app, "kari").await;
    visitor.get("/console/account").await.ok();
    let (own, others) = (visitor.token.clone(), other.token.clone());
    assert_ne!(own, others);
    for (_, address) in guarded(&Method::POST) {
        let wrong = "The form was not accepted";
        visitor.post_raw(&address, &[]).await.refused(403, wrong);
        for token in ["", "x", &others, &own[1..]] {
            let answer = visitor.post_raw(&address, &[("form_token", token)]).await;
            answer.refused(403, wrong);
        }
        let twice = [("form_token", own.as_str()), ("form_token", own.as_str())];
        visitor.post_raw(&address, &twice).await.refused(403, wrong);
        for origin in [None, Some("null"), Some("https://evil.example")] {
            visitor.origin = origin;
            let answer = visitor
                .post_raw(&address, &[("form_token", own.as_str())])
                .await;
            answer.refused(403, wrong);
        }
        visitor.origin = Some(super::visitor::ORIGIN);
    }
    assert!(
        visitor.is_signed_in().await,
        "one of them did what it was not asked to"
    );
    assert!(other.is_signed_in().await);
    let mut again = Visitor::new(app);
    let answer = again.sign_in("kari", &password("kari"), "").await;
    assert_eq!(answer.location(), "/console/");
}

async fn what_is_not_there_and_other_methods_are_pages_too(app: &mut TestApp) {
    let mut visitor = Visitor::new(app);
    assert_eq!(visitor.get("/").await.location(), "/console/");
    assert_eq!(visitor.get("/console").await.location(), "/console/");
    let nowhere = "/console/nowhere";
    let to_sign_in = "/console/sign-in?next=%2Fconsole%2Fnowhere";
    assert_eq!(visitor.get(nowhere).await.location(), to_sign_in);
    let mut visitor = Visitor::demo(app).await;
    visitor.get(nowhere).await.refused(404, "Nothing is here");
    visitor
        .get("/console/orders/x")
        .await
        .refused(404, "Nothing is here");
    visitor
        .get("/console/orders?state=NEW")
        .await
        .refused(400, "no orders of the kind");
    let answer = visitor.post("/console/orders", &[]).await;
    answer.refused(405, "Not in this way");
    assert!(answer.header("allow").contains("GET"), "{answer:?}");
}

async fn no_page_has_a_control_character_in_its_address(app: &mut TestApp) {
    let mut visitor = Visitor::demo(app).await;
    let mut seen = 0;
    for (page, address) in guarded(&Method::GET) {
        if page.path.contains('{') {
            let address = address.replace("000000000001", "%00");
            visitor.get(&address).await.refused(404, "Nothing is here");
            seen += 1;
        }
    }
    assert!(seen > 10, "{seen} pages with parameters");
}

async fn a_panic_is_a_page_that_tells_nothing(app: &mut TestApp) {
    let mut visitor = Visitor::new(app);
    visitor.get("/console/sign-in").await.ok();
    // The first reading is the request's id, the second the one of the guesses.
    app.panic_at_reading(2);
    let answer = visitor.post("/console/sign-in", &[("name", "demo")]).await;
    answer.refused(500, "The server has failed");
    assert!(!answer.body.contains("clock"), "{answer:?}");
    app.panic_at_reading(0);
}

async fn files_are_kept_for_good_and_pages_not_at_all(app: &mut TestApp) {
    let page = Visitor::new(app).get("/console/sign-in").await;
    let addresses: Vec<_> = page
        .ok()
        .split('"')
        .filter(|part| part.starts_with("/assets/"))
        .collect();
    assert_eq!(addresses.len(), 3, "{addresses:?}");
    for address in addresses {
        let request = axum::http::Request::builder().uri(address);
        let request = request.body(axum::body::Body::empty()).expect("a request");
        let response = tower::ServiceExt::oneshot(app.operator_router(), request).await;
        let response = response.unwrap_or_else(|never| match never {});
        assert_eq!(response.status(), 200, "{address}");
        let headers = response.headers();
        let kept = headers.get("cache-control").expect("a header");
        assert_eq!(kept, "public, max-age=31536000, immutable");
        assert_eq!(
            headers.get("x-content-type-options").expect("a header"),
            "nosniff"
        );
    }
}
