//! Guesses that are slowed down.

use std::time::Duration;

use gateway::{GrantError, Settings, TokenRequest};

use crate::world::{ELSEWHERE, PASSWORD, World, by_password, on_each_engine};

/// What a guess meets.
async fn guess(world: &World, app: &str, user: &str, password: &str) -> Option<GrantError> {
    world
        .gateway
        .issue(&by_password(app, user, password))
        .await
        .err()
}

fn throttled(seconds: u64) -> GrantError {
    GrantError::Throttled {
        retry_after: Duration::from_secs(seconds),
    }
}

#[tokio::test]
async fn the_sixth_wrong_password_in_a_row_is_the_last_without_a_wait() {
    on_each_engine(async |world| {
        for _ in 0..6 {
            let found = guess(&world, "demo", "API1000DEMO", "guess").await;
            assert_eq!(found, Some(GrantError::InvalidGrant));
        }
        // A right password is refused as well, or else waiting would tell the right one.
        assert_eq!(
            guess(&world, "demo", "API1000DEMO", PASSWORD).await,
            Some(throttled(1))
        );
        world.clock.advance(Duration::from_millis(999));
        assert_eq!(
            guess(&world, "demo", "API1000DEMO", PASSWORD).await,
            Some(throttled(1))
        );
        world.clock.advance(Duration::from_millis(1));
        let found = guess(&world, "demo", "API1000DEMO", "guess").await;
        assert_eq!(found, Some(GrantError::InvalidGrant));
        assert_eq!(
            guess(&world, "demo", "API1000DEMO", PASSWORD).await,
            Some(throttled(2))
        );
        world.clock.advance(Duration::from_secs(2));
        assert_eq!(guess(&world, "demo", "API1000DEMO", PASSWORD).await, None);
    })
    .await;
}

#[tokio::test]
async fn unknown_users_and_clients_are_slowed_like_known_ones() {
    on_each_engine(async |world| {
        for _ in 0..6 {
            let found = guess(&world, "demo", "NOBODY", "guess").await;
            assert_eq!(found, Some(GrantError::InvalidGrant));
        }
        assert_eq!(
            guess(&world, "demo", "NOBODY", "guess").await,
            Some(throttled(1))
        );
        world.clock.advance(Duration::from_hours(1));
        for _ in 0..6 {
            let found = guess(&world, "nobody", "API1000DEMO", PASSWORD).await;
            assert_eq!(found, Some(GrantError::InvalidClient));
        }
        assert_eq!(
            guess(&world, "nobody", "API1000DEMO", PASSWORD).await,
            Some(throttled(1))
        );
    })
    .await;
}

#[tokio::test]
async fn a_user_is_slowed_wherever_the_guesses_come_from() {
    on_each_engine(async |world| {
        for place in 0..6 {
            let mut request = by_password("demo", "API1000DEMO", "guess");
            request.client.network = format!("192.0.2.{place}").parse().expect("an address");
            let found = world.gateway.issue(&request).await;
            assert_eq!(found, Err(GrantError::InvalidGrant));
        }
        let mut elsewhere = by_password("infoonly", "API1000DEMO", PASSWORD);
        elsewhere.client.network = ELSEWHERE;
        assert_eq!(
            world.gateway.issue(&elsewhere).await.err(),
            Some(throttled(1))
        );
        let mut own = TokenRequest {
            grant_type: Some("client_credentials"),
            ..by_password("infoonly", "", "")
        };
        own.client.network = ELSEWHERE;
        world
            .gateway
            .issue(&own)
            .await
            .expect("another client that guessed nothing");
    })
    .await;
}

#[tokio::test]
async fn a_right_password_ends_the_row() {
    on_each_engine(async |world| {
        for _ in 0..5 {
            for _ in 0..3 {
                let found = guess(&world, "demo", "API1000DEMO", "guess").await;
                assert_eq!(found, Some(GrantError::InvalidGrant));
                assert_eq!(guess(&world, "demo", "API1000DEMO", PASSWORD).await, None);
            }
        }
    })
    .await;
}

#[tokio::test]
async fn without_limits_guesses_are_not_slowed() {
    on_each_engine(async |world| {
        let free = world.node_with(Settings {
            limits: false,
            ..world.settings
        });
        for _ in 0..8 {
            let found = free
                .issue(&by_password("demo", "API1000DEMO", "guess"))
                .await;
            assert_eq!(found, Err(GrantError::InvalidGrant));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn guesses_made_at_once_are_slowed_as_well() {
    on_each_engine(async |world| {
        let world = std::sync::Arc::new(world);
        let mut guesses = tokio::task::JoinSet::new();
        for _ in 0..40 {
            let world = std::sync::Arc::clone(&world);
            guesses.spawn(async move { guess(&world, "demo", "API1000DEMO", "guess").await });
        }
        let outcomes = guesses.join_all().await;
        let tried = outcomes
            .iter()
            .filter(|found| **found == Some(GrantError::InvalidGrant));
        let tried = tried.count();
        assert!(
            tried <= 6 + world.settings.password_checks_at_once,
            "{tried} were tried"
        );
    })
    .await;
}
