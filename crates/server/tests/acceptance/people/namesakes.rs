//! The same address in two organizations: two people, who never learn of each other.

use super::{ADMIN, OTHER, after, invite, journal, signed_in, try_to_sign_in_to};
use crate::app::{Test, TestApp, tests};
use crate::console::visitor::{Answer, Visitor};
use axum::Router;

pub(crate) const TESTS: &[Test] = tests![
    namesakes_sign_in_to_their_own_organization,
    what_happens_to_one_does_not_happen_to_the_other,
    wrong_tries_for_one_do_not_keep_the_other_waiting,
    nothing_tells_whether_an_address_is_known_elsewhere,
];

const OWN: &str = "914742315";
const OTHERS: &str = "976967631";
/// Of the other organization's own administrator, and of the sandbox's: both know the address.
const NAMESAKE: (&str, &str) = (OTHER.0, "a walk along the fjord");

/// Registers the other organization's administrator's address in the sandbox's, too.
async fn join(app: &TestApp, router: &Router) {
    let page = join_by(app, router, ADMIN, NAMESAKE).await;
    assert!(page.ok().contains("for organization 914742315"), "{page:?}");
}

/// Somebody joins by a link of an administrator's, and comes to the page to sign in.
async fn join_by(app: &TestApp, router: &Router, by: (&str, &str), who: (&str, &str)) -> Answer {
    let mut admin = signed_in(app, router, by).await;
    let page = invite(&mut admin, &[("email", who.0)]).await;
    let link = after(page.ok(), "http://127.0.0.1:8080").to_owned();
    let mut visitor = Visitor::of_portal(app, router);
    let page = visitor.get(&link).await;
    assert!(page.ok().contains("has invited"), "{page:?}");
    let fields = [("name", "Olga"), ("new", who.1), ("again", who.1)];
    let answer = visitor.post(&link, &fields).await;
    assert_eq!(answer.location(), "/portal/sign-in");
    visitor.get("/portal/sign-in").await
}

async fn namesakes_sign_in_to_their_own_organization(app: &mut TestApp) {
    let router = app.customers_router();
    join(app, &router).await;
    for (organization, who, name, role) in [
        (OWN, NAMESAKE, "Olga", "developer"),
        (OTHERS, OTHER, "Oda Other", "administrator"),
    ] {
        let mut visitor = Visitor::of_portal(app, &router);
        let answer = try_to_sign_in_to(&mut visitor, organization, who).await;
        assert_eq!(answer.location(), "/portal/apps");
        let page = visitor.get("/portal/account").await;
        for words in [name, organization, who.0, role] {
            assert!(page.ok().contains(words), "no {words}: {page:?}");
        }
    }
    let mut visitor = Visitor::of_portal(app, &router);
    for (organization, who) in [(OTHERS, NAMESAKE), (OWN, OTHER)] {
        let answer = try_to_sign_in_to(&mut visitor, organization, who).await;
        answer.refused(422, "is wrong");
    }
    let journal = journal(app, &["developer"]).await;
    for line in [
        "developer joined by 914742315/other@example.com in 914742315",
        "developer signed in by 914742315/other@example.com in 914742315",
        "developer signed in by 976967631/other@example.com in 976967631",
    ] {
        assert!(journal.iter().any(|one| one == line), "{journal:?}");
    }
}

async fn what_happens_to_one_does_not_happen_to_the_other(app: &mut TestApp) {
    let router = app.customers_router();
    join(app, &router).await;
    let mut other = signed_in(app, &router, OTHER).await;
    let mut namesake = Visitor::of_portal(app, &router);
    let answer = try_to_sign_in_to(&mut namesake, OWN, NAMESAKE).await;
    assert_eq!(answer.location(), "/portal/apps");
    // Another name, another password, and one who is kept out: of this one alone.
    namesake.get("/portal/account").await.ok();
    let fields = [("name", "Olga O.")];
    namesake.post("/portal/account/name", &fields).await;
    let (_, before) = NAMESAKE;
    let after = "another walk in the fjords";
    let fields = [("current", before), ("new", after), ("again", after)];
    let answer = namesake.post("/portal/account/password", &fields).await;
    assert_eq!(answer.location(), "/portal/account");
    let page = other.get("/portal/account").await;
    assert!(page.ok().contains("Oda Other"), "{page:?}");
    let mut admin = signed_in(app, &router, ADMIN).await;
    let answer = admin
        .post("/portal/team/disable", &[("email", NAMESAKE.0)])
        .await;
    assert_eq!(answer.location(), "/portal/team");
    let answer = namesake.get("/portal/account").await;
    assert_eq!(
        answer.location(),
        "/portal/sign-in?next=%2Fportal%2Faccount"
    );
    other.get("/portal/account").await.ok();
    signed_in(app, &router, OTHER).await;
}

async fn wrong_tries_for_one_do_not_keep_the_other_waiting(app: &mut TestApp) {
    app.restart_with(|choices| choices.gateway.limits = true)
        .await;
    let router = app.customers_router();
    join(app, &router).await;
    // Each from a network of its own, since networks wait, too.
    for (network, email) in (10..).zip(["Other@Example.com", " other@example.com"].repeat(3)) {
        let mut visitor = Visitor::of_portal(app, &router).at(network);
        let answer = try_to_sign_in_to(&mut visitor, OWN, (email, "wrong")).await;
        answer.refused(422, "is wrong");
    }
    let mut visitor = Visitor::of_portal(app, &router).at(2);
    let answer = try_to_sign_in_to(&mut visitor, OWN, NAMESAKE).await;
    answer.refused(429, "before the next try");
    let answer = try_to_sign_in_to(&mut visitor, OTHERS, OTHER).await;
    assert_eq!(answer.location(), "/portal/apps");
}

/// What a person sees of an answer, without what is new each time.
fn seen(visitor: &Visitor<'_>, answer: &Answer, email: &str) -> String {
    let body = answer.body.replace(email, "ADDRESS");
    let body = body.replace(&visitor.token, "TOKEN");
    let id = answer.header("x-request-id");
    let body = body.replace(id, "ID");
    // A link that is shown once.
    let link = body.split_once("/portal/invitation/");
    let link = link.map(|(_, rest)| rest[..40].to_owned());
    let body = link.map_or(body.clone(), |link| body.replace(&link, "LINK"));
    let place = answer.header("location");
    format!("{} {place} {body}", answer.status)
}

async fn nothing_tells_whether_an_address_is_known_elsewhere(app: &mut TestApp) {
    app.restart_with(|choices| choices.gateway.limits = true)
        .await;
    let router = app.customers_router();
    let known = ("known@example.com", NAMESAKE.1);
    join_by(app, &router, OTHER, known).await;
    let both = [known.0, "nobody@example.com"];
    let (mut before, mut joining) = (Vec::new(), Vec::new());
    for (network, email) in (1..).zip(both) {
        before.push(before_joining(app, &router, (network, email)).await);
    }
    for email in both {
        joining.push(while_joining(app, &router, email).await);
    }
    for shown in [before, joining] {
        for (known, unknown) in shown[0].iter().zip(&shown[1]) {
            assert_eq!(known, unknown);
        }
    }
}

/// What somebody sees who does not know the password, and an administrator who tries everything.
async fn before_joining(
    app: &TestApp,
    router: &Router,
    (network, email): (u8, &str),
) -> Vec<String> {
    let mut shown = Vec::new();
    let mut visitor = Visitor::of_portal(app, router).at(network);
    for _ in 0..7 {
        let answer = try_to_sign_in_to(&mut visitor, OWN, (email, "wrong")).await;
        shown.push(seen(&visitor, &answer, email));
    }
    let mut admin = signed_in(app, router, ADMIN).await;
    let about = [("email", email), ("role", "developer")];
    for address in ["role", "disable", "enable", "take-back", "invite"] {
        admin.get("/portal/account").await.ok();
        let answer = admin.post(&format!("/portal/team/{address}"), &about).await;
        shown.push(seen(&admin, &answer, email));
    }
    let page = admin.get("/portal/team").await;
    shown.push(seen(&admin, &page, email));
    let answer = admin.post("/portal/team/take-back", &about).await;
    shown.push(seen(&admin, &answer, email));
    let page = admin.get("/portal/team").await;
    shown.push(seen(&admin, &page, email));
    shown
}

/// What is seen by whoever joins under an address.
async fn while_joining(app: &TestApp, router: &Router, email: &str) -> Vec<String> {
    let mut admin = signed_in(app, router, ADMIN).await;
    let page = invite(&mut admin, &[("email", email)]).await;
    let link = after(page.ok(), "http://127.0.0.1:8080").to_owned();
    let mut visitor = Visitor::of_portal(app, router);
    let page = visitor.get(&link).await;
    let form = seen(&visitor, &page, email);
    let (_, password) = NAMESAKE;
    let fields = [("name", "New"), ("new", password), ("again", password)];
    let answer = visitor.post(&link, &fields).await;
    vec![form, seen(&visitor, &answer, email)]
}
