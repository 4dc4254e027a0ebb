//! Every operation of the document against every kind of caller that must not get through. An
//! operation without an entry fails, and so does an entry without an operation.

use std::time::Duration;

use axum::http::Method;
use serde_json::{Value, json};

use crate::app::{
    Answer, Caller, DEMO, DEMO_USER, Operation, TINY, Test, TestApp, document, tests,
};
use crate::operator;
use crate::orders::add;

pub(crate) const TESTS: &[Test] = tests![
    each_operation_has_an_entry_and_each_entry_an_operation,
    each_guarded_operation_works_for_its_own_caller,
    each_guarded_operation_refuses_whoever_may_not_call_it,
    each_guarded_operation_refuses_a_disabled_app_and_a_disabled_user,
    each_guarded_operation_refuses_a_revoked_token,
    each_guarded_operation_has_a_pace_and_a_quota,
    each_guarded_operation_can_be_switched_off,
    no_operation_shows_or_changes_what_is_another_organizations,
    no_operation_is_reached_by_another_method,
];

/// How an operation is called by the demo's system user so that it works.
struct Entry {
    operation: &'static str,
    /// What the path's parameter is.
    parameter: &'static str,
    body: fn() -> Value,
    foreign: Foreign,
}

/// What another organization's system user gets for the same call.
#[derive(Clone, Copy)]
enum Foreign {
    Refused(u64),
    /// A list of its own things, none of these.
    ListWithout(&'static [&'static str]),
}

/// Stands for an order that has been placed for this call.
const NEW_ORDER: &str = "a new order";

const ENTRIES: &[Entry] = &[
    Entry {
        operation: "list_agreements",
        parameter: "",
        body: no_body,
        foreign: Foreign::ListWithout(&["123456", "5538579"]),
    },
    Entry {
        operation: "get_agreement",
        parameter: "5538579",
        body: no_body,
        foreign: Foreign::Refused(404_001),
    },
    Entry {
        operation: "list_agreement_products",
        parameter: "5538579",
        body: no_body,
        foreign: Foreign::Refused(404_001),
    },
    Entry {
        operation: "place_order",
        parameter: "",
        body: || add(404, &[]),
        foreign: Foreign::Refused(404_001),
    },
    Entry {
        operation: "list_orders",
        parameter: "",
        body: no_body,
        foreign: Foreign::ListWithout(&["orderId"]),
    },
    Entry {
        operation: "get_order",
        parameter: NEW_ORDER,
        body: no_body,
        foreign: Foreign::Refused(404_902),
    },
    Entry {
        operation: "cancel_order",
        parameter: NEW_ORDER,
        body: no_body,
        foreign: Foreign::Refused(404_902),
    },
    Entry {
        operation: "list_accounts",
        parameter: "",
        body: no_body,
        foreign: Foreign::ListWithout(&["7654321", "11175198", "1234567"]),
    },
    Entry {
        operation: "get_account",
        parameter: "1234567",
        body: no_body,
        foreign: Foreign::Refused(404_903),
    },
    Entry {
        operation: "create_account",
        parameter: "",
        body: account,
        foreign: Foreign::Refused(400_007),
    },
    Entry {
        operation: "list_organizations",
        parameter: "",
        body: no_body,
        foreign: Foreign::ListWithout(&["914742315", "987654321"]),
    },
    Entry {
        operation: "list_address_cards",
        parameter: "914742315",
        body: no_body,
        foreign: Foreign::Refused(400_007),
    },
];

/// What is called without a token of a system user's, or in another way than the others; the file
/// on tokens sees to these.
const IN_FRONT_OF_THE_GATEWAY: &[&str] = &[
    "create_token",
    "log_out",
    "log_out_by_get",
    "revoke_token",
    "introspect_token",
    "get_authorization_server",
];

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

impl Entry {
    fn operation(&self) -> &'static Operation {
        document().operation(self.operation)
    }

    /// Calls the operation on a thing of the demo's organization.
    async fn call(&self, caller: &Caller<'_>, order: &str) -> Answer {
        let operation = self.operation();
        let parameter = match self.parameter {
            NEW_ORDER => order,
            other => other,
        };
        let segment = |segment: &'static str| {
            if segment.starts_with('{') {
                parameter
            } else {
                segment
            }
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

async fn each_operation_has_an_entry_and_each_entry_an_operation(_: &mut TestApp) {
    let entries = ENTRIES.iter().map(|entry| entry.operation);
    let mut known: Vec<_> = entries
        .chain(IN_FRONT_OF_THE_GATEWAY.iter().copied())
        .collect();
    let mut documented: Vec<_> = document()
        .operations
        .iter()
        .map(|one| one.id.as_str())
        .collect();
    known.sort_unstable();
    documented.sort_unstable();
    assert_eq!(
        known, documented,
        "the entries of coverage.rs and the document's operations"
    );
    for entry in ENTRIES {
        assert!(entry.operation().is_guarded(), "{}", entry.operation);
    }
}

async fn each_guarded_operation_works_for_its_own_caller(app: &mut TestApp) {
    for entry in ENTRIES {
        let order = app.system_user().ordered(&add(404, &[])).await;
        entry.call(&app.system_user(), &order).await.ok();
    }
}

async fn each_guarded_operation_refuses_whoever_may_not_call_it(app: &mut TestApp) {
    let order = app.system_user().ordered(&add(404, &[])).await;
    let before = app.everything().await;
    for entry in ENTRIES {
        let declared = api::Operation::find(entry.operation).expect("a declared operation");
        let info_app = if declared.product == "info" { 0 } else { 40103 };
        for (caller, code) in [
            (app.anonymous(), 40102),
            (app.authorized("Digest x"), 40102),
            (
                app.authorized("Bearer 065d160140eea13e72cde31a7b857bbfa37390e5"),
                40105,
            ),
            (app.authorized("Bearer"), 40105),
            (app.authorized("Bearer not a token"), 40105),
            (app.expired(), 40106),
            (app.with_info_only(), info_app),
            (app.without_scope(declared.scope), 40301),
            (app.without_system_user(), 40001),
            (app.basic(DEMO), 40107),
            (app.basic((DEMO.0, "wrong")), 40108),
        ] {
            let answer = entry.call(&caller, &order).await;
            assert_eq!(answer.code(), code, "{}: {answer:?}", entry.operation);
        }
    }
    assert_eq!(app.everything().await, before);
}

async fn each_guarded_operation_refuses_a_disabled_app_and_a_disabled_user(app: &mut TestApp) {
    let order = app.system_user().ordered(&add(404, &[])).await;
    let before = app.everything().await;
    operator::enable_app(app, DEMO.0, false).await;
    for entry in ENTRIES {
        entry.call(&app.system_user(), &order).await.refused(40105);
    }
    operator::enable_app(app, DEMO.0, true).await;
    operator::enable_user(app, "API1000DEMO", false).await;
    for entry in ENTRIES {
        entry.call(&app.system_user(), &order).await.refused(40001);
    }
    operator::enable_user(app, "API1000DEMO", true).await;
    assert_eq!(app.everything().await, before);
}

async fn each_guarded_operation_refuses_a_revoked_token(app: &mut TestApp) {
    let order = app.system_user().ordered(&add(404, &[])).await;
    let before = app.everything().await;
    let token = app.new_token(DEMO, DEMO_USER).await;
    let caller = app.authorized(&format!("Bearer {token}"));
    let ended = caller.call(Method::POST, "/oauth/v2/logout").send().await;
    assert_eq!(ended.status.as_u16(), 200);
    for entry in ENTRIES {
        entry.call(&caller, &order).await.refused(40105);
    }
    assert_eq!(app.everything().await, before);
}

/// The app may make two calls a second and five a minute, counted for each API product.
async fn each_guarded_operation_has_a_pace_and_a_quota(app: &mut TestApp) {
    let order = app.system_user().ordered(&add(404, &[])).await;
    app.restart_with(|choices| choices.gateway.limits = true)
        .await;
    let before = app.everything().await;
    for entry in ENTRIES {
        app.clock.advance(Duration::from_mins(1));
        let caller = app.logged_in(TINY, DEMO_USER);
        let declared = api::Operation::find(entry.operation).expect("a declared operation");
        for call in 0..5 {
            match declared.product {
                "info" => drop(caller.get("/organizations/v1/organizations").await.ok()),
                _ => drop(
                    caller
                        .delete("/corporate-agreements/v2/orders/0")
                        .await
                        .refused(404_902),
                ),
            }
            if call == 0 {
                entry.call(&caller, &order).await.refused(42902);
            }
            app.clock.advance(Duration::from_millis(500));
        }
        entry.call(&caller, &order).await.refused(42901);
    }
    assert_eq!(app.everything().await, before);
}

async fn each_guarded_operation_can_be_switched_off(app: &mut TestApp) {
    let order = app.system_user().ordered(&add(404, &[])).await;
    let before = app.everything().await;
    for entry in ENTRIES {
        operator::enable_operation(app, entry.operation, false).await;
        entry.call(&app.system_user(), &order).await.refused(40101);
        operator::enable_operation(app, entry.operation, true).await;
    }
    assert_eq!(app.everything().await, before);
}

async fn no_operation_shows_or_changes_what_is_another_organizations(app: &mut TestApp) {
    let order = app.system_user().ordered(&add(404, &[])).await;
    let before = app.everything().await;
    for entry in ENTRIES {
        let answer = entry.call(&app.of_other_organization(), &order).await;
        match entry.foreign {
            Foreign::Refused(code) => {
                answer.refused(code);
            }
            Foreign::ListWithout(hidden) => {
                answer.list();
                assert!(
                    !hidden.iter().any(|word| answer.text.contains(word)),
                    "{answer:?}"
                );
            }
        }
    }
    assert_eq!(app.everything().await, before);
}

async fn no_operation_is_reached_by_another_method(app: &mut TestApp) {
    for path in document().value["paths"].as_object().expect("paths").keys() {
        let known: Vec<_> = document()
            .operations
            .iter()
            .filter(|operation| operation.path == *path)
            .map(|operation| operation.method.as_str())
            .collect();
        for method in [
            "GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW",
        ] {
            if known.contains(&method) {
                continue;
            }
            let address = path.replace(['{', '}'], "");
            let method: Method = method.parse().expect("a method");
            let answer = app.system_user().call(method, &address).send().await;
            answer.refused(40401);
            let allowed = answer.header("allow");
            assert!(
                known.iter().all(|method| allowed.contains(method)),
                "{answer:?}"
            );
        }
    }
}
