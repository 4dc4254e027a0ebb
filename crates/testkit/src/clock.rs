//! Time that stands still until a test moves it.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::Clock;
use jiff::Timestamp;

/// A clock that a test sets by hand. Put it into an `Arc` and keep a clone to move it.
#[derive(Debug)]
pub struct ManualClock(Mutex<Timestamp>);

impl ManualClock {
    /// A clock that stands at this instant.
    #[must_use]
    pub fn new(now: Timestamp) -> Self {
        Self(Mutex::new(now))
    }

    /// Moves the clock on.
    ///
    /// # Panics
    ///
    /// When the clock would leave the range of representable timestamps.
    pub fn advance(&self, duration: Duration) {
        *self.lock() += duration;
    }

    /// Moves the clock to an instant, forwards or backwards.
    pub fn set(&self, now: Timestamp) {
        *self.lock() = now;
    }

    fn lock(&self) -> MutexGuard<'_, Timestamp> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for ManualClock {
    /// Stands at noon UTC of a Monday, so that Norway has the same date.
    fn default() -> Self {
        let noon = jiff::civil::date(2026, 6, 1).at(12, 0, 0, 0);
        Self::new(
            noon.to_zoned(jiff::tz::TimeZone::UTC)
                .map_or(Timestamp::UNIX_EPOCH, |noon| noon.timestamp()),
        )
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        *self.lock()
    }

    fn monotonic(&self) -> Duration {
        let since = self.now().duration_since(Timestamp::UNIX_EPOCH);
        Duration::try_from(since).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_moves_only_by_hand() {
        let clock = ManualClock::default();
        assert_eq!(clock.now().to_string(), "2026-06-01T12:00:00Z");
        clock.advance(Duration::from_hours(11));
        assert_eq!(clock.now().to_string(), "2026-06-01T23:00:00Z");
        assert_eq!(clock.today().to_string(), "2026-06-02");
        clock.set(Timestamp::UNIX_EPOCH);
        assert_eq!(clock.now(), Timestamp::UNIX_EPOCH);
    }
}
