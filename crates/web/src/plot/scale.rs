//! From numbers and instants to places on the paper, and which of them are labeled.

use jiff::{Timestamp, Unit};

use crate::grouped;

/// Steps between labels of the axis of time, in seconds.
const STEPS: [i64; 16] = [
    1, 5, 15, 30, 60, 300, 900, 1_800, 3_600, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800,
    2_592_000,
];

/// The values from zero to a round number that takes in the highest, four steps or so; whole numbers
/// where nothing else is counted.
#[must_use]
pub(crate) fn ticks(highest: f64, is_whole: bool) -> Vec<f64> {
    let highest = if highest > 0.0 { highest } else { 1.0 };
    let rough = if is_whole {
        (highest / 4.0).max(1.0)
    } else {
        highest / 4.0
    };
    let power = 10_f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 2.5, 5.0, 10.0]
        .into_iter()
        .map(|factor| factor * power)
        .filter(|step| !is_whole || step.fract() == 0.0)
        .find(|step| *step >= rough * 0.999)
        .unwrap_or(power * 10.0);
    let mut ticks = vec![0.0];
    let mut count = 0.0;
    while ticks.last().is_some_and(|last| *last < highest * 0.999) {
        count += 1.0;
        ticks.push(count * step);
    }
    ticks
}

/// A number with as many digits as it takes, millions and more in short.
#[must_use]
pub(crate) fn shown(number: f64) -> String {
    for (from, unit) in [(1e9, "G"), (1e6, "M")] {
        if number.abs() >= from {
            return format!("{}{unit}", trimmed(number / from, 2));
        }
    }
    whole(number)
}

/// A number as tables have it, with all its digits before the point.
pub(crate) fn whole(number: f64) -> String {
    let digits = if number.abs() < 1.0 { 4 } else { 2 };
    grouped(trimmed(number, digits))
}

fn trimmed(number: f64, digits: usize) -> String {
    let text = format!("{number:.digits$}");
    if !text.contains('.') {
        return text;
    }
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0" } else { text }.to_owned()
}

/// The instants that are labeled, so many at most, with their labels, in UTC: the day where it
/// matters.
#[must_use]
pub(crate) fn instants(
    (from, until): (Timestamp, Timestamp),
    most: i64,
) -> Vec<(Timestamp, String)> {
    let seconds = (until.as_second() - from.as_second()).max(1);
    let step = STEPS
        .into_iter()
        .find(|step| seconds / step <= most)
        .unwrap_or_else(|| (seconds / most / 86_400 + 1) * 86_400);
    let format = match step {
        86_400.. => "%Y-%m-%d",
        _ if seconds > 86_400 => "%m-%d %H:%M",
        ..60 => "%H:%M:%S",
        _ => "%H:%M",
    };
    let first =
        from.as_second().div_euclid(step) + i64::from(from.as_second().rem_euclid(step) > 0);
    (first..)
        .map_while(|number| Timestamp::from_second(number.checked_mul(step)?).ok())
        .take_while(|instant| *instant <= until)
        .map(|instant| (instant, instant.strftime(format).to_string()))
        .collect()
}

/// How far an instant is from the first of two to the second: 0 to 1, or outside.
#[must_use]
pub(crate) fn share(at: Timestamp, (from, until): (Timestamp, Timestamp)) -> f64 {
    let seconds = |one: Timestamp, two: Timestamp| {
        one.since((Unit::Second, two))
            .and_then(|span| span.total(Unit::Second))
            .unwrap_or_default()
    };
    let whole = seconds(until, from);
    if whole > 0.0 {
        seconds(at, from) / whole
    } else {
        0.5
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ticks_are_round_and_take_in_the_highest() {
        for (highest, expected) in [
            (0.0, &[0.0, 0.25, 0.5, 0.75, 1.0][..]),
            (1.0, &[0.0, 0.25, 0.5, 0.75, 1.0]),
            (7.0, &[0.0, 2.0, 4.0, 6.0, 8.0]),
            (10.0, &[0.0, 2.5, 5.0, 7.5, 10.0]),
            (123.0, &[0.0, 50.0, 100.0, 150.0]),
            (0.003, &[0.0, 0.001, 0.002, 0.003]),
        ] {
            assert_eq!(ticks(highest, false), expected, "{highest}");
        }
        assert!(ticks(1e300, false).len() < 10);
    }

    #[test]
    fn where_things_are_counted_the_ticks_are_whole_numbers_and_few() {
        for (highest, expected) in [
            (0.0, &[0.0, 1.0][..]),
            (1.0, &[0.0, 1.0]),
            (3.0, &[0.0, 1.0, 2.0, 3.0]),
            (5.0, &[0.0, 2.0, 4.0, 6.0]),
            (10.0, &[0.0, 5.0, 10.0]),
            (99.0, &[0.0, 25.0, 50.0, 75.0, 100.0]),
            (12_345.0, &[0.0, 5_000.0, 10_000.0, 15_000.0]),
        ] {
            assert_eq!(ticks(highest, true), expected, "{highest}");
        }
        for highest in 0..2_000 {
            let ticks = ticks(f64::from(highest), true);
            assert!((2..=6).contains(&ticks.len()), "{highest}: {ticks:?}");
            assert!(ticks.iter().all(|tick| tick.fract() == 0.0), "{ticks:?}");
        }
    }

    #[test]
    fn numbers_are_short() {
        for (number, text) in [
            (0.0, "0"),
            (-0.0, "0"),
            (0.25, "0.25"),
            (1.0, "1"),
            (9_999.0, "9,999"),
            (12_500.0, "12,500"),
            (999_999.0, "999,999"),
            (2_000_000.0, "2M"),
            (3e9, "3G"),
            (0.000_1, "0.0001"),
            (1234.567, "1,234.57"),
        ] {
            assert_eq!(shown(number), text);
        }
    }

    #[test]
    fn labels_name_the_day_where_it_matters() {
        let at = |text: &str| text.parse::<Timestamp>().expect(text);
        let labels = |from: &str, until: &str| {
            let labels = instants((at(from), at(until)), 7);
            labels
                .into_iter()
                .map(|(_, label)| label)
                .collect::<Vec<_>>()
        };
        assert_eq!(
            labels("2026-06-01T12:00:30Z", "2026-06-01T13:00:00Z"),
            ["12:15", "12:30", "12:45", "13:00"]
        );
        assert_eq!(
            labels("2026-05-31T12:00:00Z", "2026-06-02T00:00:00Z"),
            [
                "05-31 12:00",
                "05-31 18:00",
                "06-01 00:00",
                "06-01 06:00",
                "06-01 12:00",
                "06-01 18:00",
                "06-02 00:00"
            ]
        );
        assert_eq!(
            labels("2026-06-01T12:00:00Z", "2026-06-05T12:00:00Z"),
            ["2026-06-02", "2026-06-03", "2026-06-04", "2026-06-05"]
        );
        let years = labels("2020-01-01T00:00:00Z", "2026-01-01T00:00:00Z");
        assert!((4..=8).contains(&years.len()), "{years:?}");
    }
}
