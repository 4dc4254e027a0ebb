//! Persons who pay billing accounts, and taking their names away for good.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::access::OperatorRole;
use web::{Notice, Page, see_other};

use super::Console;
use super::fault::Fault;
use super::form::find;
use super::input::Query;
use super::lists::{self, Wanted};
use super::nouns;
use super::record_page::RecordPage;
use super::signed_in::SignedIn;
use super::table::Cell;
use crate::manage::Expected;
use crate::records::{Kind, Record};

#[derive(Template)]
#[template(path = "console/anonymize.html")]
struct AnonymizeHtml {
    page: Page,
    name: String,
    action: String,
    back: String,
}

/// The list.
pub(super) async fn list(
    State(console): State<Console>,
    person: SignedIn,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Fault> {
    lists::page(&console, person, Kind::Person, wanted).await
}

/// One person.
pub(super) async fn show(
    State(console): State<Console>,
    person: SignedIn,
    Path(key): Path<String>,
) -> Result<Response, Fault> {
    let record = find(&console, Kind::Person, &key).await?;
    let facts = vec![("Name", Cell::text(name(&record)))];
    let mut page = RecordPage::new(&person, &record, facts);
    if person.may(OperatorRole::Administrator) {
        let address = nouns::address(Kind::Person, &key);
        page = page.link(format!("{address}/anonymize"), "Anonymize …");
    }
    Ok(page.answer())
}

/// Asks whether a person's name is to be taken away.
pub(super) async fn confirm(
    State(console): State<Console>,
    person: SignedIn,
    Path(key): Path<String>,
) -> Result<Response, Fault> {
    let record = find(&console, Kind::Person, &key).await?;
    let back = nouns::address(Kind::Person, &key);
    Ok(web::html(&AnonymizeHtml {
        page: person.page(format!("Anonymize person {key}?")),
        name: name(&record),
        action: format!("{back}/anonymize"),
        back,
    }))
}

/// Takes the name away.
pub(super) async fn anonymize(
    State(console): State<Console>,
    person: SignedIn,
    Path(key): Path<String>,
) -> Result<Response, Fault> {
    let manage = &console.services.manage;
    let anyone = Expected::Anything;
    manage
        .anonymize_person(&person.author(), &key, &anyone)
        .await?;
    let notice = Notice::done(format!("The name of person {key} is gone."));
    let address = nouns::address(Kind::Person, &key);
    Ok(see_other(
        &address,
        Some((&console.cookies.notice, &notice)),
    ))
}

fn name(record: &Record) -> String {
    let Record::Person(person) = record else {
        return String::new();
    };
    let middle = person.middle_name.as_deref();
    let parts = [
        Some(person.first_name.as_str()),
        middle,
        Some(&person.last_name),
    ];
    let parts: Vec<_> = parts.into_iter().flatten().collect();
    parts.join(" ")
}
