//! What an operator decides about the gateway as a whole.

use storage::Pace;

/// The gateway's settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// Whether calls and logins are limited at all: spike arrest, quota, slowing of guesses.
    pub limits: bool,
    /// How many nodes serve this database at once.
    pub nodes: Nodes,
    /// How fast a network may call with credentials that belong to no app.
    pub network_pace: Pace,
    /// How many passwords may be checked at once; each keeps a processor busy.
    pub password_checks_at_once: usize,
}

/// How many nodes share the limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nodes {
    /// This one alone, so that it may keep what changes with each call in memory.
    One,
    /// Any number, so that what changes with each call is in the database.
    Several,
}

impl Settings {
    /// What holds unless the operator says otherwise.
    #[must_use]
    pub fn new(nodes: Nodes) -> Self {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            limits: true,
            nodes,
            network_pace: Pace {
                calls_per_second: 200,
                burst: 50,
            },
            // Half of them, so that a storm of logins leaves the other half to the calls.
            password_checks_at_once: processors.div_ceil(2),
        }
    }
}
