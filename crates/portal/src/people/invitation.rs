//! Choosing a password with a link: the first one, or another.

use askama::Template;
use axum::extract::{Path, Request, State};
use axum::response::Response;
use domain::access::{Developer, Realm, TokenHash};
use gateway::{LEAST_ALONE, LEAST_WITH_CODE, PasswordUse, check_password};
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
    least: usize,
    typed: Typed,
    faults: Faults,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Typed {
    name: String,
    new: String,
    again: String,
}

/// What is wrong with which field.
#[derive(Default)]
struct Faults {
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
        (Typed::default(), Faults::default()),
    ))
}

/// Uses the link.
pub(super) async fn accept(
    State(people): State<People>,
    Path(link): Path<String>,
    request: Request,
) -> Result<Response, Fault> {
    let (head, bytes) = people.read_open_form(request).await?;
    let typed: Typed = read(&bytes)?;
    let offer = people.offer(&link).await?;
    let mut faults = typed.faults(&offer);
    if faults.are_none() {
        let hash = people.services.logins.hash(&typed.new).await?;
        let selfservice = &people.services.selfservice;
        match selfservice
            .accept_invitation(&offer.hash, &typed.name, &hash)
            .await
        {
            Ok(_) => {
                let notice = Notice::done("Your password is set. Sign in with it now.");
                let told = Some((&people.cookies.notice, &notice));
                return Ok(see_other("/portal/sign-in", told));
            }
            Err(refusal @ OwnRefusal::UnusableName) => {
                faults.name = sentence(&refusal.to_string());
            }
            Err(refusal) => return Err(refusal.into()),
        }
    }
    let mut response = people.invitation(&head.headers, (offer, link), (typed, faults));
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}

impl Html {
    fn hint(&self) -> String {
        let least = self.least;
        format!(
            "At least {least} characters. Several words are easy to remember and hard to guess."
        )
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
                let asked = logins.asks_for_code(Realm::Portal, known.email.as_str());
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
        (typed, faults): (Typed, Faults),
    ) -> Response {
        let page = self.open_page(headers, "Choose a password");
        let token = page.token.as_str().to_owned();
        let response = web::html(&Html {
            page,
            address: format!("{}{link}", super::INVITATION),
            least: if offer.with_code {
                LEAST_WITH_CODE
            } else {
                LEAST_ALONE
            },
            invitation: offer.invitation,
            known: offer.known,
            typed,
            faults,
        });
        self.with_cookie(response, &token)
    }
}

impl Typed {
    fn faults(&self, offer: &Offer) -> Faults {
        let used = PasswordUse {
            name: offer.invitation.email.as_str(),
            with_code: offer.with_code,
        };
        let mut faults = Faults::default();
        if let Err(fault) = check_password(&self.new, used) {
            faults.new = sentence(&format!("the password {fault}"));
        } else if self.new != self.again {
            "This is not the same as above.".clone_into(&mut faults.again);
        }
        faults
    }
}

impl Faults {
    fn are_none(&self) -> bool {
        [&self.name, &self.new, &self.again]
            .iter()
            .all(|fault| fault.is_empty())
    }
}
