//! Links with which people choose a password.

use domain::access::{DeveloperRole, TokenHash};
use domain::{Organization, OrganizationNumber};
use storage::{Error, Invitation, Store, Transaction};

use crate::client_apps::{owner, stranger};
use crate::developers::email;
use crate::scratch::{Test, tests};
use crate::system_users::add_companies;
use crate::world::{NOW, after, organization};

pub(crate) const TESTS: &[Test] = tests![
    a_link_is_found_by_its_hash_until_it_ends,
    another_link_for_the_same_person_ends_the_one_before,
    a_link_is_ended_by_its_own_organization,
    links_that_have_ended_are_dropped,
];

fn hash(text: &str) -> TokenHash {
    TokenHash::new(text)
}

fn invitation(name: &str, number: OrganizationNumber) -> Invitation {
    Invitation {
        email: email(name),
        organization: organization(number),
        role: DeveloperRole::Administrator,
        invited_by: "command line".to_owned(),
        created_at: NOW,
        expires_at: after(60),
    }
}

async fn insert(store: &Store, token: &str, invitation: &Invitation) {
    let insert =
        async |tx: &mut Transaction| tx.invitations().insert(&hash(token), invitation).await;
    store.transact(insert).await.expect("a row");
}

async fn find(store: &Store, token: &str, seconds: i64) -> Option<Invitation> {
    let find =
        async |tx: &mut Transaction| tx.invitations().find(&hash(token), after(seconds)).await;
    store.read(find).await.expect("an answer")
}

async fn a_link_is_found_by_its_hash_until_it_ends(store: Store) {
    store.transact(add_companies).await.expect("companies");
    let made = invitation("kari", owner());
    insert(&store, "1", &made).await;
    assert_eq!(find(&store, "1", 59).await, Some(made.clone()));
    assert_eq!(find(&store, "1", 60).await, None);
    assert_eq!(find(&store, "2", 0).await, None);
    let listed = store.read(async |tx| {
        let mut links = tx.invitations();
        assert_eq!(links.list_of(&owner(), after(60)).await?, []);
        assert_eq!(links.list_of(&stranger(), NOW).await?, []);
        links.list_of(&owner(), NOW).await
    });
    assert_eq!(listed.await, Ok(vec![made]));
}

async fn another_link_for_the_same_person_ends_the_one_before(store: Store) {
    store.transact(add_companies).await.expect("companies");
    let first = invitation("kari", owner());
    let second = Invitation {
        role: DeveloperRole::Developer,
        invited_by: "ola@example.com".to_owned(),
        created_at: after(1),
        expires_at: after(61),
        ..first.clone()
    };
    insert(&store, "1", &first).await;
    insert(&store, "2", &second).await;
    assert_eq!(find(&store, "1", 0).await, None);
    assert_eq!(find(&store, "2", 0).await, Some(second.clone()));
    // Another organization knows nothing of it.
    let other = Invitation {
        organization: Organization {
            number: stranger(),
            ..second.organization.clone()
        },
        ..second.clone()
    };
    insert(&store, "3", &other).await;
    assert_eq!(find(&store, "2", 0).await, Some(second));
    assert_eq!(find(&store, "3", 0).await, Some(other));
}

async fn a_link_is_ended_by_its_own_organization(store: Store) {
    store.transact(add_companies).await.expect("companies");
    insert(&store, "1", &invitation("kari", owner())).await;
    let removed = store.transact(async |tx| {
        let mut links = tx.invitations();
        Ok::<_, Error>([
            links.remove(&stranger(), &email("kari")).await?,
            links.remove(&owner(), &email("ola")).await?,
            links.remove(&owner(), &email("kari")).await?,
            links.remove(&owner(), &email("kari")).await?,
        ])
    });
    assert_eq!(removed.await, Ok([false, false, true, false]));
    assert_eq!(find(&store, "1", 0).await, None);
}

async fn links_that_have_ended_are_dropped(store: Store) {
    store.transact(add_companies).await.expect("companies");
    for (name, seconds) in [("a", 1), ("b", 2), ("c", 3)] {
        let mut made = invitation(name, owner());
        made.expires_at = after(seconds);
        insert(&store, name, &made).await;
    }
    let dropped = store.transact(async |tx| tx.invitations().purge(after(2)).await);
    assert_eq!(dropped.await, Ok(2));
    assert!(find(&store, "c", 0).await.is_some());
    let dropped = store.transact(async |tx| tx.invitations().end_everyones().await);
    assert_eq!(dropped.await, Ok(1));
    assert_eq!(find(&store, "c", 0).await, None);
}
