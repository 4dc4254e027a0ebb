//! Who is signed in to pages, by the keyed hash of what their browser holds.

use domain::access::{Realm, TokenHash};
use jiff::Timestamp;

use crate::sql::{Row, Statement};
use crate::{Error, Transaction};

static INSERT: Statement = Statement::new(
    "INSERT INTO sessions (token_hash, realm, name, started_at, seen_at)
     VALUES ($1, $2, $3, $4, $4)",
);

static FIND: Statement = Statement::new(
    "SELECT s.name, s.started_at, s.seen_at, l.must_change, l.totp_seed
     FROM sessions s JOIN logins l ON l.realm = s.realm AND l.name = s.name
     WHERE s.token_hash = $1 AND s.realm = $2 AND s.started_at > $3 AND s.seen_at > $4",
);

static LASTS: Statement =
    Statement::new("SELECT name FROM sessions WHERE token_hash = $1 /* for share */");

static TOUCH: Statement =
    Statement::new("UPDATE sessions SET seen_at = $2 WHERE token_hash = $1 AND seen_at < $2");

static END: Statement = Statement::new("DELETE FROM sessions WHERE token_hash = $1");

static END_OTHERS: Statement =
    Statement::new("DELETE FROM sessions WHERE realm = $1 AND name = $2 AND token_hash <> $3");

static END_EVERYONES: Statement = Statement::new("DELETE FROM sessions");

static PURGE: Statement = Statement::new(
    "DELETE FROM sessions WHERE token_hash IN
        (SELECT token_hash FROM sessions WHERE seen_at <= $1 ORDER BY seen_at LIMIT $2)",
);

pub(crate) static STATEMENTS: &[&Statement] = &[
    &INSERT,
    &FIND,
    &LASTS,
    &TOUCH,
    &END,
    &END_OTHERS,
    &END_EVERYONES,
    &PURGE,
];

/// A session that has not ended, and what its person's login asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenSession {
    /// Who is signed in.
    pub name: String,
    /// Since when.
    pub started_at: Timestamp,
    /// When a page was last asked for, give or take a minute.
    pub seen_at: Timestamp,
    /// Whether another password has to be chosen before anything else.
    pub must_change: bool,
    /// Whether signing in takes a one-time code.
    pub has_totp: bool,
}

/// Which sessions are not too old.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionAge {
    /// Those that were started after this instant.
    pub started_after: Timestamp,
    /// Those that were last used after this one.
    pub seen_after: Timestamp,
}

/// The sessions, within one transaction.
pub struct Sessions<'t>(&'t mut Transaction);

impl Transaction {
    /// The sessions.
    pub fn sessions(&mut self) -> Sessions<'_> {
        Sessions(self)
    }
}

impl Sessions<'_> {
    /// Keeps a session that begins now.
    pub async fn insert(
        &mut self,
        token: &TokenHash,
        (realm, name): (Realm, &str),
        now: Timestamp,
    ) -> Result<(), Error> {
        let params = [
            token.as_str().into(),
            realm.as_str().into(),
            name.into(),
            now.as_millisecond().into(),
        ];
        self.0.execute(&INSERT, &params).await.map(drop)
    }

    /// The session with this hash, if it is of the realm and not too old.
    pub async fn find(
        &mut self,
        token: &TokenHash,
        realm: Realm,
        age: SessionAge,
    ) -> Result<Option<OpenSession>, Error> {
        let params = [
            token.as_str().into(),
            realm.as_str().into(),
            age.started_after.as_millisecond().into(),
            age.seen_after.as_millisecond().into(),
        ];
        self.0.fetch_optional(&FIND, &params, open_session).await
    }

    /// Whether a session has not been ended; it is not before the transaction ends.
    pub async fn lasts(&mut self, token: &TokenHash) -> Result<bool, Error> {
        let params = [token.as_str().into()];
        let found = self
            .0
            .fetch_optional(&LASTS, &params, |row| row.get::<String>(0));
        Ok(found.await?.is_some())
    }

    /// Notes that a session is used.
    pub async fn touch(&mut self, token: &TokenHash, now: Timestamp) -> Result<(), Error> {
        let params = [token.as_str().into(), now.as_millisecond().into()];
        self.0.execute(&TOUCH, &params).await.map(drop)
    }

    /// Ends a session; false when there is none.
    pub async fn end(&mut self, token: &TokenHash) -> Result<bool, Error> {
        Ok(self.0.execute(&END, &[token.as_str().into()]).await? == 1)
    }

    /// Ends all sessions of a person but one, if any is to stay; how many that were.
    pub async fn end_others(
        &mut self,
        realm: Realm,
        name: &str,
        stays: Option<&TokenHash>,
    ) -> Result<u64, Error> {
        // No hash is empty.
        let stays = stays.map_or("", TokenHash::as_str);
        let params = [realm.as_str().into(), name.into(), stays.into()];
        self.0.execute(&END_OTHERS, &params).await
    }

    /// Ends every session, whoever's it is; how many that were.
    pub async fn end_everyones(&mut self) -> Result<u64, Error> {
        self.0.execute(&END_EVERYONES, &[]).await
    }

    /// Drops sessions that were last used by then, at most so many, and says how many.
    pub async fn purge(&mut self, seen_by: Timestamp, at_most: u32) -> Result<u64, Error> {
        let params = [seen_by.as_millisecond().into(), i64::from(at_most).into()];
        self.0.execute(&PURGE, &params).await
    }
}

fn open_session(row: &Row<'_>) -> Result<OpenSession, Error> {
    Ok(OpenSession {
        name: row.get(0)?,
        started_at: row.timestamp(1)?,
        seen_at: row.timestamp(2)?,
        must_change: row.get(3)?,
        has_totp: row.get::<Option<String>>(4)?.is_some(),
    })
}
