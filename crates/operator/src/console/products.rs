//! Products: what is ordered on agreements, as records and as customers see it.

use axum::extract::{Path, State};
use axum::response::Response;
use domain::{Configuration, Offering, Product};

use super::Console;
use super::fault::Fault;
use super::form::find;
use super::input::Query;
use super::lists::{self, Wanted};
use super::record_page::{RecordPage, Section};
use super::rows;
use super::signed_in::SignedIn;
use super::table::{Cell, Table};
use crate::records::{Kind, Record};

/// What is in front of a product that came along with another, for each step.
const STEP: &str = "↳ ";

/// The list.
pub(super) async fn list(
    State(console): State<Console>,
    person: SignedIn,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Fault> {
    lists::page(&console, person, Kind::Product, wanted).await
}

/// One product.
pub(super) async fn show(
    State(console): State<Console>,
    person: SignedIn,
    Path(key): Path<String>,
) -> Result<Response, Fault> {
    let record = find(&console, Kind::Product, &key).await?;
    let Record::Product(product) = &record else {
        return Err(Fault::NOT_FOUND);
    };
    let facts = vec![
        ("Name", Cell::text(&product.name)),
        ("Agreement", Cell::id(Kind::Agreement, product.agreement_id)),
        (
            "Offering",
            Cell::id(Kind::Offering, product.product_offer_id),
        ),
        (
            "Came along with",
            Cell::maybe_id(Kind::Product, product.parent_id),
        ),
        (
            "Payer",
            Cell::maybe_id(Kind::Account, product.billing_account_id),
        ),
        ("Ordered", Cell::maybe(product.created_at.as_deref())),
    ];
    let settings = product.configurations.iter();
    let settings = settings.map(|one| vec![Cell::key_number(one.id.0), Cell::text(&one.value)]);
    let columns = vec!["Configuration", "Value"];
    let table = Table::new(
        "Settings",
        columns,
        settings.collect(),
        "It has no settings.",
    );
    Ok(RecordPage::new(&person, &record, facts)
        .section(Section::new("Settings", table))
        .answer())
}

/// Products with those that came along, each below the one that it came with.
pub(super) fn ordered_table(products: &[Product]) -> Table {
    let mut rows = Vec::new();
    for product in products {
        add_rows(&mut rows, product, 0);
    }
    let columns = vec!["Product", "Name", "Status", "Offering", "Payer", "Settings"];
    Table::new(
        "Ordered products",
        columns,
        rows,
        "Nothing is ordered on it.",
    )
}

fn add_rows(rows: &mut Vec<Vec<Cell>>, product: &Product, depth: usize) {
    let key = product.id.to_string();
    let status = product.status.as_str();
    // An open order's product is no record yet.
    let id = match product.status {
        domain::ProductStatus::Ordered => Cell::key(Kind::Product, &key),
        domain::ProductStatus::Pending => Cell::text(&key),
    };
    let payer = product.billing_account.map(|id| id.to_string());
    let payer = payer.map_or_else(|| Cell::maybe(None), |id| Cell::key(Kind::Account, &id));
    let settings = product.configurations.iter();
    let settings = settings.map(|one| Cell::text(format!("{}: {}", one.name, one.value)));
    let offering = product.offering.to_string();
    rows.push(vec![
        id,
        Cell::text(format!("{}{}", STEP.repeat(depth), product.name)),
        rows::status(status),
        Cell::link(Kind::Offering, &offering, &product.offering_name),
        payer,
        Cell::Several(settings.collect()),
    ]);
    for sub in &product.sub_products {
        add_rows(rows, sub, depth + 1);
    }
}

/// Offerings with the rules of their configurations, one table each.
pub(super) fn available_table(offerings: &[Offering]) -> Table {
    let row = |offering: &Offering| {
        let rules = offering
            .configurations
            .iter()
            .map(|rule| Cell::text(words(rule)));
        vec![
            Cell::key(Kind::Offering, &offering.id.to_string()),
            Cell::text(&offering.name),
            Cell::Several(rules.collect()),
        ]
    };
    let rows = offerings.iter().map(row).collect();
    let columns = vec!["Offering", "Name", "Configurations"];
    Table::new(
        "Available offerings",
        columns,
        rows,
        "Nothing may be ordered on it.",
    )
}

/// A rule in one line.
fn words(rule: &Configuration) -> String {
    let mut words = format!("{} ({})", rule.name, rule.value_type.as_str());
    if rule.required {
        words.push_str(", required");
    }
    if let Some(value) = &rule.default_value {
        words = format!("{words}, else {value}");
    }
    words
}
