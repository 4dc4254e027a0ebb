//! What an import comes to, in numbers and examples.

use std::collections::BTreeMap;

use crate::records::Kind;

/// How many changed records are named.
const MOST_EXAMPLES: usize = 20;
/// How many faults are kept; the others are counted.
const MOST_FAULTS: usize = 1_000;

/// What an import would do, or has done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// For each kind that is there.
    pub tallies: BTreeMap<Kind, Tally>,
    /// The first faults, in the order of the files.
    pub faults: Vec<FileFault>,
    /// How many faults there are in all.
    pub fault_count: u64,
    /// How many records were read.
    pub records: u64,
}

/// What an import does to the records of one kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// Not there before.
    pub new: u64,
    /// There, and other than wanted.
    pub changed: u64,
    /// There, and as wanted.
    pub unchanged: u64,
    /// The first of the changed ones.
    pub examples: Vec<Changed>,
}

/// A record that changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// What it is found by.
    pub key: String,
    /// The members that become others.
    pub members: Vec<String>,
}

/// What is wrong, in which file and on which line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileFault {
    /// The file's name.
    pub file: String,
    /// The line, from 1.
    pub line: u64,
    /// A fragment that says what is wrong.
    pub reason: String,
}

/// What an import of a record does, or a change of that record alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It was not there before.
    New,
    /// It is there, as it is wanted.
    Unchanged,
    /// The members that become others.
    Changed(Vec<String>),
}

impl Report {
    /// Whether everything is as it is wanted already.
    #[must_use]
    pub fn changes_nothing(&self) -> bool {
        let mut tallies = self.tallies.values();
        tallies.all(|tally| tally.new == 0 && tally.changed == 0)
    }

    pub(super) fn count(&mut self, kind: Kind, key: &str, verdict: Verdict) {
        let tally = self.tallies.entry(kind).or_default();
        match verdict {
            Verdict::New => tally.new += 1,
            Verdict::Unchanged => tally.unchanged += 1,
            Verdict::Changed(members) => {
                tally.changed += 1;
                if tally.examples.len() < MOST_EXAMPLES {
                    let key = key.to_owned();
                    tally.examples.push(Changed { key, members });
                }
            }
        }
    }

    pub(super) fn fault(&mut self, file: &str, line: u64, reason: String) {
        self.fault_count += 1;
        if self.faults.len() < MOST_FAULTS {
            let file = file.to_owned();
            self.faults.push(FileFault { file, line, reason });
        }
    }

    pub(super) fn add(&mut self, other: Self) {
        for (kind, tally) in other.tallies {
            let sum = self.tallies.entry(kind).or_default();
            sum.new += tally.new;
            sum.changed += tally.changed;
            sum.unchanged += tally.unchanged;
            let room = MOST_EXAMPLES - sum.examples.len().min(MOST_EXAMPLES);
            sum.examples.extend(tally.examples.into_iter().take(room));
        }
        self.records += other.records;
    }
}
