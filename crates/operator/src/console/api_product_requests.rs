//! The API products that customers' people have asked for in the portal, and the decisions about
//! them.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::access::{ClientId, OperatorRole};
use http::StatusCode;
use selfservice::{ApiProductRequest, OwnRefusal};
use serde::Deserialize;
use web::{Field, Moment, Notice, Page, see_other};

use super::Console;
use super::fault::Fault;
use super::input::Form;
use super::nouns;
use super::order_deeds::in_one_line;
use super::signed_in::SignedIn;
use crate::records::Kind;

const ADDRESS: &str = "/console/requests";
/// Decided ones make room for more.
const MOST: i64 = 200;
const LONGEST_REASON: usize = 500;

#[derive(Template)]
#[template(path = "console/api_product_requests.html")]
struct ListHtml {
    page: Page,
    requests: Vec<ApiProductRequest>,
    is_cut: bool,
    may: bool,
}

#[derive(Template)]
#[template(path = "console/api_product_refusal.html")]
struct RefusalHtml {
    page: Page,
    request: ApiProductRequest,
    reason: String,
    fault: &'static str,
}

/// What the form to refuse sends.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Reasoned {
    reason: String,
}

type Shown = Result<Response, Fault>;

/// No request's page is there once somebody has decided about it.
impl From<OwnRefusal> for Fault {
    fn from(refusal: OwnRefusal) -> Self {
        match refusal {
            OwnRefusal::Storage(error) => error.into(),
            OwnRefusal::UnknownOrganization(_)
            | OwnRefusal::UnknownDeveloper(_)
            | OwnRefusal::UnknownInvitation
            | OwnRefusal::UnknownApp(_)
            | OwnRefusal::UnknownRequest => Self::NOT_FOUND,
            OwnRefusal::MadeAlready => Self::MADE_ALREADY,
            refusal => Self::conflict(super::fault::sentence(&refusal.to_string())),
        }
    }
}

/// Those that wait, the oldest first.
pub(super) async fn list(State(console): State<Console>, person: SignedIn) -> Shown {
    let open = console.services.selfservice.list_open_requests(MOST).await;
    let requests = open?;
    Ok(web::html(&ListHtml {
        page: person.page("Requests for API products"),
        is_cut: i64::try_from(requests.len()) == Ok(MOST),
        requests,
        may: person.may(OperatorRole::Desk),
    }))
}

/// Gives the app what its people have asked for.
pub(super) async fn approve(
    State(console): State<Console>,
    person: SignedIn,
    Path((app, product)): Path<(String, String)>,
) -> Shown {
    let selfservice = &console.services.selfservice;
    let (by, app) = (person.author(), ClientId::new(app));
    let approved = selfservice.approve_request(&by, &app, &product);
    let done = |request: &ApiProductRequest| {
        let (app, product) = (&request.app_name, &request.api_product);
        format!("{app} has {product} now.")
    };
    console.decided(approved.await, done)
}

/// Asks for the reason.
pub(super) async fn ask_refuse(
    State(console): State<Console>,
    person: SignedIn,
    Path((app, product)): Path<(String, String)>,
) -> Shown {
    let request = console.open_request(&app, &product).await?;
    let request = request.ok_or(Fault::NOT_FOUND)?;
    Ok(refusal_page(&person, request, (String::new(), "")))
}

/// Does not give it; the app's people read why.
pub(super) async fn refuse(
    State(console): State<Console>,
    person: SignedIn,
    Path((app, product)): Path<(String, String)>,
    Form(typed): Form<Reasoned>,
) -> Shown {
    let reason = in_one_line(&typed.reason);
    if let Some(fault) = fault(&reason) {
        let Some(request) = console.open_request(&app, &product).await? else {
            return Ok(console.decided_already());
        };
        let mut response = refusal_page(&person, request, (typed.reason, fault));
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(response);
    }
    let selfservice = &console.services.selfservice;
    let (by, app) = (person.author(), ClientId::new(app));
    let refused = selfservice.refuse_request(&by, (&app, &product), &reason);
    let done = |request: &ApiProductRequest| {
        let (app, product) = (&request.app_name, &request.api_product);
        format!("{app} is refused {product}; its people read why.")
    };
    console.decided(refused.await, done)
}

impl Console {
    async fn open_request(
        &self,
        app: &str,
        product: &str,
    ) -> Result<Option<ApiProductRequest>, Fault> {
        let open = self.services.selfservice.list_open_requests(MOST).await?;
        let wanted =
            |one: &ApiProductRequest| one.app.as_str() == app && one.api_product == product;
        Ok(open.into_iter().find(wanted))
    }

    /// Leads back to the list, with what came of a decision.
    fn decided(
        &self,
        outcome: Result<ApiProductRequest, OwnRefusal>,
        done: impl Fn(&ApiProductRequest) -> String,
    ) -> Shown {
        match outcome {
            Ok(request) => {
                let notice = Notice::done(done(&request));
                Ok(see_other(ADDRESS, Some((&self.cookies.notice, &notice))))
            }
            Err(OwnRefusal::UnknownRequest) => Ok(self.decided_already()),
            Err(refusal) => Err(refusal.into()),
        }
    }

    fn decided_already(&self) -> Response {
        let words = "This request waits no longer: somebody has decided about it, or it was taken \
                     back. Nothing was changed just now.";
        let notice = Notice::warning(words);
        see_other(ADDRESS, Some((&self.cookies.notice, &notice)))
    }
}

/// Where a request is decided about.
fn address(request: &ApiProductRequest) -> String {
    let app = nouns::encoded(request.app.as_str());
    format!("{ADDRESS}/{app}/{}", nouns::encoded(&request.api_product))
}

fn app_address(request: &ApiProductRequest) -> String {
    nouns::address(Kind::App, request.app.as_str())
}

fn refusal_page(
    person: &SignedIn,
    request: ApiProductRequest,
    (reason, fault): (String, &'static str),
) -> Response {
    let mut person = person.clone();
    ADDRESS.clone_into(&mut person.path);
    web::html(&RefusalHtml {
        page: person.page(format!(
            "Refuse {} to {}?",
            request.api_product, request.app_name
        )),
        request,
        reason,
        fault,
    })
}

fn fault(reason: &str) -> Option<&'static str> {
    if reason.chars().count() > LONGEST_REASON {
        return Some("At most 500 characters.");
    }
    if reason.chars().any(char::is_control) {
        return Some("There are characters in it that nobody can read.");
    }
    reason
        .is_empty()
        .then_some("The app's people want to know why.")
}
