//! Calls that are counted.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use domain::Clock;
use domain::access::{ClientId, SystemUserName};
use gateway::{Gateway, Limit, Nodes, Refusal, Refused};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use storage::{Pace, Quota, QuotaPeriod, QuotaWindow};

use crate::world::{HOME, World, call, call_of, on_each_engine, storm};

const FREELY: Pace = Pace {
    calls_per_second: 1_000_000,
    burst: 1_000_000,
};

const fn a_minute(calls: u32) -> Quota {
    Quota {
        calls,
        period: QuotaPeriod::Minute,
    }
}

fn is_violation(refusal: &Refusal) -> bool {
    matches!(refusal, Refusal::QuotaViolation { .. })
}

#[tokio::test]
async fn five_a_minute_is_five_in_each_minute_of_the_wall_clock() {
    on_each_engine(async |world| {
        let token = world.add_app("tiny", FREELY, Some(a_minute(5))).await;
        world.clock.advance(Duration::from_millis(39_500));
        for round in 0..3 {
            for place in 0..5 {
                let admitted = world.call(&token).await.expect("an admission");
                let quota = admitted.limits.quota.expect("a quota");
                assert_eq!((quota.calls, quota.window_seconds), (5, 60));
                assert_eq!(quota.remaining, 4 - place, "{round}");
            }
            for _ in 0..3 {
                let refused = world.call(&token).await.expect_err("a refusal");
                let seconds = if round == 0 { 21 } else { 60 };
                let retry_after = Duration::from_secs(seconds);
                let api_product = "info".to_owned();
                assert_eq!(
                    refused.refusal,
                    Refusal::QuotaViolation {
                        retry_after,
                        calls: 5,
                        api_product
                    }
                );
                let limit = Limit {
                    calls: 5,
                    window_seconds: 60,
                    remaining: 0,
                    reset_seconds: u32::try_from(seconds).expect("few"),
                };
                assert_eq!(refused.limits.quota, Some(limit));
            }
            world.clock.advance(Duration::from_millis(if round == 0 {
                20_500
            } else {
                60_000
            }));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_storm_is_admitted_to_the_last_call_and_not_one_more() {
    on_each_engine(async |world| {
        for limit in [1, 7, 300] {
            let token = world
                .add_app(&format!("stormy{limit}"), FREELY, Some(a_minute(limit)))
                .await;
            let nodes = world.nodes();
            let limit = usize::try_from(limit).expect("few");
            assert_eq!(storm(&nodes, &token, limit / 2).await, limit / 2);
            assert_eq!(storm(&nodes, &token, 2 * limit).await, limit - limit / 2);
            assert_eq!(storm(&nodes, &token, 10).await, 0);
        }
    })
    .await;
}

#[tokio::test]
async fn a_refused_call_uses_up_nothing_and_any_other_counts() {
    on_each_engine(async |world| {
        let token = world.add_app("tiny", FREELY, Some(a_minute(2))).await;
        let without_scope = || world.call_from(&token, "list_things", "things.order", HOME);
        for _ in 0..5 {
            let refused = without_scope().await.expect_err("a refusal");
            assert!(matches!(refused.refusal, Refusal::InvalidScope { .. }));
            assert_eq!(refused.limits.quota, None);
        }
        let user = SystemUserName::new("API1000DEMO");
        world
            .change(async |tx| tx.system_users().set_enabled(&user, false).await)
            .await;
        assert_eq!(world.refusal(&token).await, Refusal::MissingEndUser);
        world
            .change(async |tx| tx.system_users().set_enabled(&user, true).await)
            .await;
        world.call(&token).await.expect("the second");
        assert!(is_violation(&world.refusal(&token).await));
    })
    .await;
}

#[tokio::test]
async fn a_call_that_the_quota_refuses_leaves_the_pace_as_it_was() {
    on_each_engine(async |world| {
        let once_each_second = Pace {
            calls_per_second: 1,
            burst: 1,
        };
        let token = world
            .add_app("tiny", once_each_second, Some(a_minute(1)))
            .await;
        world.call(&token).await.expect("the one of this minute");
        world.clock.advance(Duration::from_secs(1));
        for _ in 0..10 {
            let refused = world.call(&token).await.expect_err("a refusal");
            assert!(is_violation(&refused.refusal));
            assert_eq!(refused.limits.spike_arrest.expect("a pace").remaining, 1);
        }
        let (id, quota) = (ClientId::new("tiny"), Some(a_minute(3)));
        world
            .change(async |tx| tx.client_apps().add_product(&id, "info", quota).await)
            .await;
        world.call(&token).await.expect("the one of this second");
        let refusal = world.refusal(&token).await;
        assert!(matches!(refusal, Refusal::SpikeArrest { .. }));
        world.clock.advance(Duration::from_secs(1));
        world
            .call(&token)
            .await
            .expect("the one of the next second");
    })
    .await;
}

#[tokio::test]
async fn a_quota_survives_a_restart_to_the_call() {
    on_each_engine(async |world| {
        let token = world.add_app("tiny", FREELY, Some(a_minute(1_000))).await;
        for _ in 0..10 {
            world.call(&token).await.expect("an admission");
        }
        let counted = used(&world, "tiny").await;
        let alone = world.settings.nodes == Nodes::One;
        assert_eq!(
            counted > 10,
            alone,
            "a node that is alone counts ahead: {counted}"
        );
        world.gateway.close().await.expect("an end");
        assert_eq!(used(&world, "tiny").await, 10);
        let restarted = world.another_node();
        let admitted = call(&restarted, &token).await.expect("an admission");
        assert_eq!(admitted.limits.quota.expect("a quota").remaining, 989);
    })
    .await;
}

#[tokio::test]
async fn a_crash_never_lets_more_calls_through() {
    on_each_engine(async |world| {
        let token = world.add_app("tiny", FREELY, Some(a_minute(200))).await;
        let mut admitted = 0;
        for _ in 0..10 {
            // Never closed, as if it had crashed.
            let node = world.another_node();
            for _ in 0..5 {
                admitted += u32::from(call(&node, &token).await.is_ok());
            }
        }
        let node = world.another_node();
        while call(&node, &token).await.is_ok() {
            admitted += 1;
        }
        assert!((100..=200).contains(&admitted), "{admitted}");
    })
    .await;
}

#[tokio::test]
async fn a_changed_quota_holds_from_the_next_call_on() {
    on_each_engine(async |world| {
        let token = world.add_app("tiny", FREELY, Some(a_minute(1_000))).await;
        let id = ClientId::new("tiny");
        let set = async |quota| {
            world
                .change(async |tx| tx.client_apps().add_product(&id, "info", quota).await)
                .await;
        };
        for _ in 0..10 {
            world.call(&token).await.expect("an admission");
        }
        set(Some(a_minute(10))).await;
        assert!(is_violation(&world.refusal(&token).await));
        set(Some(a_minute(0))).await;
        assert!(is_violation(&world.refusal(&token).await));
        set(Some(a_minute(11))).await;
        world.call(&token).await.expect("the eleventh");
        assert!(is_violation(&world.refusal(&token).await));
        set(Some(Quota {
            calls: 1,
            period: QuotaPeriod::Month,
        }))
        .await;
        world.call(&token).await.expect("the first of the month");
        assert!(is_violation(&world.refusal(&token).await));
        set(None).await;
        let admitted = world.call(&token).await.expect("no limit");
        assert_eq!(admitted.limits.quota, None);
    })
    .await;
}

#[tokio::test]
async fn a_purge_keeps_what_still_counts() {
    on_each_engine(async |world| {
        let token = world.add_app("tiny", FREELY, Some(a_minute(1_000))).await;
        for _ in 0..10 {
            world.call(&token).await.expect("an admission");
        }
        world.gateway.purge().await.expect("a purge");
        let admitted = world.call(&token).await.expect("an admission");
        assert_eq!(admitted.limits.quota.expect("a quota").remaining, 989);
        world.clock.advance(Duration::from_mins(1));
        world.gateway.purge().await.expect("a purge");
        assert_eq!(
            used(&world, "tiny").await,
            11,
            "what was counted ahead is given back"
        );
        world.clock.advance(Duration::from_hours(24));
        let purged = world.gateway.purge().await.expect("a purge");
        assert_eq!(purged.quota_windows, 1);
    })
    .await;
}

/// What the database has counted in the minute in which the world began.
async fn used(world: &World, app: &str) -> u32 {
    let starts_at = testkit::ManualClock::default().now();
    let window = QuotaWindow {
        app: ClientId::new(app),
        api_product: "info".to_owned(),
        period: QuotaPeriod::Minute,
        starts_at,
        ends_at: starts_at + Duration::from_mins(1),
    };
    world
        .store
        .read(async |tx| tx.quotas().used(&window).await)
        .await
        .expect("a count")
}

/// What may happen to a quota.
#[derive(Debug, Clone)]
enum Event {
    Calls(u8),
    Storm(u8),
    Time { milliseconds: i32 },
    Restart,
    Purge,
    Limit(u32),
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let event = prop_oneof![
        6 => (1_u8..20).prop_map(Event::Calls),
        2 => (1_u8..40).prop_map(Event::Storm),
        3 => (-90_000..90_000).prop_map(|milliseconds| Event::Time { milliseconds }),
        1 => Just(Event::Restart),
        1 => Just(Event::Purge),
        1 => (0_u32..80).prop_map(Event::Limit),
    ];
    prop::collection::vec(event, 1..40)
}

/// A count per minute: whatever happens, a call is admitted if and only if its minute, by the
/// clock as it stands, has had fewer calls than the limit.
#[test]
fn every_call_is_counted_as_a_plain_count_per_window_would() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let runtime = runtime.expect("a runtime");
    let mut runner = TestRunner::new(Config {
        cases: 16,
        failure_persistence: None,
        ..Config::default()
    });
    let outcome = runner.run(&events(), |events| {
        runtime.block_on(on_each_engine(async |world| {
            agrees_with_model(world, &events).await;
        }));
        Ok(())
    });
    outcome.expect("agreement with the model");
}

async fn agrees_with_model(world: World, events: &[Event]) {
    let mut limit = 50;
    let token = world.add_app("tiny", FREELY, Some(a_minute(limit))).await;
    let start = world.clock.now();
    let mut counts = HashMap::<Timestamp, u32>::new();
    let mut nodes = world.nodes();
    for event in events {
        let now = world.clock.now();
        let count = counts.entry(minute_of(now)).or_default();
        let mut expect = |calls: u32| {
            let admitted = calls.min(limit.saturating_sub(*count));
            *count += admitted;
            usize::try_from(admitted).expect("few")
        };
        match event {
            Event::Calls(calls) => {
                for node in nodes.iter().cycle().take(usize::from(*calls)) {
                    let admitted = call(node, &token).await.is_ok();
                    assert_eq!(usize::from(admitted), expect(1), "{event:?} of {events:?}");
                }
            }
            Event::Storm(calls) => {
                let admitted = storm(&nodes, &token, usize::from(*calls)).await;
                assert_eq!(
                    admitted,
                    expect(u32::from(*calls)),
                    "{event:?} of {events:?}"
                );
            }
            Event::Time { milliseconds } => {
                let moved = now + SignedDuration::from_millis((*milliseconds).into());
                // Within the life of the token.
                let (earliest, latest) = (
                    start - SignedDuration::from_mins(10),
                    start + SignedDuration::from_mins(50),
                );
                world.clock.set(moved.clamp(earliest, latest));
                get_over_the_step(&world, &nodes, &token).await;
            }
            Event::Restart => {
                for node in &nodes {
                    node.close().await.expect("an end");
                }
                nodes = world.nodes();
            }
            Event::Purge => drop(nodes[0].purge().await.expect("a purge")),
            Event::Limit(calls) => {
                limit = *calls;
                let (id, quota) = (ClientId::new("tiny"), Some(a_minute(limit)));
                world
                    .change(async |tx| tx.client_apps().add_product(&id, "info", quota).await)
                    .await;
            }
        }
    }
}

/// The spike arrest takes a clock that went back for a bucket that was used up, which is none of
/// this test's business.
async fn get_over_the_step(world: &World, nodes: &[Arc<Gateway>], token: &str) {
    for node in nodes {
        while let Err(Refused {
            refusal: Refusal::SpikeArrest { .. },
            ..
        }) = call_of(node, "no_such_operation", token).await
        {
            world.clock.advance(Duration::from_millis(100));
        }
    }
    world.clock.advance(Duration::from_millis(1));
}

fn minute_of(now: Timestamp) -> Timestamp {
    let minutes = now.as_second().div_euclid(60);
    Timestamp::from_second(minutes * 60).expect("an instant")
}
