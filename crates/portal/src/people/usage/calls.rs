//! How much the organization's apps call, by day, operation or code, and how much they may still call.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use domain::access::ClientId;
use gateway::{AppLimits, QuotaUse};
use jiff::{SignedDuration, Timestamp};
use selfservice::calls::{CallKey, SeriesQuery};
use serde::Deserialize;
use storage::RegisteredApp;
use web::plot::Plot;
use web::{Field, Moment, Page};

use super::super::People;
use super::super::fault::Fault;
use super::super::input::Query;
use super::super::signed_in::SignedIn;
use super::tally::{By, Row, Tally};
use super::{ADDRESS, TABS, app_options};

const DAYS: i64 = 14;
const DAY_SECONDS: i64 = 24 * 60 * 60;
const DAY_MINUTES: i64 = 24 * 60;

#[derive(Template)]
#[template(path = "people/use_calls.html")]
struct Html {
    page: Page,
    here: &'static str,
    app: String,
    apps: Vec<(String, String)>,
    by: By,
    limits: Vec<Limits>,
    plot: Plot,
    rows: Vec<Row>,
}

/// An app with what it may still call.
struct Limits {
    id: ClientId,
    name: String,
    stands: AppLimits,
}

/// Whose calls are looked at, and how they are counted.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::people) struct Wanted {
    app: String,
    by: String,
}

/// The page, about one app or all.
pub(in crate::people) async fn show(
    State(people): State<People>,
    person: SignedIn,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Fault> {
    let unreadable = || Fault::unreadable("Calls are counted by day, by operation or by code.");
    let by = By::parse(&wanted.by).ok_or_else(unreadable)?;
    let apps = people.own_apps(&person).await?;
    let mut options = vec![(String::new(), "All".to_owned())];
    options.extend(app_options(&apps));
    let is_wanted = |app: &RegisteredApp| [app.app.id.as_str(), ""].contains(&wanted.app.as_str());
    let chosen: Vec<_> = apps.into_iter().filter(is_wanted).collect();
    if chosen.is_empty() && !wanted.app.is_empty() {
        return Err(Fault::NOT_FOUND);
    }
    let (from, until) = days(people.services.clock.now());
    let tally = people.tally(&chosen, by, (from, until)).await?;
    let title = format!("Calls by {}", by.as_str());
    let plot = Plot::stack("calls", &title, "calls a day").over(from, until);
    Ok(web::html(&Html {
        page: person.page("Use"),
        here: ADDRESS,
        app: wanted.app,
        apps: options,
        by,
        limits: people.limits(chosen).await?,
        plot: tally.plot(by, plot),
        rows: tally.rows(by),
    }))
}

impl People {
    async fn tally(
        &self,
        apps: &[RegisteredApp],
        by: By,
        (from, until): (Timestamp, Timestamp),
    ) -> Result<Tally, Fault> {
        let Some(query) = SeriesQuery::new(from, until, DAY_MINUTES) else {
            return Ok(Tally::new(Vec::new()));
        };
        let key = match by {
            By::Operation => CallKey::Operation,
            By::Day | By::Code => CallKey::Code,
        };
        let mut tally = Tally::new(query.points());
        for app in apps {
            let only = (Some(&app.app.id), None);
            let selfservice = &self.services.selfservice;
            let found = selfservice.call_series(query, key, only, usize::MAX);
            tally.add(found.await?);
        }
        Ok(tally)
    }

    async fn limits(&self, apps: Vec<RegisteredApp>) -> Result<Vec<Limits>, Fault> {
        let mut limits = Vec::with_capacity(apps.len());
        for RegisteredApp { app, .. } in apps {
            if let Some(stands) = self.services.gateway.limits_of(&app.id).await? {
                let (id, name) = (app.id, app.name);
                limits.push(Limits { id, name, stands });
            }
        }
        Ok(limits)
    }
}

impl Html {
    /// Where the same is counted in another way.
    fn address(&self, by: By) -> String {
        let pairs = [("app", self.app.as_str()), ("by", by.as_str())];
        let pairs = pairs.iter().filter(|(_, value)| !value.is_empty());
        // Pairs of texts can be written.
        let query = serde_urlencoded::to_string(pairs.collect::<Vec<_>>());
        format!("{ADDRESS}?{}", query.unwrap_or_default())
    }
}

/// Whole days in UTC, today's the last.
fn days(now: Timestamp) -> (Timestamp, Timestamp) {
    let midnight = now.as_second().div_euclid(DAY_SECONDS) * DAY_SECONDS;
    let midnight = Timestamp::from_second(midnight).unwrap_or(now);
    let day = |days: i64| midnight + SignedDuration::from_hours(24 * days);
    (day(1 - DAYS), day(1))
}
