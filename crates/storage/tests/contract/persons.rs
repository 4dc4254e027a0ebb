//! Persons, who are seen as the payers of accounts.

use domain::{AccountId, Payer, Person, PersonId};
use storage::{Error, Store};

use crate::scratch::{Test, tests};
use crate::world::{self, AT_ONCE, TROUBLESOME, account, own};

pub(crate) const TESTS: &[Test] = tests![
    a_person_comes_back_as_a_payer,
    a_person_is_there_once,
    a_payer_has_to_be_there
];

fn person(middle_name: Option<&str>) -> Person {
    Person {
        first_name: "Kari".to_owned(),
        middle_name: middle_name.map(str::to_owned),
        last_name: TROUBLESOME.to_owned(),
    }
}

async fn a_person_comes_back_as_a_payer(store: Store) {
    store.transact(world::build).await.expect("a world");
    for (number, middle_name) in [(1, None), (2, Some("")), (3, Some("Ås"))] {
        let mut account = account(AccountId::new(number));
        let person = person(middle_name);
        account.payer = Payer::Person(person.clone());
        let (account, person) = (&account, &person);
        let found = store.transact(async move |tx| {
            let id = PersonId::new(number);
            tx.persons().insert(id, person).await?;
            tx.accounts().insert(account, Some(id), AT_ONCE).await?;
            tx.accounts().find(own().reach(), account.id).await
        });
        assert_eq!(found.await.as_ref(), Ok(&Some(account.clone())));
    }
}

async fn a_person_is_there_once(store: Store) {
    let add = async || {
        let person = person(None);
        let person = &person;
        let added =
            store.transact(async move |tx| tx.persons().insert(PersonId::new(1), person).await);
        added.await
    };
    assert_eq!(add().await, Ok(()));
    assert!(matches!(add().await, Err(Error::Conflict(_))));
}

async fn a_payer_has_to_be_there(store: Store) {
    store.transact(world::build).await.expect("a world");
    let mut account = account(AccountId::new(1));
    account.payer = Payer::Person(person(None));
    let account = &account;
    let outcome = store.transact(async move |tx| {
        let nobody = Some(PersonId::new(1));
        tx.accounts().insert(account, nobody, AT_ONCE).await
    });
    assert!(matches!(outcome.await, Err(Error::Conflict(_))));
}
