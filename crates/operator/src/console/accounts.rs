//! Billing accounts: who owns and who pays them, and whether they are in use.

use axum::extract::{Path, State};
use axum::response::Response;
use domain::AccountStatus;
use serde::Deserialize;

use super::Console;
use super::address_cards::address;
use super::fault::{Fault, sentence};
use super::form::{done, find};
use super::input::{Form, Query};
use super::lists::{self, Wanted};
use super::nouns;
use super::record_page::{Button, RecordPage};
use super::rows;
use super::signed_in::SignedIn;
use super::table::Cell;
use crate::manage::{DryRun, ManageError};
use crate::records::{AccountRecord, Kind, Record};

/// What the buttons send.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Chosen {
    status: String,
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
    let action = format!("{}/status", nouns::address(Kind::Account, &key));
    let others = AccountStatus::ALL.map(AccountStatus::as_str).into_iter();
    let buttons = others
        .filter(|status| *status != account.status)
        .map(|status| {
            let words = match status {
                "OPEN" => "Open it",
                "PASSIVE" => "Make it passive",
                _ => "Cancel it",
            };
            Button::new(action.as_str(), words).sends("status", status)
        });
    Ok(RecordPage::new(&person, &record, facts)
        .buttons(&person, buttons.collect())
        .answer())
}

/// Changes whether an account is in use.
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
    match manage.put(&person.author(), &record, DryRun::No).await {
        Ok(outcome) => Ok(done(&console, &person, outcome)),
        Err(ManageError::Faults(faults)) => Err(Fault::conflict(sentence(&faults.join("; ")))),
        Err(error) => Err(error.into()),
    }
}

async fn payer(console: &Console, account: &AccountRecord) -> Result<Cell, Fault> {
    match &account.payer_organization_number {
        Some(number) => rows::organization(console, number).await,
        None => Ok(rows::payer(account)),
    }
}
