//! Sessions of people who are signed in.

use domain::access::{Realm, TokenHash};
use jiff::{SignedDuration, Timestamp};
use storage::{OpenSession, SessionAge, Store};

use crate::logins::set;
use crate::scratch::{Test, tests};
use crate::world::NOW;

pub(crate) const TESTS: &[Test] = tests![
    a_session_is_of_its_realm_and_not_too_old,
    a_session_is_used_until_it_is_not,
    a_session_ends_alone_with_others_or_with_all,
    a_purge_drops_what_nobody_used_for_long,
];

const KARI: (Realm, &str) = (Realm::Operator, "kari");
const OLA: (Realm, &str) = (Realm::Operator, "ola");
const CUSTOMER: (Realm, &str) = (Realm::Portal, "kari");

fn hash(text: &str) -> TokenHash {
    TokenHash::new(text)
}

fn later(seconds: i64) -> Timestamp {
    NOW + SignedDuration::from_secs(seconds)
}

async fn begin(store: &Store, token: &str, whose: (Realm, &str), now: Timestamp) {
    let token = hash(token);
    let begun = store.transact(async |tx| tx.sessions().insert(&token, whose, now).await);
    assert_eq!(begun.await, Ok(()));
}

async fn populated(store: &Store) {
    for (whose, tokens) in [
        (KARI, &["k1", "k2"][..]),
        (OLA, &["o1"]),
        (CUSTOMER, &["c1"]),
    ] {
        set(store, whose, "hash").await;
        for token in tokens {
            begin(store, token, whose, NOW).await;
        }
    }
}

async fn find(store: &Store, token: &str, realm: Realm, age: SessionAge) -> Option<OpenSession> {
    let token = hash(token);
    let found = store.read(async |tx| tx.sessions().find(&token, realm, age).await);
    found.await.expect("an answer")
}

/// The tokens of those sessions that are there.
async fn open(store: &Store) -> Vec<&'static str> {
    let mut open = Vec::new();
    let age = age(-1, -1);
    for token in ["k1", "k2", "o1", "c1"] {
        for realm in Realm::ALL {
            open.extend(find(store, token, realm, age).await.map(|_| token));
        }
    }
    open
}

fn age(started_after: i64, seen_after: i64) -> SessionAge {
    SessionAge {
        started_after: later(started_after),
        seen_after: later(seen_after),
    }
}

async fn a_session_is_of_its_realm_and_not_too_old(store: Store) {
    populated(&store).await;
    let expected = OpenSession {
        name: "kari".to_owned(),
        started_at: NOW,
        seen_at: NOW,
        must_change: false,
        has_totp: false,
    };
    let found = find(&store, "k1", Realm::Operator, age(-1, -1)).await;
    assert_eq!(found, Some(expected));
    for (token, realm, age) in [
        ("k1", Realm::Portal, age(-1, -1)),
        ("c1", Realm::Operator, age(-1, -1)),
        ("k3", Realm::Operator, age(-1, -1)),
        ("k1", Realm::Operator, age(0, -1)),
        ("k1", Realm::Operator, age(-1, 0)),
    ] {
        assert_eq!(
            find(&store, token, realm, age).await,
            None,
            "{token} {age:?}"
        );
    }
    let seeded = store.transact(async |tx| {
        let (realm, name) = KARI;
        tx.logins().set_seed(realm, name, ("seed", 1)).await
    });
    assert_eq!(seeded.await, Ok(true));
    let found = find(&store, "k2", Realm::Operator, age(-1, -1)).await;
    assert!(found.is_some_and(|session| session.has_totp));
}

async fn a_session_is_used_until_it_is_not(store: Store) {
    populated(&store).await;
    let token = hash("k1");
    for (at, seen) in [(60, 60), (30, 60), (90, 90)] {
        let touch = store.transact(async |tx| tx.sessions().touch(&token, later(at)).await);
        assert_eq!(touch.await, Ok(()));
        let found = find(&store, "k1", Realm::Operator, age(-1, -1)).await;
        let found = found.expect("a session");
        assert_eq!((found.started_at, found.seen_at), (NOW, later(seen)));
    }
    assert!(
        find(&store, "k1", Realm::Operator, age(-1, 89))
            .await
            .is_some()
    );
    assert!(
        find(&store, "k2", Realm::Operator, age(-1, 0))
            .await
            .is_none()
    );
}

async fn a_session_ends_alone_with_others_or_with_all(store: Store) {
    populated(&store).await;
    let (k1, k3) = (hash("k1"), hash("k3"));
    for (token, ended) in [(&k3, false), (&k1, true), (&k1, false)] {
        let end = store.transact(async |tx| tx.sessions().end(token).await);
        assert_eq!(end.await, Ok(ended));
    }
    assert_eq!(open(&store).await, ["k2", "o1", "c1"]);
    begin(&store, "k1", KARI, NOW).await;
    let (realm, name) = KARI;
    let others = store.transact(async |tx| tx.sessions().end_others(realm, name, Some(&k1)).await);
    assert_eq!(others.await, Ok(1));
    assert_eq!(open(&store).await, ["k1", "o1", "c1"]);
    let all = store.transact(async |tx| tx.sessions().end_others(realm, name, None).await);
    assert_eq!(all.await, Ok(1));
    assert_eq!(open(&store).await, ["o1", "c1"]);
    let everyones = store.transact(async |tx| tx.sessions().end_everyones().await);
    assert_eq!(everyones.await, Ok(2));
    assert_eq!(open(&store).await, [""; 0]);
}

async fn a_purge_drops_what_nobody_used_for_long(store: Store) {
    populated(&store).await;
    let token = hash("k1");
    let touch = store.transact(async |tx| tx.sessions().touch(&token, later(60)).await);
    assert_eq!(touch.await, Ok(()));
    for (seen_by, dropped) in [(-1, 0), (0, 2), (0, 1), (59, 0)] {
        let purge = store.transact(async |tx| tx.sessions().purge(later(seen_by), 2).await);
        assert_eq!(purge.await, Ok(dropped), "{seen_by}");
    }
    assert_eq!(open(&store).await, ["k1"]);
}
