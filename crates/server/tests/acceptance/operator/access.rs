//! Who may call what: every operation with every kind of key.

use std::sync::Arc;

use axum::http::Method;
use domain::access::{OperatorName, OperatorRole};
use domain::{Author, FulfillmentWay};
use selfservice::{OperatorRefusal, Operators};
use serde_json::{Value, json};
use testkit::{ManualClock, SeededEntropy};

use super::caller::{ADMINISTRATOR, Caller, add_operator, demo, document, with_key, without_key};
use super::entries::{ENTRIES, Entry, nobodys};
use super::{begin_at, clear};
use crate::app::{Test, TestApp, tests};
use crate::orders::add;

pub(crate) const TESTS: &[Test] = tests![
    each_operation_has_an_entry,
    each_operation_asks_for_a_key_and_a_role,
    a_disabled_operator_and_an_ended_key_get_the_answer_of_an_unknown_one,
    the_operators_name_is_the_author,
    each_change_of_an_operator_is_in_the_journal,
    customers_can_not_call_as_operators_nor_operators_as_customers,
];

async fn each_operation_has_an_entry(_: &mut TestApp) {
    let mut documented = Vec::new();
    for (path, item) in document()["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            documented.push((
                operation["operationId"].as_str().expect("an id").to_owned(),
                method.to_uppercase(),
                path.clone(),
                operation["x-role"].as_str().expect("a role").to_owned(),
            ));
        }
    }
    let mut entries: Vec<_> = ENTRIES
        .iter()
        .map(|Entry(id, method, path, role)| {
            let (method, role) = (method.to_string(), role.as_str().to_owned());
            ((*id).to_owned(), method, (*path).to_owned(), role)
        })
        .collect();
    documented.sort();
    entries.sort();
    assert_eq!(entries, documented);
}

/// The status and the code with which an operation answers about a thing that is nobody's, with a
/// body that says nothing.
async fn call(caller: Caller<'_>, Entry(_, method, path, _): &Entry) -> (u16, String) {
    let path = nobodys(path);
    let answer = caller.send(method.clone(), &path, "{}").await;
    let code = answer.body["code"].as_str().unwrap_or_default().to_owned();
    (answer.status.as_u16(), code)
}

async fn each_operation_asks_for_a_key_and_a_role(app: &mut TestApp) {
    for role in OperatorRole::ALL {
        add_operator(app, role.as_str(), role).await;
    }
    let disabled = add_operator(app, "away", OperatorRole::Administrator).await;
    let name = OperatorName::parse("away").expect("a name");
    app.operate(async |tx| tx.operators().set_enabled(&name, false).await)
        .await;
    for entry in ENTRIES {
        let unauthorized = (401, "unauthorized".to_owned());
        assert_eq!(
            call(without_key(app), entry).await,
            unauthorized,
            "{entry:?}"
        );
        for wrong in ["x", "wrong", &"0".repeat(40), &"d".repeat(5000), &disabled] {
            assert_eq!(
                call(with_key(app, wrong), entry).await,
                unauthorized,
                "{entry:?}"
            );
        }
        for role in OperatorRole::ALL {
            let key: String = role.as_str().chars().cycle().take(40).collect();
            let (status, code) = call(with_key(app, &key), entry).await;
            if role < entry.3 {
                assert_eq!((status, code.as_str()), (403, "role_too_low"), "{entry:?}");
            } else {
                assert!(
                    [200, 400, 404].contains(&status),
                    "{entry:?}: {status} {code}"
                );
            }
        }
    }
}

async fn a_disabled_operator_and_an_ended_key_get_the_answer_of_an_unknown_one(app: &mut TestApp) {
    let key = add_operator(app, "kari", OperatorRole::Viewer).await;
    let list = "/operator/v1/orders";
    with_key(app, &key).get(list).await.ok();
    let unknown = with_key(app, "unknown").get(list).await;
    let masked = |mut body: Value| {
        body["requestId"] = Value::Null;
        body
    };
    let name = OperatorName::parse("kari").expect("a name");
    app.operate(async |tx| tx.operators().set_enabled(&name, false).await)
        .await;
    let disabled = with_key(app, &key).get(list).await;
    assert_eq!(masked(disabled.body), masked(unknown.body.clone()));
    let hash = crate::app::key().hash_operator_key("another");
    app.operate(async |tx| {
        tx.operators().set_enabled(&name, true).await?;
        tx.operators().set_key(&name, &hash).await
    })
    .await;
    let ended = with_key(app, &key).get(list).await;
    assert_eq!(masked(ended.body), masked(unknown.body));
    with_key(app, "another").get(list).await.ok();
}

async fn the_operators_name_is_the_author(app: &mut TestApp) {
    begin_at(app, FulfillmentWay::Desk).await;
    let key = add_operator(app, "kari.nordmann", OperatorRole::Desk).await;
    let id = app.system_user().ordered(&add(404, &[])).await;
    let done = with_key(app, &key)
        .report(&id, "complete", &json!({}))
        .await;
    let seen = app.system_user().order(&id).await;
    for history in [&done.ok()["history"], &seen["history"]] {
        let actors: Vec<_> = history
            .as_array()
            .expect("a history")
            .iter()
            .map(|event| event["actor"].as_str().expect("an actor"))
            .collect();
        assert_eq!(actors, ["API1000DEMO", "kari.nordmann", "kari.nordmann"]);
    }
    clear(app).await;
}

async fn each_change_of_an_operator_is_in_the_journal(app: &mut TestApp) {
    let clock = Arc::<ManualClock>::clone(&app.clock);
    let entropy = Arc::new(SeededEntropy::new(9));
    let journal_key = crate::app::key().derive("journal");
    let operators = Operators::new(app.store.clone(), (clock, entropy), &journal_key);
    let by = Author::of_operator("command line");
    let (name, nobody) = ("kari", "nobody");
    let [name, nobody] = [name, nobody].map(|name| OperatorName::parse(name).expect("a name"));
    let hash = |key: &str| crate::app::key().hash_operator_key(key);
    let role = OperatorRole::Desk;
    let added = operators.add(&by, (&name, role), &hash("1")).await;
    assert!(added.is_ok(), "{added:?}");
    let again = operators.add(&by, (&name, role), &hash("2")).await;
    assert!(matches!(again, Err(OperatorRefusal::Exists(_))));
    for (name, enabled, known) in [
        (&name, false, true),
        // What is so already is not written down again.
        (&name, false, true),
        (&name, true, true),
        (&nobody, true, false),
    ] {
        let set = operators.set_enabled(&by, name, enabled).await;
        assert_eq!(set.is_ok(), known, "{set:?}");
    }
    let set = operators.set_key(&by, &name, &hash("3"), None).await;
    assert!(set.is_ok(), "{set:?}");
    let set = operators.set_key(&by, &nobody, &hash("4"), None).await;
    assert!(matches!(set, Err(OperatorRefusal::Unknown(_))));
    let rows = app.store.read(async |tx| tx.journal().unplaced(100).await);
    let mut written: Vec<_> = rows
        .await
        .expect("the journal")
        .into_iter()
        .filter(|row| row.line.noun == "operator")
        .map(|row| {
            assert_eq!(row.change.author, by);
            (row.line.subject, row.line.action, row.line.facts)
        })
        .collect();
    written.sort();
    let row = |action: &str, facts: &str| {
        (
            name.as_str().to_owned(),
            action.to_owned(),
            facts.to_owned(),
        )
    };
    let expected = [
        row("added", "{\"role\":\"desk\"}"),
        row("disabled", "{}"),
        row("enabled", "{}"),
        row("given another key", "{}"),
    ];
    assert_eq!(written, expected);
}

async fn customers_can_not_call_as_operators_nor_operators_as_customers(app: &mut TestApp) {
    let token = app.new_token(crate::app::DEMO, crate::app::DEMO_USER).await;
    let answer = with_key(app, &token).get("/operator/v1/orders").await;
    answer.refused(401, "unauthorized");
    app.authorized(&format!("Bearer {ADMINISTRATOR}"))
        .get("/corporate-agreements/v2/orders")
        .await
        .refused(40105);
    app.system_user()
        .get("/operator/v1/orders")
        .await
        .refused(40401);
    demo(app)
        .get("/corporate-agreements/v2/orders")
        .await
        .refused(404, "unknown_route");
    let deleted = demo(app)
        .send(Method::DELETE, "/operator/v1/orders", "")
        .await;
    deleted.refused(405, "method_not_allowed");
    let allowed = deleted.headers.get("allow").expect("a header");
    assert!(allowed.to_str().expect("text").contains("GET"));
}
