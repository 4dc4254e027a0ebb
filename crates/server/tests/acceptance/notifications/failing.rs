//! Endpoints that refuse, hang, are gone or unreachable: what is sent again, when, and for how long.

use std::time::Duration;

use serde_json::{Value, json};

use super::receiver::{Behavior, Receiver};
use super::{Subscribed, deliveries, delivery, one_event, put, subscribe, wish};
use crate::app::{Caller, Test, TestApp, tests};
use crate::orders::add;

pub(crate) const TESTS: &[Test] = tests![
    a_refused_event_is_sent_again_later,
    an_endpoint_may_say_how_long_to_wait,
    an_endpoint_that_hangs_is_given_up_in_time,
    an_endpoint_that_is_away_is_tried_again,
    an_endpoint_that_is_gone_is_disabled,
    a_late_word_from_the_old_address_is_none_on_the_new_one,
    what_is_asked_for_during_a_failing_call_is_sent_anew,
    ten_attempts_are_made_and_no_more,
    an_endpoint_that_fails_is_not_flooded,
    an_endpoint_that_fails_for_five_days_is_disabled,
    a_failure_long_after_the_last_one_disables_nothing,
    one_event_that_is_refused_does_not_hold_up_the_others,
    what_is_old_is_forgotten,
];

/// The only delivery, with its log.
async fn only(caller: &Caller<'_>, endpoint: &Subscribed) -> Value {
    let listed = deliveries(caller, endpoint).await;
    assert_eq!(listed.len(), 1);
    delivery(caller, endpoint, &listed[0]["eventId"]).await
}

async fn a_refused_event_is_sent_again_later(app: &mut TestApp) {
    let receiver = Receiver::start().await;
    let endpoint = subscribe(&app.system_user(), &receiver).await;
    one_event(app).await;
    receiver.will(&[Behavior::Answer(500)]);
    app.deliver_due().await;
    assert_eq!(receiver.received().len(), 1);
    let waits = only(&app.system_user(), &endpoint).await;
    assert_eq!(waits["state"], "PENDING");
    app.clock.advance(Duration::from_secs(3));
    assert_eq!(app.deliver_due().await, 0, "not before its time");
    app.clock.advance(Duration::from_secs(4));
    app.deliver_due().await;
    assert_eq!(receiver.received().len(), 1);
    let delivered = only(&app.system_user(), &endpoint).await;
    insta::assert_json_snapshot!(delivered["log"], @r#"
    [
      {
        "at": "2026-06-01T12:00:00.000Z",
        "status": 500,
        "outcome": "REFUSED",
        "durationMs": 0
      },
      {
        "at": "2026-06-01T12:00:07.000Z",
        "status": 204,
        "outcome": "DELIVERED",
        "durationMs": 0
      }
    ]
    "#);
    assert_eq!(delivered["state"], "DELIVERED");
    let found = app.system_user().get(&endpoint.address()).await;
    assert_eq!(found.ok().get("failingSince"), None);
}

async fn an_endpoint_may_say_how_long_to_wait(app: &mut TestApp) {
    let receiver = Receiver::start().await;
    let endpoint = subscribe(&app.system_user(), &receiver).await;
    one_event(app).await;
    receiver.will(&[Behavior::RetryAfter(3600)]);
    app.deliver_due().await;
    let waits = only(&app.system_user(), &endpoint).await;
    assert_eq!(waits["nextAttemptAt"], "2026-06-01T13:00:00.000Z");
    app.clock.advance(Duration::from_secs(3599));
    assert_eq!(app.deliver_due().await, 0);
    app.clock.advance(Duration::from_secs(1));
    assert_eq!(app.deliver_due().await, 1);
    assert_eq!(receiver.received().len(), 2);
}

async fn an_endpoint_that_hangs_is_given_up_in_time(app: &mut TestApp) {
    app.restart_with(|choices| choices.webhooks.timeout = Duration::from_millis(50))
        .await;
    let receiver = Receiver::start().await;
    let endpoint = subscribe(&app.system_user(), &receiver).await;
    one_event(app).await;
    receiver.will(&[Behavior::Hang]);
    app.deliver_due().await;
    let waits = only(&app.system_user(), &endpoint).await;
    assert_eq!(waits["state"], "PENDING");
    assert_eq!(waits["log"][0]["outcome"], "TIMED_OUT");
    assert_eq!(waits["log"][0].get("status"), None);
}

async fn an_endpoint_that_is_away_is_tried_again(app: &mut TestApp) {
    let receiver = Receiver::start().await;
    let endpoint = subscribe(&app.system_user(), &receiver).await;
    one_event(app).await;
    // Bound and never listened on again.
    let elsewhere = json!({ "url": "http://127.0.0.1:1/", "enabled": true });
    put(&app.system_user(), &endpoint, &elsewhere).await;
    app.deliver_due().await;
    let waits = only(&app.system_user(), &endpoint).await;
    assert_eq!(waits["log"][0]["outcome"], "UNREACHABLE");
    // The address is mended: what waits goes there at once.
    put(&app.system_user(), &endpoint, &wish(&receiver, true)).await;
    app.deliver_due().await;
    assert_eq!(receiver.received().len(), 1);
}

async fn an_endpoint_that_is_gone_is_disabled(app: &mut TestApp) {
    let receiver = Receiver::start().await;
    let endpoint = subscribe(&app.system_user(), &receiver).await;
    one_event(app).await;
    receiver.will(&[Behavior::Answer(410)]);
    app.deliver_due().await;
    let found = app.system_user().get(&endpoint.address()).await;
    assert_eq!(found.ok()["enabled"], false);
    assert_eq!(
        found.ok()["disabledReason"],
        "the endpoint answered 410 Gone"
    );
    one_event(app).await;
    app.clock.advance(Duration::from_hours(1));
    assert_eq!(app.deliver_due().await, 0);
    assert_eq!(receiver.received().len(), 1);
    put(&app.system_user(), &endpoint, &wish(&receiver, true)).await;
    app.deliver_due().await;
    assert_eq!(receiver.received().len(), 1, "what waited goes on");
    let found = app.system_user().get(&endpoint.address()).await;
    assert_eq!(found.ok().get("disabledReason"), None);
}

/// Does something while a call is under way, which is then answered with this status.
async fn during_a_call(
    app: &TestApp,
    (receiver, status): (&Receiver, u16),
    deed: impl AsyncFnOnce(),
) {
    receiver.will(&[Behavior::WhenTold(status)]);
    let courier = app.courier();
    let round = tokio::spawn(async move { courier.deliver_due().await });
    receiver.arrival().await;
    deed().await;
    receiver.answer();
    round.await.expect("no panic").expect("it is recorded");
}

async fn a_late_word_from_the_old_address_is_none_on_the_new_one(app: &mut TestApp) {
    for status in [410, 500] {
        let (old, new) = (Receiver::start().await, Receiver::start().await);
        let endpoint = subscribe(&app.system_user(), &old).await;
        one_event(app).await;
        let move_it = async || {
            put(&app.system_user(), &endpoint, &wish(&new, true)).await;
        };
        during_a_call(app, (&old, status), move_it).await;
        app.deliver_due().await;
        let found = app.system_user().get(&endpoint.address()).await;
        assert_eq!(found.ok()["enabled"], true, "{status}");
        assert_eq!(found.ok().get("failingSince"), None, "{status}");
        assert_eq!(new.received().len(), 1, "{status}: at once");
        let delivered = only(&app.system_user(), &endpoint).await;
        assert_eq!(delivered["state"], "DELIVERED", "{status}");
        app.system_user().delete(&endpoint.address()).await.ok();
    }
}

async fn what_is_asked_for_during_a_failing_call_is_sent_anew(app: &mut TestApp) {
    let receiver = Receiver::start().await;
    let endpoint = subscribe(&app.system_user(), &receiver).await;
    one_event(app).await;
    receiver.will(&[Behavior::Answer(500); 4]);
    for _ in 0..4 {
        app.deliver_due().await;
        app.clock.advance(Duration::from_hours(6));
    }
    let event = only(&app.system_user(), &endpoint).await["eventId"].clone();
    let event = event.as_str().expect("an id");
    let address = format!("{}/deliveries/{event}/redeliver", endpoint.address());
    let ask = async || {
        app.system_user().post(&address, &json!({})).await.ok();
    };
    during_a_call(app, (&receiver, 500), ask).await;
    let waits = only(&app.system_user(), &endpoint).await;
    assert_eq!(
        (&waits["attempts"], &waits["state"]),
        (&json!(5), &json!("PENDING"))
    );
    // As the first failure of a failing endpoint has it, not as the fifth of the delivery.
    app.clock.advance(Duration::from_mins(37));
    app.deliver_due().await;
    let delivered = only(&app.system_user(), &endpoint).await;
    assert_eq!(delivered["state"], "DELIVERED");
    assert_eq!(delivered["log"].as_array().map(Vec::len), Some(6));
}

async fn ten_attempts_are_made_and_no_more(app: &mut TestApp) {
    let receiver = Receiver::start().await;
    let endpoint = subscribe(&app.system_user(), &receiver).await;
    one_event(app).await;
    receiver.will(&[Behavior::Answer(400); 20]);
    for _ in 0..119 {
        app.deliver_due().await;
        app.clock.advance(Duration::from_hours(1));
    }
    assert_eq!(receiver.received().len(), 10);
    let failed = only(&app.system_user(), &endpoint).await;
    assert_eq!(failed["state"], "FAILED");
    assert_eq!(failed["attempts"], 10);
    assert_eq!(failed.get("nextAttemptAt"), None);
    let found = app.system_user().get(&endpoint.address()).await;
    assert_eq!(found.ok()["enabled"], true, "not for five days");
}

async fn an_endpoint_that_fails_is_not_flooded(app: &mut TestApp) {
    let receiver = Receiver::start().await;
    let endpoint = subscribe(&app.system_user(), &receiver).await;
    for _ in 0..40 {
        app.system_user().ordered(&add(404, &[])).await;
    }
    receiver.will(&[Behavior::Answer(503); 18]);
    app.deliver_due().await;
    assert_eq!(receiver.received().len(), 16, "one round");
    let found = app.system_user().get(&endpoint.address()).await;
    assert_eq!(found.ok()["failingSince"], "2026-06-01T12:00:00.000Z");
    for pause in [7, 7 * 60] {
        app.clock.advance(Duration::from_secs(pause));
        app.deliver_due().await;
        assert_eq!(receiver.received().len(), 1, "a single probe");
    }
    app.clock.advance(Duration::from_mins(36));
    app.deliver_due().await;
    assert_eq!(receiver.received().len(), 40, "the rest in one go");
}

async fn an_endpoint_that_fails_for_five_days_is_disabled(app: &mut TestApp) {
    let receiver = Receiver::start().await;
    let endpoint = subscribe(&app.system_user(), &receiver).await;
    for _ in 0..200 {
        app.system_user().ordered(&add(404, &[])).await;
    }
    receiver.will(&[Behavior::Answer(500); 400]);
    for _ in 0..100 {
        app.deliver_due().await;
        app.clock.advance(Duration::from_hours(2));
    }
    let tries = receiver.received().len();
    assert!((70..90).contains(&tries), "{tries}");
    let found = app.system_user().get(&endpoint.address()).await;
    assert_eq!(found.ok()["enabled"], false);
    assert_eq!(
        found.ok()["disabledReason"],
        "every attempt has failed for 5 days"
    );
}

async fn a_failure_long_after_the_last_one_disables_nothing(app: &mut TestApp) {
    let receiver = Receiver::start().await;
    let endpoint = subscribe(&app.system_user(), &receiver).await;
    one_event(app).await;
    receiver.will(&[Behavior::Answer(400); 11]);
    for _ in 0..100 {
        app.deliver_due().await;
        app.clock.advance(Duration::from_hours(1));
    }
    let quiet = app.system_user().get(&endpoint.address()).await;
    assert_eq!(
        quiet.ok().get("failingSince"),
        None,
        "nothing is left to try"
    );
    app.clock.advance(Duration::from_hours(10 * 24));
    one_event(app).await;
    app.deliver_due().await;
    let found = app.system_user().get(&endpoint.address()).await;
    assert_eq!(found.ok()["enabled"], true);
    assert!(found.ok()["failingSince"].is_string());
}

async fn one_event_that_is_refused_does_not_hold_up_the_others(app: &mut TestApp) {
    let receiver = Receiver::start().await;
    subscribe(&app.system_user(), &receiver).await;
    one_event(app).await;
    receiver.will(&[Behavior::Answer(400)]);
    app.deliver_due().await;
    let refused = receiver.received()[0].header("webhook-id").to_owned();
    one_event(app).await;
    app.clock.advance(Duration::from_secs(7));
    receiver.will(&[Behavior::Answer(204), Behavior::Answer(400)]);
    app.deliver_due().await;
    let calls = receiver.received();
    assert_eq!(calls.len(), 2);
    assert_ne!(calls[0].header("webhook-id"), refused);
    assert_eq!(calls[1].header("webhook-id"), refused);
}

async fn what_is_old_is_forgotten(app: &mut TestApp) {
    let receiver = Receiver::start().await;
    let endpoint = subscribe(&app.system_user(), &receiver).await;
    one_event(app).await;
    app.deliver_due().await;
    app.clock.advance(Duration::from_hours(24 * 30 - 1));
    let forget = app.selfservice().forget_old_deliveries().await;
    assert_eq!(forget.expect("a count"), 0);
    app.clock.advance(Duration::from_hours(1));
    let forget = app.selfservice().forget_old_deliveries().await;
    assert_eq!(forget.expect("a count"), 2, "the delivery and its attempt");
    assert_eq!(deliveries(&app.system_user(), &endpoint).await.len(), 0);
    let feed = app.system_user().get(super::EVENTS).await;
    assert_ne!(feed.ok()["events"], json!([]), "the feed has it still");
}
