//! Lists of records: searched, narrowed to an organization or an agreement, and page by page in the
//! order of their keys.

use askama::Template;
use axum::response::Response;
use domain::access::OperatorRole;
use domain::{AgreementId, OfferingId, OrganizationNumber};
use serde::Deserialize;
use web::{Field, Page, Pager};

use super::Console;
use super::fault::Fault;
use super::nouns;
use super::rows::{self, Owners};
use super::signed_in::SignedIn;
use super::table::Table;
use crate::manage::{ManageError, Wish};
use crate::records::{Kind, Record, number};

/// How many records a page of a list has.
const PAGE_SIZE: u16 = 50;
/// How many the page of another record shows of them.
const FEW: u16 = 10;
/// No name is longer.
const LONGEST_SEARCH: usize = 255;

#[derive(Template)]
#[template(path = "console/records.html")]
struct Html {
    page: Page,
    action: String,
    wanted: Wanted,
    search_label: &'static str,
    by_organization: bool,
    narrowed: Vec<&'static str>,
    table: Table,
    pager: Pager,
    add: Option<(String, String)>,
}

/// What the list is narrowed to, as the address says it; an empty text narrows nothing.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    pub(super) search: String,
    pub(super) organization: String,
    pub(super) agreement: String,
    pub(super) offering: String,
    pub(super) after: String,
}

/// The page of a list.
pub(super) async fn page(
    console: &Console,
    person: SignedIn,
    kind: Kind,
    wanted: Wanted,
) -> Result<Response, Fault> {
    let wish = wanted.wish(kind)?;
    let manage = &console.services.manage;
    let found = match narrowing(&wanted.offering, "offering", number)? {
        Some(id) => {
            manage
                .list_offering_agreements(OfferingId::new(id), &wish)
                .await
        }
        None => manage.list(&wish).await,
    };
    let found = found.map_err(told)?;
    let names = rows::names(console, &found.records).await?;
    let empty = if wanted.is_everything() {
        nothing_yet(kind)
    } else {
        "None is like this."
    };
    let table = rows::table(kind, (&found.records, &names), Owners::Shown, empty);
    let pager = Pager {
        first: wish.after.is_some().then(|| wanted.address(kind, "")),
        next: found.next.map(|after| wanted.address(kind, &after)),
    };
    let may_add = kind != Kind::Product && person.may(OperatorRole::Administrator);
    let add = may_add.then(|| {
        let address = nouns::edit_address("add", kind, None);
        (address, format!("Add {}", nouns::an(kind)))
    });
    Ok(web::html(&Html {
        page: person.page(nouns::many(kind)),
        action: nouns::list_address(kind),
        search_label: search_label(kind),
        by_organization: takes_organization(kind),
        narrowed: wanted.narrowed(),
        wanted,
        table,
        pager,
        add,
    }))
}

/// The first records of a kind that belong to something, and whether there are more.
pub(super) async fn few(
    console: &Console,
    kind: Kind,
    wanted: &Wanted,
) -> Result<(Vec<Record>, bool), Fault> {
    let mut wish = wanted.wish(kind)?;
    wish.most = FEW;
    let found = console.services.manage.list(&wish).await.map_err(told)?;
    Ok((found.records, found.next.is_some()))
}

fn told(error: ManageError) -> Fault {
    match error {
        ManageError::Faults(faults) => {
            Fault::unreadable(super::fault::sentence(&faults.join("; ")))
        }
        error => error.into(),
    }
}

/// What a list would have, and where it comes from.
const fn nothing_yet(kind: Kind) -> &'static str {
    match kind {
        Kind::Organization => {
            "There is no customer yet. Add an organization here, or bring many by `avtale import`."
        }
        Kind::AddressCard => {
            "No organization has an invoice address yet. Add address cards on an organization's page."
        }
        Kind::Person => "Nobody pays a billing account as a person yet. Add a person here.",
        Kind::Offering => {
            "Nothing can be ordered yet. Add an offering here, or bring many by `avtale import`."
        }
        Kind::Agreement => {
            "No organization has an agreement yet. Add one here, or on an organization's page."
        }
        Kind::Account => {
            "There is no billing account yet. Customers open them by the API; you add them here."
        }
        Kind::Product => {
            "Nothing is in place on an agreement yet. Products come from orders, or by `avtale import`."
        }
        Kind::SystemUser => {
            "No app has a system user to act for yet. Add one here, or let customers make their own \
             in the portal."
        }
        Kind::App => {
            "No customer has an app yet. Add one here, or let customers make their own in the portal."
        }
    }
}

const fn takes_organization(kind: Kind) -> bool {
    !matches!(kind, Kind::Organization | Kind::Person | Kind::Offering)
}

const fn search_label(kind: Kind) -> &'static str {
    match kind {
        Kind::Agreement => "Number or part of the category",
        Kind::SystemUser => "Part of the name",
        Kind::App => "Part of the name or client id",
        _ => "Number or part of the name",
    }
}

impl Wanted {
    fn wish(&self, kind: Kind) -> Result<Wish, Fault> {
        let mut wish = Wish::of(kind);
        let text = |text: &str| {
            let fits = text.chars().count() <= LONGEST_SEARCH && !text.contains('\0');
            fits.then(|| text.to_owned())
        };
        wish.search = narrowing(&self.search, "name", text)?;
        let number_of = OrganizationNumber::parse;
        wish.organization = narrowing(&self.organization, "organization", number_of)?;
        wish.agreement = narrowing(&self.agreement, "agreement", AgreementId::parse)?;
        wish.after = narrowing(&self.after, "place in the list", text)?;
        wish.most = PAGE_SIZE;
        Ok(wish)
    }

    fn is_everything(&self) -> bool {
        let texts = [
            &self.search,
            &self.organization,
            &self.agreement,
            &self.offering,
        ];
        texts.iter().all(|text| text.trim().is_empty())
    }

    /// What narrows it and has no field.
    fn narrowed(&self) -> Vec<&'static str> {
        let filters = [(&self.agreement, "agreement"), (&self.offering, "offering")];
        let given = filters.into_iter().filter(|(text, _)| !text.is_empty());
        given.map(|(_, name)| name).collect()
    }

    fn value(&self, name: &str) -> &str {
        match name {
            "agreement" => &self.agreement,
            _ => &self.offering,
        }
    }

    /// The address of the list from a record on.
    pub(super) fn address(&self, kind: Kind, after: &str) -> String {
        let pairs = [
            ("search", self.search.as_str()),
            ("organization", &self.organization),
            ("agreement", &self.agreement),
            ("offering", &self.offering),
            ("after", after),
        ];
        let given: Vec<_> = pairs
            .into_iter()
            .filter(|(_, text)| !text.is_empty())
            .collect();
        // Pairs of texts have no way to fail.
        let query = serde_urlencoded::to_string(given).unwrap_or_default();
        let address = nouns::list_address(kind);
        if query.is_empty() {
            return address;
        }
        format!("{address}?{query}")
    }
}

/// What narrows a list; none when nothing is typed.
fn narrowing<T>(
    text: &str,
    what: &str,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Result<Option<T>, Fault> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let parsed = parse(text).map(Some);
    parsed.ok_or_else(|| Fault::unreadable(format!("There is no {what} `{text}`.")))
}
