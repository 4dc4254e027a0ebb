//! How each operation is called so that it works, and the things that are made for that.

use axum::http::Method;
use serde_json::{Value, json};

use crate::app::{Answer, Caller, Operation, TestApp, document};
use crate::notifications::ENDPOINTS;
use crate::orders::add;

/// How an operation is called by the demo's system user so that it works.
pub(super) struct Entry {
    pub(super) operation: &'static str,
    /// What the path's parameter is.
    parameter: &'static str,
    body: fn() -> Value,
    pub(super) foreign: Foreign,
    /// Whose data the answer shows the demo's system user.
    pub(super) shows: &'static [&'static str],
}

/// What another organization's system user gets for the same call.
#[derive(Clone, Copy)]
pub(super) enum Foreign {
    Refused(u64),
    /// Its own things, none of these.
    Without(&'static [&'static str]),
    /// Something new of its own, which is dropped again.
    Own,
}

/// What stands for a thing that has been made for this call.
const NEW_ORDER: &str = "{orderId}";
const NEW_ENDPOINT: &str = "{endpointId}";

/// The organizations that the demo's system user acts for.
const OWN: &[&str] = &["914742315"];
const BOTH: &[&str] = &["914742315", "987654321"];
const NOBODY: &[&str] = &[];

pub(super) const ENTRIES: &[Entry] = &[
    Entry {
        operation: "list_agreements",
        parameter: "",
        body: no_body,
        foreign: Foreign::Without(&["123456", "5538579"]),
        shows: BOTH,
    },
    Entry {
        operation: "get_agreement",
        parameter: "5538579",
        body: no_body,
        foreign: Foreign::Refused(404_001),
        shows: OWN,
    },
    Entry {
        operation: "list_agreement_products",
        parameter: "5538579",
        body: no_body,
        foreign: Foreign::Refused(404_001),
        shows: OWN,
    },
    Entry {
        operation: "place_order",
        parameter: "",
        body: || add(404, &[]),
        foreign: Foreign::Refused(404_001),
        shows: NOBODY,
    },
    Entry {
        operation: "list_orders",
        parameter: "",
        body: no_body,
        foreign: Foreign::Without(&["orderId"]),
        shows: OWN,
    },
    Entry {
        operation: "get_order",
        parameter: NEW_ORDER,
        body: no_body,
        foreign: Foreign::Refused(404_902),
        shows: OWN,
    },
    Entry {
        operation: "cancel_order",
        parameter: NEW_ORDER,
        body: no_body,
        foreign: Foreign::Refused(404_902),
        shows: OWN,
    },
    Entry {
        operation: "list_accounts",
        parameter: "",
        body: no_body,
        foreign: Foreign::Without(&["7654321", "11175198", "1234567"]),
        shows: OWN,
    },
    Entry {
        operation: "get_account",
        parameter: "1234567",
        body: no_body,
        foreign: Foreign::Refused(404_903),
        shows: OWN,
    },
    Entry {
        operation: "create_account",
        parameter: "",
        body: account,
        foreign: Foreign::Refused(400_007),
        shows: OWN,
    },
    Entry {
        operation: "list_organizations",
        parameter: "",
        body: no_body,
        foreign: Foreign::Without(&["914742315", "987654321"]),
        shows: BOTH,
    },
    Entry {
        operation: "list_address_cards",
        parameter: "914742315",
        body: no_body,
        foreign: Foreign::Refused(400_007),
        shows: OWN,
    },
    Entry {
        operation: "list_events",
        parameter: "",
        body: no_body,
        foreign: Foreign::Without(&["specversion"]),
        shows: OWN,
    },
    Entry {
        operation: "create_endpoint",
        parameter: "",
        body: endpoint,
        foreign: Foreign::Own,
        shows: NOBODY,
    },
    Entry {
        operation: "list_endpoints",
        parameter: "",
        body: no_body,
        foreign: Foreign::Without(&["url"]),
        shows: NOBODY,
    },
    Entry {
        operation: "get_endpoint",
        ..ON_AN_ENDPOINT
    },
    Entry {
        operation: "change_endpoint",
        body: changed_endpoint,
        ..ON_AN_ENDPOINT
    },
    Entry {
        operation: "delete_endpoint",
        ..ON_AN_ENDPOINT
    },
    Entry {
        operation: "rotate_endpoint_secret",
        ..ON_AN_ENDPOINT
    },
    Entry {
        operation: "list_deliveries",
        ..ON_AN_ENDPOINT
    },
    Entry {
        operation: "get_delivery",
        ..ON_AN_ENDPOINT
    },
    Entry {
        operation: "redeliver",
        ..ON_AN_ENDPOINT
    },
];

const ON_AN_ENDPOINT: Entry = Entry {
    operation: "",
    parameter: NEW_ENDPOINT,
    body: no_body,
    foreign: Foreign::Refused(404_904),
    shows: NOBODY,
};

fn no_body() -> Value {
    Value::Null
}

fn account() -> Value {
    json!({
        "accountReference1": "Drift",
        "ownerOrganizationNumber": "914742315",
        "payerOrganizationNumber": "914742315",
    })
}

fn endpoint() -> Value {
    json!({ "url": "https://hooks.example.com/" })
}

fn changed_endpoint() -> Value {
    json!({ "url": "https://hooks.example.com/", "enabled": true })
}

/// Things of the demo's organization.
pub(super) struct Things {
    order: String,
    pub(super) endpoint: String,
    event: String,
}

impl Things {
    /// An order that has just been placed, and an endpoint to which that was made out.
    pub(super) async fn new(app: &TestApp) -> Self {
        let caller = app.system_user();
        let made = caller.post(ENDPOINTS, &endpoint()).await;
        let endpoint = made.ok()["id"].as_str().expect("an id").to_owned();
        let order = caller.ordered(&add(404, &[])).await;
        app.publish().await;
        let deliveries = format!("{ENDPOINTS}/{endpoint}/deliveries");
        let made_out = caller.get(&deliveries).await;
        let event = made_out.list()[0]["eventId"].as_str().expect("an id");
        Self {
            order,
            endpoint,
            event: event.to_owned(),
        }
    }
}

impl Entry {
    pub(super) fn operation(&self) -> &'static Operation {
        document().operation(self.operation)
    }

    /// Calls the operation on a thing of the demo's organization.
    pub(super) async fn call(&self, caller: &Caller<'_>, things: &Things) -> Answer {
        let operation = self.operation();
        let segment = |segment: &'static str| match (segment, self.parameter) {
            ("{eventId}", _) => things.event.as_str(),
            (segment, _) if !segment.starts_with('{') => segment,
            (_, NEW_ORDER) => things.order.as_str(),
            (_, NEW_ENDPOINT) => things.endpoint.as_str(),
            (_, parameter) => parameter,
        };
        let segments: Vec<&str> = operation.path.split('/').map(segment).collect();
        let method: Method = operation.method.parse().expect("a method");
        let call = caller.call(method, &segments.join("/"));
        match (self.body)() {
            Value::Null => call.send().await,
            body => {
                call.header("content-type", "application/json")
                    .body(body.to_string())
                    .send()
                    .await
            }
        }
    }
}
