//! Entries by key in bounded memory.

use std::collections::HashMap;
use std::hash::Hash;

/// The fewest entries worth a sweep.
const SMALLEST_SWEEP: usize = 1_024;

/// Sweeps are no closer together than this, in nanoseconds, however crowded the table is.
const BETWEEN_SWEEPS: i64 = 100_000_000;

/// What a table keeps for each key: nothing in particular by default.
pub(crate) trait Entry: Default {
    /// Whether it says more at this instant, in nanoseconds since 1970, than a new entry would.
    fn matters(&self, now: i64) -> bool;
}

/// What is remembered of many, as long as it matters. When those who matter fill the table, all
/// who come new share one entry.
pub(crate) struct Table<K, V> {
    entries: HashMap<K, V>,
    crowd: V,
    capacity: usize,
    sweep_at: usize,
    swept_at: i64,
}

impl<K: Hash + Eq + Clone, V: Entry> Table<K, V> {
    pub(crate) fn new(capacity: usize) -> Self {
        Self {
            entries: HashMap::new(),
            crowd: V::default(),
            capacity,
            sweep_at: SMALLEST_SWEEP.min(capacity),
            swept_at: 0,
        }
    }

    /// Acts on the entry of a key, which is made if need be.
    pub(crate) fn with<T>(&mut self, key: &K, now: i64, act: impl FnOnce(&mut V) -> T) -> T {
        if let Some(entry) = self.entries.get_mut(key) {
            return act(entry);
        }
        if self.entries.len() >= self.sweep_at {
            self.sweep(now);
        }
        if self.entries.len() >= self.capacity {
            return act(&mut self.crowd);
        }
        act(self.entries.entry(key.clone()).or_default())
    }

    /// The entry of a key, if there is one of its own.
    pub(crate) fn get(&self, key: &K) -> Option<&V> {
        self.entries.get(key)
    }

    /// Forgets what no longer matters, unless that was done just now.
    fn sweep(&mut self, now: i64) {
        // A clock that went back must not keep the table from being swept.
        let since = now.saturating_sub(self.swept_at);
        if (0..BETWEEN_SWEEPS).contains(&since) {
            return;
        }
        self.entries.retain(|_, entry| entry.matters(now));
        let left = self.entries.len();
        self.sweep_at = left
            .saturating_mul(2)
            .clamp(SMALLEST_SWEEP.min(self.capacity), self.capacity);
        self.entries.shrink_to(self.sweep_at);
        self.swept_at = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Matters until then.
    #[derive(Default)]
    struct Until(i64);

    impl Entry for Until {
        fn matters(&self, now: i64) -> bool {
            self.0 > now
        }
    }

    const SECOND: i64 = 1_000_000_000;

    #[test]
    fn what_no_longer_matters_makes_room() {
        let mut table = Table::<i64, Until>::new(SMALLEST_SWEEP * 4);
        for key in 0..100_000 {
            let now = key * SECOND / 1_000;
            table.with(&key, now, |entry| entry.0 = now + SECOND / 2);
            assert!(table.entries.len() <= SMALLEST_SWEEP * 4);
        }
        assert_eq!(table.crowd.0, 0, "there was room for everyone");
    }

    #[test]
    fn newcomers_to_a_full_table_share_an_entry_until_there_is_room() {
        let mut table = Table::<i64, Until>::new(2_000);
        for key in 0..2_000 {
            table.with(&key, SECOND, |entry| entry.0 = 10 * SECOND);
        }
        table.with(&5_000, SECOND, |entry| entry.0 = 7);
        table.with(&6_000, SECOND, |entry| assert_eq!(entry.0, 7));
        table.with(&0, SECOND, |entry| assert_eq!(entry.0, 10 * SECOND));
        table.with(&6_000, 11 * SECOND, |entry| assert_eq!(entry.0, 0));
        assert_eq!(table.entries.len(), 1);
    }

    #[test]
    fn a_clock_that_went_back_does_not_stop_the_sweeping() {
        let mut table = Table::<i64, Until>::new(2_000);
        for until in [i64::MAX, 0] {
            for key in 0..2_000 {
                table.with(&key, 100 * SECOND, |entry| entry.0 = until);
            }
        }
        table.with(&5_000, SECOND, |entry| entry.0 = 2 * SECOND);
        assert_eq!(table.entries.len(), 1);
    }
}
