//! The desk: what waits for a person, oldest first.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use domain::access::OperatorRole;
use domain::{Order, OrderState};
use jiff::Timestamp;
use selfservice::{DeskOrder, Page as Part, SelfService};
use serde::Deserialize;
use web::{Moment, Page, Pager};

use super::Console;
use super::fault::Fault;
use super::filters::{address, whole_number};
use super::input::Query;
use super::order_deeds::Offers;
use super::signed_in::SignedIn;
use super::spans;

const ADDRESS: &str = "/console/desk";
const PAGE_SIZE: i64 = 25;

#[derive(Template)]
#[template(path = "console/desk.html")]
struct Html {
    page: Page,
    lines: Vec<Line>,
    total: i64,
    may: bool,
    pager: Pager,
}

/// Which part of the list is wanted.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    page: String,
}

/// An order that waits.
struct Line {
    order: Order,
    /// Whether an earlier order on the same product has to end first.
    waits: bool,
    /// For how long it has been there.
    age: String,
    /// Why it is held.
    reason: String,
    offers: Offers,
}

/// The list.
pub(super) async fn show(
    State(console): State<Console>,
    person: SignedIn,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Fault> {
    let number = match wanted.page.as_str() {
        "" => 0,
        text => whole_number(text).ok_or_else(|| Fault::unreadable("There is no such page."))?,
    };
    let part = Part {
        number,
        size: PAGE_SIZE,
    };
    let selfservice = &console.services.selfservice;
    let (waiting, total) = selfservice.list_desk(part).await?;
    let may = person.may(OperatorRole::Desk);
    let now = console.services.clock.now();
    let mut lines = Vec::with_capacity(waiting.len());
    for one in waiting {
        lines.push(line(selfservice, one, (now, may)).await?);
    }
    let page = |number: i64| {
        let number = if number == 0 {
            String::new()
        } else {
            number.to_string()
        };
        address(ADDRESS, &[("page", &number)])
    };
    let pager = Pager {
        first: (number > 0).then(|| page(0)),
        next: (number.saturating_add(1).saturating_mul(PAGE_SIZE) < total)
            .then(|| page(number + 1)),
    };
    Ok(web::html(&Html {
        page: person.page("Desk"),
        lines,
        total,
        may,
        pager,
    }))
}

async fn line(
    selfservice: &SelfService,
    DeskOrder { order, waits }: DeskOrder,
    (now, may): (Timestamp, bool),
) -> Result<Line, Fault> {
    let mut reason = String::new();
    if order.state == OrderState::Held {
        let mut found = selfservice.find_any_order(order.id).await?;
        reason = found
            .history
            .pop()
            .map_or_else(String::new, |last| last.reason);
    }
    Ok(Line {
        waits,
        age: spans::in_words(now.duration_since(order.created_at).as_secs()),
        reason,
        offers: Offers::of(&order, waits, may),
        order,
    })
}
