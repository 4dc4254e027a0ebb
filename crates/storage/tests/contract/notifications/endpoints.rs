//! Notification endpoints and deliveries: who sees them, and who is told what.

use domain::{AccountStatus, ChangeId, Endpoint, EndpointId, SecretGenerations};
use storage::{Error, Store};

use super::{ALL, claim, endpoint, events, insert, publish, told_of};
use crate::client_apps::{owner, stranger};
use crate::scratch::{Test, tests};
use crate::world::{self, TROUBLESOME, after, at_once, both, foreign, idle, own};

pub(crate) const TESTS: &[Test] = tests![
    an_endpoint_comes_back_as_it_went_in,
    an_endpoint_is_seen_by_its_own_system_user_alone,
    of_many_endpoints_that_are_made_at_once_no_more_than_allowed_are_kept,
    a_changed_endpoint_is_what_it_was_changed_to,
    a_dropped_endpoint_leaves_nothing_behind,
    changes_go_to_those_who_may_see_them_and_want_them,
    a_disabled_endpoint_gets_nothing_new,
    a_lost_organization_is_no_longer_listed,
];

async fn an_endpoint_comes_back_as_it_went_in(store: Store) {
    let outcome = store.transact(async |tx| {
        world::build(tx).await?;
        let full = Endpoint {
            enabled: false,
            disabled_reason: Some(TROUBLESOME.to_owned()),
            failing_since: Some(after(3)),
            secrets: SecretGenerations {
                current: 7,
                previous_until: Some(after(9)),
            },
            ..told_of(&["account.open", "order.*"], endpoint("full", &own()))
        };
        let plain = endpoint("plain", &own());
        insert(tx, &[full.clone(), plain.clone()]).await?;
        let mut endpoints = tx.notification_endpoints();
        let (caller, id) = (own(), full.id.clone());
        assert_eq!(
            endpoints.find(caller.reach(), &id).await?,
            Some(full.clone())
        );
        let (listed, total) = endpoints.list(caller.reach(), ALL).await?;
        assert_eq!((listed, total), (vec![full, plain], 2));
        Ok::<_, Error>(())
    });
    assert_eq!(outcome.await, Ok(()));
}

async fn an_endpoint_is_seen_by_its_own_system_user_alone(store: Store) {
    let outcome = store.transact(async |tx| {
        world::build(tx).await?;
        let own_endpoint = endpoint("a", &own());
        insert(tx, std::slice::from_ref(&own_endpoint)).await?;
        for stranger in [foreign(), both(), idle()] {
            let mut endpoints = tx.notification_endpoints();
            let reach = stranger.reach();
            assert_eq!(endpoints.find(reach, &own_endpoint.id).await?, None);
            assert_eq!(endpoints.hold(reach, &own_endpoint.id).await?, None);
            assert_eq!(endpoints.list(reach, ALL).await?, (vec![], 0));
        }
        Ok::<_, Error>(())
    });
    assert_eq!(outcome.await, Ok(()));
}

async fn of_many_endpoints_that_are_made_at_once_no_more_than_allowed_are_kept(store: Store) {
    store.transact(world::build).await.expect("the world");
    let makers = (0..20).map(|number| {
        let store = store.clone();
        async move {
            let endpoint = endpoint(&format!("endpoint-{number}"), &own());
            let made =
                store.transact(async |tx| tx.notification_endpoints().insert(&endpoint, 7).await);
            made.await.expect("an answer")
        }
    });
    let made = at_once(makers).await;
    assert_eq!(made.iter().filter(|made| **made).count(), 7);
}

async fn a_changed_endpoint_is_what_it_was_changed_to(store: Store) {
    let outcome = store.transact(async |tx| {
        world::build(tx).await?;
        let before = endpoint("a", &own());
        insert(tx, &[before.clone(), endpoint("b", &own())]).await?;
        let changed = Endpoint {
            url: "https://example.org/".to_owned(),
            enabled: false,
            disabled_reason: Some("a reason".to_owned()),
            secrets: SecretGenerations {
                current: 2,
                previous_until: Some(after(60)),
            },
            ..told_of(&["order.held"], before)
        };
        let caller = own();
        let mut endpoints = tx.notification_endpoints();
        assert!(endpoints.hold(caller.reach(), &changed.id).await?.is_some());
        endpoints.change(&changed).await?;
        let found = endpoints.find(caller.reach(), &changed.id).await?;
        assert_eq!(found, Some(changed));
        let neighbor = endpoint("b", &own());
        let found = endpoints.find(caller.reach(), &neighbor.id).await?;
        assert_eq!(found, Some(neighbor));
        Ok::<_, Error>(())
    });
    assert_eq!(outcome.await, Ok(()));
}

async fn a_dropped_endpoint_leaves_nothing_behind(store: Store) {
    let outcome = store.transact(async |tx| {
        world::build(tx).await?;
        let (dropped, kept) = (endpoint("a", &own()), endpoint("b", &own()));
        insert(tx, &[dropped.clone(), kept]).await?;
        publish(tx, 1, AccountStatus::Open, &owner()).await?;
        let caller = own();
        let mut endpoints = tx.notification_endpoints();
        endpoints.hold(caller.reach(), &dropped.id).await?;
        endpoints.delete(&dropped).await?;
        assert_eq!(endpoints.find(caller.reach(), &dropped.id).await?, None);
        assert_eq!(events(tx, &caller, "a").await?, [""; 0]);
        assert_eq!(events(tx, &caller, "b").await?, ["change-1"]);
        Ok::<_, Error>(())
    });
    assert_eq!(outcome.await, Ok(()));
}

async fn changes_go_to_those_who_may_see_them_and_want_them(store: Store) {
    let outcome = store.transact(async |tx| {
        world::build(tx).await?;
        let endpoints = [
            endpoint("own", &own()),
            endpoint("foreign", &foreign()),
            told_of(&["account.open"], endpoint("opened", &both())),
            told_of(&["account.*", "order.held"], endpoint("accounts", &both())),
            told_of(&["order.*"], endpoint("orders", &own())),
            endpoint("idle", &idle()),
        ];
        insert(tx, &endpoints).await?;
        publish(tx, 1, AccountStatus::Passive, &owner()).await?;
        publish(tx, 2, AccountStatus::Open, &stranger()).await?;
        publish(tx, 3, AccountStatus::Open, &owner()).await?;
        for (id, caller, expected) in [
            ("own", own(), &["change-3", "change-1"][..]),
            ("foreign", foreign(), &["change-2"]),
            ("opened", both(), &["change-3", "change-2"]),
            ("accounts", both(), &["change-3", "change-2", "change-1"]),
            ("orders", own(), &[]),
            ("idle", idle(), &[]),
        ] {
            assert_eq!(events(tx, &caller, id).await?, expected, "{id}");
        }
        Ok::<_, Error>(())
    });
    assert_eq!(outcome.await, Ok(()));
}

async fn a_disabled_endpoint_gets_nothing_new(store: Store) {
    let outcome = store.transact(async |tx| {
        world::build(tx).await?;
        let enabled = endpoint("a", &own());
        insert(tx, std::slice::from_ref(&enabled)).await?;
        publish(tx, 1, AccountStatus::Passive, &owner()).await?;
        let disabled = Endpoint {
            enabled: false,
            ..enabled.clone()
        };
        tx.notification_endpoints().change(&disabled).await?;
        publish(tx, 2, AccountStatus::Open, &owner()).await?;
        assert_eq!(claim(tx, after(9)).await?, None);
        assert_eq!(tx.notification_rounds().next_due().await?, None);
        // Whoever read it before it was disabled finds so when it is held.
        let mut deliveries = tx.notification_deliveries();
        let (owner, positions) = (owner(), (1, 2));
        let late = deliveries.spread(&enabled.id, &owner, positions, after(2));
        assert_eq!(late.await?, 0);
        tx.notification_endpoints().change(&enabled).await?;
        let mut deliveries = tx.notification_deliveries();
        deliveries.hasten(&enabled.id, after(9)).await?;
        publish(tx, 3, AccountStatus::Cancelled, &owner).await?;
        assert_eq!(events(tx, &own(), "a").await?, ["change-3", "change-1"]);
        assert!(claim(tx, after(9)).await?.is_some());
        Ok::<_, Error>(())
    });
    assert_eq!(outcome.await, Ok(()));
}

async fn a_lost_organization_is_no_longer_listed(store: Store) {
    let outcome = store.transact(async |tx| {
        world::build(tx).await?;
        insert(tx, &[endpoint("a", &both())]).await?;
        publish(tx, 1, AccountStatus::Passive, &owner()).await?;
        publish(tx, 2, AccountStatus::Passive, &stranger()).await?;
        let caller = both();
        let mut users = tx.system_users();
        users
            .remove_organization(&caller.system_user, &stranger())
            .await?;
        publish(tx, 3, AccountStatus::Open, &stranger()).await?;
        assert_eq!(events(tx, &caller, "a").await?, ["change-1"]);
        let (id, lost) = (EndpointId::new("a"), ChangeId::new("change-2"));
        let mut deliveries = tx.notification_deliveries();
        assert_eq!(deliveries.find(caller.reach(), &id, &lost).await?, None);
        let claimed = claim(tx, after(9)).await?.expect("an endpoint");
        let mut rounds = tx.notification_rounds();
        let due = rounds.take(&claimed, after(9), 16).await?;
        let allowed: Vec<_> = due.iter().map(|due| (due.position, due.allowed)).collect();
        assert_eq!(allowed, [(1, true), (2, false)]);
        rounds.drop_delivery(&id, 2).await?;
        let due = rounds.take(&claimed, after(9), 16).await?;
        assert_eq!(due.len(), 1);
        Ok::<_, Error>(())
    });
    assert_eq!(outcome.await, Ok(()));
}
