//! Plots as SVG that the server draws: lines over time and stacked bars, with axes, units and a
//! legend, and a table of the same numbers for those who would rather read.

mod draw;
mod scale;
mod table;

use std::fmt;

use askama::Template;
use askama::filters::HtmlSafe;
use jiff::Timestamp;

use draw::Drawing;
use table::Row;

/// More than these would not be told apart.
const MOST_SERIES: usize = 8;

/// Numbers over time under one name; `None` where there is none.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// What the legend calls them.
    pub name: String,
    /// The numbers, the earliest first. Those of all series of a plot are for the same instants.
    pub points: Vec<(Timestamp, Option<f64>)>,
}

impl Series {
    /// Numbers under a name.
    pub fn new(
        name: impl Into<String>,
        points: impl IntoIterator<Item = (Timestamp, Option<f64>)>,
    ) -> Self {
        Self {
            name: name.into(),
            points: points.into_iter().collect(),
        }
    }
}

/// A plot; a template writes it by `{{ plot }}`. Counts have whole numbers at the axis.
#[derive(Debug, Clone)]
pub struct Plot {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) unit: String,
    pub(crate) kind: Kind,
    pub(crate) span: Option<(Timestamp, Timestamp)>,
    pub(crate) series: Vec<Series>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Lines,
    Stack,
}

impl Plot {
    /// A line for each series. The id is unlike that of any other plot on the page, in letters and
    /// hyphens; the unit is what the numbers count, such as `calls a minute` or `ms`.
    #[must_use]
    pub fn lines(id: &str, title: &str, unit: &str) -> Self {
        Self::new(Kind::Lines, id, title, unit)
    }

    /// Bars, one for each instant, in which the series stand upon each other.
    #[must_use]
    pub fn stack(id: &str, title: &str, unit: &str) -> Self {
        Self::new(Kind::Stack, id, title, unit)
    }

    fn new(kind: Kind, id: &str, title: &str, unit: &str) -> Self {
        Self {
            id: id.to_owned(),
            title: title.to_owned(),
            unit: unit.to_owned(),
            kind,
            span: None,
            series: Vec::new(),
        }
    }

    /// From when until when, whatever numbers there are.
    #[must_use]
    pub fn over(mut self, from: Timestamp, until: Timestamp) -> Self {
        self.span = (from < until).then_some((from, until));
        self
    }

    /// With one more series. Those beyond the eighth are added up under `others`.
    #[must_use]
    pub fn with(mut self, series: Series) -> Self {
        if self.series.len() < MOST_SERIES {
            self.series.push(series);
        } else if let Some(last) = self.series.last_mut() {
            "others".clone_into(&mut last.name);
            for (own, (_, more)) in last.points.iter_mut().zip(series.points) {
                own.1 = match (own.1, more) {
                    (None, None) => None,
                    (one, two) => Some(one.unwrap_or_default() + two.unwrap_or_default()),
                };
            }
        }
        self
    }

    /// Every number with its instant.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = (Timestamp, f64)> {
        let points = self.series.iter().flat_map(|series| &series.points);
        points.filter_map(|(at, number)| Some((*at, number.filter(|number| number.is_finite())?)))
    }
}

#[derive(Template)]
#[template(path = "web/plot.html")]
struct Html<'a> {
    plot: &'a Plot,
    drawings: Vec<Drawing>,
    description: String,
    rows: Vec<Row>,
}

impl fmt::Display for Plot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let html = Html {
            plot: self,
            drawings: Drawing::both(self),
            description: table::description(self),
            rows: table::rows(self),
        };
        html.fmt(f)
    }
}

impl HtmlSafe for Plot {}

#[cfg(test)]
mod tests;
