//! The same numbers as text: a table, and a sentence for those who are read to.

use jiff::Timestamp;

use super::scale::{shown, whole};
use super::{Plot, Series};
use crate::Moment;

/// The numbers of one instant.
pub(super) struct Row {
    pub(super) at: Timestamp,
    pub(super) numbers: Vec<String>,
}

impl Row {
    pub(super) fn moment(&self) -> Moment {
        Moment::at(self.at)
    }
}

/// Every instant that a series has, in order, whether or not the others have it.
pub(super) fn rows(plot: &Plot) -> Vec<Row> {
    let points = plot.series.iter().flat_map(|series| &series.points);
    let mut instants: Vec<_> = points.map(|(at, _)| *at).collect();
    instants.sort_unstable();
    instants.dedup();
    let number = |series: &Series, at| {
        let found = series.points.binary_search_by_key(&at, |point| point.0);
        let number = found.ok().and_then(|index| series.points[index].1);
        number.map_or_else(|| "-".to_owned(), whole)
    };
    instants
        .into_iter()
        .map(|at| Row {
            at,
            numbers: plot
                .series
                .iter()
                .map(|series| number(series, at))
                .collect(),
        })
        .collect()
}

/// Each series with its lowest, highest and last number.
pub(super) fn description(plot: &Plot) -> String {
    let sentences: Vec<_> = plot.series.iter().map(sentence).collect();
    if sentences.is_empty() {
        return "No numbers.".to_owned();
    }
    format!("In {}. {}", plot.unit, sentences.join(" "))
}

fn sentence(series: &Series) -> String {
    let numbers = || series.points.iter().filter_map(|point| point.1);
    let Some(last) = numbers().next_back() else {
        return format!("{}: no numbers.", series.name);
    };
    let lowest = numbers().fold(f64::INFINITY, f64::min);
    let highest = numbers().fold(f64::NEG_INFINITY, f64::max);
    let [lowest, highest, last] = [lowest, highest, last].map(shown);
    let name = &series.name;
    format!("{name}: {lowest} to {highest}, {last} at the end.")
}
