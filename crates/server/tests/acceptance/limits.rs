//! Spike arrest and quota: when a call is refused, until when, and what the headers tell.

use std::time::Duration;

use axum::http::Method;

use crate::app::{DEMO_USER, TINY, Test, TestApp, tests};
use crate::orders::add;

pub(crate) const TESTS: &[Test] = tests![
    calls_closer_together_than_the_pace_are_refused,
    strangers_spend_from_their_networks_pace,
    a_used_up_quota_is_refused_until_the_next_window,
    a_refused_call_uses_up_nothing,
    limits_are_told_with_every_answer,
];

const AGREEMENTS: &str = "/corporate-agreements/v2/agreements";

async fn with_limits(app: &mut TestApp) {
    app.restart_with(|choices| choices.gateway.limits = true)
        .await;
}

async fn calls_closer_together_than_the_pace_are_refused(app: &mut TestApp) {
    with_limits(app).await;
    let caller = app.logged_in(TINY, DEMO_USER);
    caller.get(AGREEMENTS).await.ok();
    let answer = caller.get(AGREEMENTS).await;
    answer.refused(42902);
    assert_eq!(answer.header("retry-after"), "1");
    app.clock.advance(Duration::from_millis(499));
    caller.get(AGREEMENTS).await.refused(42902);
    app.clock.advance(Duration::from_millis(1));
    caller.get(AGREEMENTS).await.ok();
    // Another app is not held up by this one.
    app.system_user().get(AGREEMENTS).await.ok();
}

async fn strangers_spend_from_their_networks_pace(app: &mut TestApp) {
    with_limits(app).await;
    let stranger = app.authorized("Bearer 065d160140eea13e72cde31a7b857bbfa37390e5");
    let mut codes = Vec::new();
    for _ in 0..60 {
        codes.push(stranger.get(AGREEMENTS).await.code());
    }
    assert_eq!(codes.iter().filter(|code| **code == 40105).count(), 50);
    assert_eq!(codes.last(), Some(&42902));
    // The documents and the health checks are not limited, and a known app has its own pace.
    app.anonymous().get("/openapi.json").await.ok();
    app.anonymous().get("/healthz").await.ok();
    app.system_user().get(AGREEMENTS).await.ok();
    let elsewhere = stranger.call(Method::GET, AGREEMENTS).from("192.0.2.1");
    elsewhere.send().await.refused(40105);
}

async fn a_used_up_quota_is_refused_until_the_next_window(app: &mut TestApp) {
    with_limits(app).await;
    let caller = app.logged_in(TINY, DEMO_USER);
    let pause = Duration::from_secs(1);
    for _ in 0..5 {
        caller.get(AGREEMENTS).await.ok();
        app.clock.advance(pause);
    }
    let answer = caller.get(AGREEMENTS).await;
    answer.refused(42901);
    assert_eq!(answer.header("retry-after"), "55");
    // Each product has a quota of its own, and a restart forgets none.
    app.restart().await;
    let caller = app.logged_in(TINY, DEMO_USER);
    app.clock.advance(pause);
    caller.place(&add(404, &[])).await.ok();
    app.clock.advance(pause);
    caller.get(AGREEMENTS).await.refused(42901);
    app.clock.advance(Duration::from_secs(53));
    caller.get(AGREEMENTS).await.ok();
}

async fn a_refused_call_uses_up_nothing(app: &mut TestApp) {
    with_limits(app).await;
    let caller = app.logged_in(TINY, DEMO_USER);
    for _ in 0..5 {
        caller.get(AGREEMENTS).await.ok();
        for _ in 0..10 {
            caller.get(AGREEMENTS).await.refused(42902);
        }
        app.clock.advance(Duration::from_millis(500));
    }
    caller.get(AGREEMENTS).await.refused(42901);
}

async fn limits_are_told_with_every_answer(app: &mut TestApp) {
    with_limits(app).await;
    let caller = app.logged_in(TINY, DEMO_USER);
    let answer = caller.get(AGREEMENTS).await;
    let policy = answer.header("ratelimit-policy");
    assert_eq!(policy, "\"spike-arrest\";q=2;w=1, \"quota\";q=5;w=60");
    let left = answer.header("ratelimit");
    assert_eq!(left, "\"spike-arrest\";r=0;t=1, \"quota\";r=4;t=60");
    let refused = caller.get(AGREEMENTS).await;
    refused.refused(42902);
    assert!(
        refused
            .header("ratelimit")
            .starts_with("\"spike-arrest\";r=0"),
        "{refused:?}"
    );
}
