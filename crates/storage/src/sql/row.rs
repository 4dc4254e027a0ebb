//! The values that go into statements and come back in rows.
//!
//! Column types are TEXT, BIGINT and BOOLEAN only, so that both engines mean the same by them.

use std::fmt::Display;

use super::statement::Statement;
use super::{postgres, sqlite};
use crate::Error;

/// A value as it goes into a statement, and as a row gives it back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Param<'a> {
    /// The absence of a value, whatever the column's type.
    Null,
    /// Of a BIGINT column.
    Integer(i64),
    /// Of a TEXT column.
    Text(&'a str),
    /// Of a BOOLEAN column.
    Boolean(bool),
}

impl From<i64> for Param<'_> {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

impl From<bool> for Param<'_> {
    fn from(value: bool) -> Self {
        Self::Boolean(value)
    }
}

impl<'a> From<&'a str> for Param<'a> {
    fn from(value: &'a str) -> Self {
        Self::Text(value)
    }
}

impl<'a> From<&'a String> for Param<'a> {
    fn from(value: &'a String) -> Self {
        Self::Text(value)
    }
}

impl<'a, T: Into<Param<'a>>> From<Option<T>> for Param<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// A row that a statement found; it lives no longer than the call that decodes it.
pub struct Row<'r> {
    pub(super) source: Source<'r>,
    pub(super) statement: &'static Statement,
}

/// The row as its driver hands it out.
pub(super) enum Source<'r> {
    Sqlite(&'r rusqlite::Row<'r>),
    Postgres(&'r tokio_postgres::Row),
}

impl Row<'_> {
    /// The content of a column, counted from zero in the order that the statement names them.
    pub fn get<T: Column>(&self, index: usize) -> Result<T, Error> {
        let value = match self.source {
            Source::Sqlite(row) => sqlite::value(row, index),
            Source::Postgres(row) => postgres::value(row, index),
        };
        value
            .and_then(T::from_value)
            .map_err(|reason| self.inconsistent(index, reason))
    }

    /// The error of a column whose content is not what the program once stored there.
    pub fn inconsistent(&self, index: usize, reason: impl Display) -> Error {
        let column = match self.source {
            Source::Sqlite(row) => sqlite::column_name(row, index),
            Source::Postgres(row) => postgres::column_name(row, index),
        };
        Error::Inconsistent {
            statement: self.statement.text(),
            column: column.unwrap_or("(none)").to_owned(),
            index,
            reason: reason.to_string(),
        }
    }
}

/// What the content of a column may be read as.
pub trait Column: Sized {
    /// Refuses with a reason that does not repeat the content, which may be personal.
    fn from_value(value: Param<'_>) -> Result<Self, String>;
}

impl Column for i64 {
    fn from_value(value: Param<'_>) -> Result<Self, String> {
        match value {
            Param::Integer(integer) => Ok(integer),
            other => Err(unexpected("an integer", other)),
        }
    }
}

impl Column for String {
    fn from_value(value: Param<'_>) -> Result<Self, String> {
        match value {
            Param::Text(text) => Ok(text.to_owned()),
            other => Err(unexpected("a text", other)),
        }
    }
}

impl Column for bool {
    fn from_value(value: Param<'_>) -> Result<Self, String> {
        match value {
            Param::Boolean(boolean) => Ok(boolean),
            // SQLite stores a BOOLEAN as one of two numbers.
            Param::Integer(0) => Ok(false),
            Param::Integer(1) => Ok(true),
            other => Err(unexpected("a boolean", other)),
        }
    }
}

impl<T: Column> Column for Option<T> {
    fn from_value(value: Param<'_>) -> Result<Self, String> {
        match value {
            Param::Null => Ok(None),
            present => T::from_value(present).map(Some),
        }
    }
}

fn unexpected(wanted: &str, found: Param<'_>) -> String {
    let found = match found {
        Param::Null => "nothing",
        Param::Integer(_) => "an integer",
        Param::Text(_) => "a text",
        Param::Boolean(_) => "a boolean",
    };
    format!("expected {wanted}, found {found}")
}
