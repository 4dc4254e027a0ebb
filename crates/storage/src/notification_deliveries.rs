//! Deliveries: which event goes to which endpoint, how that stands, and the log of the attempts.

use domain::access::Reach;
use domain::{
    Attempt, AttemptOutcome, ChangeId, Delivery, DeliveryState, EndpointId, OrganizationNumber,
};
use jiff::Timestamp;

use crate::notification_endpoints::instant;
use crate::sql::{Row, Statement};
use crate::{Error, Page, Transaction};

static SPREAD: Statement = Statement::new(
    "INSERT INTO notification_deliveries (endpoint, position, event, event_type, organization,
            state, attempts, tries, created_at, due_at)
     SELECT e.id, j.position, j.id, j.noun || '.' || j.action, j.organization,
            'PENDING', 0, 0, CAST($5 AS BIGINT), CAST($5 AS BIGINT)
     FROM notification_endpoints e
     JOIN journal j ON j.organization = $2 AND j.position > $3 AND j.position <= $4
          AND j.sequence IS NOT NULL
     WHERE e.id = $1
       AND (e.event_types = ''
            OR ' ' || e.event_types || ' ' LIKE '% ' || j.noun || '.* %'
            OR ' ' || e.event_types || ' ' LIKE '% ' || j.noun || '.' || j.action || ' %')",
);

static LIST: Statement = Statement::new(
    "SELECT d.event, d.event_type, d.state, d.attempts, d.created_at,
            CASE WHEN NOT e.enabled THEN NULL
                 WHEN d.due_at < e.due_at THEN e.due_at ELSE d.due_at END
     FROM notification_deliveries d
     JOIN notification_endpoints e ON e.id = d.endpoint
     JOIN system_user_organizations r
          ON r.organization_number = d.organization AND r.system_user = $2
     WHERE d.endpoint = $1 AND (CAST($3 AS TEXT) IS NULL OR d.state = $3)
     ORDER BY d.position DESC LIMIT $4 OFFSET $5",
);

static COUNT: Statement = Statement::new(
    "SELECT COUNT(*)
     FROM notification_deliveries d
     JOIN system_user_organizations r
          ON r.organization_number = d.organization AND r.system_user = $2
     WHERE d.endpoint = $1 AND (CAST($3 AS TEXT) IS NULL OR d.state = $3)",
);

static FIND: Statement = Statement::new(
    "SELECT d.event, d.event_type, d.state, d.attempts, d.created_at,
            CASE WHEN NOT e.enabled THEN NULL
                 WHEN d.due_at < e.due_at THEN e.due_at ELSE d.due_at END
     FROM notification_deliveries d
     JOIN notification_endpoints e ON e.id = d.endpoint
     JOIN system_user_organizations r
          ON r.organization_number = d.organization AND r.system_user = $2
     WHERE d.endpoint = $1 AND d.event = $3",
);

static ATTEMPTS: Statement = Statement::new(
    "SELECT a.at, a.status, a.outcome, a.duration_ms
     FROM notification_deliveries d
     JOIN notification_attempts a ON a.endpoint = d.endpoint AND a.position = d.position
     WHERE d.endpoint = $1 AND d.event = $2 ORDER BY a.number",
);

static SEND_AGAIN: Statement = Statement::new(
    "UPDATE notification_deliveries SET state = 'PENDING', tries = 0, due_at = $3
     WHERE endpoint = $1 AND event = $2",
);

static HASTEN: Statement = Statement::new(
    "UPDATE notification_deliveries SET due_at = $2
     WHERE endpoint = $1 AND state = 'PENDING' AND due_at > $2",
);

static PURGE: Statement = Statement::new(
    "DELETE FROM notification_deliveries WHERE (endpoint, position) IN (
         SELECT endpoint, position FROM notification_deliveries
         WHERE created_at <= $1 ORDER BY created_at LIMIT $2)",
);

static PURGE_ATTEMPTS: Statement = Statement::new(
    "DELETE FROM notification_attempts WHERE (endpoint, position, number) IN (
         SELECT endpoint, position, number FROM notification_attempts
         WHERE at <= $1 ORDER BY at LIMIT $2)",
);

pub(crate) static STATEMENTS: &[&Statement] = &[
    &SPREAD,
    &LIST,
    &COUNT,
    &FIND,
    &ATTEMPTS,
    &SEND_AGAIN,
    &HASTEN,
    &PURGE,
    &PURGE_ATTEMPTS,
];

/// The deliveries, within one transaction.
pub struct NotificationDeliveries<'t>(&'t mut Transaction);

impl Transaction {
    /// The deliveries of notifications.
    pub fn notification_deliveries(&mut self) -> NotificationDeliveries<'_> {
        NotificationDeliveries(self)
    }
}

impl NotificationDeliveries<'_> {
    /// Makes out to an endpoint what it wants of an organization's changes after one position, up to
    /// and with another; how many those were.
    pub async fn spread(
        &mut self,
        id: &EndpointId,
        organization: &OrganizationNumber,
        (after, until): (i64, i64),
        now: Timestamp,
    ) -> Result<u64, Error> {
        if !self.0.notification_endpoints().hold_enabled(id).await? {
            return Ok(0);
        }
        let params = [
            id.as_str().into(),
            organization.as_str().into(),
            after.into(),
            until.into(),
            now.as_millisecond().into(),
        ];
        let made = self.0.execute(&SPREAD, &params).await?;
        if made > 0 {
            self.0.notification_endpoints().wake(id, now).await?;
        }
        Ok(made)
    }

    /// One page of what was made out to an endpoint that has been found for the caller, newest
    /// first, and how many there are on all pages; only of organizations that are still the caller's.
    pub async fn list(
        &mut self,
        reach: Reach<'_>,
        id: &EndpointId,
        state: Option<DeliveryState>,
        page: Page,
    ) -> Result<(Vec<Delivery>, i64), Error> {
        let params = [
            id.as_str().into(),
            reach.system_user().into(),
            state.map(DeliveryState::as_str).into(),
            page.size.into(),
            page.offset().into(),
        ];
        let deliveries = self.0.fetch_all(&LIST, &params, delivery).await?;
        let (filters, _) = params.split_at(3);
        let total = self.0.fetch_optional(&COUNT, filters, |row| row.get(0));
        Ok((deliveries, total.await?.unwrap_or(0)))
    }

    /// One event that was made out to an endpoint that has been found for the caller.
    pub async fn find(
        &mut self,
        reach: Reach<'_>,
        id: &EndpointId,
        event: &ChangeId,
    ) -> Result<Option<Delivery>, Error> {
        let params = [
            id.as_str().into(),
            reach.system_user().into(),
            event.as_str().into(),
        ];
        self.0.fetch_optional(&FIND, &params, delivery).await
    }

    /// The attempts of a delivery that has been found for the caller, oldest first.
    pub async fn attempts(
        &mut self,
        id: &EndpointId,
        event: &ChangeId,
    ) -> Result<Vec<Attempt>, Error> {
        let params = [id.as_str().into(), event.as_str().into()];
        self.0.fetch_all(&ATTEMPTS, &params, attempt).await
    }

    /// Lets a delivery that has been found for the caller be sent anew, at once.
    pub async fn send_again(
        &mut self,
        id: &EndpointId,
        event: &ChangeId,
        now: Timestamp,
    ) -> Result<(), Error> {
        let params = [
            id.as_str().into(),
            event.as_str().into(),
            now.as_millisecond().into(),
        ];
        self.0.execute(&SEND_AGAIN, &params).await?;
        self.0.notification_endpoints().wake_at_once(id, now).await
    }

    /// Lets all that waits for an endpoint that is held be sent at once.
    pub async fn hasten(&mut self, id: &EndpointId, now: Timestamp) -> Result<(), Error> {
        let params = [id.as_str().into(), now.as_millisecond().into()];
        self.0.execute(&HASTEN, &params).await?;
        self.0.notification_endpoints().wake_at_once(id, now).await
    }

    /// Drops deliveries and attempts that are as old as that or older, at most so many of each; how
    /// many there were.
    pub async fn purge(&mut self, by: Timestamp, at_most: i64) -> Result<u64, Error> {
        let params = [by.as_millisecond().into(), at_most.into()];
        let deliveries = self.0.execute(&PURGE, &params).await?;
        let attempts = self.0.execute(&PURGE_ATTEMPTS, &params).await?;
        Ok(deliveries + attempts)
    }
}

/// Not sent before its endpoint is looked at, and not at all while that is disabled.
pub(crate) fn delivery(row: &Row<'_>) -> Result<Delivery, Error> {
    Ok(Delivery {
        event: ChangeId::new(row.get::<String>(0)?),
        event_type: row.get(1)?,
        state: row.parse(2, DeliveryState::parse)?,
        attempts: row.get(3)?,
        created_at: row.timestamp(4)?,
        due_at: instant(row, 5)?,
    })
}

fn attempt(row: &Row<'_>) -> Result<Attempt, Error> {
    let status: Option<i64> = row.get(1)?;
    let status = status.map(u16::try_from).transpose();
    Ok(Attempt {
        at: row.timestamp(0)?,
        status: status.map_err(|_| row.inconsistent(1, "no HTTP status"))?,
        outcome: row.parse(2, AttemptOutcome::parse)?,
        duration_milliseconds: row.get(3)?,
    })
}
