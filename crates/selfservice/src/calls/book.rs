//! The call book: the finished calls that this node has not written down yet. Noting one is a short
//! lock and, for a caller that was seen before, no allocation but that of its line in the log.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::OrganizationNumber;
use domain::access::{ClientId, SystemUserName};
use jiff::Timestamp;
use storage::{CallCount, CallTally, DataReadCount, LoggedCall, Minute};

use super::buckets::bucket;

/// How many counts wait at most. More of them means that the database has not answered for long.
const MOST_COUNTS: usize = 200_000;
/// No path of an operation comes near; a longer one is cut off.
const LONGEST_PATH: usize = 400;

/// A call that has been answered, or that nobody waits for any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FinishedCall {
    /// The operation id.
    pub operation: &'static str,
    /// Through which client app.
    pub app: ClientId,
    /// For which system user; none if it was refused before that was known.
    pub system_user: Option<SystemUserName>,
    /// The code of the error, or the status; 0 when nobody waited for the answer any more.
    pub code: u32,
    /// When it came.
    pub at: Timestamp,
    /// How long it took.
    pub took: Duration,
    /// Whose data the answer has shown.
    pub touched: Vec<OrganizationNumber>,
    /// Whether the data is presumed to have been in the answer, and not known to.
    pub presumed: bool,
}

/// What the log has of a call beyond that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallLine {
    /// The id that its answer has.
    pub transaction_id: String,
    /// The method.
    pub method: String,
    /// The path without its query.
    pub path: String,
}

/// What has not been written down yet.
pub(super) struct CallBook {
    pages: Mutex<Pages>,
    /// How many lines the log takes between two flushes.
    most_lines: usize,
}

/// Who calls.
type Who = (ClientId, Option<SystemUserName>);

#[derive(Default)]
pub(super) struct Pages {
    minutes: BTreeMap<Minute, HashMap<Who, Page>>,
    latencies: HashMap<(Minute, &'static str, u16), i64>,
    log: Vec<LoggedCall>,
    next_number: i64,
    /// How many counts there are in all.
    counts: usize,
    lost: u64,
}

/// What one caller did in one minute.
#[derive(Default)]
struct Page {
    /// By operation and code; a caller has few.
    counts: Vec<(&'static str, u32, Count)>,
    reads: HashMap<OrganizationNumber, Vec<Read>>,
    lines: usize,
}

#[derive(Default, Clone, Copy)]
struct Count {
    calls: i64,
    unlogged: i64,
}

struct Read {
    operation: &'static str,
    presumed: bool,
    calls: i64,
    first_at: Timestamp,
    last_at: Timestamp,
}

impl CallBook {
    /// An empty book. The first number tells this node's lines from those of others.
    pub(super) fn new(most_lines: usize, first_number: i64) -> Self {
        let pages = Pages {
            next_number: first_number,
            ..Pages::default()
        };
        Self {
            pages: Mutex::new(pages),
            most_lines,
        }
    }

    pub(super) fn note(&self, call: FinishedCall, line: impl FnOnce() -> CallLine) {
        let mut pages = self.lock();
        let minute = Minute::of(call.at);
        if pages.counts >= MOST_COUNTS {
            pages.lost += 1;
            return;
        }
        let most = self.most_lines;
        let room = pages.log.len() < most;
        let who = (call.app, call.system_user);
        let callers = pages.minutes.entry(minute).or_default();
        let mut added = 0;
        if !callers.contains_key(&who) {
            callers.insert(who.clone(), Page::default());
        }
        let Some(page) = callers.get_mut(&who) else {
            return;
        };
        // Half of the room is the most that one caller gets, so that others' calls are seen too.
        let logged = room && page.lines * 2 < most;
        page.lines += usize::from(logged);
        added += page.count(call.operation, call.code, logged);
        for organization in call.touched {
            added += page.read(organization, (call.operation, call.presumed), call.at);
        }
        pages.counts += added;
        let key = (minute, call.operation, bucket(call.took));
        let calls = pages.latencies.entry(key).or_default();
        *calls += 1;
        pages.counts += usize::from(*calls == 1);
        if logged {
            let number = pages.next_number;
            pages.next_number = number.wrapping_add(1);
            let (app, system_user) = who;
            let CallLine {
                transaction_id,
                method,
                path,
            } = line();
            pages.log.push(LoggedCall {
                app,
                at: call.at,
                number,
                transaction_id,
                system_user,
                method,
                path: cut(path),
                operation: call.operation.to_owned(),
                code: call.code,
                microseconds: i64::try_from(call.took.as_micros()).unwrap_or(i64::MAX),
            });
        }
    }

    /// Takes everything out.
    pub(super) fn take(&self) -> Pages {
        let mut pages = self.lock();
        let next_number = pages.next_number;
        let fresh = Pages {
            next_number,
            ..Pages::default()
        };
        std::mem::replace(&mut pages, fresh)
    }

    fn lock(&self) -> MutexGuard<'_, Pages> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Page {
    /// How many counts this adds.
    fn count(&mut self, operation: &'static str, code: u32, logged: bool) -> usize {
        let known = self
            .counts
            .iter()
            .position(|(of, with, _)| *of == operation && *with == code);
        let place = known.unwrap_or_else(|| {
            self.counts.push((operation, code, Count::default()));
            self.counts.len() - 1
        });
        if let Some((_, _, count)) = self.counts.get_mut(place) {
            count.calls += 1;
            count.unlogged += i64::from(!logged);
        }
        usize::from(known.is_none())
    }

    /// How many counts this adds.
    fn read(
        &mut self,
        organization: OrganizationNumber,
        (operation, presumed): (&'static str, bool),
        at: Timestamp,
    ) -> usize {
        let reads = self.reads.entry(organization).or_default();
        let same = |read: &&mut Read| read.operation == operation && read.presumed == presumed;
        if let Some(read) = reads.iter_mut().find(same) {
            read.calls += 1;
            read.first_at = read.first_at.min(at);
            read.last_at = read.last_at.max(at);
            return 0;
        }
        reads.push(Read {
            operation,
            presumed,
            calls: 1,
            first_at: at,
            last_at: at,
        });
        1
    }
}

impl Pages {
    pub(super) fn is_empty(&self) -> bool {
        self.minutes.is_empty() && self.log.is_empty() && self.lost == 0
    }

    /// As it is written down.
    pub(super) fn into_rows(self) -> (CallTally, Vec<LoggedCall>, u64) {
        let mut tally = CallTally::default();
        for (minute, callers) in self.minutes {
            for ((app, system_user), page) in callers {
                let user = system_user.as_ref().map_or("", SystemUserName::as_str);
                let who = (app.as_str(), user);
                page.into_rows(minute, who, &mut tally);
            }
        }
        let latencies = self.latencies.into_iter();
        tally.latencies = latencies
            .map(|((minute, operation, bucket), calls)| {
                (minute, operation.to_owned(), bucket.into(), calls)
            })
            .collect();
        tally.sort();
        (tally, self.log, self.lost)
    }
}

impl Page {
    fn into_rows(self, minute: Minute, (app, user): (&str, &str), tally: &mut CallTally) {
        let counts = self.counts.into_iter();
        tally
            .calls
            .extend(counts.map(|(operation, code, count)| CallCount {
                minute,
                operation: operation.to_owned(),
                app: app.to_owned(),
                system_user: user.to_owned(),
                code: code.into(),
                calls: count.calls,
                unlogged: count.unlogged,
            }));
        for (organization, reads) in self.reads {
            tally
                .reads
                .extend(reads.into_iter().map(|read| DataReadCount {
                    minute,
                    organization: organization.clone(),
                    app: app.to_owned(),
                    system_user: user.to_owned(),
                    operation: read.operation.to_owned(),
                    presumed: read.presumed,
                    calls: read.calls,
                    first_at: read.first_at,
                    last_at: read.last_at,
                }));
        }
    }
}

fn cut(mut path: String) -> String {
    let mut end = LONGEST_PATH.min(path.len());
    while !path.is_char_boundary(end) {
        end -= 1;
    }
    path.truncate(end);
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(app: usize) -> FinishedCall {
        FinishedCall {
            operation: "list_orders",
            app: ClientId::new(format!("app-{app}")),
            system_user: None,
            code: 200,
            at: Timestamp::UNIX_EPOCH,
            took: Duration::ZERO,
            touched: Vec::new(),
            presumed: false,
        }
    }

    fn line() -> CallLine {
        CallLine {
            transaction_id: String::new(),
            method: "GET".to_owned(),
            path: "/ø".repeat(400),
        }
    }

    #[test]
    fn what_waits_to_be_written_down_is_bounded() {
        let book = CallBook::new(0, 0);
        for app in 0..MOST_COUNTS + 10 {
            book.note(call(app), line);
        }
        let (tally, log, lost) = book.take().into_rows();
        // One of the counts is that of how long calls took.
        assert_eq!((tally.calls.len(), lost), (MOST_COUNTS - 1, 11));
        assert_eq!(log, []);
        book.note(call(0), line);
        let (tally, _, lost) = book.take().into_rows();
        assert_eq!((tally.calls.len(), lost), (1, 0), "there is room again");
        assert!(book.take().is_empty());
    }

    #[test]
    fn a_long_path_is_cut_off_between_two_characters() {
        let book = CallBook::new(2, i64::MAX);
        for _ in 0..2 {
            book.note(call(0), line);
            let (_, log, _) = book.take().into_rows();
            let path = &log.first().expect("a line").path;
            assert!(path.len() <= LONGEST_PATH && path.starts_with("/ø"));
        }
    }
}
