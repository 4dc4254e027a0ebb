//! Stored invoice addresses of organizations.

use axum::extract::{Path, State};
use axum::response::Response;

use super::Console;
use super::fault::Fault;
use super::form::find;
use super::input::Query;
use super::lists::{self, Wanted};
use super::record_page::RecordPage;
use super::rows;
use super::signed_in::SignedIn;
use super::table::Cell;
use crate::records::{AddressRecord, Kind, Record};

/// The list.
pub(super) async fn list(
    State(console): State<Console>,
    person: SignedIn,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Fault> {
    lists::page(&console, person, Kind::AddressCard, wanted).await
}

/// One card.
pub(super) async fn show(
    State(console): State<Console>,
    person: SignedIn,
    Path(key): Path<String>,
) -> Result<Response, Fault> {
    let record = find(&console, Kind::AddressCard, &key).await?;
    let Record::AddressCard(card) = &record else {
        return Err(Fault::NOT_FOUND);
    };
    let organization = rows::organization(&console, &card.organization_number).await?;
    let facts = vec![
        ("Organization", organization),
        ("Name", Cell::text(&card.name)),
        ("Address", address(&card.address)),
        ("Form of the invoice", Cell::text(&card.format)),
    ];
    Ok(RecordPage::new(&person, &record, facts).answer())
}

/// An address, as it stands on a letter.
pub(super) fn address(address: &AddressRecord) -> Cell {
    let line = |parts: [&Option<String>; 3]| {
        let parts: Vec<&str> = parts
            .into_iter()
            .filter_map(|part| part.as_deref())
            .collect();
        parts.join(" ")
    };
    let lines = [
        line([
            &address.street_name,
            &address.street_address,
            &address.entrance_code,
        ]),
        line([&address.postal_code, &address.postal_place, &None]),
    ];
    let lines: Vec<_> = lines.into_iter().filter(|line| !line.is_empty()).collect();
    if lines.is_empty() {
        return Cell::maybe(None);
    }
    Cell::Several(lines.into_iter().map(Cell::Text).collect())
}
