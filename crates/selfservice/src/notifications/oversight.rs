//! What the operator's people see and do of all endpoints. Never for a customer.

use domain::{Author, ChangeId, Delivery, DeliveryState, Endpoint, EndpointId, OtherChange};
use jiff::Timestamp;
use storage::{EndpointFilter, KnownEndpoint, Page, Transaction};

use super::DeliveryWithAttempts;
use super::deliveries::not_before;
use super::endpoints::about;
use crate::{Failure, SelfService};

/// Why something is not done to an endpoint.
#[derive(Debug, thiserror::Error)]
pub enum OversightRefusal {
    /// No such endpoint.
    #[error("no such endpoint")]
    UnknownEndpoint,
    /// No such event among those that were made out to the endpoint.
    #[error("no such delivery")]
    UnknownDelivery,
    /// Nothing is sent to the endpoint.
    #[error("the endpoint is disabled; enable it first")]
    Disabled,
    /// The database failed; for the log alone.
    #[error(transparent)]
    Storage(#[from] storage::Error),
}

impl SelfService {
    /// The endpoints of all organizations after an id, by id, and after which to go on.
    pub async fn list_all_endpoints(
        &self,
        filter: &EndpointFilter,
        after: Option<&EndpointId>,
        most: i64,
    ) -> Result<(Vec<KnownEndpoint>, Option<EndpointId>), Failure> {
        let found = self.core.store.read(async |tx| {
            let mut oversight = tx.notification_oversight();
            Ok::<_, Failure>(oversight.list(filter, after, most + 1).await?)
        });
        let mut found = found.await?;
        let most = usize::try_from(most).unwrap_or(0);
        if found.len() <= most {
            return Ok((found, None));
        }
        found.truncate(most);
        let next = found.last().map(|last| last.endpoint.id.clone());
        Ok((found, next))
    }

    /// An endpoint, whoever made it.
    pub async fn find_any_endpoint(
        &self,
        id: &EndpointId,
    ) -> Result<KnownEndpoint, OversightRefusal> {
        let found = self
            .core
            .store
            .read(async |tx| tx.notification_oversight().find(id).await);
        found.await?.ok_or(OversightRefusal::UnknownEndpoint)
    }

    /// One page of what was made out to an endpoint, newest first, and how many there are.
    pub async fn list_any_deliveries(
        &self,
        id: &EndpointId,
        state: Option<DeliveryState>,
        page: Page,
    ) -> Result<(Vec<Delivery>, i64), OversightRefusal> {
        let found = self.core.store.read(async |tx| {
            let mut oversight = tx.notification_oversight();
            if oversight.find(id).await?.is_none() {
                return Err(OversightRefusal::UnknownEndpoint);
            }
            Ok(oversight.deliveries(id, state, page).await?)
        });
        let (found, total) = found.await?;
        let now = self.core.clock.now();
        let shown = found.into_iter().map(|one| not_before(one, now));
        Ok((shown.collect(), total))
    }

    /// One event that was made out to an endpoint, with the log of its attempts.
    pub async fn find_any_delivery(
        &self,
        id: &EndpointId,
        event: &ChangeId,
    ) -> Result<DeliveryWithAttempts, OversightRefusal> {
        let now = self.core.clock.now();
        self.core
            .store
            .read(async |tx| {
                let mut oversight = tx.notification_oversight();
                if oversight.find(id).await?.is_none() {
                    return Err(OversightRefusal::UnknownEndpoint);
                }
                found(tx, id, event, now).await
            })
            .await
    }

    /// Lets nothing be sent to an endpoint any more, for a reason that its owner reads. One that is
    /// disabled stays as it is, with the reason that it has.
    pub async fn disable_any_endpoint(
        &self,
        by: &Author,
        id: &EndpointId,
        reason: &str,
    ) -> Result<KnownEndpoint, OversightRefusal> {
        self.core
            .store
            .transact(async |tx| {
                let known = hold(tx, id).await?;
                if !known.endpoint.enabled {
                    return Ok(known);
                }
                let endpoint = Endpoint {
                    enabled: false,
                    disabled_reason: Some(reason.to_owned()),
                    ..known.endpoint.clone()
                };
                tx.notification_endpoints().change(&endpoint).await?;
                let done = about(id, "disabled").with("reason", reason);
                self.note_of_operator(tx, by, done, &known).await?;
                Ok(KnownEndpoint { endpoint, ..known })
            })
            .await
    }

    /// Lets an endpoint be told again, at once of what waits for it.
    pub async fn enable_any_endpoint(
        &self,
        by: &Author,
        id: &EndpointId,
    ) -> Result<KnownEndpoint, OversightRefusal> {
        let enabled = self.core.store.transact(async |tx| {
            let known = hold(tx, id).await?;
            if known.endpoint.enabled {
                return Ok::<_, OversightRefusal>(known);
            }
            let endpoint = Endpoint {
                enabled: true,
                disabled_reason: None,
                failing_since: None,
                ..known.endpoint.clone()
            };
            tx.notification_endpoints().change(&endpoint).await?;
            let now = self.core.clock.now();
            tx.notification_deliveries().hasten(id, now).await?;
            self.note_of_operator(tx, by, about(id, "enabled"), &known)
                .await?;
            Ok(KnownEndpoint { endpoint, ..known })
        });
        let enabled = enabled.await?;
        self.core.bells.deliveries.notify_one();
        Ok(enabled)
    }

    /// Sends an event to an endpoint anew, whatever became of it before.
    pub async fn redeliver_any(
        &self,
        by: &Author,
        id: &EndpointId,
        event: &ChangeId,
    ) -> Result<DeliveryWithAttempts, OversightRefusal> {
        let sent = self.core.store.transact(async |tx| {
            let now = self.core.clock.now();
            let known = hold(tx, id).await?;
            found(tx, id, event, now).await?;
            if !known.endpoint.enabled {
                return Err(OversightRefusal::Disabled);
            }
            let mut deliveries = tx.notification_deliveries();
            deliveries.send_again(id, event, now).await?;
            let asked = about(id, "redelivery asked").with("event", event.as_str());
            self.note_of_operator(tx, by, asked, &known).await?;
            found(tx, id, event, now).await
        });
        let sent = sent.await?;
        self.core.bells.deliveries.notify_one();
        Ok(sent)
    }

    async fn note_of_operator(
        &self,
        tx: &mut Transaction,
        by: &Author,
        done: OtherChange,
        known: &KnownEndpoint,
    ) -> Result<(), storage::Error> {
        let when = (Some(known.owner.clone()), self.core.clock.now());
        self.core.scribe.done(tx, done, when, by.clone()).await
    }
}

async fn hold(tx: &mut Transaction, id: &EndpointId) -> Result<KnownEndpoint, OversightRefusal> {
    let known = tx.notification_oversight().hold(id).await?;
    known.ok_or(OversightRefusal::UnknownEndpoint)
}

async fn found(
    tx: &mut Transaction,
    id: &EndpointId,
    event: &ChangeId,
    now: Timestamp,
) -> Result<DeliveryWithAttempts, OversightRefusal> {
    let found = tx.notification_oversight().delivery(id, event).await?;
    let (delivery, attempts) = found.ok_or(OversightRefusal::UnknownDelivery)?;
    Ok(DeliveryWithAttempts {
        delivery: not_before(delivery, now),
        attempts,
    })
}
