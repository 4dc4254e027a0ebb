//! One app: what it is, its secrets, whether it may call.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::access::ClientId;
use http::StatusCode;
use jiff::Timestamp;
use selfservice::{AppView, AppWish, Approval, OwnRefusal, Seen};
use serde::Deserialize;
use storage::Pace;
use web::{Badge, Field, Moment, Notice, Page, Tone, see_other};

use super::People;
use super::apps::{AppForm, wish};
use super::confirm::Confirm;
use super::fault::Fault;
use super::input::{Fields, Form};
use super::products::{Product, Standing, products};
use super::secret::Secret;
use super::signed_in::SignedIn;

#[derive(Template)]
#[template(path = "people/app.html")]
struct Html {
    page: Page,
    id: String,
    enabled: bool,
    may_enable: bool,
    pace: Pace,
    networks: Vec<String>,
    secrets: Vec<Timestamp>,
    seen: Seen,
    products: Vec<Product>,
    at_once: bool,
    form: AppForm,
}

/// Which secret is to end.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Ending {
    made_at: String,
    end_tokens: String,
}

/// What the form for another secret sends.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Another {
    seen: String,
}

/// The app.
pub(super) async fn show(
    State(people): State<People>,
    person: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    people.app(&person, &ClientId::new(id), None).await
}

/// Makes the app what the form says.
pub(super) async fn change(
    State(people): State<People>,
    person: SignedIn,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Fault> {
    let (id, wish) = (ClientId::new(id), wish(&fields));
    let selfservice = &people.services.selfservice;
    match selfservice.change_app(person.mandate(), &id, &wish).await {
        Ok(()) => Ok(people.to_app(&id, &Notice::done("The app is changed."))),
        Err(refusal @ (OwnRefusal::UnusableName | OwnRefusal::UnknownGrant)) => {
            let mut response = people.app(&person, &id, Some((&wish, &refusal))).await?;
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(response)
        }
        Err(refusal) => Err(refusal.into()),
    }
}

/// Makes another secret, and shows it.
pub(super) async fn add_secret(
    State(people): State<People>,
    person: SignedIn,
    Path(id): Path<String>,
    Form(another): Form<Another>,
) -> Result<Response, Fault> {
    let id = ClientId::new(id);
    let (secret, hash) = people.services.logins.new_client_secret(&id);
    let (selfservice, seen) = (&people.services.selfservice, Seen::sent(&another.seen));
    selfservice
        .add_app_secret(person.mandate(), &id, &hash, &seen)
        .await?;
    let text = "The secret before works beside this one until you end it. Put the new one where your \
                software takes it from, look that it works, and then end the older one.";
    Ok(Secret::new(&person, "Another secret", text)
        .with("Client id", id.as_str())
        .with("Client secret", secret)
        .then(address(&id)))
}

/// Asks before the older one of two secrets ends.
pub(super) async fn ask_end_secret(
    State(people): State<People>,
    person: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let id = ClientId::new(id);
    let (selfservice, number) = (&people.services.selfservice, &person.organization.number);
    let view = selfservice.find_own_app(number, &id).await?;
    let [older, _] = view.secrets.as_slice() else {
        let words = "The secret has ended already. Nothing was changed.";
        return Ok(people.to_app(&id, &Notice::warning(words)));
    };
    let name = &view.own.kept.registered.app.name;
    let made = older.strftime("%Y-%m-%d %H:%M UTC");
    let field = Field::tick("end_tokens", "End all tokens of the app, too")
        .hint("If somebody else may know the older secret.");
    let question = format!("End the older secret of {name}?");
    Ok(Confirm::new(&person, question, address(&id))
        .says(format!(
            "Software that still has the secret made {made} gets no tokens any more. This can't be \
             undone."
        ))
        .says(
            "Look first that your software works with the newer one. Which of the two a call has \
               used is not known.",
        )
        .last_call(selfservice.last_call_of_app(number, &id).await?)
        .sends("made_at", older.as_millisecond().to_string())
        .asks(field)
        .then(
            format!("{}/end-secret", address(&id)),
            "End the older secret",
        ))
}

/// Ends the older one of two secrets.
pub(super) async fn end_secret(
    State(people): State<People>,
    person: SignedIn,
    Path(id): Path<String>,
    Form(typed): Form<Ending>,
) -> Result<Response, Fault> {
    let id = ClientId::new(id);
    let made_at = typed.made_at.parse().ok();
    let made_at = made_at.and_then(|made_at| Timestamp::from_millisecond(made_at).ok());
    let made_at = made_at.ok_or_else(|| Fault::unreadable("There is no such secret."))?;
    let ending = (made_at, typed.end_tokens == "true");
    let selfservice = &people.services.selfservice;
    match selfservice
        .end_app_secret(person.mandate(), &id, ending)
        .await
    {
        Ok(()) => {
            let words = if ending.1 {
                "The older secret and all tokens have ended."
            } else {
                "The older secret has ended. Tokens last until their own end, at most an hour."
            };
            Ok(people.to_app(&id, &Notice::done(words)))
        }
        Err(OwnRefusal::NotOlderSecret) => {
            let words = "The secret has ended already. Nothing was changed.";
            Ok(people.to_app(&id, &Notice::warning(words)))
        }
        Err(refusal) => Err(refusal.into()),
    }
}

/// Lets the app call again.
pub(super) async fn enable(
    State(people): State<People>,
    person: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    people.switch(&person, &ClientId::new(id), true).await
}

/// Asks before the app is kept from calling.
pub(super) async fn ask_disable(
    State(people): State<People>,
    person: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let id = ClientId::new(id);
    let (selfservice, number) = (&people.services.selfservice, &person.organization.number);
    let view = selfservice.find_own_app(number, &id).await?;
    let name = &view.own.kept.registered.app.name;
    Ok(Confirm::new(&person, format!("Disable {name}?"), address(&id))
        .says(format!(
            "At once, {name} can't call anything and gets no tokens; those that it has end for good. \
             Whatever goes through it stops. You can enable it again, and it gets new tokens then."
        ))
        .last_call(selfservice.last_call_of_app(number, &id).await?)
        .then(format!("{}/disable", address(&id)), "Disable the app"))
}

/// Keeps the app from calling.
pub(super) async fn disable(
    State(people): State<People>,
    person: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    people.switch(&person, &ClientId::new(id), false).await
}

fn address(id: &ClientId) -> String {
    format!("/portal/apps/{}", id.as_str())
}

impl People {
    /// Back to the app, with what came of a change.
    pub(super) fn to_app(&self, id: &ClientId, notice: &Notice) -> Response {
        see_other(&address(id), Some((&self.cookies.notice, notice)))
    }

    async fn switch(
        &self,
        person: &SignedIn,
        id: &ClientId,
        enabled: bool,
    ) -> Result<Response, Fault> {
        let selfservice = &self.services.selfservice;
        let switched = selfservice.set_own_app_enabled(person.mandate(), id, enabled);
        switched.await?;
        let words = if enabled {
            "The app may call again."
        } else {
            "The app is disabled, and its tokens have ended."
        };
        Ok(self.to_app(id, &Notice::done(words)))
    }

    async fn app(
        &self,
        person: &SignedIn,
        id: &ClientId,
        refused: Option<(&AppWish, &OwnRefusal)>,
    ) -> Result<Response, Fault> {
        let (selfservice, number) = (&self.services.selfservice, &person.organization.number);
        let view = selfservice.find_own_app(number, id).await?;
        let users = selfservice.list_own_system_users(number).await?;
        let AppView { own, secrets, .. } = &view;
        let registered = &own.kept.registered;
        let app = &registered.app;
        let kept = AppWish {
            name: app.name.clone(),
            grants: app.grants.clone(),
            bound_system_user: app.bound_system_user.clone(),
        };
        let wish = refused.map_or(&kept, |(wish, _)| wish);
        let new_apps = selfservice.new_apps();
        let mut offered = new_apps.grants.clone();
        offered.extend(
            app.grants
                .iter()
                .filter(|grant| !new_apps.grants.contains(grant)),
        );
        let refusal = refused.map(|(_, refusal)| refusal);
        Ok(web::html(&Html {
            page: person.page(app.name.as_str()),
            id: app.id.as_str().to_owned(),
            enabled: app.enabled,
            may_enable: own.disabled_by_owner,
            pace: registered.pace,
            networks: app.basic_networks.clone(),
            secrets: secrets.clone(),
            seen: view.seen.clone(),
            products: products(&view),
            at_once: new_apps.approval == Approval::AtOnce,
            form: AppForm::new(wish, (&offered, &users), refusal),
        }))
    }
}
