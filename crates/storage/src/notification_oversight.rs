//! Endpoints and deliveries of all system users: for the operator, never for a customer.

use domain::{
    Attempt, ChangeId, Delivery, DeliveryState, Endpoint, EndpointId, OrganizationNumber,
};

use crate::notification_deliveries::delivery;
use crate::notification_endpoints::{ENDPOINT_COLUMNS, endpoint};
use crate::sql::{Row, Statement};
use crate::{Error, Page, Transaction};

static LIST: Statement = Statement::new(
    "SELECT e.id, e.system_user, e.url, e.description, e.event_types, e.enabled, e.disabled_reason,
            e.generation, e.previous_until, e.created_at, e.failing_since, u.owner_number, u.enabled
     FROM notification_endpoints e JOIN system_users u ON u.name = e.system_user
     WHERE (CAST($1 AS TEXT) IS NULL OR e.id > $1)
       AND (CAST($2 AS TEXT) IS NULL OR u.owner_number = $2)
       AND (CAST($3 AS TEXT) IS NULL
            OR $3 = CASE WHEN NOT e.enabled THEN 'disabled'
                         WHEN e.failing_since IS NOT NULL THEN 'failing' ELSE 'enabled' END)
     ORDER BY e.id LIMIT $4",
);

static FIND: Statement = Statement::new(
    "SELECT e.id, e.system_user, e.url, e.description, e.event_types, e.enabled, e.disabled_reason,
            e.generation, e.previous_until, e.created_at, e.failing_since, u.owner_number, u.enabled
     FROM notification_endpoints e JOIN system_users u ON u.name = e.system_user
     WHERE e.id = $1",
);

static HOLD: Statement =
    Statement::new("UPDATE notification_endpoints SET enabled = enabled WHERE id = $1");

static DELIVERIES: Statement = Statement::new(
    "SELECT d.event, d.event_type, d.state, d.attempts, d.created_at,
            CASE WHEN NOT e.enabled THEN NULL
                 WHEN d.due_at < e.due_at THEN e.due_at ELSE d.due_at END
     FROM notification_deliveries d JOIN notification_endpoints e ON e.id = d.endpoint
     WHERE d.endpoint = $1 AND (CAST($2 AS TEXT) IS NULL OR d.state = $2)
     ORDER BY d.position DESC LIMIT $3 OFFSET $4",
);

static COUNT: Statement = Statement::new(
    "SELECT COUNT(*) FROM notification_deliveries
     WHERE endpoint = $1 AND (CAST($2 AS TEXT) IS NULL OR state = $2)",
);

static DELIVERY: Statement = Statement::new(
    "SELECT d.event, d.event_type, d.state, d.attempts, d.created_at,
            CASE WHEN NOT e.enabled THEN NULL
                 WHEN d.due_at < e.due_at THEN e.due_at ELSE d.due_at END
     FROM notification_deliveries d JOIN notification_endpoints e ON e.id = d.endpoint
     WHERE d.endpoint = $1 AND d.event = $2",
);

pub(crate) static STATEMENTS: &[&Statement] =
    &[&LIST, &FIND, &HOLD, &DELIVERIES, &COUNT, &DELIVERY];

/// How an endpoint stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndpointState {
    /// What is made out to it is sent.
    Enabled,
    /// The same, but nothing has arrived since some time.
    Failing,
    /// Nothing is sent.
    Disabled,
}

impl EndpointState {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Enabled, Self::Failing, Self::Disabled];

    /// The state of an endpoint.
    #[must_use]
    pub fn of(endpoint: &Endpoint) -> Self {
        match (endpoint.enabled, endpoint.failing_since) {
            (false, _) => Self::Disabled,
            (true, Some(_)) => Self::Failing,
            (true, None) => Self::Enabled,
        }
    }

    /// The word in documents.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Enabled => "enabled",
            Self::Failing => "failing",
            Self::Disabled => "disabled",
        }
    }

    /// The state that a word stands for.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

/// An endpoint with whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownEndpoint {
    /// The endpoint.
    pub endpoint: Endpoint,
    /// The organization of the system user that made it.
    pub owner: OrganizationNumber,
    /// Whether that system user is enabled; if not, nothing is sent either.
    pub user_enabled: bool,
}

/// Which endpoints are looked for; what is not set does not narrow it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EndpointFilter {
    /// Those of this organization's system users.
    pub organization: Option<OrganizationNumber>,
    /// Those that stand so.
    pub state: Option<EndpointState>,
}

/// Endpoints and deliveries of everybody, within one transaction.
pub struct NotificationOversight<'t>(&'t mut Transaction);

impl Transaction {
    /// Endpoints and deliveries of everybody.
    pub fn notification_oversight(&mut self) -> NotificationOversight<'_> {
        NotificationOversight(self)
    }
}

impl NotificationOversight<'_> {
    /// The endpoints after an id that the filter lets through, by id.
    pub async fn list(
        &mut self,
        filter: &EndpointFilter,
        after: Option<&EndpointId>,
        most: i64,
    ) -> Result<Vec<KnownEndpoint>, Error> {
        let organization = filter.organization.as_ref();
        let params = [
            after.map(EndpointId::as_str).into(),
            organization.map(OrganizationNumber::as_str).into(),
            filter.state.map(EndpointState::as_str).into(),
            most.into(),
        ];
        self.0.fetch_all(&LIST, &params, known_endpoint).await
    }

    /// The endpoint with this id, whoever made it.
    pub async fn find(&mut self, id: &EndpointId) -> Result<Option<KnownEndpoint>, Error> {
        let params = [id.as_str().into()];
        self.0.fetch_optional(&FIND, &params, known_endpoint).await
    }

    /// As `find`; and nobody else changes it or adds deliveries until this transaction ends.
    pub async fn hold(&mut self, id: &EndpointId) -> Result<Option<KnownEndpoint>, Error> {
        if self.0.execute(&HOLD, &[id.as_str().into()]).await? == 0 {
            return Ok(None);
        }
        self.find(id).await
    }

    /// One page of what was made out to an endpoint, newest first, and how many there are.
    pub async fn deliveries(
        &mut self,
        id: &EndpointId,
        state: Option<DeliveryState>,
        page: Page,
    ) -> Result<(Vec<Delivery>, i64), Error> {
        let params = [
            id.as_str().into(),
            state.map(DeliveryState::as_str).into(),
            page.size.into(),
            page.offset().into(),
        ];
        let found = self.0.fetch_all(&DELIVERIES, &params, delivery).await?;
        let (filters, _) = params.split_at(2);
        let total = self.0.fetch_optional(&COUNT, filters, |row| row.get(0));
        Ok((found, total.await?.unwrap_or(0)))
    }

    /// One event that was made out to an endpoint, with its attempts, oldest first.
    pub async fn delivery(
        &mut self,
        id: &EndpointId,
        event: &ChangeId,
    ) -> Result<Option<(Delivery, Vec<Attempt>)>, Error> {
        let params = [id.as_str().into(), event.as_str().into()];
        let Some(found) = self.0.fetch_optional(&DELIVERY, &params, delivery).await? else {
            return Ok(None);
        };
        let attempts = self.0.notification_deliveries().attempts(id, event).await?;
        Ok(Some((found, attempts)))
    }
}

fn known_endpoint(row: &Row<'_>) -> Result<KnownEndpoint, Error> {
    Ok(KnownEndpoint {
        endpoint: endpoint(row)?,
        owner: row.parse(ENDPOINT_COLUMNS, OrganizationNumber::parse)?,
        user_enabled: row.get(ENDPOINT_COLUMNS + 1)?,
    })
}
