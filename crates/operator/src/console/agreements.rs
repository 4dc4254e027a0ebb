//! Agreements: their facts, what is ordered on them, and what their customers see of it.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::{AgreementId, AgreementProducts, Offering, Product};
use serde::Deserialize;
use serde_json::Value;
use web::{Page, Pager};

use super::Console;
use super::edit::pretty;
use super::fault::Fault;
use super::form::find;
use super::input::Query;
use super::lists::{self, Wanted};
use super::nouns;
use super::products::{available_table, ordered_table};
use super::record_page::{RecordPage, Section};
use super::rows::{self, Names, Owners};
use super::signed_in::SignedIn;
use super::table::{Cell, Table};
use crate::records::{AgreementRecord, Kind, Record, number};

/// How many products, with those that came along, a page has.
const PAGE_SIZE: usize = 50;
/// How many the agreement's own page has.
const FEW: usize = 10;

#[derive(Template)]
#[template(path = "console/customer.html")]
struct CustomerHtml {
    page: Page,
    back: String,
    address: String,
    ordered: Table,
    total: usize,
    pager: Pager,
    available: Table,
    offerings: usize,
    json: String,
}

/// Which part of the products.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Place {
    page: String,
}

/// The list.
pub(super) async fn list(
    State(console): State<Console>,
    person: SignedIn,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Fault> {
    lists::page(&console, person, Kind::Agreement, wanted).await
}

/// One agreement.
pub(super) async fn show(
    State(console): State<Console>,
    person: SignedIn,
    Path(key): Path<String>,
) -> Result<Response, Fault> {
    let record = find(&console, Kind::Agreement, &key).await?;
    let Record::Agreement(agreement) = &record else {
        return Err(Fault::NOT_FOUND);
    };
    let products = products(&console, &key).await?;
    let owner = &agreement.owner_organization_number;
    let facts = vec![
        ("Organization", rows::organization(&console, owner).await?),
        ("Category", Cell::text(&agreement.category)),
        ("Status", rows::status(&agreement.status)),
        ("First day in force", Cell::text(&agreement.valid_from)),
        (
            "Last day in force",
            Cell::maybe(agreement.valid_to.as_deref()),
        ),
    ];
    let orders = format!("/console/orders?organization={}&agreement={key}", owner.0);
    let customer = format!("{}/customer", nouns::address(Kind::Agreement, &key));
    Ok(RecordPage::new(&person, &record, facts)
        .link(customer.clone(), "What the customer sees")
        .link(orders, "Orders")
        .section(ordered(&products, customer))
        .section(offered(&console, agreement).await?)
        .answer())
}

/// What the customer is answered who asks for the agreement's products: as tables, and to the letter.
pub(super) async fn customer(
    State(console): State<Console>,
    mut person: SignedIn,
    Path(key): Path<String>,
    Query(place): Query<Place>,
) -> Result<Response, Fault> {
    let products = products(&console, &key).await?;
    let number: usize = match place.page.as_str() {
        "" => 0,
        text => {
            let parsed = text.parse().ok();
            parsed.ok_or_else(|| Fault::unreadable(format!("There is no page `{text}`.")))?
        }
    };
    let back = nouns::address(Kind::Agreement, &key);
    let (first, total) = (number.saturating_mul(PAGE_SIZE), products.ordered.len());
    let part: Vec<Product> = products
        .ordered
        .iter()
        .skip(first)
        .take(PAGE_SIZE)
        .cloned()
        .collect();
    let pager = Pager {
        first: (number > 0).then(|| format!("{back}/customer")),
        next: (first.saturating_add(PAGE_SIZE) < total)
            .then(|| format!("{back}/customer?page={}", number + 1)),
    };
    person.path.clone_from(&back);
    Ok(web::html(&CustomerHtml {
        page: person.page(format!("What the customer sees of agreement {key}")),
        address: format!("GET /corporate-agreements/v2/agreements/{key}/products"),
        back,
        ordered: ordered_table(&part),
        total,
        pager,
        available: available_table(&products.available),
        offerings: products.available.len(),
        json: answer(&console, products),
    }))
}

/// The entry of an offering in the list of what may be ordered, as customers get it.
pub(super) fn available_entry(
    console: &Console,
    of: Offering,
    products: AgreementProducts,
) -> String {
    let products = AgreementProducts {
        ordered: Vec::new(),
        available: vec![of],
        ..products
    };
    let text = (console.services.customers_answer)(products);
    let value: Value = serde_json::from_str(&text).unwrap_or_default();
    let body = value.get(0).unwrap_or(&value);
    pretty(&body["available"][0])
}

/// The very answer, with line breaks.
fn answer(console: &Console, products: AgreementProducts) -> String {
    let text = (console.services.customers_answer)(products);
    let value: Value = serde_json::from_str(&text).unwrap_or_default();
    pretty(&value)
}

async fn products(console: &Console, key: &str) -> Result<AgreementProducts, Fault> {
    let id = number(key).map(AgreementId::new).ok_or(Fault::NOT_FOUND)?;
    let found = console
        .services
        .selfservice
        .find_any_agreement_products(id)
        .await?;
    found.ok_or(Fault::NOT_FOUND)
}

fn ordered(products: &AgreementProducts, all: String) -> Section {
    let few = &products.ordered[..products.ordered.len().min(FEW)];
    let section = Section::new("Ordered products", ordered_table(few));
    if few.len() == products.ordered.len() {
        return section;
    }
    let note = format!("The first {FEW} of {}.", products.ordered.len());
    section.note(note).link(all, "Show all")
}

async fn offered(console: &Console, agreement: &AgreementRecord) -> Result<Section, Fault> {
    let wanted = Wanted {
        agreement: agreement.id.0.to_string(),
        ..Wanted::default()
    };
    let (records, is_cut) = lists::few(console, Kind::Offering, &wanted).await?;
    let parts = (records.as_slice(), &Names::new());
    let table = rows::table(
        Kind::Offering,
        parts,
        Owners::Known,
        "Nothing may be ordered on it.",
    );
    let section = Section::new("Offerings that may be ordered", table);
    Ok(if is_cut {
        section.link(wanted.address(Kind::Offering, ""), "Show all")
    } else {
        section
    })
}
