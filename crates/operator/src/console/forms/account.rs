//! Billing accounts.

use domain::{AccountStatus, AccountType};
use web::Field;

use super::Shape;
use super::parties::{address, address_fields, format_field, organization_field, typed_address};
use crate::console::typed::{Faults, Sheet, Typed};
use crate::records::{AccountRecord, OrgNumber};

pub(super) fn typed(record: &AccountRecord) -> Typed {
    let company = record.payer_organization_number.as_ref();
    let typed = Typed::default()
        .with("id", record.id.0)
        .with(
            "ownerOrganizationNumber",
            &record.owner_organization_number.0,
        )
        .with("status", &record.status)
        .with("type", &record.account_type)
        .with_some("payerOrganizationNumber", company.map(|number| &number.0))
        .with_some("payerPersonId", record.payer_person_id.map(|id| id.0))
        .with("accountReference1", &record.account_reference1)
        .with_some("accountReference2", record.account_reference2.as_ref())
        .with_some("accountReference3", record.account_reference3.as_ref())
        .with("format", &record.format)
        .with_some("openedAt", record.opened_at.as_ref());
    typed_address(typed, &record.address)
}

pub(super) fn read(typed: &Typed, faults: &mut Faults) -> Option<AccountRecord> {
    let id = faults.id(typed, "id");
    let payer_person_id = faults.optional_id(typed, "payerPersonId");
    let owner_organization_number = faults.organization(typed, "ownerOrganizationNumber");
    Some(AccountRecord {
        id: id?,
        owner_organization_number,
        payer_organization_number: typed.optional("payerOrganizationNumber").map(OrgNumber),
        payer_person_id,
        account_reference1: typed.text("accountReference1"),
        account_reference2: typed.optional("accountReference2"),
        account_reference3: typed.optional("accountReference3"),
        address: address(typed),
        format: typed.text("format"),
        status: typed.text("status"),
        account_type: typed.text("type"),
        opened_at: typed.optional("openedAt"),
    })
}

pub(super) fn fields(sheet: &mut Sheet<'_>, shape: &Shape) {
    if shape.is_new {
        let field = Field::text("id", "Account number").hint("Up to 8 digits. It stays as it is.");
        sheet.field("id", field.required().longest(8));
        organization_field(sheet, "ownerOrganizationNumber", "Owner");
        sheet.word("type", "Type", &AccountType::ALL.map(AccountType::as_str));
    }
    sheet.word(
        "status",
        "Status",
        &AccountStatus::ALL.map(AccountStatus::as_str),
    );
    let reference = |name: &str, label: &str| Field::text(name, label).longest(30);
    let first = reference("accountReference1", "Name on the invoice");
    sheet.field("accountReference1", first.required());
    for (name, label) in [
        ("accountReference2", "Second reference"),
        ("accountReference3", "Third reference"),
    ] {
        sheet.field(name, reference(name, label));
    }
    format_field(sheet);
    sheet.group("Payer");
    let field = Field::text("payerOrganizationNumber", "Organization that pays");
    sheet.field(
        "payerOrganizationNumber",
        field.hint("Nine digits.").longest(9),
    );
    let field = Field::text("payerPersonId", "Person who pays");
    let hint = "The person's number, in place of an organization.";
    sheet.field("payerPersonId", field.hint(hint).longest(18));
    address_fields(sheet);
}
