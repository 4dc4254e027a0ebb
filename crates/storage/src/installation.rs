//! Facts about the installation as a whole.

use crate::sql::Statement;
use crate::{Error, Transaction};

static FIND: Statement = Statement::new("SELECT value FROM installation WHERE fact = $1");

static INSERT: Statement = Statement::new(
    "INSERT INTO installation (fact, value) VALUES ($1, $2) ON CONFLICT (fact) DO NOTHING",
);

pub(crate) static STATEMENTS: &[&Statement] = &[&FIND, &INSERT];

/// The installation, within one transaction.
pub struct Installation<'t>(&'t mut Transaction);

impl Transaction {
    /// The installation.
    pub fn installation(&mut self) -> Installation<'_> {
        Installation(self)
    }
}

impl Installation<'_> {
    /// The value of a fact, if it was ever set.
    pub async fn find(&mut self, fact: &str) -> Result<Option<String>, Error> {
        let params = [fact.into()];
        self.0
            .fetch_optional(&FIND, &params, |row| row.get(0))
            .await
    }

    /// The value that a fact has had since it was first set, which may be now.
    pub async fn settle(&mut self, fact: &str, value: &str) -> Result<String, Error> {
        self.0
            .execute(&INSERT, &[fact.into(), value.into()])
            .await?;
        let settled = self
            .0
            .fetch_optional(&FIND, &[fact.into()], |row| row.get(0))
            .await?;
        settled.ok_or_else(|| Error::Unavailable("a fact was not kept".to_owned()))
    }
}
