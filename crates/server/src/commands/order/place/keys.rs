//! The idempotency key of each row: a digest of its content, and never of its place in the file. So
//! other rows may be added, mended or moved without any row getting a new key.

use std::collections::HashMap;
use std::fmt;

use sha2::{Digest, Sha256};

/// Keeps these keys apart from all others that are made in a like way.
const LABEL: &str = "avtale order place, version 1";

/// The key of one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key([u8; 32]);

/// Enough of a digest to tell rows apart, and half of its size.
pub(super) type Mark = [u8; 16];

impl Key {
    pub(super) fn mark(&self) -> Mark {
        mark(&self.0)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

/// Gives out the keys of a file's rows, in the file's order.
pub(super) struct Keys {
    batch: String,
    /// How often each content was there already.
    seen: HashMap<Mark, u64>,
}

impl Keys {
    pub(super) fn new(batch: &str) -> Self {
        Self {
            batch: batch.to_owned(),
            seen: HashMap::new(),
        }
    }

    /// The key of the next row. Equal rows are orders of their own: the first, the second, and so
    /// on.
    pub(super) fn next(&mut self, body: &str) -> Key {
        let content = digest(&[body.as_bytes()]);
        let occurrence = self.seen.entry(mark(&content)).or_default();
        *occurrence += 1;
        Key(digest(&[
            self.batch.as_bytes(),
            body.as_bytes(),
            &occurrence.to_be_bytes(),
        ]))
    }
}

fn mark(digest: &[u8; 32]) -> Mark {
    let mut mark = Mark::default();
    mark.copy_from_slice(&digest[..16]);
    mark
}

/// Each part comes after its length, so that no two lists of parts have the same bytes.
fn digest(parts: &[&[u8]]) -> [u8; 32] {
    let mut digest = Sha256::new();
    for part in [&[LABEL.as_bytes()], parts].concat() {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part);
    }
    digest.finalize().into()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn keys(batch: &str, bodies: &[String]) -> Vec<Key> {
        let mut keys = Keys::new(batch);
        bodies.iter().map(|body| keys.next(body)).collect()
    }

    /// Few distinct ones, so that there are equal rows.
    fn bodies() -> impl Strategy<Value = Vec<String>> {
        prop::collection::vec("[ab]{0,2}", 1..20)
    }

    fn sorted(mut keys: Vec<Key>) -> Vec<Key> {
        keys.sort_unstable();
        keys
    }

    #[test]
    fn a_key_never_changes_between_releases() {
        let key = Keys::new("orders.csv").next("{}").to_string();
        assert_eq!(
            key,
            "dbd9dc71ed3841447bdbb7002e23ffcdc20d2a50824f8c3297a00cf49622ccc3"
        );
    }

    #[test]
    fn another_batch_has_other_keys() {
        let bodies = ["{}".to_owned()];
        assert_ne!(keys("a", &bodies), keys("b", &bodies));
        assert_ne!(keys("a", &["bc".to_owned()]), keys("ab", &["c".to_owned()]));
    }

    proptest! {
        #[test]
        fn every_row_has_a_key_of_its_own(bodies in bodies()) {
            let mut keys = sorted(keys("batch", &bodies));
            keys.dedup();
            prop_assert_eq!(keys.len(), bodies.len());
        }

        #[test]
        fn a_row_that_is_inserted_leaves_the_keys_of_the_others(
            bodies in bodies(), new in "[abc]{0,2}", place in any::<prop::sample::Index>(),
        ) {
            let before = sorted(keys("batch", &bodies));
            let mut more = bodies;
            more.insert(place.index(more.len() + 1), new);
            let after = sorted(keys("batch", &more));
            prop_assert_eq!(after.len(), before.len() + 1);
            prop_assert!(before.iter().all(|key| after.binary_search(key).is_ok()));
        }

        #[test]
        fn a_row_that_is_mended_leaves_the_keys_of_the_others(
            bodies in bodies(), new in "[abc]{0,2}", place in any::<prop::sample::Index>(),
        ) {
            let before = sorted(keys("batch", &bodies));
            let mut mended = bodies;
            *place.get_mut(&mut mended) = new;
            let after = sorted(keys("batch", &mended));
            let kept = before.iter().filter(|key| after.binary_search(key).is_ok());
            prop_assert!(kept.count() >= before.len() - 1);
        }

        #[test]
        fn the_order_of_the_rows_does_not_matter(bodies in bodies().prop_shuffle()) {
            let mut ordered = bodies.clone();
            ordered.sort_unstable();
            prop_assert_eq!(sorted(keys("batch", &bodies)), sorted(keys("batch", &ordered)));
        }
    }
}
