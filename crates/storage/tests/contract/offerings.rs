//! Offerings and their configurations.

use domain::{Configuration, ConfigurationId, Offering, OfferingId, ValueType};
use storage::{Error, Store};

use crate::scratch::{Test, tests};
use crate::world::{self, FOREIGN, OWN, SIM, TROUBLESOME, VPN, configuration, offering};

pub(crate) const TESTS: &[Test] = tests![
    only_what_is_available_on_the_agreement_is_found,
    configurations_come_back_by_id_as_they_went_in,
    offerings_share_configuration_ids_and_nothing_else,
    an_offering_and_its_configurations_are_there_once,
];

/// As it is read back, by id.
fn sorted(mut offering: Offering) -> Offering {
    offering.configurations.sort_by_key(|one| one.id);
    offering
}

async fn only_what_is_available_on_the_agreement_is_found(store: Store) {
    store.transact(world::build).await.expect("a world");
    let unknown = domain::AgreementId::new(1);
    for (agreement, available) in [(OWN, Some(VPN)), (FOREIGN, Some(SIM)), (unknown, None)] {
        let outcome = store.read(async |tx| {
            let mut offerings = tx.offerings();
            for id in [VPN, SIM, OfferingId::new(1)] {
                let expected = (Some(id) == available).then(|| sorted(offering(id)));
                let found = offerings.find_available(agreement, id).await?;
                assert_eq!(found, expected, "{id} on {agreement}");
            }
            offerings.available_on(agreement).await
        });
        let expected = available.map(|id| sorted(offering(id)));
        assert_eq!(outcome.await, Ok(expected.into_iter().collect()));
    }
}

async fn configurations_come_back_by_id_as_they_went_in(store: Store) {
    let mut varied = offering(OfferingId::new(1));
    varied.name = TROUBLESOME.into();
    varied.configurations = (8..)
        .zip(ValueType::ALL)
        .map(|(id, value_type)| Configuration {
            value_type,
            required: id % 2 == 0,
            ..configuration(id)
        })
        .collect();
    let first = &mut varied.configurations[0];
    first.name = TROUBLESOME.into();
    first.default_value = Some(String::new());
    first.allowed_values = [TROUBLESOME, "", "[\"a\"]", "null"]
        .map(str::to_owned)
        .to_vec();
    first.max_length = Some(u32::MAX);
    first.pattern = Some(r#"^\d{1,2}\.["'\\]$"#.to_owned());
    let mut inserted = varied.clone();
    inserted.configurations.reverse();
    let inserted = &inserted;
    let found = store.transact(async move |tx| {
        world::build(tx).await?;
        tx.offerings().insert(inserted).await?;
        tx.agreements().offer(OWN, inserted.id).await?;
        let mut offerings = tx.offerings();
        assert_eq!(
            offerings.configurations(inserted.id).await?,
            offerings
                .find_available(OWN, inserted.id)
                .await?
                .expect("an offering")
                .configurations
        );
        offerings.available_on(OWN).await
    });
    let found = found.await.expect("two offerings");
    assert_eq!(found, [varied, sorted(offering(VPN))]);
}

async fn offerings_share_configuration_ids_and_nothing_else(store: Store) {
    let mut other = offering(OfferingId::new(300));
    other.configurations.truncate(1);
    other.configurations[0].name = "Of the other".into();
    let mut bare = offering(OfferingId::new(150));
    bare.configurations.clear();
    let (other, bare) = (&other, &bare);
    let found = store.transact(async move |tx| {
        world::build(tx).await?;
        for offering in [other, bare] {
            tx.offerings().insert(offering).await?;
            for agreement in [OWN, FOREIGN] {
                tx.agreements().offer(agreement, offering.id).await?;
            }
        }
        let on_both = [OWN, FOREIGN];
        let mut found = Vec::new();
        for agreement in on_both {
            found.push(tx.offerings().available_on(agreement).await?);
        }
        Ok::<_, Error>(found)
    });
    let (vpn, sim) = (sorted(offering(VPN)), sorted(offering(SIM)));
    assert_eq!(
        found.await,
        Ok(vec![
            vec![bare.clone(), vpn, other.clone()],
            vec![sim, bare.clone(), other.clone()],
        ])
    );
}

async fn an_offering_and_its_configurations_are_there_once(store: Store) {
    store.transact(world::build).await.expect("a world");
    let mut twice = offering(OfferingId::new(1));
    twice.configurations[0].id = ConfigurationId::new(3);
    for refused in [offering(VPN), twice] {
        let refused = &refused;
        let outcome = store.transact(async move |tx| tx.offerings().insert(refused).await);
        let outcome = outcome.await;
        assert!(matches!(outcome, Err(Error::Conflict(_))), "{outcome:?}");
    }
    let left = store.read(async |tx| tx.offerings().configurations(OfferingId::new(1)).await);
    assert_eq!(left.await, Ok(vec![]));
}
