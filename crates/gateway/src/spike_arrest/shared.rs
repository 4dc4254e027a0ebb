//! The spike arrest of several nodes: a row per bucket, and one write for all calls of this node
//! that wait for the same row.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::Clock;
use storage::{Error, Spent, Store, Transaction};

use super::Key;
use super::gcra::{Gcra, nanoseconds};
use crate::convoy::Convoy;
use crate::table::{Entry, Table};

/// By how much the clocks of nodes may differ, in nanoseconds.
const CLOCK_TOLERANCE: i64 = 1_000_000_000;

/// The buckets of one kind of spenders.
pub(super) struct Shared<K> {
    store: Store,
    clock: Arc<dyn Clock>,
    lanes: Mutex<Table<K, Arc<Lane>>>,
}

/// This node's way to one bucket.
#[derive(Default)]
struct Lane {
    /// When the bucket's next call was due when it was last looked at. Others may have moved it
    /// on since, but never back.
    arrival: AtomicI64,
    /// What calls have spent and not used up, for the next calls of this node: each until an
    /// instant at which the bucket is full anyway.
    returned: Mutex<Vec<i64>>,
    convoy: Arc<Convoy<Gcra, Spent>>,
}

impl Entry for Arc<Lane> {
    fn matters(&self, now: i64) -> bool {
        Arc::strong_count(self) > 1 || self.arrival.load(Ordering::Relaxed) > now
    }
}

impl<K: Key> Shared<K> {
    pub(super) fn new(store: &Store, clock: &Arc<dyn Clock>, capacity: usize) -> Self {
        let lanes = Mutex::new(Table::new(capacity));
        Self {
            store: store.clone(),
            clock: Arc::clone(clock),
            lanes,
        }
    }

    /// Spends for one call; a bucket that is known to be empty is not asked.
    pub(super) async fn spend(&self, key: &K, gcra: Gcra, now: i64) -> Result<Spent, Error> {
        let lane = self.lane(key, now);
        let arrival = lane.arrival.load(Ordering::Relaxed);
        if lane.take_returned(gcra, now) {
            return Ok(Spent::Admitted(arrival));
        }
        if let Spent::Refused(same) = gcra.spend(arrival, now)
            && same == arrival
        {
            return Ok(Spent::Refused(arrival));
        }
        let bucket = key.bucket();
        let (store, clock, carried) = (
            self.store.clone(),
            Arc::clone(&self.clock),
            Arc::clone(&lane),
        );
        let carry = move |paces: Vec<Gcra>| {
            let (store, bucket, lane) = (store.clone(), bucket.clone(), Arc::clone(&carried));
            let now = nanoseconds(clock.now());
            async move { lane.carry(&store, &bucket, &paces, now).await }
        };
        lane.convoy.ask(gcra, carry).await
    }

    /// Keeps what a call has spent for another one, which saves both a write.
    pub(super) fn give_back(&self, key: &K, now: i64) {
        let lane = self.lane(key, now);
        let full_at = lane.arrival.load(Ordering::Relaxed);
        if full_at > now {
            lane.returned().push(full_at);
        }
    }

    fn lane(&self, key: &K, now: i64) -> Arc<Lane> {
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        lanes.with(key, now, |lane| Arc::clone(lane))
    }
}

impl Lane {
    fn take_returned(&self, gcra: Gcra, now: i64) -> bool {
        let mut returned = self.returned();
        // Should the clock have gone back, the bucket counts as used up, and so does this.
        returned.retain(|full_at| (now + 1..=gcra.latest(now)).contains(full_at));
        returned.pop().is_some()
    }

    fn returned(&self) -> MutexGuard<'_, Vec<i64>> {
        self.returned.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Spends for all who wait, and refuses those for whom nothing is left.
    async fn carry(
        &self,
        store: &Store,
        bucket: &str,
        paces: &[Gcra],
        now: i64,
    ) -> Result<Vec<Spent>, Error> {
        // Should the operator just have changed the pace, the last one holds.
        let Some(gcra) = paces.last().copied() else {
            return Ok(Vec::new());
        };
        let wanted = u32::try_from(paces.len()).unwrap_or(u32::MAX);
        let (admitted, arrival) = store
            .transact(async move |transaction| {
                spend_at_most(transaction, bucket, gcra, wanted, now).await
            })
            .await?;
        self.arrival.store(arrival, Ordering::Relaxed);
        let spent = |place: u32| {
            if place < admitted {
                Spent::Admitted(arrival)
            } else {
                Spent::Refused(arrival)
            }
        };
        Ok((0..wanted).map(spent).collect())
    }
}

/// Spends for as many calls as the bucket has room for, and says for how many that was.
async fn spend_at_most(
    transaction: &mut Transaction,
    bucket: &str,
    gcra: Gcra,
    wanted: u32,
    now: i64,
) -> Result<(u32, i64), Error> {
    let mut calls = wanted.min(gcra.remaining(0, now));
    loop {
        let spending = gcra.spending(calls, now, CLOCK_TOLERANCE);
        match transaction.spike_buckets().spend(bucket, spending).await? {
            Spent::Admitted(arrival) => return Ok((calls, arrival)),
            // Fewer may still fit. Another node may take that as well, so there are fewer each time.
            Spent::Refused(arrival) => {
                calls = gcra.remaining(arrival, now).min(calls.saturating_sub(1));
                if calls == 0 {
                    return Ok((0, arrival));
                }
            }
        }
    }
}
