//! What can go wrong between the program and its database, whichever engine that is.

/// The closed list of storage failures; each reads on after "failed to …".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The database cannot be reached, is full, is held by another or has failed; whether the
    /// work of a commit was stored may be unknown.
    #[error("reach the database: {0}")]
    Unavailable(String),

    /// A unique key exists already, or a foreign key does not.
    #[error("store a row beside those that exist: {0}")]
    Conflict(String),

    /// A stored value is not one that the program would have stored.
    #[error("decode column {column} (index {index}) of `{statement}`: {reason}")]
    Inconsistent {
        /// The text of the statement that read it.
        statement: &'static str,
        /// The column's name in the result.
        column: String,
        /// The column's place in the result, counted from zero.
        index: usize,
        /// What was expected and what was found, without the content.
        reason: String,
    },

    /// A statement that the engine does not accept: a defect of this program.
    #[error("run `{statement}`: {reason}")]
    Statement {
        /// The text of the statement.
        statement: &'static str,
        /// The engine's own words.
        reason: String,
    },

    /// The database's tables are not those that this program works with.
    #[error("use the database's schema: {0}")]
    Schema(String),

    /// The URL or the settings of the database are unusable.
    #[error("open the database: {0}")]
    Open(String),
}
