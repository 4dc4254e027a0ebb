//! The people of organizations.

use domain::OrganizationNumber;
use domain::access::{Developer, DeveloperEmail, DeveloperRole};
use storage::{Error, Store};

use crate::client_apps::{owner, stranger};
use crate::scratch::{Test, tests};
use crate::system_users::add_companies;
use crate::world::NOW;

pub(crate) const TESTS: &[Test] = tests![
    a_developer_is_found_by_the_organization_and_the_address,
    an_address_is_given_once_in_each_organization,
    a_developer_changes_for_the_own_organization_alone,
];

pub(crate) fn email(name: &str) -> DeveloperEmail {
    DeveloperEmail::parse(&format!("{name}@example.com")).expect("an address")
}

fn developer(name: &str, organization: OrganizationNumber) -> Developer {
    Developer {
        email: email(name),
        organization,
        name: format!("{name} \"O'Hara\" æ"),
        role: DeveloperRole::Developer,
        enabled: true,
        created_at: NOW,
    }
}

async fn add(store: &Store, developer: &Developer) -> bool {
    let insert = async |tx: &mut storage::Transaction| tx.developers().insert(developer).await;
    store.transact(insert).await.expect("an answer")
}

async fn a_developer_is_found_by_the_organization_and_the_address(store: Store) {
    store.transact(add_companies).await.expect("companies");
    let (kari, ola) = (developer("kari", owner()), developer("ola", stranger()));
    let anne = developer("anne", owner());
    for developer in [&kari, &ola, &anne] {
        assert!(add(&store, developer).await);
    }
    let read = store.read(async |tx| {
        let mut developers = tx.developers();
        for (organization, found) in [(owner(), Some(kari.clone())), (stranger(), None)] {
            assert_eq!(developers.find(&organization, &kari.email).await?, found);
        }
        assert_eq!(developers.find(&owner(), &email("nobody")).await?, None);
        let own = developers.list_of(&owner()).await?;
        assert_eq!(own, [anne.clone(), kari.clone()]);
        assert_eq!(
            developers.list_of(&stranger()).await?,
            std::slice::from_ref(&ola)
        );
        let all = developers.list().await?;
        assert_eq!(all, [anne.clone(), kari.clone(), ola.clone()]);
        Ok::<_, Error>(())
    });
    assert_eq!(read.await, Ok(()));
}

async fn an_address_is_given_once_in_each_organization(store: Store) {
    store.transact(add_companies).await.expect("companies");
    let (kari, namesake) = (developer("kari", owner()), developer("kari", stranger()));
    assert!(add(&store, &kari).await);
    assert!(!add(&store, &developer("kari", owner())).await);
    assert!(add(&store, &namesake).await);
    let found = store.read(async |tx| tx.developers().list().await);
    assert_eq!(found.await, Ok(vec![kari, namesake]));
}

async fn a_developer_changes_for_the_own_organization_alone(store: Store) {
    store.transact(add_companies).await.expect("companies");
    let kari = developer("kari", owner());
    assert!(add(&store, &kari).await);
    let namesake = developer("kari", stranger());
    assert!(add(&store, &namesake).await);
    let (own, other, address) = (&owner(), &stranger(), &kari.email);
    let changed = store.transact(async |tx| {
        let mut developers = tx.developers();
        let role = DeveloperRole::Administrator;
        let nobody = &email("nobody");
        assert!(!developers.set_role(own, nobody, role).await?);
        assert!(!developers.set_name(own, nobody, "x").await?);
        assert!(!developers.set_enabled(own, nobody, false).await?);
        assert_eq!(developers.find(own, address).await?, Some(kari.clone()));
        assert_eq!(
            developers.find(other, address).await?,
            Some(namesake.clone())
        );
        assert!(developers.set_role(own, address, role).await?);
        assert!(developers.set_name(own, address, "Kari").await?);
        assert!(developers.set_enabled(own, address, false).await?);
        assert_eq!(
            developers.find(other, address).await?,
            Some(namesake.clone())
        );
        developers.find(own, address).await
    });
    let expected = Developer {
        role: DeveloperRole::Administrator,
        name: "Kari".to_owned(),
        enabled: false,
        ..kari.clone()
    };
    assert_eq!(changed.await, Ok(Some(expected)));
}
