//! Whose a telephone number is.

use storage::{Error, Store};

use crate::scratch::{Test, tests};
use crate::world::{self, foreign, organization, own};

pub(crate) const TESTS: &[Test] = tests![a_number_is_within_the_reach_of_its_own_company_alone];

const MSISDN: &str = "4799885577";

async fn a_number_is_within_the_reach_of_its_own_company_alone(store: Store) {
    let outcome = store.transact(async |tx| {
        world::build(tx).await?;
        let owner = world::agreement(world::OWN).owner.number;
        assert!(!tx.subscriptions().is_within(own().reach(), MSISDN).await?);
        tx.subscriptions()
            .insert(MSISDN, &organization(owner).number)
            .await?;
        assert!(tx.subscriptions().is_within(own().reach(), MSISDN).await?);
        assert!(
            !tx.subscriptions()
                .is_within(foreign().reach(), MSISDN)
                .await?
        );
        Ok::<_, Error>(())
    });
    assert_eq!(outcome.await, Ok(()));
}
