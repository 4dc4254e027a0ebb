//! System users: what they may act for, their passwords, and their end.

use axum::extract::{Path, State};
use axum::response::Response;
use domain::access::SystemUserName;
use http::Uri;
use selfservice::Seen;
use serde::Deserialize;

use super::Console;
use super::apps::{access_buttons, asked, ended, last_call, number, revoke_tokens, set_enabled};
use super::confirm::Confirm;
use super::fault::Fault;
use super::form::find;
use super::input::{Form, Query};
use super::lists::{self, Wanted};
use super::nouns;
use super::record_page::{Button, RecordPage, Section};
use super::rows;
use super::secret;
use super::signed_in::SignedIn;
use super::table::{Cell, Table};
use crate::manage::Expected;
use crate::records::{Kind, OrgNumber, Record, SystemUserRecord};

/// How many organizations' names are looked up; of the others the numbers do.
const NAMED: usize = 100;

/// What the form for another password sends.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Rotation {
    seen: String,
}

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
    Ok(RecordPage::new(&person, &record, facts)
        .buttons(&person, buttons(user))
        .section(reach(&console, &user.organizations).await?)
        .answer())
}

/// Asks before one of the buttons is pressed.
pub(super) async fn ask(
    State(console): State<Console>,
    person: SignedIn,
    Path(key): Path<String>,
    uri: Uri,
) -> Result<Response, Fault> {
    let record = find(&console, Kind::SystemUser, &key).await?;
    let Record::SystemUser(user) = &record else {
        return Err(Fault::NOT_FOUND);
    };
    let button = asked(buttons(user), &uri)?;
    let owner = number(&user.owner_organization_number)?;
    let selfservice = &console.services.selfservice;
    let name = SystemUserName::new(&key);
    let last = selfservice.last_call_of_system_user(&owner, &name).await?;
    let owner = rows::organization(&console, &user.owner_organization_number).await?;
    let back = nouns::address(Kind::SystemUser, &key);
    let manage = &console.services.manage;
    let seen = manage.seen_of_secret((Kind::SystemUser, &key)).await?;
    Ok(Confirm::new(&person, (&key, back), button)
        .fact("Organization", owner)
        .fact("Last call", last_call(last))
        .once(&seen)
        .answer())
}

/// Gives a system user another password, which is told in the answer to this alone.
pub(super) async fn rotate(
    State(console): State<Console>,
    person: SignedIn,
    Path(key): Path<String>,
    Form(rotation): Form<Rotation>,
) -> Result<Response, Fault> {
    let seen = Expected::Secret(Seen::sent(&rotation.seen));
    let manage = &console.services.manage;
    let new = manage
        .rotate_password(&person.author(), &key, &seen)
        .await?;
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

fn buttons(user: &SystemUserRecord) -> Vec<Button> {
    let key = (Kind::SystemUser, user.name.as_str());
    let rotate = format!("{}/rotate-password", nouns::address(key.0, key.1));
    let mut buttons = vec![Button::new(rotate, "Make another password").warning(
        "The password before and all tokens of the user end at once: the apps that log in with it call \
         nothing until they have the new one, which is shown once, in the answer to this.",
    )];
    buttons.extend(access_buttons(key, user.enabled));
    buttons
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
