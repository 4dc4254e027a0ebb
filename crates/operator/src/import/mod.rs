//! Imports: files of records are checked as a whole, and then applied batch by batch. What is wrong
//! changes nothing; what is the same writes nothing; nothing is deleted.

mod apply;
mod check;
mod compare;
mod keys;
mod load;
mod references;
mod sandbox;
mod secrets;
mod source;
mod tally;
mod write;

use std::sync::Arc;

use domain::{Author, Clock, Entropy};
use gateway::ServerKey;
use jiff::Timestamp;
use selfservice::Scribe;
use storage::Store;

pub use check::Checked;
pub use sandbox::put_back;
pub use secrets::Issued;
pub use source::{Fault, Row, Source, record_from};
pub use tally::{Changed, FileFault, Report, Tally, Verdict};

pub(crate) use check::judge;
pub(crate) use compare::members;
pub(crate) use keys::Memory;
pub(crate) use load::load;
pub(crate) use secrets::make as make_secret;
pub(crate) use write::{Shown, needs_secret, write};

/// How many records are checked at a time, and stored in one transaction.
pub const BATCH: usize = 1_000;

/// What stops an import.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The database failed.
    #[error("use the database")]
    Storage(#[from] storage::Error),
    /// A file cannot be read, or a secret not be written down.
    #[error("read or write {0}")]
    File(String, #[source] std::io::Error),
    /// A record that was right when it was checked no longer is.
    #[error("apply {0}: something has changed since it was checked")]
    Overtaken(String),
    /// A password could not be hashed.
    #[error("make a password")]
    Password(#[from] gateway::HashError),
}

/// What an import does differently from another.
#[derive(Debug, Clone)]
pub struct ImportSettings {
    /// In whose name the journal has it; none for what the journal need not have.
    pub by: Option<Author>,
    /// Whether there is a place for the secrets of new apps and system users that bring none.
    pub makes_secrets: bool,
}

/// Imports records into a database.
pub struct Importer {
    store: Store,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    key: ServerKey,
    scribe: Scribe,
    settings: ImportSettings,
}

impl Importer {
    /// An importer into a database, with the key that belongs to it.
    #[must_use]
    pub fn new(
        store: Store,
        (clock, entropy): (Arc<dyn Clock>, Arc<dyn Entropy>),
        key: ServerKey,
        settings: ImportSettings,
    ) -> Self {
        let scribe = Scribe::new(Arc::clone(&entropy), &key.derive("journal"));
        Self {
            store,
            clock,
            entropy,
            key,
            scribe,
            settings,
        }
    }

    /// The time, as fine as it is kept.
    fn now(&self) -> Timestamp {
        let now = self.clock.now();
        Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
    }
}

/// The files in the order in which their records need each other, by each one's first record.
pub fn in_order(sources: &mut [Source]) -> Result<(), ImportError> {
    let mut kinds = Vec::with_capacity(sources.len());
    for source in sources.iter() {
        let kind = source
            .first_kind()
            .map_err(|error| ImportError::File(source.name().to_owned(), error))?;
        kinds.push((source.name().to_owned(), kind));
    }
    let kind_of = |source: &Source| {
        let found = kinds.iter().find(|(name, _)| name == source.name());
        found.and_then(|(_, kind)| *kind)
    };
    sources.sort_by_key(kind_of);
    Ok(())
}
