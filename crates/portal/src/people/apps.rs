//! The organization's apps: which there are, and a new one.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use domain::access::{GrantType, SystemUserName};
use http::StatusCode;
use selfservice::{AppWish, Approval, OwnRefusal, Seen};
use storage::{RegisteredApp, SystemUser};
use web::{Badge, Field, Notice, Page, Tone, sentence};

use super::People;
use super::confirm::SEEN;
use super::fault::Fault;
use super::input::Fields;
use super::secret::Secret;
use super::signed_in::SignedIn;

#[derive(Template)]
#[template(path = "people/apps.html")]
struct List {
    page: Page,
    apps: Vec<RegisteredApp>,
}

#[derive(Template)]
#[template(path = "people/new_app.html")]
struct New {
    page: Page,
    seen: Seen,
    form: AppForm,
    products: Vec<Tick>,
    at_once: bool,
}

/// Something that can be ticked.
pub(super) struct Tick {
    pub(super) name: String,
    pub(super) ticked: bool,
}

/// What an app is to be, as the form has it.
pub(super) struct AppForm {
    pub(super) name: String,
    pub(super) grants: Vec<Tick>,
    pub(super) system_user: String,
    pub(super) system_users: Vec<(String, String)>,
    pub(super) name_fault: String,
    pub(super) grants_fault: String,
}

/// Which there are.
pub(super) async fn list(
    State(people): State<People>,
    person: SignedIn,
) -> Result<Response, Fault> {
    let number = &person.organization.number;
    let apps = people.services.selfservice.list_own_apps(number).await?;
    Ok(web::html(&List {
        page: person.page("Apps"),
        apps,
    }))
}

/// The form for a new one.
pub(super) async fn ask(State(people): State<People>, person: SignedIn) -> Result<Response, Fault> {
    let offered = &people.services.selfservice.new_apps().grants;
    let wish = AppWish {
        name: String::new(),
        grants: offered.iter().copied().take(1).collect(),
        bound_system_user: None,
    };
    people.new_app(&person, (&wish, &[]), None).await
}

/// Makes one, and shows its secret.
pub(super) async fn create(
    State(people): State<People>,
    person: SignedIn,
    fields: Fields,
) -> Result<Response, Fault> {
    let wish = wish(&fields);
    let chosen: Vec<_> = fields.all("product").map(str::to_owned).collect();
    let (selfservice, mandate) = (&people.services.selfservice, person.mandate());
    let id = selfservice.new_client_id();
    let (secret, hash) = people.services.logins.new_client_secret(&id);
    let seen = Seen::sent(fields.one(SEEN));
    let created = selfservice.create_app(mandate, (&id, &wish), &hash, &seen);
    match created.await {
        Ok(()) => {}
        Err(OwnRefusal::Storage(error)) => return Err(error.into()),
        Err(OwnRefusal::MadeAlready) => return Err(Fault::MADE_ALREADY),
        Err(refusal) => {
            let mut response = people
                .new_app(&person, (&wish, &chosen), Some(&refusal))
                .await?;
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            return Ok(response);
        }
    }
    for product in &chosen {
        selfservice
            .choose_api_product(mandate, &id, product)
            .await?;
    }
    let text = if chosen.is_empty() {
        "The app is made. It has no API product yet, so it can't call anything."
    } else if selfservice.new_apps().approval == Approval::AtOnce {
        "The app is made, and may call at once."
    } else {
        "The app is made. The operator is asked for its API products; until then it can't call \
         anything."
    };
    Ok(Secret::new(&person, "Your new app", text)
        .with("Client id", id.as_str())
        .with("Client secret", secret)
        .then(format!("/portal/apps/{}", id.as_str())))
}

/// What the form's fields ask for.
pub(super) fn wish(fields: &Fields) -> AppWish {
    let bound = fields.one("system_user");
    AppWish {
        name: fields.one("name").to_owned(),
        grants: fields.all("grant").filter_map(GrantType::parse).collect(),
        bound_system_user: (!bound.is_empty()).then(|| SystemUserName::new(bound)),
    }
}

impl AppForm {
    /// The form of an app like this, with the grants that may be chosen.
    pub(super) fn new(
        wish: &AppWish,
        (offered, users): (&[GrantType], &[SystemUser]),
        refusal: Option<&OwnRefusal>,
    ) -> Self {
        let words = |refusal: &OwnRefusal| sentence(&refusal.to_string());
        let fault_of = |is_grant: bool| {
            let about =
                |refusal: &&OwnRefusal| matches!(refusal, OwnRefusal::UnknownGrant) == is_grant;
            refusal.filter(about).map_or_else(String::new, words)
        };
        let user = |user: &SystemUser| {
            let name = user.name.as_str();
            let words = if user.enabled {
                name.to_owned()
            } else {
                format!("{name} (disabled)")
            };
            (name.to_owned(), words)
        };
        let none = (String::new(), "None".to_owned());
        let bound = wish.bound_system_user.as_ref();
        Self {
            name: wish.name.clone(),
            grants: offered
                .iter()
                .map(|grant| Tick {
                    name: grant.as_str().to_owned(),
                    ticked: wish.grants.contains(grant),
                })
                .collect(),
            system_user: bound.map_or("", SystemUserName::as_str).to_owned(),
            system_users: std::iter::once(none)
                .chain(users.iter().map(user))
                .collect(),
            name_fault: fault_of(false),
            grants_fault: fault_of(true),
        }
    }
}

/// What a grant is good for, in a few words.
pub(super) fn grant_words(grant: &str) -> &'static str {
    match GrantType::parse(grant) {
        Some(GrantType::Password) => "with a system user's name and password",
        Some(GrantType::ClientCredentials) => "in its own name, for the system user below",
        None => "",
    }
}

impl People {
    async fn new_app(
        &self,
        person: &SignedIn,
        (wish, chosen): (&AppWish, &[String]),
        refusal: Option<&OwnRefusal>,
    ) -> Result<Response, Fault> {
        let (selfservice, number) = (&self.services.selfservice, &person.organization.number);
        let users = selfservice.list_own_system_users(number).await?;
        let apps = selfservice.list_own_apps(number).await?;
        let products = selfservice.list_offered_api_products(number).await?;
        let new_apps = selfservice.new_apps();
        let mut page = person.page("New app");
        if let Some(refusal @ OwnRefusal::TooMany { .. }) = refusal {
            page.notices
                .push(Notice::failed(sentence(&refusal.to_string())));
        }
        let tick = |name: String| Tick {
            ticked: chosen.contains(&name),
            name,
        };
        Ok(web::html(&New {
            page,
            seen: Seen::of_apps(&apps),
            form: AppForm::new(wish, (&new_apps.grants, &users), refusal),
            products: products.into_iter().map(tick).collect(),
            at_once: new_apps.approval == Approval::AtOnce,
        }))
    }
}
