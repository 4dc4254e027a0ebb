//! Another organization's things and things that do not exist: the same bytes, whoever asks.

use axum::http::{HeaderMap, Method, StatusCode};
use serde_json::{Value, json};

use crate::app::{Answer, Caller, Test, TestApp, tests};
use crate::orders::{add, update};

pub(crate) const TESTS: &[Test] = tests![
    a_foreign_agreement_is_as_unknown_as_none,
    a_foreign_order_is_as_unknown_as_none,
    an_order_on_a_foreign_agreement_is_refused_as_on_none,
    an_order_on_a_foreign_product_is_refused_as_on_none,
    an_offer_of_a_foreign_agreement_alone_is_as_unknown_as_none,
    a_foreign_account_in_a_configuration_is_refused_as_none,
    a_list_of_orders_by_a_foreign_agreement_is_as_empty_as_by_none,
    lists_hold_nothing_of_another_organization,
    a_foreign_account_is_as_unknown_as_none,
    a_foreign_organization_is_as_unknown_as_none,
    foreign_attempts_change_nothing_for_the_owner,
];

const AGREEMENTS: &str = "/corporate-agreements/v2/agreements";
const ORDERS: &str = "/corporate-agreements/v2/orders";

/// Everything of an answer, with the thing that was asked for masked.
fn bytes(answer: &Answer, asked_for: &str) -> (StatusCode, HeaderMap, String) {
    let text = answer.text.replace(asked_for, "[asked for]");
    (answer.status, answer.headers.clone(), text)
}

async fn send(caller: &Caller<'_>, method: &Method, address: &str, body: Option<&Value>) -> Answer {
    // The same request id, so that the answers may be equal to the last byte.
    let call = caller
        .call(method.clone(), address)
        .header("x-request-id", "same");
    match body {
        Some(body) => call.body(body.to_string()).send().await,
        None => call.send().await,
    }
}

/// The same answer for a foreign and an absent thing of the same length, which is put for `{}`.
async fn assert_equal_paths(
    caller: &Caller<'_>,
    method: Method,
    path: &str,
    ids: [&str; 2],
) -> u64 {
    let mut seen = Vec::new();
    let mut code = 0;
    for id in ids {
        let answer = send(caller, &method, &path.replace("{}", id), None).await;
        code = answer.code();
        seen.push(bytes(&answer, id));
    }
    assert_eq!(seen[0], seen[1], "{method} {path}");
    code
}

async fn assert_equal_orders(caller: &Caller<'_>, orders: [Value; 2]) -> u64 {
    let first = send(caller, &Method::POST, ORDERS, Some(&orders[0])).await;
    let second = send(caller, &Method::POST, ORDERS, Some(&orders[1])).await;
    assert_eq!(bytes(&first, "\0"), bytes(&second, "\0"));
    first.code()
}

fn with(mut order: Value, member: &str, value: Value) -> Value {
    order[member] = value;
    order
}

/// An order of the other company's, still open.
async fn foreign_order(app: &TestApp) -> String {
    let order = with(add(404, &[]), "agreementId", json!(7_000_001));
    app.of_other_organization().ordered(&order).await
}

async fn a_foreign_agreement_is_as_unknown_as_none(app: &mut TestApp) {
    let caller = app.system_user();
    for path in [
        format!("{AGREEMENTS}/{{}}"),
        format!("{AGREEMENTS}/{{}}/products"),
    ] {
        let code = assert_equal_paths(&caller, Method::GET, &path, ["7000001", "7000002"]).await;
        assert_eq!(code, 404_001);
        let other = app.of_other_organization();
        let code = assert_equal_paths(&other, Method::GET, &path, ["5538579", "5538570"]).await;
        assert_eq!(code, 404_001);
    }
}

async fn a_foreign_order_is_as_unknown_as_none(app: &mut TestApp) {
    let foreign = foreign_order(app).await;
    let ids = [foreign.as_str(), "000000000000"];
    let path = format!("{ORDERS}/{{}}");
    for method in [Method::GET, Method::DELETE] {
        let code = assert_equal_paths(&app.system_user(), method, &path, ids).await;
        assert_eq!(code, 404_902);
    }
    app.of_other_organization().order(&foreign).await;
}

async fn an_order_on_a_foreign_agreement_is_refused_as_on_none(app: &mut TestApp) {
    let caller = app.system_user();
    for order in [
        add(404, &[]),
        add(1, &[]),
        update(&[(6420, "kari@example.com")]),
    ] {
        let orders = [7_000_001, 7_000_002].map(|id| with(order.clone(), "agreementId", json!(id)));
        assert_eq!(assert_equal_orders(&caller, orders).await, 404_001);
    }
    // Its own product on it tells no more.
    let order = with(
        update(&[(6420, "kari@example.com")]),
        "productId",
        json!(7_100_001),
    );
    let orders = [7_000_001, 7_000_002].map(|id| with(order.clone(), "agreementId", json!(id)));
    assert_eq!(assert_equal_orders(&caller, orders).await, 404_001);
}

async fn an_order_on_a_foreign_product_is_refused_as_on_none(app: &mut TestApp) {
    let order = update(&[(6420, "kari@example.com")]);
    // The third is the caller's own, on another of its agreements.
    for (one, other) in [(7_100_001, 7_100_002), (1_302_567, 1_302_568)] {
        let orders = [one, other].map(|id| with(order.clone(), "productId", json!(id)));
        assert_eq!(
            assert_equal_orders(&app.system_user(), orders).await,
            400_002
        );
    }
}

async fn an_offer_of_a_foreign_agreement_alone_is_as_unknown_as_none(app: &mut TestApp) {
    let secret = domain::Offering {
        id: domain::OfferingId::new(999_001),
        name: "For one customer".to_owned(),
        configurations: Vec::new(),
        fulfillment: None,
    };
    app.operate(async |tx| {
        tx.offerings().insert(&secret).await?;
        tx.agreements()
            .offer(domain::AgreementId::new(7_000_001), secret.id)
            .await
    })
    .await;
    let orders = [add(999_001, &[]), add(999_002, &[])];
    assert_eq!(
        assert_equal_orders(&app.system_user(), orders).await,
        400_002
    );
}

async fn a_foreign_account_in_a_configuration_is_refused_as_none(app: &mut TestApp) {
    let caller = app.system_user();
    for (foreign, absent) in [("8000001", "8000002"), ("558000001", "558000002")] {
        let orders = [update(&[(6140, foreign)]), update(&[(6140, absent)])];
        assert_eq!(assert_equal_orders(&caller, orders).await, 400_901);
        let orders = [foreign, absent]
            .map(|account| add(13883, &[(6140, account), (6420, "kari@example.com")]));
        assert_eq!(assert_equal_orders(&caller, orders).await, 400_901);
    }
    // No account at all is refused in the same words.
    let orders = [update(&[(6140, "8000001")]), update(&[(6140, "konto")])];
    assert_eq!(assert_equal_orders(&caller, orders).await, 400_901);
}

async fn a_list_of_orders_by_a_foreign_agreement_is_as_empty_as_by_none(app: &mut TestApp) {
    foreign_order(app).await;
    let mut seen = Vec::new();
    for id in ["7000001", "7000002"] {
        let address = format!("{ORDERS}?agreementId={id}");
        let answer = send(&app.system_user(), &Method::GET, &address, None).await;
        assert_eq!(answer.ok(), &json!([]));
        let link = answer.header("link").replace(id, "[asked for]");
        seen.push((
            answer.text.clone(),
            answer.header("x-total-count").to_owned(),
            link,
        ));
    }
    assert_eq!(seen[0], seen[1]);
}

async fn lists_hold_nothing_of_another_organization(app: &mut TestApp) {
    let foreign = foreign_order(app).await;
    let own = app.system_user().ordered(&add(404, &[])).await;
    for (caller, mine, theirs) in [
        (app.system_user(), ["5538579", &own], ["7000001", &foreign]),
        (
            app.of_other_organization(),
            ["7000001", &foreign],
            ["5538579", &own],
        ),
    ] {
        let (agreements, orders) = (caller.get(AGREEMENTS).await, caller.get(ORDERS).await);
        assert_eq!(orders.header("x-total-count"), "1");
        let everything = format!("{}{}", agreements.text, orders.text);
        assert!(
            mine.iter().all(|id| everything.contains(id)),
            "{everything}"
        );
        assert!(
            !theirs.iter().any(|id| everything.contains(id)),
            "{everything}"
        );
    }
}

async fn a_foreign_account_is_as_unknown_as_none(app: &mut TestApp) {
    let path = "/corporate-accounts/v2/accounts/{}";
    let ids = ["8000001", "8000002"];
    let code = assert_equal_paths(&app.system_user(), Method::GET, path, ids).await;
    assert_eq!(code, 404_903);
    let list = app
        .system_user()
        .get("/corporate-accounts/v2/accounts")
        .await;
    assert!(
        !list.text.contains("8000001") && list.text.contains("1234567"),
        "{list:?}"
    );
}

async fn a_foreign_organization_is_as_unknown_as_none(app: &mut TestApp) {
    let path = "/organizations/v1/organizations/{}/address-cards";
    // Both pass the modulus-11 check.
    let ids = ["976967631", "974760673"];
    let code = assert_equal_paths(&app.system_user(), Method::GET, path, ids).await;
    assert_eq!(code, 400_007);
    let account = |owner: &str, payer: &str, card: &str| {
        json!({
            "accountReference1": "Drift", "addressCardId": card,
            "ownerOrganizationNumber": owner, "payerOrganizationNumber": payer,
        })
    };
    let accounts = "/corporate-accounts/v2/accounts";
    for (bodies, code) in [
        (ids.map(|id| account(id, "914742315", "664159")), 400_007),
        (ids.map(|id| account("914742315", id, "664159")), 400_007),
        (ids.map(|id| account("914742315", id, "700001")), 400_007),
        (
            ["700001", "700002"].map(|id| account("914742315", "914742315", id)),
            400_009,
        ),
    ] {
        let first = send(
            &app.system_user(),
            &Method::POST,
            accounts,
            Some(&bodies[0]),
        )
        .await;
        let second = send(
            &app.system_user(),
            &Method::POST,
            accounts,
            Some(&bodies[1]),
        )
        .await;
        assert_eq!(bytes(&first, "\0"), bytes(&second, "\0"));
        first.refused(code);
    }
}

async fn foreign_attempts_change_nothing_for_the_owner(app: &mut TestApp) {
    let own = app.system_user().ordered(&add(404, &[])).await;
    let before = app.everything().await;
    let other = app.of_other_organization();
    other
        .delete(&format!("{ORDERS}/{own}"))
        .await
        .refused(404_902);
    other
        .place(&update(&[(6420, "kari@example.com")]))
        .await
        .refused(404_001);
    other.place(&add(404, &[])).await.refused(404_001);
    assert_eq!(app.everything().await, before);
}
