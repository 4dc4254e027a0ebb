//! System users and apps. Their secrets are made by the server, so no form has a field for one.

use domain::access::GrantType;
use storage::QuotaPeriod;
use web::Field;

use super::Shape;
use super::parties::organization_field;
use crate::console::typed::{Faults, Sheet, Typed};
use crate::records::{AppRecord, HeldRecord, OrgNumber, QuotaRecord, SystemUserRecord};

/// The most usual one first.
const PERIODS: [QuotaPeriod; 4] = [
    QuotaPeriod::Day,
    QuotaPeriod::Month,
    QuotaPeriod::Hour,
    QuotaPeriod::Minute,
];

pub(super) fn typed_user(record: &SystemUserRecord) -> Typed {
    let organizations = record.organizations.iter();
    let organizations: Vec<_> = organizations.map(|number| number.0.as_str()).collect();
    Typed::default()
        .with("name", &record.name)
        .with(
            "ownerOrganizationNumber",
            &record.owner_organization_number.0,
        )
        .with_tick("enabled", record.enabled)
        .with("organizations", organizations.join("\n"))
}

pub(super) fn user(typed: &Typed, faults: &mut Faults) -> SystemUserRecord {
    SystemUserRecord {
        name: typed.text("name"),
        owner_organization_number: faults.organization(typed, "ownerOrganizationNumber"),
        enabled: typed.is("enabled"),
        organizations: typed
            .lines("organizations")
            .into_iter()
            .map(OrgNumber)
            .collect(),
        password_hash: None,
        password: None,
    }
}

pub(super) fn user_fields(sheet: &mut Sheet<'_>, shape: &Shape) {
    if shape.is_new {
        let field = Field::text("name", "Name").hint("What it logs in as, such as API1000XYZ.");
        sheet.field("name", field.required());
        organization_field(
            sheet,
            "ownerOrganizationNumber",
            "Organization that it belongs to",
        );
    }
    let field = Field::lines("organizations", "Organizations that it may act for", 5);
    sheet.field(
        "organizations",
        field.hint("Their numbers, one on each line."),
    );
    sheet.tick("enabled", "Enabled");
}

pub(super) fn typed_app(record: &AppRecord) -> Typed {
    let mut typed = Typed::default()
        .with("clientId", &record.client_id)
        .with("name", &record.name)
        .with(
            "ownerOrganizationNumber",
            &record.owner_organization_number.0,
        )
        .with_tick("enabled", record.enabled)
        .with("basicNetworks", record.basic_networks.join("\n"))
        .with_some("systemUser", record.system_user.as_ref())
        .with_tick("expiresInAsString", record.expires_in_as_string)
        .with_tick("mayIntrospect", record.may_introspect)
        .with("callsPerSecond", record.calls_per_second)
        .with("burst", record.burst);
    for grant in &record.grants {
        typed = typed.with(format!("grants.{grant}"), true);
    }
    for held in &record.api_products {
        typed = typed.with(product(&held.name, "held"), true);
        if let Some(quota) = &held.quota {
            typed = typed
                .with(product(&held.name, "calls"), quota.calls)
                .with(product(&held.name, "period"), &quota.period);
        }
    }
    typed
}

pub(super) fn app(typed: &Typed, faults: &mut Faults) -> Option<AppRecord> {
    let grants = GrantType::ALL.map(GrantType::as_str).into_iter();
    let grants = grants.filter(|grant| typed.is(&format!("grants.{grant}")));
    let calls_per_second = faults.count(typed, "callsPerSecond");
    let burst = faults.count(typed, "burst");
    let api_products = products(typed, faults);
    Some(AppRecord {
        client_id: typed.text("clientId"),
        name: typed.text("name"),
        owner_organization_number: faults.organization(typed, "ownerOrganizationNumber"),
        enabled: typed.is("enabled"),
        grants: grants.map(str::to_owned).collect(),
        basic_networks: typed.lines("basicNetworks"),
        system_user: typed.optional("systemUser"),
        expires_in_as_string: typed.is("expiresInAsString"),
        may_introspect: typed.is("mayIntrospect"),
        calls_per_second: calls_per_second?,
        burst: burst?,
        api_products,
        secret_file: None,
        secret: None,
    })
}

fn products(typed: &Typed, faults: &mut Faults) -> Vec<HeldRecord> {
    let mut products = Vec::new();
    for name in typed.held() {
        let calls = product(&name, "calls");
        let quota = typed.optional(&calls).and_then(|_| {
            let calls = faults.count(typed, &calls)?;
            let period = typed.text(&product(&name, "period"));
            Some(QuotaRecord { calls, period })
        });
        products.push(HeldRecord { name, quota });
    }
    products.sort_by(|one, other| one.name.cmp(&other.name));
    products
}

fn product(name: &str, member: &str) -> String {
    format!("apiProducts.{name}.{member}")
}

pub(super) fn app_fields(sheet: &mut Sheet<'_>, shape: &Shape) {
    if shape.is_new {
        let field = Field::text("clientId", "Client id");
        let hint = "What it calls itself by. One that nobody has is filled in.";
        sheet.field("clientId", field.hint(hint).required());
        organization_field(
            sheet,
            "ownerOrganizationNumber",
            "Organization that registered it",
        );
    }
    sheet.text("name", "Name");
    sheet.tick("enabled", "Enabled");
    for name in &shape.api_products {
        sheet.group(format!("API product {name}"));
        sheet.tick(&product(name, "held"), "The app may call it");
        let field = Field::text(&product(name, "calls"), "Quota: calls");
        let hint = "How many calls one window admits; empty for as many as it likes.";
        sheet.field(&product(name, "calls"), field.hint(hint));
        let periods: Vec<_> = PERIODS
            .map(|period| (period.as_str(), period.as_str()))
            .into();
        let field = Field::choice(&product(name, "period"), "in a", &periods);
        sheet.field(&product(name, "period"), field.required());
    }
    sheet.group("Pace");
    sheet.text("callsPerSecond", "Calls a second");
    let field = Field::text("burst", "Burst").hint("How many may come at once after a pause.");
    sheet.field("burst", field.required());
    sheet.group("How it gets tokens");
    for grant in GrantType::ALL.map(GrantType::as_str) {
        sheet.tick(&format!("grants.{grant}"), grant);
    }
    let field = Field::text("systemUser", "System user");
    let hint = "The one that it acts for when it calls in its own name (client_credentials).";
    sheet.field("systemUser", field.hint(hint));
    sheet.group("More");
    let field = Field::lines("basicNetworks", "Networks without tokens", 3);
    let hint = "From these it may use its secret in place of a token. In CIDR notation, such as \
                192.0.2.0/24, one on each line.";
    sheet.field("basicNetworks", field.hint(hint));
    sheet.tick("mayIntrospect", "It may ask what a token stands for");
    sheet.tick("expiresInAsString", "It gets expires_in as text");
}
