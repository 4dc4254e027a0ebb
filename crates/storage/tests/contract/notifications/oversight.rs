//! Endpoints and deliveries, as the operator's people see them.

use domain::{AccountStatus, AttemptOutcome, ChangeId, DeliveryState, Endpoint, EndpointId};
use storage::{EndpointFilter, EndpointState, Error, Page, Store};

use super::{ALL, claim, conclude, endpoint, insert, publish};
use crate::client_apps::{owner, stranger};
use crate::scratch::{Test, tests};
use crate::world::{self, after, foreign, own};

pub(crate) const TESTS: &[Test] = tests![
    endpoints_of_all_system_users_are_listed_by_id,
    a_delivery_is_due_when_its_endpoint_is_and_not_while_that_is_disabled,
];

async fn endpoints_of_all_system_users_are_listed_by_id(store: Store) {
    let outcome = store.transact(async |tx| {
        world::build(tx).await?;
        let failing = Endpoint {
            failing_since: Some(after(1)),
            ..endpoint("c", &own())
        };
        let disabled = Endpoint {
            enabled: false,
            failing_since: Some(after(1)),
            ..endpoint("a", &foreign())
        };
        let enabled = endpoint("b", &own());
        insert(tx, &[failing, disabled, enabled]).await?;
        let of = |organization, state| EndpointFilter {
            organization,
            state,
        };
        for (filter, after, most, expected) in [
            (of(None, None), None, 9, vec!["a", "b", "c"]),
            (of(None, None), Some("a"), 1, vec!["b"]),
            (of(None, None), Some("c"), 9, vec![]),
            // All system users of this world are the same company's.
            (of(Some(owner()), None), None, 9, vec!["a", "b", "c"]),
            (of(Some(stranger()), None), None, 9, vec![]),
            (of(None, Some(EndpointState::Enabled)), None, 9, vec!["b"]),
            (of(None, Some(EndpointState::Failing)), None, 9, vec!["c"]),
            (of(None, Some(EndpointState::Disabled)), None, 9, vec!["a"]),
        ] {
            let after = after.map(EndpointId::new);
            let mut oversight = tx.notification_oversight();
            let found = oversight.list(&filter, after.as_ref(), most).await?;
            let ids: Vec<_> = found.iter().map(|one| one.endpoint.id.as_str()).collect();
            assert_eq!(ids, expected, "{filter:?}");
            for one in found {
                let state = EndpointState::of(&one.endpoint);
                assert!(filter.state.is_none_or(|wanted| wanted == state));
                let known = tx.notification_oversight().find(&one.endpoint.id).await?;
                assert_eq!(known, Some(one));
            }
        }
        let nobodys = EndpointId::new("x");
        assert_eq!(tx.notification_oversight().hold(&nobodys).await?, None);
        Ok::<_, Error>(())
    });
    assert_eq!(outcome.await, Ok(()));
}

async fn a_delivery_is_due_when_its_endpoint_is_and_not_while_that_is_disabled(store: Store) {
    let outcome = store.transact(async |tx| {
        world::build(tx).await?;
        insert(tx, &[endpoint("a", &own())]).await?;
        for position in 1..=2 {
            publish(tx, position, AccountStatus::Open, &owner()).await?;
        }
        let id = EndpointId::new("a");
        let event = ChangeId::new("change-2");
        let claimed = claim(tx, after(9)).await?.expect("an endpoint");
        let due = tx.notification_rounds().take(&claimed, after(9), 1).await?;
        // The first is tried again soon, but the endpoint is left alone until later.
        let refused = (AttemptOutcome::Refused, Some(after(10)), after(60));
        assert!(conclude(tx, &claimed, due, refused).await?);
        let mut oversight = tx.notification_oversight();
        let (listed, total) = oversight.deliveries(&id, None, ALL).await?;
        assert_eq!(total, 2);
        for delivery in &listed {
            assert_eq!(delivery.due_at, Some(after(60)), "{delivery:?}");
        }
        let one = Page { number: 1, size: 1 };
        let (second, _) = oversight.deliveries(&id, None, one).await?;
        assert_eq!(second.first(), listed.get(1));
        let (none, total) = oversight
            .deliveries(&id, Some(DeliveryState::Failed), ALL)
            .await?;
        assert_eq!((none, total), (vec![], 0));
        let known = oversight.hold(&id).await?.expect("the endpoint");
        assert_eq!(known.owner, owner());
        let disabled = Endpoint {
            enabled: false,
            ..known.endpoint
        };
        tx.notification_endpoints().change(&disabled).await?;
        let mut oversight = tx.notification_oversight();
        let (delivery, attempts) = oversight.delivery(&id, &event).await?.expect("it");
        assert_eq!((delivery.due_at, attempts.len()), (None, 0));
        let mut own_view = tx.notification_deliveries();
        let seen = own_view.find(own().reach(), &id, &event).await?;
        assert_eq!(seen, Some(delivery));
        let unknown = ChangeId::new("change-9");
        let mut oversight = tx.notification_oversight();
        assert_eq!(oversight.delivery(&id, &unknown).await?, None);
        Ok::<_, Error>(())
    });
    assert_eq!(outcome.await, Ok(()));
}
