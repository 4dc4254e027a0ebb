//! What an operator does to the data behind a running server, in the words of the tests.

use domain::access::{ClientApp, ClientId, GrantType, SystemUserName};
use domain::{AccountId, AccountStatus, OrganizationNumber};
use storage::{Pace, RegisteredApp};

use crate::app::{TestApp, key};

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
