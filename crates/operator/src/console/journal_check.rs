//! Checking the whole journal. It goes on behind the pages, one check at a time, and each page of the
//! journal's shows how far it is or what came of it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use jiff::Timestamp;
use selfservice::{JournalCheck, JournalHead};
use serde::Deserialize;
use web::{Field, Moment, Notice, Page, see_other};

use super::Console;
use super::fault::Fault;
use super::input::Form;
use super::signed_in::SignedIn;

const ADDRESS: &str = "/console/journal/check";
/// A short journal is checked before the page is there.
const WAITED_FOR: Duration = Duration::from_secs(2);

/// The check that this node does or has done last.
#[derive(Clone, Default)]
pub(super) struct Checks(Arc<Mutex<Option<Check>>>);

/// One check.
#[derive(Debug, Clone)]
struct Check {
    begun_at: Timestamp,
    by: String,
    stands: Stands,
}

/// How far it is.
#[derive(Debug, Clone)]
enum Stands {
    /// The last position that was looked at.
    At(i64),
    Done(JournalCheck),
    /// The database did not answer.
    Failed,
}

#[derive(Template)]
#[template(path = "console/journal_check.html")]
struct Html {
    page: Page,
    check: Option<Check>,
    kept: String,
    fault: &'static str,
}

/// What the form sends.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    kept: String,
}

impl Checks {
    fn lock(&self) -> MutexGuard<'_, Option<Check>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins one, unless one is under way.
    fn begin(&self, check: Check) -> bool {
        let mut last = self.lock();
        let is_free = last.as_ref().is_none_or(|last| !last.is_under_way());
        if is_free {
            *last = Some(check);
        }
        is_free
    }

    fn set(&self, stands: Stands) {
        if let Some(check) = self.lock().as_mut() {
            check.stands = stands;
        }
    }
}

impl Check {
    fn is_under_way(&self) -> bool {
        matches!(self.stands, Stands::At(_))
    }
}

/// How far the check is, or what came of the last one; and the form for another.
pub(super) async fn show(State(console): State<Console>, person: SignedIn) -> Response {
    page(&console, &person, (String::new(), ""))
}

/// Begins a check.
pub(super) async fn begin(
    State(console): State<Console>,
    person: SignedIn,
    Form(typed): Form<Typed>,
) -> Result<Response, Fault> {
    let kept = typed.kept.trim();
    let head = JournalHead::parse(kept);
    if head.is_none() && !kept.is_empty() {
        let fault = "A head is a position, a colon and 64 hexadecimal digits.";
        let mut response = page(&console, &person, (kept.to_owned(), fault));
        *response.status_mut() = http::StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(response);
    }
    let begun = console.checks.begin(Check {
        begun_at: console.services.clock.now(),
        by: person.operator.name.as_str().to_owned(),
        stands: Stands::At(0),
    });
    if !begun {
        let notice = Notice::info("A check is under way already.");
        return Ok(see_other(ADDRESS, Some((&console.cookies.notice, &notice))));
    }
    let check = tokio::spawn(run(console, head));
    // What takes longer goes on behind the page.
    drop(tokio::time::timeout(WAITED_FOR, check).await);
    Ok(see_other(ADDRESS, None))
}

async fn run(console: Console, kept: Option<JournalHead>) {
    let checks = &console.checks;
    let progress = |position| checks.set(Stands::At(position));
    let selfservice = &console.services.selfservice;
    match selfservice.verify_journal(kept.as_ref(), progress).await {
        Ok(JournalCheck::Intact(head)) => checks.set(Stands::Done(JournalCheck::Intact(head))),
        Ok(found) => {
            tracing::error!(?found, "the journal is not as it was written");
            checks.set(Stands::Done(found));
        }
        Err(error) => {
            tracing::error!(%error, "the journal can't be checked");
            checks.set(Stands::Failed);
        }
    }
}

fn page(console: &Console, person: &SignedIn, (kept, fault): (String, &'static str)) -> Response {
    let check = console.checks.lock().clone();
    web::html(&Html {
        page: person.page("Check of the journal"),
        check,
        kept,
        fault,
    })
}
