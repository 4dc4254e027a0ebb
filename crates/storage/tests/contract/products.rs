//! Products: how they nest, how they are set, and what may happen to them.

use std::collections::HashSet;

use domain::{
    AccountId, AgreementId, ConfigurationId, OfferingId, Product, ProductConfiguration, ProductId,
    ProductStatus,
};
use storage::{Error, NewProduct, Store, Transaction};

use crate::scratch::{Test, tests};
use crate::world::{
    self, FOREIGN, OWN, PRODUCT, TROUBLESOME, VPN, after, agreement, at_once, offering, product,
    setting,
};

pub(crate) const TESTS: &[Test] = tests![
    a_product_comes_back_as_it_went_in,
    products_nest_whatever_the_order_of_their_ids,
    products_of_one_parent_come_oldest_first,
    a_product_on_another_agreement_is_not_found,
    a_product_needs_all_that_it_names_and_an_id_of_its_own,
    configurations_are_set_one_by_one,
    a_configuration_that_the_catalogue_dropped_keeps_its_number,
    turns_are_counted_from_one,
    turns_that_are_taken_at_once_differ,
    only_a_pending_product_is_put_in_place,
    only_a_pending_product_is_deleted,
];

const OTHER: ProductId = ProductId::new(1);

fn pending(id: ProductId) -> NewProduct<'static> {
    NewProduct {
        status: ProductStatus::Pending,
        ..product(id)
    }
}

/// As a list shows the world's own product, but with another id.
fn shown(id: ProductId) -> Product {
    Product {
        id,
        name: "A product".to_owned(),
        status: ProductStatus::Ordered,
        billing_account: None,
        offering: VPN,
        offering_name: offering(VPN).name,
        sub_products: vec![],
        configurations: vec![],
    }
}

fn shown_setting(id: i64, name: &str, value: &str) -> ProductConfiguration {
    ProductConfiguration {
        id: ConfigurationId::new(id),
        name: name.to_owned(),
        value: value.to_owned(),
    }
}

async fn a_product_comes_back_as_it_went_in(store: Store) {
    let found = store.transact(async |tx| {
        world::build(tx).await?;
        let varied = NewProduct {
            name: TROUBLESOME,
            billing_account: Some(AccountId::new(99_999_999)),
            created_at: after(-1),
            ..pending(OTHER)
        };
        tx.products().insert(OWN, &varied).await?;
        let mut products = tx.products();
        let missing = ProductId::new(2);
        let account = AccountId::new(5);
        assert!(products.set_billing_account(PRODUCT, account).await?);
        assert!(!products.set_billing_account(missing, account).await?);
        products.ordered_on(OWN).await
    });
    let varied = Product {
        name: TROUBLESOME.to_owned(),
        status: ProductStatus::Pending,
        billing_account: Some(AccountId::new(99_999_999)),
        ..shown(OTHER)
    };
    let paid = Product {
        billing_account: Some(AccountId::new(5)),
        ..shown(PRODUCT)
    };
    assert_eq!(found.await, Ok(vec![varied, paid]));
}

/// All orders of the ids of two products with two sub-products, one of which has one of its own.
async fn products_nest_whatever_the_order_of_their_ids(store: Store) {
    let outcome = store.transact(async |tx| {
        world::build(tx).await?;
        for (number, ids) in (0..).zip(permutations(vec![1, 2, 3, 4, 5])) {
            let on = AgreementId::new(number);
            tx.agreements().insert(&agreement(on)).await?;
            let ids: Vec<_> = ids
                .iter()
                .map(|id| ProductId::new(number * 10 + id))
                .collect();
            let tree = [
                (ids[0], None, "a"),
                (ids[1], Some(ids[0]), "aa"),
                (ids[2], Some(ids[1]), "aaa"),
                (ids[3], None, "b"),
                (ids[4], Some(ids[3]), "ba"),
            ];
            for (id, parent, name) in tree {
                let new = NewProduct {
                    parent,
                    name,
                    ..product(id)
                };
                tx.products().insert(on, &new).await?;
            }
            let found = tx.products().ordered_on(on).await?;
            let expected = if ids[0] < ids[3] {
                "a(aa(aaa())) b(ba())"
            } else {
                "b(ba()) a(aa(aaa()))"
            };
            assert_eq!(outline(&found), expected, "{ids:?}");
        }
        Ok::<_, Error>(())
    });
    assert_eq!(outcome.await, Ok(()));
}

fn permutations(of: Vec<i64>) -> Vec<Vec<i64>> {
    if of.is_empty() {
        return vec![of];
    }
    let beginning_with = |first: i64| {
        let others: Vec<_> = of.iter().copied().filter(|one| *one != first).collect();
        let begin = move |others: Vec<i64>| [vec![first], others].concat();
        permutations(others).into_iter().map(begin)
    };
    of.iter().flat_map(|first| beginning_with(*first)).collect()
}

/// The names, each with its sub-products in brackets.
fn outline(products: &[Product]) -> String {
    let one = |product: &Product| format!("{}({})", product.name, outline(&product.sub_products));
    products.iter().map(one).collect::<Vec<_>>().join(" ")
}

async fn products_of_one_parent_come_oldest_first(store: Store) {
    let found = store.transact(async |tx| {
        world::build(tx).await?;
        for (id, name, seconds) in [(9, "c", 1), (10, "d", 1), (8, "e", 2), (100, "b", -1)] {
            for parent in [None, Some(PRODUCT)] {
                let new = NewProduct {
                    parent,
                    name,
                    created_at: after(seconds),
                    ..product(ProductId::new(id + parent.map_or(0, |_| 1_000)))
                };
                tx.products().insert(OWN, &new).await?;
            }
        }
        tx.products().ordered_on(OWN).await
    });
    let found = outline(&found.await.expect("a list"));
    assert_eq!(found, "b() A product(b() c() d() e()) c() d() e()");
}

async fn a_product_on_another_agreement_is_not_found(store: Store) {
    let outcome = store.transact(async |tx| {
        world::build(tx).await?;
        let foreign = pending(OTHER);
        tx.products().insert(FOREIGN, &foreign).await?;
        let mut products = tx.products();
        products.configure(OTHER, &setting(3, "theirs")).await?;
        products.configure(PRODUCT, &setting(3, "ours")).await?;
        let nowhere = AgreementId::new(1);
        for (on, id, found) in [
            (OWN, PRODUCT, true),
            (FOREIGN, PRODUCT, false),
            (nowhere, PRODUCT, false),
            (FOREIGN, OTHER, true),
            (OWN, OTHER, false),
            (OWN, ProductId::new(2), false),
        ] {
            let mut expected = offering(VPN);
            expected.configurations.sort_by_key(|one| one.id);
            let expected = found.then_some(expected);
            assert_eq!(products.find_offering(on, id).await?, expected, "{id}");
        }
        for (on, ids) in [
            (OWN, vec![PRODUCT]),
            (FOREIGN, vec![OTHER]),
            (nowhere, vec![]),
        ] {
            let found = products.ordered_on(on).await?;
            assert_eq!(found.iter().map(|one| one.id).collect::<Vec<_>>(), ids);
            let settings = found.iter().map(|one| one.configurations.len());
            assert_eq!(settings.collect::<Vec<_>>(), vec![1; ids.len()]);
        }
        Ok::<_, Error>(())
    });
    assert_eq!(outcome.await, Ok(()));
}

async fn a_product_needs_all_that_it_names_and_an_id_of_its_own(store: Store) {
    store.transact(world::build).await.expect("a world");
    let orphan = NewProduct {
        parent: Some(ProductId::new(2)),
        ..product(OTHER)
    };
    let of_nothing = NewProduct {
        offering: OfferingId::new(1),
        ..product(OTHER)
    };
    for (on, refused) in [
        (OWN, orphan),
        (OWN, of_nothing),
        (OWN, product(PRODUCT)),
        (AgreementId::new(1), product(OTHER)),
    ] {
        let refused = &refused;
        let outcome = store.transact(async move |tx| tx.products().insert(on, refused).await);
        let outcome = outcome.await;
        assert!(matches!(outcome, Err(Error::Conflict(_))), "{refused:?}");
    }
    let of_nothing = setting(3, "a value");
    let of_nothing = &of_nothing;
    let outcome = store.transact(async move |tx| tx.products().configure(OTHER, of_nothing).await);
    assert!(matches!(outcome.await, Err(Error::Conflict(_))));
}

async fn configurations_are_set_one_by_one(store: Store) {
    let long = "æ🙂".repeat(10_000);
    let long = &long;
    let found = store.transact(async move |tx| {
        world::build(tx).await?;
        let mut products = tx.products();
        for (id, value) in [(7, "first"), (3, TROUBLESOME), (7, ""), (7, long)] {
            products.configure(PRODUCT, &setting(id, value)).await?;
        }
        products.ordered_on(OWN).await
    });
    let expected = Product {
        configurations: vec![
            shown_setting(3, "Configuration 3", TROUBLESOME),
            shown_setting(7, "Configuration 7", long),
        ],
        ..shown(PRODUCT)
    };
    assert_eq!(found.await, Ok(vec![expected]));
}

async fn a_configuration_that_the_catalogue_dropped_keeps_its_number(store: Store) {
    let found = store.transact(async |tx| {
        world::build(tx).await?;
        tx.products()
            .configure(PRODUCT, &setting(55, "kept"))
            .await?;
        tx.products().ordered_on(OWN).await
    });
    let found = found.await.expect("a list");
    assert_eq!(found[0].configurations, [shown_setting(55, "55", "kept")]);
}

async fn turns_are_counted_from_one(store: Store) {
    let turns = store.transact(async |tx| {
        world::build(tx).await?;
        tx.products().insert(OWN, &product(OTHER)).await?;
        let mut turns = Vec::new();
        for id in [PRODUCT, PRODUCT, OTHER, PRODUCT, ProductId::new(2)] {
            turns.push(tx.products().take_turn(id).await?);
        }
        Ok::<_, Error>(turns)
    });
    assert_eq!(
        turns.await,
        Ok(vec![Some(1), Some(2), Some(1), Some(3), None])
    );
}

async fn turns_that_are_taken_at_once_differ(store: Store) {
    store.transact(world::build).await.expect("a world");
    let takers = (0..30).map(|_| {
        let store = store.clone();
        async move {
            let turn = store.transact(async |tx| tx.products().take_turn(PRODUCT).await);
            turn.await.expect("an answer").expect("a product")
        }
    });
    let turns: HashSet<i64> = at_once(takers).await.into_iter().collect();
    assert_eq!(turns, (1..=30).collect());
}

async fn only_a_pending_product_is_put_in_place(store: Store) {
    let outcome = store.transact(async |tx| {
        world::build(tx).await?;
        tx.products().insert(OWN, &pending(OTHER)).await?;
        let mut put = Vec::new();
        for id in [PRODUCT, OTHER, OTHER, ProductId::new(2)] {
            put.push(tx.products().put_in_place(id).await?);
        }
        let found = tx.products().ordered_on(OWN).await?;
        assert_eq!(found, [shown(OTHER), shown(PRODUCT)]);
        Ok::<_, Error>(put)
    });
    assert_eq!(outcome.await, Ok(vec![false, true, false, false]));
}

async fn only_a_pending_product_is_deleted(store: Store) {
    async fn set(tx: &mut Transaction, id: ProductId) -> Result<(), Error> {
        tx.products().configure(id, &setting(3, "a value")).await
    }
    let found = store.transact(async |tx| {
        world::build(tx).await?;
        for new in [pending(OTHER), pending(ProductId::new(2))] {
            tx.products().insert(OWN, &new).await?;
            set(tx, new.id).await?;
        }
        set(tx, PRODUCT).await?;
        for id in [OTHER, PRODUCT, ProductId::new(3)] {
            tx.products().delete_pending(id).await?;
        }
        assert_eq!(tx.products().take_turn(OTHER).await?, None);
        tx.products().ordered_on(OWN).await
    });
    let with_setting = |product: Product| Product {
        configurations: vec![shown_setting(3, "Configuration 3", "a value")],
        ..product
    };
    let still_pending = Product {
        status: ProductStatus::Pending,
        ..shown(ProductId::new(2))
    };
    let expected = [still_pending, shown(PRODUCT)].map(with_setting).to_vec();
    assert_eq!(found.await, Ok(expected));
}
