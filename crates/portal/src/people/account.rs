//! A person's own page: who they are here, what they are called, and their password.

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use gateway::{LEAST_ALONE, LEAST_WITH_CODE, PasswordUse, SignIn, SignInRefusal, check_password};
use http::{StatusCode, header};
use selfservice::OwnRefusal;
use serde::Deserialize;
use web::{ClientAddress, Field, Moment, Notice, Page, see_other, sentence};

use super::People;
use super::fault::Fault;
use super::input::Form;
use super::sign_in::{network, with_refusal};
use super::signed_in::SignedIn;
use crate::portal::HOME;

pub(super) const ADDRESS: &str = "/portal/account";

#[derive(Template)]
#[template(path = "people/account.html")]
struct Html {
    page: Page,
    person: SignedIn,
    faults: Faults,
}

/// What is wrong with which field.
#[derive(Default)]
struct Faults {
    name: String,
    current: String,
    new: String,
    again: String,
}

/// What the form for another name sends.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Called {
    name: String,
}

/// What the form for another password sends.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Passwords {
    current: String,
    new: String,
    again: String,
}

impl Html {
    fn login(&self) -> &str {
        self.person.developer.email.as_str()
    }

    fn hint(&self) -> String {
        let least = if self.person.session.has_codes {
            LEAST_WITH_CODE
        } else {
            LEAST_ALONE
        };
        format!(
            "At least {least} characters. Several words are easy to remember and hard to guess."
        )
    }
}

/// The page.
pub(super) async fn show(person: SignedIn) -> Response {
    page(person, Faults::default())
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
            let faults = Faults {
                name: sentence(&refusal.to_string()),
                ..Faults::default()
            };
            Ok(refused(person, faults))
        }
        Err(refusal) => Err(refusal.into()),
    }
}

/// Another password ends all other sessions; this one goes on under another token.
pub(super) async fn change_password(
    State(people): State<People>,
    person: SignedIn,
    address: Option<Extension<ClientAddress>>,
    Form(typed): Form<Passwords>,
) -> Result<Response, Fault> {
    let faults = typed.faults(&person);
    if !faults.are_none() {
        return Ok(refused(person, faults));
    }
    let address = address.map(|address| address.0);
    match people.confirm(&person, &typed.current, address).await {
        Ok(()) => {}
        Err(SignInRefusal::Storage(error)) => return Err(error.into()),
        Err(refusal) => {
            let faults = Faults {
                current: why_not(&refusal),
                ..Faults::default()
            };
            return Ok(with_refusal(page(person, faults), &refusal));
        }
    }
    let logins = &people.services.logins;
    let hash = logins.hash(&typed.new).await?;
    let token = logins.new_token();
    let session = &person.session;
    let change = async |tx: &mut storage::Transaction| {
        let login = person.login();
        logins.set_password(tx, login, (&hash, false)).await?;
        logins.renew(tx, session, &token).await?;
        Ok(true)
    };
    people
        .record(&person, "changed the password", change)
        .await?;
    let notice = Notice::done("Your password is changed. Other sessions of yours have ended.");
    let next = if session.must_change { HOME } else { ADDRESS };
    let mut response = see_other(next, Some((&people.cookies.notice, &notice)));
    let cookie = people.cookies.session.set(token.as_str());
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}

impl People {
    /// Does something about the person who is signed in, and writes it down.
    pub(super) async fn record(
        &self,
        person: &SignedIn,
        action: &str,
        body: impl AsyncFnOnce(&mut storage::Transaction) -> Result<bool, storage::Error> + Clone,
    ) -> Result<bool, storage::Error> {
        let mandate = person.mandate();
        let whose = (mandate, &person.developer.email);
        let selfservice = &self.services.selfservice;
        selfservice.record_of_developer(whose, action, body).await
    }

    /// Whether someone who is signed in knows their own password.
    pub(super) async fn confirm(
        &self,
        person: &SignedIn,
        password: &str,
        address: Option<ClientAddress>,
    ) -> Result<(), SignInRefusal> {
        let (realm, name) = person.login();
        let typed = SignIn {
            name,
            known: true,
            password,
            code: "",
            network: network(address),
        };
        self.services.logins.verify_password(realm, &typed).await
    }
}

impl Passwords {
    fn faults(&self, person: &SignedIn) -> Faults {
        let used = PasswordUse {
            name: person.developer.email.as_str(),
            with_code: person.session.has_codes,
        };
        let mut faults = Faults::default();
        if let Err(fault) = check_password(&self.new, used) {
            faults.new = sentence(&format!("the password {fault}"));
        } else if self.new == self.current {
            "This is the password that you have.".clone_into(&mut faults.new);
        } else if self.new != self.again {
            "This is not the same as above.".clone_into(&mut faults.again);
        }
        faults
    }
}

impl Faults {
    fn are_none(&self) -> bool {
        [&self.name, &self.current, &self.new, &self.again]
            .iter()
            .all(|fault| fault.is_empty())
    }
}

/// What the field says when the password is not the person's, or was not looked at.
pub(super) fn why_not(refusal: &SignInRefusal) -> String {
    match refusal {
        SignInRefusal::TooSoon { .. } => sentence(&refusal.to_string()),
        _ => "This is not your password.".to_owned(),
    }
}

fn refused(person: SignedIn, faults: Faults) -> Response {
    let mut response = page(person, faults);
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    response
}

fn page(person: SignedIn, faults: Faults) -> Response {
    let mut page = person.page("Your account");
    if person.session.must_change {
        let notice = "Choose another password first; the one that you have was set by somebody else, \
                      or it is too short to stand alone.";
        page.notices.push(Notice::warning(notice));
    }
    web::html(&Html {
        page,
        person,
        faults,
    })
}
