//! The sandbox: how orders end and how long they take, and the way back to the demo's records. Where
//! this is no sandbox, nothing is here.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use domain::OrderState;
use http::StatusCode;
use jiff::SignedDuration;
use selfservice::{LONGEST_SANDBOX_REASON, OwnRefusal, SandboxSettings};
use serde::Deserialize;
use web::{Field, Notice, Options, Page, see_other};

use super::People;
use super::confirm::Confirm;
use super::fault::Fault;
use super::input::Form;
use super::signed_in::SignedIn;
use crate::reference::Code;

pub(super) const ADDRESS: &str = "/portal/sandbox";

const ENDINGS: [(&str, &str); 3] = [
    ("COMPLETED", "COMPLETED: what was ordered is there"),
    ("FAILED", "FAILED: given up, with your reason"),
    ("HELD", "HELD: waits for a person at the operator's desk"),
];

#[derive(Template)]
#[template(path = "people/sandbox.html")]
struct Html {
    page: Page,
    ending: String,
    reason: String,
    seconds: String,
    hint: String,
    reason_fault: String,
    seconds_fault: String,
    /// Every error that can be provoked.
    codes: Options,
}

/// What the form sends.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    end: String,
    reason: String,
    seconds: String,
}

/// What was chosen.
pub(super) async fn show(
    State(people): State<People>,
    person: SignedIn,
) -> Result<Response, Fault> {
    let selfservice = people.sandbox()?;
    let number = &person.organization.number;
    let chosen = selfservice.sandbox_settings(number).await?;
    let seconds = chosen.delay.map(|delay| delay.as_secs_f64().to_string());
    let typed = Typed {
        end: chosen.ending.as_str().to_owned(),
        reason: chosen.reason,
        seconds: seconds.unwrap_or_default(),
    };
    Ok(people.sandbox_page(&person, typed, [String::new(), String::new()]))
}

/// Settles how the orders end that are accepted from now on.
pub(super) async fn set(
    State(people): State<People>,
    person: SignedIn,
    Form(typed): Form<Typed>,
) -> Result<Response, Fault> {
    let selfservice = people.sandbox()?;
    let ending = OrderState::parse(&typed.end);
    let ending = ending.ok_or_else(|| Fault::unreadable("Orders do not end like that."))?;
    let seconds = typed.seconds.trim().to_owned();
    let delay = match seconds.as_str() {
        "" => Ok(None),
        text => seconds_from(text).map(Some).ok_or(()),
    };
    let reason = typed.reason.trim().to_owned();
    let wordless = ending != OrderState::Completed && reason.is_empty();
    let (Ok(delay), false) = (delay, wordless) else {
        let seconds_fault = delay
            .err()
            .map_or("", |()| "Type 0 to 3600 seconds, or nothing.");
        let reason_fault = if wordless {
            "Type the reason that the order's history shows."
        } else {
            ""
        };
        let faults = [reason_fault.to_owned(), seconds_fault.to_owned()];
        let mut response = people.sandbox_page(&person, typed, faults);
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(response);
    };
    let chosen = SandboxSettings {
        ending,
        reason,
        delay,
    };
    match selfservice.set_sandbox(person.mandate(), &chosen).await {
        Ok(()) => {
            let words = format!("Orders accepted from now on end {}.", ending.as_str());
            Ok(people.to_sandbox(&Notice::done(words)))
        }
        Err(OwnRefusal::UnusableSandbox) => {
            let fault =
                format!("At most {LONGEST_SANDBOX_REASON} characters, none of them invisible.");
            let mut response = people.sandbox_page(&person, typed, [fault, String::new()]);
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(response)
        }
        Err(refusal) => Err(refusal.into()),
    }
}

/// Says what goes and what stays.
pub(super) async fn ask_reset(
    State(people): State<People>,
    person: SignedIn,
) -> Result<Response, Fault> {
    people.sandbox()?;
    let question = "Reset the sandbox's data?".to_owned();
    Ok(Confirm::new(&person, question, ADDRESS.to_owned())
        .says(
            "This is about your organization and those that your system users alone may see. All \
             their orders are gone, open and finished, with the products and accounts that came of \
             them, the answers to idempotency keys, and notifications that wait to be sent. \
             Agreements, products, accounts and address cards are again what the demo began with, \
             and these settings, too.",
        )
        .says(
            "Apps, secrets, system users, people and notification endpoints stay, and so do the \
             journal, the feed of changes and the counts of calls. Ids of what is gone are not used \
             again.",
        )
        .then(format!("{ADDRESS}/reset"), "Reset the data"))
}

/// Goes back to the demo's records.
pub(super) async fn reset(
    State(people): State<People>,
    person: SignedIn,
    Form(_): Form<Typed>,
) -> Result<Response, Fault> {
    let selfservice = people.sandbox()?;
    selfservice.reset_sandbox(person.mandate()).await?;
    let words = "The data is what the demo began with.";
    Ok(people.to_sandbox(&Notice::done(words)))
}

/// As people type it.
fn seconds_from(text: &str) -> Option<SignedDuration> {
    let seconds: f64 = text.parse().ok()?;
    if (0.0..=3600.0).contains(&seconds) {
        SignedDuration::try_from_secs_f64(seconds).ok()
    } else {
        None
    }
}

impl People {
    /// The services, in a sandbox alone.
    fn sandbox(&self) -> Result<&selfservice::SelfService, Fault> {
        let selfservice = &self.services.selfservice;
        if selfservice.is_sandbox() {
            Ok(selfservice)
        } else {
            Err(Fault::NOT_FOUND)
        }
    }

    fn sandbox_page(
        &self,
        person: &SignedIn,
        typed: Typed,
        [reason_fault, seconds_fault]: [String; 2],
    ) -> Response {
        let delay = self.services.selfservice.sandbox_delay().as_secs_f64();
        web::html(&Html {
            page: person.page("Sandbox"),
            ending: typed.end,
            reason: typed.reason,
            seconds: typed.seconds,
            hint: format!("Left empty: {delay}, as the server was started."),
            reason_fault,
            seconds_fault,
            codes: self
                .portal
                .reference
                .codes
                .iter()
                .map(Code::choice)
                .collect(),
        })
    }

    fn to_sandbox(&self, notice: &Notice) -> Response {
        see_other(ADDRESS, Some((&self.cookies.notice, notice)))
    }
}
