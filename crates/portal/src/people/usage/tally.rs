//! Calls of several apps counted together: by day, by operation or by code.

use std::collections::BTreeMap;

use jiff::Timestamp;
use selfservice::calls::CallSeries;
use web::plot::{Plot, Series};

/// The lowest code that is no success. A code is that of an error, which begins with its status, or
/// a status, or 0 when nobody waited for the answer any more.
const FAILED: u32 = 400;

/// How calls are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    Day,
    Operation,
    Code,
}

impl By {
    pub(super) const ALL: [Self; 3] = [Self::Day, Self::Operation, Self::Code];

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Operation => "operation",
            Self::Code => "code",
        }
    }

    /// Days when nothing is said.
    pub(super) fn parse(word: &str) -> Option<Self> {
        if word.is_empty() {
            return Some(Self::Day);
        }
        Self::ALL.into_iter().find(|by| by.as_str() == word)
    }

    /// What the table's first column and its last one are about.
    pub(super) fn columns(self) -> (&'static str, &'static str) {
        match self {
            Self::Day => ("Day", "Failed"),
            Self::Operation => ("Operation", "Share"),
            Self::Code => ("Code", "Share"),
        }
    }
}

/// How many calls there were, point by point and key by key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tally {
    points: Vec<Timestamp>,
    lines: BTreeMap<String, Vec<i64>>,
}

/// A line of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) name: String,
    /// Where the portal says more of it.
    pub(super) href: Option<String>,
    pub(super) calls: i64,
    /// The share of all calls, or how many failed.
    pub(super) rest: String,
}

impl Tally {
    pub(super) fn new(points: Vec<Timestamp>) -> Self {
        let lines = BTreeMap::new();
        Self { points, lines }
    }

    /// Adds what one app has called.
    pub(super) fn add(&mut self, found: CallSeries) {
        for series in found.series {
            let key = series.key.unwrap_or_else(|| "others".to_owned());
            let nothing = || vec![0; self.points.len()];
            let line = self.lines.entry(key).or_insert_with(nothing);
            for (sum, more) in line.iter_mut().zip(series.calls) {
                *sum += more;
            }
        }
    }

    /// The lines with the most calls first.
    fn ordered(&self) -> Vec<(&str, &Vec<i64>)> {
        let lines = self.lines.iter().map(|(key, line)| (key.as_str(), line));
        let mut lines: Vec<_> = lines.collect();
        lines.sort_by_key(|(_, line)| -line.iter().sum::<i64>());
        lines
    }

    /// Of all calls, and of those that failed. The keys are codes.
    fn by_outcome(&self) -> [Vec<i64>; 2] {
        let mut outcomes = [vec![0; self.points.len()], vec![0; self.points.len()]];
        for (key, line) in &self.lines {
            let failed = key.parse().is_ok_and(|code: u32| code >= FAILED);
            for (sum, more) in outcomes[usize::from(failed)].iter_mut().zip(line) {
                *sum += more;
            }
        }
        outcomes
    }

    /// Bars for each point.
    pub(super) fn plot(&self, by: By, plot: Plot) -> Plot {
        let series = |name: &str, line: &[i64]| {
            let counts = line.iter().map(|calls| i32::try_from(*calls).ok());
            let counts = counts.map(|calls| calls.map(f64::from));
            Series::new(name, self.points.iter().copied().zip(counts))
        };
        if self.lines.is_empty() {
            return plot;
        }
        if by == By::Day {
            let [others, failed] = self.by_outcome();
            let plot = plot.with(series("not failed", &others));
            return plot.with(series("failed", &failed));
        }
        let lines = self.ordered().into_iter();
        lines.fold(plot, |plot, (key, line)| plot.with(series(key, line)))
    }

    /// The same numbers in short: days with the latest first, or what was called or answered the
    /// most.
    pub(super) fn rows(&self, by: By) -> Vec<Row> {
        if by == By::Day {
            return self.days();
        }
        let all: i64 = self.lines.values().flatten().sum();
        let row = |(key, line): (&str, &Vec<i64>)| {
            let calls = line.iter().sum();
            Row {
                name: key.to_owned(),
                href: href(by, key),
                calls,
                rest: web::share(calls, all),
            }
        };
        self.ordered().into_iter().map(row).collect()
    }

    fn days(&self) -> Vec<Row> {
        let [others, failed] = self.by_outcome();
        let counts = others.iter().zip(&failed);
        let days = self.points.iter().zip(counts).rev();
        let row = |(at, (others, failed)): (&Timestamp, (&i64, &i64))| Row {
            name: at.strftime("%Y-%m-%d").to_string(),
            href: None,
            calls: others + failed,
            rest: web::grouped(failed),
        };
        days.map(row).filter(|row| row.calls > 0).collect()
    }
}

/// Statuses have no page of their own.
fn href(by: By, key: &str) -> Option<String> {
    match by {
        By::Operation => Some(format!("/portal/operations/{key}")),
        By::Code if key.len() >= 5 => Some(format!("/portal/errors/{key}")),
        By::Code | By::Day => None,
    }
}

#[cfg(test)]
mod tests {
    use selfservice::calls::Series as Found;

    use super::*;

    fn points() -> Vec<Timestamp> {
        let day = |number: i64| Timestamp::from_second(number * 86_400).expect("an instant");
        (0..3).map(day).collect()
    }

    fn tally(apps: &[&[(&str, [i64; 3])]]) -> Tally {
        let mut tally = Tally::new(points());
        for lines in apps {
            let series = lines.iter().map(|(key, calls)| Found {
                key: Some((*key).to_owned()),
                calls: calls.to_vec(),
            });
            tally.add(CallSeries {
                points: points(),
                series: series.collect(),
            });
        }
        tally
    }

    fn told(rows: Vec<Row>) -> Vec<String> {
        let words = |row: Row| {
            let href = row.href.unwrap_or_default();
            format!("{} {} {} {href}", row.name, row.calls, row.rest)
        };
        rows.into_iter().map(words).collect()
    }

    #[test]
    fn calls_of_all_apps_are_counted_together() {
        let codes = tally(&[
            &[("200", [1_500, 0, 2]), ("404001", [0, 0, 1])],
            &[("200", [1, 0, 0]), ("0", [0, 0, 1])],
        ]);
        assert_eq!(
            told(codes.rows(By::Day)),
            ["1970-01-03 4 1 ", "1970-01-01 1501 0 "]
        );
        assert_eq!(
            told(codes.rows(By::Code)),
            [
                "200 1503 99.9\u{a0}% ",
                "0 1 0.1\u{a0}% ",
                "404001 1 0.1\u{a0}% /portal/errors/404001"
            ]
        );
        let operations = tally(&[&[("get_order", [1, 1, 1])]]);
        assert_eq!(
            told(operations.rows(By::Operation)),
            ["get_order 3 100.0\u{a0}% /portal/operations/get_order"]
        );
    }

    #[test]
    fn plots_have_what_was_asked_for() {
        let codes = tally(&[&[("200", [1, 0, 2]), ("40401", [0, 0, 1])]]);
        for (by, names) in [
            (By::Day, ["not failed", "failed"]),
            (By::Code, ["200", "40401"]),
        ] {
            let plot = codes.plot(by, Plot::stack("x", "x", "calls")).to_string();
            for name in names {
                assert!(plot.contains(name), "{plot}");
            }
        }
        let none = Tally::new(points()).plot(By::Day, Plot::stack("x", "x", "calls"));
        assert!(none.to_string().contains("no numbers"));
        assert!(Tally::new(points()).rows(By::Code).is_empty());
    }

    #[test]
    fn ways_to_count_are_words() {
        assert_eq!(By::parse(""), Some(By::Day));
        assert_eq!(By::parse("code"), Some(By::Code));
        assert_eq!(By::parse("app"), None);
    }
}
