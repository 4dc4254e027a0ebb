//! Notification endpoints of all organizations, with what was sent there and what came of it.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::access::OperatorRole;
use domain::{Attempt, AttemptOutcome, ChangeId, Delivery, DeliveryState, EndpointId};
use http::StatusCode;
use selfservice::notifications::{DeliveryWithAttempts, OversightRefusal};
use selfservice::{EndpointFilter, EndpointState, KnownEndpoint, Page as Part};
use serde::Deserialize;
use web::{Badge, Field, Moment, Notice, Page, Pager, Tone, see_other};

use super::Console;
use super::fault::{Fault, sentence};
use super::filters::{Faults, address, any_of, whole_number};
use super::input::{Form, Query};
use super::signed_in::SignedIn;
use crate::routes::endpoint_host;

const ADDRESS: &str = "/console/notifications";
const PAGE_SIZE: i64 = 50;
const LONGEST_REASON: usize = 500;

#[derive(Template)]
#[template(path = "console/notifications.html")]
struct ListHtml {
    page: Page,
    wanted: Wanted,
    faults: Faults,
    endpoints: Vec<KnownEndpoint>,
    pager: Pager,
}

#[derive(Template)]
#[template(path = "console/notification_endpoint.html")]
struct EndpointHtml {
    page: Page,
    known: KnownEndpoint,
    part: DeliveryPart,
    deliveries: Vec<Delivery>,
    total: i64,
    pager: Pager,
    may: bool,
    reason: String,
    fault: &'static str,
}

#[derive(Template)]
#[template(path = "console/notification_delivery.html")]
struct DeliveryHtml {
    page: Page,
    known: KnownEndpoint,
    delivery: Delivery,
    attempts: Vec<Attempt>,
    may: bool,
}

/// What the list of endpoints is narrowed to.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    organization: String,
    state: String,
    after: String,
}

/// Which deliveries of an endpoint are shown.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct DeliveryPart {
    state: String,
    page: String,
}

/// What the form to disable an endpoint sends.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Reasoned {
    reason: String,
}

impl From<OversightRefusal> for Fault {
    fn from(refusal: OversightRefusal) -> Self {
        match refusal {
            OversightRefusal::UnknownEndpoint | OversightRefusal::UnknownDelivery => {
                Self::NOT_FOUND
            }
            OversightRefusal::Disabled => Self::conflict(sentence(&refusal.to_string())),
            OversightRefusal::Storage(error) => error.into(),
        }
    }
}

fn state_badge(known: &KnownEndpoint) -> Badge {
    let state = EndpointState::of(&known.endpoint);
    let tone = match state {
        EndpointState::Enabled => Tone::Good,
        EndpointState::Failing => Tone::Bad,
        EndpointState::Disabled => Tone::Plain,
    };
    Badge::new(tone, state.as_str())
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "templates hand over references"
)]
fn delivery_badge(state: &DeliveryState) -> Badge {
    let tone = match state {
        DeliveryState::Pending => Tone::Info,
        DeliveryState::Delivered => Tone::Good,
        DeliveryState::Failed => Tone::Bad,
    };
    Badge::new(tone, state.as_str())
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "templates hand over references"
)]
fn outcome_badge(outcome: &AttemptOutcome) -> Badge {
    let tone = match outcome {
        AttemptOutcome::Delivered => Tone::Good,
        _ => Tone::Bad,
    };
    Badge::new(tone, outcome.as_str())
}

/// The endpoints, by id.
pub(super) async fn list(
    State(console): State<Console>,
    person: SignedIn,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Fault> {
    let mut faults = Faults::default();
    let unknown = |text: &str| format!("There are no endpoints of the kind `{text}`.");
    let filter = EndpointFilter {
        organization: faults.organization(&wanted.organization),
        state: faults.read("state", &wanted.state, unknown, EndpointState::parse),
    };
    let after = faults.words("after", &wanted.after).map(EndpointId::new);
    let (mut endpoints, mut next) = (Vec::new(), None);
    if faults.are_none() {
        let selfservice = &console.services.selfservice;
        let found = selfservice.list_all_endpoints(&filter, after.as_ref(), PAGE_SIZE);
        (endpoints, next) = found.await?;
    }
    let pager = Pager {
        first: after.map(|_| wanted.address("")),
        next: next.map(|next| wanted.address(next.as_str())),
    };
    let status = faults.status();
    let mut response = web::html(&ListHtml {
        page: person.page("Notifications"),
        wanted,
        faults,
        endpoints,
        pager,
    });
    *response.status_mut() = status;
    Ok(response)
}

/// One endpoint with its deliveries, newest first.
pub(super) async fn show(
    State(console): State<Console>,
    person: SignedIn,
    Path(id): Path<String>,
    Query(part): Query<DeliveryPart>,
) -> Result<Response, Fault> {
    let id = EndpointId::new(id);
    endpoint_page(&console, &person, (&id, part), (String::new(), "")).await
}

/// One delivery with its attempts.
pub(super) async fn show_delivery(
    State(console): State<Console>,
    person: SignedIn,
    Path((id, event)): Path<(String, String)>,
) -> Result<Response, Fault> {
    let (id, event) = (EndpointId::new(id), ChangeId::new(event));
    let selfservice = &console.services.selfservice;
    let known = selfservice.find_any_endpoint(&id).await?;
    let found = selfservice.find_any_delivery(&id, &event).await?;
    let DeliveryWithAttempts { delivery, attempts } = found;
    Ok(web::html(&DeliveryHtml {
        page: person.page(format!("Delivery of {}", delivery.event_type)),
        known,
        delivery,
        attempts,
        may: person.may(OperatorRole::Desk),
    }))
}

/// Lets nothing be sent to an endpoint any more.
pub(super) async fn disable(
    State(console): State<Console>,
    person: SignedIn,
    Path(id): Path<String>,
    Form(typed): Form<Reasoned>,
) -> Result<Response, Fault> {
    let id = EndpointId::new(id);
    let reason = typed.reason.trim();
    if let Some(fault) = reason_fault(reason) {
        let part = (&id, DeliveryPart::default());
        let shown = (typed.reason.clone(), fault);
        let mut response = endpoint_page(&console, &person, part, shown).await?;
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(response);
    }
    let selfservice = &console.services.selfservice;
    let by = person.author();
    let known = selfservice.disable_any_endpoint(&by, &id, reason).await?;
    let notice = if known.endpoint.disabled_reason.as_deref() == Some(reason) {
        Notice::done("The endpoint is disabled. Its owner reads why, and may enable it again.")
    } else {
        Notice::warning("The endpoint was disabled already, for the reason below.")
    };
    Ok(console.to_endpoint(&id, &notice))
}

/// Lets an endpoint be told again.
pub(super) async fn enable(
    State(console): State<Console>,
    person: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let id = EndpointId::new(id);
    let selfservice = &console.services.selfservice;
    selfservice
        .enable_any_endpoint(&person.author(), &id)
        .await?;
    let notice = Notice::done("The endpoint is enabled. What waits for it is sent now.");
    Ok(console.to_endpoint(&id, &notice))
}

/// Sends an event to an endpoint anew.
pub(super) async fn redeliver(
    State(console): State<Console>,
    person: SignedIn,
    Path((id, event)): Path<(String, String)>,
) -> Result<Response, Fault> {
    let (id, event) = (EndpointId::new(id), ChangeId::new(event));
    let selfservice = &console.services.selfservice;
    selfservice
        .redeliver_any(&person.author(), &id, &event)
        .await?;
    let notice = Notice::done("The event is sent again.");
    let address = format!("{ADDRESS}/{}/deliveries/{}", id.as_str(), event.as_str());
    Ok(see_other(
        &address,
        Some((&console.cookies.notice, &notice)),
    ))
}

async fn endpoint_page(
    console: &Console,
    person: &SignedIn,
    (id, part): (&EndpointId, DeliveryPart),
    (reason, fault): (String, &'static str),
) -> Result<Response, Fault> {
    let selfservice = &console.services.selfservice;
    let known = selfservice.find_any_endpoint(id).await?;
    let state = part.read_state()?;
    let number = part.number()?;
    let wanted = Part {
        number,
        size: PAGE_SIZE,
    };
    let found = selfservice.list_any_deliveries(id, state, wanted);
    let (deliveries, total) = found.await?;
    let pager = Pager {
        first: (number > 0).then(|| part.address(id, 0)),
        next: (number.saturating_add(1).saturating_mul(PAGE_SIZE) < total)
            .then(|| part.address(id, number + 1)),
    };
    let host = endpoint_host(&known.endpoint.url);
    Ok(web::html(&EndpointHtml {
        page: person.page(format!("Endpoint at {host}")),
        known,
        part,
        deliveries,
        total,
        pager,
        may: person.may(OperatorRole::Desk),
        reason,
        fault,
    }))
}

impl Console {
    fn to_endpoint(&self, id: &EndpointId, notice: &Notice) -> Response {
        let address = format!("{ADDRESS}/{}", id.as_str());
        see_other(&address, Some((&self.cookies.notice, notice)))
    }
}

fn reason_fault(reason: &str) -> Option<&'static str> {
    if reason.chars().count() > LONGEST_REASON {
        return Some("At most 500 characters.");
    }
    if reason.chars().any(char::is_control) {
        return Some("There are characters in it that nobody can read.");
    }
    reason
        .is_empty()
        .then_some("The customer wants to know why.")
}

impl Wanted {
    fn is_narrowed(&self) -> bool {
        !self.organization.trim().is_empty() || !self.state.is_empty()
    }

    fn address(&self, after: &str) -> String {
        let pairs = [
            ("organization", self.organization.as_str()),
            ("state", &self.state),
            ("after", after),
        ];
        address(ADDRESS, &pairs)
    }

    fn states() -> Vec<(&'static str, &'static str)> {
        any_of(EndpointState::ALL.map(EndpointState::as_str))
    }
}

impl DeliveryPart {
    fn read_state(&self) -> Result<Option<DeliveryState>, Fault> {
        if self.state.is_empty() {
            return Ok(None);
        }
        let state = DeliveryState::parse(&self.state).map(Some);
        state.ok_or_else(|| Fault::unreadable("There are no such deliveries."))
    }

    fn number(&self) -> Result<i64, Fault> {
        if self.page.is_empty() {
            return Ok(0);
        }
        whole_number(&self.page).ok_or_else(|| Fault::unreadable("There is no such page."))
    }

    fn address(&self, id: &EndpointId, page: i64) -> String {
        let path = format!("{ADDRESS}/{}", id.as_str());
        let page = if page == 0 {
            String::new()
        } else {
            page.to_string()
        };
        address(&path, &[("state", &self.state), ("page", &page)])
    }

    fn states() -> Vec<(&'static str, &'static str)> {
        any_of(DeliveryState::ALL.map(DeliveryState::as_str))
    }
}
