//! Notification endpoints, as those who made them and the journal's publisher know them. Whoever
//! adds a delivery or changes an endpoint takes hold of its row first: so what one of two does at the
//! same time is seen by the other.

use domain::access::{Reach, SystemUserName};
use domain::{Endpoint, EndpointId, EventTypes, OrganizationNumber, SecretGenerations};
use jiff::Timestamp;

use crate::sql::{Row, Statement};
use crate::{Error, Page, Transaction};

static COUNT_OWN: Statement =
    Statement::new("SELECT COUNT(*) FROM notification_endpoints WHERE system_user = $1");

static HOLD_USER: Statement =
    Statement::new("UPDATE system_users SET enabled = enabled WHERE name = $1");

static INSERT: Statement = Statement::new(
    "INSERT INTO notification_endpoints (id, system_user, url, description, event_types, enabled,
            disabled_reason, generation, previous_until, created_at, failing_since, failures,
            due_at, leased_until, fence)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, NULL, 0, 0)",
);

static FIND: Statement = Statement::new(
    "SELECT id, system_user, url, description, event_types, enabled, disabled_reason, generation,
            previous_until, created_at, failing_since
     FROM notification_endpoints WHERE id = $1 AND system_user = $2",
);

static LIST: Statement = Statement::new(
    "SELECT id, system_user, url, description, event_types, enabled, disabled_reason, generation,
            previous_until, created_at, failing_since
     FROM notification_endpoints WHERE system_user = $1
     ORDER BY created_at, id LIMIT $2 OFFSET $3",
);

static HOLD: Statement = Statement::new(
    "UPDATE notification_endpoints SET enabled = enabled WHERE id = $1 AND system_user = $2",
);

static HOLD_ENABLED: Statement =
    Statement::new("UPDATE notification_endpoints SET enabled = enabled WHERE id = $1 AND enabled");

static CHANGE: Statement = Statement::new(
    "UPDATE notification_endpoints
     SET url = $3, description = $4, event_types = $5, enabled = $6, disabled_reason = $7,
         generation = $8, previous_until = $9, failing_since = $10,
         failures = CASE WHEN CAST($10 AS BIGINT) IS NULL THEN 0 ELSE failures END
     WHERE id = $1 AND system_user = $2",
);

static DELETE_ATTEMPTS: Statement =
    Statement::new("DELETE FROM notification_attempts WHERE endpoint = $1");

static DELETE_DELIVERIES: Statement =
    Statement::new("DELETE FROM notification_deliveries WHERE endpoint = $1");

static DELETE: Statement =
    Statement::new("DELETE FROM notification_endpoints WHERE id = $1 AND system_user = $2");

static WAKE: Statement = Statement::new(
    "UPDATE notification_endpoints SET due_at = $2
     WHERE id = $1 AND (due_at IS NULL OR (failing_since IS NULL AND due_at > $2))",
);

static WAKE_AT_ONCE: Statement =
    Statement::new("UPDATE notification_endpoints SET due_at = $2 WHERE id = $1");

static TOLD_OF: Statement = Statement::new(
    "SELECT e.id, e.event_types
     FROM system_user_organizations r
     JOIN system_users u ON u.name = r.system_user AND u.enabled
     JOIN notification_endpoints e ON e.system_user = r.system_user AND e.enabled
     WHERE r.organization_number = $1 ORDER BY e.id",
);

pub(crate) static STATEMENTS: &[&Statement] = &[
    &COUNT_OWN,
    &HOLD_USER,
    &INSERT,
    &FIND,
    &LIST,
    &HOLD,
    &HOLD_ENABLED,
    &CHANGE,
    &DELETE_ATTEMPTS,
    &DELETE_DELIVERIES,
    &DELETE,
    &WAKE,
    &WAKE_AT_ONCE,
    &TOLD_OF,
];

/// The notification endpoints, within one transaction.
pub struct NotificationEndpoints<'t>(&'t mut Transaction);

impl Transaction {
    /// The notification endpoints.
    pub fn notification_endpoints(&mut self) -> NotificationEndpoints<'_> {
        NotificationEndpoints(self)
    }
}

impl NotificationEndpoints<'_> {
    /// Keeps a new endpoint; false if its system user has as many as it may already.
    pub async fn insert(&mut self, endpoint: &Endpoint, most: i64) -> Result<bool, Error> {
        let user = endpoint.system_user.as_str();
        // Another one that is made at the same time waits here, and counts this one.
        self.0.execute(&HOLD_USER, &[user.into()]).await?;
        if self.count(user).await? >= most {
            return Ok(false);
        }
        let types = endpoint.event_types.as_slice().join(" ");
        let params = [
            endpoint.id.as_str().into(),
            user.into(),
            endpoint.url.as_str().into(),
            endpoint.description.as_str().into(),
            types.as_str().into(),
            endpoint.enabled.into(),
            endpoint.disabled_reason.as_ref().into(),
            endpoint.secrets.current.into(),
            milliseconds(endpoint.secrets.previous_until).into(),
            endpoint.created_at.as_millisecond().into(),
            milliseconds(endpoint.failing_since).into(),
        ];
        self.0.execute(&INSERT, &params).await?;
        Ok(true)
    }

    async fn count(&mut self, system_user: &str) -> Result<i64, Error> {
        let params = [system_user.into()];
        let count = self.0.fetch_optional(&COUNT_OWN, &params, |row| row.get(0));
        Ok(count.await?.unwrap_or(0))
    }

    /// The one with this id, if the caller's system user made it.
    pub async fn find(
        &mut self,
        reach: Reach<'_>,
        id: &EndpointId,
    ) -> Result<Option<Endpoint>, Error> {
        let params = [id.as_str().into(), reach.system_user().into()];
        self.0.fetch_optional(&FIND, &params, endpoint).await
    }

    /// As `find`; and nobody else changes it or adds deliveries until this transaction ends.
    pub async fn hold(
        &mut self,
        reach: Reach<'_>,
        id: &EndpointId,
    ) -> Result<Option<Endpoint>, Error> {
        let params = [id.as_str().into(), reach.system_user().into()];
        if self.0.execute(&HOLD, &params).await? == 0 {
            return Ok(None);
        }
        self.find(reach, id).await
    }

    /// One page of those that the caller's system user made, oldest first, and how many there are.
    pub async fn list(
        &mut self,
        reach: Reach<'_>,
        page: Page,
    ) -> Result<(Vec<Endpoint>, i64), Error> {
        let user = reach.system_user();
        let params = [user.into(), page.size.into(), page.offset().into()];
        let endpoints = self.0.fetch_all(&LIST, &params, endpoint).await?;
        Ok((endpoints, self.count(user).await?))
    }

    /// Stores what has changed of an endpoint that is held.
    pub async fn change(&mut self, endpoint: &Endpoint) -> Result<(), Error> {
        let types = endpoint.event_types.as_slice().join(" ");
        let params = [
            endpoint.id.as_str().into(),
            endpoint.system_user.as_str().into(),
            endpoint.url.as_str().into(),
            endpoint.description.as_str().into(),
            types.as_str().into(),
            endpoint.enabled.into(),
            endpoint.disabled_reason.as_ref().into(),
            endpoint.secrets.current.into(),
            milliseconds(endpoint.secrets.previous_until).into(),
            milliseconds(endpoint.failing_since).into(),
        ];
        self.0.execute(&CHANGE, &params).await.map(drop)
    }

    /// Drops an endpoint that is held, with all that was made out to it.
    pub async fn delete(&mut self, endpoint: &Endpoint) -> Result<(), Error> {
        let id = endpoint.id.as_str();
        self.0.execute(&DELETE_ATTEMPTS, &[id.into()]).await?;
        self.0.execute(&DELETE_DELIVERIES, &[id.into()]).await?;
        let params = [id.into(), endpoint.system_user.as_str().into()];
        self.0.execute(&DELETE, &params).await.map(drop)
    }

    /// Lets an endpoint that is held be looked at, at once.
    pub async fn wake_at_once(&mut self, id: &EndpointId, now: Timestamp) -> Result<(), Error> {
        let params = [id.as_str().into(), now.as_millisecond().into()];
        self.0.execute(&WAKE_AT_ONCE, &params).await.map(drop)
    }

    /// The enabled endpoints of enabled system users that may act for an organization, with what
    /// they want: for the publisher, never for a customer.
    pub async fn told_of(
        &mut self,
        organization: &OrganizationNumber,
    ) -> Result<Vec<(EndpointId, EventTypes)>, Error> {
        let read = |row: &Row<'_>| {
            let id = EndpointId::new(row.get::<String>(0)?);
            Ok((id, event_types(row, 1)?))
        };
        self.0
            .fetch_all(&TOLD_OF, &[organization.as_str().into()], read)
            .await
    }

    /// Takes hold of an endpoint until the end of this transaction; false if it is gone or disabled.
    pub(crate) async fn hold_enabled(&mut self, id: &EndpointId) -> Result<bool, Error> {
        Ok(self.0.execute(&HOLD_ENABLED, &[id.as_str().into()]).await? == 1)
    }

    /// Lets an endpoint that is held be looked at from now on; one that is failing keeps its time.
    pub(crate) async fn wake(&mut self, id: &EndpointId, now: Timestamp) -> Result<(), Error> {
        let params = [id.as_str().into(), now.as_millisecond().into()];
        self.0.execute(&WAKE, &params).await.map(drop)
    }
}

pub(crate) fn milliseconds(at: Option<Timestamp>) -> Option<i64> {
    at.map(Timestamp::as_millisecond)
}

/// How many neighboring columns an endpoint is read from.
pub(crate) const ENDPOINT_COLUMNS: usize = 11;

pub(crate) fn endpoint(row: &Row<'_>) -> Result<Endpoint, Error> {
    Ok(Endpoint {
        id: EndpointId::new(row.get::<String>(0)?),
        system_user: SystemUserName::new(row.get::<String>(1)?),
        url: row.get(2)?,
        description: row.get(3)?,
        event_types: event_types(row, 4)?,
        enabled: row.get(5)?,
        disabled_reason: row.get(6)?,
        secrets: SecretGenerations {
            current: row.get(7)?,
            previous_until: instant(row, 8)?,
        },
        created_at: row.timestamp(9)?,
        failing_since: instant(row, 10)?,
    })
}

fn event_types(row: &Row<'_>, index: usize) -> Result<EventTypes, Error> {
    row.parse(index, |words| EventTypes::parse(words.split_whitespace()))
}

/// A column of milliseconds that may be empty.
pub(crate) fn instant(row: &Row<'_>, index: usize) -> Result<Option<Timestamp>, Error> {
    match row.get::<Option<i64>>(index)? {
        None => Ok(None),
        Some(_) => row.timestamp(index).map(Some),
    }
}
