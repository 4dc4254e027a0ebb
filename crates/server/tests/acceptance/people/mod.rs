//! An organization's people in the portal: what they do by themselves, and what they never see.

mod access;
mod apps;
mod codes;
mod faults;
mod namesakes;
mod reset;
mod sandbox;
mod services;
mod sign_in;
mod system_users;
mod team;
mod try_it;
mod usage;

use axum::Router;
use domain::OrganizationNumber;
use domain::access::{DeveloperEmail, DeveloperLogin};
use selfservice::Mandate;

use crate::app::{Test, TestApp};
use crate::console::visitor::{Answer, Visitor};

/// The tests of each file of the folder.
pub(crate) const FILES: &[(&str, &[Test])] = &[
    ("people::access", access::TESTS),
    ("people::apps", apps::TESTS),
    ("people::codes", codes::TESTS),
    ("people::faults", faults::TESTS),
    ("people::namesakes", namesakes::TESTS),
    ("people::reset", reset::TESTS),
    ("people::sandbox", sandbox::TESTS),
    ("people::services", services::TESTS),
    ("people::sign_in", sign_in::TESTS),
    ("people::system_users", system_users::TESTS),
    ("people::team", team::TESTS),
    ("people::try_it", try_it::TESTS),
    ("people::usage", usage::TESTS),
];

/// The sandbox's people.
const ADMIN: (&str, &str) = ("admin@example.com", "demo-portal-password");
const DEVELOPER: (&str, &str) = ("developer@example.com", "demo-portal-password");
const OTHER: (&str, &str) = ("other@example.com", "other-portal-password");

fn own() -> OrganizationNumber {
    OrganizationNumber::parse("914742315").expect("nine digits")
}

fn other() -> OrganizationNumber {
    OrganizationNumber::parse("976967631").expect("nine digits")
}

fn email(text: &str) -> DeveloperEmail {
    DeveloperEmail::parse(text).expect("an address")
}

/// For one of the sandbox's people.
fn mandate(who: &str, organization: OrganizationNumber) -> Mandate {
    let login = DeveloperLogin::new(&organization, &email(who));
    Mandate {
        organization,
        author: (&login).into(),
    }
}

/// Fills in the page to sign in, with the organization that the sandbox's people belong to.
async fn try_to_sign_in(visitor: &mut Visitor<'_>, who: (&str, &str)) -> Answer {
    let organization = if who.0 == OTHER.0 { other() } else { own() };
    try_to_sign_in_to(visitor, organization.as_str(), who).await
}

/// The same for any organization.
async fn try_to_sign_in_to(
    visitor: &mut Visitor<'_>,
    organization: &str,
    (email, password): (&str, &str),
) -> Answer {
    visitor.get("/portal/sign-in").await.ok();
    let fields = [
        ("organization", organization),
        ("email", email),
        ("password", password),
    ];
    visitor.post("/portal/sign-in", &fields).await
}

/// One of the sandbox's people, with a form's token at hand.
async fn signed_in<'a>(app: &'a TestApp, router: &Router, who: (&str, &str)) -> Visitor<'a> {
    let mut visitor = Visitor::of_portal(app, router);
    let answer = try_to_sign_in(&mut visitor, who).await;
    assert_eq!(answer.location(), "/portal/apps", "{answer:?}");
    visitor.get("/portal/account").await.ok();
    visitor
}

/// What follows a text on a page, up to a quote or a tag.
#[track_caller]
fn after<'p>(page: &'p str, words: &str) -> &'p str {
    let (_, rest) = page
        .split_once(words)
        .unwrap_or_else(|| panic!("no {words}: {page}"));
    rest.split(['"', '<']).next().unwrap_or_default()
}

/// What a form on a page sends to say what it has seen.
#[track_caller]
fn seen_on(page: &Answer) -> String {
    after(page.ok(), "name=\"seen\" value=\"").to_owned()
}

/// Sends the form to invite somebody, as the page of the team has it by now.
async fn invite(admin: &mut Visitor<'_>, fields: &[(&str, &str)]) -> Answer {
    let seen = seen_on(&admin.get("/portal/team").await);
    let fields = [fields, &[("seen", seen.as_str())]].concat();
    admin.post("/portal/team/invite", &fields).await
}

/// What the journal says was done, in the order of the words: noun, action, author, organization.
async fn journal(app: &TestApp, nouns: &[&str]) -> Vec<String> {
    let rows = app
        .store
        .read(async |tx| tx.journal().unplaced(1_000).await);
    let mut rows = rows.await.expect("the journal");
    rows.retain(|row| nouns.contains(&row.line.noun.as_str()));
    let line = |row: storage::JournalRow| {
        let (line, change) = (row.line, row.change);
        let organization = change
            .organization
            .map_or_else(String::new, |number| number.to_string());
        format!(
            "{} {} by {} in {organization}",
            line.noun, line.action, change.author.name
        )
    };
    let mut lines: Vec<_> = rows.into_iter().map(line).collect();
    // What was done in the same millisecond has no order yet.
    lines.sort();
    lines
}
