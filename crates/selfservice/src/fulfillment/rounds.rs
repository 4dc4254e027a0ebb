//! Serves the organizations in turn, so that one with ten thousand jobs does not keep another's one
//! waiting.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use storage::{ClaimedJob, Queue, Transaction};

/// The organization that was served last, and how many jobs of each are under way.
pub(crate) struct Rounds {
    queue: Queue,
    /// How many jobs of one organization may be under way in this process at once.
    share: usize,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    last: String,
    under_way: HashMap<String, usize>,
}

impl Rounds {
    pub(crate) fn new(queue: Queue, share: usize) -> Self {
        Self {
            queue,
            share,
            state: Mutex::default(),
        }
    }

    /// Takes the next job, and whose it is.
    pub(crate) async fn claim(
        &self,
        tx: &mut Transaction,
        now: Timestamp,
        lease: SignedDuration,
    ) -> Result<Option<(ClaimedJob, String)>, storage::Error> {
        tx.jobs().make_ready(self.queue, now).await?;
        let (last, busy) = self.look();
        tx.jobs()
            .claim(self.queue, (&last, &busy), now + lease)
            .await
    }

    fn look(&self) -> (String, HashSet<String>) {
        let state = self.state();
        let busy = state
            .under_way
            .iter()
            .filter(|(_, jobs)| **jobs >= self.share)
            .map(|(organization, _)| organization.clone())
            .collect();
        (state.last.clone(), busy)
    }

    /// Counts a job that was claimed, once the claim is stored.
    pub(crate) fn begin(&self, organization: &str) {
        let mut state = self.state();
        organization.clone_into(&mut state.last);
        *state.under_way.entry(organization.to_owned()).or_default() += 1;
    }

    /// Counts it no longer.
    pub(crate) fn end(&self, organization: &str) {
        let mut state = self.state();
        if let Some(jobs) = state.under_way.get_mut(organization) {
            *jobs -= 1;
            if *jobs == 0 {
                state.under_way.remove(organization);
            }
        }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
