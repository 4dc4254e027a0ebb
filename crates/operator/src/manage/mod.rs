//! Single records, as the operator's API, the command line and the console see and change them: by
//! the rules of an import of that one record. Each change is one transaction with a line of its own
//! in the journal.

mod expected;
mod journal;
mod list;
mod put;
mod secrets;

use std::sync::Arc;

use domain::{AgreementId, Author, Clock, Entropy, OrganizationNumber, ProductStatus};
use gateway::ServerKey;
use jiff::Timestamp;
use selfservice::Scribe;
use storage::{Error, Store, Transaction};

use crate::import::{Verdict, load};
use crate::records::{Key, Kind, Meant, Record};

pub use expected::{Expected, tag};
pub use list::MOST;
pub use secrets::{NewPassword, NewSecret};

/// Whoever holds this sequence's row changes single records: of two who make the same one, the
/// second changes what the first has made.
const TURN: &str = "records";

/// Finds and changes single records.
pub struct Manage {
    store: Store,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    key: ServerKey,
    scribe: Scribe,
}

/// Which records to list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// What they are.
    pub kind: Kind,
    /// Digits that the number begins with, or a part of the name in any case.
    pub search: Option<String>,
    /// Of one organization alone: of address cards, agreements, accounts, products, system users
    /// and apps.
    pub organization: Option<OrganizationNumber>,
    /// On one agreement alone: of offerings and products.
    pub agreement: Option<AgreementId>,
    /// Those after the record with this key.
    pub after: Option<String>,
    /// How many at most, from 1 to [`MOST`].
    pub most: u16,
}

impl Wish {
    /// The first records of a kind, whatever they are.
    #[must_use]
    pub fn of(kind: Kind) -> Self {
        Self {
            kind,
            search: None,
            organization: None,
            agreement: None,
            after: None,
            most: 100,
        }
    }
}

/// A part of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// In the order of their keys.
    pub records: Vec<Record>,
    /// What `after` has to be for the part that follows; none at the end.
    pub next: Option<String>,
}

/// Whether a change is only tried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DryRun {
    /// It is made.
    No,
    /// It is checked and shown.
    Yes,
}

/// What became of a record, or would.
#[derive(Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Whether it was there, and which of its members became others.
    pub verdict: Verdict,
    /// As it is kept from now on.
    pub record: Record,
    /// The secret of a new app or the password of a new system user, told this once.
    pub secret: Option<String>,
}

/// Why a record is not shown or changed.
#[derive(Debug, thiserror::Error)]
pub enum ManageError {
    /// There is none of this kind with this key.
    #[error("there is no {kind} {key}", kind = .0.as_str(), key = .1)]
    Unknown(Kind, String),
    /// Sent again, a form would make another secret; or somebody else was faster.
    #[error("another one was made since the form was opened")]
    MadeAlready,
    /// There is no such record, and there was to be one.
    #[error("{kind} {key} is not there", kind = .0.as_str(), key = .1)]
    Gone(Kind, String),
    /// There is such a record, and there was to be none.
    #[error("{kind} {key} is there already", kind = .0.as_str(), key = .1)]
    There(Kind, String),
    /// The record is another one than was seen.
    #[error("{kind} {key} was changed since it was read", kind = .0.as_str(), key = .1)]
    Overtaken(Kind, String),
    /// Everything that is wrong with what is wanted, most of it as `member: reason`.
    #[error("{}", .0.join("; "))]
    Faults(Vec<String>),
    /// The database failed; for the log alone.
    #[error(transparent)]
    Storage(#[from] Error),
    /// A password could not be hashed; for the log alone.
    #[error(transparent)]
    Password(#[from] gateway::HashError),
}

impl ManageError {
    fn unknown(kind: Kind, key: &str) -> Self {
        Self::Unknown(kind, key.to_owned())
    }

    fn fault(fault: impl Into<String>) -> Self {
        Self::Faults(vec![fault.into()])
    }
}

impl Manage {
    /// The records of a database, with the key that belongs to it.
    #[must_use]
    pub fn new(
        store: Store,
        (clock, entropy): (Arc<dyn Clock>, Arc<dyn Entropy>),
        key: ServerKey,
    ) -> Self {
        let scribe = Scribe::new(Arc::clone(&entropy), &key.derive("journal"));
        Self {
            store,
            clock,
            entropy,
            key,
            scribe,
        }
    }

    /// The record of this kind with this key. A product that an open order is adding is none yet.
    pub async fn find(&self, kind: Kind, key: &str) -> Result<Option<Record>, Error> {
        let Some(key) = Key::parse(kind, key) else {
            return Ok(None);
        };
        let found = self.store.read(async |tx| load(tx, &key).await).await?;
        Ok(found.filter(is_record).map(|meant| meant.record()))
    }

    /// The API products that apps may have, by name.
    pub async fn api_products(&self) -> Result<Vec<String>, Error> {
        let names = async |tx: &mut Transaction| tx.imports().api_products().await;
        let mut names: Vec<String> = self.store.read(names).await?;
        names.sort_unstable();
        Ok(names)
    }

    /// The time, as fine as it is kept.
    fn now(&self) -> Timestamp {
        let now = self.clock.now();
        Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
    }

    /// Writes down what was done to something that is there.
    async fn write_down(
        &self,
        tx: &mut Transaction,
        by: &Author,
        meant: &Meant,
        change: domain::OtherChange,
    ) -> Result<(), Error> {
        let organization = journal::organization(tx, meant).await?;
        let when = (organization, self.now());
        self.scribe.done(tx, change, when, by.clone()).await
    }
}

/// Exports leave out what belongs to an open order, and so do lists.
fn is_record(meant: &Meant) -> bool {
    match meant {
        Meant::Product(product) => product.thing.status == ProductStatus::Ordered,
        _ => true,
    }
}

/// Keeps others from changing single records until this transaction ends, and this one whoever they
/// are: customers' people and fulfillment don't wait for the turn.
async fn hold(tx: &mut Transaction, key: &Key) -> Result<(), Error> {
    tx.sequences().take_block(TURN, 0).await?;
    tx.imports().hold(key.kept()).await.map(drop)
}
