//! What an organization's people see and do of the endpoints of their system users. Another
//! organization's endpoint is as absent as one that is not there.

use domain::{ChangeId, Delivery, DeliveryState, EndpointId, OrganizationNumber};
use storage::{EndpointFilter, KnownEndpoint, Page};

use super::{DeliveryWithAttempts, OversightRefusal};
use crate::{Failure, Mandate, SelfService};

impl SelfService {
    /// The endpoints of an organization's system users after an id, and after which to go on.
    pub async fn list_own_endpoints(
        &self,
        owner: &OrganizationNumber,
        after: Option<&EndpointId>,
        most: i64,
    ) -> Result<(Vec<KnownEndpoint>, Option<EndpointId>), Failure> {
        let filter = EndpointFilter {
            organization: Some(owner.clone()),
            state: None,
        };
        self.list_all_endpoints(&filter, after, most).await
    }

    /// An endpoint of the organization's.
    pub async fn find_own_endpoint(
        &self,
        owner: &OrganizationNumber,
        id: &EndpointId,
    ) -> Result<KnownEndpoint, OversightRefusal> {
        let known = self.find_any_endpoint(id).await?;
        if known.owner == *owner {
            Ok(known)
        } else {
            Err(OversightRefusal::UnknownEndpoint)
        }
    }

    /// One page of what was made out to an endpoint of the organization's, newest first, and how
    /// many there are.
    pub async fn list_own_deliveries(
        &self,
        (owner, id): (&OrganizationNumber, &EndpointId),
        state: Option<DeliveryState>,
        page: Page,
    ) -> Result<(Vec<Delivery>, i64), OversightRefusal> {
        self.find_own_endpoint(owner, id).await?;
        self.list_any_deliveries(id, state, page).await
    }

    /// Sends an event to an endpoint of the organization's anew, whatever became of it before.
    pub async fn redeliver_own(
        &self,
        mandate: &Mandate,
        id: &EndpointId,
        event: &ChangeId,
    ) -> Result<DeliveryWithAttempts, OversightRefusal> {
        // Who made an endpoint, and whose system user that is, never changes.
        self.find_own_endpoint(&mandate.organization, id).await?;
        self.redeliver_any(&mandate.author, id, event).await
    }
}
