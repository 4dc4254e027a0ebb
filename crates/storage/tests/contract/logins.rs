//! Logins: passwords and the seeds of one-time codes.

use domain::access::Realm;
use storage::{Error, Login, NewPassword, Store};

use crate::scratch::{Test, tests};
use crate::world::NOW;

pub(crate) const TESTS: &[Test] = tests![
    a_login_is_of_its_realm_and_name,
    another_password_keeps_the_codes,
    a_step_is_used_once_and_never_an_earlier_one,
    doing_without_codes_may_ask_for_another_password,
];

const KARI: (Realm, &str) = (Realm::Operator, "kari");

pub(crate) async fn set(store: &Store, (realm, name): (Realm, &str), hash: &str) {
    let password = NewPassword {
        hash,
        must_change: false,
        at: NOW,
    };
    let set = store.transact(async |tx| tx.logins().set_password(realm, name, password).await);
    assert_eq!(set.await, Ok(()));
}

async fn find(store: &Store, (realm, name): (Realm, &str)) -> Option<Login> {
    let found = store.read(async |tx| tx.logins().find(realm, name).await);
    found.await.expect("an answer")
}

async fn seed(store: &Store, (realm, name): (Realm, &str), seed: (&str, i64)) -> bool {
    let set = store.transact(async |tx| tx.logins().set_seed(realm, name, seed).await);
    set.await.expect("an answer")
}

async fn use_step(store: &Store, (realm, name): (Realm, &str), step: i64) -> bool {
    let used = store.transact(async |tx| tx.logins().use_step(realm, name, step).await);
    used.await.expect("an answer")
}

async fn a_login_is_of_its_realm_and_name(store: Store) {
    set(&store, KARI, "1").await;
    set(&store, (Realm::Portal, "kari"), "2").await;
    let expected = Login {
        name: "kari".to_owned(),
        password_hash: "1".to_owned(),
        must_change: false,
        totp_seed: None,
        totp_last_step: 0,
        changed_at: NOW,
    };
    assert_eq!(find(&store, KARI).await, Some(expected));
    let other = find(&store, (Realm::Portal, "kari"))
        .await
        .expect("a login");
    assert_eq!(other.password_hash, "2");
    for name in ["", "Kari", "ola"] {
        assert_eq!(find(&store, (Realm::Operator, name)).await, None, "{name}");
    }
}

async fn another_password_keeps_the_codes(store: Store) {
    set(&store, KARI, "1").await;
    assert!(seed(&store, KARI, ("seed", 7)).await);
    set(&store, KARI, "2").await;
    let login = find(&store, KARI).await.expect("a login");
    assert_eq!(login.password_hash, "2");
    assert_eq!(
        (login.totp_seed.as_deref(), login.totp_last_step),
        (Some("seed"), 7)
    );
    assert!(!seed(&store, (Realm::Portal, "kari"), ("seed", 7)).await);
}

async fn a_step_is_used_once_and_never_an_earlier_one(store: Store) {
    set(&store, KARI, "1").await;
    assert!(!use_step(&store, KARI, 1).await, "without codes");
    assert!(seed(&store, KARI, ("seed", 7)).await);
    for (step, fresh) in [
        (6, false),
        (7, false),
        (8, true),
        (8, false),
        (10, true),
        (9, false),
    ] {
        assert_eq!(use_step(&store, KARI, step).await, fresh, "{step}");
    }
}

async fn doing_without_codes_may_ask_for_another_password(store: Store) {
    let remove = async |must_change: bool| -> Result<bool, Error> {
        let (realm, name) = KARI;
        store
            .transact(async |tx| tx.logins().remove_seed(realm, name, must_change).await)
            .await
    };
    set(&store, KARI, "1").await;
    assert_eq!(remove(true).await, Ok(false));
    for (asked, expected) in [(false, false), (true, true), (false, true)] {
        assert!(seed(&store, KARI, ("seed", 7)).await);
        assert_eq!(remove(asked).await, Ok(true));
        let login = find(&store, KARI).await.expect("a login");
        assert_eq!((login.totp_seed, login.must_change), (None, expected));
    }
}
