//! Offerings: the catalogue, with the rules of configurations.

use axum::extract::{Path, State};
use axum::response::Response;
use domain::{AgreementProducts, OfferingId, OrganizationNumber};

use super::Console;
use super::agreements::available_entry;
use super::fault::Fault;
use super::form::find;
use super::input::Query;
use super::lists::{self, Wanted};
use super::record_page::{RecordPage, Section};
use super::rows::{self, Owners};
use super::signed_in::SignedIn;
use super::table::{Cell, Table};
use crate::manage::Wish;
use crate::records::{Kind, Meant, OfferingRecord, Record, RuleRecord};

/// How many agreements the page shows of those that offer it.
const FEW: u16 = 10;

/// The list.
pub(super) async fn list(
    State(console): State<Console>,
    person: SignedIn,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Fault> {
    lists::page(&console, person, Kind::Offering, wanted).await
}

/// One offering.
pub(super) async fn show(
    State(console): State<Console>,
    person: SignedIn,
    Path(key): Path<String>,
) -> Result<Response, Fault> {
    let record = find(&console, Kind::Offering, &key).await?;
    let Record::Offering(offering) = &record else {
        return Err(Fault::NOT_FOUND);
    };
    let way = offering.fulfillment.as_deref();
    let facts = vec![
        ("Name", Cell::text(&offering.name)),
        ("Way", Cell::text(way.unwrap_or("the server's default"))),
    ];
    let preview = Section {
        heading: "What customers see".to_owned(),
        note: "Its entry in the list of what may be ordered on an agreement.".to_owned(),
        code: entry(&console, &record).map(|text| ("The entry as JSON".to_owned(), text)),
        tables: Vec::new(),
        links: Vec::new(),
    };
    Ok(RecordPage::new(&person, &record, facts)
        .section(rules(offering))
        .section(preview)
        .section(agreements(&console, offering).await?)
        .answer())
}

fn rules(offering: &OfferingRecord) -> Section {
    let columns = vec![
        "Configuration",
        "Name",
        "Type",
        "Required",
        "Else",
        "Allowed",
    ];
    let rows = offering.configurations.iter().map(rule).collect();
    let empty = "Its products have no configurations.";
    Section::new(
        "Configurations",
        Table::new("Configurations", columns, rows, empty),
    )
}

fn rule(rule: &RuleRecord) -> Vec<Cell> {
    let mut allowed: Vec<Cell> = rule.allowed_values.iter().map(Cell::text).collect();
    allowed.extend(
        rule.max_length
            .map(|most| Cell::text(format!("at most {most} characters"))),
    );
    allowed.extend(
        rule.pattern
            .as_ref()
            .map(|pattern| Cell::Code(pattern.clone())),
    );
    vec![
        Cell::key_number(rule.id.0),
        Cell::text(&rule.name),
        Cell::text(&rule.value_type),
        Cell::yes_or_no(rule.required),
        Cell::maybe(rule.default_value.as_deref()),
        Cell::Several(allowed),
    ]
}

/// What the record means, as a customer gets it.
fn entry(console: &Console, record: &Record) -> Option<String> {
    let Ok(Meant::Offering(offering)) = record.read() else {
        return None;
    };
    let nobodys = AgreementProducts {
        owner: OrganizationNumber::parse("000000000")?,
        ordered: Vec::new(),
        available: Vec::new(),
    };
    Some(available_entry(console, offering, nobodys))
}

async fn agreements(console: &Console, offering: &OfferingRecord) -> Result<Section, Fault> {
    let wish = Wish {
        most: FEW,
        ..Wish::of(Kind::Agreement)
    };
    let id = OfferingId::new(offering.id.0);
    let found = console
        .services
        .manage
        .list_offering_agreements(id, &wish)
        .await?;
    let names = rows::names(console, &found.records).await?;
    let parts = (found.records.as_slice(), &names);
    let table = rows::table(
        Kind::Agreement,
        parts,
        Owners::Shown,
        "No agreement offers it.",
    );
    let section = Section::new("Agreements that offer it", table);
    let wanted = Wanted {
        offering: offering.id.0.to_string(),
        ..Wanted::default()
    };
    Ok(match found.next {
        Some(_) => section.link(wanted.address(Kind::Agreement, ""), "Show all"),
        None => section,
    })
}
