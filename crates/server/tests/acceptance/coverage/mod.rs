//! Every operation of the document against every kind of caller that must not get through. An
//! operation without an entry fails, and so does an entry without an operation.

mod entries;

use std::time::Duration;

use axum::http::Method;
use domain::Clock;

use crate::app::{DEMO, DEMO_USER, TINY, Test, TestApp, document, tests};
use crate::data_reads::reads_since;
use crate::notifications::ENDPOINTS;
use crate::operator;
use entries::{ENTRIES, Foreign, Things};

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
    each_guarded_operation_notes_whose_data_it_showed,
    no_operation_notes_what_it_did_not_show,
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
        let things = Things::new(app).await;
        entry.call(&app.system_user(), &things).await.ok();
        let endpoint = format!("{ENDPOINTS}/{}", things.endpoint);
        app.system_user().delete(&endpoint).await;
    }
}

async fn each_guarded_operation_refuses_whoever_may_not_call_it(app: &mut TestApp) {
    let things = Things::new(app).await;
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
            let answer = entry.call(&caller, &things).await;
            assert_eq!(answer.code(), code, "{}: {answer:?}", entry.operation);
        }
    }
    assert_eq!(app.everything().await, before);
}

async fn each_guarded_operation_refuses_a_disabled_app_and_a_disabled_user(app: &mut TestApp) {
    let things = Things::new(app).await;
    let before = app.everything().await;
    operator::enable_app(app, DEMO.0, false).await;
    for entry in ENTRIES {
        entry.call(&app.system_user(), &things).await.refused(40105);
    }
    operator::enable_app(app, DEMO.0, true).await;
    operator::enable_user(app, "API1000DEMO", false).await;
    for entry in ENTRIES {
        entry.call(&app.system_user(), &things).await.refused(40001);
    }
    operator::enable_user(app, "API1000DEMO", true).await;
    assert_eq!(app.everything().await, before);
}

async fn each_guarded_operation_refuses_a_revoked_token(app: &mut TestApp) {
    let things = Things::new(app).await;
    let before = app.everything().await;
    let token = app.new_token(DEMO, DEMO_USER).await;
    let caller = app.authorized(&format!("Bearer {token}"));
    let ended = caller.call(Method::POST, "/oauth/v2/logout").send().await;
    assert_eq!(ended.status.as_u16(), 200);
    for entry in ENTRIES {
        entry.call(&caller, &things).await.refused(40105);
    }
    assert_eq!(app.everything().await, before);
}

/// The app may make two calls a second and five a minute, counted for each API product.
async fn each_guarded_operation_has_a_pace_and_a_quota(app: &mut TestApp) {
    let things = Things::new(app).await;
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
                entry.call(&caller, &things).await.refused(42902);
            }
            app.clock.advance(Duration::from_millis(500));
        }
        entry.call(&caller, &things).await.refused(42901);
    }
    assert_eq!(app.everything().await, before);
}

async fn each_guarded_operation_can_be_switched_off(app: &mut TestApp) {
    let things = Things::new(app).await;
    let before = app.everything().await;
    for entry in ENTRIES {
        operator::enable_operation(app, entry.operation, false).await;
        entry.call(&app.system_user(), &things).await.refused(40101);
        operator::enable_operation(app, entry.operation, true).await;
    }
    assert_eq!(app.everything().await, before);
}

async fn no_operation_shows_or_changes_what_is_another_organizations(app: &mut TestApp) {
    let things = Things::new(app).await;
    let before = app.everything().await;
    for entry in ENTRIES {
        let answer = entry.call(&app.of_other_organization(), &things).await;
        match entry.foreign {
            Foreign::Refused(code) => {
                answer.refused(code);
            }
            Foreign::Own => {
                let own = answer.ok()["id"].as_str().expect("an id");
                let own = format!("{ENDPOINTS}/{own}");
                app.of_other_organization().delete(&own).await.ok();
            }
            Foreign::Without(hidden) => {
                answer.ok();
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

async fn each_guarded_operation_notes_whose_data_it_showed(app: &mut TestApp) {
    for entry in ENTRIES {
        let things = Things::new(app).await;
        app.clock.advance(Duration::from_mins(1));
        let from = app.clock.now();
        entry.call(&app.system_user(), &things).await.ok();
        let shown = reads_since(app, entry.operation, from).await;
        assert_eq!(shown, entry.shows, "{}", entry.operation);
        let declared = api::Operation::find(entry.operation).expect("a declared operation");
        let shows_nobody = declared.shows == api::Shows::Nobody;
        assert_eq!(entry.shows.is_empty(), shows_nobody, "{}", entry.operation);
        let endpoint = format!("{ENDPOINTS}/{}", things.endpoint);
        app.system_user().delete(&endpoint).await;
    }
}

async fn no_operation_notes_what_it_did_not_show(app: &mut TestApp) {
    let things = Things::new(app).await;
    app.clock.advance(Duration::from_mins(1));
    let from = app.clock.now();
    for entry in ENTRIES {
        for caller in [app.of_other_organization(), app.expired()] {
            entry.call(&caller, &things).await;
        }
        let shown = reads_since(app, entry.operation, from).await;
        assert!(
            shown.iter().all(|number| number == "976967631"),
            "{}: {shown:?}",
            entry.operation
        );
    }
}
