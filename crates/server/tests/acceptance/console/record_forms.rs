//! Forms of records: what is wrong stands beside its field, what was typed stays, and nobody's change
//! is lost unseen.

use domain::access::OperatorRole;

use super::visitor::{Answer, Visitor};
use super::{add_operator, changes};
use crate::app::{Test, TestApp, tests};

pub(crate) const TESTS: &[Test] = tests![
    a_customer_is_added_from_nothing,
    what_is_wrong_stands_beside_its_field_and_what_was_typed_stays,
    a_key_that_is_taken_adds_nothing,
    a_form_that_changes_nothing_writes_nothing,
    what_somebody_else_has_changed_is_not_overwritten_unseen,
    rules_of_an_offering_have_rows,
];

/// A form's address, what is typed, the field that is wrong, and what stands beside it.
type Wrong = (
    &'static str,
    &'static [(&'static str, &'static str)],
    &'static str,
    &'static str,
);

const WRONG: &[Wrong] = &[
    (
        "/console/add/organization",
        &[("orgNumber", "1234"), ("name", "Typed & kept")],
        "orgNumber",
        "is not nine digits",
    ),
    (
        "/console/add/organization",
        &[("orgNumber", "811111111"), ("name", " ")],
        "name",
        "Must not be blank.",
    ),
    (
        "/console/add/agreement",
        &[("id", "x"), ("category", "Typed & kept")],
        "id",
        "Must be a whole number",
    ),
    (
        "/console/add/app",
        &[
            ("clientId", "a"),
            ("name", "Typed & kept"),
            ("callsPerSecond", "many"),
        ],
        "callsPerSecond",
        "Must be a whole number.",
    ),
    (
        "/console/change/agreement/5538579",
        &[
            ("ownerOrganizationNumber", "914742315"),
            ("category", "Typed & kept"),
            ("status", "ACTIVE"),
            ("validFrom", "2026-02-30"),
            ("productOfferIds", "404"),
        ],
        "validFrom",
        "is not a day",
    ),
    (
        "/console/change/agreement/5538579",
        &[
            ("ownerOrganizationNumber", "914742315"),
            ("category", "Typed & kept"),
            ("status", "ACTIVE"),
            ("validFrom", "2026-02-01"),
            ("productOfferIds", "404\r\n4040404"),
        ],
        "productOfferIds",
        "There is no offering 4040404.",
    ),
];

/// Sends a form after its page was looked at, with what the page hides in it.
pub(super) async fn send(
    visitor: &mut Visitor<'_>,
    address: &str,
    fields: &[(&str, &str)],
) -> Answer {
    let page = visitor.get(address).await;
    let seen = hidden(page.ok(), "seen");
    let fields = [&[("seen", seen.as_str())], fields].concat();
    visitor.post(address, &fields).await
}

/// What a hidden field holds.
pub(super) fn hidden(page: &str, name: &str) -> String {
    let start = format!("type=\"hidden\" name=\"{name}\" value=\"");
    let rest = page.split_once(&start).map_or("", |(_, rest)| rest);
    rest.split('"').next().unwrap_or_default().to_owned()
}

pub(super) async fn told(visitor: &mut Visitor<'_>, answer: Answer, words: &str) -> String {
    let page = visitor.get(answer.location()).await;
    assert!(page.ok().contains(words), "no {words}: {page:?}");
    page.body
}

async fn a_customer_is_added_from_nothing(app: &mut TestApp) {
    let mut visitor = Visitor::demo(app).await;
    let number = ("orgNumber", "811111111");
    let address = "/console/add/organization";
    let answer = send(&mut visitor, address, &[number, ("name", "Ærlig Øl AS")]).await;
    assert_eq!(answer.location(), "/console/organizations/811111111");
    let page = told(&mut visitor, answer, "Organization 811111111 is added.").await;
    let way = "/console/add/agreement?ownerOrganizationNumber=811111111";
    assert!(page.contains(way), "{page}");
    let form = visitor.get(way).await;
    assert!(form.ok().contains("value=\"811111111\""), "{form:?}");
    let agreement = [
        ("id", "5"),
        ("ownerOrganizationNumber", "811111111"),
        ("category", "Sky"),
        ("status", "ACTIVE"),
        ("validFrom", "2026-01-01"),
        ("productOfferIds", "404\r\n13883\r\n"),
    ];
    let answer = send(&mut visitor, "/console/add/agreement", &agreement).await;
    told(&mut visitor, answer, "Sentralbord").await;
    let account = [
        ("id", "5"),
        ("ownerOrganizationNumber", "811111111"),
        ("payerOrganizationNumber", "811111111"),
        ("status", "OPEN"),
        ("type", "NORMAL"),
        ("accountReference1", "Sky"),
        ("format", "EHF"),
        ("address.postalCode", "0001"),
    ];
    let answer = send(&mut visitor, "/console/add/account", &account).await;
    told(&mut visitor, answer, "Billing account 5 is added.").await;
    let card = [
        ("id", "5"),
        ("organizationNumber", "811111111"),
        ("name", "Lager"),
        ("format", "EHF"),
    ];
    let answer = send(&mut visitor, "/console/add/addressCard", &card).await;
    told(&mut visitor, answer, "Lager").await;
    let page = visitor.get("/console/organizations/811111111").await;
    for part in ["Sky", "ACTIVE", "Lager", "OPEN"] {
        assert!(page.ok().contains(part), "{part}: {page:?}");
    }
    for (noun, key) in [
        ("organization", "811111111"),
        ("agreement", "5"),
        ("account", "5"),
        ("addressCard", "5"),
    ] {
        let expected = [("added".to_owned(), "demo".to_owned())];
        assert_eq!(changes(app, noun, key).await, expected, "{noun}");
    }
}

async fn what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(app: &mut TestApp) {
    let mut visitor = Visitor::demo(app).await;
    for (address, fields, field, words) in WRONG {
        let answer = send(&mut visitor, address, fields).await;
        answer.refused(422, words);
        let fault = format!("id=\"{field}-fault\"");
        assert!(
            answer.body.contains(&fault),
            "{address}: no {fault}: {answer:?}"
        );
        if fields.iter().any(|field| field.1 == "Typed & kept") {
            assert!(answer.body.contains("Typed &#38; kept"), "{answer:?}");
        }
    }
    assert_eq!(changes(app, "agreement", "5538579").await, []);
}

async fn a_key_that_is_taken_adds_nothing(app: &mut TestApp) {
    let mut visitor = Visitor::demo(app).await;
    let fields = [("orgNumber", "914742315"), ("name", "Somebody else")];
    let answer = send(&mut visitor, "/console/add/organization", &fields).await;
    answer.refused(422, "another one");
    assert_eq!(changes(app, "organization", "914742315").await, []);
}

async fn a_form_that_changes_nothing_writes_nothing(app: &mut TestApp) {
    let mut visitor = Visitor::demo(app).await;
    let address = "/console/change/organization/914742315";
    let answer = send(&mut visitor, address, &[("name", "TELENOR")]).await;
    told(&mut visitor, answer, "Organization 914742315 is as it was.").await;
    assert_eq!(changes(app, "organization", "914742315").await, []);
    // What stays as it is has no field, and what is sent for it counts for nothing.
    let fields = [("name", "Telenor"), ("orgNumber", "811111111")];
    let answer = send(&mut visitor, address, &fields).await;
    told(&mut visitor, answer, "Organization 914742315 is changed.").await;
    let expected = [("changed".to_owned(), "demo".to_owned())];
    assert_eq!(changes(app, "organization", "914742315").await, expected);
}

async fn what_somebody_else_has_changed_is_not_overwritten_unseen(app: &mut TestApp) {
    add_operator(app, "kari", OperatorRole::Administrator).await;
    let mut kari = Visitor::signed_in(app, "kari").await;
    let mut demo = Visitor::demo(app).await;
    let address = "/console/change/organization/914742315";
    let old = hidden(demo.get(address).await.ok(), "seen");
    send(&mut kari, address, &[("name", "Kari's")])
        .await
        .location();
    let mine = [("seen", old.as_str()), ("name", "Demo's")];
    let answer = demo.post(address, &mine).await;
    answer.refused(409, "Somebody has changed this record since you opened");
    let link = "<a href=\"/console/organizations/914742315\">See the record as it is now</a>";
    for part in ["Demo&#39;s", link] {
        assert!(answer.body.contains(part), "no {part}: {answer:?}");
    }
    // More rows, or another mistake, make nobody forget what was seen.
    let agreement = "/console/change/agreement/5538579";
    let seen_before = hidden(demo.get(agreement).await.ok(), "seen");
    for (way, status) in [(("do", "more"), 200), (("category", " "), 422)] {
        let fields = [("seen", seen_before.as_str()), ("validFrom", "x"), way];
        let page = demo.post(agreement, &fields).await;
        assert_eq!(page.status.as_u16(), status, "{page:?}");
        assert_eq!(hidden(&page.body, "seen"), seen_before);
    }
    let seen = hidden(&answer.body, "seen");
    let mine = [("seen", seen.as_str()), ("name", "Demo's")];
    demo.post(address, &mine).await.location();
    let authors: Vec<_> = changes(app, "organization", "914742315").await;
    let authors: Vec<_> = authors.into_iter().map(|change| change.1).collect();
    assert_eq!(authors, ["demo", "kari"]);
}

async fn rules_of_an_offering_have_rows(app: &mut TestApp) {
    let mut visitor = Visitor::demo(app).await;
    let offering = [
        ("id", "5"),
        ("name", "Sky"),
        ("fulfillment", "pull"),
        // The first row is left empty.
        ("configurations[1].id", "1"),
        ("configurations[1].name", "Størrelse"),
        ("configurations[1].type", "INTEGER"),
        ("configurations[1].required", "true"),
        ("configurations[1].allowedValues", "1\r\n2"),
        ("configurations[3].id", "2"),
        ("configurations[3].name", "Kode"),
        ("configurations[3].type", "STRING"),
        ("configurations[3].pattern", "[A-Z"),
    ];
    let address = "/console/add/offering";
    let more = [&offering[..], &[("do", "more")]].concat();
    let answer = send(&mut visitor, address, &more).await;
    assert!(answer.ok().contains("configurations[6].id"), "{answer:?}");
    let answer = send(&mut visitor, address, &offering).await;
    answer.refused(422, "Is not a regular expression.");
    let fault = "id=\"configurations[1].pattern-fault\"";
    assert!(answer.body.contains(fault), "{answer:?}");
    let right = [&offering[..11], &[("configurations[3].pattern", "[A-Z]")]].concat();
    let answer = send(&mut visitor, address, &right).await;
    let page = told(&mut visitor, answer, "Offering 5 is added.").await;
    for part in ["Størrelse", "INTEGER", "[A-Z]", "No agreement offers it."] {
        assert!(page.contains(part), "{part}: {page}");
    }
    // The form of what is there holds it all, and less of it can be sent.
    let form = visitor.get("/console/change/offering/5").await;
    assert!(form.ok().contains("value=\"Størrelse\""), "{form:?}");
    let answer = send(&mut visitor, "/console/change/offering/5", &offering[1..3]).await;
    told(&mut visitor, answer, "Its products have no configurations.").await;
}
