//! The keys of lists: each kind after a key and up to another, and those of one owner alone.

use domain::{
    Address, AddressCard, AddressCardId, AgreementId, Person, PersonId, ProductId, ProductStatus,
};
use storage::{Error, Named, Numbered, Store, Transaction};

use crate::client_apps::{app, owner, stranger};
use crate::scratch::{Test, tests};
use crate::world::{ACCOUNT, AT_ONCE, FOREIGN, OWN, PRODUCT, SIM, VPN, account, build, product};

pub(crate) const TESTS: &[Test] = tests![
    numbers_come_after_one_and_up_to_another,
    numbers_of_one_owner_come_alone,
    names_come_in_order,
];

const ALL: (i64, i64) = (-1, i64::MAX);

async fn done(store: Store, body: impl AsyncFnOnce(&mut Transaction) -> Result<(), Error> + Clone) {
    store.transact(body).await.expect("a transaction");
}

async fn numbers(
    tx: &mut Transaction,
    of: &Numbered,
    (after, to): (i64, i64),
) -> Result<Vec<i64>, Error> {
    let found = tx.imports().numbers(of, (after, to), 10).await?;
    Ok(found.into_iter().map(|(id, _)| id).collect())
}

async fn numbers_come_after_one_and_up_to_another(store: Store) {
    done(store, async |tx: &mut Transaction| {
        build(tx).await?;
        let agreements = Numbered::Agreements(None);
        let (own, foreign) = (OWN.get(), FOREIGN.get());
        assert_eq!(numbers(tx, &agreements, ALL).await?, [own, foreign]);
        assert_eq!(numbers(tx, &agreements, (own, foreign)).await?, [foreign]);
        assert_eq!(numbers(tx, &agreements, (own - 1, own)).await?, [own]);
        let one = tx.imports().numbers(&agreements, ALL, 1).await?;
        assert_eq!(one, [(own, "Mobilt Bedriftsnett avtale".to_owned())]);

        for (id, middle) in [(3, None), (4, Some("Ø"))] {
            let person = Person {
                first_name: "Kari".to_owned(),
                middle_name: middle.map(str::to_owned),
                last_name: "Nordmann".to_owned(),
            };
            tx.persons().insert(PersonId::new(id), &person).await?;
        }
        let persons = tx.imports().numbers(&Numbered::Persons, ALL, 10).await?;
        let names = ["Kari Nordmann", "Kari Ø Nordmann"].map(str::to_owned);
        assert_eq!(persons, [3, 4].into_iter().zip(names).collect::<Vec<_>>());

        let offerings = numbers(tx, &Numbered::Offerings(None), ALL).await?;
        assert_eq!(offerings, [SIM.get(), VPN.get()]);
        let accounts = numbers(tx, &Numbered::Accounts(None), ALL).await?;
        assert_eq!(accounts, [ACCOUNT.get()]);

        let mut pending = product(ProductId::new(5));
        pending.status = ProductStatus::Pending;
        tx.products().insert(OWN, &pending).await?;
        let products = numbers(tx, &Numbered::Products, ALL).await?;
        assert_eq!(products, [PRODUCT.get()]);
        Ok(())
    })
    .await;
}

async fn numbers_of_one_owner_come_alone(store: Store) {
    done(store, async |tx: &mut Transaction| {
        build(tx).await?;
        let card = AddressCard {
            id: AddressCardId::new(7),
            name: "A card".to_owned(),
            address: Address::default(),
            format: "EHF".to_owned(),
        };
        tx.address_cards().insert(&owner(), &card).await?;
        let second = account(domain::AccountId::new(1));
        tx.accounts().insert(&second, None, AT_ONCE).await?;
        tx.agreements().offer(OWN, SIM).await?;
        let cards = Numbered::Cards(None);
        assert_eq!(numbers(tx, &cards, ALL).await?, [7]);
        for (of, expected) in [
            (Numbered::Cards(Some(owner())), vec![7]),
            (Numbered::Cards(Some(stranger())), vec![]),
            (Numbered::Agreements(Some(owner())), vec![OWN.get()]),
            (Numbered::Agreements(Some(stranger())), vec![FOREIGN.get()]),
            (
                Numbered::AgreementsWith(SIM),
                vec![OWN.get(), FOREIGN.get()],
            ),
            (Numbered::Accounts(Some(owner())), vec![1, ACCOUNT.get()]),
            (Numbered::Accounts(Some(stranger())), vec![]),
            (Numbered::Offerings(Some(OWN)), vec![SIM.get(), VPN.get()]),
            (Numbered::Offerings(Some(AgreementId::new(1))), vec![]),
            (Numbered::ProductsOn(OWN), vec![PRODUCT.get()]),
            (Numbered::ProductsOn(FOREIGN), vec![]),
            (Numbered::ProductsOf(owner()), vec![PRODUCT.get()]),
            (Numbered::ProductsOf(stranger()), vec![]),
        ] {
            assert_eq!(numbers(tx, &of, ALL).await?, expected, "{of:?}");
        }
        let rest = numbers(tx, &Numbered::Accounts(Some(owner())), (1, i64::MAX)).await?;
        assert_eq!(rest, [ACCOUNT.get()]);
        Ok(())
    })
    .await;
}

async fn names_come_in_order(store: Store) {
    done(store, async |tx: &mut Transaction| {
        build(tx).await?;
        for id in ["a", "b"] {
            tx.client_apps().insert(&app(id)).await?;
        }
        let mut both = [owner().to_string(), stranger().to_string()];
        both.sort();
        let [first, last] = &both;
        for (of, after, expected) in [
            (
                Named::Organizations("999999999".to_owned()),
                "",
                vec![first.as_str(), last],
            ),
            (Named::Organizations(last.clone()), first, vec![last]),
            (Named::Organizations(first.clone()), "", vec![first]),
            (Named::Users(None), "FOREIGN", vec!["IDLE", "OWN"]),
            (Named::Users(Some(owner())), "IDLE", vec!["OWN"]),
            (Named::Users(Some(stranger())), "", vec![]),
            (Named::Apps(None), "", vec!["a", "b"]),
            (Named::Apps(Some(owner())), "a", vec!["b"]),
            (Named::Apps(Some(stranger())), "", vec![]),
        ] {
            let found = tx.imports().names(&of, after, 10).await?;
            let keys: Vec<_> = found.iter().map(|(key, _)| key.as_str()).collect();
            assert_eq!(keys, expected, "{of:?} {after}");
        }
        let one = tx.imports().names(&Named::Apps(None), "", 1).await?;
        assert_eq!(one, [("a".to_owned(), "An app".to_owned())]);
        Ok(())
    })
    .await;
}
