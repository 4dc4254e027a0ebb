//! Client apps, their secrets and their API products.

use domain::OrganizationNumber;
use domain::access::{ClientApp, ClientId, GrantType, SystemUserName, TokenHash};
use jiff::Timestamp;
use storage::{Error, Pace, Quota, QuotaPeriod, RegisteredApp, Store};

use crate::scratch::{Test, tests};
use crate::system_users::{add_companies, system_user};

pub(crate) const TESTS: &[Test] = tests![
    an_app_comes_back_as_it_went_in,
    a_secret_finds_its_own_enabled_app,
    the_bound_user_must_be_enabled_and_of_the_same_organization,
    an_app_has_two_secrets_at_most,
    secrets_come_by_age,
    pace_and_products_can_change,
    a_pace_of_nothing_is_not_stored,
];

pub(crate) fn owner() -> OrganizationNumber {
    OrganizationNumber::parse("914742315").expect("nine digits")
}

pub(crate) fn stranger() -> OrganizationNumber {
    OrganizationNumber::parse("976967631").expect("nine digits")
}

pub(crate) fn app(id: &str) -> RegisteredApp {
    RegisteredApp {
        app: ClientApp {
            id: ClientId::new(id),
            name: "An app".to_owned(),
            owner: owner(),
            enabled: true,
            grants: GrantType::ALL.to_vec(),
            basic_networks: vec!["127.0.0.0/8".to_owned(), "::1/128".to_owned()],
            bound_system_user: None,
            expires_in_as_string: true,
        },
        pace: Pace {
            calls_per_second: 30,
            burst: 2,
        },
        may_introspect: true,
    }
}

fn hash(text: &str) -> TokenHash {
    TokenHash::new(text)
}

async fn an_app_comes_back_as_it_went_in(store: Store) {
    store.transact(add_companies).await.expect("companies");
    let full = app("full");
    let mut bare = app("bare");
    bare.app.grants.clear();
    bare.app.basic_networks.clear();
    bare.app.enabled = false;
    for app in [full, bare] {
        let app = &app;
        let found = store
            .transact(async move |tx| {
                tx.client_apps().insert(app).await?;
                tx.client_apps().find(&app.app.id).await
            })
            .await;
        assert_eq!(found.as_ref(), Ok(&Some(app.clone())));
        let again = store.transact(async move |tx| tx.client_apps().insert(app).await);
        assert!(matches!(again.await, Err(Error::Conflict(_))));
    }
    let nobody = ClientId::new("nobody");
    let found = store.read(async |tx| tx.client_apps().find(&nobody).await);
    assert_eq!(found.await, Ok(None));
}

async fn a_secret_finds_its_own_enabled_app(store: Store) {
    let (one, other) = (app("one"), app("other"));
    let (one, other) = (&one, &other);
    store
        .transact(async move |tx| {
            add_companies(tx).await?;
            for app in [one, other] {
                tx.client_apps().insert(app).await?;
                let secret = hash(app.app.id.as_str());
                tx.client_apps()
                    .add_secret(&app.app.id, &secret, Timestamp::UNIX_EPOCH)
                    .await?;
            }
            Ok::<_, Error>(())
        })
        .await
        .expect("two apps");
    let find = async |id: &ClientId, secret: &str| {
        let secret = hash(secret);
        let found = store.read(async |tx| tx.client_apps().find_by_secret(id, &secret).await);
        found.await.expect("an answer")
    };
    let found = find(&one.app.id, "one").await.expect("an app");
    assert_eq!((&found.registered, found.end_user), (one, None));
    assert_eq!(find(&one.app.id, "other").await, None);
    assert_eq!(find(&one.app.id, "").await, None);
    let set_enabled = async |enabled| {
        let id = &one.app.id;
        let changed =
            store.transact(async move |tx| tx.client_apps().set_enabled(id, enabled).await);
        assert_eq!(changed.await, Ok(true));
    };
    set_enabled(false).await;
    assert_eq!(find(&one.app.id, "one").await, None);
    set_enabled(true).await;
    assert!(find(&one.app.id, "one").await.is_some());
}

async fn the_bound_user_must_be_enabled_and_of_the_same_organization(store: Store) {
    store.transact(add_companies).await.expect("companies");
    for (name, user_owner, enabled, found) in [
        ("USER1", owner(), true, true),
        ("USER2", owner(), false, false),
        ("USER3", stranger(), true, false),
    ] {
        let mut user = system_user(name, &user_owner);
        user.enabled = enabled;
        let mut app = app(name);
        app.app.bound_system_user = Some(user.name.clone());
        let (user, app) = (&user, &app);
        let authenticated = store
            .transact(async move |tx| {
                tx.system_users().insert(user).await?;
                tx.client_apps().insert(app).await?;
                let (id, secret) = (&app.app.id, hash("secret"));
                let now = Timestamp::UNIX_EPOCH;
                tx.client_apps().add_secret(id, &secret, now).await?;
                tx.client_apps().find_by_secret(id, &secret).await
            })
            .await;
        let authenticated = authenticated.expect("an answer").expect("an app");
        let expected = found.then(|| SystemUserName::new(name));
        assert_eq!(authenticated.end_user, expected, "{name}");
    }
}

async fn an_app_has_two_secrets_at_most(store: Store) {
    let app = app("demo");
    let app = &app;
    let added = store
        .transact(async move |tx| {
            add_companies(tx).await?;
            tx.client_apps().insert(app).await?;
            let (id, now) = (&app.app.id, Timestamp::UNIX_EPOCH);
            let mut apps = tx.client_apps();
            let mut added = Vec::new();
            for secret in ["one", "two", "three"] {
                added.push(apps.add_secret(id, &hash(secret), now).await?);
            }
            added.push(apps.remove_secret(id, &hash("one")).await?);
            added.push(apps.remove_secret(id, &hash("one")).await?);
            added.push(apps.add_secret(id, &hash("three"), now).await?);
            Ok::<_, Error>(added)
        })
        .await;
    assert_eq!(added, Ok(vec![true, true, false, true, false, true]));
}

async fn secrets_come_by_age(store: Store) {
    let one = app("one");
    let id = &one.app.id;
    let one = &one;
    let found = store.transact(async move |tx| {
        add_companies(tx).await?;
        tx.client_apps().insert(one).await?;
        for (secret, at) in [("younger", 7), ("older", 5)] {
            let at = Timestamp::constant(at, 0);
            tx.client_apps().add_secret(id, &hash(secret), at).await?;
        }
        tx.client_apps().secrets(id).await
    });
    let expected = [("older", 5), ("younger", 7)];
    let expected = expected.map(|(secret, at)| (hash(secret), Timestamp::constant(at, 0)));
    assert_eq!(found.await, Ok(expected.to_vec()));
}

async fn pace_and_products_can_change(store: Store) {
    let app = app("demo");
    let app = &app;
    let faster = Pace {
        calls_per_second: 200,
        burst: 50,
    };
    let quota = |calls| {
        Some(Quota {
            calls,
            period: QuotaPeriod::Day,
        })
    };
    let outcome = store.transact(async move |tx| {
        add_companies(tx).await?;
        tx.client_apps().insert(app).await?;
        let id = &app.app.id;
        tx.api_products().insert("info").await?;
        let mut apps = tx.client_apps();
        assert!(apps.set_pace(id, faster).await?);
        assert!(!apps.set_pace(&ClientId::new("nobody"), faster).await?);
        assert!(!apps.set_enabled(&ClientId::new("nobody"), true).await?);
        let found = apps.find(id).await?.expect("an app");
        assert_eq!(found.pace, faster);
        apps.add_product(id, "info", quota(5)).await?;
        apps.add_product(id, "info", quota(6)).await?;
        assert!(apps.remove_product(id, "info").await?);
        assert!(!apps.remove_product(id, "info").await?);
        Ok::<_, Error>(())
    });
    assert_eq!(outcome.await, Ok(()));
}

async fn a_pace_of_nothing_is_not_stored(store: Store) {
    let mut stopped = app("stopped");
    stopped.pace.burst = 0;
    let stopped = &stopped;
    store.transact(add_companies).await.expect("companies");
    let outcome = store.transact(async move |tx| tx.client_apps().insert(stopped).await);
    assert!(matches!(outcome.await, Err(Error::Statement { .. })));
}
