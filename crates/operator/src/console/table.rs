//! Tables, lists of facts and their cells, so that records look the same on all pages.

use std::fmt::Display;

use askama::Template;
use askama::filters::HtmlSafe;
use web::{Badge, Moment, Tone};

use super::nouns;
use crate::records::{Id, Kind, OrgNumber};

/// Words of more bytes are ids that may be broken.
const LONG: usize = 24;

/// What stands in a cell of a table or beside a fact.
#[derive(Debug, Clone, Template)]
#[template(path = "console/cell.html")]
pub(super) enum Cell {
    /// Words.
    Text(String),
    /// A number, at the right of its column.
    Number(String),
    /// A key or another text for machines.
    Code(String),
    /// A value with its lines.
    Json(String),
    /// Words that lead somewhere.
    Link { href: String, words: String },
    /// How something stands.
    Badge(Badge),
    /// An instant.
    Moment(Moment),
    /// Several, one below the other.
    Several(Vec<Cell>),
}

impl HtmlSafe for Cell {}

impl Cell {
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// What is there, or a dash.
    pub(super) fn maybe(text: Option<&str>) -> Self {
        Self::text(text.filter(|text| !text.is_empty()).unwrap_or("-"))
    }

    /// How many there are.
    pub(super) fn number(number: impl Display) -> Self {
        Self::Number(web::grouped(number))
    }

    /// A number that is an id.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "ids are handed over as counts are"
    )]
    pub(super) fn key_number(number: impl ToString) -> Self {
        Self::Number(number.to_string())
    }

    /// The way to a record, by its key.
    pub(super) fn key(kind: Kind, key: &str) -> Self {
        Self::link(kind, key, key)
    }

    /// The way to a record, by what people call it.
    pub(super) fn link(kind: Kind, key: &str, words: &str) -> Self {
        Self::Link {
            href: nouns::address(kind, key),
            words: words.to_owned(),
        }
    }

    pub(super) fn id(kind: Kind, id: Id) -> Self {
        Self::key(kind, &id.0.to_string())
    }

    pub(super) fn maybe_id(kind: Kind, id: Option<Id>) -> Self {
        id.map_or_else(|| Self::maybe(None), |id| Self::id(kind, id))
    }

    pub(super) fn organization(number: &OrgNumber) -> Self {
        Self::key(Kind::Organization, &number.0)
    }

    pub(super) fn badge(tone: Tone, words: &str) -> Self {
        Self::Badge(Badge::new(tone, words))
    }

    /// Whether something may be used.
    pub(super) fn enabled(is_enabled: bool) -> Self {
        if is_enabled {
            Self::badge(Tone::Good, "enabled")
        } else {
            Self::badge(Tone::Warning, "disabled")
        }
    }

    pub(super) fn yes_or_no(yes: bool) -> Self {
        Self::text(if yes { "yes" } else { "no" })
    }

    /// The class in the style sheet. Long words give way to the other columns.
    fn class(&self) -> &'static str {
        let is_long = |text: &str| text.split_whitespace().any(|word| word.len() > LONG);
        match self {
            Self::Number(_) => "number",
            Self::Text(text) | Self::Code(text) | Self::Link { words: text, .. }
                if is_long(text) =>
            {
                "wrapped"
            }
            _ => "",
        }
    }

    fn is_number(&self) -> bool {
        matches!(self, Self::Number(_))
    }
}

/// Rows below headings; the first cell of each row says what the row is about.
#[derive(Debug, Clone, Template)]
#[template(path = "console/table.html")]
pub(super) struct Table {
    label: String,
    columns: Vec<&'static str>,
    rows: Vec<Vec<Cell>>,
    empty: String,
}

impl HtmlSafe for Table {}

impl Table {
    /// With what is said in its place when it has no rows.
    pub(super) fn new(
        label: impl Into<String>,
        columns: Vec<&'static str>,
        rows: Vec<Vec<Cell>>,
        empty: impl Into<String>,
    ) -> Self {
        Self {
            label: label.into(),
            columns,
            rows,
            empty: empty.into(),
        }
    }

    /// Whether a column holds numbers, which stand at its right.
    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "templates hand over references"
    )]
    fn is_number(&self, column: &usize) -> bool {
        let first = self.rows.first().and_then(|row| row.get(*column));
        first.is_some_and(Cell::is_number)
    }
}
