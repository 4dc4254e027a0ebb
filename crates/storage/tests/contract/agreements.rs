//! Agreements, seen by those who act for their owners.

use domain::{Agreement, AgreementId, AgreementStatus, OfferingId, OrganizationNumber};
use jiff::civil::date;
use storage::{Error, Store};

use crate::client_apps::stranger;
use crate::scratch::{Test, tests};
use crate::world::{
    self, FOREIGN, OWN, SIM, TROUBLESOME, VPN, agreement, both, foreign, idle, organization, own,
};

pub(crate) const TESTS: &[Test] = tests![
    an_agreement_of_another_organization_is_not_found,
    agreements_come_back_by_id_as_they_went_in,
    an_agreement_needs_an_owner_and_an_id_of_its_own,
    only_an_offering_that_is_there_is_offered_and_only_once,
];

async fn an_agreement_of_another_organization_is_not_found(store: Store) {
    store.transact(world::build).await.expect("a world");
    for (caller, seen) in [
        (own(), vec![OWN]),
        (foreign(), vec![FOREIGN]),
        (both(), vec![OWN, FOREIGN]),
        (idle(), vec![]),
    ] {
        let caller = &caller;
        let outcome = store.read(async |tx| {
            let mut agreements = tx.agreements();
            let listed = agreements.list(caller.reach()).await?;
            let ids: Vec<_> = listed.iter().map(|agreement| agreement.id).collect();
            assert_eq!(ids, seen, "{caller:?}");
            for id in [OWN, FOREIGN] {
                let found = agreements.find(caller.reach(), id).await?;
                let expected = listed.iter().find(|agreement| agreement.id == id);
                assert_eq!(found.as_ref(), expected, "{caller:?}");
            }
            agreements.find(caller.reach(), AgreementId::new(0)).await
        });
        assert_eq!(outcome.await, Ok(None));
    }
}

async fn agreements_come_back_by_id_as_they_went_in(store: Store) {
    let mut agreements: Vec<_> = [9, 10, 100]
        .map(AgreementId::new)
        .map(agreement)
        .into_iter()
        .zip(AgreementStatus::ALL)
        .map(|(agreement, status)| Agreement {
            status,
            ..agreement
        })
        .collect();
    agreements[0].category = TROUBLESOME.into();
    agreements[1].valid_from = date(2024, 2, 29);
    agreements[1].valid_to = Some(date(2024, 2, 29));
    agreements[2].valid_to = Some(date(9999, 12, 31));
    agreements[2].owner = organization(stranger());
    let agreements = &agreements;
    let found = store.transact(async move |tx| {
        world::build(tx).await?;
        for agreement in agreements.iter().rev() {
            tx.agreements().insert(agreement).await?;
        }
        let mut listed = tx.agreements().list(both().reach()).await?;
        listed.truncate(agreements.len());
        Ok::<_, Error>(listed)
    });
    assert_eq!(found.await.as_ref(), Ok(agreements));
}

async fn an_agreement_needs_an_owner_and_an_id_of_its_own(store: Store) {
    store.transact(world::build).await.expect("a world");
    let mut unowned = agreement(AgreementId::new(1));
    unowned.owner.number = OrganizationNumber::parse("987654321").expect("nine digits");
    for refused in [unowned, agreement(FOREIGN)] {
        let refused = &refused;
        let outcome = store.transact(async move |tx| tx.agreements().insert(refused).await);
        let outcome = outcome.await;
        assert!(matches!(outcome, Err(Error::Conflict(_))), "{outcome:?}");
    }
}

async fn only_an_offering_that_is_there_is_offered_and_only_once(store: Store) {
    store.transact(world::build).await.expect("a world");
    for (agreement, offering, accepted) in [
        (OWN, SIM, true),
        (OWN, VPN, false),
        (OWN, OfferingId::new(1), false),
        (AgreementId::new(1), VPN, false),
    ] {
        let offered = store.transact(async |tx| tx.agreements().offer(agreement, offering).await);
        let offered = offered.await;
        assert_eq!(offered.is_ok(), accepted, "{offering} on {agreement}");
        assert!(accepted || matches!(offered, Err(Error::Conflict(_))));
    }
}
