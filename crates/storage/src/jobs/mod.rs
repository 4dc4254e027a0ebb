//! The durable queue: background work that is written in the transaction that makes it necessary.
//!
//! Jobs of one lane run one after another, in the order of their turns: a later one waits until the
//! one before it is gone. A queue serves the organizations in turn. A claim leases a job for a while
//! and raises its fence; finishing and rescheduling name that fence, so a worker that was away for
//! too long changes nothing.

mod job;

use std::collections::HashSet;

use jiff::Timestamp;

pub use job::{ClaimedJob, JobKind, NewJob, Queue, QueuedJob};

use crate::sql::{Row, Statement};
use crate::{Error, Transaction};

/// More claims than one job can have had since its database was copied.
const CLAIMS_SINCE_A_COPY: i64 = 1_000_000;

static ENQUEUE: Statement = Statement::new(
    "INSERT INTO jobs (kind, subject, lane, turn, due_at, queue, organization, fence, attempts,
            ready, waits)
     SELECT $1, CAST($2 AS BIGINT), CAST($3 AS BIGINT), CAST($4 AS BIGINT), CAST($5 AS BIGINT),
            CAST($6 AS TEXT), CAST($7 AS TEXT), 0, 0, FALSE,
            EXISTS (SELECT 1 FROM jobs e WHERE e.kind = $1 AND e.lane = $3 AND e.turn < $4)",
);

static MAKE_READY: Statement = Statement::new(
    "UPDATE jobs SET ready = TRUE WHERE (kind, subject) IN (
         SELECT kind, subject FROM jobs
         WHERE NOT ready AND NOT waits AND queue = $1 AND due_at <= $2
         ORDER BY due_at LIMIT 256 /* skip locked */)",
);

static NEXT_ORGANIZATION: Statement = Statement::new(
    "SELECT organization FROM jobs WHERE ready AND queue = $1 AND organization > $2
     ORDER BY organization LIMIT 1",
);

static CLAIM: Statement = Statement::new(
    "UPDATE jobs SET ready = FALSE, due_at = $3, fence = fence + 1, attempts = attempts + 1
     WHERE (kind, subject) = (
         SELECT kind, subject FROM jobs WHERE ready AND queue = $1 AND organization = $2
         ORDER BY due_at LIMIT 1 /* skip locked */)
     RETURNING kind, subject, fence, attempts",
);

static CLAIM_IN_LANE: Statement = Statement::new(
    "UPDATE jobs SET ready = FALSE, due_at = $5, fence = fence + 1, attempts = attempts + 1
     WHERE kind = $1 AND lane = $2 AND queue = $3 AND NOT waits AND due_at <= $4
     RETURNING kind, subject, fence, attempts",
);

static RESCHEDULE: Statement = Statement::new(
    "UPDATE jobs SET ready = FALSE, due_at = $4, attempts = $5
     WHERE kind = $1 AND subject = $2 AND fence = $3",
);

static MOVE: Statement = Statement::new(
    "UPDATE jobs SET ready = FALSE, queue = $3, due_at = $4, fence = fence + 1, attempts = 0
     WHERE kind = $1 AND subject = $2",
);

static FIND: Statement = Statement::new(
    "SELECT queue, waits, fence, attempts FROM jobs WHERE kind = $1 AND subject = $2",
);

static FINISH: Statement = Statement::new(
    "DELETE FROM jobs WHERE kind = $1 AND subject = $2 AND fence = $3 RETURNING lane",
);

static WITHDRAW: Statement =
    Statement::new("DELETE FROM jobs WHERE kind = $1 AND subject = $2 RETURNING lane");

static ADVANCE_LANE: Statement = Statement::new(
    "UPDATE jobs SET waits = FALSE WHERE kind = $1 AND lane = $2
       AND turn = (SELECT MIN(n.turn) FROM jobs n WHERE n.kind = $1 AND n.lane = $2)",
);

static NEXT_DUE: Statement = Statement::new(
    "SELECT CASE WHEN EXISTS (SELECT 1 FROM jobs WHERE ready AND queue = $1) THEN 0
            ELSE (SELECT MIN(due_at) FROM jobs WHERE NOT ready AND NOT waits AND queue = $1) END",
);

static VOID_CLAIMS: Statement = Statement::new(
    "UPDATE jobs SET fence = fence + $2,
            due_at = CASE WHEN attempts > 0 AND NOT ready AND due_at > $1 THEN CAST($1 AS BIGINT)
                          ELSE due_at END",
);

static COUNT: Statement = Statement::new("SELECT COUNT(*) FROM jobs");

pub(crate) static STATEMENTS: &[&Statement] = &[
    &ENQUEUE,
    &MAKE_READY,
    &NEXT_ORGANIZATION,
    &CLAIM,
    &CLAIM_IN_LANE,
    &RESCHEDULE,
    &MOVE,
    &FIND,
    &FINISH,
    &WITHDRAW,
    &ADVANCE_LANE,
    &NEXT_DUE,
    &VOID_CLAIMS,
    &COUNT,
];

/// The queue, within one transaction.
pub struct Jobs<'t>(&'t mut Transaction);

impl Transaction {
    /// The queue of background work.
    pub fn jobs(&mut self) -> Jobs<'_> {
        Jobs(self)
    }
}

impl Jobs<'_> {
    /// Adds a job; it runs if and only if this transaction commits.
    pub async fn enqueue(&mut self, job: &NewJob) -> Result<(), Error> {
        let params = [
            job.kind.as_str().into(),
            job.subject.into(),
            job.lane.into(),
            job.turn.into(),
            job.due_at.as_millisecond().into(),
            job.queue.as_str().into(),
            job.organization.as_str().into(),
        ];
        self.0.execute(&ENQUEUE, &params).await.map(drop)
    }

    /// Makes those jobs of a queue ready that are due, some hundreds at a time.
    pub async fn make_ready(&mut self, queue: Queue, now: Timestamp) -> Result<(), Error> {
        let params = [queue.as_str().into(), now.as_millisecond().into()];
        self.0.execute(&MAKE_READY, &params).await.map(drop)
    }

    /// Takes the job that has been due the longest of the organization whose turn it is: the next
    /// after `last` that has a job which is ready, and is not among the busy ones.
    pub async fn claim(
        &mut self,
        queue: Queue,
        (last, busy): (&str, &HashSet<String>),
        lease_until: Timestamp,
    ) -> Result<Option<(ClaimedJob, String)>, Error> {
        for (from, until) in [(last, None), ("", Some(last))] {
            let mut from = from.to_owned();
            while let Some(organization) = self.next_organization(queue, &from).await? {
                if until.is_some_and(|until| organization.as_str() > until) {
                    break;
                }
                if !busy.contains(&organization) {
                    let params = [
                        queue.as_str().into(),
                        organization.as_str().into(),
                        lease_until.as_millisecond().into(),
                    ];
                    let job = self.0.fetch_optional(&CLAIM, &params, claimed_job).await?;
                    // On PostgreSQL another node may hold all that this organization has.
                    if let Some(job) = job {
                        return Ok(Some((job, organization)));
                    }
                }
                from = organization;
            }
        }
        Ok(None)
    }

    async fn next_organization(
        &mut self,
        queue: Queue,
        after: &str,
    ) -> Result<Option<String>, Error> {
        let params = [queue.as_str().into(), after.into()];
        self.0
            .fetch_optional(&NEXT_ORGANIZATION, &params, |row| row.get(0))
            .await
    }

    /// Takes the one job of a lane that does not wait, if it is this queue's and may run now.
    pub async fn claim_in_lane(
        &mut self,
        (kind, lane): (JobKind, i64),
        queue: Queue,
        now: Timestamp,
        lease_until: Timestamp,
    ) -> Result<Option<ClaimedJob>, Error> {
        let params = [
            kind.as_str().into(),
            lane.into(),
            queue.as_str().into(),
            now.as_millisecond().into(),
            lease_until.as_millisecond().into(),
        ];
        self.0
            .fetch_optional(&CLAIM_IN_LANE, &params, claimed_job)
            .await
    }

    /// How a job stands; none if it is done.
    pub async fn find(&mut self, kind: JobKind, subject: i64) -> Result<Option<QueuedJob>, Error> {
        let params = [kind.as_str().into(), subject.into()];
        self.0.fetch_optional(&FIND, &params, queued_job).await
    }

    /// Gives a job to another queue, or to the same one anew; whoever holds it has lost it. False
    /// if it is not there.
    pub async fn move_to(
        &mut self,
        (kind, subject): (JobKind, i64),
        queue: Queue,
        due_at: Timestamp,
    ) -> Result<bool, Error> {
        let params = [
            kind.as_str().into(),
            subject.into(),
            queue.as_str().into(),
            due_at.as_millisecond().into(),
        ];
        Ok(self.0.execute(&MOVE, &params).await? == 1)
    }

    /// Sets when the next claim may come, which ends this one or lengthens it; false if it was void.
    pub async fn reschedule(
        &mut self,
        job: &ClaimedJob,
        due_at: Timestamp,
        attempts: i64,
    ) -> Result<bool, Error> {
        let params = [
            job.kind.as_str().into(),
            job.subject.into(),
            job.fence.into(),
            due_at.as_millisecond().into(),
            attempts.into(),
        ];
        Ok(self.0.execute(&RESCHEDULE, &params).await? == 1)
    }

    /// Takes a finished job out of the queue, and lets the next one of its lane run; false if the
    /// claim was void. The lane is locked by the caller: see `Products::lock`.
    pub async fn finish(&mut self, job: &ClaimedJob) -> Result<bool, Error> {
        let kind = job.kind.as_str();
        let params = [kind.into(), job.subject.into(), job.fence.into()];
        let lane = self
            .0
            .fetch_optional(&FINISH, &params, |row| row.get(0))
            .await?;
        self.advance_lane(kind, lane).await?;
        Ok(lane.is_some())
    }

    /// Takes a job out of the queue whose work is no longer wanted, whoever holds it, and lets the
    /// next one of its lane run. The lane is locked by the caller: see `Products::lock`.
    pub async fn withdraw(&mut self, kind: JobKind, subject: i64) -> Result<(), Error> {
        let kind = kind.as_str();
        let params = [kind.into(), subject.into()];
        let lane = self
            .0
            .fetch_optional(&WITHDRAW, &params, |row| row.get(0))
            .await?;
        self.advance_lane(kind, lane).await
    }

    async fn advance_lane(&mut self, kind: &str, lane: Option<i64>) -> Result<(), Error> {
        let Some(lane) = lane else { return Ok(()) };
        let params = [kind.into(), lane.into()];
        self.0.execute(&ADVANCE_LANE, &params).await.map(drop)
    }

    /// When a queue's next job may be claimed at the earliest; none if it has none.
    pub async fn next_due(&mut self, queue: Queue) -> Result<Option<Timestamp>, Error> {
        let due = self
            .0
            .fetch_optional(&NEXT_DUE, &[queue.as_str().into()], |row| {
                row.get::<Option<i64>>(0)
            })
            .await?;
        Ok(due
            .flatten()
            .and_then(|due| Timestamp::from_millisecond(due).ok()))
    }

    /// Ends all claims, also those of workers that made them after this database was copied, and
    /// lets what was claimed be claimed again from now on.
    pub async fn void_claims(&mut self, now: Timestamp) -> Result<u64, Error> {
        let params = [now.as_millisecond().into(), CLAIMS_SINCE_A_COPY.into()];
        self.0.execute(&VOID_CLAIMS, &params).await
    }

    /// How many jobs there are.
    pub async fn count(&mut self) -> Result<i64, Error> {
        Ok(self
            .0
            .fetch_optional(&COUNT, &[], |row| row.get(0))
            .await?
            .unwrap_or(0))
    }
}

fn claimed_job(row: &Row<'_>) -> Result<ClaimedJob, Error> {
    Ok(ClaimedJob {
        kind: row.parse(0, JobKind::parse)?,
        subject: row.get(1)?,
        fence: row.get(2)?,
        attempts: row.get(3)?,
    })
}

fn queued_job(row: &Row<'_>) -> Result<QueuedJob, Error> {
    Ok(QueuedJob {
        queue: row.parse(0, Queue::parse)?,
        waits: row.get(1)?,
        fence: row.get(2)?,
        attempts: row.get(3)?,
    })
}
