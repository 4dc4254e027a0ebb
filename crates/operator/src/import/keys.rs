//! What an import has seen so far: exact, and in a few bytes for each record.

use std::collections::{BTreeSet, HashMap, HashSet};

use domain::{AgreementId, Configuration, OfferingId, ProductId};
use roaring::RoaringTreemap;
use storage::{Error, Transaction};

use crate::records::{Kind, Record};

/// Keys of records, by kind. Those of most kinds are numbers.
#[derive(Default)]
pub(crate) struct Keys {
    numbers: HashMap<Kind, RoaringTreemap>,
    names: BTreeSet<(Kind, String)>,
}

impl Keys {
    /// False if it is there already.
    pub(super) fn add(&mut self, kind: Kind, key: &str) -> bool {
        match key.parse::<u64>() {
            Ok(number) if is_numbered(kind) => self.numbers.entry(kind).or_default().insert(number),
            _ => self.names.insert((kind, key.to_owned())),
        }
    }

    pub(super) fn has(&self, kind: Kind, key: &str) -> bool {
        match key.parse::<u64>() {
            Ok(number) if is_numbered(kind) => self
                .numbers
                .get(&kind)
                .is_some_and(|numbers| numbers.contains(number)),
            _ => self.names.contains(&(kind, key.to_owned())),
        }
    }
}

const fn is_numbered(kind: Kind) -> bool {
    !matches!(kind, Kind::SystemUser | Kind::App)
}

/// What later records are checked against.
#[derive(Default)]
pub(crate) struct Memory {
    /// In the import.
    pub(super) seen: Keys,
    /// In the database, and looked up before.
    pub(super) found: Keys,
    /// Accounts that may pay for one product alone.
    pub(super) reserved: RoaringTreemap,
    /// Those of them that a product of the import is paid by.
    pub(super) taken: RoaringTreemap,
    /// The rules of the offerings that products name.
    pub(super) catalogue: HashMap<OfferingId, Vec<Configuration>>,
    /// The API products that there are.
    pub(super) api_products: Vec<String>,
    /// The products of the agreement that the last product was on: a sub-product follows its parent.
    pub(super) siblings: Option<(AgreementId, HashSet<ProductId>)>,
}

impl Memory {
    /// What the first record is checked against, and one by itself.
    pub(crate) async fn new(tx: &mut Transaction) -> Result<Self, Error> {
        Ok(Self {
            api_products: tx.imports().api_products().await?,
            ..Self::default()
        })
    }

    /// Notes that a record is in the import; false if it was there before.
    pub(super) fn note(&mut self, record: &Record) -> bool {
        self.seen.add(record.kind(), &record.key())
    }

    /// Notes a product among those of its agreement.
    pub(super) fn note_sibling(&mut self, agreement: AgreementId, product: ProductId) {
        match &mut self.siblings {
            Some((of, products)) if *of == agreement => {
                products.insert(product);
            }
            siblings => *siblings = Some((agreement, HashSet::from([product]))),
        }
    }
}
