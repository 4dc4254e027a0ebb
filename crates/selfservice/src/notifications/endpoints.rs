//! Endpoints: where a caller wants to be told of changes.

use domain::access::Caller;
use domain::{
    Author, Endpoint, EndpointId, EventTypes, OrganizationNumber, OtherChange, Rejection,
    SecretGenerations,
};
use jiff::{SignedDuration, Timestamp};
use storage::{Page, Transaction};

use super::{RotatedSecret, SecretBytes};
use crate::{Failure, SelfService};

/// How many endpoints a system user may have.
const MOST: i64 = 20;
/// How long a secret that was replaced goes on signing.
const OVERLAP: SignedDuration = SignedDuration::from_hours(24);

/// An address that may be called, as far as that can be told beforehand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// The whole URL, which may have something secret in it.
    pub url: String,
    /// Its host alone, which the journal names.
    pub host: String,
}

/// What an endpoint is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndpointWish {
    /// Where it is.
    pub address: Address,
    /// The caller's own words.
    pub description: String,
    /// What it wants to be told.
    pub event_types: EventTypes,
    /// Whether it is told anything.
    pub enabled: bool,
}

impl SelfService {
    /// Makes an endpoint of the caller's system user; its secret is given this once.
    pub async fn create_endpoint(
        &self,
        caller: &Caller,
        wish: &EndpointWish,
    ) -> Result<(Endpoint, SecretBytes), Failure> {
        let now = self.core.clock.now();
        let mut chance = [0; 16];
        self.core.entropy.fill(&mut chance);
        let endpoint = Endpoint {
            id: EndpointId::new(hex::encode(chance)),
            system_user: caller.system_user.clone(),
            url: wish.address.url.clone(),
            description: wish.description.clone(),
            event_types: wish.event_types.clone(),
            enabled: wish.enabled,
            disabled_reason: None,
            failing_since: None,
            secrets: SecretGenerations {
                current: 1,
                previous_until: None,
            },
            created_at: now,
        };
        self.core
            .store
            .transact(async |tx| {
                if !tx.notification_endpoints().insert(&endpoint, MOST).await? {
                    return Err(Rejection::TooManyEndpoints { most: MOST }.into());
                }
                let done = about(&endpoint.id, "created").with("host", wish.address.host.as_str());
                self.note(tx, caller, done, now).await
            })
            .await?;
        let secret = self.core.secrets.current(&endpoint);
        Ok((endpoint, secret))
    }

    /// One page of the endpoints of the caller's system user, and how many there are.
    pub async fn list_endpoints(
        &self,
        caller: &Caller,
        page: Page,
    ) -> Result<(Vec<Endpoint>, i64), Failure> {
        self.core
            .store
            .read(async |tx| {
                let mut endpoints = tx.notification_endpoints();
                Ok(endpoints.list(caller.reach(), page).await?)
            })
            .await
    }

    /// One endpoint of the caller's system user.
    pub async fn find_endpoint(
        &self,
        caller: &Caller,
        id: &EndpointId,
    ) -> Result<Endpoint, Failure> {
        self.core
            .store
            .read(async |tx| find(tx, caller, id).await)
            .await
    }

    /// Makes an endpoint what it is to be. One that is enabled, or is somewhere else now, is sent at
    /// once what waits for it.
    pub async fn change_endpoint(
        &self,
        caller: &Caller,
        id: &EndpointId,
        wish: &EndpointWish,
    ) -> Result<Endpoint, Failure> {
        let changed = self.core.store.transact(async |tx| {
            let now = self.core.clock.now();
            let before = hold(tx, caller, id).await?;
            let goes_on = wish.enabled && (!before.enabled || before.url != wish.address.url);
            let after = Endpoint {
                url: wish.address.url.clone(),
                description: wish.description.clone(),
                event_types: wish.event_types.clone(),
                enabled: wish.enabled,
                disabled_reason: before.disabled_reason.clone().filter(|_| !wish.enabled),
                failing_since: before.failing_since.filter(|_| !goes_on),
                ..before
            };
            tx.notification_endpoints().change(&after).await?;
            if goes_on {
                tx.notification_deliveries().hasten(id, now).await?;
            }
            let done = about(id, "changed")
                .with("host", wish.address.host.as_str())
                .with("enabled", if wish.enabled { "yes" } else { "no" });
            self.note(tx, caller, done, now).await?;
            Ok::<_, Failure>(after)
        });
        let changed = changed.await?;
        self.core.bells.deliveries.notify_one();
        Ok(changed)
    }

    /// Drops an endpoint with all that waits for it; how it was.
    pub async fn delete_endpoint(
        &self,
        caller: &Caller,
        id: &EndpointId,
    ) -> Result<Endpoint, Failure> {
        self.core
            .store
            .transact(async |tx| {
                let endpoint = hold(tx, caller, id).await?;
                tx.notification_endpoints().delete(&endpoint).await?;
                let now = self.core.clock.now();
                self.note(tx, caller, about(id, "deleted"), now).await?;
                Ok(endpoint)
            })
            .await
    }

    /// Replaces an endpoint's secret. The one before goes on signing for a day; the one before that
    /// ends at once.
    pub async fn rotate_endpoint_secret(
        &self,
        caller: &Caller,
        id: &EndpointId,
    ) -> Result<RotatedSecret, Failure> {
        self.core
            .store
            .transact(async |tx| {
                let now = self.core.clock.now();
                let previous_until = now + OVERLAP;
                let before = hold(tx, caller, id).await?;
                let after = Endpoint {
                    secrets: SecretGenerations {
                        current: before.secrets.current + 1,
                        previous_until: Some(previous_until),
                    },
                    ..before
                };
                tx.notification_endpoints().change(&after).await?;
                self.note(tx, caller, about(id, "secret rotated"), now)
                    .await?;
                Ok(RotatedSecret {
                    secret: self.core.secrets.current(&after),
                    previous_until,
                })
            })
            .await
    }

    /// Writes down what a caller did, in the name of the caller's own organization.
    pub(super) async fn note(
        &self,
        tx: &mut Transaction,
        caller: &Caller,
        done: OtherChange,
        now: Timestamp,
    ) -> Result<(), Failure> {
        let owner = owner_of(tx, caller).await?;
        let author = Author::from(caller);
        Ok(self
            .core
            .scribe
            .done(tx, done, (owner, now), author)
            .await?)
    }
}

async fn owner_of(
    tx: &mut Transaction,
    caller: &Caller,
) -> Result<Option<OrganizationNumber>, storage::Error> {
    let user = tx.system_users().find(&caller.system_user).await?;
    Ok(user.map(|user| user.owner))
}

/// Something that was done to an endpoint.
pub(super) fn about(id: &EndpointId, done: &str) -> OtherChange {
    OtherChange::new("endpoint", id.as_str(), done)
}

pub(super) async fn find(
    tx: &mut Transaction,
    caller: &Caller,
    id: &EndpointId,
) -> Result<Endpoint, Failure> {
    let found = tx.notification_endpoints().find(caller.reach(), id).await?;
    Ok(found.ok_or(Rejection::EndpointNotFound)?)
}

pub(super) async fn hold(
    tx: &mut Transaction,
    caller: &Caller,
    id: &EndpointId,
) -> Result<Endpoint, Failure> {
    let found = tx.notification_endpoints().hold(caller.reach(), id).await?;
    Ok(found.ok_or(Rejection::EndpointNotFound)?)
}
