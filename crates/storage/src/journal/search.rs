//! Looking things up in the journal: for the operator, never for a customer.

use domain::OrganizationNumber;
use domain::access::ClientId;
use jiff::Timestamp;

use super::line::journal_row;
use super::{Journal, JournalPlace, PlacedRow};
use crate::Error;
use crate::sql::{Param, Row, Statement};

/// One text per key and direction, so that each is answered from an index.
macro_rules! search {
    ($beyond:literal, $until:literal, $order:literal, $key:literal) => {
        Statement::new(concat!(
            "SELECT id, at, organization, author, client_app, noun, subject, action, facts, mac,
                    position, sequence, seal, genuine
             FROM journal
             WHERE position ",
            $beyond,
            " $1 AND position ",
            $until,
            " $2
               AND (CAST($3 AS BIGINT) IS NULL OR at >= $3)
               AND (CAST($4 AS BIGINT) IS NULL OR at < $4)
               AND (CAST($5 AS TEXT) IS NULL OR author = $5)
               AND (CAST($6 AS TEXT) IS NULL OR organization = $6)
               AND (CAST($7 AS TEXT) IS NULL OR client_app = $7)
               AND (CAST($8 AS TEXT) IS NULL OR noun = $8)
               AND (CAST($9 AS TEXT) IS NULL OR subject = $9)",
            $key,
            " ORDER BY position ",
            $order,
            " LIMIT $10"
        ))
    };
}

/// The position of the last row that a page looks at, by the key alone.
macro_rules! end {
    ($beyond:literal, $order:literal, $key:literal) => {
        Statement::new(concat!(
            "SELECT position FROM journal WHERE position ",
            $beyond,
            " $1",
            $key,
            " ORDER BY position ",
            $order,
            " LIMIT 1 OFFSET $2"
        ))
    };
}

pub(super) static ALL: Statement = search!(">", "<=", "", "");
pub(super) static OF_ORGANIZATION: Statement = search!(">", "<=", "", " AND organization = $6");
pub(super) static OF_SUBJECT: Statement = search!(">", "<=", "", " AND noun = $8 AND subject = $9");
pub(super) static OF_APP: Statement = search!(">", "<=", "", " AND client_app = $7");
pub(super) static ALL_BACK: Statement = search!("<", ">=", "DESC", "");
pub(super) static OF_ORGANIZATION_BACK: Statement =
    search!("<", ">=", "DESC", " AND organization = $6");
pub(super) static OF_SUBJECT_BACK: Statement =
    search!("<", ">=", "DESC", " AND noun = $8 AND subject = $9");
pub(super) static OF_APP_BACK: Statement = search!("<", ">=", "DESC", " AND client_app = $7");

pub(super) static END_OF_ALL: Statement = end!(">", "", "");
pub(super) static END_OF_ORGANIZATION: Statement = end!(">", "", " AND organization = $3");
pub(super) static END_OF_SUBJECT: Statement = end!(">", "", " AND noun = $3 AND subject = $4");
pub(super) static END_OF_APP: Statement = end!(">", "", " AND client_app = $3");
pub(super) static END_OF_ALL_BACK: Statement = end!("<", "DESC", "");
pub(super) static END_OF_ORGANIZATION_BACK: Statement = end!("<", "DESC", " AND organization = $3");
pub(super) static END_OF_SUBJECT_BACK: Statement =
    end!("<", "DESC", " AND noun = $3 AND subject = $4");
pub(super) static END_OF_APP_BACK: Statement = end!("<", "DESC", " AND client_app = $3");

/// Which changes are looked for; what is not set does not narrow it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JournalFilter {
    /// Those of one organization's things.
    pub organization: Option<OrganizationNumber>,
    /// Those made through one client app.
    pub app: Option<ClientId>,
    /// Those of one kind of thing.
    pub noun: Option<String>,
    /// Those of things with this id.
    pub subject: Option<String>,
    /// Those made by this one.
    pub author: Option<String>,
    /// Those made then or later.
    pub since: Option<Timestamp>,
    /// Those made before.
    pub until: Option<Timestamp>,
}

/// Which part of what a filter lets through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JournalStretch {
    /// The newest first; else in the order of their places.
    pub newest_first: bool,
    /// Those beyond this position; none for those from the beginning on.
    pub after: Option<i64>,
    /// At most so many.
    pub most: i64,
    /// How many rows are looked at where the filter keeps only some of them; 1 or more.
    pub looks_at: i64,
}

/// A part of what a filter lets through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalPage {
    /// The changes, fewer than asked for where the filter keeps few of those that were looked at.
    pub rows: Vec<PlacedRow>,
    /// After which position to go on; none if there is nothing more.
    pub next: Option<i64>,
}

/// By what rows are found; the rest of a filter narrows them.
#[derive(Clone, Copy)]
enum Key {
    All,
    Organization,
    Subject,
    App,
}

impl JournalFilter {
    fn key(&self) -> Key {
        if self.noun.is_some() && self.subject.is_some() {
            Key::Subject
        } else if self.organization.is_some() {
            Key::Organization
        } else if self.app.is_some() {
            Key::App
        } else {
            Key::All
        }
    }

    /// Whether some of what is found by the key is left out.
    fn leaves_out(&self) -> bool {
        let beside = |known: bool, used: bool| known && !used;
        let key = self.key();
        let of_subject = matches!(key, Key::Subject);
        let of_organization = matches!(key, Key::Organization);
        self.author.is_some()
            || self.since.is_some()
            || self.until.is_some()
            || beside(self.noun.is_some() || self.subject.is_some(), of_subject)
            || beside(self.organization.is_some(), of_organization)
            || beside(self.app.is_some(), matches!(key, Key::App))
    }

    fn key_params(&self) -> Vec<Param<'_>> {
        match self.key() {
            Key::All => Vec::new(),
            Key::Organization => vec![self.organization_text().into()],
            Key::Subject => vec![self.noun.as_ref().into(), self.subject.as_ref().into()],
            Key::App => vec![self.app_text().into()],
        }
    }

    fn organization_text(&self) -> Option<&str> {
        self.organization.as_ref().map(OrganizationNumber::as_str)
    }

    fn app_text(&self) -> Option<&str> {
        self.app.as_ref().map(ClientId::as_str)
    }
}

impl Journal<'_> {
    /// The changes after a position that the filter lets through, in the order of their places,
    /// however many have to be looked at.
    pub async fn search(
        &mut self,
        filter: &JournalFilter,
        after: i64,
        most: i64,
    ) -> Result<Vec<PlacedRow>, Error> {
        let stretch = JournalStretch {
            newest_first: false,
            after: Some(after),
            most,
            looks_at: i64::MAX,
        };
        self.between(filter, stretch, (after, i64::MAX)).await
    }

    /// A page of what the filter lets through, which looks at a bounded number of rows.
    pub async fn page(
        &mut self,
        filter: &JournalFilter,
        stretch: JournalStretch,
    ) -> Result<JournalPage, Error> {
        let (begin, far) = if stretch.newest_first {
            (i64::MAX, i64::MIN)
        } else {
            (0, i64::MAX)
        };
        let after = stretch.after.unwrap_or(begin);
        let end = if filter.leaves_out() {
            self.end(filter, stretch, after).await?
        } else {
            None
        };
        let bounds = (after, end.unwrap_or(far));
        let one_more = JournalStretch {
            most: stretch.most.saturating_add(1),
            ..stretch
        };
        let mut rows = self.between(filter, one_more, bounds).await?;
        let most = usize::try_from(stretch.most).unwrap_or(0);
        let next = if rows.len() > most {
            rows.truncate(most);
            rows.last().map(|row| row.place.position)
        } else {
            end
        };
        Ok(JournalPage { rows, next })
    }

    async fn end(
        &mut self,
        filter: &JournalFilter,
        stretch: JournalStretch,
        after: i64,
    ) -> Result<Option<i64>, Error> {
        let statement = match (filter.key(), stretch.newest_first) {
            (Key::All, false) => &END_OF_ALL,
            (Key::Organization, false) => &END_OF_ORGANIZATION,
            (Key::Subject, false) => &END_OF_SUBJECT,
            (Key::App, false) => &END_OF_APP,
            (Key::All, true) => &END_OF_ALL_BACK,
            (Key::Organization, true) => &END_OF_ORGANIZATION_BACK,
            (Key::Subject, true) => &END_OF_SUBJECT_BACK,
            (Key::App, true) => &END_OF_APP_BACK,
        };
        let mut params = vec![after.into(), (stretch.looks_at - 1).into()];
        params.extend(filter.key_params());
        self.0
            .fetch_optional(statement, &params, |row| row.get(0))
            .await
    }

    async fn between(
        &mut self,
        filter: &JournalFilter,
        stretch: JournalStretch,
        (after, until): (i64, i64),
    ) -> Result<Vec<PlacedRow>, Error> {
        let statement = match (filter.key(), stretch.newest_first) {
            (Key::All, false) => &ALL,
            (Key::Organization, false) => &OF_ORGANIZATION,
            (Key::Subject, false) => &OF_SUBJECT,
            (Key::App, false) => &OF_APP,
            (Key::All, true) => &ALL_BACK,
            (Key::Organization, true) => &OF_ORGANIZATION_BACK,
            (Key::Subject, true) => &OF_SUBJECT_BACK,
            (Key::App, true) => &OF_APP_BACK,
        };
        let params = [
            after.into(),
            until.into(),
            filter.since.map(Timestamp::as_millisecond).into(),
            filter.until.map(Timestamp::as_millisecond).into(),
            filter.author.as_ref().into(),
            filter.organization_text().into(),
            filter.app_text().into(),
            filter.noun.as_ref().into(),
            filter.subject.as_ref().into(),
            stretch.most.into(),
        ];
        self.0.fetch_all(statement, &params, placed_row).await
    }
}

fn placed_row(row: &Row<'_>) -> Result<PlacedRow, Error> {
    Ok(PlacedRow {
        row: journal_row(row)?,
        place: JournalPlace {
            position: row.get(10)?,
            sequence: row.get(11)?,
            seal: row.get(12)?,
            genuine: row.get(13)?,
        },
    })
}
