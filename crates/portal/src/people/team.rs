//! The team: the organization's people, and those who are invited.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use domain::access::{Developer, DeveloperEmail, DeveloperRole};
use http::StatusCode;
use selfservice::{Invitation, OwnRefusal, Seen};
use serde::Deserialize;
use web::{Badge, Field, Moment, Notice, Page, Tone, see_other, sentence};

use super::confirm::{Confirm, SEEN};
use super::fault::Fault;
use super::input::{Form, Query};
use super::secret::Secret;
use super::signed_in::SignedIn;
use super::{INVITATION, People};

const ADDRESS: &str = "/portal/team";
const ROLES: [(&str, &str); 2] = [
    ("developer", "Developer: works with apps"),
    (
        "administrator",
        "Administrator: changes people and system users, too",
    ),
];

#[derive(Template)]
#[template(path = "people/team.html")]
struct Html {
    page: Page,
    person: SignedIn,
    people: Vec<Developer>,
    invitations: Vec<Invitation>,
    seen: Seen,
    typed: Typed,
    fault: String,
}

/// What the forms about a person send.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    email: String,
    role: String,
    seen: String,
}

/// Who there is.
pub(super) async fn list(
    State(people): State<People>,
    person: SignedIn,
) -> Result<Response, Fault> {
    people.team(person, (Typed::default(), String::new())).await
}

/// Makes a link for someone, and shows it.
pub(super) async fn invite(
    State(people): State<People>,
    person: SignedIn,
    Form(typed): Form<Typed>,
) -> Result<Response, Fault> {
    let Some(email) = DeveloperEmail::parse(typed.email.trim()) else {
        let fault = "Type an e-mail address, such as kari@example.com.".to_owned();
        return people.refuse_invitation(person, (typed, fault)).await;
    };
    let role = DeveloperRole::parse(&typed.role).unwrap_or(DeveloperRole::Developer);
    let (link, hash) = people.services.logins.new_link();
    let seen = Seen::sent(&typed.seen);
    let selfservice = &people.services.selfservice;
    let whom = (&email, role);
    let invited = selfservice.invite_developer(person.mandate(), whom, &hash, Some(&seen));
    let invitation = match invited.await {
        Ok(invitation) => invitation,
        Err(refusal @ (OwnRefusal::DeveloperDisabled(_) | OwnRefusal::TooMany { .. })) => {
            let fault = sentence(&refusal.to_string());
            return people.refuse_invitation(person, (typed, fault)).await;
        }
        Err(refusal) => return Err(refusal.into()),
    };
    let text = format!(
        "With this link, {email} chooses a password and signs in. It works once, until {}. No mail \
         was sent: pass the link on in a way that nobody else reads.",
        invitation.expires_at.strftime("%Y-%m-%d %H:%M UTC")
    );
    let link = format!("{}{INVITATION}{link}", people.services.public_url);
    Ok(Secret::new(&person, "A link to pass on", text)
        .with("Link", link)
        .then(ADDRESS))
}

/// Ends a link.
pub(super) async fn take_back(
    State(people): State<People>,
    person: SignedIn,
    Form(typed): Form<Typed>,
) -> Result<Response, Fault> {
    let email = whom(&typed)?;
    let selfservice = &people.services.selfservice;
    match selfservice
        .remove_invitation(person.mandate(), &email)
        .await
    {
        Ok(()) => Ok(people.back(&Notice::done(format!(
            "The link for {email} works no more."
        )))),
        Err(OwnRefusal::UnknownInvitation) => Err(Fault::NOT_FOUND),
        Err(refusal) => Err(refusal.into()),
    }
}

/// Settles what someone may do.
pub(super) async fn set_role(
    State(people): State<People>,
    person: SignedIn,
    Form(typed): Form<Typed>,
) -> Result<Response, Fault> {
    let email = whom(&typed)?;
    let role = DeveloperRole::parse(&typed.role);
    let role = role.ok_or_else(|| Fault::unreadable("There is no such role."))?;
    let selfservice = &people.services.selfservice;
    let set = selfservice.set_developer_role(person.mandate(), &email, role);
    let role = role.as_str();
    people.told(
        set.await,
        format!("From now on, {email} has the role {role}."),
    )
}

/// Lets someone sign in again.
pub(super) async fn enable(
    State(people): State<People>,
    person: SignedIn,
    Form(typed): Form<Typed>,
) -> Result<Response, Fault> {
    let email = whom(&typed)?;
    let selfservice = &people.services.selfservice;
    let set = selfservice.set_developer_enabled(person.mandate(), &email, true);
    people.told(set.await, format!("{email} may sign in again."))
}

/// Asks before someone is kept from signing in.
pub(super) async fn ask_disable(
    State(people): State<People>,
    person: SignedIn,
    Query(typed): Query<Typed>,
) -> Result<Response, Fault> {
    let number = &person.organization.number;
    let colleagues = people.services.selfservice.list_developers(number).await?;
    let mut colleagues = colleagues.into_iter();
    let Some(one) = colleagues.find(|one| one.enabled && one.email.as_str() == typed.email) else {
        let words = "Nobody of your team who may sign in has this address.";
        return Ok(people.back(&Notice::warning(words)));
    };
    let email = &one.email;
    let you = if one.email == person.developer.email {
        " This is you: you are signed out, and a colleague has to enable you again."
    } else {
        ""
    };
    let question = format!("Disable {}?", one.name);
    Ok(Confirm::new(&person, question, ADDRESS.to_owned())
        .says(format!(
            "At once, {email} is signed out everywhere and may not sign in any more; a link to choose a \
             password ends, too. An administrator can enable them again.{you}"
        ))
        .says("Apps, their secrets and system users go on. If they may know some, make others.")
        .sends("email", email.to_string())
        .then(format!("{ADDRESS}/disable"), "Disable them"))
}

/// Keeps someone from signing in.
pub(super) async fn disable(
    State(people): State<People>,
    person: SignedIn,
    Form(typed): Form<Typed>,
) -> Result<Response, Fault> {
    let email = whom(&typed)?;
    let selfservice = &people.services.selfservice;
    let set = selfservice.set_developer_enabled(person.mandate(), &email, false);
    let words = format!("{email} is signed out, and may not sign in any more.");
    people.told(set.await, words)
}

fn whom(typed: &Typed) -> Result<DeveloperEmail, Fault> {
    DeveloperEmail::parse(&typed.email).ok_or(Fault::NOT_FOUND)
}

impl People {
    async fn team(
        &self,
        person: SignedIn,
        (typed, fault): (Typed, String),
    ) -> Result<Response, Fault> {
        let (selfservice, number) = (&self.services.selfservice, &person.organization.number);
        let people = selfservice.list_developers(number).await?;
        let invitations = selfservice.list_invitations(number).await?;
        Ok(web::html(&Html {
            page: person.page("Team"),
            seen: Seen::of_team(&people, &invitations),
            people,
            invitations,
            typed,
            fault,
            person,
        }))
    }

    async fn refuse_invitation(
        &self,
        person: SignedIn,
        typed: (Typed, String),
    ) -> Result<Response, Fault> {
        let mut response = self.team(person, typed).await?;
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        Ok(response)
    }

    fn back(&self, notice: &Notice) -> Response {
        see_other(ADDRESS, Some((&self.cookies.notice, notice)))
    }

    /// Back to the team, with what came of a change.
    fn told(
        &self,
        outcome: Result<Developer, OwnRefusal>,
        words: String,
    ) -> Result<Response, Fault> {
        match outcome {
            Ok(_) => Ok(self.back(&Notice::done(words))),
            Err(refusal @ OwnRefusal::LastAdministrator(_)) => {
                let words = sentence(&format!("{refusal}; make somebody else one first"));
                Ok(self.back(&Notice::failed(words)))
            }
            Err(refusal) => Err(refusal.into()),
        }
    }
}
