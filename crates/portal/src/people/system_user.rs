//! One system user: what it may see, its password, whether it may do anything.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::access::SystemUserName;
use web::{Badge, Notice, Page, Tone, see_other};

use super::People;
use super::fault::Fault;
use super::input::Fields;
use super::secret::Secret;
use super::signed_in::SignedIn;
use super::system_users::{Choice, organizations};

#[derive(Template)]
#[template(path = "people/system_user.html")]
struct Html {
    page: Page,
    person: SignedIn,
    name: String,
    enabled: bool,
    may_enable: bool,
    organizations: Vec<Choice>,
}

/// The system user.
pub(super) async fn show(
    State(people): State<People>,
    person: SignedIn,
    Path(name): Path<String>,
) -> Result<Response, Fault> {
    let name = SystemUserName::new(name);
    let (selfservice, number) = (&people.services.selfservice, &person.organization.number);
    let own = selfservice.find_own_system_user(number, &name).await?;
    let organizations = people.choices(&person, &own.kept.organizations).await?;
    Ok(web::html(&Html {
        page: person.page(name.as_str()),
        person,
        name: name.as_str().to_owned(),
        enabled: own.kept.user.enabled,
        may_enable: own.disabled_by_owner,
        organizations,
    }))
}

/// Settles the organizations whose things it may see.
pub(super) async fn set_organizations(
    State(people): State<People>,
    person: SignedIn,
    Path(name): Path<String>,
    fields: Fields,
) -> Result<Response, Fault> {
    let (name, wanted) = (SystemUserName::new(name), organizations(&fields));
    let selfservice = &people.services.selfservice;
    let mandate = person.mandate();
    let set = selfservice.set_system_user_organizations(mandate, &name, &wanted);
    set.await?;
    let words = "The organizations are settled; every call goes by them from now on.";
    Ok(people.to_user(&name, &Notice::done(words)))
}

/// Makes another password, and shows it.
pub(super) async fn rotate_password(
    State(people): State<People>,
    person: SignedIn,
    Path(name): Path<String>,
) -> Result<Response, Fault> {
    let name = SystemUserName::new(name);
    let (logins, selfservice) = (&people.services.logins, &people.services.selfservice);
    let number = &person.organization.number;
    // Hashing is for those that are there.
    selfservice.find_own_system_user(number, &name).await?;
    let password = logins.new_password();
    let hash = logins.hash(&password).await?;
    let mandate = person.mandate();
    let set = selfservice.set_system_user_password(mandate, &name, &hash);
    set.await?;
    let text = "The password before and all tokens of the system user have ended.";
    Ok(Secret::new(&person, "Another password", text)
        .with("Name", name.as_str())
        .with("Password", password)
        .then(address(&name)))
}

/// Lets it do what it may again.
pub(super) async fn enable(
    State(people): State<People>,
    person: SignedIn,
    Path(name): Path<String>,
) -> Result<Response, Fault> {
    people.switch_user(&person, name, true).await
}

/// Lets it do nothing.
pub(super) async fn disable(
    State(people): State<People>,
    person: SignedIn,
    Path(name): Path<String>,
) -> Result<Response, Fault> {
    people.switch_user(&person, name, false).await
}

fn address(name: &SystemUserName) -> String {
    format!("/portal/system-users/{}", name.as_str())
}

impl People {
    fn to_user(&self, name: &SystemUserName, notice: &Notice) -> Response {
        see_other(&address(name), Some((&self.cookies.notice, notice)))
    }

    async fn switch_user(
        &self,
        person: &SignedIn,
        name: String,
        enabled: bool,
    ) -> Result<Response, Fault> {
        let name = SystemUserName::new(name);
        let (selfservice, mandate) = (&self.services.selfservice, person.mandate());
        let switched = selfservice.set_own_system_user_enabled(mandate, &name, enabled);
        switched.await?;
        let words = if enabled {
            "The system user may log in again."
        } else {
            "The system user is disabled, and its tokens have ended."
        };
        Ok(self.to_user(&name, &Notice::done(words)))
    }
}
