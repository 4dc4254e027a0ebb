//! Billing accounts: who owns and who pays them, and whether they are in use.

use axum::extract::{Path, State};
use axum::response::Response;
use domain::AccountStatus;
use http::Uri;
use selfservice::Seen;
use serde::Deserialize;

use super::Console;
use super::address_cards::address;
use super::apps::asked;
use super::confirm::{Confirm, SEEN};
use super::fault::Fault;
use super::form::{done, find};
use super::input::{Form, Query};
use super::lists::{self, Wanted};
use super::nouns;
use super::record_page::{Button, RecordPage};
use super::rows;
use super::signed_in::SignedIn;
use super::table::Cell;
use crate::manage::{DryRun, Expected, tag};
use crate::records::{AccountRecord, Kind, Record};

/// What the buttons send.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Chosen {
    status: String,
    seen: String,
}

/// The list.
pub(super) async fn list(
    State(console): State<Console>,
    person: SignedIn,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Fault> {
    lists::page(&console, person, Kind::Account, wanted).await
}

/// One account.
pub(super) async fn show(
    State(console): State<Console>,
    person: SignedIn,
    Path(key): Path<String>,
) -> Result<Response, Fault> {
    let record = find(&console, Kind::Account, &key).await?;
    let Record::Account(account) = &record else {
        return Err(Fault::NOT_FOUND);
    };
    let owner = rows::organization(&console, &account.owner_organization_number).await?;
    let reference = |text: &Option<String>| Cell::maybe(text.as_deref());
    let facts = vec![
        ("Status", rows::status(&account.status)),
        ("Owner", owner),
        ("Payer", payer(&console, account).await?),
        (
            "Name on the invoice",
            Cell::text(&account.account_reference1),
        ),
        ("Second reference", reference(&account.account_reference2)),
        ("Third reference", reference(&account.account_reference3)),
        ("Type", Cell::text(&account.account_type)),
        ("Address", address(&account.address)),
        ("Form of the invoice", Cell::text(&account.format)),
        ("Opened", reference(&account.opened_at)),
    ];
    Ok(RecordPage::new(&person, &record, facts)
        .buttons(&person, buttons(&record, &account.status))
        .answer())
}

/// Asks before an account is cancelled.
pub(super) async fn ask(
    State(console): State<Console>,
    person: SignedIn,
    Path(key): Path<String>,
    uri: Uri,
) -> Result<Response, Fault> {
    let record = find(&console, Kind::Account, &key).await?;
    let Record::Account(account) = &record else {
        return Err(Fault::NOT_FOUND);
    };
    let button = asked(buttons(&record, &account.status), &uri)?;
    let owner = rows::organization(&console, &account.owner_organization_number).await?;
    let about = nouns::title(Kind::Account, &key);
    let back = nouns::address(Kind::Account, &key);
    Ok(Confirm::new(&person, (&about, back), button)
        .fact("Status", rows::status(&account.status))
        .fact("Owner", owner)
        .fact(
            "Name on the invoice",
            Cell::text(&account.account_reference1),
        )
        .once(&tag(&record))
        .answer())
}

/// Changes whether an account is in use, if it is the one that was seen.
pub(super) async fn set_status(
    State(console): State<Console>,
    person: SignedIn,
    Path(key): Path<String>,
    Form(chosen): Form<Chosen>,
) -> Result<Response, Fault> {
    let mut record = find(&console, Kind::Account, &key).await?;
    if let Record::Account(account) = &mut record {
        account.status = chosen.status;
    }
    let manage = &console.services.manage;
    let expected = Expected::Record(vec![Seen::sent(&chosen.seen)]);
    let how = (DryRun::No, &expected);
    let outcome = manage.put(&person.author(), &record, how).await?;
    Ok(done(&console, &person, outcome))
}

/// Those that give it another status.
fn buttons(record: &Record, status: &str) -> Vec<Button> {
    let action = format!("{}/status", nouns::address(Kind::Account, &record.key()));
    let others = AccountStatus::ALL.map(AccountStatus::as_str).into_iter();
    let others = others.filter(|other| *other != status);
    let button = |other: &str| {
        let words = match other {
            "OPEN" => "Open it",
            "PASSIVE" => "Make it passive",
            _ => "Cancel it",
        };
        let button = Button::new(action.as_str(), words).sends("status", other);
        match other {
            "CANCELLED" => button.warning(
                "From now on no order can name the account, and its owner sees it as cancelled. What \
                 it pays for already stays as it is. It can be opened again.",
            ),
            _ => button.sends(SEEN, tag(record).as_str()),
        }
    };
    others.map(button).collect()
}

async fn payer(console: &Console, account: &AccountRecord) -> Result<Cell, Fault> {
    match &account.payer_organization_number {
        Some(number) => rows::organization(console, number).await,
        None => Ok(rows::payer(account)),
    }
}
