//! One app's quota for one API product, as this node sees it.

use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::access::ClientId;
use jiff::Timestamp;
use storage::{Error, Quota, QuotaWindow, Store, Transaction};

use super::window::Window;
use crate::convoy::Convoy;

/// What share of the calls that are left is counted ahead, and how many at most.
const AHEAD_SHARE: u32 = 20;
const MOST_AHEAD: u32 = 1_000;

/// How often a count is tried that other nodes change at the same time.
const TRIES: u32 = 16;

/// This node's way to the count of one app and API product.
pub(super) struct Lane {
    app: ClientId,
    api_product: String,
    count: Mutex<Count>,
    convoy: Arc<Convoy<Quota, Tally>>,
}

/// The count of a window, as far as this node knows it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Count {
    /// Nothing while the database is being asked.
    window: Option<Window>,
    /// What the database has counted.
    used: u32,
    /// How many of those have not come yet.
    in_hand: u32,
}

/// What the quota says to one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) window: Window,
    pub(super) admitted: bool,
    pub(super) remaining: u32,
}

impl Count {
    /// Counts a call, if that needs no look into the database.
    fn count(&mut self, window: Window, calls: u32) -> Option<Tally> {
        if self.window != Some(window) {
            return None;
        }
        let left = calls.saturating_sub(self.used.saturating_sub(self.in_hand));
        if left == 0 {
            return Some(Tally {
                window,
                admitted: false,
                remaining: 0,
            });
        }
        self.in_hand = self.in_hand.checked_sub(1)?;
        Some(Tally {
            window,
            admitted: true,
            remaining: left - 1,
        })
    }
}

impl Lane {
    pub(super) fn new(app: &ClientId, api_product: &str) -> Self {
        Self {
            app: app.clone(),
            api_product: api_product.to_owned(),
            count: Mutex::default(),
            convoy: Arc::default(),
        }
    }

    /// Counts a call from what this node has counted ahead.
    pub(super) fn count_in_hand(&self, quota: Quota, now: Timestamp) -> Option<Tally> {
        self.known()
            .count(Window::holding(quota.period, now), quota.calls)
    }

    /// The queue of those who need the database.
    pub(super) fn convoy(&self) -> &Arc<Convoy<Quota, Tally>> {
        &self.convoy
    }

    /// Counts all who wait, and some ahead if this node is the only one.
    pub(super) async fn carry(
        &self,
        store: &Store,
        quotas: &[Quota],
        now: Timestamp,
        alone: bool,
    ) -> Result<Vec<Tally>, Error> {
        // Should the operator just have changed the quota, the last one holds.
        let Some(quota) = quotas.last().copied() else {
            return Ok(Vec::new());
        };
        let window = Window::holding(quota.period, now);
        let waiting = u32::try_from(quotas.len()).unwrap_or(u32::MAX);
        // Out of reach for other calls, so that nothing is both given back and used.
        let before = mem::take(&mut *self.known());
        let changed = self
            .draw(store, before, waiting, (quota.calls, window, alone))
            .await;
        let mut count = match changed {
            Ok(count) => count,
            Err(error) => {
                *self.known() = before;
                return Err(error);
            }
        };
        let refused = Tally {
            window,
            admitted: false,
            remaining: 0,
        };
        let tallies = quotas
            .iter()
            .map(|_| count.count(window, quota.calls).unwrap_or(refused))
            .collect();
        *self.known() = count;
        Ok(tallies)
    }

    /// The window that holds this instant, and how many calls it has had. Where other nodes count
    /// too, only the database knows; a node that is alone knows it as well, and what is in hand.
    pub(super) async fn look(
        &self,
        store: &Store,
        quota: Quota,
        now: Timestamp,
        alone: bool,
    ) -> Result<(Window, u32), Error> {
        let window = Window::holding(quota.period, now);
        let known = *self.known();
        let same_window = known.window == Some(window);
        if same_window && alone {
            return Ok((window, known.used.saturating_sub(known.in_hand)));
        }
        let row = self.row(window);
        let read = async |transaction: &mut Transaction| transaction.quotas().used(&row).await;
        let used = store.read(read).await?;
        let in_hand = if same_window { known.in_hand } else { 0 };
        Ok((window, used.saturating_sub(in_hand)))
    }

    /// What is in hand and will not be needed, with its window.
    pub(super) fn hand_over(&self) -> Option<(QuotaWindow, u32)> {
        let before = mem::take(&mut *self.known());
        self.unused(before)
    }

    /// Whether its window is over, so that it may be forgotten.
    pub(super) fn is_over(&self, now: Timestamp) -> bool {
        self.known()
            .window
            .is_some_and(|window| window.ends_at <= now)
    }

    /// Changes the database's count, so that there is one in hand for each who waits, if possible.
    async fn draw(
        &self,
        store: &Store,
        before: Count,
        waiting: u32,
        (calls, window, alone): (u32, Window, bool),
    ) -> Result<Count, Error> {
        let same_window = before.window == Some(window);
        let in_hand = if same_window { before.in_hand } else { 0 };
        let unused = if same_window {
            None
        } else {
            self.unused(before)
        };
        let needed = waiting.saturating_sub(in_hand);
        let ahead = if same_window && alone {
            (calls.saturating_sub(before.used) / AHEAD_SHARE).min(MOST_AHEAD)
        } else {
            0
        };
        let row = self.row(window);
        let (row, unused) = (&row, &unused);
        let (taken, used) = store
            .transact(async move |transaction| {
                if let Some((window, calls)) = unused {
                    transaction.quotas().give_back(window, *calls).await?;
                }
                take_at_most(
                    transaction,
                    row,
                    needed..=needed.saturating_add(ahead),
                    calls,
                )
                .await
            })
            .await?;
        Ok(Count {
            window: Some(window),
            used,
            in_hand: in_hand.saturating_add(taken),
        })
    }

    fn unused(&self, count: Count) -> Option<(QuotaWindow, u32)> {
        let window = count.window.filter(|_| count.in_hand > 0)?;
        Some((self.row(window), count.in_hand))
    }

    fn row(&self, window: Window) -> QuotaWindow {
        QuotaWindow {
            app: self.app.clone(),
            api_product: self.api_product.clone(),
            period: window.period,
            starts_at: window.starts_at,
            ends_at: window.ends_at,
        }
    }

    fn known(&self) -> MutexGuard<'_, Count> {
        self.count.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Counts as many calls as are wished, or else as many as are needed, or else as many as are left.
/// Says how many that was, and the window's count with them.
async fn take_at_most(
    transaction: &mut Transaction,
    window: &QuotaWindow,
    needed_and_wished: std::ops::RangeInclusive<u32>,
    calls: u32,
) -> Result<(u32, u32), Error> {
    let (needed, wished) = needed_and_wished.into_inner();
    let mut wanted = wished.min(calls);
    let mut used = 0;
    for _ in 0..TRIES {
        if wanted == 0 {
            break;
        }
        if let Some(used) = transaction.quotas().take(window, wanted, calls).await? {
            return Ok((wanted, used));
        }
        used = transaction.quotas().used(window).await?;
        wanted = needed.min(calls.saturating_sub(used));
    }
    Ok((0, used))
}
