//! Try-It: an operation is called from its page, with an app and a system user of one's own
//! organization, through everything that every call passes.

mod call;
mod check;
mod form;

use askama::Template;
use axum::Extension;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::access::{ClientId, SystemUserName};
use gateway::{Trial, TrialToken};
use http::StatusCode;
use serde::Deserialize;
use serde_json::Value;
use web::{ClientAddress, Field, Notice, Page};

use super::People;
use super::fault::Fault;
use super::input::{Fields, Query};
use super::signed_in::SignedIn;
use crate::reference::{Access, Operation};
use call::{AUTHORIZATION, Answered, Html, Outgoing, basic};
use form::{Choices, Typed, is_form};

/// What is shown in place of a secret.
const MASK: &str = "\u{2026}";

#[derive(Template)]
#[template(path = "people/try_it.html")]
struct TryIt<'a> {
    page: Page,
    operation: &'a Operation,
    fields: Vec<Field>,
    /// What the organization has to make before it can call.
    missing: Vec<(&'static str, &'static str)>,
    result: Option<ResultOf>,
}

/// A call that was made.
struct ResultOf {
    outgoing: Outgoing,
    answered: Answered,
    error: Option<Explained>,
}

/// What the page of an error says.
struct Explained {
    address: String,
    title: String,
    html: Html,
}

/// What the form may begin with.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    /// An error's code.
    provoke: String,
}

/// The form.
pub(super) async fn show(
    State(people): State<People>,
    person: SignedIn,
    Path(id): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Fault> {
    let operation = people.operation(&id)?;
    let choices = people.choices_of(&person).await?;
    let typed = Typed::examples(&people.portal, operation, &choices);
    let typed = typed.provoking(&people.portal, &wanted.provoke);
    Ok(people.try_page(&person, (operation, &choices), &typed, None))
}

/// Makes the call, and shows it beside the form.
pub(super) async fn send(
    State(people): State<People>,
    person: SignedIn,
    Path(id): Path<String>,
    address: Option<Extension<ClientAddress>>,
    fields: Fields,
) -> Result<Response, Fault> {
    let operation = people.operation(&id)?;
    let choices = people.choices_of(&person).await?;
    let mut typed = Typed::read(operation, &fields, people.portal.sandbox);
    if !typed.check(&people.portal, operation) {
        let about = (operation, &choices);
        let mut response = people.try_page(&person, about, &typed, None);
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(response);
    }
    let app = ClientId::new(&typed.app);
    let needs_token = operation.access != Access::Open;
    let token = if needs_token {
        Some(people.token(&person, (&app, &typed), operation).await?)
    } else {
        None
    };
    let outgoing = outgoing(operation, &typed, token.as_ref());
    let address = address.map(|address| address.0);
    let answered = match &outgoing {
        Some(outgoing) => people.call(outgoing, address).await,
        None => None,
    };
    if let Some(token) = &token {
        let gateway = &people.services.gateway;
        gateway.end_trial_token(&app, token).await?;
    }
    let (Some(outgoing), Some(answered)) = (outgoing, answered) else {
        return Err(Fault::unreadable("This can't be sent as a request."));
    };
    let result = people.result(outgoing, answered);
    Ok(people.try_page(&person, (operation, &choices), &typed, Some(result)))
}

impl People {
    fn operation(&self, id: &str) -> Result<&Operation, Fault> {
        let found = self.portal.reference.operation(id);
        found.ok_or(Fault::NOT_FOUND)
    }

    async fn choices_of(&self, person: &SignedIn) -> Result<Choices, Fault> {
        let (selfservice, number) = (&self.services.selfservice, &person.organization.number);
        let mut apps = selfservice.list_own_apps(number).await?;
        apps.retain(|app| app.app.enabled);
        let mut users = selfservice.list_own_system_users(number).await?;
        users.retain(|user| user.enabled);
        Ok(Choices { apps, users })
    }

    /// A token for this one call, if the app and the system user are the organization's.
    async fn token(
        &self,
        person: &SignedIn,
        (app, typed): (&ClientId, &Typed),
        operation: &Operation,
    ) -> Result<TrialToken, Fault> {
        let (gateway, selfservice) = (&self.services.gateway, &self.services.selfservice);
        let system_user = SystemUserName::new(&typed.system_user);
        let token = gateway.new_trial_token();
        let trial = Trial {
            owner: &person.organization.number,
            app,
            system_user: &system_user,
        };
        let keep =
            async |tx: &mut storage::Transaction| gateway.keep_trial_token(tx, trial, &token).await;
        let about = (app, &system_user, operation.id.as_str());
        let mandate = person.mandate();
        let may = selfservice.record_trial(mandate, about, keep).await?;
        if may {
            Ok(token)
        } else {
            Err(Fault::NOT_FOUND)
        }
    }

    fn result(&self, outgoing: Outgoing, answered: Answered) -> ResultOf {
        let code = answered.code;
        let known = code.and_then(|code| self.portal.reference.code(code));
        let error = known.map(|code| Explained {
            address: format!("/portal/errors/{}", code.number),
            title: format!("{} {}", code.number, code.title),
            html: Html(self.portal.linker().render(&code.page).html),
        });
        ResultOf {
            outgoing,
            answered,
            error,
        }
    }

    fn try_page(
        &self,
        person: &SignedIn,
        (operation, choices): (&Operation, &Choices),
        typed: &Typed,
        result: Option<ResultOf>,
    ) -> Response {
        let mut page = person.page(format!("Try: {}", operation.summary));
        if typed.has_faults() {
            let words = "Nothing was sent: something below is not what the operation takes.";
            page.notices.push(Notice::failed(words));
        }
        let mut missing = Vec::new();
        if choices.apps.is_empty() {
            missing.push(("an app that is enabled", "/portal/apps"));
        }
        if choices.users.is_empty() {
            missing.push(("a system user that is enabled", "/portal/system-users"));
        }
        web::html(&TryIt {
            page,
            operation,
            fields: typed.fields(&self.portal, operation, choices),
            missing,
            result,
        })
    }
}

/// The request that was asked for; nothing when it can't be written.
fn outgoing(operation: &Operation, typed: &Typed, token: Option<&TrialToken>) -> Option<Outgoing> {
    let mut outgoing = Outgoing::new(&operation.method, &operation.path);
    match (&operation.access, token) {
        (Access::Token(_), Some(token)) => {
            let value = format!("Bearer {}", token.as_str());
            let shown = format!("Bearer {}", token.masked());
            outgoing.header(AUTHORIZATION, &value, &shown);
        }
        (Access::Client, _) => {
            let value = basic(&typed.app, &typed.secret);
            let shown = format!("Basic {MASK}");
            outgoing.header(AUTHORIZATION, &value, &shown);
        }
        _ => {}
    }
    if let Some(code) = typed.code {
        outgoing.provoke(code);
    }
    for (input, parameter) in typed.parameters.iter().zip(&operation.parameters) {
        let sent = !input.value.is_empty();
        if sent && !outgoing.put(&parameter.place, &input.name, &input.value) {
            return None;
        }
    }
    if let (Some(input), Some(content)) = (&typed.body, &operation.body) {
        let shown = serde_json::from_str::<Value>(&input.value).ok()?;
        let shown = serde_json::to_string_pretty(&shown).unwrap_or_default();
        outgoing.body(&content.media_type, input.value.clone(), shown);
    }
    if let Some(content) = operation.body.as_ref().filter(|_| is_form(operation)) {
        let (sent, shown) = form_body(typed, token)?;
        outgoing.body(&content.media_type, sent, shown);
    }
    Some(outgoing)
}

/// The members that were filled in, as a form, and as it is shown.
fn form_body(typed: &Typed, token: Option<&TrialToken>) -> Option<(String, String)> {
    let (mut sent, mut shown) = (Vec::new(), Vec::new());
    for input in &typed.members {
        let name = input.name.as_str();
        let value = match (name, input.value.as_str(), token) {
            ("token", "", Some(token)) => token.as_str(),
            (_, value, _) => value,
        };
        if !value.is_empty() {
            sent.push((name, value));
            let is_secret = ["token", "password"].contains(&name);
            shown.push(format!("{name}={}", if is_secret { MASK } else { value }));
        }
    }
    let sent = serde_urlencoded::to_string(sent).ok()?;
    Some((sent, shown.join("&")))
}
