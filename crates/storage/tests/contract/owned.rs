//! What an organization owns, and what its own people may change of it.

use domain::OrganizationNumber;
use domain::access::{ClientId, GrantType, SystemUserName};
use storage::{Error, Store, Transaction};

use crate::client_apps::{app, owner, stranger};
use crate::scratch::{Test, tests};
use crate::system_users::{add_companies, system_user};

pub(crate) const TESTS: &[Test] = tests![
    apps_and_system_users_are_their_owners,
    an_app_changes_for_its_owner_alone,
    what_the_operator_has_disabled_stays_so,
    organizations_are_reached_through_enabled_system_users,
    api_products_that_are_switched_off_are_left_out,
];

fn own_app() -> ClientId {
    ClientId::new("own")
}

fn own_user() -> SystemUserName {
    SystemUserName::new("OWN")
}

async fn prepare(tx: &mut Transaction) -> Result<(), Error> {
    add_companies(tx).await?;
    for (id, name, number) in [("own", "OWN", owner()), ("foreign", "FOREIGN", stranger())] {
        let mut app = app(id);
        app.app.owner = number.clone();
        tx.client_apps().insert(&app).await?;
        let user = system_user(name, &number);
        tx.system_users().insert(&user).await?;
        tx.system_users()
            .add_organization(&user.name, &number)
            .await?;
    }
    tx.api_products().insert("info").await?;
    tx.client_apps().add_product(&own_app(), "info", None).await
}

async fn apps_and_system_users_are_their_owners(store: Store) {
    let done = store.transact(async |tx| {
        prepare(tx).await?;
        for (number, is_own) in [(owner(), true), (stranger(), false)] {
            let mut owned = tx.owned(&number);
            let own = owned.organization().await?.map(|own| own.number);
            assert_eq!(own, Some(number.clone()));
            assert_eq!(owned.apps().await?.len(), 1);
            assert_eq!(owned.system_users().await?.len(), 1);
            let app = owned.app(&own_app()).await?;
            let products = app.map(|app| app.kept.products);
            assert_eq!(products, is_own.then(|| vec![("info".to_owned(), None)]));
            let user = owned.system_user(&own_user()).await?;
            let organizations = user.map(|user| user.kept.organizations);
            assert_eq!(organizations, is_own.then(|| vec![owner()]));
        }
        let nobody = OrganizationNumber::parse("000000000").expect("nine digits");
        assert_eq!(tx.owned(&nobody).organization().await?, None);
        Ok::<_, Error>(())
    });
    assert_eq!(done.await, Ok(()));
}

async fn an_app_changes_for_its_owner_alone(store: Store) {
    let done = store.transact(async |tx| {
        prepare(tx).await?;
        let mut wanted = app("own").app;
        wanted.name = String::from("Another name");
        wanted.grants = vec![GrantType::ClientCredentials];
        wanted.bound_system_user = Some(own_user());
        assert!(!tx.owned(&stranger()).change_app(&wanted).await?);
        assert!(tx.owned(&owner()).change_app(&wanted).await?);
        let found = tx.client_apps().find(&own_app()).await?;
        assert_eq!(found.map(|found| found.app), Some(wanted));
        Ok::<_, Error>(())
    });
    assert_eq!(done.await, Ok(()));
}

async fn switch(
    tx: &mut Transaction,
    number: &OrganizationNumber,
    on: bool,
) -> Result<bool, Error> {
    let mut owned = tx.owned(number);
    let app = owned.switch_app(&own_app(), on).await?;
    let user = owned.switch_system_user(&own_user(), on).await?;
    assert_eq!(app, user);
    Ok(app)
}

async fn operate(tx: &mut Transaction, on: bool) -> Result<(), Error> {
    tx.client_apps().set_enabled(&own_app(), on).await?;
    tx.system_users().set_enabled(&own_user(), on).await?;
    Ok(())
}

async fn what_the_operator_has_disabled_stays_so(store: Store) {
    let done = store.transact(async |tx| {
        prepare(tx).await?;
        for on in [false, true] {
            assert!(!switch(tx, &stranger(), on).await?);
        }
        assert!(!switch(tx, &owner(), true).await?, "it is enabled");
        assert!(switch(tx, &owner(), false).await?);
        assert!(!switch(tx, &owner(), false).await?);
        let app = tx.owned(&owner()).app(&own_app()).await?.expect("an app");
        assert!(app.disabled_by_owner && !app.kept.registered.app.enabled);
        assert!(switch(tx, &owner(), true).await?);
        operate(tx, false).await?;
        assert!(!switch(tx, &owner(), true).await?, "the operator's word");
        let user = tx.owned(&owner()).system_user(&own_user()).await?;
        assert!(!user.expect("a user").disabled_by_owner);
        operate(tx, true).await?;
        assert!(switch(tx, &owner(), false).await?);
        // The operator enables it and disables it again.
        operate(tx, true).await?;
        operate(tx, false).await?;
        assert!(!switch(tx, &owner(), true).await?);
        Ok::<_, Error>(())
    });
    assert_eq!(done.await, Ok(()));
}

async fn organizations_are_reached_through_enabled_system_users(store: Store) {
    let done = store.transact(async |tx| {
        prepare(tx).await?;
        let reached = async |tx: &mut Transaction| {
            let reached = tx.owned(&owner()).reached().await?;
            Ok::<_, Error>(
                reached
                    .into_iter()
                    .map(|one| one.number)
                    .collect::<Vec<_>>(),
            )
        };
        assert_eq!(reached(tx).await?, [owner()]);
        let user = &own_user();
        tx.system_users()
            .add_organization(user, &stranger())
            .await?;
        let mut both = [owner(), stranger()];
        both.sort();
        assert_eq!(reached(tx).await?, both);
        tx.system_users().set_enabled(user, false).await?;
        assert_eq!(reached(tx).await?, [owner()]);
        Ok::<_, Error>(())
    });
    assert_eq!(done.await, Ok(()));
}

async fn api_products_that_are_switched_off_are_left_out(store: Store) {
    let done = store.transact(async |tx| {
        prepare(tx).await?;
        tx.api_products().insert("b").await?;
        tx.api_products().insert("a").await?;
        tx.api_products().set_enabled("b", false).await?;
        tx.owned(&owner()).api_products().await
    });
    assert_eq!(done.await, Ok(vec!["a".to_owned(), "info".to_owned()]));
}
