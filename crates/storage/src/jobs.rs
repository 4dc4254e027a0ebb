//! The durable queue: background work that is written in the transaction that makes it necessary.
//!
//! Jobs of one lane run one after another, in the order of their turns: a later one waits until the
//! one before it is gone. A claim leases a job for a while and raises its fence; finishing and rescheduling name that
//! fence, so a worker that was away for too long changes nothing.

use jiff::Timestamp;

use crate::sql::{Row, Statement};
use crate::{Error, Transaction};

static ENQUEUE: Statement = Statement::new(
    "INSERT INTO jobs (kind, subject, lane, turn, due_at, leased_until, fence, attempts, waits)
     SELECT $1, CAST($2 AS BIGINT), CAST($3 AS BIGINT), CAST($4 AS BIGINT), CAST($5 AS BIGINT),
            0, 0, 0,
            EXISTS (SELECT 1 FROM jobs e WHERE e.kind = $1 AND e.lane = $3 AND e.turn < $4)",
);

static CLAIM: Statement = Statement::new(
    "UPDATE jobs SET leased_until = $2, fence = fence + 1, attempts = attempts + 1
     WHERE (kind, subject) = (
         SELECT kind, subject FROM jobs
         WHERE NOT waits AND due_at <= $1 AND leased_until <= $1
         ORDER BY due_at LIMIT 1 /* skip locked */)
     RETURNING kind, subject, fence, attempts",
);

static CLAIM_IN_LANE: Statement = Statement::new(
    "UPDATE jobs SET leased_until = $4, fence = fence + 1, attempts = attempts + 1
     WHERE kind = $1 AND lane = $2 AND NOT waits AND due_at <= $3 AND leased_until <= $3
     RETURNING kind, subject, fence, attempts",
);

static RESCHEDULE: Statement = Statement::new(
    "UPDATE jobs SET due_at = $4, leased_until = 0, attempts = $5
     WHERE kind = $1 AND subject = $2 AND fence = $3",
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
    "SELECT MIN(CASE WHEN leased_until > due_at THEN leased_until ELSE due_at END)
     FROM (SELECT leased_until, due_at FROM jobs WHERE NOT waits ORDER BY due_at LIMIT 64) AS first",
);

static COUNT: Statement = Statement::new("SELECT COUNT(*) FROM jobs");

pub(crate) static STATEMENTS: &[&Statement] = &[
    &ENQUEUE,
    &CLAIM,
    &CLAIM_IN_LANE,
    &RESCHEDULE,
    &FINISH,
    &WITHDRAW,
    &ADVANCE_LANE,
    &NEXT_DUE,
    &COUNT,
];

/// What a job does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobKind {
    /// Carries out an accepted order; the subject is its id.
    FulfillOrder,
    /// Opens a passive account; the subject is its id.
    ActivateAccount,
}

impl JobKind {
    const ALL: [Self; 2] = [Self::FulfillOrder, Self::ActivateAccount];

    /// The word in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FulfillOrder => "FULFILL_ORDER",
            Self::ActivateAccount => "ACTIVATE_ACCOUNT",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// Work to be done later.
#[derive(Debug, Clone, Copy)]
pub struct NewJob {
    /// What to do.
    pub kind: JobKind,
    /// To what: an id, unique within the kind.
    pub subject: i64,
    /// Jobs of one kind and lane run one after another.
    pub lane: i64,
    /// The place in the lane, to which jobs are added in the order of their places.
    pub turn: i64,
    /// Not before then.
    pub due_at: Timestamp,
}

/// A job that this worker holds for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClaimedJob {
    /// What to do.
    pub kind: JobKind,
    /// To what.
    pub subject: i64,
    /// Which claim this is; a later one makes it void.
    pub fence: i64,
    /// How often this step has been claimed, this time included.
    pub attempts: i64,
}

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
        ];
        self.0.execute(&ENQUEUE, &params).await.map(drop)
    }

    /// Takes the job that has been due the longest, if there is one that may run now.
    pub async fn claim(
        &mut self,
        now: Timestamp,
        lease_until: Timestamp,
    ) -> Result<Option<ClaimedJob>, Error> {
        let params = [
            now.as_millisecond().into(),
            lease_until.as_millisecond().into(),
        ];
        self.0.fetch_optional(&CLAIM, &params, claimed_job).await
    }

    /// Takes the one job of a lane that does not wait, if it may run now.
    pub async fn claim_in_lane(
        &mut self,
        (kind, lane): (JobKind, i64),
        now: Timestamp,
        lease_until: Timestamp,
    ) -> Result<Option<ClaimedJob>, Error> {
        let params = [
            kind.as_str().into(),
            lane.into(),
            now.as_millisecond().into(),
            lease_until.as_millisecond().into(),
        ];
        self.0
            .fetch_optional(&CLAIM_IN_LANE, &params, claimed_job)
            .await
    }

    /// Ends the claim and sets when the next one may come; false if the claim was void.
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

    /// When the next job may be claimed at the earliest; none if the queue is empty.
    pub async fn next_due(&mut self) -> Result<Option<Timestamp>, Error> {
        let due = self
            .0
            .fetch_optional(&NEXT_DUE, &[], |row| row.get::<Option<i64>>(0))
            .await?;
        Ok(due
            .flatten()
            .and_then(|due| Timestamp::from_millisecond(due).ok()))
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
