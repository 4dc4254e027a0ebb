//! The drawing: places on a paper of 800 by 280.

use jiff::Timestamp;

use super::scale::{instants, share, shown, ticks};
use super::{Kind, Plot, Series};

const LEFT: f64 = 60.0;
const RIGHT: f64 = 780.0;
const TOP: f64 = 30.0;
const BOTTOM: f64 = 245.0;

/// A drawing whose places the template writes down.
pub(super) struct Drawing {
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

/// What is drawn of the numbers.
pub(super) enum Shape {
    /// A line, by the commands of SVG.
    Line { series: usize, path: String },
    /// A number with none beside it.
    Dot { series: usize, x: String, y: String },
    /// A part of a bar.
    Bar {
        series: usize,
        x: String,
        y: String,
        width: String,
        height: String,
    },
}

/// Where numbers are.
struct Paper {
    span: (Timestamp, Timestamp),
    highest: f64,
}

impl Drawing {
    /// Nothing when there is no number to draw.
    pub(super) fn of(plot: &Plot) -> Option<Self> {
        let first = plot.numbers().map(|(at, _)| at).min()?;
        let last = plot.numbers().map(|(at, _)| at).max()?;
        let values = ticks(highest(plot));
        let paper = Paper {
            span: plot.span.unwrap_or((first, last)),
            highest: values.last().copied().unwrap_or(1.0),
        };
        let label = |place: f64, text| Label {
            place: number(place),
            // Beyond this, the end of a long one would be off the paper.
            anchor: if place > RIGHT - 20.0 {
                "end"
            } else {
                "middle"
            },
            text,
        };
        Some(Self {
            instants: instants(paper.span.0, paper.span.1)
                .into_iter()
                .map(|(at, text)| label(paper.x(at), text))
                .collect(),
            shapes: match plot.kind {
                Kind::Lines => lines(plot, &paper),
                Kind::Stack => bars(plot, &paper),
            },
            values: values
                .into_iter()
                .map(|value| label(paper.y(value), shown(value)))
                .collect(),
        })
    }
}

impl Paper {
    fn x(&self, at: Timestamp) -> f64 {
        LEFT + share(at, self.span).clamp(0.0, 1.0) * (RIGHT - LEFT)
    }

    fn y(&self, value: f64) -> f64 {
        BOTTOM - (value / self.highest).clamp(0.0, 1.0) * (BOTTOM - TOP)
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
fn lines(plot: &Plot, paper: &Paper) -> Vec<Shape> {
    let mut shapes = Vec::new();
    for (series, numbers) in plot.series.iter().enumerate() {
        let mut run = Vec::new();
        for (index, (instant, _)) in numbers.points.iter().enumerate() {
            match at(numbers, index) {
                Some(value) => run.push((paper.x(*instant), paper.y(value))),
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

fn bars(plot: &Plot, paper: &Paper) -> Vec<Shape> {
    let instants: Vec<_> = plot
        .series
        .iter()
        .map(|series| &series.points)
        .max_by_key(|points| points.len())
        .map(|points| points.iter().map(|(at, _)| *at).collect())
        .unwrap_or_default();
    let width = bar_width(&instants, paper);
    let mut shapes = Vec::new();
    for (index, instant) in instants.iter().enumerate() {
        let x = paper.x(*instant).min(RIGHT - width);
        let mut below = 0.0;
        for (series, numbers) in plot.series.iter().enumerate() {
            let Some(value) = at(numbers, index).filter(|value| *value > 0.0) else {
                continue;
            };
            let (bottom, top) = (paper.y(below), paper.y(below + value));
            below += value;
            shapes.push(Shape::Bar {
                series,
                x: number(x),
                y: number(top),
                width: number(width),
                height: number(bottom - top),
            });
        }
    }
    shapes
}

/// From one instant to the next, as far as there is paper.
fn bar_width(instants: &[Timestamp], paper: &Paper) -> f64 {
    let narrowest = instants
        .windows(2)
        .map(|pair| paper.x(pair[1]) - paper.x(pair[0]))
        .filter(|width| *width > 0.0)
        .fold(f64::INFINITY, f64::min);
    if narrowest.is_finite() {
        (narrowest * 0.9).clamp(1.0, 120.0)
    } else {
        40.0
    }
}

fn number(place: f64) -> String {
    format!("{place:.1}")
}
