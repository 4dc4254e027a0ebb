//! Counted rates: so many calls of an app to an API product in a window of time.
//!
//! The database has the count. A node that is alone counts some calls ahead in one write, fewer
//! the fewer are left, and gives back what did not come; a crash costs the app those. Where there
//! are several nodes, none counts ahead, and the calls that wait share a write.

mod lane;
mod window;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::Clock;
use domain::access::ClientId;
use jiff::Timestamp;
use storage::{Error, HeldProduct, Quota, QuotaWindow, Store};

use crate::call::Limits;
use crate::limits::QuotaUse;
use crate::refusal::Refusal;
use crate::settings::{Nodes, Settings};
use lane::{Lane, Tally};

/// Counts calls.
pub(crate) struct Quotas {
    store: Store,
    clock: Arc<dyn Clock>,
    limited: bool,
    alone: bool,
    lanes: Mutex<Lanes>,
}

type Lanes = HashMap<ClientId, HashMap<String, Arc<Lane>>>;

impl Quotas {
    pub(crate) fn new(store: &Store, clock: &Arc<dyn Clock>, settings: Settings) -> Self {
        Self {
            store: store.clone(),
            clock: Arc::clone(clock),
            limited: settings.limits,
            alone: settings.nodes == Nodes::One,
            lanes: Mutex::default(),
        }
    }

    /// Counts a call or refuses it, and notes what is left of the quota either way.
    pub(crate) async fn count(
        &self,
        app: &ClientId,
        product: &HeldProduct,
        now: Timestamp,
        limits: &mut Limits,
    ) -> Result<(), Refusal> {
        let Some(quota) = product.quota.filter(|_| self.limited) else {
            return Ok(());
        };
        let lane = self.lane(app, &product.name);
        let tally = match lane.count_in_hand(quota, now) {
            Some(tally) => tally,
            None => self.ask(&lane, quota).await?,
        };
        limits.quota = Some(tally.window.limit(quota.calls, tally.remaining, now));
        if tally.admitted {
            return Ok(());
        }
        Err(Refusal::QuotaViolation {
            retry_after: tally.window.retry_after(now),
            calls: quota.calls,
            api_product: product.name.clone(),
        })
    }

    /// How a quota stands at this instant, counting the calls that have come and not those that were
    /// counted ahead by this node.
    pub(crate) async fn look(
        &self,
        app: &ClientId,
        api_product: &str,
        quota: Quota,
        now: Timestamp,
    ) -> Result<QuotaUse, Error> {
        let lane = {
            let lanes = self.lanes();
            lanes
                .get(app)
                .and_then(|of_app| of_app.get(api_product))
                .cloned()
        };
        let lane = lane.unwrap_or_else(|| Arc::new(Lane::new(app, api_product)));
        let (window, used) = lane.look(&self.store, quota, now, self.alone).await?;
        Ok(QuotaUse {
            quota,
            used,
            remaining: quota.calls.saturating_sub(used),
            starts_at: window.starts_at,
            ends_at: window.ends_at,
        })
    }

    /// Gives back what was counted ahead. Called when the node stops.
    pub(crate) async fn close(&self) -> Result<(), Error> {
        let lanes = std::mem::take(&mut *self.lanes());
        let lanes = lanes.into_values().flat_map(HashMap::into_values);
        self.give_back(lanes.filter_map(|lane| lane.hand_over()).collect())
            .await
    }

    /// Forgets the windows that were over by then, and what this node knows of any that is over.
    pub(crate) async fn purge(&self, over_by: Timestamp) -> Result<u64, Error> {
        let now = self.clock.now();
        let mut unused = Vec::new();
        self.lanes().retain(|_, of_app| {
            of_app.retain(|_, lane| {
                let over = Arc::strong_count(lane) == 1 && lane.is_over(now);
                if over {
                    unused.extend(lane.hand_over());
                }
                !over
            });
            !of_app.is_empty()
        });
        self.give_back(unused).await?;
        self.store
            .transact(async |transaction| transaction.quotas().purge(over_by).await)
            .await
    }

    async fn ask(&self, lane: &Arc<Lane>, quota: Quota) -> Result<Tally, Error> {
        let (store, clock, alone) = (self.store.clone(), Arc::clone(&self.clock), self.alone);
        let carried = Arc::clone(lane);
        let carry = move |quotas: Vec<Quota>| {
            let (store, lane, now) = (store.clone(), Arc::clone(&carried), clock.now());
            async move { lane.carry(&store, &quotas, now, alone).await }
        };
        lane.convoy().ask(quota, carry).await
    }

    async fn give_back(&self, unused: Vec<(QuotaWindow, u32)>) -> Result<(), Error> {
        if unused.is_empty() {
            return Ok(());
        }
        let unused = &unused;
        self.store
            .transact(async move |transaction| {
                for (window, calls) in unused {
                    transaction.quotas().give_back(window, *calls).await?;
                }
                Ok(())
            })
            .await
    }

    fn lane(&self, app: &ClientId, api_product: &str) -> Arc<Lane> {
        let mut lanes = self.lanes();
        if let Some(lane) = lanes.get(app).and_then(|of_app| of_app.get(api_product)) {
            return Arc::clone(lane);
        }
        let lane = Arc::new(Lane::new(app, api_product));
        lanes
            .entry(app.clone())
            .or_default()
            .insert(api_product.to_owned(), Arc::clone(&lane));
        lane
    }

    fn lanes(&self) -> MutexGuard<'_, Lanes> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
