//! Calls that come too close together.

use std::time::Duration;

use gateway::{Limit, Refusal, Settings};
use storage::Pace;

use crate::world::{ELSEWHERE, HOME, World, basic_with, bearer, call, on_each_engine, storm};

const TWO_A_SECOND: Pace = Pace {
    calls_per_second: 2,
    burst: 1,
};

#[tokio::test]
async fn two_a_second_is_one_each_half_second() {
    on_each_engine(async |world| {
        let token = world.add_app("tiny", TWO_A_SECOND, None).await;
        let admitted = world.call(&token).await.expect("the first");
        let limit = Limit {
            calls: 2,
            window_seconds: 1,
            remaining: 0,
            reset_seconds: 1,
        };
        assert_eq!(admitted.limits.spike_arrest, Some(limit));
        for _ in 0..20 {
            world.clock.advance(Duration::from_millis(20));
            let refused = world.call(&token).await.expect_err("too early");
            let retry_after = Duration::from_secs(1);
            assert_eq!(
                refused.refusal,
                Refusal::SpikeArrest {
                    retry_after,
                    calls_per_second: 2
                }
            );
            assert_eq!(refused.limits.spike_arrest, Some(limit));
        }
        // The refused calls have used up nothing.
        world.clock.advance(Duration::from_millis(100));
        world.call(&token).await.expect("the second");
    })
    .await;
}

#[tokio::test]
async fn a_burst_is_admitted_exactly_however_many_come_at_once() {
    on_each_engine(async |world| {
        let token = world
            .add_app(
                "bursty",
                Pace {
                    calls_per_second: 10,
                    burst: 25,
                },
                None,
            )
            .await;
        let nodes = world.nodes();
        assert_eq!(storm(&nodes, &token, 100).await, 25);
        assert_eq!(storm(&nodes, &token, 100).await, 0);
        world.clock.advance(Duration::from_millis(700));
        assert_eq!(storm(&nodes, &token, 100).await, 7);
        world.clock.advance(Duration::from_mins(1));
        assert_eq!(storm(&nodes, &token, 100).await, 25);
    })
    .await;
}

#[tokio::test]
async fn whoever_is_no_known_app_spends_from_the_networks_pace() {
    on_each_engine(async |world| {
        let known = bearer(&world.token("demo").await);
        let unknown = bearer(&"0".repeat(40));
        let guess = basic_with("demo", "guess");
        let mut expected = Vec::new();
        let mut found = Vec::new();
        for place in 0..60 {
            let header = [unknown.as_str(), guess.as_str(), ""][place % 3];
            let refused = world
                .call_from(header, "list_things", "things.read", HOME)
                .await;
            found.push(matches!(
                refused.expect_err("a refusal").refusal,
                Refusal::SpikeArrest {
                    calls_per_second: 200,
                    ..
                }
            ));
            expected.push(place >= 50);
        }
        assert_eq!(found, expected);
        world
            .call(&known)
            .await
            .expect("a known app from the same network");
        let refused = world
            .call_from(&unknown, "list_things", "things.read", ELSEWHERE)
            .await;
        assert_eq!(
            refused.expect_err("a refusal").refusal,
            Refusal::InvalidToken
        );
    })
    .await;
}

#[tokio::test]
async fn an_expired_token_still_counts_against_its_app() {
    on_each_engine(async |world| {
        let token = world.add_app("tiny", TWO_A_SECOND, None).await;
        world.clock.advance(Duration::from_hours(1));
        assert_eq!(world.refusal(&token).await, Refusal::ExpiredToken);
        assert!(matches!(
            world.refusal(&token).await,
            Refusal::SpikeArrest { .. }
        ));
    })
    .await;
}

#[tokio::test]
async fn a_clock_that_steps_back_costs_one_bucket_at_most() {
    on_each_engine(async |world| {
        let token = world.add_app("tiny", TWO_A_SECOND, None).await;
        world.call(&token).await.expect("the first");
        // Back to before that call, but not to before the token.
        let before = domain::Clock::now(world.clock.as_ref()) - Duration::from_hours(2);
        world.clock.set(before);
        assert!(matches!(
            world.refusal(&token).await,
            Refusal::SpikeArrest { .. }
        ));
        world.clock.advance(Duration::from_millis(501));
        world
            .call(&token)
            .await
            .expect("as soon as time has passed");
        assert!(matches!(
            world.refusal(&token).await,
            Refusal::SpikeArrest { .. }
        ));
        world.clock.advance(Duration::from_millis(501));
        world.call(&token).await.expect("and again");
    })
    .await;
}

#[tokio::test]
async fn a_changed_pace_holds_from_the_next_call_on() {
    on_each_engine(async |world| {
        let token = world.add_app("tiny", TWO_A_SECOND, None).await;
        world.call(&token).await.expect("the first");
        assert!(matches!(
            world.refusal(&token).await,
            Refusal::SpikeArrest { .. }
        ));
        let id = domain::access::ClientId::new("tiny");
        let faster = Pace {
            calls_per_second: 1_000,
            burst: 1_000,
        };
        world
            .change(async |tx| tx.client_apps().set_pace(&id, faster).await)
            .await;
        world.call(&token).await.expect("at the new pace");
    })
    .await;
}

#[tokio::test]
async fn logging_out_counts_against_nobodys_pace_but_trying_tokens_out_does() {
    on_each_engine(async |world| {
        for place in 0..60 {
            let token = bearer(&format!("{place:040x}"));
            let refused = world.gateway.log_out(&[token.as_bytes()], HOME).await;
            let refused = refused.expect_err("an unknown token").refusal;
            assert_eq!(refused == Refusal::InvalidToken, place < 50, "{place}");
        }
        let token = world.add_app("tiny", TWO_A_SECOND, None).await;
        world.call(&token).await.expect("the first");
        world
            .gateway
            .log_out(&[token.as_bytes()], HOME)
            .await
            .expect("a logout");
    })
    .await;
}

#[tokio::test]
async fn without_limits_there_is_neither_a_pace_nor_a_header() {
    on_each_engine(async |world| {
        let token = world.add_app("tiny", TWO_A_SECOND, None).await;
        let free = world.node_with(Settings {
            limits: false,
            ..world.settings
        });
        for _ in 0..20 {
            let admitted = call(&free, &token).await.expect("an admission");
            assert_eq!(admitted.limits, gateway::Limits::default());
        }
    })
    .await;
}

#[tokio::test]
async fn a_purge_forgets_only_buckets_that_are_full() {
    on_each_engine(async |world: World| {
        let token = world.add_app("tiny", TWO_A_SECOND, None).await;
        world.call(&token).await.expect("the first");
        world.gateway.purge().await.expect("a purge");
        assert!(matches!(
            world.refusal(&token).await,
            Refusal::SpikeArrest { .. }
        ));
        world.clock.advance(Duration::from_hours(25));
        let purged = world.gateway.purge().await.expect("a purge");
        let shared = world.settings.nodes == gateway::Nodes::Several;
        assert_eq!(purged.spike_buckets, u64::from(shared));
    })
    .await;
}
