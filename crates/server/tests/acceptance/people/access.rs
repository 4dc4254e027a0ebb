//! Every page and form of the people's, as it is declared: who may come, that another organization's
//! things are not there, and that a change by the wrong one changes nothing.

use axum::Router;
use axum::http::Method;
use domain::access::DeveloperRole;
use portal::{PeoplePage, people_pages};

use super::{ADMIN, DEVELOPER, OTHER, own, seen_on, signed_in};
use crate::app::{Test, TestApp, tests};
use crate::console::visitor::{ORIGIN, Visitor};

pub(crate) const TESTS: &[Test] = tests![
    those_who_are_not_signed_in_are_led_to_where_they_can,
    every_page_takes_its_role_and_shows_nothing_of_others,
    a_change_by_the_wrong_one_changes_nothing,
    every_form_takes_the_token_of_its_own_session_from_its_own_host,
    other_methods_and_panics_are_pages_too,
];

/// What of the first organization nobody else may see, and the other way around.
const OF_OWN: &[&str] = &[
    "914742315",
    "987654321",
    "TELENOR",
    "Anne Admin",
    "Dag Developer",
    "admin@example.com",
    "developer@example.com",
    "API1000DEMO",
    "demodemodemodemo",
    "Reads alone",
];
const OF_OTHER: &[&str] = &[
    "976967631",
    "Telenor Norge",
    "Oda Other",
    "other@example.com",
    "API2000OTHER",
    "otherotherother",
    "Another company",
];

/// Addresses of a page about what the first organization owns.
fn address(page: &PeoplePage) -> String {
    page.path
        .replace("{id}", "demodemodemodemodemodemodemodemo")
        .replace("{name}", "API1000DEMO")
        .replace("{operation}", "get_agreement")
        .replace("{endpoint}", &"0".repeat(32))
        .replace("{link}", &"0".repeat(40))
}

fn guarded(method: &Method) -> Vec<(PeoplePage, String)> {
    let pages = people_pages().into_iter();
    pages
        .filter(|page| page.role.is_some() && page.method == *method)
        .map(|page| {
            let address = address(&page);
            (page, address)
        })
        .collect()
}

/// Whether a page is about something of somebody's. All operations are everybody's.
fn is_about(page: &PeoplePage) -> bool {
    page.path.contains('{') && !page.path.contains("{operation}")
}

/// Fields that would change something, for every form.
const FIELDS: &[(&str, &str)] = &[
    ("email", "developer@example.com"),
    ("role", "administrator"),
    ("name", "Changed"),
    ("grant", "client_credentials"),
    ("product", "info"),
    ("ending", "CHANGED"),
    ("end", "FAILED"),
    ("reason", "Out of stock"),
    ("seconds", "1"),
    ("organization", "914742315"),
    ("made_at", "0"),
    ("sure", "true"),
];

/// All that the people of an organization can change, as the database has it.
async fn everything(app: &TestApp) -> String {
    let read = async |tx: &mut storage::Transaction| {
        let mut seen = vec![format!("{:?}", tx.developers().list().await?)];
        for number in [own(), super::other()] {
            let now = jiff::Timestamp::UNIX_EPOCH;
            let invitations = tx.invitations().list_of(&number, now).await?;
            seen.push(format!("{invitations:?}"));
            seen.push(format!("{:?}", tx.sandbox().find(&number).await?));
            for registered in tx.owned(&number).apps().await? {
                let id = &registered.app.id;
                seen.push(format!("{:?}", tx.owned(&number).app(id).await?));
                seen.push(format!("{:?}", tx.client_apps().secrets(id).await?));
            }
            for user in tx.owned(&number).system_users().await? {
                let name = &user.name;
                seen.push(user.password_hash.clone());
                seen.push(format!("{:?}", tx.owned(&number).system_user(name).await?));
            }
        }
        Ok::<_, storage::Error>(seen.concat())
    };
    app.store.read(read).await.expect("everything")
}

async fn those_who_are_not_signed_in_are_led_to_where_they_can(app: &mut TestApp) {
    let router = app.customers_router();
    let mut visitor = Visitor::of_portal(app, &router);
    let before = everything(app).await;
    for (_, address) in guarded(&Method::GET) {
        let answer = visitor.get(&address).await;
        let next = address.replace('/', "%2F");
        assert_eq!(answer.location(), format!("/portal/sign-in?next={next}"));
    }
    for (_, address) in guarded(&Method::POST) {
        let answer = visitor.post(&address, FIELDS).await;
        assert_eq!(answer.location(), "/portal/sign-in", "{address}");
        let page = visitor.get("/portal/sign-in").await;
        assert!(page.ok().contains("nothing was changed"), "{page:?}");
    }
    assert_eq!(everything(app).await, before);
}

async fn every_page_takes_its_role_and_shows_nothing_of_others(app: &mut TestApp) {
    let router = app.customers_router();
    for (who, role, foreign) in [
        (DEVELOPER, DeveloperRole::Developer, OF_OTHER),
        (ADMIN, DeveloperRole::Administrator, OF_OTHER),
        (OTHER, DeveloperRole::Administrator, OF_OWN),
    ] {
        let mut visitor = signed_in(app, &router, who).await;
        for (page, address) in guarded(&Method::GET) {
            let answer = visitor.get(&address).await;
            let status = answer.status.as_u16();
            let is_about = is_about(&page);
            let is_missing = page.path.contains("{endpoint}");
            // An app with one secret has no older one; no API product and no colleague is named.
            let leads_back = ["/end-secret", "/drop", "/team/disable"]
                .iter()
                .any(|end| page.path.ends_with(end));
            let expected = match () {
                () if page.role > Some(role) => 403,
                () if is_missing || is_about && who == OTHER => 404,
                () if leads_back => 303,
                () => 200,
            };
            assert_eq!(status, expected, "{address} as {who:?}");
            assert_shows_nothing_of(foreign, &answer.body, &address);
        }
    }
}

#[track_caller]
fn assert_shows_nothing_of(foreign: &[&str], body: &str, address: &str) {
    for words in foreign {
        // The address that somebody typed is in no page either.
        assert!(!body.contains(words), "{words} on {address}: {body}");
    }
}

async fn a_change_by_the_wrong_one_changes_nothing(app: &mut TestApp) {
    let router = app.customers_router();
    let before = everything(app).await;
    for (page, address) in guarded(&Method::POST) {
        let is_about = is_about(&page) || page.path.starts_with("/portal/team/");
        // The developer, whose role is too low.
        if page.role == Some(DeveloperRole::Administrator) {
            let mut developer = signed_in(app, &router, DEVELOPER).await;
            let answer = developer.post(&address, FIELDS).await;
            answer.refused(403, "Your role does not allow this");
        }
        // The other organization's administrator; an invitation is theirs to make.
        if is_about && page.path != "/portal/team/invite" {
            let mut stranger = signed_in(app, &router, OTHER).await;
            let answer = stranger.post(&address, FIELDS).await;
            let status = answer.status.as_u16();
            // Which organizations there are is not told before whose system user it is.
            let tried = page.path.starts_with("/portal/try/");
            // A call without an app of one's own is a form with faults.
            let expected = if tried { 422 } else { 404 };
            assert_eq!(status, expected, "{address}: {answer:?}");
            assert_shows_nothing_of(OF_OWN, &answer.body, &address);
        }
    }
    assert_eq!(everything(app).await, before);
    // The test looks where changes are: the right one changes something by each.
    let mut admin = signed_in(app, &router, ADMIN).await;
    for (page, address) in guarded(&Method::POST) {
        if !changes_something(&page) {
            continue;
        }
        let before = everything(app).await;
        let seen = seen_before(&mut admin, &address).await;
        let fields = [FIELDS, &[("seen", &seen)]].concat();
        let answer = admin.post(&address, &fields).await;
        assert!(answer.status.as_u16() < 400, "{address}: {answer:?}");
        assert_ne!(everything(app).await, before, "{address}");
    }
}

/// What the form to send has seen, on the page with it.
async fn seen_before(admin: &mut Visitor<'_>, address: &str) -> String {
    admin.get("/portal/account").await.ok();
    let page = address.strip_suffix("/add-secret").unwrap_or(address);
    let page = page.strip_suffix("/invite").unwrap_or(page);
    let page = admin.get(page).await;
    if page.body.contains("name=\"seen\"") {
        seen_on(&page)
    } else {
        String::new()
    }
}

/// With the fields above, as the sandbox begins, in the order of the pages.
fn changes_something(page: &PeoplePage) -> bool {
    let last = page.path.rsplit('/').next().unwrap_or_default();
    // Those of one's own, of calls and of use have tests of their own.
    let others = ["/account", "/sign-out", "/try/", "/use"]
        .iter()
        .any(|begin| page.path["/portal".len()..].starts_with(begin));
    !others
        && !page.path.contains("{operation}")
        && !["choose", "end-secret", "enable", "take-back"].contains(&last)
}

async fn every_form_takes_the_token_of_its_own_session_from_its_own_host(app: &mut TestApp) {
    let router = app.customers_router();
    let (other, mut visitor) = two_sessions(app, &router).await;
    let (own, others) = (visitor.token.clone(), other.token.clone());
    assert_ne!(own, others);
    let before = everything(app).await;
    for (_, address) in guarded(&Method::POST) {
        let wrong = "The form was not accepted";
        for token in ["", "x", &others, &own[1..]] {
            let fields = [&[("form_token", token)], FIELDS].concat();
            visitor
                .post_raw(&address, &fields)
                .await
                .refused(403, wrong);
        }
        let fields = [&[("form_token", own.as_str())], FIELDS].concat();
        for origin in [None, Some("null"), Some("https://evil.example")] {
            visitor.origin = origin;
            visitor
                .post_raw(&address, &fields)
                .await
                .refused(403, wrong);
        }
        visitor.origin = Some(ORIGIN);
    }
    assert_eq!(everything(app).await, before);
    visitor.get("/portal/account").await.ok();
}

async fn two_sessions<'a>(app: &'a TestApp, router: &Router) -> (Visitor<'a>, Visitor<'a>) {
    let one = signed_in(app, router, ADMIN).await;
    (one, signed_in(app, router, ADMIN).await)
}

async fn other_methods_and_panics_are_pages_too(app: &mut TestApp) {
    let router = app.customers_router();
    let mut visitor = signed_in(app, &router, ADMIN).await;
    let answer = visitor.post("/portal/team", &[]).await;
    answer.refused(405, "Not in this way");
    assert!(answer.header("allow").contains("GET"), "{answer:?}");
    visitor
        .get("/portal/apps/nobodys")
        .await
        .refused(404, "Nothing is here");
}
