//! An event as customers get it: a `CloudEvent` (version 1.0, JSON) with the sequence extension. The
//! feed lists them, and a delivery to an endpoint is one of them.

use domain::{
    AccountChange, AccountStatus, Changed, OrderAction, OrderChange, OrganizationNumber, event_type,
};
use selfservice::ToldChange;
use serde::Serialize;
use utoipa::ToSchema;

use crate::routes::orders::{OrderStateBody, OrderTypeBody, instant};

/// Something happened to an order or to a billing account.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
#[schema(as = Event)]
pub(crate) enum EventBody {
    /// An order entered a state.
    Order(OrderChangedBody),
    /// A billing account entered a status.
    Account(AccountChangedBody),
}

/// An order entered a state.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OrderChanged)]
pub(crate) struct OrderChangedBody {
    #[serde(flatten)]
    attributes: EventAttributesBody,
    /// The order as it is since then.
    data: OrderChangeBody,
}

/// A billing account entered a status.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AccountChanged)]
pub(crate) struct AccountChangedBody {
    #[serde(flatten)]
    attributes: EventAttributesBody,
    /// The account as it is since then.
    data: AccountChangeBody,
}

/// The attributes of a `CloudEvent`.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EventAttributes)]
pub(crate) struct EventAttributesBody {
    /// The version of `CloudEvents`.
    #[schema(example = "1.0")]
    specversion: &'static str,
    /// The event's id, the same whenever and to whomever it is told. What was seen with the same id
    /// is the same event.
    #[schema(example = "019e8a3c-2b00-7c3d-9f3e-5a1b2c3d4e5f")]
    id: String,
    /// The organization that it is about, as its address in this API.
    #[schema(
        format = "uri",
        example = "https://api.example.com/organizations/v1/organizations/914742315"
    )]
    source: String,
    /// `order.` or `account.` with the state or status that was entered, in lower case.
    #[serde(rename = "type")]
    #[schema(example = "order.completed")]
    event_type: String,
    /// The order or account: `orders/` with twelve digits, or `accounts/` with its id.
    #[schema(example = "orders/010780005503")]
    subject: String,
    /// When it happened, in UTC.
    #[schema(format = DateTime, example = "2026-01-31T12:00:00.000Z")]
    time: String,
    /// What `data` is.
    #[schema(example = "application/json")]
    datacontenttype: &'static str,
    /// The event's number among those of its source, from 1 without a gap. Whoever has not got a
    /// number has missed an event, or is not told of its type.
    #[schema(pattern = "^[1-9][0-9]*$", example = "42")]
    sequence: String,
    /// That `sequence` is a number.
    #[schema(example = "Integer")]
    sequencetype: &'static str,
}

/// An order, as far as events tell of it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = OrderChange)]
pub(crate) struct OrderChangeBody {
    /// The order's id, twelve digits.
    #[schema(example = "010780005503")]
    order_id: String,
    /// What kind of order it is.
    #[serde(rename = "type")]
    order_type: OrderTypeBody,
    /// The agreement that it changes.
    #[schema(example = "5538579")]
    agreement_id: String,
    /// The product that it updates or adds.
    #[schema(example = 2_799_029)]
    product_id: i64,
    /// The offer that it adds a product of.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "13883")]
    product_offering_id: Option<String>,
    /// The state that it entered.
    state: OrderStateBody,
    /// Why, in words.
    #[schema(example = "carried out")]
    reason: String,
}

/// A billing account, as far as events tell of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AccountChange)]
pub(crate) struct AccountChangeBody {
    /// The account's id.
    #[schema(example = "1234567")]
    id: String,
    /// The status that it entered: `PASSIVE`, `OPEN` or `CANCELLED`.
    #[schema(example = "OPEN")]
    status: &'static str,
}

impl EventBody {
    /// The event of a change; none for a change that customers are not told of.
    pub(crate) fn of(told: &ToldChange, public_url: &str) -> Option<Self> {
        let change = &told.change;
        let attributes = |subject: String| EventAttributesBody {
            specversion: "1.0",
            id: change.id.as_str().to_owned(),
            source: source(public_url, change.organization.as_ref()),
            event_type: event_type(&change.what).unwrap_or_default(),
            subject,
            time: instant(change.at),
            datacontenttype: "application/json",
            sequence: told.sequence.to_string(),
            sequencetype: "Integer",
        };
        match &change.what {
            Changed::Order(order) => Some(Self::Order(OrderChangedBody {
                attributes: attributes(format!("orders/{}", order.order)),
                data: order.into(),
            })),
            Changed::Account(account) => Some(Self::Account(AccountChangedBody {
                attributes: attributes(format!("accounts/{}", account.account)),
                data: account.into(),
            })),
            Changed::Other(_) => None,
        }
    }
}

fn source(public_url: &str, organization: Option<&OrganizationNumber>) -> String {
    let number = organization.map_or("", OrganizationNumber::as_str);
    format!("{public_url}/organizations/v1/organizations/{number}")
}

impl From<&OrderChange> for OrderChangeBody {
    fn from(order: &OrderChange) -> Self {
        let (order_type, offering) = match order.action {
            OrderAction::UpdateProduct(_) => (OrderTypeBody::UpdateProduct, None),
            OrderAction::AddProduct(id) => (OrderTypeBody::AddProduct, Some(id.to_string())),
        };
        Self {
            order_id: order.order.to_string(),
            order_type,
            agreement_id: order.agreement.to_string(),
            product_id: order.product.get(),
            product_offering_id: offering,
            state: order.state.into(),
            reason: order.reason.clone(),
        }
    }
}

impl From<&AccountChange> for AccountChangeBody {
    fn from(account: &AccountChange) -> Self {
        Self {
            id: account.account.to_string(),
            status: AccountStatus::as_str(account.status),
        }
    }
}
