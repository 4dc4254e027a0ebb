//! Records of every kind, in the words of the tests.

pub(crate) mod changes;
pub(crate) mod conditions;
pub(crate) mod lists;
pub(crate) mod refusals;

use serde_json::{Value, json};

use super::caller::Answer;

/// The last part of each list's address, the member that is the key, a record that can be added to
/// the demo's, and a change of it.
fn additions() -> Vec<(&'static str, &'static str, Value, (&'static str, Value))> {
    let (owner, second) = ("914742315", "811111111");
    vec![
        (
            "organizations",
            "orgNumber",
            json!({ "orgNumber": second, "name": "Ærlig Øl" }),
            ("name", json!("Ærlig Øl AS")),
        ),
        (
            "address-cards",
            "id",
            json!({ "id": 5, "organizationNumber": owner, "name": "Lager", "address": {}, "format": "EHF" }),
            ("address", json!({ "postalCode": "0001" })),
        ),
        (
            "persons",
            "id",
            json!({ "id": 5, "firstName": "Kari", "lastName": "Nordmann" }),
            ("middleName", json!("Ø")),
        ),
        (
            "offerings",
            "id",
            json!({ "id": 5, "name": "Sky", "configurations": [{ "id": 1, "name": "Størrelse", "type": "INTEGER" }] }),
            ("fulfillment", json!("pull")),
        ),
        (
            "agreements",
            "id",
            json!({ "id": 5, "ownerOrganizationNumber": second, "category": "Sky", "validFrom": "2026-01-01", "status": "ACTIVE", "productOfferIds": [5] }),
            ("productOfferIds", json!([404, 5])),
        ),
        (
            "accounts",
            "id",
            json!({ "id": 5, "ownerOrganizationNumber": second, "payerPersonId": 5, "accountReference1": "Sky", "address": {}, "format": "EHF", "status": "OPEN", "type": "NORMAL", "openedAt": "2026-01-01T00:00:00Z" }),
            ("status", json!("PASSIVE")),
        ),
        (
            "products",
            "id",
            json!({ "id": 5, "agreementId": 5, "productOfferId": 5, "name": "Sky", "billingAccountId": 5, "createdAt": "2026-01-01T00:00:00Z", "configurations": [{ "id": 1, "value": "7" }] }),
            ("configurations", json!([{ "id": 1, "value": "8" }])),
        ),
        (
            "system-users",
            "name",
            json!({ "name": "API3000NEW", "ownerOrganizationNumber": second, "enabled": true, "organizations": [second] }),
            ("organizations", json!([])),
        ),
        (
            "apps",
            "clientId",
            json!({ "clientId": "newnewnewnewnewnewnewnewnewnewne", "name": "New", "ownerOrganizationNumber": second, "enabled": true, "grants": ["password"], "callsPerSecond": 5, "burst": 5, "apiProducts": [{ "name": "info" }] }),
            ("burst", json!(9)),
        ),
    ]
}

fn key_of(record: &Value, key: &str) -> String {
    match &record[key] {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Compares without `kind`, which answers have; lists come in their order.
#[track_caller]
fn assert_record(found: &Value, wanted: &Value) {
    let mut found = found.clone();
    found.as_object_mut().expect("a record").remove("kind");
    let mut wanted = wanted.clone();
    if let Some(ids) = wanted["productOfferIds"].as_array_mut() {
        ids.sort_by_key(Value::as_i64);
    }
    let wanted = wanted.as_object_mut().expect("a record");
    wanted.retain(|_, value| !value.is_null());
    assert_eq!(&found, &Value::Object(wanted.clone()));
}

/// The keys of a part of a list.
fn keys(answer: &Answer, key: &str) -> Vec<String> {
    let records = answer.ok()["records"].as_array().expect("records");
    records.iter().map(|record| key_of(record, key)).collect()
}
