//! The orders on the organization's agreements, with how far each has gone.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use domain::{Order, OrderAction, OrderState};
use selfservice::{Page as PageOf, WorkFilter};
use serde::Deserialize;
use web::{Field, Moment, Page, Pager};

use super::super::People;
use super::super::fault::Fault;
use super::super::input::Query;
use super::super::signed_in::SignedIn;
use super::TABS;

const ADDRESS: &str = "/portal/use/orders";
const PAGE: u32 = 50;

#[derive(Template)]
#[template(path = "people/use_orders.html")]
struct Html {
    page: Page,
    here: &'static str,
    state: String,
    states: Vec<(String, String)>,
    orders: Vec<Order>,
    total: i64,
    pager: Pager,
}

/// Which orders are looked at.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::people) struct Wanted {
    state: String,
    page: String,
}

/// The page.
pub(in crate::people) async fn list(
    State(people): State<People>,
    person: SignedIn,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Fault> {
    let filter = WorkFilter {
        state: OrderState::parse(&wanted.state),
        organization: Some(person.organization.number.clone()),
        ..WorkFilter::default()
    };
    let number = wanted.page.parse().unwrap_or(0_u32).min(100_000);
    let page = PageOf {
        number: number.into(),
        size: PAGE.into(),
    };
    let selfservice = &people.services.selfservice;
    let (orders, total) = selfservice.list_all_orders(&filter, page).await?;
    let state = filter.state.map_or("", OrderState::as_str).to_owned();
    let address = |page: u32| format!("{ADDRESS}?state={state}&page={page}");
    let is_more = i64::from(number + 1) * i64::from(PAGE) < total;
    let pager = Pager {
        first: (number > 0).then(|| address(0)),
        next: is_more.then(|| address(number + 1)),
    };
    let mut states = vec![(String::new(), "All".to_owned())];
    let word = |state: &OrderState| (state.as_str().to_owned(), state.as_str().to_owned());
    states.extend(OrderState::ALL.iter().map(word));
    Ok(web::html(&Html {
        page: person.page("Use"),
        here: ADDRESS,
        states,
        orders,
        total,
        pager,
        state,
    }))
}

impl Html {
    fn asked(order: &Order) -> &'static str {
        match order.request.action {
            OrderAction::AddProduct(_) => "add a product",
            OrderAction::UpdateProduct(_) => "update a product",
        }
    }
}
