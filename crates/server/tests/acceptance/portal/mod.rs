//! The developer portal on the customers' listener, beside the API.

use std::collections::{BTreeMap, BTreeSet};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, StatusCode, header};
use serde_json::Value;
use tower::ServiceExt;

use crate::app::{Test, TestApp, tests};

/// The tests of the folder.
pub(crate) const FILES: &[(&str, &[Test])] = &[("portal", TESTS)];

const TESTS: &[Test] = tests![
    every_link_of_every_page_leads_somewhere,
    the_portal_leaves_the_api_as_it_is,
    a_server_that_is_no_sandbox_shows_nobodys_credentials,
];

/// The largest answer that a test reads.
const LARGEST: usize = 4 * 1024 * 1024;

/// Pages that lead those who are not signed in to where they can.
const OF_PEOPLE: [&str; 5] = [
    "/portal/apps",
    "/portal/system-users",
    "/portal/team",
    "/portal/use",
    "/portal/sandbox",
];

/// A page with the places on it, and what it links to.
#[derive(Default)]
struct Page {
    places: BTreeSet<String>,
    links: Vec<String>,
}

async fn every_link_of_every_page_leads_somewhere(app: &mut TestApp) {
    let (router, portal) = (app.customers_router(), app.portal());
    let mut pages: BTreeMap<String, Page> = BTreeMap::new();
    let mut open = vec!["/portal/".to_owned(), "/portal/search?q=order".to_owned()];
    while let Some(address) = open.pop() {
        if pages.contains_key(&address) {
            continue;
        }
        let (status, text) = get(&router, &address).await;
        if OF_PEOPLE.contains(&address.as_str()) {
            assert_eq!(status, StatusCode::SEE_OTHER, "{address}");
            pages.insert(address, Page::default());
            continue;
        }
        // What is for those who are signed in leads to where they do so.
        let is_guarded = address.starts_with("/portal/try/");
        let expected = if is_guarded {
            StatusCode::SEE_OTHER
        } else {
            StatusCode::OK
        };
        assert_eq!(status, expected, "{address}");
        let page = read(&address, &text);
        let linked = page
            .links
            .iter()
            .map(|link| without_place(link).0.to_owned());
        open.extend(linked.filter(|link| link.starts_with('/')));
        pages.insert(address, page);
    }
    let mut complaints = Vec::new();
    for (address, page) in &pages {
        for link in page.links.iter().filter(|link| link.starts_with('/')) {
            let (target, place) = without_place(link);
            if !place.is_empty() && !pages[target].places.contains(place) {
                complaints.push(format!("{address}: {link}"));
            }
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    // And there is no page that nobody can come to.
    let alone: Vec<_> = portal
        .addresses()
        .filter(|page| !pages.contains_key(*page))
        .collect();
    assert!(alone.is_empty(), "{alone:?}");
}

async fn the_portal_leaves_the_api_as_it_is(app: &mut TestApp) {
    let router = app.customers_router();
    for (method, path, code) in [
        (Method::GET, "/nothing", 40401),
        (Method::GET, "/portals", 40401),
        (Method::GET, "/assets/style.css", 40401),
        (Method::GET, "/corporate-agreements/v1/agreements", 40401),
        (Method::GET, "/corporate-agreements/v2/agreements", 40102),
        (Method::POST, "/", 40401),
        (Method::PUT, "/portal", 40401),
        (Method::POST, "/portal/", 40401),
        (Method::DELETE, "/portal/guides/limits", 40401),
    ] {
        let request = Request::builder()
            .method(&method)
            .uri(path)
            .body(Body::empty());
        let request = request.expect("a request");
        let answer = router.clone().oneshot(request).await.expect("an answer");
        let body = to_bytes(answer.into_body(), LARGEST).await.expect("a body");
        let body: Value = serde_json::from_slice(&body).expect("an error of the API's");
        assert_eq!(body["errorCode"], code, "{method} {path}");
    }
    for path in ["/", "/portal"] {
        let request = Request::get(path).body(Body::empty()).expect("a request");
        let answer = router.clone().oneshot(request).await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::TEMPORARY_REDIRECT);
        assert_eq!(answer.headers()[header::LOCATION], "/portal/");
    }
}

async fn a_server_that_is_no_sandbox_shows_nobodys_credentials(app: &mut TestApp) {
    app.restart_with(|choices| {
        choices.wire.sandbox_faults = false;
        "https://api.operator.example".clone_into(&mut choices.wire.public_url);
    })
    .await;
    let (router, portal) = (app.customers_router(), app.portal());
    for address in portal.addresses() {
        let (_, text) = get(&router, address).await;
        for secret in [
            "demosecretdemose",
            "demo-password",
            "demooperatorkey",
            "127.0.0.1:8080",
        ] {
            assert!(!text.contains(secret), "{address}: {secret}");
        }
    }
    let (_, text) = get(&router, "/portal/guides/getting-started").await;
    assert!(text.contains("API=https://api.operator.example"), "{text}");
    assert!(text.contains("YOUR_CLIENT_ID:YOUR_CLIENT_SECRET"), "{text}");
}

async fn get(router: &Router, address: &str) -> (StatusCode, String) {
    let request = Request::get(address)
        .body(Body::empty())
        .expect("a request");
    let answer = router.clone().oneshot(request).await.expect("an answer");
    let status = answer.status();
    let body = to_bytes(answer.into_body(), LARGEST).await.expect("a body");
    (status, String::from_utf8_lossy(&body).into_owned())
}

/// Documents and style sheets have no links of their own.
fn read(address: &str, text: &str) -> Page {
    let values = |name: &str| -> Vec<String> {
        let begin = format!(" {name}=\"");
        let parts = text.split(&begin).skip(1);
        let values = parts.filter_map(|part| part.split('"').next());
        values
            .map(|value| value.replace("&amp;", "&").replace("&#38;", "&"))
            .collect()
    };
    let is_page = text.starts_with("<!doctype html>");
    let links = if is_page { values("href") } else { Vec::new() };
    let own = |link: String| match link.strip_prefix('#') {
        Some(place) => format!("{address}#{place}"),
        None => link,
    };
    Page {
        places: values("id").into_iter().collect(),
        links: links.into_iter().map(own).collect(),
    }
}

fn without_place(link: &str) -> (&str, &str) {
    link.split_once('#').unwrap_or((link, ""))
}
