//! The request log: the latest calls of the organization's apps one by one.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use domain::access::{ClientId, SystemUserName};
use jiff::Timestamp;
use selfservice::calls::{CallLogWish, LoggedCall};
use serde::Deserialize;
use web::{Badge, Field, Moment, Page, Pager, Tone};

use super::super::People;
use super::super::fault::Fault;
use super::super::input::Query;
use super::super::signed_in::SignedIn;
use super::{TABS, app_options};

const ADDRESS: &str = "/portal/use/log";
const PAGE: u16 = 50;
/// The lowest code that is no success, and the lowest that is an error's own.
const FAILED: u32 = 400;
const ERRORS: u32 = 10_000;

#[derive(Template)]
#[template(path = "people/use_log.html")]
struct Html {
    page: Page,
    here: &'static str,
    wanted: Wanted,
    apps: Vec<(String, String)>,
    calls: Vec<LoggedCall>,
    unlogged: i64,
    pager: Pager,
}

/// Which calls are looked at.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::people) struct Wanted {
    app: String,
    failed: String,
    before: String,
}

/// The page.
pub(in crate::people) async fn show(
    State(people): State<People>,
    person: SignedIn,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Fault> {
    let apps = people.own_apps(&person).await?;
    let wish = CallLogWish {
        app: Some(wanted.app.as_str())
            .filter(|id| !id.is_empty())
            .map(ClientId::new),
        from: Timestamp::UNIX_EPOCH,
        failed: wanted.failed == "true",
    };
    let before = Some(wanted.before.as_str()).filter(|before| !before.is_empty());
    let (selfservice, number) = (&people.services.selfservice, &person.organization.number);
    let found = selfservice
        .list_logged_calls(number, &wish, before, PAGE)
        .await?;
    let pager = Pager {
        first: before.map(|_| wanted.address("")),
        next: found.next.as_deref().map(|next| wanted.address(next)),
    };
    let mut options = vec![(String::new(), "All".to_owned())];
    options.extend(app_options(&apps));
    Ok(web::html(&Html {
        page: person.page("Use"),
        here: ADDRESS,
        wanted,
        apps: options,
        calls: found.calls,
        unlogged: found.unlogged,
        pager,
    }))
}

impl Wanted {
    fn address(&self, before: &str) -> String {
        let parameters = [
            ("app", self.app.as_str()),
            ("failed", &self.failed),
            ("before", before),
        ];
        let parameters = parameters.iter().filter(|(_, value)| !value.is_empty());
        // Pairs of texts can be written.
        let query = serde_urlencoded::to_string(parameters.collect::<Vec<_>>());
        format!("{ADDRESS}?{}", query.unwrap_or_default())
    }
}

impl Html {
    /// In templates, numbers come by reference.
    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "templates hand arguments over as references"
    )]
    fn badge(code: &u32) -> Badge {
        let tone = match *code {
            0 => Tone::Plain,
            1..FAILED => Tone::Good,
            _ => Tone::Bad,
        };
        Badge::new(tone, code.to_string())
    }

    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "templates hand arguments over as references"
    )]
    fn has_page(code: &u32) -> bool {
        *code >= ERRORS
    }

    fn user(call: &LoggedCall) -> &str {
        call.system_user.as_ref().map_or("", SystemUserName::as_str)
    }

    fn took(call: &LoggedCall) -> String {
        format!(
            "{}.{}",
            call.microseconds / 1_000,
            call.microseconds % 1_000 / 100
        )
    }
}
