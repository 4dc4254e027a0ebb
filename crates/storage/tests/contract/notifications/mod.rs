//! Notifications: a small world for the tests of endpoints, deliveries and rounds.

pub(crate) mod endpoints;
pub(crate) mod oversight;
pub(crate) mod rounds;

use domain::access::Caller;
use domain::{
    AccountChange, AccountId, AccountStatus, Attempt, AttemptOutcome, Author, Change, ChangeId,
    Changed, DeliveryState, Endpoint, EndpointId, EventTypes, OrganizationNumber,
    SecretGenerations,
};
use jiff::{SignedDuration, Timestamp};
use storage::{
    ClaimedEndpoint, DueDelivery, Error, JournalPlace, JournalRow, Page, SentDelivery, Transaction,
};

use crate::world::{NOW, TROUBLESOME, after};

pub(super) const ALL: Page = Page {
    number: 0,
    size: 100,
};

pub(super) fn endpoint(id: &str, caller: &Caller) -> Endpoint {
    Endpoint {
        id: EndpointId::new(id),
        system_user: caller.system_user.clone(),
        url: "https://example.com/hook".to_owned(),
        description: TROUBLESOME.to_owned(),
        event_types: EventTypes::default(),
        enabled: true,
        disabled_reason: None,
        failing_since: None,
        secrets: SecretGenerations {
            current: 1,
            previous_until: None,
        },
        created_at: NOW,
    }
}

pub(super) fn told_of(types: &[&str], endpoint: Endpoint) -> Endpoint {
    let event_types = EventTypes::parse(types.iter().copied()).expect("known types");
    Endpoint {
        event_types,
        ..endpoint
    }
}

pub(super) async fn insert(tx: &mut Transaction, endpoints: &[Endpoint]) -> Result<(), Error> {
    for endpoint in endpoints {
        assert!(tx.notification_endpoints().insert(endpoint, 20).await?);
    }
    Ok(())
}

/// A change with a place in the journal, made out to all who want it.
pub(super) async fn publish(
    tx: &mut Transaction,
    position: i64,
    status: AccountStatus,
    organization: &OrganizationNumber,
) -> Result<(), Error> {
    let account = AccountId::new(7);
    let change = Change {
        id: ChangeId::new(format!("change-{position}")),
        at: after(position),
        organization: Some(organization.clone()),
        author: Author::of_operator("kari"),
        what: Changed::Account(AccountChange { account, status }),
    };
    let id = change.id.clone();
    tx.journal().record(&JournalRow::of(change), "").await?;
    let place = JournalPlace {
        position,
        sequence: Some(tx.journal().take_sequences(organization, 1).await?),
        genuine: true,
        seal: String::new(),
    };
    assert!(tx.journal().place(&id, &place).await?);
    for (endpoint, _) in tx.notification_endpoints().told_of(organization).await? {
        let mut deliveries = tx.notification_deliveries();
        let positions = (position - 1, position);
        deliveries
            .spread(&endpoint, organization, positions, after(position))
            .await?;
    }
    Ok(())
}

pub(super) async fn events(
    tx: &mut Transaction,
    caller: &Caller,
    id: &str,
) -> Result<Vec<String>, Error> {
    let id = EndpointId::new(id);
    let mut deliveries = tx.notification_deliveries();
    let (listed, total) = deliveries.list(caller.reach(), &id, None, ALL).await?;
    assert_eq!(i64::try_from(listed.len()), Ok(total));
    Ok(listed
        .iter()
        .map(|delivery| delivery.event.as_str().to_owned())
        .collect())
}

pub(super) async fn claim(
    tx: &mut Transaction,
    now: Timestamp,
) -> Result<Option<ClaimedEndpoint>, Error> {
    let lease_until = now + SignedDuration::from_secs(30);
    tx.notification_rounds().claim(now, lease_until).await
}

pub(super) fn sent(
    due: DueDelivery,
    outcome: AttemptOutcome,
    next: Option<Timestamp>,
) -> SentDelivery {
    let state = match (outcome, next) {
        (AttemptOutcome::Delivered, _) => DeliveryState::Delivered,
        (_, Some(_)) => DeliveryState::Pending,
        (_, None) => DeliveryState::Failed,
    };
    SentDelivery {
        due,
        attempt: Attempt {
            at: NOW,
            status: (outcome == AttemptOutcome::Delivered).then_some(204),
            outcome,
            duration_milliseconds: 12,
        },
        state,
        due_at: next,
    }
}

/// Records the same outcome for all that was taken; false if the claim was void.
pub(super) async fn conclude(
    tx: &mut Transaction,
    claimed: &ClaimedEndpoint,
    due: Vec<DueDelivery>,
    (outcome, next, from): (AttemptOutcome, Option<Timestamp>, Timestamp),
) -> Result<bool, Error> {
    let failed = outcome != AttemptOutcome::Delivered;
    let mut rounds = tx.notification_rounds();
    if rounds.hold(claimed, failed, from).await?.is_none() {
        return Ok(false);
    }
    for delivery in due {
        let sent = sent(delivery, outcome, next);
        rounds.record(&claimed.endpoint.id, &sent).await?;
    }
    rounds.release(claimed, from).await?;
    Ok(true)
}
