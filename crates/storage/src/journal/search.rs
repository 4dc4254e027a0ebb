//! Looking things up in the journal: for the operator, never for a customer.

use domain::OrganizationNumber;
use domain::access::ClientId;
use jiff::Timestamp;

use super::line::journal_row;
use super::{Journal, JournalPlace, PlacedRow};
use crate::Error;
use crate::sql::{Param, Row, Statement};

/// One text per key, so that each is answered from an index.
macro_rules! search {
    ($key:literal) => {
        Statement::new(concat!(
            "SELECT id, at, organization, author, client_app, noun, subject, action, facts,
                    position, sequence, seal
             FROM journal
             WHERE position > $1
               AND (CAST($2 AS BIGINT) IS NULL OR at >= $2)
               AND (CAST($3 AS BIGINT) IS NULL OR at < $3)
               AND (CAST($4 AS TEXT) IS NULL OR author = $4)",
            $key,
            " ORDER BY position LIMIT $5"
        ))
    };
}

pub(super) static ALL: Statement = search!("");
pub(super) static OF_ORGANIZATION: Statement = search!(" AND organization = $6");
pub(super) static OF_SUBJECT: Statement = search!(" AND noun = $6 AND subject = $7");
pub(super) static OF_APP: Statement = search!(" AND client_app = $6");

/// Which changes are looked for; what is not set does not narrow it.
#[derive(Debug, Clone, Default)]
pub struct JournalFilter {
    /// By what they are found.
    pub key: JournalKey,
    /// Those made by this one.
    pub author: Option<String>,
    /// Those made then or later.
    pub since: Option<Timestamp>,
    /// Those made before.
    pub until: Option<Timestamp>,
}

/// By what changes are found.
#[derive(Debug, Clone, Default)]
pub enum JournalKey {
    /// All of them.
    #[default]
    All,
    /// Those of one organization's things.
    Organization(OrganizationNumber),
    /// Those of one thing: the kind of thing, and which one.
    Subject(String, String),
    /// Those made through one client app.
    App(ClientId),
}

impl Journal<'_> {
    /// The changes after a position that the filter lets through, in the order of their places.
    pub async fn search(
        &mut self,
        filter: &JournalFilter,
        after: i64,
        most: i64,
    ) -> Result<Vec<PlacedRow>, Error> {
        let mut params: Vec<Param<'_>> = vec![
            after.into(),
            filter.since.map(Timestamp::as_millisecond).into(),
            filter.until.map(Timestamp::as_millisecond).into(),
            filter.author.as_deref().into(),
            most.into(),
        ];
        let statement = match &filter.key {
            JournalKey::All => &ALL,
            JournalKey::Organization(number) => {
                params.push(number.as_str().into());
                &OF_ORGANIZATION
            }
            JournalKey::Subject(noun, subject) => {
                params.push(noun.as_str().into());
                params.push(subject.as_str().into());
                &OF_SUBJECT
            }
            JournalKey::App(app) => {
                params.push(app.as_str().into());
                &OF_APP
            }
        };
        self.0.fetch_all(statement, &params, placed_row).await
    }
}

fn placed_row(row: &Row<'_>) -> Result<PlacedRow, Error> {
    Ok(PlacedRow {
        row: journal_row(row)?,
        place: JournalPlace {
            position: row.get(9)?,
            sequence: row.get(10)?,
            seal: row.get(11)?,
        },
    })
}
