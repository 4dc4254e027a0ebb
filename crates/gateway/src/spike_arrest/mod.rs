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
use storage::{Error, Pace, Spent, Store};

use crate::call::Limits;
use crate::refusal::Refusal;
use crate::settings::{Nodes, Settings};
use crate::table::{Entry, Table};
use gcra::{Gcra, nanoseconds};
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
    network_pace: Option<Gcra>,
    apps: Buckets<AppKey>,
    networks: Buckets<NetworkKey>,
}

/// Where the buckets are.
enum Buckets<K> {
    Memory(Mutex<Table<K, Arrival>>),
    Shared(Shared<K>),
}

/// A bucket in memory.
#[derive(Clone, Copy, Default)]
struct Arrival(i64);

impl Entry for Arrival {
    fn matters(&self, now: i64) -> bool {
        self.0 > now
    }
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct AppKey(ClientId);

/// An IPv4 address, or the half of an IPv6 address that one customer is given.
#[derive(Clone, PartialEq, Eq, Hash)]
struct NetworkKey(IpAddr);

impl fmt::Display for AppKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str())
    }
}

impl fmt::Display for NetworkKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
