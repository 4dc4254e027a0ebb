//! Forms for the frequent kinds: a record as fields, and fields as a record. What a form can't hold
//! is changed as JSON, which `edit.rs` does for every kind.

mod access;
mod account;
mod agreement;
mod offering;
mod parties;

use domain::access::GrantType;

use super::typed::{Faults, Sheet, Typed};
use crate::records::{Kind, Record};

/// What a form is made for.
#[derive(Debug, Clone, Default)]
pub(super) struct Shape {
    /// Whether the record is to be added; what stays as it is has fields then.
    pub(super) is_new: bool,
    /// How many empty rows lists have at their ends.
    pub(super) blank_rows: usize,
    /// The API products that an app may have.
    pub(super) api_products: Vec<String>,
}

/// Whether there is a form for records of this kind.
pub(super) const fn has_form(kind: Kind) -> bool {
    !matches!(kind, Kind::Product)
}

/// The members that stay once the record is there.
pub(super) const fn fixed(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Organization => &["orgNumber"],
        Kind::AddressCard => &["id", "organizationNumber"],
        Kind::Person | Kind::Offering | Kind::Agreement | Kind::Product => &["id"],
        Kind::Account => &["id", "ownerOrganizationNumber", "type", "openedAt"],
        Kind::SystemUser => &["name", "ownerOrganizationNumber"],
        Kind::App => &["clientId", "ownerOrganizationNumber"],
    }
}

/// The lists whose members have rows of fields.
pub(super) const fn lists(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Offering => &[offering::RULES],
        _ => &[],
    }
}

/// A record as its form holds it.
pub(super) fn typed(record: &Record) -> Typed {
    match record {
        Record::Organization(record) => parties::typed_organization(record),
        Record::AddressCard(record) => parties::typed_card(record),
        Record::Person(record) => parties::typed_person(record),
        Record::Offering(record) => offering::typed(record),
        Record::Agreement(record) => agreement::typed(record),
        Record::Account(record) => account::typed(record),
        Record::Product(_) => Typed::default(),
        Record::SystemUser(record) => access::typed_user(record),
        Record::App(record) => access::typed_app(record),
    }
}

/// The record that was typed; none when something can't be read, which the faults say.
pub(super) fn read(kind: Kind, typed: &Typed, faults: &mut Faults) -> Option<Record> {
    let record = match kind {
        Kind::Organization => Some(Record::Organization(parties::organization(typed, faults))),
        Kind::AddressCard => parties::card(typed, faults).map(Record::AddressCard),
        Kind::Person => parties::person(typed, faults).map(Record::Person),
        Kind::Offering => offering::read(typed, faults).map(Record::Offering),
        Kind::Agreement => agreement::read(typed, faults).map(Record::Agreement),
        Kind::Account => account::read(typed, faults).map(Record::Account),
        Kind::Product => None,
        Kind::SystemUser => Some(Record::SystemUser(access::user(typed, faults))),
        Kind::App => access::app(typed, faults).map(Record::App),
    };
    record.filter(|_| faults.0.is_empty())
}

/// The fields of a form.
pub(super) fn fields(kind: Kind, sheet: &mut Sheet<'_>, shape: &Shape) {
    match kind {
        Kind::Organization => parties::organization_fields(sheet, shape),
        Kind::AddressCard => parties::card_fields(sheet, shape),
        Kind::Person => parties::person_fields(sheet, shape),
        Kind::Offering => offering::fields(sheet, shape),
        Kind::Agreement => agreement::fields(sheet, shape),
        Kind::Account => account::fields(sheet, shape),
        Kind::Product => {}
        Kind::SystemUser => access::user_fields(sheet, shape),
        Kind::App => access::app_fields(sheet, shape),
    }
}

/// Whether the form can hold all that the record has.
pub(super) fn holds(record: &Record) -> bool {
    let mut record = record.clone();
    if let Record::App(app) = &mut record {
        // Their order means nothing, and ticks have one of their own.
        let place = |grant: &String| {
            let mut all = GrantType::ALL.into_iter();
            all.position(|other| other.as_str() == grant)
        };
        app.grants.sort_by_key(place);
    }
    let mut faults = Faults::default();
    read(record.kind(), &typed(&record), &mut faults).as_ref() == Some(&record)
}
