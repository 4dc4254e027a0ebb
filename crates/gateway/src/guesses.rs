//! Slows down those who guess secrets and passwords: per client, per system user,
//! per person, per network.
//!
//! The counts are this process's own. They are kept by keyed hash, since what someone types as a
//! name may be a password.

use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use domain::access::Realm;

use crate::server_key::{Purpose, ServerKey};
use crate::spike_arrest::Network;
use crate::table::{Entry, Table};

/// So many failures in a row are nobody's fault.
const FORGIVEN: u32 = 5;

/// Nobody waits longer than this for the next try.
const LONGEST_WAIT: i64 = 60 * SECOND;

/// Failures that nothing followed for so long are no longer in a row with the next.
const FORGOTTEN_AFTER: i64 = 15 * 60 * SECOND;

/// How many suspects are told apart at once.
const SUSPECTS: usize = 65_536;

const SECOND: i64 = 1_000_000_000;

/// Somebody whose failures are counted.
#[derive(Clone, Copy)]
pub(crate) enum Suspect<'a> {
    /// Whoever uses this client id.
    Client(&'a str),
    /// Whoever uses this name of a system user.
    SystemUser(&'a str),
    /// Whoever signs in to these pages by this name.
    Person(Realm, &'a str),
    /// Whoever calls from there.
    Network(IpAddr),
}

/// A try that comes too early, whether it would be right or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Throttled {
    /// Whole seconds.
    pub(crate) retry_after: Duration,
}

/// Counts failures.
pub(crate) struct Guesses {
    key: ServerKey,
    limited: bool,
    failures: Mutex<Table<[u8; 32], Failures>>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Failures {
    in_a_row: u32,
    last: i64,
}

impl Entry for Failures {
    fn matters(&self, now: i64) -> bool {
        self.in_a_row > 0 && now.saturating_sub(self.last) < FORGOTTEN_AFTER
    }
}

impl Failures {
    /// Brings the count to the present: old failures are forgotten, and a clock that went back
    /// makes nobody wait longer.
    fn at(&mut self, now: i64) -> &mut Self {
        if !self.matters(now) {
            *self = Self::default();
        }
        self.last = self.last.min(now);
        self
    }

    /// How long to wait for the next try: one second after the sixth failure, then twice as long
    /// each time.
    fn wait(self, now: i64) -> i64 {
        let Some(doublings) = self.in_a_row.checked_sub(FORGIVEN + 1) else {
            return 0;
        };
        let wait = SECOND
            .saturating_mul(1 << doublings.min(20))
            .min(LONGEST_WAIT);
        self.last.saturating_add(wait).saturating_sub(now).max(0)
    }
}

impl Guesses {
    pub(crate) fn new(key: ServerKey, limited: bool) -> Self {
        Self {
            key,
            limited,
            failures: Mutex::new(Table::new(SUSPECTS)),
        }
    }

    /// Whether a try may be made now.
    pub(crate) fn check(&self, suspects: &[Suspect<'_>], now: i64) -> Result<(), Throttled> {
        let mut longest = 0;
        self.each(suspects, now, |_, failures| {
            longest = longest.max(failures.wait(now));
        });
        let seconds = u64::try_from((longest + SECOND - 1) / SECOND).unwrap_or_default();
        if seconds == 0 {
            return Ok(());
        }
        Err(Throttled {
            retry_after: Duration::from_secs(seconds),
        })
    }

    /// Notes a wrong try.
    pub(crate) fn fail(&self, suspects: &[Suspect<'_>], now: i64) {
        self.each(suspects, now, |suspect, failures| {
            failures.in_a_row = failures.in_a_row.saturating_add(1);
            failures.last = now;
            if failures.in_a_row > FORGIVEN {
                let (suspect, failures) = (suspect.kind(), failures.in_a_row);
                tracing::warn!(suspect, failures, "guessing is slowed down");
            }
        });
    }

    /// Notes a right try, which ends the row of wrong ones.
    pub(crate) fn succeed(&self, suspects: &[Suspect<'_>], now: i64) {
        self.each(suspects, now, |_, failures| failures.in_a_row = 0);
    }

    fn each(
        &self,
        suspects: &[Suspect<'_>],
        now: i64,
        mut act: impl FnMut(Suspect<'_>, &mut Failures),
    ) {
        if !self.limited {
            return;
        }
        let mut table = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        for suspect in suspects {
            let key = suspect.key(&self.key);
            table.with(&key, now, |failures| act(*suspect, failures.at(now)));
        }
    }
}

impl Suspect<'_> {
    const fn kind(self) -> &'static str {
        match self {
            Self::Client(_) => "client",
            Self::SystemUser(_) => "system user",
            Self::Person(Realm::Operator, _) => "operator",
            Self::Person(Realm::Portal, _) => "person of the portal",
            Self::Network(_) => "network",
        }
    }

    fn key(self, key: &ServerKey) -> [u8; 32] {
        let kind = self.kind().as_bytes();
        let digest = |name: &str| key.digest(Purpose::Guesser, &[kind, name.as_bytes()]);
        match self {
            Self::Client(name) | Self::SystemUser(name) | Self::Person(_, name) => digest(name),
            Self::Network(address) => digest(&Network::from(address).to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: i64 = 1_780_000_000 * SECOND;
    const CLIENT: Suspect<'static> = Suspect::Client("demo");
    const USER: Suspect<'static> = Suspect::SystemUser("demo");
    const NETWORK: Suspect<'static> = Suspect::Network(IpAddr::V6(std::net::Ipv6Addr::LOCALHOST));

    fn guesses() -> Guesses {
        Guesses::new(ServerKey::new(&[1; 32]), true)
    }

    fn seconds_to_wait(guesses: &Guesses, suspect: Suspect<'_>, now: i64) -> u64 {
        let checked = guesses.check(&[suspect], now);
        checked
            .err()
            .map_or(0, |throttled| throttled.retry_after.as_secs())
    }

    #[test]
    fn waiting_doubles_from_the_sixth_failure_to_a_minute() {
        let guesses = guesses();
        for wait in [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60] {
            guesses.fail(&[CLIENT, NETWORK], START);
            assert_eq!(seconds_to_wait(&guesses, CLIENT, START), wait);
            assert_eq!(seconds_to_wait(&guesses, NETWORK, START), wait);
            assert_eq!(seconds_to_wait(&guesses, USER, START), 0);
        }
        let late = START + 60 * SECOND;
        assert_eq!(seconds_to_wait(&guesses, CLIENT, late - 1), 1);
        assert_eq!(seconds_to_wait(&guesses, CLIENT, late), 0);
    }

    #[test]
    fn a_success_ends_the_row() {
        let guesses = guesses();
        let everyone = [CLIENT, USER, NETWORK];
        for _ in 0..7 {
            guesses.fail(&everyone, START);
        }
        guesses.succeed(&everyone, START);
        for suspect in everyone {
            assert_eq!(seconds_to_wait(&guesses, suspect, START), 0);
        }
    }

    #[test]
    fn failures_long_ago_are_forgotten_and_clock_steps_lock_nobody_out() {
        let guesses = guesses();
        for _ in 0..20 {
            guesses.fail(&[CLIENT], START);
        }
        let an_hour_before = START - 3_600 * SECOND;
        assert_eq!(seconds_to_wait(&guesses, CLIENT, an_hour_before), 60);
        assert_eq!(
            seconds_to_wait(&guesses, CLIENT, an_hour_before + 60 * SECOND),
            0
        );
        guesses.fail(&[CLIENT], START);
        assert_eq!(
            seconds_to_wait(&guesses, CLIENT, START + FORGOTTEN_AFTER),
            0
        );
        guesses.fail(&[CLIENT], START + FORGOTTEN_AFTER);
        assert_eq!(
            seconds_to_wait(&guesses, CLIENT, START + FORGOTTEN_AFTER),
            0
        );
    }

    #[test]
    fn without_limits_nobody_waits() {
        let guesses = Guesses::new(ServerKey::new(&[1; 32]), false);
        for _ in 0..20 {
            guesses.fail(&[CLIENT], START);
        }
        assert_eq!(guesses.check(&[CLIENT], START), Ok(()));
    }
}
