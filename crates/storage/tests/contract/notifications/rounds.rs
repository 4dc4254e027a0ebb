//! Rounds, as several couriers make them side by side.

use std::collections::BTreeSet;

use domain::{AccountStatus, AttemptOutcome, ChangeId, DeliveryState, EndpointId};
use storage::{Error, Store, Transaction};

use super::{ALL, claim, conclude, endpoint, events, insert, publish};
use crate::client_apps::owner;
use crate::scratch::{Test, tests};
use crate::world::{self, after, at_once, foreign, own};

pub(crate) const TESTS: &[Test] = tests![
    a_round_takes_what_is_due_in_order,
    a_claimed_endpoint_is_left_alone_until_its_lease_has_run_out,
    a_void_claim_records_nothing,
    claims_that_are_void_are_made_again_at_once,
    two_claims_never_get_the_same_endpoint,
    an_endpoint_that_fails_is_probed_and_recovers,
    a_disabled_system_user_is_told_nothing_until_it_is_enabled,
    what_is_published_during_a_round_is_sent_after_it,
    a_delivery_that_is_asked_for_again_is_due_at_once,
    what_is_old_is_dropped_a_few_at_a_time,
];

async fn a_round_takes_what_is_due_in_order(store: Store) {
    let outcome = store.transact(async |tx| {
        world::build(tx).await?;
        insert(tx, &[endpoint("a", &own())]).await?;
        assert_eq!(claim(tx, after(100)).await?, None, "nothing waits");
        for position in 1..=5 {
            publish(tx, position, AccountStatus::Open, &owner()).await?;
        }
        assert_eq!(tx.notification_rounds().next_due().await?, Some(after(1)));
        assert_eq!(claim(tx, after(0)).await?, None);
        let claimed = claim(tx, after(4)).await?.expect("an endpoint");
        let mut rounds = tx.notification_rounds();
        let due = rounds.take(&claimed, after(4), 3).await?;
        let events: Vec<_> = due.iter().map(|due| due.event.as_str()).collect();
        assert_eq!(events, ["change-1", "change-2", "change-3"]);
        let delivered = (AttemptOutcome::Delivered, None, after(4));
        assert!(conclude(tx, &claimed, due, delivered).await?);
        // The fourth is due, the fifth is not yet.
        assert_eq!(tx.notification_rounds().next_due().await?, Some(after(4)));
        let claimed = claim(tx, after(4)).await?.expect("an endpoint");
        let due = tx.notification_rounds().take(&claimed, after(4), 3).await?;
        assert_eq!(due.len(), 1);
        assert!(conclude(tx, &claimed, due, delivered).await?);
        assert_eq!(tx.notification_rounds().next_due().await?, Some(after(5)));
        Ok::<_, Error>(())
    });
    assert_eq!(outcome.await, Ok(()));
}

async fn a_claimed_endpoint_is_left_alone_until_its_lease_has_run_out(store: Store) {
    let outcome = store.transact(async |tx| {
        world::build(tx).await?;
        insert(tx, &[endpoint("a", &own())]).await?;
        publish(tx, 1, AccountStatus::Open, &owner()).await?;
        let first = claim(tx, after(1)).await?.expect("an endpoint");
        assert_eq!(tx.notification_rounds().next_due().await?, Some(after(31)));
        assert_eq!(claim(tx, after(30)).await?, None);
        let second = claim(tx, after(31)).await?.expect("an endpoint");
        assert_eq!((first.fence, second.fence), (1, 2));
        Ok::<_, Error>(())
    });
    assert_eq!(outcome.await, Ok(()));
}

async fn a_void_claim_records_nothing(store: Store) {
    let outcome = store.transact(async |tx| {
        world::build(tx).await?;
        insert(tx, &[endpoint("a", &own())]).await?;
        publish(tx, 1, AccountStatus::Open, &owner()).await?;
        let void = claim(tx, after(1)).await?.expect("an endpoint");
        let held = claim(tx, after(31)).await?.expect("an endpoint");
        let due = tx.notification_rounds().take(&held, after(31), 9).await?;
        let delivered = (AttemptOutcome::Delivered, None, after(31));
        assert!(!conclude(tx, &void, due.clone(), delivered).await?);
        assert!(!tx.notification_rounds().disable(&void, "void").await?);
        tx.notification_rounds().release(&void, after(31)).await?;
        assert_eq!(claim(tx, after(32)).await?, None, "it is still held");
        assert!(conclude(tx, &held, due, delivered).await?);
        let (caller, id) = (own(), EndpointId::new("a"));
        let mut deliveries = tx.notification_deliveries();
        let log = deliveries.attempts(&id, &ChangeId::new("change-1")).await?;
        assert_eq!(log.len(), 1);
        let event = ChangeId::new("change-1");
        let found = deliveries.find(caller.reach(), &id, &event).await?;
        assert_eq!(
            found.map(|found| (found.state, found.attempts)),
            Some((DeliveryState::Delivered, 1))
        );
        Ok::<_, Error>(())
    });
    assert_eq!(outcome.await, Ok(()));
}

async fn claims_that_are_void_are_made_again_at_once(store: Store) {
    let outcome = store.transact(async |tx| {
        world::build(tx).await?;
        insert(tx, &[endpoint("a", &own()), endpoint("b", &foreign())]).await?;
        publish(tx, 1, AccountStatus::Open, &owner()).await?;
        let lost = claim(tx, after(1)).await?.expect("an endpoint");
        assert_eq!(tx.notification_rounds().void_claims(after(2)).await?, 2);
        let again = claim(tx, after(2)).await?.expect("the endpoint");
        assert!(again.endpoint.id == lost.endpoint.id && again.fence > lost.fence + 1);
        assert_eq!(
            claim(tx, after(2)).await?,
            None,
            "for the other nothing waits"
        );
        Ok::<_, Error>(())
    });
    assert_eq!(outcome.await, Ok(()));
}

async fn two_claims_never_get_the_same_endpoint(store: Store) {
    let build = async |tx: &mut Transaction| {
        world::build(tx).await?;
        for number in 0..12 {
            insert(tx, &[endpoint(&format!("endpoint-{number}"), &own())]).await?;
        }
        publish(tx, 1, AccountStatus::Open, &owner()).await
    };
    store.transact(build).await.expect("the world");
    let claims = (0..30).map(|_| {
        let store = store.clone();
        async move {
            let claimed = store.transact(async |tx| claim(tx, after(1)).await);
            claimed.await.expect("an answer")
        }
    });
    let claimed = at_once(claims).await.into_iter().flatten();
    let ids: Vec<_> = claimed.map(|claimed| claimed.endpoint.id).collect();
    let distinct: BTreeSet<_> = ids.iter().map(EndpointId::as_str).collect();
    assert_eq!((ids.len(), distinct.len()), (12, 12));
}

async fn an_endpoint_that_fails_is_probed_and_recovers(store: Store) {
    let outcome = store.transact(async |tx| {
        world::build(tx).await?;
        insert(tx, &[endpoint("a", &own())]).await?;
        publish(tx, 1, AccountStatus::Open, &owner()).await?;
        let claimed = claim(tx, after(1)).await?.expect("an endpoint");
        let due = tx.notification_rounds().take(&claimed, after(1), 9).await?;
        let failed = (AttemptOutcome::TimedOut, Some(after(50)), after(100));
        assert!(conclude(tx, &claimed, due, failed).await?);
        // What comes while it fails does not bring its time forward.
        publish(tx, 2, AccountStatus::Open, &owner()).await?;
        assert_eq!(tx.notification_rounds().next_due().await?, Some(after(100)));
        let claimed = claim(tx, after(100)).await?.expect("an endpoint");
        assert_eq!(claimed.endpoint.failing_since, Some(after(100)));
        assert_eq!(claimed.failures, 1);
        let mut rounds = tx.notification_rounds();
        let probe = rounds.take(&claimed, after(100), 9).await?;
        let probed: Vec<_> = probe.iter().map(|due| due.position).collect();
        assert_eq!(probed, [2], "the one that was tried the least");
        let delivered = (AttemptOutcome::Delivered, None, after(100));
        assert!(conclude(tx, &claimed, probe, delivered).await?);
        let claimed = claim(tx, after(100)).await?.expect("an endpoint");
        assert_eq!(
            (claimed.endpoint.failing_since, claimed.failures),
            (None, 0)
        );
        let reason = "a reason";
        assert!(tx.notification_rounds().disable(&claimed, reason).await?);
        assert!(!tx.notification_rounds().disable(&claimed, reason).await?);
        let caller = own();
        let mut endpoints = tx.notification_endpoints();
        let found = endpoints.find(caller.reach(), &claimed.endpoint.id).await?;
        let found = found.expect("the endpoint");
        assert_eq!(
            (found.enabled, found.disabled_reason.as_deref()),
            (false, Some(reason))
        );
        Ok::<_, Error>(())
    });
    assert_eq!(outcome.await, Ok(()));
}

async fn a_disabled_system_user_is_told_nothing_until_it_is_enabled(store: Store) {
    let outcome = store.transact(async |tx| {
        world::build(tx).await?;
        insert(tx, &[endpoint("a", &own())]).await?;
        publish(tx, 1, AccountStatus::Passive, &owner()).await?;
        let caller = own();
        let user = &caller.system_user;
        tx.system_users().set_enabled(user, false).await?;
        publish(tx, 2, AccountStatus::Open, &owner()).await?;
        assert_eq!(claim(tx, after(9)).await?, None);
        assert_eq!(tx.notification_rounds().next_due().await?, None);
        tx.system_users().set_enabled(user, true).await?;
        assert!(claim(tx, after(9)).await?.is_some());
        assert_eq!(events(tx, &caller, "a").await?, ["change-1"]);
        Ok::<_, Error>(())
    });
    assert_eq!(outcome.await, Ok(()));
}

/// A publisher that has not committed yet when a round ends waits for the round or is waited for:
/// either way the endpoint is due afterwards.
async fn what_is_published_during_a_round_is_sent_after_it(store: Store) {
    let build = async |tx: &mut Transaction| {
        world::build(tx).await?;
        insert(tx, &[endpoint("a", &own())]).await?;
        publish(tx, 1, AccountStatus::Open, &owner()).await
    };
    store.transact(build).await.expect("the world");
    for position in 2..30 {
        let now = after(position);
        let claimed = store.transact(async |tx| {
            let claimed = claim(tx, now).await?.expect("an endpoint that is due");
            let due = tx.notification_rounds().take(&claimed, now, 9).await?;
            Ok::<_, Error>((claimed, due))
        });
        let (claimed, due) = claimed.await.expect("a claim");
        assert!(!due.is_empty(), "nothing was due at {position}");
        let ending = store.transact(async |tx| {
            let delivered = (AttemptOutcome::Delivered, None, now);
            conclude(tx, &claimed, due.clone(), delivered).await
        });
        let publishing =
            store.transact(async |tx| publish(tx, position, AccountStatus::Open, &owner()).await);
        let (ended, published) = tokio::join!(ending, publishing);
        assert_eq!((ended, published), (Ok(true), Ok(())));
    }
}

async fn a_delivery_that_is_asked_for_again_is_due_at_once(store: Store) {
    let outcome = store.transact(async |tx| {
        world::build(tx).await?;
        insert(tx, &[endpoint("a", &own())]).await?;
        publish(tx, 1, AccountStatus::Open, &owner()).await?;
        let claimed = claim(tx, after(1)).await?.expect("an endpoint");
        let due = tx.notification_rounds().take(&claimed, after(1), 9).await?;
        let failed = (AttemptOutcome::Refused, None, after(1));
        assert!(conclude(tx, &claimed, due, failed).await?);
        assert_eq!(tx.notification_rounds().next_due().await?, None);
        let (caller, id) = (own(), EndpointId::new("a"));
        let event = ChangeId::new("change-1");
        let mut deliveries = tx.notification_deliveries();
        let failed = Some(DeliveryState::Failed);
        let (listed, total) = deliveries.list(caller.reach(), &id, failed, ALL).await?;
        assert_eq!((listed.len(), total), (1, 1));
        deliveries.send_again(&id, &event, after(2)).await?;
        let (listed, total) = deliveries.list(caller.reach(), &id, failed, ALL).await?;
        assert_eq!((listed.len(), total), (0, 0));
        let claimed = claim(tx, after(2)).await?.expect("an endpoint");
        let due = tx.notification_rounds().take(&claimed, after(2), 9).await?;
        let counts: Vec<_> = due.iter().map(|due| (due.attempts, due.tries)).collect();
        assert_eq!(counts, [(1, 0)]);
        Ok::<_, Error>(())
    });
    assert_eq!(outcome.await, Ok(()));
}

async fn what_is_old_is_dropped_a_few_at_a_time(store: Store) {
    let outcome = store.transact(async |tx| {
        world::build(tx).await?;
        insert(tx, &[endpoint("a", &own())]).await?;
        for position in 1..=5 {
            publish(tx, position, AccountStatus::Open, &owner()).await?;
        }
        let claimed = claim(tx, after(9)).await?.expect("an endpoint");
        let due = tx.notification_rounds().take(&claimed, after(9), 2).await?;
        let delivered = (AttemptOutcome::Delivered, None, after(9));
        assert!(conclude(tx, &claimed, due, delivered).await?);
        let mut deliveries = tx.notification_deliveries();
        assert_eq!(deliveries.purge(after(-1), 9).await?, 0);
        // The attempts were made at the beginning.
        assert_eq!(deliveries.purge(after(4), 3).await?, 5);
        assert_eq!(deliveries.purge(after(4), 3).await?, 1);
        assert_eq!(deliveries.purge(after(4), 3).await?, 0);
        assert_eq!(events(tx, &own(), "a").await?, ["change-5"]);
        Ok::<_, Error>(())
    });
    assert_eq!(outcome.await, Ok(()));
}
