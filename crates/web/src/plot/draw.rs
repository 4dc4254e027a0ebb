//! The drawing: places on a wide paper, and on a narrow one for telephones, on which the same text is
//! as large.

use jiff::Timestamp;

use super::scale::{instants, share, shown, ticks};
use super::{Kind, Plot, Series};

/// How large a paper is, and where the axes are.
pub(super) struct Paper {
    /// The class of the style sheet, which shows one of them.
    pub(super) class: &'static str,
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) left: f64,
    pub(super) right: f64,
    pub(super) top: f64,
    pub(super) bottom: f64,
    /// How many labels there is room for below it.
    most_instants: i64,
}

pub(super) const WIDE: Paper = Paper {
    class: "wide-paper",
    width: 800.0,
    height: 280.0,
    left: 60.0,
    right: 780.0,
    top: 30.0,
    bottom: 245.0,
    most_instants: 7,
};

pub(super) const NARROW: Paper = Paper {
    class: "narrow-paper",
    width: 340.0,
    height: 250.0,
    left: 54.0,
    right: 330.0,
    top: 30.0,
    bottom: 215.0,
    most_instants: 4,
};

/// A drawing whose places the template writes down.
pub(super) struct Drawing {
    pub(super) paper: Paper,
    pub(super) values: Vec<Label>,
    pub(super) instants: Vec<Label>,
    pub(super) shapes: Vec<Shape>,
}

/// A label of an axis.
pub(super) struct Label {
    pub(super) place: String,
    /// How the text stands to its place, in the words of SVG.
    pub(super) anchor: &'static str,
    pub(super) text: String,
}

/// What is drawn of the numbers; paths are commands of SVG.
pub(super) enum Shape {
    Line {
        series: usize,
        path: String,
    },
    /// A number with none beside it.
    Dot {
        series: usize,
        x: String,
        y: String,
    },
    /// The parts of all bars that are one series'.
    Bars {
        series: usize,
        path: String,
    },
}

/// Where numbers are.
struct Places<'a> {
    paper: &'a Paper,
    span: (Timestamp, Timestamp),
    highest: f64,
}

impl Drawing {
    /// On both papers; nothing when there is no number to draw.
    pub(super) fn both(plot: &Plot) -> Vec<Self> {
        let papers = [WIDE, NARROW].into_iter();
        papers.filter_map(|paper| Self::of(plot, paper)).collect()
    }

    fn of(plot: &Plot, paper: Paper) -> Option<Self> {
        let first = plot.numbers().map(|(at, _)| at).min()?;
        let last = plot.numbers().map(|(at, _)| at).max()?;
        let is_whole = plot.numbers().all(|(_, number)| number.fract() == 0.0);
        let values = ticks(highest(plot), is_whole);
        let places = Places {
            paper: &paper,
            span: plot.span.unwrap_or((first, last)),
            highest: values.last().copied().unwrap_or(1.0),
        };
        let label = |place: f64, text| Label {
            place: number(place),
            // Beyond this, the end of a long one would be off the paper.
            anchor: if place > paper.right - 25.0 {
                "end"
            } else {
                "middle"
            },
            text,
        };
        Some(Self {
            instants: instants(places.span, paper.most_instants)
                .into_iter()
                .map(|(at, text)| label(places.x(at), text))
                .collect(),
            shapes: match plot.kind {
                Kind::Lines => lines(plot, &places),
                Kind::Stack => bars(plot, &places),
            },
            values: values
                .into_iter()
                .map(|value| label(places.y(value), shown(value)))
                .collect(),
            paper,
        })
    }
}

impl Places<'_> {
    fn x(&self, at: Timestamp) -> f64 {
        let Paper { left, right, .. } = self.paper;
        left + share(at, self.span).clamp(0.0, 1.0) * (right - left)
    }

    fn y(&self, value: f64) -> f64 {
        let Paper { top, bottom, .. } = self.paper;
        bottom - (value / self.highest).clamp(0.0, 1.0) * (bottom - top)
    }
}

/// The highest place that anything is drawn at.
fn highest(plot: &Plot) -> f64 {
    match plot.kind {
        Kind::Lines => plot.numbers().map(|(_, number)| number).fold(0.0, f64::max),
        Kind::Stack => {
            let length = plot.series.iter().map(|series| series.points.len()).max();
            (0..length.unwrap_or_default())
                .map(|index| plot.series.iter().filter_map(|one| at(one, index)).sum())
                .fold(0.0, f64::max)
        }
    }
}

fn at(series: &Series, index: usize) -> Option<f64> {
    let number = series.points.get(index)?.1?;
    number.is_finite().then_some(number.max(0.0))
}

/// A line breaks where numbers are missing; a lonely number is a dot.
fn lines(plot: &Plot, places: &Places) -> Vec<Shape> {
    let mut shapes = Vec::new();
    for (series, numbers) in plot.series.iter().enumerate() {
        let mut run = Vec::new();
        for (index, (instant, _)) in numbers.points.iter().enumerate() {
            match at(numbers, index) {
                Some(value) => run.push((places.x(*instant), places.y(value))),
                None => shapes.extend(drawn(series, std::mem::take(&mut run))),
            }
        }
        shapes.extend(drawn(series, run));
    }
    shapes
}

fn drawn(series: usize, run: Vec<(f64, f64)>) -> Option<Shape> {
    if let [(x, y)] = run[..] {
        let (x, y) = (number(x), number(y));
        return Some(Shape::Dot { series, x, y });
    }
    let path: Vec<_> = (run.into_iter().enumerate())
        .map(|(index, (x, y))| {
            let command = if index == 0 { 'M' } else { 'L' };
            format!("{command}{} {}", number(x), number(y))
        })
        .collect();
    let path = path.concat();
    (!path.is_empty()).then_some(Shape::Line { series, path })
}

fn bars(plot: &Plot, places: &Places) -> Vec<Shape> {
    let instants: Vec<_> = plot
        .series
        .iter()
        .map(|series| &series.points)
        .max_by_key(|points| points.len())
        .map(|points| points.iter().map(|(at, _)| *at).collect())
        .unwrap_or_default();
    let width = bar_width(&instants, places);
    let mut paths = vec![String::new(); plot.series.len()];
    for (index, instant) in instants.iter().enumerate() {
        let x = places.x(*instant).min(places.paper.right - width);
        let mut below = 0.0;
        for (path, numbers) in paths.iter_mut().zip(&plot.series) {
            let Some(value) = at(numbers, index).filter(|value| *value > 0.0) else {
                continue;
            };
            let (bottom, top) = (places.y(below), places.y(below + value));
            below += value;
            let [x, top, width, height] = [x, top, width, bottom - top].map(number);
            path.extend([format!("M{x} {top}h{width}v{height}h-{width}z")]);
        }
    }
    (paths.into_iter().enumerate())
        .filter(|(_, path)| !path.is_empty())
        .map(|(series, path)| Shape::Bars { series, path })
        .collect()
}

/// From one instant to the next, as far as there is paper.
fn bar_width(instants: &[Timestamp], places: &Places) -> f64 {
    let narrowest = instants
        .windows(2)
        .map(|pair| places.x(pair[1]) - places.x(pair[0]))
        .filter(|width| *width > 0.0)
        .fold(f64::INFINITY, f64::min);
    if narrowest.is_finite() {
        (narrowest * 0.9).clamp(1.0, places.paper.width * 0.15)
    } else {
        40.0
    }
}

pub(super) fn number(place: f64) -> String {
    format!("{place:.1}")
}
