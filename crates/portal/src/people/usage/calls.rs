//! How much an app calls, by day, and how much it may still call.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use domain::access::ClientId;
use gateway::{AppLimits, QuotaUse};
use jiff::{SignedDuration, Timestamp};
use selfservice::calls::{CallKey, CallSeries, SeriesQuery};
use serde::Deserialize;
use web::plot::{Plot, Series};
use web::{Field, Moment, Page};

use super::super::People;
use super::super::fault::Fault;
use super::super::input::Query;
use super::super::signed_in::SignedIn;
use super::{ADDRESS, TABS, app_options};

const DAYS: i64 = 14;
const DAY_SECONDS: i64 = 24 * 60 * 60;
const DAY_MINUTES: i64 = 24 * 60;
const MOST_SERIES: usize = 7;

#[derive(Template)]
#[template(path = "people/use_calls.html")]
struct Html {
    page: Page,
    here: &'static str,
    app: String,
    apps: Vec<(String, String)>,
    limits: Option<AppLimits>,
    plots: Vec<Plot>,
}

/// Whose calls are looked at.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::people) struct Wanted {
    app: String,
}

/// The page, about the app that is asked for, or else the first.
pub(in crate::people) async fn show(
    State(people): State<People>,
    person: SignedIn,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Fault> {
    let apps = people.own_apps(&person).await?;
    let own = |id: &str| apps.iter().find(|app| app.app.id.as_str() == id);
    let app = match wanted.app.as_str() {
        "" => apps.first(),
        id => Some(own(id).ok_or(Fault::NOT_FOUND)?),
    };
    let app = app.map(|app| app.app.id.clone());
    let mut html = Html {
        page: person.page("Use"),
        here: ADDRESS,
        app: app.as_ref().map_or("", ClientId::as_str).to_owned(),
        apps: app_options(&apps),
        limits: None,
        plots: Vec::new(),
    };
    if let Some(app) = &app {
        html.limits = people.services.gateway.limits_of(app).await?;
        html.plots = people.plots(app).await?;
    }
    Ok(web::html(&html))
}

impl People {
    async fn plots(&self, app: &ClientId) -> Result<Vec<Plot>, Fault> {
        let (from, to) = days(self.services.clock.now());
        let Some(query) = SeriesQuery::new(from, to, DAY_MINUTES) else {
            return Ok(Vec::new());
        };
        let mut plots = Vec::new();
        for (id, title, key) in [
            ("operations", "Calls by operation", CallKey::Operation),
            ("codes", "Calls by code", CallKey::Code),
        ] {
            let only = (Some(app), None);
            let selfservice = &self.services.selfservice;
            let series = selfservice
                .call_series(query, key, only, MOST_SERIES)
                .await?;
            let plot = Plot::stack(id, title, "calls a day").over(from, to);
            plots.push(with_all(plot, &series));
        }
        Ok(plots)
    }
}

fn with_all(mut plot: Plot, all: &CallSeries) -> Plot {
    for line in &all.series {
        let name = line.key.as_deref().unwrap_or("others");
        let values = line.calls.iter().map(|calls| i32::try_from(*calls).ok());
        let values = values.map(|calls| calls.map(f64::from));
        plot = plot.with(Series::new(name, all.points.iter().copied().zip(values)));
    }
    plot
}

/// Whole days in UTC, today's the last.
fn days(now: Timestamp) -> (Timestamp, Timestamp) {
    let midnight = now.as_second().div_euclid(DAY_SECONDS) * DAY_SECONDS;
    let midnight = Timestamp::from_second(midnight).unwrap_or(now);
    let day = |days: i64| midnight + SignedDuration::from_hours(24 * days);
    (day(1 - DAYS), day(1))
}
