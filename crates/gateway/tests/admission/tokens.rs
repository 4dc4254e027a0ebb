//! What a token is worth, and for how long.

use std::time::Duration;

use domain::Clock;
use domain::access::{AccessToken, ClientId, SystemUserName, TokenHash};
use gateway::{ActiveToken, ClientAuthentication, GrantError, Refusal};

use crate::world::{HOME, basic, basic_with, bearer, by_password, call, on_each_engine};

#[tokio::test]
async fn a_token_expires_and_is_told_apart_for_a_day() {
    on_each_engine(async |world| {
        let token = bearer(&world.token("demo").await);
        world.clock.advance(Duration::from_secs(3598));
        world.call(&token).await.expect("valid to the last second");
        world.clock.advance(Duration::from_secs(1));
        assert_eq!(world.refusal(&token).await, Refusal::ExpiredToken);
        world.clock.advance(Duration::from_secs(24 * 60 * 60 - 1));
        assert_eq!(world.refusal(&token).await, Refusal::ExpiredToken);
        world.clock.advance(Duration::from_secs(1));
        assert_eq!(world.refusal(&token).await, Refusal::InvalidToken);
    })
    .await;
}

#[tokio::test]
async fn a_disabled_apps_token_is_worth_nothing_at_once() {
    on_each_engine(async |world| {
        let token = bearer(&world.token("demo").await);
        world.call(&token).await.expect("an admission");
        let demo = ClientId::new("demo");
        world
            .change(async |tx| tx.client_apps().set_enabled(&demo, false).await)
            .await;
        assert_eq!(world.refusal(&token).await, Refusal::InvalidToken);
        world
            .change(async |tx| tx.client_apps().set_enabled(&demo, true).await)
            .await;
        world.call(&token).await.expect("an admission again");
    })
    .await;
}

#[tokio::test]
async fn a_logout_ends_that_token_at_once_on_every_node() {
    on_each_engine(async |world| {
        let (ended, other) = (
            bearer(&world.token("demo").await),
            bearer(&world.token("demo").await),
        );
        let another_node = world.another_node();
        call(&another_node, &ended).await.expect("an admission");
        world
            .gateway
            .log_out(&[ended.as_bytes()], HOME)
            .await
            .expect("a logout");
        let refused = call(&another_node, &ended).await.expect_err("a refusal");
        assert_eq!(refused.refusal, Refusal::InvalidToken);
        assert_eq!(world.refusal(&ended).await, Refusal::InvalidToken);
        world
            .call(&other)
            .await
            .expect("the other token is as before");
        let again = world.gateway.log_out(&[ended.as_bytes()], HOME).await;
        assert_eq!(again.expect_err("a refusal").refusal, Refusal::InvalidToken);
    })
    .await;
}

#[tokio::test]
async fn a_logout_needs_a_living_token() {
    on_each_engine(async |world| {
        let token = bearer(&world.token("demo").await);
        world.clock.advance(Duration::from_hours(1));
        for (header, expected) in [
            (token.as_str(), Refusal::ExpiredToken),
            ("Bearer x", Refusal::InvalidToken),
            ("Digest x", Refusal::MissingAuthorization),
            (&basic("internal"), Refusal::BasicNotAllowed),
            (
                &basic_with("internal", "guess"),
                Refusal::InvalidBasicCredentials,
            ),
        ] {
            let refused = world.gateway.log_out(&[header.as_bytes()], HOME).await;
            assert_eq!(
                refused.expect_err("a refusal").refusal,
                expected,
                "{header}"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn an_app_revokes_its_own_tokens_and_learns_nothing_of_others() {
    on_each_engine(async |world| {
        let (own, foreign) = (world.token("demo").await, world.token("infoonly").await);
        let client = by_password("demo", "", "").client;
        for token in [own.as_str(), &foreign, &own, &"0".repeat(40), "no token"] {
            world
                .gateway
                .revoke(&client, Some(token))
                .await
                .expect("the same answer for all");
        }
        assert_eq!(world.refusal(&bearer(&own)).await, Refusal::InvalidToken);
        world
            .call(&bearer(&foreign))
            .await
            .expect("a foreign token is as before");
        let missing = world.gateway.revoke(&client, None).await;
        assert_eq!(missing, Err(GrantError::MissingParameter("token")));
        let stranger = ClientAuthentication {
            client_secret: Some("guess"),
            ..client
        };
        let refused = world.gateway.revoke(&stranger, Some(&own)).await;
        assert_eq!(refused, Err(GrantError::InvalidClient));
    })
    .await;
}

#[tokio::test]
async fn introspection_is_for_apps_that_may_know() {
    on_each_engine(async |world| {
        let token = world.token("demo").await;
        let curious = by_password("demo", "", "").client;
        let refused = world.gateway.introspect(&curious, Some(&token)).await;
        assert_eq!(refused, Err(GrantError::UnauthorizedClient));
        let client = by_password("internal", "", "").client;
        let found = world
            .gateway
            .introspect(&client, Some(&token))
            .await
            .expect("an answer");
        let issued_at = world.clock.now();
        let expected = ActiveToken {
            app: ClientId::new("demo"),
            system_user: Some(SystemUserName::new("API1000DEMO")),
            scope: "things.order things.read".to_owned(),
            issued_at,
            expires_at: issued_at + Duration::from_secs(3_599),
        };
        assert_eq!(found, Some(expected));
    })
    .await;
}

#[tokio::test]
async fn introspection_tells_nothing_of_tokens_that_are_of_no_use() {
    on_each_engine(async |world| {
        let client = by_password("internal", "", "").client;
        let is_active = async |token: &str| {
            let found = world.gateway.introspect(&client, Some(token)).await;
            found.expect("an answer").is_some()
        };
        let own = world.own_token("demo").await;
        assert!(is_active(&own).await, "a token without a system user");
        let revoked = world.token("demo").await;
        world
            .gateway
            .log_out(&[bearer(&revoked).as_bytes()], HOME)
            .await
            .expect("a logout");
        assert!(!is_active(&revoked).await);
        assert!(!is_active(&"0".repeat(40)).await);
        assert!(!is_active("no token").await);
        let token = world.token("demo").await;
        let user = SystemUserName::new("API1000DEMO");
        world
            .change(async |tx| tx.system_users().set_enabled(&user, false).await)
            .await;
        assert!(!is_active(&token).await, "of a disabled user");
        world
            .change(async |tx| tx.system_users().set_enabled(&user, true).await)
            .await;
        assert!(is_active(&token).await);
        world.clock.advance(Duration::from_secs(3_599));
        assert!(!is_active(&token).await, "expired");
    })
    .await;
}

#[tokio::test]
async fn a_purge_drops_what_expired_more_than_a_day_ago() {
    on_each_engine(async |world| {
        for _ in 0..3 {
            world.token("demo").await;
        }
        world.clock.advance(Duration::from_hours(24));
        let late = bearer(&world.token("demo").await);
        assert_eq!(
            world.gateway.purge().await.expect("a purge").access_tokens,
            0
        );
        world.clock.advance(Duration::from_secs(3_599));
        assert_eq!(
            world.gateway.purge().await.expect("a purge").access_tokens,
            3
        );
        assert_eq!(world.refusal(&late).await, Refusal::ExpiredToken);
    })
    .await;
}

#[tokio::test]
async fn a_purge_of_many_takes_several_transactions() {
    on_each_engine(async |world| {
        let now = world.clock.now();
        world
            .change(async |tx| {
                for number in 0..2_500 {
                    let token = AccessToken {
                        hash: TokenHash::new(format!("{number:064x}")),
                        app: ClientId::new("demo"),
                        system_user: None,
                        scopes: Vec::new(),
                        issued_at: now,
                        expires_at: now,
                    };
                    tx.access_tokens().insert(&token).await?;
                }
                Ok(())
            })
            .await;
        world.clock.advance(Duration::from_hours(24));
        assert_eq!(
            world.gateway.purge().await.expect("a purge").access_tokens,
            2_500
        );
    })
    .await;
}
