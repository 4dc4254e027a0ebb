//! Rounds: a worker claims an endpoint, takes some of what is due there, sends it, and records what
//! came of it. A claim leases the endpoint and raises its fence; the record names that fence, so a
//! worker that was away for too long changes nothing.
//!
//! When the next delivery is due is settled at the end of a round, by a statement of its own after
//! the endpoint's row is held: what the publisher has stored by then is seen, and what it stores
//! later finds the row as it was left.

use domain::{Attempt, ChangeId, DeliveryState, Endpoint, EndpointId};
use jiff::Timestamp;

use crate::notification_endpoints::{ENDPOINT_COLUMNS, endpoint, instant, milliseconds};
use crate::sql::{Row, Statement};
use crate::{Error, Transaction};

/// More claims than one endpoint can have had since its database was copied.
const CLAIMS_SINCE_A_COPY: i64 = 1_000_000;

static CLAIM: Statement = Statement::new(
    "UPDATE notification_endpoints SET leased_until = $2, fence = fence + 1
     WHERE id = (
         SELECT e.id FROM notification_endpoints e
         WHERE e.enabled AND e.due_at IS NOT NULL AND e.due_at <= $1 AND e.leased_until <= $1
           AND EXISTS (SELECT 1 FROM system_users u WHERE u.name = e.system_user AND u.enabled)
         ORDER BY e.due_at LIMIT 1 /* skip locked */)
     RETURNING id, system_user, url, description, event_types, enabled, disabled_reason,
            generation, previous_until, created_at, failing_since, fence, failures",
);

static TAKE: Statement = Statement::new(
    "SELECT d.position, d.event, d.attempts, d.tries, d.due_at,
            EXISTS (SELECT 1 FROM system_user_organizations r
                    WHERE r.system_user = $2 AND r.organization_number = d.organization)
     FROM notification_deliveries d
     WHERE d.endpoint = $1 AND d.state = 'PENDING' AND d.due_at <= $3
     ORDER BY d.position LIMIT $4",
);

static TAKE_PROBE: Statement = Statement::new(
    "SELECT d.position, d.event, d.attempts, d.tries, d.due_at,
            EXISTS (SELECT 1 FROM system_user_organizations r
                    WHERE r.system_user = $2 AND r.organization_number = d.organization)
     FROM notification_deliveries d
     WHERE d.endpoint = $1 AND d.state = 'PENDING' AND d.due_at <= $3
     ORDER BY d.tries, d.position LIMIT 1",
);

static DROP_ATTEMPTS: Statement =
    Statement::new("DELETE FROM notification_attempts WHERE endpoint = $1 AND position = $2");

static DROP: Statement =
    Statement::new("DELETE FROM notification_deliveries WHERE endpoint = $1 AND position = $2");

static HOLD_CLAIM: Statement = Statement::new(
    "UPDATE notification_endpoints
     SET failing_since = CASE WHEN $3 AND url = $5
                              THEN COALESCE(failing_since, CAST($4 AS BIGINT)) END,
         failures = CASE WHEN $3 AND url = $5 THEN failures + 1 ELSE 0 END
     WHERE id = $1 AND fence = $2
     RETURNING failing_since, failures, enabled, url",
);

static LOG: Statement = Statement::new(
    "INSERT INTO notification_attempts (endpoint, position, number, at, outcome, status, duration_ms)
     VALUES ($1, $2, $3, $4, $5, $6, $7)",
);

static MARK: Statement = Statement::new(
    "UPDATE notification_deliveries
     SET attempts = $4,
         state = CASE WHEN due_at = $7 THEN $3 ELSE state END,
         tries = CASE WHEN due_at = $7 THEN CAST($5 AS BIGINT) ELSE tries END,
         due_at = CASE WHEN due_at = $7 THEN CAST($6 AS BIGINT) ELSE due_at END
     WHERE endpoint = $1 AND position = $2",
);

static DISABLE: Statement = Statement::new(
    "UPDATE notification_endpoints SET enabled = FALSE, disabled_reason = $3
     WHERE id = $1 AND fence = $2 AND enabled",
);

static RELEASE: Statement = Statement::new(
    "UPDATE notification_endpoints
     SET leased_until = 0,
         due_at = (SELECT CASE WHEN MIN(d.due_at) < $3 THEN CAST($3 AS BIGINT)
                               ELSE MIN(d.due_at) END
                   FROM notification_deliveries d
                   WHERE d.endpoint = $1 AND d.state = 'PENDING'),
         failing_since = CASE WHEN EXISTS (
             SELECT 1 FROM notification_deliveries d
             WHERE d.endpoint = $1 AND d.state = 'PENDING') THEN failing_since END
     WHERE id = $1 AND fence = $2",
);

static NEXT_DUE: Statement = Statement::new(
    "SELECT MIN(CASE WHEN e.leased_until > e.due_at THEN e.leased_until ELSE e.due_at END)
     FROM notification_endpoints e
     WHERE e.enabled AND e.due_at IS NOT NULL
       AND EXISTS (SELECT 1 FROM system_users u WHERE u.name = e.system_user AND u.enabled)",
);

static VOID_CLAIMS: Statement = Statement::new(
    "UPDATE notification_endpoints SET leased_until = 0, fence = fence + $2,
            due_at = CASE WHEN due_at > $1 THEN CAST($1 AS BIGINT) ELSE due_at END",
);

pub(crate) static STATEMENTS: &[&Statement] = &[
    &CLAIM,
    &TAKE,
    &TAKE_PROBE,
    &DROP_ATTEMPTS,
    &DROP,
    &HOLD_CLAIM,
    &LOG,
    &MARK,
    &DISABLE,
    &RELEASE,
    &NEXT_DUE,
    &VOID_CLAIMS,
];

/// An endpoint that this worker holds for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimedEndpoint {
    /// The endpoint.
    pub endpoint: Endpoint,
    /// Which claim this is; a later one makes it void.
    pub fence: i64,
    /// In how many rounds nothing has arrived.
    pub failures: i64,
}

/// A delivery that is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueDelivery {
    /// The change's place in the journal.
    pub position: i64,
    /// The change.
    pub event: ChangeId,
    /// How often it has been sent.
    pub attempts: i64,
    /// How often it has been sent since it was made out or last asked for.
    pub tries: i64,
    /// Since when it has been due; another time says that it was asked for meanwhile.
    pub due_at: Timestamp,
    /// Whether the endpoint's system user still acts for the organization.
    pub allowed: bool,
}

/// What came of a delivery in a round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentDelivery {
    /// What was sent.
    pub due: DueDelivery,
    /// How that went.
    pub attempt: Attempt,
    /// How it stands now.
    pub state: DeliveryState,
    /// When it is sent again, if it is pending.
    pub due_at: Option<Timestamp>,
}

/// How an endpoint stands after a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RoundOutcome {
    /// Since when nothing has arrived.
    pub failing_since: Option<Timestamp>,
    /// In how many rounds.
    pub failures: i64,
    /// Whether it is still enabled.
    pub enabled: bool,
    /// Whether it is somewhere else since the round began.
    pub moved: bool,
}

/// The rounds, within one transaction.
pub struct NotificationRounds<'t>(&'t mut Transaction);

impl Transaction {
    /// The rounds in which notifications are sent.
    pub fn notification_rounds(&mut self) -> NotificationRounds<'_> {
        NotificationRounds(self)
    }
}

impl NotificationRounds<'_> {
    /// Takes the endpoint that has been due the longest, and that nobody else holds.
    pub async fn claim(
        &mut self,
        now: Timestamp,
        lease_until: Timestamp,
    ) -> Result<Option<ClaimedEndpoint>, Error> {
        let params = [
            now.as_millisecond().into(),
            lease_until.as_millisecond().into(),
        ];
        let claimed = |row: &Row<'_>| {
            Ok(ClaimedEndpoint {
                endpoint: endpoint(row)?,
                fence: row.get(ENDPOINT_COLUMNS)?,
                failures: row.get(ENDPOINT_COLUMNS + 1)?,
            })
        };
        self.0.fetch_optional(&CLAIM, &params, claimed).await
    }

    /// What is due at a claimed endpoint, in the order of the journal. Of what waits for one that is
    /// failing, one alone: what was tried the least, so that no event keeps the others waiting.
    pub async fn take(
        &mut self,
        claimed: &ClaimedEndpoint,
        now: Timestamp,
        most: i64,
    ) -> Result<Vec<DueDelivery>, Error> {
        let endpoint = &claimed.endpoint;
        let params = [
            endpoint.id.as_str().into(),
            endpoint.system_user.as_str().into(),
            now.as_millisecond().into(),
            most.into(),
        ];
        if endpoint.failing_since.is_some() {
            let (probe, _) = params.split_at(3);
            return self.0.fetch_all(&TAKE_PROBE, probe, due_delivery).await;
        }
        self.0.fetch_all(&TAKE, &params, due_delivery).await
    }

    /// Drops a delivery that may not be sent any more.
    pub async fn drop_delivery(&mut self, id: &EndpointId, position: i64) -> Result<(), Error> {
        let params = [id.as_str().into(), position.into()];
        self.0.execute(&DROP_ATTEMPTS, &params).await?;
        self.0.execute(&DROP, &params).await.map(drop)
    }

    /// Takes hold of a claimed endpoint for the record of a round in which something was sent; none
    /// if the claim is void. What failed at an address that is no longer the endpoint's does not
    /// make it a failing one.
    pub async fn hold(
        &mut self,
        claimed: &ClaimedEndpoint,
        all_failed: bool,
        now: Timestamp,
    ) -> Result<Option<RoundOutcome>, Error> {
        let params = [
            claimed.endpoint.id.as_str().into(),
            claimed.fence.into(),
            all_failed.into(),
            now.as_millisecond().into(),
            claimed.endpoint.url.as_str().into(),
        ];
        let outcome = |row: &Row<'_>| {
            Ok(RoundOutcome {
                failing_since: instant(row, 0)?,
                failures: row.get(1)?,
                enabled: row.get(2)?,
                moved: row.get::<String>(3)? != claimed.endpoint.url,
            })
        };
        self.0.fetch_optional(&HOLD_CLAIM, &params, outcome).await
    }

    /// Writes down one attempt at an endpoint that is held, and how its delivery stands after it. One
    /// that was asked for anew while the call was under way goes on as it was asked for.
    pub async fn record(&mut self, id: &EndpointId, sent: &SentDelivery) -> Result<(), Error> {
        let SentDelivery { due, attempt, .. } = sent;
        let log = [
            id.as_str().into(),
            due.position.into(),
            (due.attempts + 1).into(),
            attempt.at.as_millisecond().into(),
            attempt.outcome.as_str().into(),
            attempt.status.map(i64::from).into(),
            attempt.duration_milliseconds.into(),
        ];
        let mark = [
            id.as_str().into(),
            due.position.into(),
            sent.state.as_str().into(),
            (due.attempts + 1).into(),
            (due.tries + 1).into(),
            milliseconds(sent.due_at).into(),
            due.due_at.as_millisecond().into(),
        ];
        // What was purged meanwhile needs no log.
        if self.0.execute(&MARK, &mark).await? == 1 {
            self.0.execute(&LOG, &log).await?;
        }
        Ok(())
    }

    /// Disables an endpoint that is held; false if it was disabled before.
    pub async fn disable(
        &mut self,
        claimed: &ClaimedEndpoint,
        reason: &str,
    ) -> Result<bool, Error> {
        let params = [
            claimed.endpoint.id.as_str().into(),
            claimed.fence.into(),
            reason.into(),
        ];
        Ok(self.0.execute(&DISABLE, &params).await? == 1)
    }

    /// Ends the claim on an endpoint that is held. It is due again with its next delivery, but not
    /// before `from`. One for which nothing is left to try is no longer failing, or else the first
    /// failure after a long silence would count as one that has lasted since.
    pub async fn release(
        &mut self,
        claimed: &ClaimedEndpoint,
        from: Timestamp,
    ) -> Result<(), Error> {
        let params = [
            claimed.endpoint.id.as_str().into(),
            claimed.fence.into(),
            from.as_millisecond().into(),
        ];
        self.0.execute(&RELEASE, &params).await.map(drop)
    }

    /// Ends all claims, also those that were made after this database was copied, and lets every
    /// endpoint that something waits for be looked at from now on.
    pub async fn void_claims(&mut self, now: Timestamp) -> Result<u64, Error> {
        let params = [now.as_millisecond().into(), CLAIMS_SINCE_A_COPY.into()];
        self.0.execute(&VOID_CLAIMS, &params).await
    }

    /// When the next endpoint can be claimed at the earliest; none if nothing waits.
    pub async fn next_due(&mut self) -> Result<Option<Timestamp>, Error> {
        let due = self.0.fetch_optional(&NEXT_DUE, &[], |row| instant(row, 0));
        Ok(due.await?.flatten())
    }
}

fn due_delivery(row: &Row<'_>) -> Result<DueDelivery, Error> {
    Ok(DueDelivery {
        position: row.get(0)?,
        event: ChangeId::new(row.get::<String>(1)?),
        attempts: row.get(2)?,
        tries: row.get(3)?,
        due_at: row.timestamp(4)?,
        allowed: row.get(5)?,
    })
}
