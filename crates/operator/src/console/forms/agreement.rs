//! Agreements, with the offerings that may be ordered on them.

use domain::AgreementStatus;
use web::Field;

use super::Shape;
use super::parties::{id_field, organization_field};
use crate::console::typed::{Faults, Sheet, Typed};
use crate::records::AgreementRecord;

pub(super) fn typed(record: &AgreementRecord) -> Typed {
    let offerings = record.product_offer_ids.iter();
    let offerings: Vec<_> = offerings.map(|id| id.0.to_string()).collect();
    Typed::default()
        .with("id", record.id.0)
        .with(
            "ownerOrganizationNumber",
            &record.owner_organization_number.0,
        )
        .with("category", &record.category)
        .with("status", &record.status)
        .with("validFrom", &record.valid_from)
        .with_some("validTo", record.valid_to.as_ref())
        .with("productOfferIds", offerings.join("\n"))
}

pub(super) fn read(typed: &Typed, faults: &mut Faults) -> Option<AgreementRecord> {
    let id = faults.id(typed, "id");
    Some(AgreementRecord {
        owner_organization_number: faults.organization(typed, "ownerOrganizationNumber"),
        category: typed.text("category"),
        valid_from: typed.text("validFrom"),
        valid_to: typed.optional("validTo"),
        status: typed.text("status"),
        product_offer_ids: faults.ids(typed, "productOfferIds"),
        id: id?,
    })
}

pub(super) fn fields(sheet: &mut Sheet<'_>, shape: &Shape) {
    if shape.is_new {
        id_field(sheet, "Agreement number");
    }
    organization_field(sheet, "ownerOrganizationNumber", "Organization");
    sheet.text("category", "Category");
    sheet.word(
        "status",
        "Status",
        &AgreementStatus::ALL.map(AgreementStatus::as_str),
    );
    let field = Field::input("date", "validFrom", "First day in force");
    sheet.field("validFrom", field.required());
    let field = Field::input("date", "validTo", "Last day in force");
    sheet.field("validTo", field);
    let field = Field::lines("productOfferIds", "Offerings that may be ordered", 8);
    sheet.field(
        "productOfferIds",
        field.hint("Their numbers, one on each line."),
    );
}
