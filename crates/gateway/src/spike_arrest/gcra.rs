//! The generic cell rate algorithm: one instant per bucket says all that there is to know.

use std::time::Duration;

use jiff::Timestamp;
use storage::{Pace, Spending, Spent};

use crate::call::Limit;

const NANOSECONDS_PER_SECOND: i64 = 1_000_000_000;

/// A pace, as the algorithm counts it, in nanoseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Gcra {
    pub(crate) calls_per_second: u32,
    /// What one call costs.
    pub(crate) interval: i64,
    /// What a full bucket is worth.
    size: i64,
}

impl Gcra {
    pub(crate) fn new(pace: Pace) -> Self {
        let calls_per_second = pace.calls_per_second.max(1);
        let burst = i64::from(pace.burst.max(1));
        // Rounded up, so that the pace is never exceeded.
        let per_second = i64::from(calls_per_second);
        let interval = (NANOSECONDS_PER_SECOND + per_second - 1) / per_second;
        Self {
            calls_per_second,
            interval,
            size: interval.saturating_mul(burst),
        }
    }

    /// Spends for one call from a bucket whose next call is due at `arrival`; any instant that is
    /// past means a full one. The answer has the bucket as it is from now on.
    pub(crate) fn spend(self, arrival: i64, now: i64) -> Spent {
        let latest = self.latest(now);
        let next = arrival.max(now).saturating_add(self.interval);
        if arrival > latest {
            // The clock went back. How much time has passed is anyone's guess; none is the safe one.
            Spent::Refused(latest)
        } else if next <= latest {
            Spent::Admitted(next)
        } else {
            Spent::Refused(arrival)
        }
    }

    /// How many calls a bucket has left.
    pub(crate) fn remaining(self, arrival: i64, now: i64) -> u32 {
        let left = self.latest(now).saturating_sub(arrival.max(now)) / self.interval;
        u32::try_from(left.max(0)).unwrap_or(u32::MAX)
    }

    /// What so many calls cost that come now, for a bucket in the database. Nodes whose clocks
    /// differ by less than `tolerance` do not take that for a clock that went back.
    pub(crate) fn spending(self, calls: u32, now: i64, tolerance: i64) -> Spending {
        let latest = self.latest(now);
        Spending {
            now,
            cost: self.interval.saturating_mul(calls.into()),
            latest,
            horizon: latest.saturating_add(tolerance),
        }
    }

    /// The bucket in the terms of the headers.
    pub(crate) fn limit(self, arrival: i64, now: i64) -> Limit {
        Limit {
            calls: self.calls_per_second,
            window_seconds: 1,
            remaining: self.remaining(arrival, now),
            reset_seconds: whole_seconds(arrival.saturating_sub(now)),
        }
    }

    /// How long a refused call has to wait, in whole seconds and never less than one.
    pub(crate) fn retry_after(self, arrival: i64, now: i64) -> Duration {
        let admitted_at = arrival
            .saturating_add(self.interval)
            .saturating_sub(self.size);
        Duration::from_secs(whole_seconds(admitted_at.saturating_sub(now)).max(1).into())
    }

    /// A bucket is never further on than this, unless the clock went back.
    pub(crate) fn latest(self, now: i64) -> i64 {
        now.saturating_add(self.size)
    }
}

/// An instant in nanoseconds since 1970.
pub(crate) fn nanoseconds(instant: Timestamp) -> i64 {
    i64::try_from(instant.as_nanosecond()).unwrap_or(i64::MAX)
}

/// Rounded up.
fn whole_seconds(nanoseconds: i64) -> u32 {
    let seconds = nanoseconds
        .max(0)
        .saturating_add(NANOSECONDS_PER_SECOND - 1);
    u32::try_from(seconds / NANOSECONDS_PER_SECOND).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MILLISECOND: i64 = 1_000_000;
    const START: i64 = 1_780_000_000 * NANOSECONDS_PER_SECOND;

    fn gcra(calls_per_second: u32, burst: u32) -> Gcra {
        Gcra::new(Pace {
            calls_per_second,
            burst,
        })
    }

    #[test]
    fn thirty_a_second_is_one_each_33_milliseconds() {
        let gcra = gcra(30, 1);
        let Spent::Admitted(bucket) = gcra.spend(0, START) else {
            panic!("a full bucket")
        };
        let refused = Spent::Refused(bucket);
        assert_eq!(gcra.spend(bucket, START), refused);
        assert_eq!(gcra.spend(bucket, START + 33 * MILLISECOND), refused);
        assert_eq!(gcra.retry_after(bucket, START), Duration::from_secs(1));
        assert!(matches!(
            gcra.spend(bucket, START + 34 * MILLISECOND),
            Spent::Admitted(_)
        ));
    }

    #[test]
    fn the_headers_tell_what_is_left() {
        let gcra = gcra(2, 4);
        let Spent::Admitted(bucket) = gcra.spend(0, START) else {
            panic!("a full bucket")
        };
        let limit = Limit {
            calls: 2,
            window_seconds: 1,
            remaining: 3,
            reset_seconds: 1,
        };
        assert_eq!(gcra.limit(bucket, START), limit);
        let later = gcra.limit(bucket, START + 600 * MILLISECOND);
        assert_eq!(
            later,
            Limit {
                remaining: 4,
                reset_seconds: 0,
                ..limit
            }
        );
    }

    /// The plain reading: a bucket of tokens that fills evenly, in units of 1/rate nanoseconds so
    /// that nothing is rounded. A clock that goes back fills nothing, and leaves the bucket with
    /// at most what it had.
    struct Bucket {
        interval: i64,
        size: i64,
        content: i64,
        filled_at: i64,
    }

    impl Bucket {
        fn new(gcra: Gcra) -> Self {
            Self {
                interval: gcra.interval,
                size: gcra.size,
                content: gcra.size,
                filled_at: START,
            }
        }

        fn spend(&mut self, now: i64) -> bool {
            let passed = (now - self.filled_at).max(0);
            self.content = (self.content + passed).min(self.size);
            self.filled_at = now;
            let enough = self.content >= self.interval;
            if enough {
                self.content -= self.interval;
            }
            enough
        }
    }

    proptest! {
        #[test]
        fn it_admits_what_an_evenly_filled_bucket_would(
            rate in 1_u32..2_000,
            burst in 1_u32..20,
            pauses in prop::collection::vec(0_i64..3_000_000_000, 1..200),
        ) {
            let gcra = gcra(rate, burst);
            let (mut model, mut bucket, mut now) = (Bucket::new(gcra), 0, START);
            for pause in pauses {
                now += pause / i64::from(rate);
                let spent = gcra.spend(bucket, now);
                prop_assert_eq!(matches!(spent, Spent::Admitted(_)), model.spend(now));
                let (Spent::Admitted(next) | Spent::Refused(next)) = spent;
                bucket = next;
            }
        }

        /// With a clock that steps about, it never admits more than the model, which forgives the
        /// past least; a step back costs one bucket at most.
        #[test]
        fn clock_steps_admit_no_more_and_lock_nobody_out(
            rate in 1_u32..100,
            burst in 1_u32..5,
            steps in prop::collection::vec(-4_000_000_000_000_i64..4_000_000_000, 1..100),
        ) {
            let gcra = gcra(rate, burst);
            let (mut model, mut bucket, mut now) = (Bucket::new(gcra), 0, START);
            let mut behind = 0_i64;
            for step in steps {
                now += step;
                let spent = gcra.spend(bucket, now);
                let admitted = matches!(spent, Spent::Admitted(_));
                let by_model = model.spend(now);
                behind += i64::from(by_model) - i64::from(admitted);
                prop_assert!(behind >= 0, "more was admitted than the model has");
                let (Spent::Admitted(next) | Spent::Refused(next)) = spent;
                bucket = next;
                prop_assert!(bucket <= now + gcra.size, "locked out beyond one bucket");
                let patient = now + gcra.interval;
                prop_assert!(matches!(gcra.spend(bucket, patient), Spent::Admitted(_)));
            }
        }

        #[test]
        fn a_refused_call_changes_nothing_and_knows_when_to_come_back(
            rate in 1_u32..50,
            burst in 1_u32..5,
            calls in 1_usize..40,
        ) {
            let (gcra, mut bucket) = (gcra(rate, burst), 0);
            for _ in 0..calls {
                match gcra.spend(bucket, START) {
                    Spent::Admitted(next) => bucket = next,
                    Spent::Refused(same) => {
                        prop_assert_eq!(same, bucket);
                        let wait = gcra.retry_after(bucket, START).as_secs();
                        let wait = i64::try_from(wait).expect("few") * NANOSECONDS_PER_SECOND;
                        prop_assert!(matches!(gcra.spend(bucket, START + wait), Spent::Admitted(_)));
                        let too_early = START + wait - NANOSECONDS_PER_SECOND;
                        prop_assert!(matches!(gcra.spend(bucket, too_early), Spent::Refused(_)));
                    }
                }
            }
        }
    }
}
