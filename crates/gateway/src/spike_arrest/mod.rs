//! Smoothed rates: each app, and each network of those who are no known app, at its own pace.

mod gcra;
mod shared;

use std::fmt;
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};

use domain::Clock;
use domain::access::ClientId;
use jiff::Timestamp;
use storage::{Error, Pace, RegisteredApp, Spent, Store, Transaction};

use crate::call::{Limit, Limits};
use crate::refusal::Refusal;
use crate::settings::{Nodes, Settings};
use crate::table::{Entry, Table};
use gcra::Gcra;
pub(crate) use gcra::nanoseconds;
use shared::Shared;

/// How many networks are told apart at once.
const NETWORKS: usize = 65_536;

/// Apps are few, and never share a bucket.
const APPS: usize = usize::MAX;

/// Whose pace a call counts against.
#[derive(Clone, Copy)]
pub(crate) enum Spender<'a> {
    /// A known app's own.
    App(&'a ClientId, Pace),
    /// That of all who call from this network and are no known app.
    Network(IpAddr),
}

/// Keeps calls from coming too close together.
pub(crate) struct SpikeArrest {
    store: Store,
    /// Nothing when calls are not limited.
    network_pace: Option<Pace>,
    apps: Buckets<ClientId>,
    networks: Buckets<Network>,
}

/// Where the buckets are: in memory when this node is alone.
enum Buckets<K> {
    Own(Mutex<Table<K, Arrival>>),
    Shared(Shared<K>),
}

/// A bucket in memory: when its next call is due.
#[derive(Clone, Copy, Default)]
struct Arrival(i64);

impl Entry for Arrival {
    fn matters(&self, now: i64) -> bool {
        self.0 > now
    }
}

/// An IPv4 address, or what a customer is given of IPv6: the first 64 bits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Network(IpAddr);

impl From<IpAddr> for Network {
    fn from(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V4(address) => IpAddr::V4(address),
            IpAddr::V6(address) => {
                let given = address.to_bits() & !u128::from(u64::MAX);
                IpAddr::V6(Ipv6Addr::from_bits(given))
            }
        })
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Whoever has a bucket.
trait Key: Clone + Eq + Hash {
    /// The bucket's name in the database.
    fn bucket(&self) -> String;
}

impl Key for ClientId {
    fn bucket(&self) -> String {
        format!("app {}", self.as_str())
    }
}

impl Key for Network {
    fn bucket(&self) -> String {
        format!("network {self}")
    }
}

impl SpikeArrest {
    pub(crate) fn new(store: &Store, clock: &Arc<dyn Clock>, settings: Settings) -> Self {
        Self {
            store: store.clone(),
            network_pace: settings.limits.then_some(settings.network_pace),
            apps: Buckets::new(store, clock, settings.nodes, APPS),
            networks: Buckets::new(store, clock, settings.nodes, NETWORKS),
        }
    }

    /// Lets a call pass or refuses it, and notes what is left of the pace either way.
    pub(crate) async fn pass(
        &self,
        spender: Spender<'_>,
        now: Timestamp,
        limits: &mut Limits,
    ) -> Result<(), Refusal> {
        let Some(network_pace) = self.network_pace else {
            return Ok(());
        };
        let now = nanoseconds(now);
        let (gcra, spent) = match spender {
            Spender::App(app, pace) => {
                let gcra = Gcra::new(pace);
                (gcra, self.apps.spend(app, gcra, now).await?)
            }
            Spender::Network(address) => {
                let gcra = Gcra::new(network_pace);
                (gcra, self.networks.spend(&address.into(), gcra, now).await?)
            }
        };
        let (Spent::Admitted(arrival) | Spent::Refused(arrival)) = spent;
        limits.spike_arrest = Some(gcra.limit(arrival, now));
        match spent {
            Spent::Admitted(_) => Ok(()),
            Spent::Refused(_) => Err(Refusal::SpikeArrest {
                retry_after: gcra.retry_after(arrival, now),
                calls_per_second: gcra.calls_per_second,
            }),
        }
    }

    /// What is left of an app's pace; nothing when calls are not limited.
    pub(crate) async fn look(
        &self,
        app: &RegisteredApp,
        now: Timestamp,
    ) -> Result<Option<Limit>, Error> {
        if self.network_pace.is_none() {
            return Ok(None);
        }
        let arrival = self.apps.arrival(&app.app.id, &self.store).await?;
        Ok(Some(Gcra::new(app.pace).limit(arrival, nanoseconds(now))))
    }

    /// Undoes what a call spent that turned out to use up nothing.
    pub(crate) fn give_back(&self, app: &RegisteredApp, now: Timestamp, limits: &mut Limits) {
        if let Some(limit) = &mut limits.spike_arrest {
            limit.remaining = limit.remaining.saturating_add(1);
            self.apps
                .give_back(&app.app.id, Gcra::new(app.pace), nanoseconds(now));
        }
    }

    /// Forgets shared buckets that were full by then.
    pub(crate) async fn purge(&self, full_by: Timestamp) -> Result<u64, Error> {
        let full_by = nanoseconds(full_by);
        let purge =
            async |transaction: &mut Transaction| transaction.spike_buckets().purge(full_by).await;
        match self.apps {
            Buckets::Own(_) => Ok(0),
            Buckets::Shared(_) => self.store.transact(purge).await,
        }
    }
}

impl<K: Key> Buckets<K> {
    fn new(store: &Store, clock: &Arc<dyn Clock>, nodes: Nodes, capacity: usize) -> Self {
        match nodes {
            Nodes::One => Self::Own(Mutex::new(Table::new(capacity))),
            Nodes::Several => Self::Shared(Shared::new(store, clock, capacity)),
        }
    }

    async fn spend(&self, key: &K, gcra: Gcra, now: i64) -> Result<Spent, Error> {
        let buckets = match self {
            Self::Shared(shared) => return shared.spend(key, gcra, now).await,
            Self::Own(buckets) => buckets,
        };
        let mut buckets = buckets.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(buckets.with(key, now, |bucket| {
            let spent = gcra.spend(bucket.0, now);
            let (Spent::Admitted(arrival) | Spent::Refused(arrival)) = spent;
            bucket.0 = arrival;
            spent
        }))
    }

    /// When a bucket's next call is due; long ago for one that nobody has spent from.
    async fn arrival(&self, key: &K, store: &Store) -> Result<i64, Error> {
        match self {
            Self::Own(buckets) => {
                let buckets = buckets.lock().unwrap_or_else(PoisonError::into_inner);
                Ok(buckets.get(key).map_or(0, |bucket| bucket.0))
            }
            Self::Shared(_) => {
                let bucket = key.bucket();
                let read = async |tx: &mut Transaction| tx.spike_buckets().arrival(&bucket).await;
                Ok(store.read(read).await?.unwrap_or(0))
            }
        }
    }

    fn give_back(&self, key: &K, gcra: Gcra, now: i64) {
        match self {
            Self::Shared(shared) => shared.give_back(key, now),
            Self::Own(buckets) => {
                let mut buckets = buckets.lock().unwrap_or_else(PoisonError::into_inner);
                buckets.with(key, now, |bucket| {
                    bucket.0 = bucket.0.saturating_sub(gcra.interval);
                });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ipv6_customer_is_one_network_however_many_addresses_it_uses() {
        let network = |address: &str| Network::from(address.parse::<IpAddr>().expect("an address"));
        assert!(network("2001:db8:1:2::1") == network("2001:db8:1:2:ffff:ffff:ffff:ffff"));
        assert!(network("2001:db8:1:2::1") != network("2001:db8:1:3::1"));
        assert!(network("::ffff:192.0.2.1") == network("192.0.2.1"));
        assert!(network("192.0.2.1") != network("192.0.2.2"));
        assert_eq!(
            network("2001:db8:1:2::1").bucket(),
            "network 2001:db8:1:2::"
        );
    }
}
