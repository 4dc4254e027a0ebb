//! Address cards of organizations.

use domain::{Address, AddressCard, AddressCardId, OrganizationNumber};
use storage::{Error, Store};

use crate::client_apps::{owner, stranger};
use crate::scratch::{Test, tests};
use crate::system_users::add_companies;
use crate::world::TROUBLESOME;

pub(crate) const TESTS: &[Test] = tests![
    cards_come_back_by_id_as_they_went_in,
    a_card_is_of_one_organization,
    a_card_needs_an_organization_and_an_id_of_its_own,
];

fn bare(id: i64) -> AddressCard {
    AddressCard {
        id: AddressCardId::new(id),
        name: "A card".to_owned(),
        address: Address::default(),
        format: "EHF".to_owned(),
    }
}

async fn cards_come_back_by_id_as_they_went_in(store: Store) {
    let full = AddressCard {
        id: AddressCardId::new(10),
        name: TROUBLESOME.to_owned(),
        address: Address {
            street_name: Some("Snarøyveien".to_owned()),
            street_address: Some("30 B".to_owned()),
            entrance_code: Some(String::new()),
            postal_code: Some("0001".to_owned()),
            postal_place: Some("Fornebu".to_owned()),
        },
        format: "PAPER".to_owned(),
    };
    let cards = [bare(9), full, bare(100)];
    let cards = &cards;
    let found = store.transact(async move |tx| {
        add_companies(tx).await?;
        for card in cards.iter().rev() {
            tx.address_cards().insert(&owner(), card).await?;
        }
        tx.address_cards().list(&owner()).await
    });
    assert_eq!(found.await, Ok(cards.to_vec()));
}

async fn a_card_is_of_one_organization(store: Store) {
    let outcome = store.transact(async |tx| {
        add_companies(tx).await?;
        let mut cards = tx.address_cards();
        cards.insert(&owner(), &bare(1)).await?;
        cards.insert(&stranger(), &bare(2)).await?;
        assert_eq!(cards.list(&owner()).await?, [bare(1)]);
        assert_eq!(cards.list(&stranger()).await?, [bare(2)]);
        cards.list(&unknown()).await
    });
    assert_eq!(outcome.await, Ok(vec![]));
}

async fn a_card_needs_an_organization_and_an_id_of_its_own(store: Store) {
    let prepared = store.transact(async |tx| {
        add_companies(tx).await?;
        tx.address_cards().insert(&owner(), &bare(1)).await
    });
    assert_eq!(prepared.await, Ok(()));
    for (organization, card) in [(unknown(), bare(2)), (stranger(), bare(1))] {
        let (organization, card) = (&organization, &card);
        let outcome =
            store.transact(async move |tx| tx.address_cards().insert(organization, card).await);
        let outcome = outcome.await;
        assert!(matches!(outcome, Err(Error::Conflict(_))), "{outcome:?}");
    }
}

fn unknown() -> OrganizationNumber {
    OrganizationNumber::parse("987654321").expect("nine digits")
}
