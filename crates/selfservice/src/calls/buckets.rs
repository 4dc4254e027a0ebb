//! How long calls take, in ranges that grow with the time: four to each doubling, so that a range is
//! never wider than a quarter of where it begins.

use std::time::Duration;

/// How many ranges a doubling has, as a power of two.
const BITS: u32 = 2;
const RANGES: u64 = 1 << BITS;

/// Which range a time is in. The first ones are a microsecond wide.
pub(super) fn bucket(took: Duration) -> u16 {
    let microseconds = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
    if microseconds < RANGES {
        return u16::try_from(microseconds).unwrap_or_default();
    }
    let doubling = microseconds.ilog2() - BITS;
    let range = (microseconds >> doubling) & (RANGES - 1);
    let number = u64::from(doubling + 1) * RANGES + range;
    u16::try_from(number).unwrap_or(u16::MAX)
}

/// The longest time of a range.
pub(super) fn longest(bucket: i64) -> Duration {
    let number = u64::try_from(bucket).unwrap_or_default();
    if number < RANGES {
        return Duration::from_micros(number);
    }
    let doubling = u32::try_from(number / RANGES - 1).unwrap_or(u32::MAX);
    let begins = RANGES + number % RANGES;
    let wide = 1_u64.checked_shl(doubling);
    let next = wide.and_then(|wide| wide.checked_mul(begins + 1));
    let next = next.unwrap_or(u64::MAX);
    Duration::from_micros(next.saturating_sub(1))
}

/// The time within which this share of the calls was done, of ranges with their counts from the
/// fastest on; none if there were no calls.
pub(super) fn quantile(ranges: &[(i64, i64)], percent: i64) -> Option<Duration> {
    let all: i64 = ranges.iter().map(|(_, calls)| calls).sum();
    // The nearest rank, rounded up; `i128` because a product of two counts may be large.
    let rank = (i128::from(all) * i128::from(percent) + 99) / 100;
    let mut done = 0_i128;
    for (bucket, calls) in ranges {
        done += i128::from(*calls);
        if done >= rank.max(1) {
            return Some(longest(*bucket));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_follow_each_other_without_a_gap_and_are_narrow() {
        let mut begins = 0;
        for number in 0..200 {
            let ends = u64::try_from(longest(number).as_micros()).expect("a short time");
            assert!(ends >= begins, "range {number}");
            for within in [begins, ends] {
                let found = bucket(Duration::from_micros(within));
                assert_eq!(i64::from(found), number, "{within} microseconds");
            }
            let width = ends - begins + 1;
            assert!(width == 1 || width * 4 <= begins, "range {number}");
            begins = ends + 1;
        }
    }

    #[test]
    fn no_time_is_too_long() {
        assert!(longest(bucket(Duration::MAX).into()) > Duration::from_hours(1_000_000));
        assert!(longest(i64::MAX) > Duration::ZERO);
        assert_eq!(longest(-1), Duration::ZERO);
    }

    #[test]
    fn a_quantile_is_never_below_the_true_one_and_at_most_a_quarter_above() {
        let times: Vec<u64> = (1..=1000).map(|number| number * number).collect();
        let mut ranges: Vec<(i64, i64)> = Vec::new();
        for time in &times {
            let bucket = i64::from(bucket(Duration::from_micros(*time)));
            match ranges.last_mut() {
                Some((last, calls)) if *last == bucket => *calls += 1,
                _ => ranges.push((bucket, 1)),
            }
        }
        for (percent, rank) in [(1, 10), (50, 500), (95, 950), (99, 990), (100, 1000)] {
            let truth = Duration::from_micros(times[rank - 1]);
            let told = quantile(&ranges, percent).expect("some calls");
            assert!(
                told >= truth && told <= truth.mul_f64(1.25),
                "p{percent}: {told:?}"
            );
        }
        assert_eq!(quantile(&[], 50), None);
    }
}
