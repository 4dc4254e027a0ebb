//! A clock that can fail: the one way to make a request panic without a route made for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use domain::Clock;
use jiff::Timestamp;
use testkit::ManualClock;

/// Reads the manual clock, and panics at the reading that a test has chosen.
pub(super) struct FragileClock {
    clock: Arc<ManualClock>,
    readings_left: AtomicU32,
}

impl FragileClock {
    pub(super) fn new(clock: Arc<ManualClock>) -> Self {
        Self {
            clock,
            readings_left: AtomicU32::new(0),
        }
    }

    pub(super) fn panic_at_reading(&self, reading: u32) {
        self.readings_left.store(reading, Ordering::SeqCst);
    }
}

impl Clock for FragileClock {
    fn now(&self) -> Timestamp {
        let count_down = |left: u32| left.checked_sub(1);
        let before =
            self.readings_left
                .fetch_update(Ordering::SeqCst, Ordering::SeqCst, count_down);
        assert!(
            before != Ok(1),
            "the clock breaks, as this test wants it to"
        );
        self.clock.now()
    }

    fn monotonic(&self) -> Duration {
        self.clock.monotonic()
    }
}
