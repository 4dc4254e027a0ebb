//! The journal: what was done, by whom, to what. A row is written in the mutation's own transaction;
//! its place among all rows is settled afterwards, so that no mutation waits for another.

mod line;
mod search;

use domain::access::{ClientId, Reach};
use domain::{Change, ChangeId, Changed, OrganizationNumber};

use crate::sql::{Row, Statement};
use crate::{Error, Transaction};
use line::journal_row;

pub use line::JournalLine;
pub use search::{JournalFilter, JournalPage, JournalStretch};

static RECORD: Statement = Statement::new(
    "INSERT INTO journal (id, at, organization, author, client_app, noun, subject, action, facts, mac)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
);

static UNPLACED: Statement = Statement::new(
    "SELECT id, at, organization, author, client_app, noun, subject, action, facts, mac
     FROM journal WHERE position IS NULL ORDER BY at, id LIMIT $1",
);

static LAST: Statement = Statement::new(
    "SELECT position, seal FROM journal WHERE position IS NOT NULL
     ORDER BY position DESC LIMIT 1",
);

static TAKE_SEQUENCES: Statement = Statement::new(
    "INSERT INTO journal_sequences (organization, last) VALUES ($1, $2)
     ON CONFLICT (organization) DO UPDATE SET last = journal_sequences.last + excluded.last
     RETURNING last",
);

static PLACE: Statement = Statement::new(
    "UPDATE journal SET position = $2, sequence = $3, seal = $4, genuine = $5
     WHERE id = $1 AND position IS NULL",
);

static ORGANIZATIONS: Statement = Statement::new(
    "SELECT organization_number FROM system_user_organizations WHERE system_user = $1",
);

static TOLD_AFTER: Statement = Statement::new(
    "SELECT id, at, organization, author, client_app, noun, subject, action, facts, mac,
            position, sequence
     FROM journal WHERE organization = $1 AND position > $2 AND sequence IS NOT NULL
     ORDER BY position LIMIT $3",
);

static TOLD: Statement = Statement::new(
    "SELECT id, at, organization, author, client_app, noun, subject, action, facts, mac,
            position, sequence
     FROM journal WHERE position = $1 AND sequence IS NOT NULL",
);

pub(crate) static STATEMENTS: &[&Statement] = &[
    &RECORD,
    &UNPLACED,
    &LAST,
    &TAKE_SEQUENCES,
    &PLACE,
    &ORGANIZATIONS,
    &TOLD_AFTER,
    &TOLD,
    &search::ALL,
    &search::OF_ORGANIZATION,
    &search::OF_SUBJECT,
    &search::OF_APP,
    &search::ALL_BACK,
    &search::OF_ORGANIZATION_BACK,
    &search::OF_SUBJECT_BACK,
    &search::OF_APP_BACK,
    &search::END_OF_ALL,
    &search::END_OF_ORGANIZATION,
    &search::END_OF_SUBJECT,
    &search::END_OF_APP,
    &search::END_OF_ALL_BACK,
    &search::END_OF_ORGANIZATION_BACK,
    &search::END_OF_SUBJECT_BACK,
    &search::END_OF_APP_BACK,
];

/// Where a change stands in the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalPlace {
    /// Among all changes, from 1 without a gap.
    pub position: i64,
    /// Among those that the organization is told of, from 1 without a gap; none for the others.
    pub sequence: Option<i64>,
    /// Whether the row's code was found to be that of this installation's key.
    pub genuine: bool,
    /// Vouches for this change and all before it.
    pub seal: String,
}

/// A change with the words that the database holds for what it is: they are what a seal vouches for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalRow {
    /// The change.
    pub change: Change,
    /// The words.
    pub line: JournalLine,
    /// The code of whoever wrote the row; empty before it is written.
    pub mac: String,
}

impl JournalRow {
    /// A change that is to be written down.
    #[must_use]
    pub fn of(change: Change) -> Self {
        let line = JournalLine::of(&change.what);
        Self {
            change,
            line,
            mac: String::new(),
        }
    }
}

/// A change that customers are told of, with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToldChange {
    /// The change.
    pub change: Change,
    /// Among all changes: what a reader goes on after. It tells how busy others are, so no customer
    /// sees it as it is.
    pub position: i64,
    /// Among the organization's, from 1 without a gap.
    pub sequence: i64,
}

/// A change with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedRow {
    /// The change and the words that it is sealed by.
    pub row: JournalRow,
    /// Its place.
    pub place: JournalPlace,
}

/// The journal, within one transaction.
pub struct Journal<'t>(&'t mut Transaction);

impl Transaction {
    /// The journal.
    pub fn journal(&mut self) -> Journal<'_> {
        Journal(self)
    }
}

impl Journal<'_> {
    /// Writes a change down, with the code that tells it from what somebody else has written; it is
    /// there if and only if this transaction commits.
    pub async fn record(&mut self, row: &JournalRow, mac: &str) -> Result<(), Error> {
        let JournalRow { change, line, .. } = row;
        let params = [
            change.id.as_str().into(),
            change.at.as_millisecond().into(),
            change
                .organization
                .as_ref()
                .map(OrganizationNumber::as_str)
                .into(),
            change.author.name.as_str().into(),
            change.author.app.as_ref().map(ClientId::as_str).into(),
            line.noun.as_str().into(),
            line.subject.as_str().into(),
            line.action.as_str().into(),
            line.facts.as_str().into(),
            mac.into(),
        ];
        self.0.execute(&RECORD, &params).await.map(drop)
    }

    /// The oldest changes that have no place yet, in the order in which they are to get one.
    pub async fn unplaced(&mut self, most: i64) -> Result<Vec<JournalRow>, Error> {
        self.0
            .fetch_all(&UNPLACED, &[most.into()], journal_row)
            .await
    }

    /// The position and the seal of the last change that has a place.
    pub async fn last(&mut self) -> Result<Option<(i64, String)>, Error> {
        let read = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
        self.0.fetch_optional(&LAST, &[], read).await
    }

    /// The first of an organization's next sequence numbers, of which `count` are taken.
    pub async fn take_sequences(
        &mut self,
        organization: &OrganizationNumber,
        count: i64,
    ) -> Result<i64, Error> {
        let params = [organization.as_str().into(), count.into()];
        let last = self
            .0
            .fetch_optional(&TAKE_SEQUENCES, &params, |row| row.get::<i64>(0))
            .await?;
        last.map(|last| last - count + 1)
            .ok_or_else(|| Error::Unavailable("the journal gave no number".to_owned()))
    }

    /// Gives a change its place; false if it has one.
    pub async fn place(&mut self, id: &ChangeId, place: &JournalPlace) -> Result<bool, Error> {
        let params = [
            id.as_str().into(),
            place.position.into(),
            place.sequence.into(),
            place.seal.as_str().into(),
            place.genuine.into(),
        ];
        Ok(self.0.execute(&PLACE, &params).await? == 1)
    }

    /// What the caller's organizations are told after a position, in its order.
    pub async fn told_after(
        &mut self,
        reach: Reach<'_>,
        position: i64,
        most: i64,
    ) -> Result<Vec<ToldChange>, Error> {
        let caller = [reach.system_user().into()];
        let organizations = self.0.fetch_all(&ORGANIZATIONS, &caller, |row| row.get(0));
        let mut found = Vec::new();
        // Each list is cut by itself: a sorted join would read all that a newcomer has to catch up
        // with for every page of it.
        for organization in organizations.await? {
            let organization: String = organization;
            let params = [organization.as_str().into(), position.into(), most.into()];
            found.extend(self.0.fetch_all(&TOLD_AFTER, &params, told).await?);
        }
        found.sort_unstable_by_key(|told| told.position);
        found.truncate(usize::try_from(most).unwrap_or(0));
        Ok(found)
    }

    /// The change at a position, if customers are told of it: for deliveries, which were made out to
    /// those who may see it.
    pub async fn told(&mut self, position: i64) -> Result<Option<ToldChange>, Error> {
        self.0.fetch_optional(&TOLD, &[position.into()], told).await
    }
}

fn told(row: &Row<'_>) -> Result<ToldChange, Error> {
    let change = journal_row(row)?.change;
    if matches!(change.what, Changed::Other(_)) {
        return Err(row.inconsistent(8, "facts that are not those of such a change"));
    }
    Ok(ToldChange {
        change,
        position: row.get(10)?,
        sequence: row.get(11)?,
    })
}
