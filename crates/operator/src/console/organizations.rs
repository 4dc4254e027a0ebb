//! Organizations, each with what belongs to it.

use axum::extract::{Path, State};
use axum::response::Response;
use domain::access::OperatorRole;

use super::Console;
use super::fault::Fault;
use super::form::find;
use super::input::Query;
use super::lists::{self, Wanted};
use super::nouns;
use super::record_page::{RecordPage, Section};
use super::rows::{self, Names, Owners};
use super::signed_in::SignedIn;
use super::table::Cell;
use crate::records::{Kind, Record};

/// What hangs on an organization, and which member of it names the organization.
const PARTS: [(Kind, &str); 5] = [
    (Kind::Agreement, "ownerOrganizationNumber"),
    (Kind::Account, "ownerOrganizationNumber"),
    (Kind::AddressCard, "organizationNumber"),
    (Kind::App, "ownerOrganizationNumber"),
    (Kind::SystemUser, "ownerOrganizationNumber"),
];

/// The list.
pub(super) async fn list(
    State(console): State<Console>,
    person: SignedIn,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Fault> {
    lists::page(&console, person, Kind::Organization, wanted).await
}

/// One organization.
pub(super) async fn show(
    State(console): State<Console>,
    person: SignedIn,
    Path(key): Path<String>,
) -> Result<Response, Fault> {
    let record = find(&console, Kind::Organization, &key).await?;
    let Record::Organization(organization) = &record else {
        return Err(Fault::NOT_FOUND);
    };
    let facts = vec![
        ("Number", Cell::text(&organization.org_number.0)),
        ("Name", Cell::text(&organization.name)),
    ];
    let mut page = RecordPage::new(&person, &record, facts)
        .title(&organization.name)
        .link(format!("/console/orders?organization={key}"), "Orders")
        .link(
            format!("/console/organizations/{key}/developers"),
            "Developers",
        );
    let may_add = person.may(OperatorRole::Administrator);
    let wanted = Wanted {
        organization: key.clone(),
        ..Wanted::default()
    };
    for (kind, member) in PARTS {
        let (records, is_cut) = lists::few(&console, kind, &wanted).await?;
        let parts = (records.as_slice(), &Names::new());
        let table = rows::table(kind, parts, Owners::Known, "There are none.");
        let mut section = Section::new(nouns::many(kind), table);
        if is_cut {
            section = section.link(wanted.address(kind, ""), "Show all");
        }
        if may_add {
            let address = nouns::edit_address("add", kind, None);
            let words = format!("Add {}", nouns::an(kind));
            section = section.link(format!("{address}?{member}={key}"), &words);
        }
        page = page.section(section);
    }
    Ok(page.answer())
}
