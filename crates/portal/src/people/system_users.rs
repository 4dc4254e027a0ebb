//! The organization's system users: which there are, and a new one.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use domain::OrganizationNumber;
use http::StatusCode;
use selfservice::{OwnRefusal, Seen};
use storage::SystemUser;
use web::{Badge, Field, Page, Tone, sentence};

use super::People;
use super::confirm::SEEN;
use super::fault::Fault;
use super::input::Fields;
use super::secret::Secret;
use super::signed_in::SignedIn;

#[derive(Template)]
#[template(path = "people/system_users.html")]
struct List {
    page: Page,
    person: SignedIn,
    users: Vec<SystemUser>,
}

#[derive(Template)]
#[template(path = "people/new_system_user.html")]
struct New {
    page: Page,
    seen: Seen,
    ending: String,
    organizations: Vec<Choice>,
    fault: String,
}

/// An organization whose things a system user may see.
pub(super) struct Choice {
    pub(super) number: String,
    pub(super) name: String,
    pub(super) ticked: bool,
}

/// Which there are.
pub(super) async fn list(
    State(people): State<People>,
    person: SignedIn,
) -> Result<Response, Fault> {
    let number = &person.organization.number;
    let selfservice = &people.services.selfservice;
    let users = selfservice.list_own_system_users(number).await?;
    Ok(web::html(&List {
        page: person.page("System users"),
        person,
        users,
    }))
}

/// The form for a new one.
pub(super) async fn ask(State(people): State<People>, person: SignedIn) -> Result<Response, Fault> {
    let own = [person.organization.number.clone()];
    people
        .new_user(&person, (String::new(), &own), String::new())
        .await
}

/// Makes one, and shows its password.
pub(super) async fn create(
    State(people): State<People>,
    person: SignedIn,
    fields: Fields,
) -> Result<Response, Fault> {
    let ending = fields.one("ending").trim().to_ascii_uppercase();
    let organizations = organizations(&fields);
    let (logins, selfservice) = (&people.services.logins, &people.services.selfservice);
    let password = logins.new_password();
    let hash = logins.hash(&password).await?;
    let wanted = (ending.as_str(), organizations.as_slice());
    let seen = Seen::sent(fields.one(SEEN));
    let created = selfservice.create_system_user(person.mandate(), wanted, &hash, &seen);
    match created.await {
        Ok(name) => {
            let text = "With this name and password, your apps get tokens that see the things of the \
                        organizations that you have chosen.";
            let onward = format!("/portal/system-users/{}", name.as_str());
            Ok(Secret::new(&person, "Your new system user", text)
                .with("Name", name.as_str())
                .with("Password", password)
                .then(onward))
        }
        Err(refusal @ (OwnRefusal::UnusableEnding | OwnRefusal::TooMany { .. })) => {
            let fault = sentence(&refusal.to_string());
            let typed = (ending.clone(), organizations.as_slice());
            let mut response = people.new_user(&person, typed, fault).await?;
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(response)
        }
        Err(refusal) => Err(refusal.into()),
    }
}

/// The organizations that are ticked; what is no number is left out.
pub(super) fn organizations(fields: &Fields) -> Vec<OrganizationNumber> {
    let ticked = fields.all("organization");
    let mut numbers: Vec<_> = ticked.filter_map(OrganizationNumber::parse).collect();
    numbers.sort();
    numbers.dedup();
    numbers
}

impl People {
    /// The organizations that may be chosen, and those that are.
    pub(super) async fn choices(
        &self,
        person: &SignedIn,
        ticked: &[OrganizationNumber],
    ) -> Result<Vec<Choice>, Fault> {
        let number = &person.organization.number;
        let reached = self.services.selfservice.list_reached_organizations(number);
        let mut choices: Vec<_> = reached
            .await?
            .into_iter()
            .map(|organization| Choice {
                ticked: ticked.contains(&organization.number),
                number: organization.number.as_str().to_owned(),
                name: organization.name,
            })
            .collect();
        // What a disabled system user may act for stays on its page.
        for kept in ticked {
            if choices.iter().all(|choice| choice.number != kept.as_str()) {
                choices.push(Choice {
                    number: kept.as_str().to_owned(),
                    name: String::new(),
                    ticked: true,
                });
            }
        }
        Ok(choices)
    }

    async fn new_user(
        &self,
        person: &SignedIn,
        (ending, ticked): (String, &[OrganizationNumber]),
        fault: String,
    ) -> Result<Response, Fault> {
        // What somebody typed is no reason to show a number as one to choose.
        let mut organizations = self.choices(person, ticked).await?;
        organizations.retain(|choice| !choice.name.is_empty());
        let number = &person.organization.number;
        let users = self.services.selfservice.list_own_system_users(number);
        Ok(web::html(&New {
            page: person.page("New system user"),
            seen: Seen::of_system_users(&users.await?),
            ending,
            organizations,
            fault,
        }))
    }
}
