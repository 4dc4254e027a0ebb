//! Client apps: what they may call and how much of it is used, their secrets, and their end.

use axum::extract::{Path, State};
use axum::response::Response;
use domain::OrganizationNumber;
use domain::access::ClientId;
use gateway::{AppLimits, QuotaUse};
use http::Uri;
use http::uri::PathAndQuery;
use selfservice::Seen;
use serde::Deserialize;
use storage::LoggedCall;
use web::{Moment, Notice, see_other};

use super::Console;
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
use crate::records::{AppRecord, Kind, OrgNumber, Record};

/// What the buttons send.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Rotation {
    end_old: String,
    seen: String,
}

/// The list.
pub(super) async fn list(
    State(console): State<Console>,
    person: SignedIn,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Fault> {
    lists::page(&console, person, Kind::App, wanted).await
}

/// One app.
pub(super) async fn show(
    State(console): State<Console>,
    person: SignedIn,
    Path(key): Path<String>,
) -> Result<Response, Fault> {
    let record = find(&console, Kind::App, &key).await?;
    let Record::App(app) = &record else {
        return Err(Fault::NOT_FOUND);
    };
    let limits = console
        .services
        .gateway
        .limits_of(&ClientId::new(&key))
        .await?;
    let owner = rows::organization(&console, &app.owner_organization_number).await?;
    Ok(RecordPage::new(&person, &record, facts(app, owner))
        .title(&app.name)
        .buttons(&person, buttons(app))
        .section(limits_section(limits.as_ref()))
        .answer())
}

/// Asks before one of the buttons is pressed.
pub(super) async fn ask(
    State(console): State<Console>,
    person: SignedIn,
    Path(key): Path<String>,
    uri: Uri,
) -> Result<Response, Fault> {
    let record = find(&console, Kind::App, &key).await?;
    let Record::App(app) = &record else {
        return Err(Fault::NOT_FOUND);
    };
    let button = asked(buttons(app), &uri)?;
    let owner = number(&app.owner_organization_number)?;
    let selfservice = &console.services.selfservice;
    let id = ClientId::new(&key);
    let last = selfservice.last_call_of_app(&owner, &id).await?;
    let owner = rows::organization(&console, &app.owner_organization_number).await?;
    let back = nouns::address(Kind::App, &key);
    let seen = console.services.manage.seen_of_secret((Kind::App, &key));
    Ok(Confirm::new(&person, (&app.name, back), button)
        .fact("Client id", Cell::Code(key.clone()))
        .fact("Organization", owner)
        .fact("Last call", last_call(last))
        .once(&seen.await?)
        .answer())
}

/// The button that an address asks about.
pub(super) fn asked(buttons: Vec<Button>, uri: &Uri) -> Result<Button, Fault> {
    let address = uri.path_and_query().map(PathAndQuery::as_str);
    let mut buttons = buttons.into_iter();
    let found = buttons
        .find(|button| !button.warning.is_empty() && Some(button.asks_at().as_str()) == address);
    found.ok_or(Fault::NOT_FOUND)
}

/// The number of the organization that a record is of.
pub(super) fn number(number: &OrgNumber) -> Result<OrganizationNumber, Fault> {
    OrganizationNumber::parse(&number.0).ok_or(Fault::INTERNAL)
}

/// When somebody was last seen who would notice.
pub(super) fn last_call(call: Option<LoggedCall>) -> Cell {
    match call {
        Some(call) => Cell::Moment(Moment::at(call.at)),
        None => Cell::text("none is known"),
    }
}

/// Gives an app another secret, which is told in the answer to this alone.
pub(super) async fn rotate(
    State(console): State<Console>,
    person: SignedIn,
    Path(key): Path<String>,
    Form(rotation): Form<Rotation>,
) -> Result<Response, Fault> {
    let end_old = rotation.end_old == "true";
    let seen = Expected::Secret(Seen::sent(&rotation.seen));
    let manage = &console.services.manage;
    let new = manage
        .rotate_secret(&person.author(), &key, end_old, &seen)
        .await?;
    let done = match new.older_secrets {
        0 => format!("The app has another secret; {}.", ended(new.ended_tokens)),
        _ => "The app has another secret. The one before works beside it until the next time."
            .to_owned(),
    };
    Ok(secret::page(&person, (Kind::App, &key), &done, &new.secret))
}

/// Lets an app call again.
pub(super) async fn enable(
    State(console): State<Console>,
    person: SignedIn,
    Path(key): Path<String>,
) -> Result<Response, Fault> {
    set_enabled(&console, &person, (Kind::App, &key), true).await
}

/// Lets an app call no more.
pub(super) async fn disable(
    State(console): State<Console>,
    person: SignedIn,
    Path(key): Path<String>,
) -> Result<Response, Fault> {
    set_enabled(&console, &person, (Kind::App, &key), false).await
}

/// Ends all tokens of an app.
pub(super) async fn revoke(
    State(console): State<Console>,
    person: SignedIn,
    Path(key): Path<String>,
) -> Result<Response, Fault> {
    revoke_tokens(&console, &person, (Kind::App, &key)).await
}

/// Of an app or of a system user.
pub(super) async fn set_enabled(
    console: &Console,
    person: &SignedIn,
    (kind, key): (Kind, &str),
    enabled: bool,
) -> Result<Response, Fault> {
    let manage = &console.services.manage;
    manage
        .set_enabled(&person.author(), (kind, key), enabled, &Expected::Anything)
        .await?;
    let title = nouns::title(kind, key);
    let notice = Notice::done(if enabled {
        format!("{title} is enabled.")
    } else {
        format!("{title} is disabled, and all its tokens have ended.")
    });
    let address = nouns::address(kind, key);
    Ok(see_other(
        &address,
        Some((&console.cookies.notice, &notice)),
    ))
}

/// Of an app or of a system user.
pub(super) async fn revoke_tokens(
    console: &Console,
    person: &SignedIn,
    (kind, key): (Kind, &str),
) -> Result<Response, Fault> {
    let manage = &console.services.manage;
    let (by, anything) = (person.author(), Expected::Anything);
    let count = manage.revoke_tokens(&by, (kind, key), &anything).await?;
    let notice = Notice::done(super::fault::sentence(&ended(count)));
    let address = nouns::address(kind, key);
    Ok(see_other(
        &address,
        Some((&console.cookies.notice, &notice)),
    ))
}

/// The button that turns it on or off, and the one that ends its tokens.
pub(super) fn access_buttons((kind, key): (Kind, &str), enabled: bool) -> Vec<Button> {
    let address = nouns::address(kind, key);
    let revoke = Button::new(format!("{address}/revoke-tokens"), "End all tokens")
        .warning("Whoever has a token of it has to get another one; nothing else changes.");
    let switch = if enabled {
        Button::new(format!("{address}/disable"), "Disable").warning(
            "From now on it is refused, and all its tokens end. Enabling it again brings none of \
                 them back.",
        )
    } else {
        Button::new(format!("{address}/enable"), "Enable")
    };
    vec![revoke, switch]
}

pub(super) fn ended(tokens: u64) -> String {
    match tokens {
        0 => "no token was in use".to_owned(),
        1 => "1 token has ended".to_owned(),
        more => format!("{more} tokens have ended"),
    }
}

fn facts(app: &AppRecord, owner: Cell) -> Vec<(&'static str, Cell)> {
    let networks = app
        .basic_networks
        .iter()
        .map(|network| Cell::Code(network.clone()));
    let networks: Vec<_> = networks.collect();
    let user = app.system_user.as_deref();
    let user = user.map_or_else(
        || Cell::maybe(None),
        |name| Cell::key(Kind::SystemUser, name),
    );
    vec![
        ("State", Cell::enabled(app.enabled)),
        ("Client id", Cell::Code(app.client_id.clone())),
        ("Organization", owner),
        (
            "How it gets tokens",
            Cell::maybe(Some(&app.grants.join(", "))),
        ),
        ("System user of its own", user),
        (
            "Networks without tokens",
            if networks.is_empty() {
                Cell::maybe(None)
            } else {
                Cell::Several(networks)
            },
        ),
        ("May ask about tokens", Cell::yes_or_no(app.may_introspect)),
        (
            "Gets expires_in as text",
            Cell::yes_or_no(app.expires_in_as_string),
        ),
    ]
}

fn buttons(app: &AppRecord) -> Vec<Button> {
    let key = (Kind::App, app.client_id.as_str());
    let rotate = format!("{}/rotate-secret", nouns::address(key.0, key.1));
    let mut buttons = vec![
        Button::new(rotate.as_str(), "Make another secret").warning(
            "The secret before works beside the new one until the next time; one that is older still \
             ends now. Tokens stay. The new secret is shown once, in the answer to this.",
        ),
        Button::new(rotate, "Make another secret and end the old one")
            .sends("end_old", "true")
            .warning(
                "All older secrets and all tokens of the app end at once: it calls nothing until it has \
                 the new secret, which is shown once, in the answer to this.",
            ),
    ];
    buttons.extend(access_buttons(key, app.enabled));
    buttons
}

fn limits_section(limits: Option<&AppLimits>) -> Section {
    let columns = vec!["API product", "Quota", "Used", "Left", "Resets"];
    let products = limits.into_iter().flat_map(|limits| &limits.products);
    let row = |(name, quota): &(String, Option<QuotaUse>)| {
        let mut cells = vec![Cell::text(name)];
        if let Some(quota) = quota {
            let (most, period) = (quota.quota.calls, quota.quota.period.as_str());
            cells.push(Cell::text(format!("{} a {period}", web::grouped(most))));
            cells.extend([quota.used, quota.remaining].map(Cell::number));
            cells.push(Cell::Moment(Moment::at(quota.ends_at)));
        } else {
            let none = || Cell::Number("-".to_owned());
            cells.extend([Cell::text("not limited"), none(), none(), Cell::maybe(None)]);
        }
        cells
    };
    let rows = products.map(row).collect();
    let table = Table::new("API products", columns, rows, "It may call nothing yet.");
    Section::new("API products", table).note(limits.map(pace).unwrap_or_default())
}

fn pace(limits: &AppLimits) -> String {
    let pace = limits.pace;
    let paced = format!(
        "{} calls a second, evenly spread, and {} at once after a pause.",
        web::grouped(pace.calls_per_second),
        web::grouped(pace.burst)
    );
    if limits.limited {
        paced
    } else {
        format!("{paced} This server limits nobody.")
    }
}
