//! What billing accounts may pay for.

use domain::{AccountId, AccountStatus, AccountType, BillingAccount, ProductId};
use storage::{Error, PayingAccount, Store, Transaction};

use crate::scratch::{Test, tests};
use crate::world::{self, AT_ONCE, account, at_once, own};

pub(crate) const TESTS: &[Test] = tests![
    only_a_reserved_account_is_kept_for_one_product,
    a_product_that_moves_on_releases_its_account,
    a_move_that_is_refused_changes_nothing,
    a_cancelled_account_pays_for_nothing,
    one_of_many_products_at_once_gets_a_reserved_account,
];

const FIRST: ProductId = ProductId::new(1);
const SECOND: ProductId = ProductId::new(2);

const NORMAL: AccountId = AccountId::new(10);
const RESERVED: AccountId = AccountId::new(20);
const ALSO_RESERVED: AccountId = AccountId::new(30);
const PRE_PAID: AccountId = AccountId::new(40);

/// The world and the accounts above.
async fn build(tx: &mut Transaction) -> Result<(), Error> {
    world::build(tx).await?;
    for (id, account_type) in [
        (NORMAL, AccountType::Normal),
        (RESERVED, AccountType::Reserved),
        (ALSO_RESERVED, AccountType::Reserved),
        (PRE_PAID, AccountType::RingKontant),
    ] {
        let new = BillingAccount {
            account_type,
            ..account(id)
        };
        tx.accounts().insert(&new, None, AT_ONCE).await?;
    }
    Ok(())
}

async fn reserved_for(tx: &mut Transaction, id: AccountId) -> Result<Option<ProductId>, Error> {
    let found = tx.accounts().find_paying(own().reach(), id).await?;
    Ok(found.expect("an account").reserved_for)
}

async fn only_a_reserved_account_is_kept_for_one_product(store: Store) {
    let outcome = store.transact(async |tx| {
        build(tx).await?;
        for (id, kept, second_accepted) in [
            (NORMAL, None, true),
            (PRE_PAID, None, true),
            (RESERVED, Some(FIRST), false),
        ] {
            assert_eq!(reserved_for(tx, id).await?, None, "{id}");
            for (product, accepted) in [
                (FIRST, true),
                (SECOND, second_accepted),
                (FIRST, true),
                (ProductId::new(3), second_accepted),
            ] {
                let paid = tx.accounts().pay_for(id, product).await?;
                assert_eq!(paid, accepted, "{product} by {id}");
                assert_eq!(reserved_for(tx, id).await?, kept, "{id}");
            }
        }
        tx.accounts().pay_for(AccountId::new(1), FIRST).await
    });
    assert_eq!(outcome.await, Ok(false));
}

async fn a_product_that_moves_on_releases_its_account(store: Store) {
    let outcome = store.transact(async |tx| {
        build(tx).await?;
        for next in [NORMAL, ALSO_RESERVED, PRE_PAID] {
            assert!(tx.accounts().pay_for(RESERVED, FIRST).await?);
            assert!(!tx.accounts().pay_for(RESERVED, SECOND).await?);
            assert!(tx.accounts().pay_for(next, FIRST).await?);
            assert_eq!(reserved_for(tx, RESERVED).await?, None);
            let kept = (next == ALSO_RESERVED).then_some(FIRST);
            assert_eq!(reserved_for(tx, next).await?, kept);
            assert!(tx.accounts().pay_for(RESERVED, SECOND).await?);
            assert_eq!(reserved_for(tx, next).await?, kept, "of another product");
            assert!(tx.accounts().pay_for(NORMAL, SECOND).await?);
        }
        Ok::<_, Error>(())
    });
    assert_eq!(outcome.await, Ok(()));
}

async fn a_move_that_is_refused_changes_nothing(store: Store) {
    let outcome = store.transact(async |tx| {
        build(tx).await?;
        assert!(tx.accounts().pay_for(RESERVED, FIRST).await?);
        assert!(tx.accounts().pay_for(ALSO_RESERVED, SECOND).await?);
        assert!(!tx.accounts().pay_for(RESERVED, SECOND).await?);
        assert!(!tx.accounts().pay_for(AccountId::new(1), FIRST).await?);
        let cancelled = AccountStatus::Cancelled;
        assert!(tx.accounts().set_status(NORMAL, cancelled).await?);
        assert!(!tx.accounts().pay_for(NORMAL, FIRST).await?);
        assert_eq!(reserved_for(tx, RESERVED).await?, Some(FIRST));
        assert_eq!(reserved_for(tx, ALSO_RESERVED).await?, Some(SECOND));
        Ok::<_, Error>(())
    });
    assert_eq!(outcome.await, Ok(()));
}

async fn a_cancelled_account_pays_for_nothing(store: Store) {
    let outcome = store.transact(async |tx| {
        build(tx).await?;
        assert!(tx.accounts().pay_for(RESERVED, FIRST).await?);
        for (id, kept) in [(NORMAL, None), (RESERVED, Some(FIRST)), (PRE_PAID, None)] {
            for (status, accepted) in [
                (AccountStatus::Cancelled, false),
                (AccountStatus::Passive, true),
                (AccountStatus::Open, true),
            ] {
                assert!(tx.accounts().set_status(id, status).await?);
                let found = tx.accounts().find_paying(own().reach(), id).await?;
                let expected = PayingAccount {
                    status,
                    reserved_for: kept,
                };
                assert_eq!(found, Some(expected));
                let product = kept.unwrap_or(SECOND);
                assert_eq!(tx.accounts().pay_for(id, product).await?, accepted);
            }
        }
        let cancelled = AccountStatus::Cancelled;
        assert!(tx.accounts().set_status(RESERVED, cancelled).await?);
        assert!(tx.accounts().pay_for(NORMAL, FIRST).await?);
        assert_eq!(reserved_for(tx, RESERVED).await?, None);
        Ok::<_, Error>(())
    });
    assert_eq!(outcome.await, Ok(()));
}

async fn one_of_many_products_at_once_gets_a_reserved_account(store: Store) {
    store.transact(build).await.expect("accounts");
    let products = (1..=20).map(ProductId::new).map(|product| {
        let store = store.clone();
        async move {
            let paid = store.transact(async |tx| tx.accounts().pay_for(RESERVED, product).await);
            paid.await.expect("an answer").then_some(product)
        }
    });
    let paid: Vec<_> = at_once(products).await.into_iter().flatten().collect();
    assert_eq!(paid.len(), 1);
    let kept = store.read(async |tx| reserved_for(tx, RESERVED).await);
    assert_eq!(kept.await, Ok(Some(paid[0])));
}
