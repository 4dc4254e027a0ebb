//! The operator's people and workers: who there is, what each may do, and their keys and passwords.
//! A key or password that the server has made is shown in the very answer to the form.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::Entropy;
use domain::access::{Operator, OperatorName, OperatorRole, Realm};
use gateway::SignInRefusal;
use http::StatusCode;
use selfservice::{OperatorRefusal, Seen, held_seen_of_operator};
use serde::Deserialize;
use storage::Transaction;
use web::{Badge, Field, Moment, Notice, Page, Tone, see_other};

use super::Console;
use super::fault::{Fault, sentence};
use super::input::Form;
use super::signed_in::SignedIn;
use crate::routes::make_operator_key;

pub(super) const ADDRESS: &str = "/console/operators";
/// Letters and digits that look like no other; 32, so that five bits make one.
const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
/// A made password is as long, in groups of five.
const MADE: usize = 25;

#[derive(Template)]
#[template(path = "console/operators.html")]
struct ListHtml {
    page: Page,
    operators: Vec<Operator>,
    typed: Added,
    fault: String,
}

#[derive(Template)]
#[template(path = "console/operator_secrets.html")]
struct SecretsHtml {
    page: Page,
    name: OperatorName,
    key: Option<String>,
    password: Option<String>,
}

/// What the form to add somebody sends.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Added {
    name: String,
    role: String,
    with_password: String,
}

/// What the forms for another key and another password send.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Once {
    seen: String,
}

/// What the form for another role sends.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Chosen {
    role: String,
}

impl From<OperatorRefusal> for Fault {
    fn from(refusal: OperatorRefusal) -> Self {
        match refusal {
            OperatorRefusal::Storage(error) => error.into(),
            OperatorRefusal::Unknown(_) => Self::NOT_FOUND,
            OperatorRefusal::MadeAlready => Self::MADE_ALREADY,
            refusal => Self::conflict(sentence(&refusal.to_string())),
        }
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "templates hand over references"
)]
pub(super) fn state_badge(enabled: &bool) -> Badge {
    if *enabled {
        Badge::new(Tone::Good, "enabled")
    } else {
        Badge::new(Tone::Plain, "disabled")
    }
}

pub(super) fn roles() -> Vec<(&'static str, &'static str)> {
    OperatorRole::ALL
        .map(|role| {
            let words = match role {
                OperatorRole::Viewer => "viewer: sees everything but operators",
                OperatorRole::Desk => "desk: carries orders out as well",
                OperatorRole::Administrator => "administrator: does everything",
            };
            (role.as_str(), words)
        })
        .into()
}

type Shown = Result<Response, Fault>;

/// All of them, and the form to add one.
pub(super) async fn list(State(console): State<Console>, person: SignedIn) -> Shown {
    let typed = Added {
        with_password: "true".to_owned(),
        ..Added::default()
    };
    list_page(&console, &person, (typed, String::new())).await
}

/// Adds somebody; the answer shows their key and, if they sign in here, their first password.
pub(super) async fn add(
    State(console): State<Console>,
    person: SignedIn,
    Form(typed): Form<Added>,
) -> Shown {
    let Some(role) = OperatorRole::parse(&typed.role) else {
        return Err(Fault::unreadable("There is no such role."));
    };
    let Some(name) = OperatorName::parse(typed.name.trim()) else {
        let fault = "1 to 64 letters, digits, dots, hyphens and underscores, a letter or digit \
                     first; and no part of the server is called so.";
        return refused(&console, &person, (typed, fault.to_owned())).await;
    };
    let services = &console.services;
    let (key, hash) = make_operator_key(services.entropy.as_ref(), &services.key);
    let by = person.author();
    match services.operators.add(&by, (&name, role), &hash).await {
        Ok(_) => {}
        Err(refusal @ (OperatorRefusal::Exists(_) | OperatorRefusal::NameTaken(..))) => {
            return refused(&console, &person, (typed, sentence(&refusal.to_string()))).await;
        }
        Err(refusal) => return Err(refusal.into()),
    }
    let password = match typed.with_password.as_str() {
        "true" => Some(console.give_password(&person, &name, None).await?),
        _ => None,
    };
    let done = format!("{} is added.", name.as_str());
    Ok(secrets(&person, name, done, (Some(key), password)))
}

/// Settles what they may do.
pub(super) async fn change_role(
    State(console): State<Console>,
    person: SignedIn,
    Path(name): Path<String>,
    Form(typed): Form<Chosen>,
) -> Shown {
    let name = console.operator(&name).await?.name;
    let role = OperatorRole::parse(&typed.role);
    let role = role.ok_or_else(|| Fault::unreadable("There is no such role."))?;
    let services = &console.services;
    // A known one keeps the key; this one is for a new one.
    let (_, hash) = make_operator_key(services.entropy.as_ref(), &services.key);
    let by = person.author();
    let put = services.operators.put(&by, (&name, role), &hash).await;
    let done = format!("{} is {} from now on.", name.as_str(), role.as_str());
    console.told(&name, put.map(drop), done)
}

/// Ends the key and all sessions until somebody enables them again.
pub(super) async fn disable(
    State(console): State<Console>,
    person: SignedIn,
    Path(name): Path<String>,
) -> Shown {
    console.set_enabled(&person, &name, false).await
}

/// Lets the key work and the person sign in again.
pub(super) async fn enable(
    State(console): State<Console>,
    person: SignedIn,
    Path(name): Path<String>,
) -> Shown {
    console.set_enabled(&person, &name, true).await
}

/// Makes another key, which ends the one before.
pub(super) async fn rotate_key(
    State(console): State<Console>,
    person: SignedIn,
    Path(name): Path<String>,
    Form(typed): Form<Once>,
) -> Shown {
    let name = console.operator(&name).await?.name;
    let (services, seen) = (&console.services, Seen::sent(&typed.seen));
    let (key, hash) = make_operator_key(services.entropy.as_ref(), &services.key);
    let operators = &services.operators;
    let by = person.author();
    operators.set_key(&by, &name, &hash, Some(&seen)).await?;
    let done = "The key before this one has ended.".to_owned();
    Ok(secrets(&person, name, done, (Some(key), None)))
}

/// Makes a password that has to be changed at the first sign-in, and ends all sessions.
pub(super) async fn make_password(
    State(console): State<Console>,
    person: SignedIn,
    Path(name): Path<String>,
    Form(typed): Form<Once>,
) -> Shown {
    let name = console.operator(&name).await?.name;
    let seen = Seen::sent(&typed.seen);
    let password = console.give_password(&person, &name, Some(&seen)).await?;
    let done = "The password before this one has ended, and so have all sessions.".to_owned();
    Ok(secrets(&person, name, done, (None, Some(password))))
}

/// Asks for no one-time codes any more, of somebody who has lost their device.
pub(super) async fn remove_codes(
    State(console): State<Console>,
    person: SignedIn,
    Path(name): Path<String>,
) -> Shown {
    let name = console.operator(&name).await?.name;
    let logins = &console.door.logins;
    let whose = (Realm::Operator, name.as_str());
    let remove = async |tx: &mut Transaction| {
        let removed = logins.end_codes(tx, whose, true).await?;
        tx.sessions().end_others(whose.0, whose.1, None).await?;
        Ok(removed)
    };
    let by = person.author();
    let operators = &console.services.operators;
    let removed = operators.record(&by, &name, "one-time codes removed", remove);
    let notice = if removed.await? {
        Notice::done("They sign in with the password alone, and then choose another one.")
    } else {
        Notice::info("They sign in without one-time codes already.")
    };
    Ok(console.to_operator(&name, &notice))
}

impl Console {
    pub(super) async fn operator(&self, name: &str) -> Result<Operator, Fault> {
        let name = OperatorName::parse(name).ok_or(Fault::NOT_FOUND)?;
        Ok(self.services.operators.find(&name).await?)
    }

    async fn set_enabled(&self, person: &SignedIn, name: &str, enabled: bool) -> Shown {
        let name = self.operator(name).await?.name;
        let operators = &self.services.operators;
        let by = person.author();
        let set = operators.set_enabled(&by, &name, enabled).await;
        let done = if enabled {
            format!("{} is enabled.", name.as_str())
        } else {
            format!("{} is disabled and signed out.", name.as_str())
        };
        self.told(&name, set.map(drop), done)
    }

    /// Leads back to the operator, with what came of it.
    fn told(
        &self,
        name: &OperatorName,
        outcome: Result<(), OperatorRefusal>,
        done: String,
    ) -> Shown {
        let notice = match outcome {
            Ok(()) => Notice::done(done),
            Err(refusal @ OperatorRefusal::LastAdministrator(_)) => {
                Notice::failed(format!("{refusal}; add another one first."))
            }
            Err(refusal) => return Err(refusal.into()),
        };
        Ok(self.to_operator(name, &notice))
    }

    fn to_operator(&self, name: &OperatorName, notice: &Notice) -> Response {
        let address = format!("{ADDRESS}/{}", name.as_str());
        see_other(&address, Some((&self.cookies.notice, notice)))
    }

    /// A password that they have from now on, told this once.
    async fn give_password(
        &self,
        by: &SignedIn,
        name: &OperatorName,
        seen: Option<&Seen>,
    ) -> Result<String, Fault> {
        let password = made_password(self.services.entropy.as_ref());
        let hash = match self.door.logins.hash(&password).await {
            Ok(hash) => hash,
            Err(SignInRefusal::Storage(error)) => return Err(error.into()),
            Err(_) => return Err(Fault::UNAVAILABLE),
        };
        let (logins, whose) = (&self.door.logins, (Realm::Operator, name.as_str()));
        let set = async |tx: &mut Transaction| {
            let now = held_seen_of_operator(tx, name).await?;
            if seen.is_some_and(|seen| *seen != now) {
                return Ok(false);
            }
            logins.set_password(tx, whose, (&hash, true)).await?;
            Ok(true)
        };
        let action = "given a password to be changed";
        let operators = &self.services.operators;
        if operators.record(&by.author(), name, action, set).await? {
            Ok(password)
        } else {
            Err(Fault::MADE_ALREADY)
        }
    }
}

async fn list_page(console: &Console, person: &SignedIn, (typed, fault): (Added, String)) -> Shown {
    Ok(web::html(&ListHtml {
        page: person.page("Operators"),
        operators: console.services.operators.list().await?,
        typed,
        fault,
    }))
}

async fn refused(console: &Console, person: &SignedIn, shown: (Added, String)) -> Shown {
    let mut response = list_page(console, person, shown).await?;
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}

fn secrets(
    person: &SignedIn,
    name: OperatorName,
    done: String,
    (key, password): (Option<String>, Option<String>),
) -> Response {
    let mut page = person.page(name.as_str());
    page.notices = vec![Notice::done(done)];
    web::html(&SecretsHtml {
        page,
        name,
        key,
        password,
    })
}

fn made_password(entropy: &dyn Entropy) -> String {
    let mut bytes = [0; MADE];
    entropy.fill(&mut bytes);
    let letters = bytes.map(|byte| char::from(ALPHABET[usize::from(byte % 32)]));
    let groups: Vec<String> = letters.chunks(5).map(String::from_iter).collect();
    groups.join("-")
}
