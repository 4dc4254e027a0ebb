//! Plots as they are written: empty ones, ones with gaps, and names that want to be more than text.

use super::*;

fn at(minute: i64) -> Timestamp {
    Timestamp::from_second(1_780_315_200 + minute * 60).expect("an instant")
}

fn series(name: &str, numbers: &[Option<f64>]) -> Series {
    Series::new(name, (0..).map(at).zip(numbers.iter().copied()))
}

#[test]
fn a_plot_without_numbers_says_so() {
    for plot in [
        Plot::lines("calls", "Calls", "calls a minute"),
        Plot::lines("calls", "Calls", "calls a minute").with(series("all", &[])),
        Plot::stack("calls", "Calls", "calls a minute").with(series("all", &[None, None])),
        Plot::lines("calls", "Calls", "calls a minute").with(series("all", &[Some(f64::NAN)])),
    ] {
        let html = plot.to_string();
        assert!(
            html.contains("no numbers") && !html.contains("<svg"),
            "{html}"
        );
    }
}

#[test]
fn a_line_breaks_where_numbers_are_missing() {
    let numbers = [Some(1.0), Some(2.0), None, Some(3.0), None];
    let html = Plot::lines("calls", "Calls", "calls")
        .with(series("all", &numbers))
        .to_string();
    for wide_or_narrow in ["d=\"M60.0", "d=\"M54.0"] {
        let line = format!("<path class=\"line s0\" {wide_or_narrow}");
        assert_eq!(html.matches(&line).count(), 1, "{html}");
    }
    assert_eq!(
        html.matches("<circle class=\"dot s0\"").count(),
        2,
        "{html}"
    );
    assert!(
        html.contains("In calls. all: 1 to 3, 3 at the end."),
        "{html}"
    );
    assert_eq!(
        html.matches("<td class=\"number\">-</td>").count(),
        2,
        "{html}"
    );
}

#[test]
fn bars_stand_upon_each_other() {
    let plot = Plot::stack("orders", "Orders", "orders")
        .with(series("done", &[Some(2.0), Some(0.0)]))
        .with(series("failed", &[Some(2.0), Some(1.0)]))
        .over(at(0), at(2));
    let html = plot.to_string();
    let wide: Vec<_> = html
        .lines()
        .filter(|line| line.contains("<path class=\"bar") && line.contains("M60.0"))
        .collect();
    assert_eq!(wide.len(), 2, "{html}");
    // The first one's lower half, of four at most; the other stands on it, and alone a minute later.
    assert!(wide[0].contains("bar s0\" d=\"M60.0 137.5h120.0v107.5h-120.0z\""));
    assert!(wide[1].contains("bar s1\" d=\"M60.0 30.0h"), "{html}");
    assert!(html.contains("zM420.0 191.2h"), "{html}");
}

#[test]
fn the_time_is_the_one_that_was_chosen_and_counts_have_whole_numbers() {
    let plot = Plot::lines("calls", "Calls", "calls")
        .with(series("all", &[None, None, Some(1.0), Some(0.0)]))
        .over(at(0), at(8));
    let html = plot.to_string();
    assert!(html.contains("d=\"M240.0 30.0L330.0 245.0\""), "{html}");
    for (text, count) in [(">0</text>", 2), (">1</text>", 2), (">0.5</text>", 0)] {
        assert_eq!(html.matches(text).count(), count, "{text} {html}");
    }
}

#[test]
fn names_are_text() {
    let html = Plot::lines("x", "<b>", "\"&")
        .with(series("<script>", &[Some(1.0)]))
        .to_string();
    assert!(
        !html.contains("<script>") && !html.contains("<b>"),
        "{html}"
    );
    assert!(!html.contains(" style="), "{html}");
}

#[test]
fn more_series_than_colors_are_added_up() {
    let plot = (0..10).fold(Plot::lines("x", "x", "x"), |plot, number| {
        plot.with(series(&number.to_string(), &[Some(1.0)]))
    });
    assert_eq!(plot.series.len(), 8);
    let last = plot.series.last().expect("a series");
    assert_eq!(
        (last.name.as_str(), last.points[0].1),
        ("others", Some(3.0))
    );
}

#[test]
fn a_table_has_counts_to_the_last_digit() {
    let at = Timestamp::UNIX_EPOCH;
    let plot = Plot::lines("calls", "Calls", "calls")
        .over(at, at + jiff::SignedDuration::from_mins(5))
        .with(Series::new("all", [(at, Some(12_345_678.0))]));
    let page = plot.to_string();
    assert!(page.contains(">12,345,678<"), "{page}");
}
