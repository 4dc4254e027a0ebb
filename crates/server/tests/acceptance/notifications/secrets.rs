//! The secrets that sign what is sent.

use std::process::Command;
use std::time::Duration;

use domain::Clock;
use outgoing::VerifyError;
use serde_json::{Value, json};
use storage::{Error, Transaction};

use super::receiver::Receiver;
use super::{ENDPOINTS, Subscribed, one_event, put, subscribe, wish};
use crate::app::{Test, TestApp, tests};

pub(crate) const TESTS: &[Test] = tests![
    a_replaced_secret_goes_on_signing_for_a_day,
    each_endpoint_has_a_secret_of_its_own,
    a_secret_is_shown_once_and_never_again,
    a_secret_survives_a_restart,
    the_documented_program_verifies_what_arrives,
    what_is_done_to_endpoints_is_in_the_journal_without_secrets,
];

async fn rotate(app: &TestApp, endpoint: &Subscribed) -> String {
    let address = format!("{}/rotate-secret", endpoint.address());
    let rotated = app.system_user().post(&address, &Value::Null).await;
    let secret = rotated.ok()["secret"].as_str().expect("a secret");
    secret.to_owned()
}

async fn a_replaced_secret_goes_on_signing_for_a_day(app: &mut TestApp) {
    let receiver = Receiver::start().await;
    let endpoint = subscribe(&app.system_user(), &receiver).await;
    let new = rotate(app, &endpoint).await;
    assert_ne!(new, endpoint.secret);
    app.clock.advance(Duration::from_secs(24 * 60 * 60 - 1));
    one_event(app).await;
    app.deliver_due().await;
    let call = receiver.received().remove(0);
    for secret in [&new, &endpoint.secret] {
        assert_eq!(call.verify(secret, app.clock.now()), Ok(()));
    }
    app.clock.advance(Duration::from_secs(1));
    one_event(app).await;
    app.deliver_due().await;
    let call = receiver.received().remove(0);
    assert_eq!(call.verify(&new, app.clock.now()), Ok(()));
    let void = call.verify(&endpoint.secret, app.clock.now());
    assert_eq!(void, Err(VerifyError::NoMatch));
    // Of three secrets the oldest signs no more.
    let newer = rotate(app, &endpoint).await;
    let newest = rotate(app, &endpoint).await;
    one_event(app).await;
    app.deliver_due().await;
    let call = receiver.received().remove(0);
    for (secret, expected) in [
        (&newest, Ok(())),
        (&newer, Ok(())),
        (&new, Err(VerifyError::NoMatch)),
    ] {
        assert_eq!(call.verify(secret, app.clock.now()), expected);
    }
}

async fn each_endpoint_has_a_secret_of_its_own(app: &mut TestApp) {
    let (first, second) = (Receiver::start().await, Receiver::start().await);
    let one = subscribe(&app.system_user(), &first).await;
    let other = subscribe(&app.system_user(), &second).await;
    assert_ne!(one.secret, other.secret);
    one_event(app).await;
    app.deliver_due().await;
    let call = first.received().remove(0);
    let foreign = call.verify(&other.secret, app.clock.now());
    assert_eq!(foreign, Err(VerifyError::NoMatch));
}

async fn a_secret_is_shown_once_and_never_again(app: &mut TestApp) {
    let receiver = Receiver::start().await;
    let endpoint = subscribe(&app.system_user(), &receiver).await;
    assert!(endpoint.secret.starts_with("whsec_"), "{}", endpoint.secret);
    let caller = app.system_user();
    for address in [ENDPOINTS, &endpoint.address()] {
        let answer = caller.get(address).await;
        assert!(!answer.text.contains("whsec_"), "{answer:?}");
    }
    let changed = put(&caller, &endpoint, &wish(&receiver, true)).await;
    assert!(!changed.to_string().contains("whsec_"), "{changed}");
}

async fn a_secret_survives_a_restart(app: &mut TestApp) {
    let receiver = Receiver::start().await;
    let endpoint = subscribe(&app.system_user(), &receiver).await;
    app.restart().await;
    one_event(app).await;
    app.deliver_due().await;
    let call = receiver.received().remove(0);
    assert_eq!(call.verify(&endpoint.secret, app.clock.now()), Ok(()));
}

/// The program of docs/notifications.md, first by itself and then with a call that has arrived.
async fn the_documented_program_verifies_what_arrives(app: &mut TestApp) {
    let receiver = Receiver::start().await;
    let endpoint = subscribe(&app.system_user(), &receiver).await;
    one_event(app).await;
    app.deliver_due().await;
    let call = receiver.received().remove(0);
    let headers = ["webhook-id", "webhook-timestamp", "webhook-signature"]
        .map(|name| (name, json!(call.header(name))));
    let headers: serde_json::Map<_, _> = headers
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    let body = String::from_utf8(call.body.to_vec()).expect("a text");
    let arguments = json!([endpoint.secret, headers, body, app.clock.now().as_second()]);
    let page = include_str!("../../../../../docs/notifications.md");
    let (_, program) = page.split_once("```python\n").expect("a program");
    let (program, _) = program.split_once("```").expect("its end");
    let check = "
import json, sys
secret, headers, body, now = json.loads(sys.argv[1])
assert verify(secret, headers, body.encode(), now)
assert not verify(secret, headers, body.encode() + b' ', now)
assert not verify(secret, headers, body.encode(), now + 301)
";
    let mut python = Command::new("python3");
    python.args(["-c", &format!("{program}{check}"), &arguments.to_string()]);
    let outcome = python.output().expect("python3 runs");
    let complaint = String::from_utf8_lossy(&outcome.stderr);
    assert!(outcome.status.success(), "{complaint}");
}

async fn what_is_done_to_endpoints_is_in_the_journal_without_secrets(app: &mut TestApp) {
    let receiver = Receiver::start().await;
    let endpoint = subscribe(&app.system_user(), &receiver).await;
    put(&app.system_user(), &endpoint, &wish(&receiver, false)).await;
    rotate(app, &endpoint).await;
    app.system_user().delete(&endpoint.address()).await.ok();
    let unplaced = async |tx: &mut Transaction| Ok::<_, Error>(tx.journal().unplaced(100).await?);
    let rows = app.operate(unplaced).await;
    let mut actions = Vec::new();
    for row in rows {
        if row.line.noun != "endpoint" {
            continue;
        }
        assert_eq!(row.line.subject, endpoint.id);
        assert_eq!(row.change.author.name, "API1000DEMO");
        let organization = row.change.organization.expect("whose it is");
        assert_eq!(organization.as_str(), "914742315");
        for hidden in ["whsec_", "token=abc"] {
            assert!(!row.line.facts.contains(hidden), "{}", row.line.facts);
        }
        actions.push(row.line.action);
    }
    actions.sort_unstable();
    assert_eq!(actions, ["changed", "created", "deleted", "secret rotated"]);
}
