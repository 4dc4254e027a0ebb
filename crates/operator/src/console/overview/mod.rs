//! The first page: what waits for a person now, and how calls and orders have gone over an hour, a day
//! or a week.

mod figures;
mod plots;
mod quotas;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use jiff::{SignedDuration, Timestamp};
use selfservice::calls::SeriesQuery;
use serde::Deserialize;
use web::Page;

use super::Console;
use super::fault::Fault;
use super::input::Query;
use super::signed_in::SignedIn;
use figures::Figures;
use plots::Chart;
use quotas::QuotaLine;

#[derive(Template)]
#[template(path = "console/overview.html")]
struct Html {
    page: Page,
    span: Span,
    figures: Figures,
    charts: Vec<Chart>,
    quotas: Vec<QuotaLine>,
}

/// What the page is asked with.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    span: String,
}

/// Over how long the plots go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Span {
    Hour,
    Day,
    Week,
}

impl Span {
    const ALL: [Self; 3] = [Self::Hour, Self::Day, Self::Week];

    fn as_str(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week => "week",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|span| span.as_str() == word)
    }

    /// How many minutes it is long, and how many of them are a point of a plot.
    fn minutes(self) -> (i64, i64) {
        match self {
            Self::Hour => (60, 1),
            Self::Day => (24 * 60, 10),
            Self::Week => (7 * 24 * 60, 60),
        }
    }

    /// What the calls of a point are called.
    fn calls(self) -> &'static str {
        match self {
            Self::Hour => "calls a minute",
            Self::Day => "calls in 10 minutes",
            Self::Week => "calls an hour",
        }
    }

    /// From when until when it is. The ends are round times, so that a plot that is looked at again has
    /// the same points; the last one is not over.
    fn ends(self, now: Timestamp) -> Option<(Timestamp, Timestamp)> {
        let (length, step) = self.minutes();
        let end = (now.as_second().div_euclid(60 * step) + 1) * 60 * step;
        let end = Timestamp::from_second(end).ok()?;
        Some((end - SignedDuration::from_mins(length), end))
    }

    fn query(self, (from, until): (Timestamp, Timestamp)) -> Option<SeriesQuery> {
        let (_, step) = self.minutes();
        SeriesQuery::new(from, until, step)
    }
}

/// The page.
pub(super) async fn show(
    State(console): State<Console>,
    person: SignedIn,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Fault> {
    let span = match wanted.span.as_str() {
        "" => Span::Hour,
        word => Span::parse(word)
            .ok_or_else(|| Fault::unreadable("Plots go over an hour, a day or a week."))?,
    };
    let now = console.services.clock.now();
    let selfservice = &console.services.selfservice;
    // Looks what waits, unless that was done in this minute; so it comes before the plots.
    let figures = Figures::read(selfservice, now).await?;
    Ok(web::html(&Html {
        page: person.page("Overview"),
        span,
        figures,
        charts: plots::read(selfservice, span, now).await?,
        quotas: quotas::read(&console.services).await?,
    }))
}

/// A count as plots take it. No count comes near what is cut off.
fn number(count: i64) -> f64 {
    f64::from(i32::try_from(count).unwrap_or(i32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_begin_at_round_times_and_the_last_one_has_this_instant() {
        let now: Timestamp = "2026-06-01T12:34:56Z".parse().expect("an instant");
        for (span, count, first, last) in [
            (
                Span::Hour,
                60,
                "2026-06-01T11:35:00Z",
                "2026-06-01T12:34:00Z",
            ),
            (
                Span::Day,
                144,
                "2026-05-31T12:40:00Z",
                "2026-06-01T12:30:00Z",
            ),
            (
                Span::Week,
                168,
                "2026-05-25T13:00:00Z",
                "2026-06-01T12:00:00Z",
            ),
        ] {
            let ends = span.ends(now).expect("two instants");
            let points = span.query(ends).expect("a query").points();
            let shown = (points[0].to_string(), points[count - 1].to_string());
            assert_eq!(
                (points.len(), shown),
                (count, (first.to_owned(), last.to_owned()))
            );
            assert_eq!(points[0], ends.0);
            assert!(points[count - 1] < ends.1 && now < ends.1);
        }
    }
}
