//! The operating system's clock and randomness: the only place that asks for them.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use domain::{Clock, Entropy};
use jiff::Timestamp;

/// What durations are counted from.
static BEGINNING: OnceLock<Instant> = OnceLock::new();

/// The machine's own clock.
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the clock that everyone else is given"
    )]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "this is the clock that everyone else is given"
    )]
    fn monotonic(&self) -> Duration {
        let now = Instant::now();
        now.duration_since(*BEGINNING.get_or_init(|| now))
    }
}

/// The kernel's random number generator.
pub(crate) struct OsEntropy;

impl Entropy for OsEntropy {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the entropy that everyone else is given"
    )]
    fn fill(&self, buffer: &mut [u8]) {
        if let Err(error) = getrandom::fill(buffer) {
            // Guessable tokens would be worse than none at all.
            tracing::error!(%error, "the operating system gives no randomness");
            std::process::abort();
        }
    }
}
