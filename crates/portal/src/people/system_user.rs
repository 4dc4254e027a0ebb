//! One system user: what it may see, its password, whether it may do anything.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::OrganizationNumber;
use domain::access::SystemUserName;
use selfservice::Seen;
use web::{Badge, Notice, Page, Tone, see_other};

use super::People;
use super::confirm::{Confirm, SEEN, SURE};
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

/// Settles the organizations whose things it may see; asks first when it is to see fewer.
pub(super) async fn set_organizations(
    State(people): State<People>,
    person: SignedIn,
    Path(name): Path<String>,
    fields: Fields,
) -> Result<Response, Fault> {
    let (name, wanted) = (SystemUserName::new(name), organizations(&fields));
    let (selfservice, mandate) = (&people.services.selfservice, person.mandate());
    let own = selfservice
        .find_own_system_user(&mandate.organization, &name)
        .await?;
    let had = own.kept.organizations.iter();
    let gone: Vec<_> = had.filter(|one| !wanted.contains(one)).collect();
    if !gone.is_empty() && fields.one(SURE) != "true" {
        return people
            .ask_organizations(&person, &name, (&wanted, &gone))
            .await;
    }
    let set = selfservice.set_system_user_organizations(mandate, &name, &wanted);
    set.await?;
    let words = "The organizations are settled; every call goes by them from now on.";
    Ok(people.to_user(&name, &Notice::done(words)))
}

/// Asks before the password becomes another.
pub(super) async fn ask_rotate_password(
    State(people): State<People>,
    person: SignedIn,
    Path(name): Path<String>,
) -> Result<Response, Fault> {
    let name = SystemUserName::new(name);
    let (selfservice, number) = (&people.services.selfservice, &person.organization.number);
    let own = selfservice.find_own_system_user(number, &name).await?;
    let shown = name.as_str();
    let question = format!("Make another password for {shown}?");
    Ok(Confirm::new(&person, question, address(&name))
        .says(format!(
            "The password that {shown} has ends at once, and so do all of its tokens: each app that logs \
             in with it stops until it has the new one. This can't be undone."
        ))
        .says("The new password is shown once, in the answer to this.")
        .last_call(selfservice.last_call_of_system_user(number, &name).await?)
        .sends(SEEN, Seen::of_password(&own.kept.user).as_str())
        .then(
            format!("{}/rotate-password", address(&name)),
            "Make another password",
        ))
}

/// Makes another password, and shows it.
pub(super) async fn rotate_password(
    State(people): State<People>,
    person: SignedIn,
    Path(name): Path<String>,
    fields: Fields,
) -> Result<Response, Fault> {
    let name = SystemUserName::new(name);
    let (logins, selfservice) = (&people.services.logins, &people.services.selfservice);
    let number = &person.organization.number;
    let seen = Seen::sent(fields.one(SEEN));
    // Hashing is for those that are there and that are asked for the first time.
    let own = selfservice.find_own_system_user(number, &name).await?;
    if Seen::of_password(&own.kept.user) != seen {
        return Err(Fault::MADE_ALREADY);
    }
    let password = logins.new_password();
    let hash = logins.hash(&password).await?;
    let mandate = person.mandate();
    let set = selfservice.set_system_user_password(mandate, &name, &hash, &seen);
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

/// Asks before it may do nothing.
pub(super) async fn ask_disable(
    State(people): State<People>,
    person: SignedIn,
    Path(name): Path<String>,
) -> Result<Response, Fault> {
    let name = SystemUserName::new(name);
    let (selfservice, number) = (&people.services.selfservice, &person.organization.number);
    selfservice.find_own_system_user(number, &name).await?;
    let shown = name.as_str();
    Ok(
        Confirm::new(&person, format!("Disable {shown}?"), address(&name))
            .says(format!(
                "At once, {shown} can't log in, and its tokens end for good: each app that acts for it \
                 stops. You can enable it again."
            ))
            .last_call(selfservice.last_call_of_system_user(number, &name).await?)
            .then(format!("{}/disable", address(&name)), "Disable the system user"),
    )
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

    async fn ask_organizations(
        &self,
        person: &SignedIn,
        name: &SystemUserName,
        (wanted, gone): (&[OrganizationNumber], &[&OrganizationNumber]),
    ) -> Result<Response, Fault> {
        let selfservice = &self.services.selfservice;
        let numbers: Vec<_> = gone.iter().map(|one| one.as_str()).collect();
        let (shown, numbers) = (name.as_str(), numbers.join(", "));
        let words = if wanted.is_empty() {
            format!("At once, {shown} sees nothing any more: every call of its apps is refused.")
        } else {
            format!(
                "At once, {shown} sees nothing of {numbers} any more, and its apps act there no more."
            )
        };
        let own = &person.organization.number;
        let last = selfservice.last_call_of_system_user(own, name).await?;
        let question = format!("Let {shown} see fewer organizations?");
        let mut asked = Confirm::new(person, question, address(name))
            .says(words)
            .says(
                "Of other organizations than your own, what no enabled system user of yours sees any \
                 more can be given back by the operator alone.",
            )
            .last_call(last)
            .sends(SURE, "true");
        for number in wanted {
            asked = asked.sends("organization", number.as_str());
        }
        Ok(asked.then(
            format!("{}/organizations", address(name)),
            "Settle the organizations",
        ))
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
