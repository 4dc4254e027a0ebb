//! A person's own page: who they are here, and their password.

use std::net::{IpAddr, Ipv4Addr};

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use gateway::{LEAST_ALONE, LEAST_WITH_CODE, PasswordUse, SignIn, SignInRefusal, check_password};
use http::{HeaderValue, StatusCode, header};
use serde::Deserialize;
use web::{ClientAddress, Field, Moment, Notice, Page, see_other};

use super::fault::{Fault, sentence};
use super::input::Form;
use super::signed_in::SignedIn;
use super::{Console, HOME};

#[derive(Template)]
#[template(path = "console/account.html")]
struct Html {
    page: Page,
    person: SignedIn,
    faults: Faults,
}

/// What is wrong with which field.
#[derive(Default)]
struct Faults {
    current: String,
    new: String,
    again: String,
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
        self.person.operator.name.as_str()
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

/// Another password ends all other sessions; this one goes on under another token.
pub(super) async fn change_password(
    State(console): State<Console>,
    person: SignedIn,
    network: Option<Extension<ClientAddress>>,
    Form(typed): Form<Passwords>,
) -> Result<Response, Fault> {
    let faults = typed.faults(&person);
    if !faults.are_none() {
        return Ok(refused(person, faults, StatusCode::UNPROCESSABLE_ENTITY));
    }
    let network = network.map(|network| network.0);
    match console.confirm(&person, &typed.current, network).await {
        Ok(()) => {}
        Err(SignInRefusal::Storage(error)) => return Err(error.into()),
        Err(refusal) => return Ok(not_confirmed(person, &refusal)),
    }
    let hash = match console.logins.hash(&typed.new).await {
        Ok(hash) => hash,
        Err(SignInRefusal::Storage(error)) => return Err(error.into()),
        Err(_) => return Err(Fault::UNAVAILABLE),
    };
    let token = console.logins.new_token();
    let (logins, session) = (&console.logins, &person.session);
    let change = async |tx: &mut storage::Transaction| {
        logins
            .set_password(tx, person.login(), (&hash, false))
            .await?;
        logins.renew(tx, session, &token).await?;
        Ok(true)
    };
    let (by, name) = (person.author(), &person.operator.name);
    let operators = &console.services.operators;
    operators
        .record(&by, name, "changed the password", change)
        .await?;
    let notice = Notice::done("Your password is changed. Other sessions of yours have ended.");
    let next = if session.must_change {
        HOME
    } else {
        "/console/account"
    };
    let mut response = see_other(next, Some((&console.cookies.notice, &notice)));
    let cookie = console.cookies.session.set(token.as_str());
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}

impl Console {
    /// Whether someone who is signed in knows their own password.
    pub(super) async fn confirm(
        &self,
        person: &SignedIn,
        password: &str,
        network: Option<ClientAddress>,
    ) -> Result<(), SignInRefusal> {
        let (realm, name) = person.login();
        let typed = SignIn {
            name,
            known: true,
            password,
            code: "",
            network: network.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |network| network.0),
        };
        self.logins.verify_password(realm, &typed).await
    }
}

impl Passwords {
    fn faults(&self, person: &SignedIn) -> Faults {
        let used = PasswordUse {
            name: person.operator.name.as_str(),
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
        [&self.current, &self.new, &self.again]
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

/// With the status and, if there is one, the time to wait.
pub(super) fn with_refusal(mut response: Response, refusal: &SignInRefusal) -> Response {
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    if let SignInRefusal::TooSoon { retry_after } = refusal {
        *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
        let seconds = HeaderValue::from(retry_after.as_secs());
        response.headers_mut().insert(header::RETRY_AFTER, seconds);
    }
    response
}

fn not_confirmed(person: SignedIn, refusal: &SignInRefusal) -> Response {
    let faults = Faults {
        current: why_not(refusal),
        ..Faults::default()
    };
    with_refusal(page(person, faults), refusal)
}

fn refused(person: SignedIn, faults: Faults, status: StatusCode) -> Response {
    let mut response = page(person, faults);
    *response.status_mut() = status;
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
