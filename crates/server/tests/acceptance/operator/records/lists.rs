//! Lists of records: part by part, narrowed and searched.

use domain::{ProductId, ProductStatus};
use serde_json::json;

use super::super::caller::demo;
use super::{additions, key_of, keys};
use crate::app::{Test, TestApp, tests};

pub(crate) const TESTS: &[Test] = tests![
    each_kind_is_listed_and_found,
    a_list_goes_on_where_the_part_before_ended,
    a_list_is_narrowed_and_searched,
    a_wish_that_makes_no_sense_is_named,
    a_product_that_an_order_adds_is_no_record_yet,
];

async fn each_kind_is_listed_and_found(app: &mut TestApp) {
    for (path, key, _, _) in additions() {
        let list = demo(app).get(&format!("/operator/v1/{path}")).await;
        let records = list.ok()["records"].as_array().expect("records");
        assert_eq!(records.is_empty(), path == "persons", "{path}");
        for record in records {
            let address = format!("/operator/v1/{path}/{}", key_of(record, key));
            assert_eq!(demo(app).get(&address).await.ok(), record);
        }
        assert!(!list.body.to_string().contains("secret"), "{path}");
        assert!(!list.body.to_string().contains("argon2"), "{path}");
        let unknown = demo(app)
            .get(&format!("/operator/v1/{path}/111111111"))
            .await;
        unknown.refused(404, "record_not_found");
    }
}

async fn a_list_goes_on_where_the_part_before_ended(app: &mut TestApp) {
    for (path, key, _, _) in additions() {
        let all = demo(app).get(&format!("/operator/v1/{path}")).await;
        let mut found: Vec<String> = Vec::new();
        let mut query = "pageSize=1".to_owned();
        for _ in 0..100 {
            let part = demo(app).get(&format!("/operator/v1/{path}?{query}")).await;
            found.extend(keys(&part, key));
            let Some(next) = part.body["next"].as_str() else {
                break;
            };
            query = format!("pageSize=1&after={next}");
        }
        assert_eq!(found, keys(&all, key), "{path}");
    }
}

/// A wish, the key of what is found, and what is found.
const FOUND: &[(&str, &str, &[&str])] = &[
    ("organizations?search=91", "orgNumber", &["914742315"]),
    (
        "organizations?search=9",
        "orgNumber",
        &["914742315", "976967631", "987654321"],
    ),
    (
        "organizations?search=9&after=914742315&pageSize=1",
        "orgNumber",
        &["976967631"],
    ),
    (
        "organizations?search=lig%20%C3%98L",
        "orgNumber",
        &["811111111"],
    ),
    (
        "organizations?search=lenor%20N",
        "orgNumber",
        &["976967631"],
    ),
    (
        "organizations?search=914742315",
        "orgNumber",
        &["914742315"],
    ),
    ("organizations?search=9147423159", "orgNumber", &[]),
    ("organizations?search=%25", "orgNumber", &[]),
    ("persons?search=kari%20n", "id", &["5"]),
    ("offerings?agreement=5538579", "id", &["404", "13883"]),
    ("offerings?agreement=5538579&search=OFFICE", "id", &["404"]),
    ("offerings?agreement=1", "id", &[]),
    ("agreements?search=5", "id", &["5", "5538579"]),
    ("agreements?search=55", "id", &["5538579"]),
    ("agreements?search=0", "id", &[]),
    ("agreements?organization=811111111", "id", &["5"]),
    ("agreements?organization=811111111&after=5", "id", &[]),
    ("agreements?organization=999999999", "id", &[]),
    ("agreements?search=SKY", "id", &["5"]),
    ("accounts?organization=811111111", "id", &["5"]),
    ("accounts?search=76", "id", &["7654321"]),
    ("accounts?search=sentral", "id", &["7654321"]),
    ("address-cards?organization=976967631", "id", &["700001"]),
    ("products?agreement=5", "id", &["5"]),
    ("products?organization=811111111&search=sk", "id", &["5"]),
    ("products?search=27", "id", &["2799029"]),
    ("products?search=K%C3%98", "id", &["1302567"]),
    ("system-users?search=demo", "name", &["API1000DEMO"]),
    (
        "system-users?organization=811111111",
        "name",
        &["API3000NEW"],
    ),
    ("system-users?search=1000", "name", &["API1000DEMO"]),
    (
        "apps?search=TIGHT",
        "clientId",
        &["tinytinytinytinytinytinytinytiny"],
    ),
    (
        "apps?search=otherother",
        "clientId",
        &["otherotherotherotherotherotherot"],
    ),
    (
        "apps?organization=811111111&search=",
        "clientId",
        &["newnewnewnewnewnewnewnewnewnewne"],
    ),
];

async fn a_list_is_narrowed_and_searched(app: &mut TestApp) {
    for (path, key, record, _) in additions() {
        let address = format!("/operator/v1/{path}/{}", key_of(&record, key));
        let added = demo(app).put(&address, &record).await;
        assert_eq!(added.status.as_u16(), 201, "{path}");
    }
    for (query, key, expected) in FOUND {
        let found = demo(app).get(&format!("/operator/v1/{query}")).await;
        assert_eq!(keys(&found, key), *expected, "{query}");
    }
}

async fn a_wish_that_makes_no_sense_is_named(app: &mut TestApp) {
    for (query, field) in [
        ("organizations?organization=914742315", "organization"),
        ("organizations?pageSize=0", "pageSize"),
        ("organizations?pageSize=201", "pageSize"),
        ("organizations?page=1", "page"),
        ("organizations?search=a&search=b", "search"),
        ("organizations?search=%00", "search"),
        ("persons?agreement=1", "agreement"),
        ("agreements?organization=1", "organization"),
        ("agreements?after=x", "after"),
        ("agreements?agreement=1", "agreement"),
        ("products?agreement=x", "agreement"),
        ("products?agreement=1&organization=914742315", "agreement"),
        ("apps?dryRun=true", "dryRun"),
    ] {
        let answer = demo(app).get(&format!("/operator/v1/{query}")).await;
        answer.refused(400, "invalid_request").names(field);
    }
    let long = format!("/operator/v1/apps?search={}", "a".repeat(256));
    let answer = demo(app).get(&long).await;
    answer.refused(400, "invalid_request").names("search");
    let wish = "/operator/v1/persons/5?dryRun=perhaps";
    let person = json!({ "id": 5, "firstName": "Kari", "lastName": "Nordmann" });
    let answer = demo(app).put(wish, &person).await;
    answer.refused(400, "invalid_request").names("dryRun");
}

async fn a_product_that_an_order_adds_is_no_record_yet(app: &mut TestApp) {
    let pending = storage::NewProduct {
        id: ProductId::new(77),
        parent: None,
        offering: domain::OfferingId::new(404),
        name: "Ordered",
        status: ProductStatus::Pending,
        billing_account: None,
        created_at: jiff::Timestamp::UNIX_EPOCH,
    };
    app.operate(async |tx| {
        let agreement = domain::AgreementId::new(5_538_579);
        tx.products().insert(agreement, &pending).await
    })
    .await;
    let address = "/operator/v1/products/77";
    demo(app)
        .get(address)
        .await
        .refused(404, "record_not_found");
    let listed = demo(app).get("/operator/v1/products?search=77").await;
    assert_eq!(keys(&listed, "id"), [] as [String; 0]);
    let record = json!({ "id": 77, "agreementId": 5_538_579, "productOfferId": 404, "name": "X" });
    let answer = demo(app).put(address, &record).await;
    answer.refused(422, "record_refused").names("body");
}
