//! Ids in bodies: integers and strings of digits are understood, nothing else is.

use serde_json::{Value, json};

use super::{Row, refuse};
use crate::app::{Test, TestApp, tests};
use crate::orders::{add, update};

pub(crate) const TESTS: &[Test] = tests![
    an_agreement_id_is_1_to_18_digits,
    a_product_id_is_1_to_18_digits,
    an_offering_id_is_1_to_18_digits,
    a_configuration_id_is_1_to_18_digits,
    well_formed_ids_of_nothing_are_not_found,
    integers_and_strings_of_digits_are_the_same,
];

/// What is no id, as it stands in JSON.
const NO_IDS: &[&str] = &[
    "null",
    "true",
    "[]",
    "[5538579]",
    "{}",
    "-1",
    "-0",
    "1.0",
    "1.5",
    "1e3",
    "5538579.0",
    "9223372036854775808",
    "18446744073709551616",
    "1000000000000000000",
    "1e30",
    r#""""#,
    r#"" ""#,
    r#"" 1""#,
    r#""1 ""#,
    r#""-1""#,
    r#""+1""#,
    r#""1.0""#,
    r#""1e3""#,
    r#""0x10""#,
    r#""1,000""#,
    r#""abc""#,
    r#""٣""#,
    r#""５""#,
    r#""1\u0000""#,
    r#""1\n""#,
    r#""9223372036854775808""#,
    r#""1000000000000000000""#,
    r#""5538579; DROP TABLE orders""#,
];

/// The order with a member's JSON put in as it is.
fn rows(order: &Value, pointer: &str, code: u64, field: &str) -> Vec<Row> {
    let mut order = order.clone();
    *order.pointer_mut(pointer).expect("a member") = json!("[id]");
    let text = order.to_string();
    let row = |id: &&str| Row::order(text.replace("\"[id]\"", id), code, field);
    NO_IDS.iter().map(row).collect()
}

async fn an_agreement_id_is_1_to_18_digits(app: &mut TestApp) {
    for order in [add(404, &[]), update(&[(6420, "kari@example.com")])] {
        refuse(app, rows(&order, "/agreementId", 400_001, "agreementId")).await;
        let mut without = order;
        without
            .as_object_mut()
            .expect("an object")
            .remove("agreementId");
        refuse(app, [Row::document(&without, 400_001, "agreementId")]).await;
    }
    let wrapped = json!({ "addProductOrder": { "agreementId": "x", "productOfferingId": 404 } });
    refuse(
        app,
        [Row::document(
            &wrapped,
            400_001,
            "addProductOrder.agreementId",
        )],
    )
    .await;
}

async fn a_product_id_is_1_to_18_digits(app: &mut TestApp) {
    let order = update(&[(6420, "kari@example.com")]);
    refuse(app, rows(&order, "/productId", 400_002, "productId")).await;
    let mut without = order;
    without
        .as_object_mut()
        .expect("an object")
        .remove("productId");
    refuse(app, [Row::document(&without, 400_002, "productId")]).await;
}

async fn an_offering_id_is_1_to_18_digits(app: &mut TestApp) {
    let order = add(404, &[]);
    refuse(
        app,
        rows(&order, "/productOfferingId", 400_002, "productOfferingId"),
    )
    .await;
    let mut without = order;
    without
        .as_object_mut()
        .expect("an object")
        .remove("productOfferingId");
    refuse(app, [Row::document(&without, 400_002, "productOfferingId")]).await;
}

async fn a_configuration_id_is_1_to_18_digits(app: &mut TestApp) {
    let order = update(&[(6420, "kari@example.com")]);
    refuse(
        app,
        rows(
            &order,
            "/configurations/0/id",
            400_900,
            "configurations[0].id",
        ),
    )
    .await;
    let second = update(&[(6420, "kari@example.com"), (6140, "11175198")]);
    refuse(
        app,
        rows(
            &second,
            "/configurations/1/id",
            400_900,
            "configurations[1].id",
        ),
    )
    .await;
}

async fn well_formed_ids_of_nothing_are_not_found(app: &mut TestApp) {
    for id in [
        json!(0),
        json!("0"),
        json!(999_999_999_999_999_999_i64),
        json!("000000000000000000"),
    ] {
        let mut order = update(&[(6420, "kari@example.com")]);
        order["agreementId"] = id.clone();
        let mut product = update(&[(6420, "kari@example.com")]);
        product["productId"] = id.clone();
        let mut offering = add(404, &[]);
        offering["productOfferingId"] = id.clone();
        let mut setting = update(&[(6420, "kari@example.com")]);
        setting["configurations"][0]["id"] = id;
        let rows = [
            Row::document(&order, 404_001, ""),
            Row::document(&product, 400_002, "productId"),
            Row::document(&offering, 400_002, "productOfferingId"),
            Row::document(&setting, 400_901, "configurations[0].id"),
        ];
        refuse(app, rows).await;
    }
    // An offering that is in the catalogue, but not available on this agreement.
    refuse(
        app,
        [Row::document(
            &add(404_333, &[]),
            400_002,
            "productOfferingId",
        )],
    )
    .await;
}

async fn integers_and_strings_of_digits_are_the_same(app: &mut TestApp) {
    let order = |agreement: Value, product: Value, setting: Value| {
        json!({
            "type": "UPDATE_PRODUCT", "agreementId": agreement, "productId": product,
            "configurations": [{ "id": setting, "value": "kari@example.com" }],
        })
    };
    for order in [
        order(json!(5_538_579), json!(2_799_029), json!(6420)),
        order(json!("5538579"), json!("2799029"), json!("6420")),
        order(json!("005538579"), json!("0002799029"), json!("06420")),
    ] {
        app.system_user().ordered(&order).await;
    }
    for id in [json!(404), json!("404"), json!("0404")] {
        let mut order = add(404, &[]);
        order["productOfferingId"] = id;
        app.system_user().ordered(&order).await;
    }
}
