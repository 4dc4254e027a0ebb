//! The team: who is invited, what people may do, and that somebody stays to decide it.

use super::{ADMIN, DEVELOPER, invite, seen_on, signed_in};
use crate::app::{Test, TestApp, tests};

pub(crate) const TESTS: &[Test] = tests![
    the_last_administrator_stays_one,
    a_colleague_is_disabled_after_a_question,
    a_link_is_made_once_by_a_form,
    a_link_is_taken_back,
    what_is_no_address_is_said_so,
    nobody_makes_a_link_for_their_own_password,
];

async fn the_last_administrator_stays_one(app: &mut TestApp) {
    let router = app.customers_router();
    let mut admin = signed_in(app, &router, ADMIN).await;
    let words = "admin@example.com is the last enabled administrator";
    for (address, role) in [("role", "developer"), ("disable", "")] {
        let fields = [("email", ADMIN.0), ("role", role)];
        let answer = admin
            .post(&format!("/portal/team/{address}"), &fields)
            .await;
        assert_eq!(answer.location(), "/portal/team");
        let page = admin.get("/portal/team").await;
        assert!(page.ok().to_lowercase().contains(words), "{page:?}");
    }
    let fields = [("email", DEVELOPER.0), ("role", "administrator")];
    admin.post("/portal/team/role", &fields).await.location();
    let page = admin.get("/portal/team").await;
    assert!(page.ok().contains("has the role administrator"), "{page:?}");
    let fields = [("email", ADMIN.0), ("role", "developer")];
    admin.post("/portal/team/role", &fields).await.location();
    let answer = admin.post("/portal/team/role", &fields).await;
    answer.refused(403, "Your role does not allow this");
}

async fn a_colleague_is_disabled_after_a_question(app: &mut TestApp) {
    let router = app.customers_router();
    let mut admin = signed_in(app, &router, ADMIN).await;
    let page = admin.get("/portal/team").await;
    let ask = "/portal/team/disable?email=developer%40example.com";
    assert!(page.ok().contains(&format!("href=\"{ask}\"")), "{page:?}");
    assert!(
        !page.body.contains("action=\"/portal/team/disable\""),
        "{page:?}"
    );
    let page = admin.get(ask).await;
    for words in ["Disable Dag Developer?", "Leave it as it is"] {
        assert!(page.ok().contains(words), "no {words}: {page:?}");
    }
    assert!(!page.body.contains("This is you"), "{page:?}");
    let own = admin
        .get("/portal/team/disable?email=admin%40example.com")
        .await;
    assert!(own.ok().contains("This is you"), "{own:?}");
    let fields = [("email", DEVELOPER.0)];
    let answer = admin.post("/portal/team/disable", &fields).await;
    assert_eq!(answer.location(), "/portal/team");
    // Neither who is disabled already nor who is of another organization.
    for email in [DEVELOPER.0, "other@example.com", "x"] {
        let answer = admin
            .get(&format!("/portal/team/disable?email={email}"))
            .await;
        assert_eq!(answer.location(), "/portal/team");
    }
}

async fn a_link_is_made_once_by_a_form(app: &mut TestApp) {
    let router = app.customers_router();
    let mut admin = signed_in(app, &router, ADMIN).await;
    let seen = seen_on(&admin.get("/portal/team").await);
    let fields = [("email", "new@example.com"), ("seen", seen.as_str())];
    let page = admin.post("/portal/team/invite", &fields).await;
    let link = super::after(page.ok(), "http://127.0.0.1:8080").to_owned();
    // Sent again, and sent by a page that has seen nothing.
    for fields in [&fields[..], &fields[..1]] {
        let again = admin.post("/portal/team/invite", fields).await;
        again.refused(409, "This was made already");
    }
    admin.get(&link).await.ok();
    invite(&mut admin, &[("email", DEVELOPER.0)]).await.ok();
}

async fn a_link_is_taken_back(app: &mut TestApp) {
    let router = app.customers_router();
    let mut admin = signed_in(app, &router, ADMIN).await;
    let fields = [("email", "new@example.com")];
    let page = invite(&mut admin, &fields).await;
    let link = super::after(page.ok(), "http://127.0.0.1:8080").to_owned();
    let page = admin.get("/portal/team").await;
    assert!(page.ok().contains("new@example.com"), "{page:?}");
    admin
        .post("/portal/team/take-back", &fields)
        .await
        .location();
    admin
        .get(&link)
        .await
        .refused(404, "This link does not work");
    let answer = admin.post("/portal/team/take-back", &fields).await;
    answer.refused(404, "Nothing is here");
}

async fn what_is_no_address_is_said_so(app: &mut TestApp) {
    let router = app.customers_router();
    let mut admin = signed_in(app, &router, ADMIN).await;
    let answer = admin
        .post("/portal/team/invite", &[("email", "kari")])
        .await;
    answer.refused(422, "Type an e-mail address");
}

async fn nobody_makes_a_link_for_their_own_password(app: &mut TestApp) {
    let router = app.customers_router();
    let mut admin = signed_in(app, &router, ADMIN).await;
    let fields = [("email", ADMIN.0)];
    let answer = admin.post("/portal/team/invite", &fields).await;
    answer.refused(409, "there is the page Account");
    let page = admin.get("/portal/team").await;
    let offered = format!("by a link for {}", ADMIN.0);
    assert!(!page.ok().contains(&offered), "{page:?}");
}
