//! An app's limits over the operator's API: what the headers of its calls tell, before the next call.

use std::time::Duration;

use serde_json::{Value, json};

use super::caller::demo;
use crate::app::{DEMO_USER, TINY, Test, TestApp, tests};

pub(crate) const TESTS: &[Test] = tests![
    what_is_left_is_what_the_last_answer_told,
    what_was_counted_ahead_is_not_used,
    a_server_that_limits_nobody_says_so,
    an_unknown_app_has_no_limits,
];

const AGREEMENTS: &str = "/corporate-agreements/v2/agreements";

async fn limits(app: &TestApp, id: &str) -> Value {
    let address = format!("/operator/v1/apps/{id}/limits");
    demo(app).get(&address).await.ok().clone()
}

async fn what_is_left_is_what_the_last_answer_told(app: &mut TestApp) {
    app.restart_with(|choices| choices.gateway.limits = true)
        .await;
    let caller = app.logged_in(TINY, DEMO_USER);
    caller.get(AGREEMENTS).await.ok();
    app.clock.advance(Duration::from_secs(10));
    let told = caller.get(AGREEMENTS).await;
    assert_eq!(
        told.header("ratelimit"),
        "\"spike-arrest\";r=0;t=1, \"quota\";r=3;t=50"
    );
    let shown = limits(app, TINY.0).await;
    insta::assert_json_snapshot!(shown, @r#"
    {
      "clientId": "tinytinytinytinytinytinytinytiny",
      "limited": true,
      "spikeArrest": {
        "callsPerSecond": 2,
        "burst": 1,
        "left": 0
      },
      "apiProducts": [
        {
          "name": "info",
          "quota": {
            "calls": 5,
            "period": "minute",
            "used": 2,
            "left": 3,
            "windowStartsAt": "2026-06-01T12:00:00.000Z",
            "windowEndsAt": "2026-06-01T12:01:00.000Z"
          }
        },
        {
          "name": "order",
          "quota": {
            "calls": 5,
            "period": "minute",
            "used": 0,
            "left": 5,
            "windowStartsAt": "2026-06-01T12:00:00.000Z",
            "windowEndsAt": "2026-06-01T12:01:00.000Z"
          }
        }
      ]
    }
    "#);
    app.clock.advance(Duration::from_secs(50));
    let shown = limits(app, TINY.0).await;
    assert_eq!(shown["spikeArrest"]["left"], 1);
    assert_eq!(shown["apiProducts"][0]["quota"]["left"], 5);
    assert_eq!(
        shown["apiProducts"][0]["quota"]["windowStartsAt"],
        "2026-06-01T12:01:00.000Z"
    );
}

/// A node that is alone counts some calls ahead in the database; they are not used for that.
async fn what_was_counted_ahead_is_not_used(app: &mut TestApp) {
    app.restart_with(|choices| choices.gateway.limits = true)
        .await;
    let id = domain::access::ClientId::new("quota-of-a-day");
    super::add_app(app, (id.as_str(), "secret"), |_| {}).await;
    let quota = storage::Quota {
        calls: 10_000,
        period: storage::QuotaPeriod::Day,
    };
    app.operate(async |tx| tx.client_apps().add_product(&id, "info", Some(quota)).await)
        .await;
    let caller = app.logged_in(("quota-of-a-day", "secret"), DEMO_USER);
    for used in 1..=7 {
        caller.get(AGREEMENTS).await.ok();
        let shown = limits(app, id.as_str()).await;
        let of = |name: &str| {
            let products = shown["apiProducts"].as_array().expect("a list");
            products
                .iter()
                .find(|product| product["name"] == name)
                .cloned()
                .expect("the product")
        };
        let info = of("info")["quota"].clone();
        assert_eq!(
            (&info["used"], &info["left"]),
            (&json!(used), &json!(10_000 - used))
        );
        assert_eq!(of("order").get("quota"), None);
        // The headers' windows are milliseconds apart here, so that the pace is kept.
        app.clock.advance(Duration::from_millis(10));
    }
    // Whoever starts next finds what was not used given back.
    app.restart().await;
    let shown = limits(app, id.as_str()).await;
    assert_eq!(shown["apiProducts"][0]["quota"]["used"], 7);
}

async fn a_server_that_limits_nobody_says_so(app: &mut TestApp) {
    let shown = limits(app, TINY.0).await;
    assert_eq!(shown["limited"], false);
    assert_eq!(shown["spikeArrest"].get("left"), None);
}

async fn an_unknown_app_has_no_limits(app: &mut TestApp) {
    for id in ["nobodys", "%00", "%0A", &"x".repeat(300)] {
        let address = format!("/operator/v1/apps/{id}/limits");
        demo(app).get(&address).await.refused(404, "app_not_found");
    }
    let address = format!("/operator/v1/apps/{}/limits?x=1", TINY.0);
    demo(app)
        .get(&address)
        .await
        .refused(400, "invalid_request");
}
