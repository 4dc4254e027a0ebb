//! What a token is worth, and for how long.

use std::time::Duration;

use domain::access::ClientId;
use gateway::Refusal;

use crate::world::{bearer, on_each_engine};

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
        world.change(async |tx| tx.client_apps().set_enabled(&demo, false).await).await;
        assert_eq!(world.refusal(&token).await, Refusal::InvalidToken);
        world.change(async |tx| tx.client_apps().set_enabled(&demo, true).await).await;
        world.call(&token).await.expect("an admission again");
    })
    .await;
}
