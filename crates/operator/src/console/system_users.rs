//! System users: what they may act for, their passwords, and their end.

use axum::extract::{Path, State};
use axum::response::Response;

use super::Console;
use super::apps::{access_buttons, ended, revoke_tokens, set_enabled};
use super::fault::Fault;
use super::form::find;
use super::input::Query;
use super::lists::{self, Wanted};
use super::nouns;
use super::record_page::{Button, RecordPage, Section};
use super::rows;
use super::secret;
use super::signed_in::SignedIn;
use super::table::{Cell, Table};
use crate::records::{Kind, OrgNumber, Record};

/// How many organizations' names are looked up; of the others the numbers do.
const NAMED: usize = 100;

/// The list.
pub(super) async fn list(
    State(console): State<Console>,
    person: SignedIn,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Fault> {
    lists::page(&console, person, Kind::SystemUser, wanted).await
}

/// One system user.
pub(super) async fn show(
    State(console): State<Console>,
    person: SignedIn,
    Path(key): Path<String>,
) -> Result<Response, Fault> {
    let record = find(&console, Kind::SystemUser, &key).await?;
    let Record::SystemUser(user) = &record else {
        return Err(Fault::NOT_FOUND);
    };
    let owner = rows::organization(&console, &user.owner_organization_number).await?;
    let facts = vec![
        ("State", Cell::enabled(user.enabled)),
        ("Organization", owner),
    ];
    let rotate = format!("{}/rotate-password", nouns::address(Kind::SystemUser, &key));
    let mut buttons = vec![
        Button::new(rotate, "Make another password")
            .warning("The password before and all tokens of the user end at once."),
    ];
    buttons.extend(access_buttons((Kind::SystemUser, &key), user.enabled));
    Ok(RecordPage::new(&person, &record, facts)
        .buttons(&person, buttons)
        .section(reach(&console, &user.organizations).await?)
        .answer())
}

/// Gives a system user another password, which is told in the answer to this alone.
pub(super) async fn rotate(
    State(console): State<Console>,
    person: SignedIn,
    Path(key): Path<String>,
) -> Result<Response, Fault> {
    let manage = &console.services.manage;
    let new = manage.rotate_password(&person.author(), &key).await?;
    let done = format!(
        "The system user has another password; {}.",
        ended(new.ended_tokens)
    );
    Ok(secret::page(
        &person,
        (Kind::SystemUser, &key),
        &done,
        &new.password,
    ))
}

/// Lets a system user act again.
pub(super) async fn enable(
    State(console): State<Console>,
    person: SignedIn,
    Path(key): Path<String>,
) -> Result<Response, Fault> {
    set_enabled(&console, &person, (Kind::SystemUser, &key), true).await
}

/// Lets a system user act no more.
pub(super) async fn disable(
    State(console): State<Console>,
    person: SignedIn,
    Path(key): Path<String>,
) -> Result<Response, Fault> {
    set_enabled(&console, &person, (Kind::SystemUser, &key), false).await
}

/// Ends all tokens of a system user.
pub(super) async fn revoke(
    State(console): State<Console>,
    person: SignedIn,
    Path(key): Path<String>,
) -> Result<Response, Fault> {
    revoke_tokens(&console, &person, (Kind::SystemUser, &key)).await
}

async fn reach(console: &Console, organizations: &[OrgNumber]) -> Result<Section, Fault> {
    let mut rows = Vec::new();
    for (place, number) in organizations.iter().enumerate() {
        let name = if place < NAMED {
            Cell::text(rows::name(console, number).await?)
        } else {
            Cell::maybe(None)
        };
        rows.push(vec![Cell::organization(number), name]);
    }
    let columns = vec!["Number", "Name"];
    let empty = "It may act for nobody yet.";
    let table = Table::new("Organizations that it may act for", columns, rows, empty);
    Ok(Section::new("Organizations that it may act for", table))
}
