//! What people do with an order: begin, complete, fail, hold, resume. Each form says which change of
//! the order was the last that its reader saw: what has moved on meanwhile is left as it is.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::{Author, FulfillmentWay, Order, OrderId, OrderState};
use http::StatusCode;
use jiff::Timestamp;
use selfservice::fulfillment::{Report, WorkRefusal};
use selfservice::{OrderWithHistory, SelfService};
use serde::Deserialize;
use web::{Field, Moment, Notice, Page, see_other};

use super::Console;
use super::fault::{Fault, sentence};
use super::input::Form;
use super::orders::{Names, names_of};
use super::signed_in::SignedIn;

/// No reason and no note is longer.
const LONGEST: usize = 500;
const DESK: &str = "/console/desk";

/// What a person may do with an order as it is.
#[expect(clippy::struct_excessive_bools, reason = "each is a button by itself")]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Offers {
    pub(super) begin: bool,
    pub(super) end: bool,
    pub(super) resume: bool,
    pub(super) hold: bool,
}

/// What takes words, and so has a page of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Deed {
    Complete,
    Fail,
    Hold,
}

#[derive(Template)]
#[template(path = "console/order_deed.html")]
struct Html {
    page: Page,
    deed: Deed,
    order: Order,
    names: Names,
    words: String,
    fault: &'static str,
}

/// What a form sends.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    /// The last change that the page showed.
    seen: String,
    words: String,
}

/// Which change of an order is its last; the times of the changes of one order rise strictly.
pub(super) fn seen(order: &Order) -> i64 {
    order.updated_at.as_millisecond()
}

impl Offers {
    /// What is at the desk can be ended there; what is not can be held first.
    pub(super) fn of(order: &Order, waits: bool, may: bool) -> Self {
        if !may || order.state.is_final() {
            return Self::default();
        }
        let is_held = order.state == OrderState::Held;
        let is_here = is_held || order.way == FulfillmentWay::Desk;
        Self {
            begin: is_here && !waits && order.state == OrderState::Acknowledged,
            end: is_here && !waits,
            resume: is_held,
            hold: !is_held,
        }
    }

    fn takes(self, deed: Deed) -> bool {
        match deed {
            Deed::Complete | Deed::Fail => self.end,
            Deed::Hold => self.hold,
        }
    }

    pub(super) fn any(self) -> bool {
        self != Self::default()
    }
}

impl Deed {
    fn as_str(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Fail => "fail",
            Self::Hold => "hold",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Complete => "Complete",
            Self::Fail => "Fail",
            Self::Hold => "Hold",
        }
    }

    fn needs_words(self) -> bool {
        self != Self::Complete
    }

    /// Where the person goes on.
    fn next(self, id: OrderId) -> String {
        match self {
            Self::Complete | Self::Fail => DESK.to_owned(),
            Self::Hold => address(id),
        }
    }
}

fn address(id: OrderId) -> String {
    format!("/console/orders/{id}")
}

type InPath = Path<String>;
type Asked = Result<Response, Fault>;

/// The page that asks for a note, and whether it is meant.
pub(super) async fn ask_complete(console: State<Console>, by: SignedIn, id: InPath) -> Asked {
    ask(&console, &by, &id, Deed::Complete).await
}

/// The page that asks for the reason, and whether it is meant.
pub(super) async fn ask_fail(console: State<Console>, by: SignedIn, id: InPath) -> Asked {
    ask(&console, &by, &id, Deed::Fail).await
}

/// The page that asks for the reason.
pub(super) async fn ask_hold(console: State<Console>, by: SignedIn, id: InPath) -> Asked {
    ask(&console, &by, &id, Deed::Hold).await
}

/// Reports an order as carried out.
pub(super) async fn complete(
    console: State<Console>,
    by: SignedIn,
    id: InPath,
    Form(typed): Form<Typed>,
) -> Asked {
    take(&console, &by, &id, (Deed::Complete, typed)).await
}

/// Reports an order as impossible.
pub(super) async fn fail(
    console: State<Console>,
    by: SignedIn,
    id: InPath,
    Form(typed): Form<Typed>,
) -> Asked {
    take(&console, &by, &id, (Deed::Fail, typed)).await
}

/// Gives an order to a person.
pub(super) async fn hold(
    console: State<Console>,
    by: SignedIn,
    id: InPath,
    Form(typed): Form<Typed>,
) -> Asked {
    take(&console, &by, &id, (Deed::Hold, typed)).await
}

/// Marks an order of the desk as begun.
pub(super) async fn begin(
    State(console): State<Console>,
    by: SignedIn,
    id: InPath,
    Form(typed): Form<Typed>,
) -> Asked {
    let id = read_id(&id)?;
    let deed = async |selfservice: &SelfService, author: &Author, report: Report| {
        selfservice.begin_order(author, report).await
    };
    let next = (address(id), format!("You have begun order {id}."));
    console.act(&by, (id, &typed.seen), deed, next).await
}

/// Lets a held order go on.
pub(super) async fn resume(
    State(console): State<Console>,
    by: SignedIn,
    id: InPath,
    Form(typed): Form<Typed>,
) -> Asked {
    let id = read_id(&id)?;
    let deed = async |selfservice: &SelfService, author: &Author, report: Report| {
        selfservice.resume_order(author, report).await
    };
    let next = (address(id), format!("Order {id} goes on."));
    console.act(&by, (id, &typed.seen), deed, next).await
}

async fn ask(console: &Console, by: &SignedIn, id: &str, deed: Deed) -> Asked {
    let id = read_id(id)?;
    let selfservice = &console.services.selfservice;
    let found = selfservice.find_any_order(id).await?;
    let waits = selfservice.order_waits(id).await?;
    if !Offers::of(&found.order, waits, true).takes(deed) {
        return Ok(console.moved_on(by, &found));
    }
    form(console, by, found.order, (deed, Typed::default(), "")).await
}

async fn take(console: &Console, by: &SignedIn, id: &str, (deed, typed): (Deed, Typed)) -> Asked {
    let id = read_id(id)?;
    let selfservice = &console.services.selfservice;
    let words = in_one_line(&typed.words);
    if let Some(fault) = fault(&words, deed) {
        let order = selfservice.find_any_order(id).await?.order;
        let mut response = form(console, by, order, (deed, typed, fault)).await?;
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(response);
    }
    let done = match deed {
        Deed::Complete => format!("Order {id} is completed."),
        Deed::Fail => format!("Order {id} has failed; the customer reads why."),
        Deed::Hold => format!("Order {id} is held."),
    };
    let words = words.as_str();
    let act = async |selfservice: &SelfService, author: &Author, report: Report| match deed {
        Deed::Complete => {
            let note = Some(words).filter(|note| !note.is_empty());
            selfservice.complete_order(author, report, note).await
        }
        Deed::Fail => selfservice.fail_order(author, report, words).await,
        Deed::Hold => selfservice.hold_order(author, report, words).await,
    };
    let next = (deed.next(id), done);
    console.act(by, (id, &typed.seen), act, next).await
}

async fn form(
    console: &Console,
    by: &SignedIn,
    order: Order,
    (deed, typed, fault): (Deed, Typed, &'static str),
) -> Asked {
    Ok(web::html(&Html {
        page: by.page(format!("{} order {}", deed.title(), order.id)),
        deed,
        names: names_of(&console.services.manage, &order).await?,
        order,
        words: typed.words,
        fault,
    }))
}

impl Console {
    /// Does it, unless the order is not as the person has seen it.
    async fn act(
        &self,
        by: &SignedIn,
        (id, seen_by_person): (OrderId, &str),
        deed: impl AsyncFnOnce(&SelfService, &Author, Report) -> Result<OrderWithHistory, WorkRefusal>,
        (next, done): (String, String),
    ) -> Asked {
        let selfservice = &self.services.selfservice;
        let seen = seen_by_person.parse().ok();
        let seen = seen.and_then(|seen| Timestamp::from_millisecond(seen).ok());
        let report = Report {
            id,
            claim: None,
            // A form that says nothing has seen no order that there is.
            seen: Some(seen.unwrap_or(Timestamp::MIN)),
        };
        match deed(selfservice, &by.author(), report).await {
            // Somebody else was faster, and has done the same.
            Ok(after) if last_actor(&after) != by.operator.name.as_str() => {
                Ok(self.moved_on(by, &after))
            }
            Ok(_) => {
                let notice = Notice::done(done);
                Ok(see_other(&next, Some((&self.cookies.notice, &notice))))
            }
            Err(
                WorkRefusal::MovedOn
                | WorkRefusal::Ended(_)
                | WorkRefusal::ClaimVoid
                | WorkRefusal::WrongState(_),
            ) => {
                let after = selfservice.find_any_order(id).await?;
                Ok(self.moved_on(by, &after))
            }
            Err(
                refusal @ (WorkRefusal::Waits
                | WorkRefusal::NotHere(_)
                | WorkRefusal::Impossible(_)),
            ) => {
                let notice = Notice::failed(sentence(&refusal.to_string()));
                Ok(see_other(
                    &address(id),
                    Some((&self.cookies.notice, &notice)),
                ))
            }
            Err(refusal @ (WorkRefusal::UnknownOrder | WorkRefusal::Storage(_))) => {
                Err(refusal.into())
            }
        }
    }

    /// Leads to the order, and says who has moved it where.
    fn moved_on(&self, by: &SignedIn, now: &OrderWithHistory) -> Response {
        let id = now.order.id;
        let state = now.order.state.as_str();
        let actor = last_actor(now);
        let actor = if actor == by.operator.name.as_str() {
            "you"
        } else {
            actor
        };
        let notice = Notice::warning(format!(
            "The order has moved on: {actor} made it {state}. Nothing was changed just now."
        ));
        see_other(&address(id), Some((&self.cookies.notice, &notice)))
    }
}

fn last_actor(found: &OrderWithHistory) -> &str {
    let last = found.history.last();
    last.map_or("", |event| event.actor.as_str())
}

fn read_id(text: &str) -> Result<OrderId, Fault> {
    OrderId::parse(text).ok_or(Fault::NOT_FOUND)
}

/// Histories show it in one line.
pub(super) fn in_one_line(text: &str) -> String {
    let words: Vec<_> = text.split_whitespace().collect();
    words.join(" ")
}

fn fault(words: &str, deed: Deed) -> Option<&'static str> {
    if words.chars().count() > LONGEST {
        return Some("At most 500 characters.");
    }
    if words.chars().any(char::is_control) {
        return Some("There are characters in it that nobody can read.");
    }
    (deed.needs_words() && words.is_empty()).then_some("The customer wants to know why.")
}
