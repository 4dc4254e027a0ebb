//! Organizations, seen by those who act for them.

use domain::access::{Caller, SystemUserName};
use domain::{Organization, OrganizationNumber};
use storage::{Error, Store};

use crate::client_apps::{owner, stranger};
use crate::scratch::{Test, tests};
use crate::world::{self, TROUBLESOME, both, foreign, idle, organization, own};

pub(crate) const TESTS: &[Test] = tests![
    an_organization_of_others_is_not_found,
    a_right_that_was_taken_away_ends_at_once,
    a_name_comes_back_as_it_went_in,
    a_number_is_there_once,
];

async fn an_organization_of_others_is_not_found(store: Store) {
    store.transact(world::build).await.expect("a world");
    let (first, second) = (organization(owner()), organization(stranger()));
    for (caller, seen) in [
        (own(), vec![first.clone()]),
        (foreign(), vec![second.clone()]),
        (both(), vec![first.clone(), second.clone()]),
        (idle(), vec![]),
        (nobody(), vec![]),
    ] {
        let (caller, all) = (&caller, [&first, &second]);
        let outcome = store.read(async |tx| {
            let mut organizations = tx.organizations();
            assert_eq!(organizations.list(caller.reach()).await?, seen);
            for one in all {
                let found = organizations.find(caller.reach(), &one.number).await?;
                assert_eq!(found, seen.contains(one).then(|| one.clone()), "{caller:?}");
            }
            let unknown = OrganizationNumber::parse("987654321").expect("nine digits");
            organizations.find(caller.reach(), &unknown).await
        });
        assert_eq!(outcome.await, Ok(None));
    }
}

fn nobody() -> Caller {
    let mut caller = own();
    caller.system_user = SystemUserName::new("own");
    caller
}

async fn a_right_that_was_taken_away_ends_at_once(store: Store) {
    let outcome = store.transact(async |tx| {
        world::build(tx).await?;
        let (caller, number) = (both(), stranger());
        let mut users = tx.system_users();
        users
            .remove_organization(&caller.system_user, &number)
            .await?;
        let mut organizations = tx.organizations();
        assert_eq!(organizations.find(caller.reach(), &number).await?, None);
        organizations.list(caller.reach()).await
    });
    assert_eq!(outcome.await, Ok(vec![organization(owner())]));
}

async fn a_name_comes_back_as_it_went_in(store: Store) {
    let named = Organization {
        number: OrganizationNumber::parse("000000000").expect("nine digits"),
        name: TROUBLESOME.to_owned(),
    };
    let named = &named;
    let found = store.transact(async move |tx| {
        world::build(tx).await?;
        tx.organizations().insert(named).await?;
        tx.system_users()
            .add_organization(&own().system_user, &named.number)
            .await?;
        tx.organizations().list(own().reach()).await
    });
    assert_eq!(
        found.await,
        Ok(vec![named.clone(), organization(owner())]),
        "by number"
    );
}

async fn a_number_is_there_once(store: Store) {
    store.transact(world::build).await.expect("a world");
    let again = organization(owner());
    let again = &again;
    let inserted = store.transact(async move |tx| tx.organizations().insert(again).await);
    assert!(matches!(inserted.await, Err(Error::Conflict(_))));
    let count = store.read(async |tx| tx.organizations().count().await);
    assert_eq!(count.await, Ok(2));
}
