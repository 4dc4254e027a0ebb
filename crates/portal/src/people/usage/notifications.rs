//! The endpoints of the organization's system users, and what became of their deliveries.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::{ChangeId, Delivery, DeliveryState, EndpointId};
use selfservice::notifications::OversightRefusal;
use selfservice::{EndpointState, KnownEndpoint, Page as PageOf};
use serde::Deserialize;
use web::{Badge, Moment, Notice, Page, Pager, Tone, see_other};

use super::super::People;
use super::super::fault::Fault;
use super::super::input::{Form, Query};
use super::super::signed_in::SignedIn;
use super::TABS;

const ADDRESS: &str = "/portal/use/notifications";
const PAGE: u32 = 50;

#[derive(Template)]
#[template(path = "people/use_endpoints.html")]
struct List {
    page: Page,
    here: &'static str,
    endpoints: Vec<KnownEndpoint>,
    pager: Pager,
}

#[derive(Template)]
#[template(path = "people/use_endpoint.html")]
struct One {
    page: Page,
    known: KnownEndpoint,
    deliveries: Vec<Delivery>,
    total: i64,
    pager: Pager,
}

/// Where a list goes on.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::people) struct Wanted {
    after: String,
    page: String,
}

/// What is to be sent again.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::people) struct Again {
    event: String,
}

/// Which endpoints there are.
pub(in crate::people) async fn list(
    State(people): State<People>,
    person: SignedIn,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Fault> {
    let after = Some(wanted.after.as_str()).filter(|after| !after.is_empty());
    let (selfservice, number) = (&people.services.selfservice, &person.organization.number);
    let from = after.map(EndpointId::new);
    let found = selfservice.list_own_endpoints(number, from.as_ref(), PAGE.into());
    let (endpoints, next) = found.await?;
    let pager = Pager {
        first: after.map(|_| ADDRESS.to_owned()),
        next: next.map(|next| format!("{ADDRESS}?after={}", next.as_str())),
    };
    Ok(web::html(&List {
        page: person.page("Use"),
        here: ADDRESS,
        endpoints,
        pager,
    }))
}

/// One endpoint with its deliveries.
pub(in crate::people) async fn show(
    State(people): State<People>,
    person: SignedIn,
    Path(id): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Fault> {
    let id = EndpointId::new(id);
    let (selfservice, owner) = (&people.services.selfservice, &person.organization.number);
    let known = selfservice.find_own_endpoint(owner, &id).await?;
    let number = wanted.page.parse().unwrap_or(0_u32).min(100_000);
    let page = PageOf {
        number: number.into(),
        size: PAGE.into(),
    };
    let found = selfservice.list_own_deliveries((owner, &id), None, page);
    let (deliveries, total) = found.await?;
    let address = |page: u32| format!("{ADDRESS}/{}?page={page}", id.as_str());
    let is_more = i64::from(number + 1) * i64::from(PAGE) < total;
    Ok(web::html(&One {
        page: person.page("Endpoint"),
        known,
        deliveries,
        total,
        pager: Pager {
            first: (number > 0).then(|| address(0)),
            next: is_more.then(|| address(number + 1)),
        },
    }))
}

/// Sends an event again.
pub(in crate::people) async fn redeliver(
    State(people): State<People>,
    person: SignedIn,
    Path(id): Path<String>,
    Form(again): Form<Again>,
) -> Result<Response, Fault> {
    let (id, event) = (EndpointId::new(id), ChangeId::new(again.event));
    let selfservice = &people.services.selfservice;
    let notice = match selfservice
        .redeliver_own(person.mandate(), &id, &event)
        .await
    {
        Ok(_) => Notice::done("The event is sent again."),
        Err(OversightRefusal::Disabled) => Notice::failed(
            "The endpoint is disabled, so nothing is sent. Enable it by the API first.",
        ),
        Err(refusal) => return Err(refusal.into()),
    };
    let address = format!("{ADDRESS}/{}", id.as_str());
    Ok(see_other(&address, Some((&people.cookies.notice, &notice))))
}

fn endpoint_badge(known: &KnownEndpoint) -> Badge {
    let state = EndpointState::of(&known.endpoint);
    let tone = match state {
        EndpointState::Enabled => Tone::Good,
        EndpointState::Failing => Tone::Warning,
        EndpointState::Disabled => Tone::Bad,
    };
    Badge::new(tone, state.as_str())
}

fn delivery_badge(state: DeliveryState) -> Badge {
    let tone = match state {
        DeliveryState::Pending => Tone::Info,
        DeliveryState::Delivered => Tone::Good,
        DeliveryState::Failed => Tone::Bad,
    };
    Badge::new(tone, state.as_str())
}
