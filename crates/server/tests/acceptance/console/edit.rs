//! Records as JSON: a change is tried before it is made, and it is the one that was tried.

use domain::access::OperatorRole;

use super::record_forms::hidden;
use super::visitor::{Answer, Visitor};
use super::{add_operator, changes};
use crate::app::{Test, TestApp, tests};

pub(crate) const TESTS: &[Test] = tests![
    a_change_is_shown_before_it_is_made,
    what_was_not_tried_is_not_applied,
    all_that_is_wrong_is_listed,
    a_record_of_any_kind_is_added,
    a_viewer_reads_the_record,
];

const ADDRESS: &str = "/console/json/organization/914742315";
const CHANGED: &str = r#"{ "kind": "organization", "orgNumber": "914742315", "name": "<New>" }"#;

async fn sent(visitor: &mut Visitor<'_>, address: &str, text: &str) -> Answer {
    visitor.get(address).await.ok();
    visitor.post(address, &[("text", text)]).await
}

async fn a_change_is_shown_before_it_is_made(app: &mut TestApp) {
    let mut visitor = Visitor::demo(app).await;
    let page = sent(&mut visitor, ADDRESS, CHANGED).await;
    for part in ["This would change:", "TELENOR", "&#60;New&#62;"] {
        assert!(page.ok().contains(part), "{part}: {page:?}");
    }
    assert_eq!(changes(app, "organization", "914742315").await, []);
    let tried = hidden(&page.body, "tried");
    let fields = [("text", CHANGED), ("tried", tried.as_str())];
    let answer = visitor.post(ADDRESS, &fields).await;
    assert_eq!(answer.location(), "/console/organizations/914742315");
    let expected = [("changed".to_owned(), "demo".to_owned())];
    assert_eq!(changes(app, "organization", "914742315").await, expected);
    let again = visitor.post(ADDRESS, &fields).await;
    assert!(again.ok().contains("nothing would change"), "{again:?}");
}

async fn what_was_not_tried_is_not_applied(app: &mut TestApp) {
    add_operator(app, "kari", OperatorRole::Administrator).await;
    let mut kari = Visitor::signed_in(app, "kari").await;
    let mut visitor = Visitor::demo(app).await;
    let page = sent(&mut visitor, ADDRESS, CHANGED).await;
    let tried = hidden(page.ok(), "tried");
    let other = CHANGED.replace("New", "Other");
    let fields = [("text", other.as_str()), ("tried", tried.as_str())];
    let page = visitor.post(ADDRESS, &fields).await;
    assert!(page.ok().contains("This would change:"), "{page:?}");
    // Nor when the record has become another meanwhile.
    let form = "/console/change/organization/914742315";
    let seen = hidden(kari.get(form).await.ok(), "seen");
    let mine = [("seen", seen.as_str()), ("name", "Kari's")];
    kari.post(form, &mine).await.location();
    let fields = [
        ("text", CHANGED),
        ("tried", tried.as_str()),
        ("seen", seen.as_str()),
    ];
    let page = visitor.post(ADDRESS, &fields).await;
    page.refused(409, "Somebody has changed this record since you tried");
    for part in [
        "Kari&#39;s",
        "This would change:",
        "See the record as it is now",
    ] {
        assert!(page.body.contains(part), "no {part}: {page:?}");
    }
    let done = changes(app, "organization", "914742315").await;
    assert_eq!(done, [("changed".to_owned(), "kari".to_owned())]);
}

async fn all_that_is_wrong_is_listed(app: &mut TestApp) {
    let mut visitor = Visitor::demo(app).await;
    let agreement = "/console/json/agreement/5538579";
    for (address, text, words) in [
        (ADDRESS, "", &["This is not JSON"][..]),
        (ADDRESS, "[]", &["no object"]),
        (
            ADDRESS,
            r#"{"orgNumber":"914742315"}"#,
            &["name: is missing"],
        ),
        (
            ADDRESS,
            r#"{"orgNumber":"914742315","name":"x","one":1,"two":2}"#,
            &["one: unknown member", "two: unknown member"],
        ),
        (
            ADDRESS,
            r#"{"orgNumber":"811111111","name":"x"}"#,
            &["its key can&#39;t become 811111111"],
        ),
        (
            agreement,
            r#"{"id":5538579,"ownerOrganizationNumber":"914742315","category":" ","validFrom":"2026-02-30","status":"GONE"}"#,
            &["category: must not be blank", "validFrom:", "status:"],
        ),
    ] {
        let answer = sent(&mut visitor, address, text).await;
        for words in words {
            answer.refused(422, words);
        }
        assert!(answer.body.contains("role=\"alert\""), "{answer:?}");
    }
    let address = "/console/json/organization";
    let answer = sent(&mut visitor, address, CHANGED).await;
    answer.refused(422, "There is an organization 914742315 already.");
}

async fn a_record_of_any_kind_is_added(app: &mut TestApp) {
    let mut visitor = Visitor::demo(app).await;
    let text = r#"{"id":5,"agreementId":5538579,"productOfferId":404,"name":"Sky"}"#;
    let address = "/console/json/product";
    let page = sent(&mut visitor, address, text).await;
    assert!(page.ok().contains("This would be added:"), "{page:?}");
    // An instant that is left out is the moment of the try, and of the change.
    let tried = hidden(&page.body, "tried");
    let fields = [("text", text), ("tried", tried.as_str())];
    let answer = visitor.post(address, &fields).await;
    assert_eq!(answer.location(), "/console/products/5");
    let text = r#"{"clientId":"new","name":"New","ownerOrganizationNumber":"914742315",
        "grants":[],"callsPerSecond":1,"burst":1}"#;
    let address = "/console/json/app";
    let page = sent(&mut visitor, address, text).await;
    let tried = hidden(page.ok(), "tried");
    assert!(!page.body.contains("class=\"secret\""), "{page:?}");
    let fields = [("text", text), ("tried", tried.as_str())];
    let page = visitor.post(address, &fields).await;
    assert!(page.ok().contains("class=\"secret\""), "{page:?}");
}

async fn a_viewer_reads_the_record(app: &mut TestApp) {
    add_operator(app, "ola", OperatorRole::Viewer).await;
    let mut visitor = Visitor::signed_in(app, "ola").await;
    let page = visitor.get(ADDRESS).await;
    assert!(page.ok().contains("TELENOR"), "{page:?}");
    assert!(!page.body.contains("<textarea"), "{page:?}");
    visitor
        .post(ADDRESS, &[("text", CHANGED)])
        .await
        .refused(403, "Your role");
}
