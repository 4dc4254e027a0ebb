//! Operators and their keys.

use domain::access::{Operator, OperatorName, OperatorRole, TokenHash};
use storage::{Error, Store};

use crate::scratch::{Test, tests};
use crate::world::NOW;

pub(crate) const TESTS: &[Test] = tests![
    an_operator_is_found_by_the_key_alone,
    a_name_is_given_once,
    a_key_is_of_one_operator,
    a_disabled_operator_is_listed_and_not_found,
    a_new_key_ends_the_one_before,
    a_role_is_settled_anew,
];

fn operator(name: &str, role: OperatorRole) -> Operator {
    Operator {
        name: OperatorName::parse(name).expect("a name"),
        role,
        enabled: true,
        created_at: NOW,
    }
}

fn key(text: &str) -> TokenHash {
    TokenHash::new(text)
}

async fn add(store: &Store, operator: &Operator, key: &TokenHash) -> Result<bool, Error> {
    let insert = async |tx: &mut storage::Transaction| tx.operators().insert(operator, key).await;
    store.transact(insert).await
}

async fn find(store: &Store, key: &TokenHash) -> Option<Operator> {
    let found = store.read(async |tx| tx.operators().find_by_key(key).await);
    found.await.expect("an answer")
}

async fn list(store: &Store) -> Vec<Operator> {
    let listed = store.read(async |tx| tx.operators().list().await);
    listed.await.expect("a list")
}

async fn an_operator_is_found_by_the_key_alone(store: Store) {
    let mut all = Vec::new();
    for (name, role) in ["a", "B", "c-1"].into_iter().zip(OperatorRole::ALL) {
        let operator = operator(name, role);
        assert_eq!(add(&store, &operator, &key(name)).await, Ok(true));
        assert_eq!(find(&store, &key(name)).await.as_ref(), Some(&operator));
        all.push(operator);
    }
    for unknown in ["", "A", "b", "c", "c-1 "] {
        assert_eq!(find(&store, &key(unknown)).await, None, "{unknown:?}");
    }
    let mut listed = list(&store).await;
    listed.sort_by_key(|operator| operator.role);
    assert_eq!(listed, all);
}

async fn a_name_is_given_once(store: Store) {
    let first = operator("a", OperatorRole::Viewer);
    assert_eq!(add(&store, &first, &key("1")).await, Ok(true));
    let second = operator("a", OperatorRole::Administrator);
    assert_eq!(add(&store, &second, &key("2")).await, Ok(false));
    assert_eq!(list(&store).await, [first]);
    assert_eq!(find(&store, &key("2")).await, None);
}

async fn a_key_is_of_one_operator(store: Store) {
    let (a, b) = (
        operator("a", OperatorRole::Viewer),
        operator("b", OperatorRole::Administrator),
    );
    assert_eq!(add(&store, &a, &key("1")).await, Ok(true));
    let added = add(&store, &b, &key("1")).await;
    assert!(matches!(added, Err(Error::Conflict(_))), "{added:?}");
    assert_eq!(find(&store, &key("1")).await, Some(a));
}

async fn a_disabled_operator_is_listed_and_not_found(store: Store) {
    let known = operator("a", OperatorRole::Desk);
    assert_eq!(add(&store, &known, &key("1")).await, Ok(true));
    for enabled in [false, true] {
        let name = &known.name;
        let set = store.transact(async |tx| tx.operators().set_enabled(name, enabled).await);
        assert_eq!(set.await, Ok(true));
        let now = Operator {
            enabled,
            ..known.clone()
        };
        assert_eq!(list(&store).await, std::slice::from_ref(&now));
        let found = find(&store, &key("1")).await;
        assert_eq!(found, enabled.then_some(now));
    }
    let nobody = &operator("nobody", OperatorRole::Desk).name;
    let set = store.transact(async |tx| tx.operators().set_enabled(nobody, false).await);
    assert_eq!(set.await, Ok(false));
}

async fn a_role_is_settled_anew(store: Store) {
    let known = operator("a", OperatorRole::Viewer);
    assert_eq!(add(&store, &known, &key("1")).await, Ok(true));
    let (name, role) = (&known.name, OperatorRole::Administrator);
    let set = store.transact(async |tx| tx.operators().set_role(name, role).await);
    assert_eq!(set.await, Ok(true));
    let now = Operator {
        role,
        ..known.clone()
    };
    let found = store.read(async |tx| tx.operators().find(name).await);
    assert_eq!(found.await, Ok(Some(now)));
    let nobody = &operator("nobody", OperatorRole::Desk).name;
    let set = store.transact(async |tx| {
        assert_eq!(tx.operators().find(nobody).await?, None);
        tx.operators().set_role(nobody, role).await
    });
    assert_eq!(set.await, Ok(false));
}

async fn a_new_key_ends_the_one_before(store: Store) {
    let known = operator("a", OperatorRole::Desk);
    assert_eq!(add(&store, &known, &key("1")).await, Ok(true));
    let (name, new) = (&known.name, &key("2"));
    let set = store.transact(async |tx| tx.operators().set_key(name, new).await);
    assert_eq!(set.await, Ok(true));
    assert_eq!(find(&store, &key("1")).await, None);
    assert_eq!(find(&store, new).await.as_ref(), Some(&known));
    let hash = store.read(async |tx| tx.operators().key_hash(name).await);
    assert_eq!(hash.await, Ok(Some(new.clone())));
    let nobody = &operator("nobody", OperatorRole::Desk).name;
    let set = store.transact(async |tx| tx.operators().set_key(nobody, new).await);
    assert_eq!(set.await, Ok(false));
}
