//! The orders of all organizations: the list, and one order with its history.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::access::OperatorRole;
use domain::{
    ConfigurationId, FulfillmentWay, Order, OrderAction, OrderEvent, OrderId, OrderState,
};
use selfservice::{Page as Part, WorkFilter};
use serde::Deserialize;
use web::{Badge, Field, Moment, Page, Pager, Tone};

use super::Console;
use super::fault::Fault;
use super::filters::{Faults, address, any_of, whole_number};
use super::input::Query;
use super::order_deeds::Offers;
use super::signed_in::SignedIn;
use crate::manage::Manage;
use crate::records::{Kind, OfferingRecord, Record};

const ADDRESS: &str = "/console/orders";
const PAGE_SIZE: i64 = 50;

#[derive(Template)]
#[template(path = "console/orders.html")]
struct ListHtml {
    page: Page,
    wanted: Wanted,
    faults: Faults,
    orders: Vec<Order>,
    total: i64,
    pager: Pager,
}

#[derive(Template)]
#[template(path = "console/order.html")]
struct OrderHtml {
    page: Page,
    order: Order,
    history: Vec<OrderEvent>,
    names: Names,
    settings: Vec<Setting>,
    waits: bool,
    offers: Offers,
}

/// What the list is narrowed to, as the address says it; an empty text narrows nothing.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    state: String,
    way: String,
    organization: String,
    agreement: String,
    since: String,
    page: String,
}

/// What people call what an order is about; empty where it has no name any more.
#[derive(Default)]
pub(super) struct Names {
    pub(super) organization: String,
    pub(super) offering: String,
}

/// A setting that is to be made.
struct Setting {
    id: ConfigurationId,
    name: String,
    value: String,
}

/// How a state looks.
#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "templates hand over references"
)]
pub(super) fn badge(state: &OrderState) -> Badge {
    let tone = match state {
        OrderState::Acknowledged | OrderState::Cancelled => Tone::Plain,
        OrderState::InProgress => Tone::Info,
        OrderState::Held => Tone::Warning,
        OrderState::Completed => Tone::Good,
        OrderState::Failed => Tone::Bad,
    };
    Badge::new(tone, state.as_str())
}

/// What an order asks for, in a few words.
pub(super) fn what(order: &Order) -> String {
    match order.request.action {
        OrderAction::UpdateProduct(product) => format!("Update product {product}"),
        OrderAction::AddProduct(offering) => format!("Add offering {offering}"),
    }
}

/// The list, newest first.
pub(super) async fn list(
    State(console): State<Console>,
    person: SignedIn,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Fault> {
    let mut faults = Faults::default();
    let filter = wanted.filter(&mut faults);
    let number = wanted.number(&mut faults);
    let part = Part {
        number,
        size: PAGE_SIZE,
    };
    let selfservice = &console.services.selfservice;
    let (orders, total) = if faults.are_none() {
        selfservice.list_all_orders(&filter, part).await?
    } else {
        (Vec::new(), 0)
    };
    let pager = Pager {
        first: (number > 0).then(|| wanted.address(0)),
        next: (number.saturating_add(1).saturating_mul(PAGE_SIZE) < total)
            .then(|| wanted.address(number + 1)),
    };
    let status = faults.status();
    let mut response = web::html(&ListHtml {
        page: person.page("Orders"),
        wanted,
        faults,
        orders,
        total,
        pager,
    });
    *response.status_mut() = status;
    Ok(response)
}

/// One order with its history.
pub(super) async fn show(
    State(console): State<Console>,
    person: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let id = OrderId::parse(&id).ok_or(Fault::NOT_FOUND)?;
    let selfservice = &console.services.selfservice;
    let found = selfservice.find_any_order(id).await?;
    let order = found.order;
    let waits = selfservice.order_waits(id).await?;
    let manage = &console.services.manage;
    let offering = offering_of(manage, &order).await?;
    let offers = Offers::of(&order, waits, person.may(OperatorRole::Desk));
    Ok(web::html(&OrderHtml {
        page: person.page(format!("Order {id}")),
        history: found.history,
        names: names(manage, &order, offering.as_ref()).await?,
        settings: settings(&order, offering.as_ref()),
        order,
        waits,
        offers,
    }))
}

/// What people call what an order is about.
pub(super) async fn names_of(manage: &Manage, order: &Order) -> Result<Names, Fault> {
    let offering = offering_of(manage, order).await?;
    names(manage, order, offering.as_ref()).await
}

async fn names(
    manage: &Manage,
    order: &Order,
    offering: Option<&OfferingRecord>,
) -> Result<Names, Fault> {
    let organization = manage.find(Kind::Organization, order.owner.as_str());
    Ok(Names {
        organization: match organization.await? {
            Some(Record::Organization(record)) => record.name,
            _ => String::new(),
        },
        offering: offering.map_or_else(String::new, |offering| offering.name.clone()),
    })
}

/// The offering that the order adds, or that of the product that it updates.
async fn offering_of(manage: &Manage, order: &Order) -> Result<Option<OfferingRecord>, Fault> {
    let id = match order.request.action {
        OrderAction::AddProduct(offering) => offering.get(),
        OrderAction::UpdateProduct(product) => {
            match manage.find(Kind::Product, &product.to_string()).await? {
                Some(Record::Product(record)) => record.product_offer_id.0,
                _ => return Ok(None),
            }
        }
    };
    match manage.find(Kind::Offering, &id.to_string()).await? {
        Some(Record::Offering(record)) => Ok(Some(record)),
        _ => Ok(None),
    }
}

fn settings(order: &Order, offering: Option<&OfferingRecord>) -> Vec<Setting> {
    let settings = order.request.configurations.iter().map(|setting| {
        let rules = offering
            .into_iter()
            .flat_map(|offering| &offering.configurations);
        let mut rules = rules.filter(|rule| rule.id.0 == setting.id.get());
        Setting {
            id: setting.id,
            name: rules
                .next()
                .map_or_else(String::new, |rule| rule.name.clone()),
            value: setting.value.clone(),
        }
    });
    settings.collect()
}

impl Wanted {
    fn filter(&self, faults: &mut Faults) -> WorkFilter {
        let unknown = |text: &str| format!("There are no orders of the kind `{text}`.");
        WorkFilter {
            state: faults.read("state", &self.state, unknown, OrderState::parse),
            way: faults.read("way", &self.way, unknown, FulfillmentWay::parse),
            organization: faults.organization(&self.organization),
            agreement: faults.agreement(&self.agreement),
            since: faults.instant("since", &self.since),
        }
    }

    fn number(&self, faults: &mut Faults) -> i64 {
        let unknown = |_: &str| "There is no such page.".to_owned();
        let number = faults.read("page", &self.page, unknown, whole_number);
        number.unwrap_or(0)
    }

    fn is_narrowed(&self) -> bool {
        [
            &self.state,
            &self.way,
            &self.organization,
            &self.agreement,
            &self.since,
        ]
        .iter()
        .any(|text| !text.trim().is_empty())
    }

    fn address(&self, page: i64) -> String {
        let page = if page == 0 {
            String::new()
        } else {
            page.to_string()
        };
        address(
            ADDRESS,
            &[
                ("state", &self.state),
                ("way", &self.way),
                ("organization", &self.organization),
                ("agreement", &self.agreement),
                ("since", &self.since),
                ("page", &page),
            ],
        )
    }

    fn states() -> Vec<(&'static str, &'static str)> {
        any_of(OrderState::ALL.map(OrderState::as_str))
    }

    fn ways() -> Vec<(&'static str, &'static str)> {
        any_of(FulfillmentWay::ALL.map(FulfillmentWay::as_str))
    }
}
