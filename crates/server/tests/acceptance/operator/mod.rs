//! The operator's side: their API, and what they do to the data behind a running server, in the words
//! of the tests.

mod access;
pub(crate) mod api_product_requests;
mod bad_input;
mod caller;
mod claims;
mod desk;
mod developers;
mod documents;
mod entries;
mod faults;
mod journal;
mod limits;
mod lists;
mod notifications;
mod operators;
mod records;
mod reports;
mod secrets;
mod watching;

use domain::access::{ClientApp, ClientId, GrantType, SystemUserName};
use domain::{AccountId, AccountStatus, FulfillmentWay, OrganizationNumber};
use serde_json::{Value, json};
use storage::{Pace, RegisteredApp};

use crate::app::{Test, TestApp, key};

/// The tests of each file of the folder.
pub(crate) const FILES: &[(&str, &[Test])] = &[
    ("operator::access", access::TESTS),
    (
        "operator::api_product_requests",
        api_product_requests::TESTS,
    ),
    ("operator::bad_input", bad_input::TESTS),
    ("operator::claims", claims::TESTS),
    ("operator::desk", desk::TESTS),
    ("operator::developers", developers::TESTS),
    ("operator::documents", documents::TESTS),
    ("operator::faults", faults::TESTS),
    ("operator::journal", journal::TESTS),
    ("operator::limits", limits::TESTS),
    ("operator::lists", lists::TESTS),
    ("operator::notifications", notifications::TESTS),
    ("operator::operators", operators::TESTS),
    ("operator::records::changes", records::changes::TESTS),
    ("operator::records::conditions", records::conditions::TESTS),
    ("operator::records::lists", records::lists::TESTS),
    ("operator::records::refusals", records::refusals::TESTS),
    ("operator::watching", watching::TESTS),
    ("operator::reports", reports::TESTS),
    ("operator::secrets", secrets::TESTS),
];

/// An app of the demo's organization with both API products, but for what the test changes.
pub(crate) async fn add_app(
    app: &TestApp,
    (id, secret): (&str, &str),
    change: impl FnOnce(&mut RegisteredApp),
) {
    let id = ClientId::new(id);
    let mut registered = RegisteredApp {
        app: ClientApp {
            id: id.clone(),
            name: "A test's own".to_owned(),
            owner: OrganizationNumber::parse("914742315").expect("a number"),
            enabled: true,
            grants: vec![GrantType::Password, GrantType::ClientCredentials],
            basic_networks: Vec::new(),
            bound_system_user: None,
            expires_in_as_string: false,
        },
        pace: Pace {
            calls_per_second: 1000,
            burst: 1000,
        },
        may_introspect: false,
    };
    change(&mut registered);
    let secret = key().hash_client_secret(&id, secret);
    app.operate(async |tx| {
        tx.client_apps().insert(&registered).await?;
        tx.client_apps()
            .add_secret(&id, &secret, jiff::Timestamp::UNIX_EPOCH)
            .await?;
        for product in ["info", "order"] {
            tx.client_apps().add_product(&id, product, None).await?;
        }
        Ok(())
    })
    .await;
}

/// Switches an app off or on again.
pub(crate) async fn enable_app(app: &TestApp, id: &str, enabled: bool) {
    let id = ClientId::new(id);
    app.operate(async |tx| tx.client_apps().set_enabled(&id, enabled).await)
        .await;
}

/// Switches a system user off or on again.
pub(crate) async fn enable_user(app: &TestApp, name: &str, enabled: bool) {
    let name = SystemUserName::new(name);
    app.operate(async |tx| tx.system_users().set_enabled(&name, enabled).await)
        .await;
}

/// Switches an operation off or on again, for everyone.
pub(crate) async fn enable_operation(app: &TestApp, operation: &str, enabled: bool) {
    app.operate(async |tx| {
        tx.api_products()
            .set_operation_enabled(operation, enabled)
            .await
    })
    .await;
}

/// Ends a billing account.
pub(crate) async fn cancel_account(app: &TestApp, id: AccountId) {
    let set = async |tx: &mut storage::Transaction| {
        tx.accounts().set_status(id, AccountStatus::Cancelled).await
    };
    assert!(app.operate(set).await, "the account is there");
}

/// Lets orders be carried out in this way from now on.
pub(crate) async fn begin_at(app: &mut TestApp, way: FulfillmentWay) {
    app.restart_with(|choices| choices.fulfillment.default_way = way)
        .await;
}

/// An order of the other company's.
fn foreign() -> Value {
    json!({
        "type": "ADD_PRODUCT",
        "agreementId": 7_000_001,
        "productOfferingId": 404,
    })
}

/// Ends all that is open, so that the test ends with nothing left to do.
async fn clear(app: &TestApp) {
    let demo = caller::demo(app);
    loop {
        let desk = demo.get("/operator/v1/desk").await;
        let mut open = desk.ok()["orders"].as_array().expect("a list").clone();
        open.retain(|order| order["waits"] == false);
        open.extend(demo.claim(100, 60).await);
        if open.is_empty() {
            return;
        }
        for order in open {
            let id = order["orderId"].as_str().expect("an id");
            let claim = json!({ "claim": order["claim"] });
            demo.report(id, "complete", &claim).await.ok();
        }
    }
}
