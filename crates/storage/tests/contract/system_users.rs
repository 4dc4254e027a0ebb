//! System users and the organizations that they act for.

use domain::access::SystemUserName;
use domain::{Organization, OrganizationNumber};
use storage::{Error, Store, SystemUser, Transaction};

use crate::client_apps::{owner, stranger};
use crate::scratch::{Test, tests};

pub(crate) const TESTS: &[Test] = tests![
    a_system_user_comes_back_as_it_went_in,
    what_a_system_user_may_do_can_change,
];

pub(crate) fn system_user(name: &str, owner: &OrganizationNumber) -> SystemUser {
    SystemUser {
        name: SystemUserName::new(name),
        owner: owner.clone(),
        password_hash: "$argon2id$v=19$…".to_owned(),
        enabled: true,
    }
}

/// Adds the two companies that the tests of access are about.
pub(crate) async fn add_companies(tx: &mut Transaction) -> Result<(), Error> {
    for number in [owner(), stranger()] {
        let organization = Organization {
            number,
            name: "A company".to_owned(),
        };
        tx.organizations().insert(&organization).await?;
    }
    Ok(())
}

async fn a_system_user_comes_back_as_it_went_in(store: Store) {
    let user = system_user("API1000DEMO", &owner());
    let user = &user;
    let found = store
        .transact(async move |tx| {
            add_companies(tx).await?;
            tx.system_users().insert(user).await?;
            tx.system_users().find(&user.name).await
        })
        .await;
    assert_eq!(found.as_ref(), Ok(&Some(user.clone())));
    let other_case = SystemUserName::new("api1000demo");
    let found = store.read(async |tx| tx.system_users().find(&other_case).await);
    assert_eq!(found.await, Ok(None));
    assert!(!format!("{user:?}").contains("argon2"));
}

async fn what_a_system_user_may_do_can_change(store: Store) {
    let (user, nobody) = (system_user("USER", &owner()), SystemUserName::new("NOBODY"));
    let (user, nobody) = (&user, &nobody);
    let outcome = store.transact(async move |tx| {
        add_companies(tx).await?;
        let mut users = tx.system_users();
        users.insert(user).await?;
        assert!(users.set_enabled(&user.name, false).await?);
        assert!(users.set_password(&user.name, "another").await?);
        assert!(!users.set_enabled(nobody, false).await?);
        assert!(!users.set_password(nobody, "another").await?);
        let found = users.find(&user.name).await?.expect("a user");
        assert_eq!(
            (found.enabled, found.password_hash.as_str()),
            (false, "another")
        );
        users.add_organization(&user.name, &user.owner).await?;
        users.add_organization(&user.name, &user.owner).await?;
        assert!(users.remove_organization(&user.name, &user.owner).await?);
        assert!(!users.remove_organization(&user.name, &user.owner).await?);
        Ok::<_, Error>(())
    });
    assert_eq!(outcome.await, Ok(()));
}
