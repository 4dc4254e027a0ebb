//! Customers' people in the portal: who there is, in one organization or in all, and invitations. Who
//! somebody is, is the address within the organization.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::access::{Developer, DeveloperEmail, DeveloperRole, OperatorRole};
use domain::{Organization, OrganizationNumber};
use http::StatusCode;
use selfservice::{Invitation, Mandate, OwnRefusal, Seen};
use serde::Deserialize;
use web::{Badge, Field, Moment, Notice, Page, Tone, see_other};

use super::Console;
use super::confirm::SEEN;
use super::fault::{Fault, sentence};
use super::input::{Form, Query};
use super::nouns;
use super::signed_in::SignedIn;
use crate::records::Kind;

/// Whom a page shows at most; the search finds the others.
const MOST: usize = 200;
/// What the choice of a role says.
pub(super) const ROLES: [(&str, &str); 2] = [
    ("developer", "developer: works with apps"),
    (
        "administrator",
        "administrator: changes people and system users, too",
    ),
];

#[derive(Template)]
#[template(path = "console/developers.html")]
struct ListHtml {
    page: Page,
    wanted: Wanted,
    developers: Vec<Developer>,
    is_cut: bool,
}

#[derive(Template)]
#[template(path = "console/organization_developers.html")]
struct TeamHtml {
    page: Page,
    organization: Organization,
    developers: Vec<Developer>,
    invitations: Vec<Invitation>,
    seen: Seen,
    may: bool,
    typed: Typed,
    fault: String,
}

#[derive(Template)]
#[template(path = "console/invitation.html")]
struct LinkHtml {
    page: Page,
    invitation: Invitation,
    link: String,
    back: String,
}

/// What the list is narrowed to.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    search: String,
}

/// What the forms about invitations send.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    email: String,
    role: String,
    seen: String,
}

type Shown = Result<Response, Fault>;

/// Those of all organizations.
pub(super) async fn list(
    State(console): State<Console>,
    person: SignedIn,
    Query(wanted): Query<Wanted>,
) -> Shown {
    let mut developers = console.services.selfservice.list_all_developers().await?;
    let search = wanted.search.trim().to_lowercase();
    developers.retain(|one| {
        one.organization.as_str().starts_with(&search)
            || one.email.as_str().contains(&search)
            || one.name.to_lowercase().contains(&search)
    });
    let is_cut = developers.len() > MOST;
    developers.truncate(MOST);
    Ok(web::html(&ListHtml {
        page: person.page("Developers"),
        wanted,
        developers,
        is_cut,
    }))
}

/// Those of one organization, with the form to invite somebody.
pub(super) async fn team(
    State(console): State<Console>,
    person: SignedIn,
    Path(number): Path<String>,
) -> Shown {
    let number = read_number(&number)?;
    let typed = (Typed::default(), String::new());
    console.team(&person, &number, typed).await
}

/// Makes a link for somebody, which is told in the answer to this alone.
pub(super) async fn invite(
    State(console): State<Console>,
    person: SignedIn,
    Path(number): Path<String>,
    Form(typed): Form<Typed>,
) -> Shown {
    let number = read_number(&number)?;
    let Some(email) = DeveloperEmail::parse(typed.email.trim()) else {
        let fault = "Type an e-mail address, such as kari@example.com.".to_owned();
        return console.refuse(&person, &number, (typed, fault)).await;
    };
    let role = DeveloperRole::parse(&typed.role);
    let role = role.ok_or_else(|| Fault::unreadable("There is no such role."))?;
    let selfservice = &console.services.selfservice;
    let seen = Seen::sent(&typed.seen);
    let (link, hash) = console.services.gateway.logins().new_link();
    let mandate = Mandate::of_operator(&person.author(), &number);
    let invited = selfservice.invite_developer(&mandate, (&email, role), &hash, Some(&seen));
    let invitation = match invited.await {
        Ok(invitation) => invitation,
        Err(refusal @ (OwnRefusal::DeveloperDisabled(_) | OwnRefusal::TooMany { .. })) => {
            let fault = sentence(&refusal.to_string());
            return console.refuse(&person, &number, (typed, fault)).await;
        }
        Err(refusal) => return Err(refusal.into()),
    };
    let mut page = frame_of(&person, &number, format!("A link for {email}"));
    page.notices.clear();
    Ok(web::html(&LinkHtml {
        page,
        invitation,
        link: format!("{}{link}", console.services.invitation_address),
        back: address_of_team(&number),
    }))
}

/// Ends a link.
pub(super) async fn take_back(
    State(console): State<Console>,
    person: SignedIn,
    Path(number): Path<String>,
    Form(typed): Form<Typed>,
) -> Shown {
    let number = read_number(&number)?;
    let email = DeveloperEmail::parse(&typed.email).ok_or(Fault::NOT_FOUND)?;
    let mandate = Mandate::of_operator(&person.author(), &number);
    let selfservice = &console.services.selfservice;
    let notice = match selfservice.remove_invitation(&mandate, &email).await {
        Ok(()) => Notice::done(format!("The link for {email} works no more.")),
        Err(OwnRefusal::UnknownInvitation) => {
            Notice::warning(format!("There is no link for {email} any more."))
        }
        Err(refusal) => return Err(refusal.into()),
    };
    let address = address_of_team(&number);
    Ok(see_other(
        &address,
        Some((&console.cookies.notice, &notice)),
    ))
}

impl Console {
    async fn team(
        &self,
        person: &SignedIn,
        number: &OrganizationNumber,
        (typed, fault): (Typed, String),
    ) -> Shown {
        let selfservice = &self.services.selfservice;
        let organization = selfservice.own_organization(number).await?;
        let developers = selfservice.list_developers(number).await?;
        let invitations = selfservice.list_invitations(number).await?;
        let title = format!("Developers of {}", organization.name);
        Ok(web::html(&TeamHtml {
            page: frame_of(person, number, title),
            organization,
            seen: Seen::of_team(&developers, &invitations),
            developers,
            invitations,
            may: person.may(OperatorRole::Administrator),
            typed,
            fault,
        }))
    }

    async fn refuse(
        &self,
        person: &SignedIn,
        number: &OrganizationNumber,
        typed: (Typed, String),
    ) -> Shown {
        let mut response = self.team(person, number, typed).await?;
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        Ok(response)
    }
}

fn frame_of(person: &SignedIn, number: &OrganizationNumber, title: String) -> Page {
    let mut person = person.clone();
    person.path = address_of_team(number);
    person.page(title)
}

/// Where an organization's people are.
pub(super) fn address_of_team(number: &OrganizationNumber) -> String {
    let organization = nouns::address(Kind::Organization, number.as_str());
    format!("{organization}/developers")
}

/// Where one of them is.
pub(super) fn address_of(number: &OrganizationNumber, email: &DeveloperEmail) -> String {
    let email = nouns::encoded(email.as_str());
    format!("{}/{email}", address_of_team(number))
}

pub(super) fn address(developer: &Developer) -> String {
    address_of(&developer.organization, &developer.email)
}

pub(super) fn read_number(number: &str) -> Result<OrganizationNumber, Fault> {
    OrganizationNumber::parse(number).ok_or(Fault::NOT_FOUND)
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
