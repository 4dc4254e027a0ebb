//! Customers' people on the console: a link that is shown once, roles, and what is asked first.

use domain::access::OperatorRole;

use super::record_forms::{hidden, told};
use super::visitor::Visitor;
use super::{add_operator, changes};
use crate::app::{Test, TestApp, tests};

pub(crate) const TESTS: &[Test] = tests![
    people_are_found_by_organization_address_and_name,
    a_link_is_shown_once,
    a_link_is_taken_back,
    what_signs_somebody_out_is_asked_first,
    a_viewer_changes_nothing,
];

const TEAM: &str = "/console/organizations/914742315/developers";
const DEVELOPER: &str = "/console/organizations/914742315/developers/developer%40example.com";

async fn people_are_found_by_organization_address_and_name(app: &mut TestApp) {
    let mut visitor = Visitor::demo(app).await;
    let all = visitor.get("/console/developers").await;
    for email in ["admin@example.com", "other@example.com"] {
        assert!(all.ok().contains(email), "no {email}: {all:?}");
    }
    for (search, found, not_found) in [
        ("976", "other@example.com", "admin@example.com"),
        ("ADMIN@", "admin@example.com", "developer@example.com"),
        ("dag", "developer@example.com", "other@example.com"),
    ] {
        let page = visitor
            .get(&format!("/console/developers?search={search}"))
            .await;
        assert!(page.ok().contains(found), "{search}: {page:?}");
        assert!(!page.body.contains(not_found), "{search}: {page:?}");
    }
    let organization = visitor.get("/console/organizations/914742315").await;
    assert!(organization.ok().contains(TEAM), "{organization:?}");
    let team = visitor.get(TEAM).await;
    assert!(team.ok().contains(DEVELOPER), "{team:?}");
    assert!(!team.body.contains("other@example.com"), "{team:?}");
    visitor
        .get("/console/organizations/000000000/developers")
        .await
        .refused(404, "Nothing is here");
}

async fn a_link_is_shown_once(app: &mut TestApp) {
    let mut visitor = Visitor::demo(app).await;
    let seen = hidden(visitor.get(TEAM).await.ok(), "seen");
    let invite = format!("{TEAM}/invite");
    let fields = [
        ("email", "New@example.com"),
        ("role", "administrator"),
        ("seen", seen.as_str()),
    ];
    let page = visitor.post(&invite, &fields).await;
    let begin = "<code class=\"secret\">http://127.0.0.1:8080/portal/invitation/";
    let (_, rest) = page.ok().split_once(begin).expect("a link");
    let secret = rest.split('<').next().unwrap_or_default().to_owned();
    assert_eq!(secret.len(), 40, "{secret}");
    for fields in [&fields[..], &fields[..2]] {
        let again = visitor.post(&invite, fields).await;
        again.refused(409, "This was made already");
    }
    for address in [TEAM, "/console/developers", "/console/journal"] {
        let page = visitor.get(address).await;
        assert!(!page.ok().contains(&secret), "{page:?}");
    }
    let seen = hidden(visitor.get(TEAM).await.ok(), "seen");
    for (email, words) in [("x", "Type an e-mail address")] {
        let fields = [("email", email), ("role", "developer"), ("seen", &seen)];
        visitor.post(&invite, &fields).await.refused(422, words);
    }
    let done = changes(app, "invitation", "new@example.com").await;
    assert_eq!(done, [("made".to_owned(), "demo".to_owned())]);
}

async fn a_link_is_taken_back(app: &mut TestApp) {
    let mut visitor = Visitor::demo(app).await;
    let seen = hidden(visitor.get(TEAM).await.ok(), "seen");
    let whom = ("email", "new@example.com");
    let fields = [whom, ("role", "developer"), ("seen", seen.as_str())];
    visitor.post(&format!("{TEAM}/invite"), &fields).await.ok();
    let take_back = format!("{TEAM}/take-back");
    for words in ["works no more", "no link for new@example.com any more"] {
        let answer = visitor.post(&take_back, &[whom]).await;
        told(&mut visitor, answer, words).await;
    }
    assert_eq!(changes(app, "invitation", whom.1).await.len(), 2);
}

async fn what_signs_somebody_out_is_asked_first(app: &mut TestApp) {
    let mut visitor = Visitor::demo(app).await;
    let page = visitor.get(DEVELOPER).await;
    for deed in ["end-sessions", "disable"] {
        let link = format!("href=\"{DEVELOPER}/{deed}\"");
        assert!(page.ok().contains(&link), "no {link}: {page:?}");
        let form = format!("action=\"{DEVELOPER}/{deed}\"");
        assert!(!page.body.contains(&form), "{page:?}");
        let asks = visitor.get(&format!("{DEVELOPER}/{deed}")).await;
        assert!(asks.ok().contains(&form), "no {form}: {asks:?}");
        assert!(asks.body.contains("Leave it as it is"), "{asks:?}");
    }
    // Nobody asks for codes that there are none of.
    let asks = visitor.get(&format!("{DEVELOPER}/remove-codes")).await;
    asks.refused(404, "Nothing is here");
    for (deed, fields, words) in [
        ("end-sessions", &[][..], "was nowhere signed in"),
        ("remove-codes", &[], "without one-time codes already"),
        (
            "role",
            &[("role", "administrator")],
            "the role administrator",
        ),
        ("disable", &[], "disabled and signed out"),
        ("enable", &[], "may sign in again"),
    ] {
        let answer = visitor.post(&format!("{DEVELOPER}/{deed}"), fields).await;
        assert_eq!(answer.location(), DEVELOPER);
        told(&mut visitor, answer, words).await;
    }
    let done = changes(app, "developer", "developer@example.com").await;
    let by_demo = done.iter().filter(|one| one.1 == "demo");
    let by_demo: Vec<_> = by_demo.map(|one| one.0.as_str()).collect();
    assert_eq!(by_demo, ["disabled", "enabled", "role changed"]);
}

async fn a_viewer_changes_nothing(app: &mut TestApp) {
    add_operator(app, "ola", OperatorRole::Viewer).await;
    let mut ola = Visitor::signed_in(app, "ola").await;
    for address in [TEAM, DEVELOPER] {
        let page = ola.get(address).await;
        let body = page.ok();
        assert!(!body.contains(&format!("action=\"{TEAM}")), "{page:?}");
        assert!(!body.contains("/disable"), "{page:?}");
    }
}
