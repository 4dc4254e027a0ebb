//! Records that do not fit are refused, as imports refuse them.

use serde_json::{Value, json};

use super::super::caller::{Answer, demo};
use super::additions;
use crate::app::{Test, TestApp, tests};

pub(crate) const TESTS: &[Test] = tests![
    a_record_that_does_not_fit_names_all_that_is_wrong,
    what_imports_refuse_is_refused,
    the_key_stands_in_the_path,
];

async fn a_record_that_does_not_fit_names_all_that_is_wrong(app: &mut TestApp) {
    let record = json!({
        "id": 6, "ownerOrganizationNumber": "111111111", "category": " ",
        "validFrom": "2026-02-30", "status": "GONE", "productOfferIds": [1, 1],
    });
    let answer = demo(app).put("/operator/v1/agreements/6", &record).await;
    answer.refused(422, "record_refused");
    for field in ["category", "validFrom", "status", "productOfferIds"] {
        answer.names(field);
    }
    let record = json!({
        "id": 6, "ownerOrganizationNumber": "111111111", "category": "A",
        "validFrom": "2026-02-20", "status": "ACTIVE", "productOfferIds": [1],
    });
    for dry_run in ["", "?dryRun=true"] {
        let address = format!("/operator/v1/agreements/6{dry_run}");
        let answer = demo(app).put(&address, &record).await;
        answer.refused(422, "record_refused");
        answer
            .names("ownerOrganizationNumber")
            .names("productOfferIds");
    }
    for (body, field) in [
        (json!({}), "id"),
        (json!({ "id": 6, "surprise": 1 }), "surprise"),
        (json!({ "id": "six" }), "body"),
        (json!({ "kind": "app", "id": 6 }), "kind"),
    ] {
        let answer = demo(app).put("/operator/v1/agreements/6", &body).await;
        answer.refused(400, "invalid_request").names(field);
    }
    let answer = demo(app).put("/operator/v1/agreements/6", &json!([])).await;
    answer.refused(400, "invalid_request").names("body");
    demo(app)
        .get("/operator/v1/agreements/6")
        .await
        .refused(404, "record_not_found");
}

/// What is there, but for one member that it must not have.
async fn with(app: &TestApp, address: &str, member: &str, value: Value) -> Answer {
    let mut record = demo(app).get(address).await.ok().clone();
    record[member] = value;
    demo(app).put(address, &record).await
}

async fn what_imports_refuse_is_refused(app: &mut TestApp) {
    let before = app.everything().await;
    let app_address = "/operator/v1/apps/demodemodemodemodemodemodemodemo";
    let user_address = "/operator/v1/system-users/API1000DEMO";
    for (address, member, value) in [
        (
            "/operator/v1/accounts/1234567",
            "ownerOrganizationNumber",
            json!("976967631"),
        ),
        ("/operator/v1/accounts/1234567", "type", json!("RESERVED")),
        (
            "/operator/v1/address-cards/664158",
            "organizationNumber",
            json!("914742315"),
        ),
        (
            "/operator/v1/products/2799029",
            "agreementId",
            json!(7_000_001),
        ),
        (
            "/operator/v1/products/2799029",
            "billingAccountId",
            json!(1),
        ),
        (
            "/operator/v1/products/2799029",
            "parentId",
            json!(7_100_001),
        ),
        (app_address, "ownerOrganizationNumber", json!("976967631")),
        (app_address, "systemUser", json!("NOBODY")),
        (
            app_address,
            "apiProducts",
            json!([{ "name": "everything" }]),
        ),
        (app_address, "secret", json!("a-secret")),
        (app_address, "secretFile", json!("/etc/passwd")),
        (user_address, "password", json!("a-password")),
        (user_address, "organizations", json!(["111111111"])),
        (user_address, "passwordHash", json!("x")),
    ] {
        let answer = with(app, address, member, value).await;
        answer.refused(422, "record_refused").names(member);
    }
    assert_eq!(app.everything().await, before);
    for name in ["demo", "fulfillment"] {
        let record = json!({ "name": name, "ownerOrganizationNumber": "914742315" });
        let address = format!("/operator/v1/system-users/{name}");
        let answer = demo(app).put(&address, &record).await;
        answer.refused(422, "record_refused").names("name");
    }
}

async fn the_key_stands_in_the_path(app: &mut TestApp) {
    for (path, key, record, _) in additions() {
        let answer = demo(app)
            .put(&format!("/operator/v1/{path}/999"), &record)
            .await;
        answer.refused(400, "invalid_request").names(key);
    }
    let record = json!({ "id": "0005", "firstName": "Kari", "lastName": "Nordmann" });
    let answer = demo(app).put("/operator/v1/persons/05", &record).await;
    assert_eq!(answer.body["record"]["id"], 5);
}
