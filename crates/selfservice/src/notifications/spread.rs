//! Makes out the deliveries of changes that have just got their places.

use std::collections::BTreeMap;

use domain::{Change, EndpointId, EventTypes, OrganizationNumber, event_type};
use jiff::Timestamp;
use storage::{Error, Transaction};

/// Makes out to each endpoint what it wants of these changes, which stand after one position and up
/// to another.
pub(crate) async fn spread(
    tx: &mut Transaction,
    changes: &[&Change],
    positions: (i64, i64),
    now: Timestamp,
) -> Result<(), Error> {
    let mut told: BTreeMap<&str, (&OrganizationNumber, Vec<String>)> = BTreeMap::new();
    for change in changes {
        if let (Some(organization), Some(told_as)) =
            (&change.organization, event_type(&change.what))
        {
            let (_, types) = told
                .entry(organization.as_str())
                .or_insert_with(|| (organization, Vec::new()));
            types.push(told_as);
        }
    }
    for (organization, types) in told.values() {
        for (endpoint, wanted) in tx.notification_endpoints().told_of(organization).await? {
            if wants_some(&wanted, types) {
                make_out(tx, (&endpoint, organization), positions, now).await?;
            }
        }
    }
    Ok(())
}

fn wants_some(wanted: &EventTypes, types: &[String]) -> bool {
    types.iter().any(|event_type| wanted.include(event_type))
}

async fn make_out(
    tx: &mut Transaction,
    (endpoint, organization): (&EndpointId, &OrganizationNumber),
    positions: (i64, i64),
    now: Timestamp,
) -> Result<(), Error> {
    let mut deliveries = tx.notification_deliveries();
    let made = deliveries.spread(endpoint, organization, positions, now);
    made.await.map(drop)
}
