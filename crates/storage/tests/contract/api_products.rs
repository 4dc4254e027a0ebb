//! API products, as an app has them.

use domain::access::Scope;
use storage::{Error, HeldProduct, Quota, QuotaPeriod, Store, Transaction};

use crate::client_apps::app;
use crate::scratch::{Test, tests};
use crate::system_users::add_companies;

pub(crate) const TESTS: &[Test] = tests![
    an_app_holds_the_operations_of_its_products,
    what_is_switched_off_is_held_and_not_available,
    scopes_of_several_products_are_listed_once,
];

/// Two products that overlap, and an app that has both.
async fn populate(tx: &mut Transaction) -> Result<(), Error> {
    let demo = app("demo");
    add_companies(tx).await?;
    tx.client_apps().insert(&demo).await?;
    for (name, operations, scopes) in [
        (
            "order",
            ["place_order", "list_agreements"],
            ["agreements.order", "agreements.read"],
        ),
        (
            "info",
            ["list_orders", "list_agreements"],
            ["accounts.read", "agreements.read"],
        ),
    ] {
        let mut products = tx.api_products();
        products.insert(name).await?;
        for operation in operations {
            products.add_operation(name, operation).await?;
            products.add_operation(name, operation).await?;
        }
        for scope in scopes {
            products.add_scope(name, &Scope::new(scope)).await?;
            products.add_scope(name, &Scope::new(scope)).await?;
        }
    }
    let mut apps = tx.client_apps();
    apps.add_product(&demo.app.id, "order", None).await?;
    apps.add_product(&demo.app.id, "info", Some(QUOTA)).await
}

const QUOTA: Quota = Quota {
    calls: 1_000_000,
    period: QuotaPeriod::Day,
};

fn held(name: &str, available: bool, quota: Option<Quota>) -> HeldProduct {
    HeldProduct {
        name: name.to_owned(),
        available,
        quota,
    }
}

async fn holding(store: &Store, id: &str, operation: &str) -> Vec<HeldProduct> {
    let id = &app(id).app.id;
    let found = store.read(async |tx| tx.api_products().list_holding(id, operation).await);
    found.await.expect("a list")
}

async fn an_app_holds_the_operations_of_its_products(store: Store) {
    store.transact(populate).await.expect("two products");
    let (info, order) = (held("info", true, Some(QUOTA)), held("order", true, None));
    assert_eq!(
        holding(&store, "demo", "place_order").await,
        std::slice::from_ref(&order)
    );
    assert_eq!(
        holding(&store, "demo", "list_agreements").await,
        [info, order]
    );
    assert_eq!(holding(&store, "demo", "other").await, []);
    assert_eq!(holding(&store, "nobody", "place_order").await, []);
}

async fn what_is_switched_off_is_held_and_not_available(store: Store) {
    store.transact(populate).await.expect("two products");
    let outcome = store.transact(async |tx| {
        let mut products = tx.api_products();
        products.set_operation_enabled("place_order", false).await?;
        products.set_operation_enabled("place_order", false).await?;
        assert!(products.set_enabled("info", false).await?);
        assert!(!products.set_enabled("other", false).await?);
        // As the server does at each start.
        products.insert("info").await?;
        Ok::<_, Error>(())
    });
    assert_eq!(outcome.await, Ok(()));
    let (info, order) = (held("info", false, Some(QUOTA)), held("order", true, None));
    assert_eq!(
        holding(&store, "demo", "list_agreements").await,
        [info, order.clone()]
    );
    let off = held("order", false, None);
    assert_eq!(holding(&store, "demo", "place_order").await, [off]);
    let on = store.transact(async |tx| {
        tx.api_products()
            .set_operation_enabled("place_order", true)
            .await
    });
    assert_eq!(on.await, Ok(()));
    assert_eq!(holding(&store, "demo", "place_order").await, [order]);
}

async fn scopes_of_several_products_are_listed_once(store: Store) {
    store.transact(populate).await.expect("two products");
    let id = app("demo").app.id;
    let found = store
        .read(async |tx| tx.api_products().list_scopes(&id).await)
        .await;
    let expected = ["accounts.read", "agreements.order", "agreements.read"].map(Scope::new);
    assert_eq!(found, Ok(expected.to_vec()));
}
