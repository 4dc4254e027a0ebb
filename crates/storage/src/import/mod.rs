//! What imports, exports and the operator's lists need beyond the repositories: everything page by
//! page in the order of its key, and changes of what else never changes.

mod access;
mod accounts;
mod agreements;
mod hold;
mod keys;
mod offerings;
mod parties;
mod products;

use crate::sql::Statement;
use crate::{Error, Transaction};

pub use access::{KeptApp, KeptUser};
pub use accounts::{AccountKey, KeptAccount};
pub use agreements::KeptAgreement;
pub use hold::KeptKey;
pub use keys::{Named, Numbered};
pub use parties::KeptCard;
pub use products::{KeptProduct, ProductKey};

pub(crate) static STATEMENTS: &[&[&Statement]] = &[
    access::STATEMENTS,
    accounts::STATEMENTS,
    agreements::STATEMENTS,
    hold::STATEMENTS,
    keys::STATEMENTS,
    offerings::STATEMENTS,
    parties::STATEMENTS,
    products::STATEMENTS,
];

/// Everything that is kept, within one transaction. It takes no `Reach`: this is the operator's own
/// side alone.
pub struct Imports<'t>(&'t mut Transaction);

impl Transaction {
    /// Everything that is kept, for imports and exports.
    pub fn imports(&mut self) -> Imports<'_> {
        Imports(self)
    }
}

impl Imports<'_> {
    /// Lifts the limits on how long this transaction may take.
    pub async fn take_time(&mut self) -> Result<(), Error> {
        self.0.take_time().await
    }
}
