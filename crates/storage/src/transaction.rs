//! One unit of work in the store. A statement that fails ends it, on both engines alike.

use crate::Error;
use crate::sql::{Param, Row, Session, Statement};

/// What the repositories run their statements in; begun and ended by `Store` alone.
pub struct Transaction {
    session: Session,
    /// PostgreSQL refuses everything after a failed statement. Here SQLite does so too, lest code
    /// that was tried on one engine fails on the other.
    failed: Option<Error>,
}

impl Transaction {
    pub(crate) fn new(session: Session) -> Self {
        Self {
            session,
            failed: None,
        }
    }

    /// Runs a statement and counts the rows that it changed.
    pub(crate) async fn execute(
        &mut self,
        statement: &'static Statement,
        params: &[Param<'_>],
    ) -> Result<u64, Error> {
        self.check(statement, params)?;
        let outcome = self.session.execute(statement, params).await;
        self.note(outcome)
    }

    /// Runs a statement and decodes every row that it gives back.
    pub(crate) async fn fetch_all<T>(
        &mut self,
        statement: &'static Statement,
        params: &[Param<'_>],
        decode: impl FnMut(&Row<'_>) -> Result<T, Error>,
    ) -> Result<Vec<T>, Error> {
        self.check(statement, params)?;
        let outcome = self.session.fetch(statement, params, decode).await;
        self.note(outcome)?
    }

    /// Runs a statement that gives back one row or none, and decodes it.
    pub(crate) async fn fetch_optional<T>(
        &mut self,
        statement: &'static Statement,
        params: &[Param<'_>],
        decode: impl FnOnce(&Row<'_>) -> Result<T, Error>,
    ) -> Result<Option<T>, Error> {
        let mut decode = Some(decode);
        let found = self.fetch_all(statement, params, |row| match decode.take() {
            Some(decode) => decode(row),
            None => Err(row.inconsistent(0, "expected one row, found several")),
        });
        Ok(found.await?.pop())
    }

    /// Runs the statements of a migration, of which there may be several in one text.
    pub(crate) async fn run_script(&mut self, script: &'static str) -> Result<(), Error> {
        let outcome = self.session.run_script(script).await;
        self.note(outcome)
    }

    /// Keeps the other nodes from migrating at the same time, until this transaction ends.
    pub(crate) async fn lock_schema(&mut self) -> Result<(), Error> {
        let outcome = self.session.lock_schema().await;
        self.note(outcome)
    }

    /// Lifts the limits on how long this transaction may take: for work on a whole database.
    pub(crate) async fn take_time(&mut self) -> Result<(), Error> {
        let outcome = self.session.take_time().await;
        self.note(outcome)
    }

    /// Stores the work of a body that succeeded, undoes that of one that failed, and answers when
    /// it is settled that all that the body has read is stored.
    pub(crate) async fn finish<T, E: From<Error>>(
        &mut self,
        outcome: Result<T, E>,
    ) -> Result<T, E> {
        let outcome = match self.failed.take() {
            Some(failed) => outcome.and(Err(failed.into())),
            None => outcome,
        };
        match outcome {
            Ok(value) => self.session.commit().await.map(|()| value).map_err(E::from),
            Err(error) => {
                self.session.roll_back().await?;
                Err(error)
            }
        }
    }

    /// Whether nothing was stored and the same work may well succeed when it is done again.
    pub(crate) fn deserves_another_try(&self) -> bool {
        self.session.deserves_another_try()
    }

    fn check(&mut self, statement: &Statement, params: &[Param<'_>]) -> Result<(), Error> {
        if let Some(failed) = &self.failed {
            return Err(failed.clone());
        }
        // PostgreSQL cannot store it, so SQLite must not.
        let has_null =
            |param: &Param<'_>| matches!(param, Param::Text(text) if text.contains('\0'));
        if params.iter().any(has_null) {
            let reason = "a text holds a null character".to_owned();
            return self.note(Err(Error::Statement {
                statement: statement.text(),
                reason,
            }));
        }
        Ok(())
    }

    fn note<T>(&mut self, outcome: Result<T, Error>) -> Result<T, Error> {
        if let Err(error) = &outcome {
            self.failed = Some(error.clone());
        }
        outcome
    }
}
