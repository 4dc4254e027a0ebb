//! Who called what, and whose data was read: noted in memory call by call, written down once a second,
//! asked for over time.

mod book;
mod buckets;
mod gauges;
mod reading;
mod series;

use domain::Entropy;
use jiff::SignedDuration;
use storage::{CallTally, OldCalls, Transaction};
use tokio::sync::Mutex;

use crate::{Failure, SelfService};
use book::CallBook;

pub use book::{CallLine, FinishedCall};
pub use gauges::Gauge;
pub use reading::{CallLogPage, CallLogWish, DataReadPage};
pub use series::{CallSeries, Latencies, Series, SeriesQuery};
pub use storage::{CallKey, DataRead, DataReadFilter, LoggedCall};

/// How many lines of the log are written in one transaction: others want to write as well.
const LINES_AT_ONCE: usize = 200;
/// About how many old rows are dropped in one transaction.
const PURGED_AT_ONCE: i64 = 1_000;

/// How much is kept of finished calls, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallSettings {
    /// How many calls a second this node keeps one by one.
    pub logged_per_second: usize,
    /// For how long they are kept one by one.
    pub log_kept: SignedDuration,
    /// For how long it is kept how many calls there were, how long they took, and what waited.
    pub minutes_kept: SignedDuration,
    /// For how long it is kept whose data was read.
    pub reads_kept: SignedDuration,
}

impl Default for CallSettings {
    fn default() -> Self {
        let days = |days: i64| SignedDuration::from_hours(days * 24);
        Self {
            logged_per_second: 50,
            log_kept: days(7),
            minutes_kept: days(35),
            reads_kept: days(400),
        }
    }
}

/// What came of writing the book down.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Flushed {
    /// How many calls were counted.
    pub calls: u64,
    /// How many of them the log had no room for.
    pub unlogged: u64,
    /// How many calls nothing is known of, because the database did not answer for so long that
    /// there was no room to remember them.
    pub lost: u64,
}

/// The book with its settings, and what could not be written down yet.
pub(crate) struct Bookkeeping {
    book: CallBook,
    settings: CallSettings,
    unwritten: Mutex<Unwritten>,
}

/// What was taken out of the book. A part that has been written down is left empty.
#[derive(Default)]
struct Unwritten {
    tally: CallTally,
    log: Vec<LoggedCall>,
}

impl Bookkeeping {
    pub(crate) fn new(settings: CallSettings, entropy: &dyn Entropy) -> Self {
        let mut chance = [0; 7];
        entropy.fill(&mut chance);
        // Seven bytes, so that counting on from there has no end.
        let first_number = chance
            .iter()
            .fold(0, |number, byte| number << 8 | i64::from(*byte));
        Self {
            book: CallBook::new(settings.logged_per_second, first_number),
            settings,
            unwritten: Mutex::default(),
        }
    }
}

impl SelfService {
    /// Notes a call that has been answered. Never waits for the database; the line is asked for where
    /// the log has room.
    pub fn note_call(&self, call: FinishedCall, line: impl FnOnce() -> CallLine) {
        self.calls.book.note(call, line);
    }

    /// Writes down what was noted. Called once a second, and when the server stops, after the last
    /// call. What could not be written is kept and tried first the next time.
    pub async fn flush_calls(&self) -> Result<Flushed, Failure> {
        let mut unwritten = self.calls.unwritten.lock().await;
        self.write(&mut unwritten).await?;
        let pages = self.calls.book.take();
        if pages.is_empty() {
            return Ok(Flushed::default());
        }
        let (tally, log, lost) = pages.into_rows();
        let sum = |of: fn(&storage::CallCount) -> i64| {
            let sum: i64 = tally.calls.iter().map(of).sum();
            sum.unsigned_abs()
        };
        let flushed = Flushed {
            calls: sum(|count| count.calls),
            unlogged: sum(|count| count.unlogged),
            lost,
        };
        *unwritten = Unwritten { tally, log };
        self.write(&mut unwritten).await?;
        Ok(flushed)
    }

    async fn write(&self, unwritten: &mut Unwritten) -> Result<(), Failure> {
        if unwritten.tally != CallTally::default() {
            let tally = &unwritten.tally;
            let add = async |tx: &mut Transaction| tx.calls().add(tally).await;
            self.core.store.transact(add).await?;
            unwritten.tally = CallTally::default();
        }
        while !unwritten.log.is_empty() {
            let rest = unwritten.log.len().saturating_sub(LINES_AT_ONCE);
            let lines = unwritten.log.get(rest..).unwrap_or_default();
            let append = async |tx: &mut Transaction| tx.calls().log(lines).await;
            self.core.store.transact(append).await?;
            unwritten.log.truncate(rest);
        }
        Ok(())
    }

    /// Drops what is older than it is kept; how many rows there were.
    pub async fn forget_old_calls(&self) -> Result<u64, Failure> {
        let settings = self.calls.settings;
        let now = self.core.clock.now();
        let mut forgotten = 0;
        for what in OldCalls::ALL {
            let kept = match what {
                OldCalls::Counts | OldCalls::Latencies | OldCalls::Gauges => settings.minutes_kept,
                OldCalls::Reads => settings.reads_kept,
                OldCalls::Log => settings.log_kept,
            };
            let before = now - kept;
            loop {
                let purge = async |tx: &mut Transaction| {
                    tx.calls().purge(what, before, PURGED_AT_ONCE).await
                };
                let purged = self.core.store.transact(purge).await?;
                forgotten += purged;
                if purged == 0 {
                    break;
                }
            }
        }
        Ok(forgotten)
    }
}
