//! Records as rows of tables.

use std::collections::BTreeMap;

use web::Tone;

use super::Console;
use super::fault::Fault;
use super::table::{Cell, Table};
use crate::records::{AgreementRecord, AppRecord, Kind, OrgNumber, Record, SystemUserRecord};

/// What organizations are called, by their numbers.
pub(super) type Names = BTreeMap<String, String>;

/// Which columns a table leaves out, for what they say is said above it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Owners {
    /// Those of all organizations.
    Shown,
    /// Those of one.
    Known,
}

/// A table of records of one kind.
pub(super) fn table(
    kind: Kind,
    (records, names): (&[Record], &Names),
    owners: Owners,
    empty: &str,
) -> Table {
    let has_owner = owners == Owners::Shown && owner_column(kind).is_some();
    let mut columns = columns(kind);
    if let Some(name) = owner_column(kind).filter(|_| has_owner) {
        columns.insert(2, name);
    }
    let row = |record: &Record| {
        let mut cells = cells(record);
        if let Some(number) = owner(record).filter(|_| has_owner) {
            let name = names.get(&number.0).unwrap_or(&number.0);
            cells.insert(2, Cell::link(Kind::Organization, &number.0, name));
        }
        cells
    };
    let rows = records.iter().map(row).collect();
    Table::new(super::nouns::many(kind), columns, rows, empty)
}

/// The names of the organizations that own these records.
pub(super) async fn names(console: &Console, records: &[Record]) -> Result<Names, Fault> {
    let mut names = Names::new();
    for number in records.iter().filter_map(owner) {
        if !names.contains_key(&number.0) {
            let name = name(console, number).await?;
            names.insert(number.0.clone(), name);
        }
    }
    Ok(names)
}

/// What an organization is called.
pub(super) async fn name(console: &Console, number: &OrgNumber) -> Result<String, Fault> {
    let found = console
        .services
        .manage
        .find(Kind::Organization, &number.0)
        .await?;
    Ok(match found {
        Some(Record::Organization(record)) => record.name,
        _ => number.0.clone(),
    })
}

/// The organization as a fact: its name, and its number.
pub(super) async fn organization(console: &Console, number: &OrgNumber) -> Result<Cell, Fault> {
    let name = name(console, number).await?;
    let words = format!("{name} ({})", number.0);
    Ok(Cell::link(Kind::Organization, &number.0, &words))
}

fn columns(kind: Kind) -> Vec<&'static str> {
    match kind {
        Kind::Organization => vec!["Number", "Name"],
        Kind::AddressCard => vec!["Card", "Name", "Postal town", "Form"],
        Kind::Person => vec!["Person", "Name"],
        Kind::Offering => vec!["Offering", "Name", "Way", "Configurations"],
        Kind::Agreement => vec!["Agreement", "Category", "Status", "In force", "Offerings"],
        Kind::Account => vec!["Account", "Name on the invoice", "Status", "Type", "Payer"],
        Kind::Product => vec!["Product", "Name", "Agreement", "Offering", "Payer"],
        Kind::SystemUser => vec!["Name", "State", "Organizations"],
        Kind::App => vec!["Client id", "Name", "State", "API products", "System user"],
    }
}

const fn owner_column(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::AddressCard | Kind::Agreement | Kind::SystemUser | Kind::App => Some("Organization"),
        Kind::Account => Some("Owner"),
        Kind::Organization | Kind::Person | Kind::Offering | Kind::Product => None,
    }
}

fn owner(record: &Record) -> Option<&OrgNumber> {
    match record {
        Record::AddressCard(record) => Some(&record.organization_number),
        Record::Agreement(record) => Some(&record.owner_organization_number),
        Record::Account(record) => Some(&record.owner_organization_number),
        Record::SystemUser(record) => Some(&record.owner_organization_number),
        Record::App(record) => Some(&record.owner_organization_number),
        Record::Organization(_) | Record::Person(_) | Record::Offering(_) | Record::Product(_) => {
            None
        }
    }
}

fn cells(record: &Record) -> Vec<Cell> {
    let key = Cell::key(record.kind(), &record.key());
    match record {
        Record::Organization(record) => vec![key, Cell::text(&record.name)],
        Record::AddressCard(record) => {
            let place = record.address.postal_place.as_deref();
            let (name, format) = (Cell::text(&record.name), Cell::text(&record.format));
            vec![key, name, Cell::maybe(place), format]
        }
        Record::Person(record) => {
            let middle = record.middle_name.as_ref().map(|name| format!("{name} "));
            let middle = middle.unwrap_or_default();
            let name = format!("{} {middle}{}", record.first_name, record.last_name);
            vec![key, Cell::text(name)]
        }
        Record::Offering(record) => vec![
            key,
            Cell::text(&record.name),
            Cell::text(record.fulfillment.as_deref().unwrap_or("default")),
            Cell::number(record.configurations.len()),
        ],
        Record::Agreement(record) => {
            vec![
                key,
                Cell::text(&record.category),
                status(&record.status),
                Cell::text(in_force(record)),
                Cell::number(record.product_offer_ids.len()),
            ]
        }
        Record::Account(record) => vec![
            key,
            Cell::text(&record.account_reference1),
            status(&record.status),
            Cell::text(&record.account_type),
            payer(record),
        ],
        Record::Product(record) => vec![
            key,
            Cell::text(&record.name),
            Cell::id(Kind::Agreement, record.agreement_id),
            Cell::id(Kind::Offering, record.product_offer_id),
            Cell::maybe_id(Kind::Account, record.billing_account_id),
        ],
        Record::SystemUser(record) => user_cells(key, record),
        Record::App(record) => app_cells(record),
    }
}

fn in_force(record: &AgreementRecord) -> String {
    let from = &record.valid_from;
    match &record.valid_to {
        Some(to) => format!("{from} to {to}"),
        None => format!("from {from}"),
    }
}

fn user_cells(key: Cell, record: &SystemUserRecord) -> Vec<Cell> {
    let count = Cell::number(record.organizations.len());
    vec![key, Cell::enabled(record.enabled), count]
}

fn app_cells(record: &AppRecord) -> Vec<Cell> {
    let names = record.api_products.iter().map(|held| held.name.as_str());
    let names: Vec<_> = names.collect();
    let user = record.system_user.as_deref();
    vec![
        Cell::key(Kind::App, &record.client_id),
        Cell::text(&record.name),
        Cell::enabled(record.enabled),
        Cell::text(names.join(", ")),
        user.map_or_else(
            || Cell::maybe(None),
            |name| Cell::key(Kind::SystemUser, name),
        ),
    ]
}

/// Who pays an account.
pub(super) fn payer(record: &crate::records::AccountRecord) -> Cell {
    match (&record.payer_organization_number, record.payer_person_id) {
        (Some(number), _) => Cell::organization(number),
        (None, Some(id)) => {
            let key = id.0.to_string();
            Cell::link(Kind::Person, &key, &format!("person {key}"))
        }
        (None, None) => Cell::maybe(None),
    }
}

/// How an agreement or an account stands.
pub(super) fn status(word: &str) -> Cell {
    let tone = match word {
        "ACTIVE" | "OPEN" | "ORDERED" => Tone::Good,
        "PENDING" => Tone::Info,
        "PASSIVE" => Tone::Warning,
        _ => Tone::Plain,
    };
    Cell::badge(tone, word)
}
