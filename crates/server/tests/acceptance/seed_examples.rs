//! Every example of the source documents, replayed member for member and in the members' order.
//!
//! The documents print a type's name in place of some values (`"status": "string"`); there, and
//! there alone, any value of that type will do.

use serde_json::Value;

use crate::app::{Test, TestApp, document, tests};

pub(crate) const TESTS: &[Test] = tests![
    the_agreement_of_the_list_is_as_printed,
    the_products_of_an_agreement_are_as_printed,
    the_order_of_the_notes_is_accepted_and_carried_out,
    the_update_order_of_the_wrapper_is_accepted,
    the_add_order_of_the_wrapper_is_accepted,
    the_update_order_is_accepted_in_its_wrapper,
    the_add_order_is_accepted_in_its_wrapper,
    both_orders_at_once_are_refused,
    the_answer_to_an_order_is_as_printed,
    each_operation_documents_exactly_the_printed_errors_and_ours,
    each_printed_error_has_its_text_to_the_letter,
];

const AGREEMENTS: &str = r#"[{ "id": "123456", "category": "Mobilt Bedriftsnett avtale", "validFrom": "2017-06-30", "validTo": "2017-06-30", "owner": { "organizationNumber": "987654321", "name": "Telenor ASA" }, "status": "string" }]"#;

const PRODUCTS: &str = r#"[{ "ordered": [ { "id": 1302567, "name": "Kø hoved nr", "status": "ORDERED", "billingAccountId": "7654321", "productOfferId": 404333, "productOfferName": "Kø", "subProducts": "array", "productConfigurations": "array" } ], "available": [ { "id": 404, "name": "Office 365 Business Premium", "configurations": "array" } ] }]"#;

const ORDER: &str = r#"{ "type": "UPDATE_PRODUCT", "agreementId": 5538579, "productId": 2799029, "configurations": [ { "id": 6140, "value": "11175198" } ] }"#;

const WRAPPED: &str = r#"{ "updateProductOrder": { "agreementId": 5538579, "productId": 2799029, "configurations": [ { "id": 6420, "value": "john.doe@example.com" } ], "type": "string" }, "addProductOrder": { "productOfferingId": "13883", "agreementId": "5538579", "configurations": [ { "id": 6420, "value": "john.doe@example.com" } ], "type": "string" } }"#;

const PLACED: &str = r#"[{ "orderId": "010780005503" }]"#;

/// What every operation of the documents may answer with.
const COMMON: &[(u64, &str)] = &[
    (40001, "Missing or invalid enduserId"),
    (40101, "Invalid resource"),
    (40102, "Missing authorization header"),
    (40103, "No API product found"),
    (40104, "Not authorized to use given MSISDN"),
    (40105, "Invalid access token"),
    (40106, "Access token expired"),
    (
        40107,
        "Basic authentication not allowed for external access or not allowed for client",
    ),
    (
        40108,
        "Invalid client id or secret for basic authentication",
    ),
    (40301, "Invalid scope"),
    (40401, "Path or method not found"),
    (42901, "Rate limit quota violation"),
    (42902, "Spike arrest violation"),
    (50001, "Internal Server Error"),
    (50002, "Failed to validate acr"),
    (50003, "Failed to validate subscription"),
    (500_100, "Internal server error"),
    (503_200, "External server error"),
    (4_042_000, "Path or method not found on back-end server"),
];

/// The codes that an operation has beyond those, as printed, and ours.
struct Printed {
    operation: &'static str,
    own: &'static [(u64, &'static str)],
    ours: &'static [u64],
}

const PRINTED: &[Printed] = &[
    Printed {
        operation: "list_agreements",
        own: &[],
        ours: &[400_900, 431_900, 503_900],
    },
    Printed {
        operation: "list_agreement_products",
        own: &[
            (400_001, "Invalid agreement id"),
            (404_001, "Agreement not found"),
        ],
        ours: &[400_900, 431_900, 503_900],
    },
    Printed {
        operation: "place_order",
        own: &[
            (400_001, "Invalid agreement id"),
            (400_002, "Invalid product id"),
            (404_001, "Agreement not found"),
        ],
        ours: &[
            400_900, 400_901, 400_904, 409_901, 409_902, 413_900, 415_900, 431_900, 503_900,
        ],
    },
];

async fn the_agreement_of_the_list_is_as_printed(app: &mut TestApp) {
    let answer = app
        .system_user()
        .get("/corporate-agreements/v2/agreements")
        .await;
    let mut agreements = answer.list().to_vec();
    agreements.retain(|agreement| agreement["id"] == "123456");
    assert_as_printed(AGREEMENTS, &agreements.into());
}

async fn the_products_of_an_agreement_are_as_printed(app: &mut TestApp) {
    let address = "/corporate-agreements/v2/agreements/123456/products";
    let answer = app.system_user().get(address).await;
    assert_as_printed(PRODUCTS, answer.ok());
}

async fn the_order_of_the_notes_is_accepted_and_carried_out(app: &mut TestApp) {
    let id = app.system_user().ordered(&parse(ORDER)).await;
    app.finish_orders().await;
    assert_eq!(app.system_user().order(&id).await["state"], "COMPLETED");
    let product = app.system_user().product(2_799_029).await;
    assert_eq!(product["billingAccountId"], "11175198");
    let setting = &product["productConfigurations"][0];
    assert_eq!(
        setting.to_string(),
        r#"{"id":6140,"name":"Fakturakonto","value":"11175198"}"#
    );
}

/// One of the two structures of the wrapper, with the type that the documents leave open.
fn inner(wrapper: &str, order_type: &str) -> Value {
    let mut order = parse(WRAPPED)[wrapper].take();
    order["type"] = order_type.into();
    order
}

async fn the_update_order_of_the_wrapper_is_accepted(app: &mut TestApp) {
    update_is_carried_out(app, inner("updateProductOrder", "UPDATE_PRODUCT")).await;
}

async fn the_add_order_of_the_wrapper_is_accepted(app: &mut TestApp) {
    add_is_carried_out(app, inner("addProductOrder", "ADD_PRODUCT")).await;
}

async fn the_update_order_is_accepted_in_its_wrapper(app: &mut TestApp) {
    let order = inner("updateProductOrder", "UPDATE_PRODUCT");
    update_is_carried_out(app, serde_json::json!({ "updateProductOrder": order })).await;
}

async fn the_add_order_is_accepted_in_its_wrapper(app: &mut TestApp) {
    let order = inner("addProductOrder", "ADD_PRODUCT");
    add_is_carried_out(app, serde_json::json!({ "addProductOrder": order })).await;
}

async fn update_is_carried_out(app: &TestApp, order: Value) {
    app.system_user().ordered(&order).await;
    app.finish_orders().await;
    let product = app.system_user().product(2_799_029).await;
    assert_eq!(
        product["productConfigurations"].to_string(),
        r#"[{"id":6420,"name":"E-post","value":"john.doe@example.com"}]"#
    );
}

async fn add_is_carried_out(app: &TestApp, order: Value) {
    app.system_user().ordered(&order).await;
    app.finish_orders().await;
    let products = app.system_user().products_of("5538579").await;
    let added = &products["ordered"][1];
    let expected = r#"{ "id": 1, "name": "Sentralbord", "status": "ORDERED", "productOfferId": 13883, "productOfferName": "Sentralbord", "subProducts": [], "productConfigurations": [{ "id": 6420, "name": "E-post", "value": "john.doe@example.com" }] }"#;
    let mut expected = parse(expected);
    expected["id"] = added["id"].clone();
    assert_eq!(added.to_string(), expected.to_string());
}

/// "You may send only one of them at a time."
async fn both_orders_at_once_are_refused(app: &mut TestApp) {
    let before = app.everything().await;
    app.system_user()
        .place(&parse(WRAPPED))
        .await
        .refused(400_900);
    assert_eq!(app.everything().await, before);
}

async fn the_answer_to_an_order_is_as_printed(app: &mut TestApp) {
    let answer = app.system_user().place(&parse(ORDER)).await;
    let mut printed = parse(PLACED);
    let id = answer.ok()[0]["orderId"].as_str().expect("a text");
    assert!(
        id.len() == 12 && id.bytes().all(|b| b.is_ascii_digit()),
        "{id}"
    );
    printed[0]["orderId"] = id.into();
    assert_eq!(answer.text, printed.to_string());
}

async fn each_operation_documents_exactly_the_printed_errors_and_ours(_: &mut TestApp) {
    for printed in PRINTED {
        let seeds = COMMON.iter().chain(printed.own).map(|(code, _)| *code);
        let mut expected: Vec<u64> = seeds.chain(printed.ours.iter().copied()).collect();
        expected.sort_unstable();
        let operation = document().operation(printed.operation);
        assert_eq!(operation.codes(), expected, "{}", printed.operation);
    }
}

async fn each_printed_error_has_its_text_to_the_letter(_: &mut TestApp) {
    for (number, text) in PRINTED.iter().flat_map(|printed| printed.own).chain(COMMON) {
        let number = u32::try_from(*number).expect("a code");
        let code = api::ErrorCode::from_number(number).expect("a code of the catalogue");
        assert_eq!(code.description(), *text, "{number}");
    }
}

fn parse(example: &str) -> Value {
    serde_json::from_str(example).expect("an example")
}

/// Equal to the example, members in the same order; where it prints a type's name, of that type.
#[track_caller]
fn assert_as_printed(example: &str, actual: &Value) {
    let mut printed = parse(example);
    fill_placeholders(&mut printed, actual);
    assert_eq!(printed.to_string(), actual.to_string());
}

fn fill_placeholders(printed: &mut Value, actual: &Value) {
    match printed {
        Value::String(name) if name == "string" && actual.is_string() => *printed = actual.clone(),
        Value::String(name) if name == "array" && actual.is_array() => *printed = actual.clone(),
        Value::Array(items) => {
            for (position, item) in items.iter_mut().enumerate() {
                fill_placeholders(item, &actual[position]);
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                fill_placeholders(member, &actual[name.as_str()]);
            }
        }
        _ => {}
    }
}
