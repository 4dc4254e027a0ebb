//! Choosing a password with a link: the first one, or another.

use askama::Template;
use axum::extract::{Path, Request, State};
use axum::response::Response;
use domain::access::{Developer, Realm, TokenHash};
use entrance::{PasswordFaults, open_page, read_open_form, with_form_cookie};
use gateway::PasswordUse;
use http::{HeaderMap, StatusCode};
use selfservice::{Invitation, OwnRefusal};
use serde::Deserialize;
use web::{Field, Notice, Page, see_other, sentence};

use super::People;
use super::fault::Fault;
use super::input::read;

#[derive(Template)]
#[template(path = "people/invitation.html")]
struct Html {
    page: Page,
    address: String,
    invitation: Invitation,
    known: Option<Developer>,
    with_code: bool,
    typed: Typed,
    name_fault: String,
    faults: PasswordFaults,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Typed {
    name: String,
    new: String,
    again: String,
}

/// What a link stands for.
struct Offer {
    hash: TokenHash,
    invitation: Invitation,
    known: Option<Developer>,
    with_code: bool,
}

/// The form to choose a password.
pub(super) async fn show(
    State(people): State<People>,
    Path(link): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Fault> {
    let offer = people.offer(&link).await?;
    Ok(people.invitation(
        &headers,
        (offer, link),
        (Typed::default(), PasswordFaults::default(), String::new()),
    ))
}

/// Uses the link.
pub(super) async fn accept(
    State(people): State<People>,
    Path(link): Path<String>,
    request: Request,
) -> Result<Response, Fault> {
    let (head, bytes) = read_open_form(&people.door, request).await?;
    let typed: Typed = read(&bytes)?;
    let offer = people.offer(&link).await?;
    let used = PasswordUse {
        name: offer.invitation.email.as_str(),
        with_code: offer.with_code,
    };
    let faults = PasswordFaults::of((&typed.new, &typed.again), used);
    let mut name_fault = String::new();
    if faults.are_none() {
        let hash = people.services.logins.hash(&typed.new).await?;
        let selfservice = &people.services.selfservice;
        match selfservice
            .accept_invitation(&offer.hash, &typed.name, &hash)
            .await
        {
            Ok(developer) => {
                let notice = Notice::done(format!(
                    "Your password is set. Sign in with it now, for organization {}.",
                    developer.organization
                ));
                let told = Some((&people.cookies.notice, &notice));
                return Ok(see_other("/portal/sign-in", told));
            }
            Err(refusal @ OwnRefusal::UnusableName) => {
                name_fault = sentence(&refusal.to_string());
            }
            Err(refusal) => return Err(refusal.into()),
        }
    }
    let mut response = people.invitation(&head.headers, (offer, link), (typed, faults, name_fault));
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}

impl Html {
    fn hint(&self) -> String {
        entrance::password_hint(self.with_code)
    }
}

impl People {
    async fn offer(&self, link: &str) -> Result<Offer, Fault> {
        let logins = &self.services.logins;
        let hash = logins.link(link).ok_or(Fault::DEAD_LINK)?;
        let found = self.services.selfservice.find_invitation(&hash).await?;
        let (invitation, known) = found;
        let with_code = match &known {
            Some(known) => {
                let login = known.login().to_string();
                let asked = logins.asks_for_code(Realm::Portal, &login);
                asked.await?.unwrap_or(false)
            }
            None => false,
        };
        Ok(Offer {
            hash,
            invitation,
            known,
            with_code,
        })
    }

    fn invitation(
        &self,
        headers: &HeaderMap,
        (offer, link): (Offer, String),
        (typed, faults, name_fault): (Typed, PasswordFaults, String),
    ) -> Response {
        let page = open_page(&self.door, headers, "Choose a password");
        let token = page.token.clone();
        let response = web::html(&Html {
            page,
            address: format!("{}{link}", super::INVITATION),
            with_code: offer.with_code,
            invitation: offer.invitation,
            known: offer.known,
            typed,
            name_fault,
            faults,
        });
        with_form_cookie(&self.door, &token, response)
    }
}
