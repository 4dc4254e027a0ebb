//! New ids: numbers of a sequence, turned by a keyed permutation so that they tell nothing about
//! how many others there are (decision 0009).

use std::sync::{Mutex, PoisonError};

use domain::{AccountId, OrderId, ProductId};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use storage::Store;

const ROUNDS: u8 = 8;

/// Gives out ids that nobody else gets, on this node or another.
pub(crate) struct Numbering {
    store: Store,
    orders: Sequence,
    products: Sequence,
    accounts: Sequence,
}

impl Numbering {
    pub(crate) fn new(store: Store, key: &[u8; 32]) -> Self {
        Self {
            store,
            // Twelve digits, as the documents print them, without the number zero.
            orders: Sequence::new("orders", key, 1, OrderId::COUNT - 1),
            // Nine digits, which every client's 32-bit integers hold.
            products: Sequence::new("products", key, 100_000_000, 900_000_000),
            // Eight digits, which the invoice shows with 55 before them.
            accounts: Sequence::new("accounts", key, 10_000_000, 90_000_000),
        }
    }

    pub(crate) async fn order(&self) -> Result<OrderId, storage::Error> {
        self.orders.next(&self.store).await.map(OrderId::new)
    }

    pub(crate) async fn account(&self) -> Result<AccountId, storage::Error> {
        self.accounts.next(&self.store).await.map(AccountId::new)
    }

    pub(crate) async fn product(&self) -> Result<ProductId, storage::Error> {
        self.products.next(&self.store).await.map(ProductId::new)
    }
}

/// How many numbers a node takes at a time; what it has not used when it ends is lost.
const BLOCK: i64 = 256;

struct Sequence {
    name: &'static str,
    permutation: Permutation,
    first: u64,
    taken: Mutex<std::ops::Range<i64>>,
}

impl Sequence {
    fn new(name: &'static str, key: &[u8; 32], first: u64, count: u64) -> Self {
        let permutation = Permutation::new(key, name, count);
        Self {
            name,
            permutation,
            first,
            taken: Mutex::new(0..0),
        }
    }

    async fn next(&self, store: &Store) -> Result<i64, storage::Error> {
        let number = if let Some(number) = self.take() {
            number
        } else {
            self.refill(store).await?
        };
        let id = self.first + self.permutation.apply(number.unsigned_abs());
        i64::try_from(id).map_err(|_| storage::Error::Unavailable("ids have run out".to_owned()))
    }

    /// Several callers may get here at once; each takes a block of its own.
    async fn refill(&self, store: &Store) -> Result<i64, storage::Error> {
        let block =
            async |tx: &mut storage::Transaction| tx.sequences().take_block(self.name, BLOCK).await;
        let start = store.transact(block).await?;
        self.keep(start + 1..start + BLOCK);
        Ok(start)
    }

    fn take(&self) -> Option<i64> {
        self.taken
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .next()
    }

    fn keep(&self, block: std::ops::Range<i64>) {
        *self.taken.lock().unwrap_or_else(PoisonError::into_inner) = block;
    }
}

/// A one-to-one map of 0..count onto itself: a Feistel network over the next even number of bits,
/// walked until it lands inside.
pub(crate) struct Permutation {
    mac: Hmac<Sha256>,
    half_bits: u32,
    count: u64,
}

impl Permutation {
    pub(crate) fn new(key: &[u8; 32], purpose: &str, count: u64) -> Self {
        let half_bits = (u64::BITS - (count - 1).leading_zeros()).div_ceil(2);
        // HMAC fills a short key up with zeros (RFC 2104).
        let mut block = [0; 64];
        block
            .iter_mut()
            .zip(key)
            .for_each(|(place, byte)| *place = *byte);
        let mac = Hmac::<Sha256>::new(&block.into()).chain_update(purpose);
        Self {
            mac,
            half_bits,
            count,
        }
    }

    pub(crate) fn apply(&self, number: u64) -> u64 {
        let mut place = number % self.count;
        loop {
            place = self.shuffle(place);
            if place < self.count {
                return place;
            }
        }
    }

    /// The number that is turned into this place.
    pub(crate) fn undo(&self, place: u64) -> u64 {
        let mut number = place % self.count;
        loop {
            number = self.unshuffle(number);
            if number < self.count {
                return number;
            }
        }
    }

    fn unshuffle(&self, place: u64) -> u64 {
        let mask = (1 << self.half_bits) - 1;
        let (mut left, mut right) = (place >> self.half_bits, place & mask);
        for round in (0..ROUNDS).rev() {
            (left, right) = (right ^ (self.round(round, left) & mask), left);
        }
        (left << self.half_bits) | right
    }

    fn shuffle(&self, place: u64) -> u64 {
        let mask = (1 << self.half_bits) - 1;
        let (mut left, mut right) = (place >> self.half_bits, place & mask);
        for round in 0..ROUNDS {
            (left, right) = (right, left ^ (self.round(round, right) & mask));
        }
        (left << self.half_bits) | right
    }

    fn round(&self, round: u8, half: u64) -> u64 {
        let mut mac = self.mac.clone();
        mac.update(&[round]);
        mac.update(&half.to_be_bytes());
        let digest = mac.finalize().into_bytes();
        digest
            .iter()
            .take(8)
            .fold(0, |bits, byte| (bits << 8) | u64::from(*byte))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_number_has_its_own_place() {
        for count in [1, 2, 3, 10, 1000, 4097] {
            let permutation = Permutation::new(&[7; 32], "orders", count);
            let places: HashSet<u64> = (0..count).map(|number| permutation.apply(number)).collect();
            assert_eq!(places.len() as u64, count);
            assert!(places.iter().all(|place| *place < count));
            for number in 0..count {
                assert_eq!(permutation.undo(permutation.apply(number)), number);
            }
        }
    }

    #[test]
    fn neighbors_are_far_apart_and_the_key_decides_where() {
        let one = Permutation::new(&[1; 32], "orders", OrderId::COUNT);
        let other = Permutation::new(&[2; 32], "orders", OrderId::COUNT);
        assert!((0..1000).all(|n| one.apply(n).abs_diff(one.apply(n + 1)) > 1));
        assert!((0..1000).any(|n| one.apply(n) != other.apply(n)));
    }
}
