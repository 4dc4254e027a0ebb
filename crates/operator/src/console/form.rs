//! Adding and changing a record by its form. What is wrong stands beside its field, what was typed
//! stays, and what somebody else has changed meanwhile is not overwritten unseen.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use selfservice::Seen;
use web::{Notice, Page, see_other};

use super::fault::Fault;
use super::forms::{self, Shape};
use super::input::{Form, Query};
use super::nouns;
use super::signed_in::SignedIn;
use super::typed::{Faults, Group, Sheet, Typed};
use super::{Console, secret};
use crate::import::Verdict;
use crate::manage::{DryRun, Expected, ManageError, Outcome, tag};
use crate::records::{Kind, Record};

/// How many empty rows a list has when its form is shown first, and when more are asked for.
const BLANK_ROWS: (usize, usize) = (1, 5);

#[derive(Template)]
#[template(path = "console/form.html")]
struct Html {
    page: Page,
    action: String,
    as_json: String,
    back: String,
    groups: Vec<Group>,
    above: Vec<String>,
    seen: String,
    has_rows: bool,
    is_overtaken: bool,
}

/// What a form is about.
struct About<'a> {
    kind: Kind,
    /// As it is; none for one that is to be added.
    current: Option<&'a Record>,
    /// Which record the person has seen.
    seen: String,
    blank_rows: usize,
    /// Whether somebody else has changed it since.
    is_overtaken: bool,
}

/// The form for another record; the address may fill some of it in.
pub(super) async fn show_empty(
    State(console): State<Console>,
    person: SignedIn,
    Path(kind): Path<String>,
    Query(given): Query<Typed>,
) -> Result<Response, Fault> {
    let about = About::new(parse(&kind)?, None);
    let typed = about.defaults(&console, given);
    let faults = Faults::default();
    about.page(&console, person, (&typed, &faults)).await
}

/// Adds a record.
pub(super) async fn add(
    State(console): State<Console>,
    person: SignedIn,
    Path(kind): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Fault> {
    let mut about = About::new(parse(&kind)?, None);
    let typed = about.tidy(typed);
    let mut faults = Faults::default();
    if typed.raw("do") == "more" {
        about.blank_rows = BLANK_ROWS.1;
        return about.page(&console, person, (&typed, &faults)).await;
    }
    if let Some(record) = forms::read(about.kind, &typed, &mut faults) {
        let manage = &console.services.manage;
        let how = (DryRun::No, &Expected::Absent);
        match manage.put(&person.author(), &record, how).await {
            Ok(outcome) => return Ok(done(&console, &person, outcome)),
            Err(ManageError::There(..)) => {
                let key = forms::fixed(about.kind)[0];
                faults.add(key, "is another one's already");
            }
            Err(ManageError::Faults(found)) => faults.0.extend(found),
            Err(error) => return Err(error.into()),
        }
    }
    about.page(&console, person, (&typed, &faults)).await
}

/// The form for a record that is there.
pub(super) async fn show(
    State(console): State<Console>,
    person: SignedIn,
    Path((kind, key)): Path<(String, String)>,
) -> Result<Response, Fault> {
    let kind = parse(&kind)?;
    let current = find(&console, kind, &key).await?;
    if !forms::holds(&current) {
        let text = "This record has values that the form does not show, so change it as JSON.";
        let notice = Notice::info(text);
        let address = nouns::edit_address("json", kind, Some(&key));
        return Ok(see_other(
            &address,
            Some((&console.cookies.notice, &notice)),
        ));
    }
    let about = About::new(kind, Some(&current));
    let typed = forms::typed(&current);
    let faults = Faults::default();
    about.page(&console, person, (&typed, &faults)).await
}

/// Changes a record.
pub(super) async fn change(
    State(console): State<Console>,
    person: SignedIn,
    Path((kind, key)): Path<(String, String)>,
    Form(typed): Form<Typed>,
) -> Result<Response, Fault> {
    let kind = parse(&kind)?;
    let current = find(&console, kind, &key).await?;
    let mut about = About::new(kind, Some(&current));
    let typed = about.tidy(typed);
    let mut faults = Faults::default();
    if typed.raw("do") == "more" {
        about.blank_rows = BLANK_ROWS.1;
        typed.raw("seen").clone_into(&mut about.seen);
        return about.page(&console, person, (&typed, &faults)).await;
    }
    let expected = Expected::Record(vec![Seen::sent(typed.raw("seen"))]);
    if let Some(record) = forms::read(kind, &typed, &mut faults) {
        let manage = &console.services.manage;
        let how = (DryRun::No, &expected);
        match manage.put(&person.author(), &record, how).await {
            Ok(outcome) => return Ok(done(&console, &person, outcome)),
            Err(ManageError::Overtaken(..)) => {
                let current = find(&console, kind, &key).await?;
                let mut about = About::new(kind, Some(&current));
                about.is_overtaken = true;
                return about.page(&console, person, (&typed, &faults)).await;
            }
            Err(ManageError::Faults(found)) => faults.0.extend(found),
            Err(error) => return Err(error.into()),
        }
    }
    typed.raw("seen").clone_into(&mut about.seen);
    about.page(&console, person, (&typed, &faults)).await
}

/// Where to go on, or the secret that is told this once.
pub(super) fn done(console: &Console, person: &SignedIn, outcome: Outcome) -> Response {
    let (kind, key) = (outcome.record.kind(), outcome.record.key());
    let title = nouns::title(kind, &key);
    if let Some(secret) = outcome.secret {
        return secret::page(person, (kind, &key), &format!("{title} is added."), &secret);
    }
    let notice = match outcome.verdict {
        Verdict::New => Notice::done(format!("{title} is added.")),
        Verdict::Unchanged => Notice::info(format!("{title} is as it was.")),
        Verdict::Changed(_) => Notice::done(format!("{title} is changed.")),
    };
    let address = nouns::address(kind, &key);
    see_other(&address, Some((&console.cookies.notice, &notice)))
}

/// A record that is there.
pub(super) async fn find(console: &Console, kind: Kind, key: &str) -> Result<Record, Fault> {
    let found = console.services.manage.find(kind, key).await?;
    found.ok_or(Fault::NOT_FOUND)
}

fn parse(kind: &str) -> Result<Kind, Fault> {
    let kind = Kind::ALL.into_iter().find(|other| other.as_str() == kind);
    kind.filter(|kind| forms::has_form(*kind))
        .ok_or(Fault::NOT_FOUND)
}

impl<'a> About<'a> {
    fn new(kind: Kind, current: Option<&'a Record>) -> Self {
        Self {
            kind,
            current,
            seen: current.map_or_else(String::new, |current| tag(current).as_str().to_owned()),
            blank_rows: BLANK_ROWS.0,
            is_overtaken: false,
        }
    }

    /// What was typed, with what stays as it is.
    fn tidy(&self, typed: Typed) -> Typed {
        let lists = forms::lists(self.kind).iter();
        let typed = lists.fold(typed, |typed, list| typed.without_gaps(list));
        match self.current {
            Some(current) => typed.fixed_to(forms::fixed(self.kind), &forms::typed(current)),
            None => typed,
        }
    }

    /// What most records of a kind have.
    fn defaults(&self, console: &Console, given: Typed) -> Typed {
        let services = &console.services;
        match self.kind {
            Kind::Agreement => {
                let today = services.clock.now().strftime("%Y-%m-%d").to_string();
                given.with("status", "ACTIVE").with("validFrom", today)
            }
            Kind::AddressCard => given.with("format", "EHF"),
            Kind::Account => given
                .with("format", "EHF")
                .with("status", "OPEN")
                .with("type", "NORMAL"),
            Kind::SystemUser => given.with("enabled", true),
            Kind::App => {
                let mut id = [0; 16];
                services.entropy.fill(&mut id);
                given
                    .with("clientId", hex::encode(id))
                    .with("enabled", true)
                    .with("grants.password", true)
                    .with("callsPerSecond", 30)
                    .with("burst", 10)
            }
            Kind::Organization | Kind::Person | Kind::Offering | Kind::Product => given,
        }
    }

    async fn page(
        &self,
        console: &Console,
        mut person: SignedIn,
        (typed, faults): (&Typed, &Faults),
    ) -> Result<Response, Fault> {
        let kind = self.kind;
        let mut api_products = Vec::new();
        if kind == Kind::App {
            api_products = console.services.manage.api_products().await?;
        }
        let shape = Shape {
            is_new: self.current.is_none(),
            blank_rows: self.blank_rows,
            api_products,
        };
        let mut sheet = Sheet::new(typed, faults);
        forms::fields(kind, &mut sheet, &shape);
        let (groups, above) = sheet.finish();
        let key = self.current.map(Record::key);
        let is_wrong = !faults.0.is_empty();
        person.path = nouns::list_address(kind);
        let mut page = person.page(match &key {
            Some(key) => format!("Change {} {key}", nouns::one(kind)),
            None => format!("Add {}", nouns::an(kind)),
        });
        if self.is_overtaken {
            let text =
                "Somebody has changed this record since you opened the form. Nothing was saved.";
            page.notices.push(Notice::warning(text));
        }
        let way = if key.is_some() { "change" } else { "add" };
        let back = key.as_ref().map(|key| nouns::address(kind, key));
        let mut response = web::html(&Html {
            page,
            action: nouns::edit_address(way, kind, key.as_deref()),
            as_json: nouns::edit_address("json", kind, key.as_deref()),
            back: back.unwrap_or_else(|| nouns::list_address(kind)),
            groups,
            above,
            seen: self.seen.clone(),
            has_rows: !forms::lists(kind).is_empty(),
            is_overtaken: self.is_overtaken,
        });
        if self.is_overtaken {
            *response.status_mut() = StatusCode::CONFLICT;
        } else if is_wrong {
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        }
        Ok(response)
    }
}
