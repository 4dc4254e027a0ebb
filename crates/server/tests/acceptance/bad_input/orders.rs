//! Orders that are documents, but no orders: kinds, wrappers, members, configurations and values.

use serde_json::{Value, json};

use super::{Row, refuse};
use crate::app::{Test, TestApp, tests};
use crate::orders::{add, update};

pub(crate) const TESTS: &[Test] = tests![
    a_type_is_one_of_two_words,
    a_wrapper_holds_one_order_alone,
    members_that_nobody_knows_are_named,
    configurations_are_a_list_of_objects,
    a_value_is_a_string,
    configurations_are_known_and_given_once,
    an_update_sets_something,
    an_add_sets_what_is_required,
    values_are_within_their_bounds,
    an_account_that_has_been_cancelled_is_refused,
    the_first_fault_wins_in_the_order_of_the_codes,
];

fn with(mut order: Value, pointer: &str, value: Value) -> Value {
    let (parent, member) = pointer.rsplit_once('/').expect("a pointer");
    let parent = order.pointer_mut(parent).expect("a parent");
    parent[member] = value;
    order
}

fn email() -> Value {
    update(&[(6420, "kari@example.com")])
}

/// Values of every JSON type but objects.
fn other_types() -> Vec<Value> {
    vec![json!(true), json!(1), json!(1.5), json!("x"), json!([1])]
}

async fn a_type_is_one_of_two_words(app: &mut TestApp) {
    let words = [
        "",
        "update_product",
        "ADD",
        "DELETE_PRODUCT",
        " ADD_PRODUCT",
        "ADD_PRODUCT\u{0}",
    ];
    let others = [
        json!(null),
        json!(1),
        json!(false),
        json!([]),
        json!({}),
        json!(["ADD_PRODUCT"]),
    ];
    for wrong in words.map(Value::from).into_iter().chain(others) {
        let order = with(email(), "/type", wrong.clone());
        refuse(app, [Row::document(&order, 400_900, "type")]).await;
    }
    let mut without = email();
    without.as_object_mut().expect("an object").remove("type");
    refuse(app, [Row::document(&without, 400_900, "type")]).await;
    // The other kind's members are unknown to this one.
    let crossed = with(email(), "/type", json!("ADD_PRODUCT"));
    refuse(app, [Row::document(&crossed, 400_900, "productId")]).await;
    let crossed = with(add(404, &[]), "/type", json!("UPDATE_PRODUCT"));
    refuse(app, [Row::document(&crossed, 400_900, "productOfferingId")]).await;
}

async fn a_wrapper_holds_one_order_alone(app: &mut TestApp) {
    let (update, add) = (email(), add(404, &[]));
    let rows = [
        (
            json!({ "updateProductOrder": update, "addProductOrder": add }),
            "body",
        ),
        (
            json!({ "updateProductOrder": update, "addProductOrder": null }),
            "body",
        ),
        (
            json!({ "updateProductOrder": add }),
            "updateProductOrder.type",
        ),
        (json!({ "addProductOrder": update }), "addProductOrder.type"),
        (
            json!({ "updateProductOrder": update, "type": "UPDATE_PRODUCT" }),
            "type",
        ),
        (json!({ "updateProductOrder": update, "x": 1 }), "x"),
        (json!({ "updateProductOrder": null }), "updateProductOrder"),
        (json!({ "updateProductOrder": 1 }), "updateProductOrder"),
        (json!({ "addProductOrder": [add] }), "addProductOrder"),
        (
            json!({ "addProductOrder": { "addProductOrder": add } }),
            "addProductOrder.addProductOrder",
        ),
        (json!({ "AddProductOrder": add }), "type"),
        (
            with(update.clone(), "/updateProductOrder", json!({})),
            "agreementId",
        ),
    ];
    refuse(
        app,
        rows.map(|(body, field)| Row::document(&body, 400_900, field)),
    )
    .await;
    let placeholder = with(email(), "/type", json!("string"));
    let placeholder = json!({ "updateProductOrder": placeholder });
    refuse(
        app,
        [Row::document(
            &placeholder,
            400_900,
            "updateProductOrder.type",
        )],
    )
    .await;
}

async fn members_that_nobody_knows_are_named(app: &mut TestApp) {
    for name in [
        "x",
        "AgreementId",
        "agreementid",
        "agreement_id",
        "__proto__",
        "",
        "a.b",
        "æ",
    ] {
        let order = with(email(), &format!("/{name}"), json!(1));
        refuse(app, [Row::document(&order, 400_900, name)]).await;
        let order = with(email(), &format!("/configurations/0/{name}"), json!(1));
        let field = format!("configurations[0].{name}");
        refuse(app, [Row::document(&order, 400_900, &field)]).await;
    }
    let wrapped = json!({ "addProductOrder": with(add(404, &[]), "/x", json!(1)) });
    refuse(app, [Row::document(&wrapped, 400_900, "addProductOrder.x")]).await;
    let several = with(with(email(), "/b", json!(1)), "/a", json!(1));
    let answer = app.system_user().place(&several).await;
    assert_eq!(answer.refused(400_900).fields(), ["a", "b"]);
}

async fn configurations_are_a_list_of_objects(app: &mut TestApp) {
    for wrong in [
        json!(true),
        json!(1),
        json!("x"),
        json!({}),
        json!({ "id": 6420 }),
    ] {
        let order = with(email(), "/configurations", wrong);
        refuse(app, [Row::document(&order, 400_900, "configurations")]).await;
    }
    for wrong in other_types().into_iter().chain([json!(null)]) {
        let order = with(email(), "/configurations", json!([wrong]));
        refuse(app, [Row::document(&order, 400_900, "configurations[0]")]).await;
    }
    let order = with(email(), "/configurations", json!([{}]));
    refuse(
        app,
        [Row::document(&order, 400_900, "configurations[0].id")],
    )
    .await;
}

async fn a_value_is_a_string(app: &mut TestApp) {
    for wrong in [
        json!(null),
        json!(true),
        json!(11_175_198),
        json!([]),
        json!({}),
        json!(["x"]),
    ] {
        let order = with(update(&[(6140, "")]), "/configurations/0/value", wrong);
        refuse(
            app,
            [Row::document(&order, 400_900, "configurations[0].value")],
        )
        .await;
    }
    let order = with(email(), "/configurations", json!([{ "id": 6420 }]));
    refuse(
        app,
        [Row::document(&order, 400_900, "configurations[0].value")],
    )
    .await;
}

async fn configurations_are_known_and_given_once(app: &mut TestApp) {
    let twice = update(&[(6420, "a@example.com"), (6420, "a@example.com")]);
    let mut mixed = twice.clone();
    mixed["configurations"][1]["id"] = json!("6420");
    let rows = [
        Row::document(&update(&[(1, "x")]), 400_901, "configurations[0].id"),
        Row::document(
            &update(&[(6420, "a@example.com"), (1, "x")]),
            400_901,
            "configurations[1].id",
        ),
        Row::document(
            &add(404, &[(6420, "a@example.com")]),
            400_901,
            "configurations[0].id",
        ),
        Row::document(&twice, 400_901, "configurations[1].id"),
        Row::document(&mixed, 400_901, "configurations[1].id"),
        Row::document(
            &update(&vec![(1, "x"); 2_000]),
            400_901,
            "configurations[0].id",
        ),
    ];
    refuse(app, rows).await;
    let several = update(&[(1, "x"), (6420, "x"), (6420, "a@example.com")]);
    let answer = app.system_user().place(&several).await;
    assert_eq!(
        answer.refused(400_901).fields(),
        [
            "configurations[0].id",
            "configurations[1].value",
            "configurations[2].id"
        ]
    );
}

async fn an_update_sets_something(app: &mut TestApp) {
    let mut without = update(&[]);
    without
        .as_object_mut()
        .expect("an object")
        .remove("configurations");
    let rows = [
        update(&[]),
        without,
        with(update(&[]), "/configurations", json!(null)),
    ];
    refuse(
        app,
        rows.map(|order| Row::document(&order, 400_901, "configurations")),
    )
    .await;
}

async fn an_add_sets_what_is_required(app: &mut TestApp) {
    let without = add(13883, &[]);
    let half = add(13883, &[(6140, "11175198")]);
    refuse(
        app,
        [without, half].map(|order| Row::document(&order, 400_901, "configurations")),
    )
    .await;
    let blank = add(13883, &[(6420, " ")]);
    refuse(
        app,
        [Row::document(&blank, 400_901, "configurations[0].value")],
    )
    .await;
}

async fn values_are_within_their_bounds(app: &mut TestApp) {
    let long = format!("{}@example.com", "x".repeat(1_000));
    let emails = [
        "",
        " ",
        "x",
        "@",
        "a@",
        "@example.com",
        "a@example",
        "a b@example.com",
        "a@b@example.com",
        "a..b@example.com",
        "a@-example.com",
        "a@example.com\n",
        "a@example.com\u{0}",
        "a@exa\u{200b}mple.com",
        "\u{7f}a@example.com",
        " a@example.com",
        &long,
    ];
    let row = |order: Value| Row::document(&order, 400_901, "configurations[0].value");
    refuse(app, emails.map(|value| row(update(&[(6420, value)])))).await;
    let accounts = [
        "",
        " ",
        "konto",
        "-1",
        "+1",
        "1.0",
        "1e3",
        "0x1",
        "٣",
        " 11175198",
        "11175198 ",
        "11175198\n",
        "111751980",
        "1234567890",
        "55111751980",
        "99999999999999999999",
        "5500000000",
        "0",
        "1",
        "11175198\u{0}",
        "11175198;7654321",
    ];
    refuse(app, accounts.map(|value| row(update(&[(6140, value)])))).await;
}

async fn an_account_that_has_been_cancelled_is_refused(app: &mut TestApp) {
    let cancelled = domain::AccountId::new(11_175_198);
    let before = app
        .system_user()
        .ordered(&update(&[(6140, "11175198")]))
        .await;
    app.finish_orders().await;
    assert_eq!(app.system_user().order(&before).await["state"], "COMPLETED");
    crate::operator::cancel_account(app, cancelled).await;
    let rows = [
        update(&[(6140, "11175198")]),
        update(&[(6140, "5511175198")]),
    ];
    refuse(
        app,
        rows.map(|order| Row::document(&order, 400_901, "configurations[0].value")),
    )
    .await;
}

async fn the_first_fault_wins_in_the_order_of_the_codes(app: &mut TestApp) {
    let mut order = update(&[(1, "x")]);
    order["agreementId"] = json!("x");
    order["productId"] = json!("x");
    order["more"] = json!(1);
    let syntax = Row::document(&order, 400_900, "more");
    order.as_object_mut().expect("an object").remove("more");
    let agreement = Row::document(&order, 400_001, "agreementId");
    order["agreementId"] = json!(7_000_001);
    let product = Row::document(&order, 400_002, "productId");
    order["productId"] = json!(1);
    let foreign = Row::document(&order, 404_001, "");
    order["agreementId"] = json!(5_538_579);
    let unknown_product = Row::document(&order, 400_002, "productId");
    order["productId"] = json!(2_799_029);
    let setting = Row::document(&order, 400_901, "configurations[0].id");
    refuse(
        app,
        [
            syntax,
            agreement,
            product,
            foreign,
            unknown_product,
            setting,
        ],
    )
    .await;
}
