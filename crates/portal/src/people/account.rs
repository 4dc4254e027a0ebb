//! A person's own page: who they are here, and what they are called.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use entrance::PasswordFaults;
use http::StatusCode;
use selfservice::OwnRefusal;
use serde::Deserialize;
use web::{Field, Moment, Notice, Page, see_other, sentence};

use super::People;
use super::fault::Fault;
use super::input::Form;
use super::signed_in::SignedIn;

const ADDRESS: &str = "/portal/account";

#[derive(Template)]
#[template(path = "people/account.html")]
struct Html {
    page: Page,
    person: SignedIn,
    faults: PasswordFaults,
    name_fault: String,
}

/// What the form for another name sends.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Called {
    name: String,
}

impl Html {
    fn login(&self) -> &str {
        self.person.developer.email.as_str()
    }

    fn hint(&self) -> String {
        entrance::password_hint(self.person.session.has_codes)
    }
}

/// The page.
pub(super) async fn show(person: SignedIn) -> Response {
    page(person, PasswordFaults::default(), String::new())
}

/// Calls the person something else.
pub(super) async fn rename(
    State(people): State<People>,
    person: SignedIn,
    Form(typed): Form<Called>,
) -> Result<Response, Fault> {
    let selfservice = &people.services.selfservice;
    match selfservice
        .rename_developer(&person.developer, &typed.name)
        .await
    {
        Ok(()) => {
            let notice = Notice::done("Your name is changed.");
            Ok(see_other(ADDRESS, Some((&people.cookies.notice, &notice))))
        }
        Err(refusal @ OwnRefusal::UnusableName) => {
            let fault = sentence(&refusal.to_string());
            let mut response = page(person, PasswordFaults::default(), fault);
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(response)
        }
        Err(refusal) => Err(refusal.into()),
    }
}

/// The page with what is wrong with its forms.
pub(super) fn page(person: SignedIn, faults: PasswordFaults, name_fault: String) -> Response {
    let mut page = person.page("Your account");
    page.notices
        .extend(entrance::must_change_notice(&person.session));
    web::html(&Html {
        page,
        person,
        faults,
        name_fault,
    })
}
