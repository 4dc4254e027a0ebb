//! The API products of an app: chosen, asked for, given back.

use axum::extract::{Path, State};
use axum::response::Response;
use domain::access::ClientId;
use jiff::Timestamp;
use selfservice::{AppView, Approval, Chosen, RequestState};
use serde::Deserialize;
use storage::Quota;
use web::Notice;

use super::People;
use super::confirm::Confirm;
use super::fault::Fault;
use super::input::{Form, Query};
use super::signed_in::SignedIn;

/// An API product, as it stands with an app.
pub(super) struct Product {
    pub(super) name: String,
    pub(super) standing: Standing,
}

/// Whether an app has an API product.
pub(super) enum Standing {
    /// It has it, with this quota.
    Held(Option<Quota>),
    /// The operator is asked.
    Asked { by: String, at: Timestamp },
    /// The operator has said no.
    Refused { reason: String, at: Timestamp },
    /// Nobody has asked.
    Open,
}

/// Which API product.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    product: String,
}

/// Gives the app an API product, or asks for it.
pub(super) async fn choose(
    State(people): State<People>,
    person: SignedIn,
    Path(id): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Fault> {
    let (id, product) = (ClientId::new(id), typed.product);
    let selfservice = &people.services.selfservice;
    let chosen = selfservice.choose_api_product(person.mandate(), &id, &product);
    let words = match chosen.await? {
        Chosen::Given => {
            format!("The app has {product} now. Tokens got from now on are good for it.")
        }
        Chosen::Asked => format!("The operator is asked for {product}."),
    };
    Ok(people.to_app(&id, &Notice::done(words)))
}

/// Asks before the app is without an API product that it has.
pub(super) async fn ask_drop(
    State(people): State<People>,
    person: SignedIn,
    Path(id): Path<String>,
    Query(typed): Query<Typed>,
) -> Result<Response, Fault> {
    let (id, product) = (ClientId::new(id), typed.product);
    let (selfservice, number) = (&people.services.selfservice, &person.organization.number);
    let view = selfservice.find_own_app(number, &id).await?;
    if view
        .own
        .kept
        .products
        .iter()
        .all(|(name, _)| *name != product)
    {
        let words = "The app does not have this API product. Nothing was changed.";
        return Ok(people.to_app(&id, &Notice::warning(words)));
    }
    let name = &view.own.kept.registered.app.name;
    let again = match selfservice.new_apps().approval {
        Approval::AtOnce => "You can choose it again.",
        Approval::Operator => "To have it again, the operator has to be asked again.",
    };
    let address = format!("/portal/apps/{}", id.as_str());
    let question = format!("Give {product} back?");
    Ok(Confirm::new(&person, question, address.clone())
        .says(format!(
            "At once, all calls of {name} to operations of {product} are refused. {again}"
        ))
        .last_call(selfservice.last_call_of_app(number, &id).await?)
        .sends("product", product)
        .then(format!("{address}/drop"), "Give it back"))
}

/// Takes an API product from the app, or the request for it back.
pub(super) async fn drop_product(
    State(people): State<People>,
    person: SignedIn,
    Path(id): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Fault> {
    let (id, product) = (ClientId::new(id), typed.product);
    let selfservice = &people.services.selfservice;
    let dropped = selfservice.drop_api_product(person.mandate(), &id, &product);
    dropped.await?;
    let words = format!("The app is without {product} now.");
    Ok(people.to_app(&id, &Notice::done(words)))
}

/// Those that the app has, and those that there are besides.
pub(super) fn products(view: &AppView) -> Vec<Product> {
    let held = view.own.kept.products.iter();
    let held = held.map(|(name, quota)| Product {
        name: name.clone(),
        standing: Standing::Held(*quota),
    });
    let has = |name: &String| view.own.kept.products.iter().any(|(held, _)| held == name);
    let others = view.offered.iter().filter(|name| !has(name));
    let others = others.map(|name| Product {
        name: name.clone(),
        standing: standing(view, name),
    });
    let mut products: Vec<_> = held.chain(others).collect();
    products.sort_by(|one, other| one.name.cmp(&other.name));
    products
}

fn standing(view: &AppView, name: &str) -> Standing {
    let request = view
        .requests
        .iter()
        .find(|request| request.api_product == name);
    match request.map(|request| (request, request.state)) {
        Some((request, RequestState::Asked)) => Standing::Asked {
            by: request.asked_by.clone(),
            at: request.asked_at,
        },
        Some((request, RequestState::Refused)) => Standing::Refused {
            reason: request.reason.clone().unwrap_or_default(),
            at: request
                .decided
                .as_ref()
                .map_or(request.asked_at, |decided| decided.1),
        },
        _ => Standing::Open,
    }
}
