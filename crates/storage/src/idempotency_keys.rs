//! Idempotency keys: what was answered to an accepted call, so that a repeat gets the same.

use domain::access::Caller;
use jiff::Timestamp;

use crate::sql::Statement;
use crate::{Error, Transaction};

static FIND: Statement = Statement::new(
    "SELECT fingerprint, answer FROM idempotency_keys
     WHERE client_app = $1 AND system_user = $2 AND key = $3 AND created_at > $4",
);

static FORGET: Statement = Statement::new(
    "DELETE FROM idempotency_keys
     WHERE client_app = $1 AND system_user = $2 AND key = $3 AND created_at <= $4",
);

static REMEMBER: Statement = Statement::new(
    "INSERT INTO idempotency_keys (client_app, system_user, key, fingerprint, answer, created_at)
     VALUES ($1, $2, $3, $4, $5, $6)",
);

static PURGE: Statement = Statement::new("DELETE FROM idempotency_keys WHERE created_at <= $1");

pub(crate) static STATEMENTS: &[&Statement] = &[&FIND, &FORGET, &REMEMBER, &PURGE];

/// What was answered to a call, and to which body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RememberedAnswer {
    /// Tells one body from another.
    pub fingerprint: String,
    /// The answer, in a form of the service's own.
    pub answer: String,
}

/// The idempotency keys, within one transaction; each belongs to an app and a system user.
pub struct IdempotencyKeys<'t>(&'t mut Transaction);

impl Transaction {
    /// The idempotency keys.
    pub fn idempotency_keys(&mut self) -> IdempotencyKeys<'_> {
        IdempotencyKeys(self)
    }
}

impl IdempotencyKeys<'_> {
    /// What was answered under this key after `horizon`.
    pub async fn find(
        &mut self,
        caller: &Caller,
        key: &str,
        horizon: Timestamp,
    ) -> Result<Option<RememberedAnswer>, Error> {
        let params = [
            caller.app.as_str().into(),
            caller.system_user.as_str().into(),
            key.into(),
            horizon.as_millisecond().into(),
        ];
        self.0
            .fetch_optional(&FIND, &params, |row| {
                Ok(RememberedAnswer {
                    fingerprint: row.get(0)?,
                    answer: row.get(1)?,
                })
            })
            .await
    }

    /// Remembers an answer; a key that is in use is a conflict, one from before `horizon` is not.
    pub async fn remember(
        &mut self,
        caller: &Caller,
        key: &str,
        answer: &RememberedAnswer,
        (now, horizon): (Timestamp, Timestamp),
    ) -> Result<(), Error> {
        let (app, system_user) = (caller.app.as_str(), caller.system_user.as_str());
        let old = [
            app.into(),
            system_user.into(),
            key.into(),
            horizon.as_millisecond().into(),
        ];
        self.0.execute(&FORGET, &old).await?;
        let params = [
            app.into(),
            system_user.into(),
            key.into(),
            answer.fingerprint.as_str().into(),
            answer.answer.as_str().into(),
            now.as_millisecond().into(),
        ];
        self.0.execute(&REMEMBER, &params).await.map(drop)
    }

    /// Forgets the answers from before `horizon`; how many there were.
    pub async fn purge(&mut self, horizon: Timestamp) -> Result<u64, Error> {
        self.0
            .execute(&PURGE, &[horizon.as_millisecond().into()])
            .await
    }
}
