//! Organizations, address cards and persons.

use web::Field;

use super::Shape;
use crate::console::typed::{Faults, Sheet, Typed};
use crate::records::{AddressCardRecord, AddressRecord, OrganizationRecord, PersonRecord};

/// The parts of an address, with their labels.
const ADDRESS: [(&str, &str); 5] = [
    ("address.streetName", "Street"),
    ("address.streetAddress", "House number"),
    ("address.entranceCode", "Dwelling or staircase"),
    ("address.postalCode", "Postal code"),
    ("address.postalPlace", "Postal town"),
];

pub(super) fn typed_organization(record: &OrganizationRecord) -> Typed {
    Typed::default()
        .with("orgNumber", &record.org_number.0)
        .with("name", &record.name)
}

pub(super) fn organization(typed: &Typed, faults: &mut Faults) -> OrganizationRecord {
    OrganizationRecord {
        org_number: faults.organization(typed, "orgNumber"),
        name: typed.text("name"),
    }
}

pub(super) fn organization_fields(sheet: &mut Sheet<'_>, shape: &Shape) {
    if shape.is_new {
        organization_field(sheet, "orgNumber", "Organization number");
    }
    sheet.text("name", "Name");
}

/// A field for the number of an organization.
pub(super) fn organization_field(sheet: &mut Sheet<'_>, name: &str, label: &str) {
    let field = Field::text(name, label).hint("Nine digits.");
    sheet.field(name, field.required().longest(9));
}

/// A field for the number of a record that is to be added.
pub(super) fn id_field(sheet: &mut Sheet<'_>, label: &str) {
    let field = Field::text("id", label).hint("Up to 18 digits. It stays as it is.");
    sheet.field("id", field.required().longest(18));
}

pub(super) fn typed_card(record: &AddressCardRecord) -> Typed {
    let typed = Typed::default()
        .with("id", record.id.0)
        .with("organizationNumber", &record.organization_number.0)
        .with("name", &record.name)
        .with("format", &record.format);
    typed_address(typed, &record.address)
}

pub(super) fn card(typed: &Typed, faults: &mut Faults) -> Option<AddressCardRecord> {
    let organization_number = faults.organization(typed, "organizationNumber");
    Some(AddressCardRecord {
        id: faults.id(typed, "id")?,
        organization_number,
        name: typed.text("name"),
        address: address(typed),
        format: typed.text("format"),
    })
}

pub(super) fn card_fields(sheet: &mut Sheet<'_>, shape: &Shape) {
    if shape.is_new {
        id_field(sheet, "Number");
        organization_field(sheet, "organizationNumber", "Organization");
    }
    sheet.text("name", "Name");
    format_field(sheet);
    address_fields(sheet);
}

pub(super) fn format_field(sheet: &mut Sheet<'_>) {
    let field = Field::text("format", "Form of the invoice").hint("Such as EHF.");
    sheet.field("format", field.required());
}

pub(super) fn typed_address(typed: Typed, address: &AddressRecord) -> Typed {
    let parts = [
        &address.street_name,
        &address.street_address,
        &address.entrance_code,
        &address.postal_code,
        &address.postal_place,
    ];
    let named = ADDRESS.iter().zip(parts);
    named.fold(typed, |typed, ((name, _), part)| {
        typed.with_some(name, part.as_ref())
    })
}

pub(super) fn address(typed: &Typed) -> AddressRecord {
    let [
        street_name,
        street_address,
        entrance_code,
        postal_code,
        postal_place,
    ] = ADDRESS.map(|(name, _)| typed.optional(name));
    AddressRecord {
        street_name,
        street_address,
        entrance_code,
        postal_code,
        postal_place,
    }
}

pub(super) fn address_fields(sheet: &mut Sheet<'_>) {
    sheet.group("Address");
    for (name, label) in ADDRESS {
        sheet.optional(name, label);
    }
}

pub(super) fn typed_person(record: &PersonRecord) -> Typed {
    Typed::default()
        .with("id", record.id.0)
        .with("firstName", &record.first_name)
        .with_some("middleName", record.middle_name.as_ref())
        .with("lastName", &record.last_name)
}

pub(super) fn person(typed: &Typed, faults: &mut Faults) -> Option<PersonRecord> {
    Some(PersonRecord {
        id: faults.id(typed, "id")?,
        first_name: typed.text("firstName"),
        middle_name: typed.optional("middleName"),
        last_name: typed.text("lastName"),
    })
}

pub(super) fn person_fields(sheet: &mut Sheet<'_>, shape: &Shape) {
    if shape.is_new {
        id_field(sheet, "Number");
    }
    sheet.text("firstName", "Given name");
    sheet.optional("middleName", "Middle name");
    sheet.text("lastName", "Family name");
}
