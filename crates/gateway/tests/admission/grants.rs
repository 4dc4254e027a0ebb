//! Who gets a token, and what for.

use domain::access::{ClientId, GrantType, SystemUserName};
use gateway::{ClientAuthentication, GrantError, TokenRequest};

use crate::world::{
    HOME, PASSWORD, World, add_app, app, basic, basic_with, bearer, by_password, on_each_engine,
    organization, secret,
};

#[tokio::test]
async fn a_system_users_password_gives_a_token_for_all_scopes_of_the_app() {
    on_each_engine(async |world| {
        let token = world.password_grant("demo").await.expect("a token");
        assert_eq!(token.access_token.len(), 40);
        assert_eq!(
            (token.expires_in, token.scope.as_str()),
            (3599, "things.order things.read")
        );
        let admitted = world
            .call(&bearer(&token.access_token))
            .await
            .expect("an admission");
        assert_eq!(admitted.caller.app, ClientId::new("demo"));
        assert_eq!(
            admitted.caller.system_user,
            SystemUserName::new("API1000DEMO")
        );
        let shown = format!("{token:?}");
        assert!(!shown.contains(&token.access_token), "{shown}");
    })
    .await;
}

#[tokio::test]
async fn a_new_token_leaves_earlier_ones_alone() {
    on_each_engine(async |world| {
        let (first, second) = (world.token("demo").await, world.token("demo").await);
        assert_ne!(first, second);
        world.call(&bearer(&first)).await.expect("the first");
        world.call(&bearer(&second)).await.expect("the second");
    })
    .await;
}

#[tokio::test]
async fn scopes_can_be_narrowed_and_not_widened() {
    on_each_engine(async |world| {
        let asking = |scope| TokenRequest {
            scope: Some(scope),
            ..by_password("infoonly", "API1000DEMO", PASSWORD)
        };
        for (scope, granted) in [
            ("things.read", Ok("things.read")),
            (" things.read  things.read ", Ok("things.read")),
            ("", Ok("things.read")),
            ("things.read things.order", Err(GrantError::InvalidScope)),
            ("Things.Read", Err(GrantError::InvalidScope)),
        ] {
            let issued = world.gateway.issue(&asking(scope)).await;
            let found = issued.as_ref().map(|token| token.scope.as_str());
            assert_eq!(found, granted.as_ref().map(|scope| *scope), "{scope}");
        }
    })
    .await;
}

/// The error of a request with this header (none when it is empty), client id and secret.
async fn error_for(
    world: &World,
    header: &str,
    client_id: Option<&str>,
    client_secret: Option<&str>,
) -> Option<GrantError> {
    let header = Some(header.as_bytes()).filter(|header| !header.is_empty());
    let request = TokenRequest {
        client: ClientAuthentication {
            authorization: header.as_slice(),
            client_id,
            client_secret,
            network: HOME,
        },
        ..by_password("demo", "API1000DEMO", PASSWORD)
    };
    world.gateway.issue(&request).await.err()
}

#[tokio::test]
async fn a_client_authenticates_by_header_or_form() {
    on_each_engine(async |world| {
        let header = basic_with("%64emo", "secret+of+dem%6F");
        let secret = secret("demo");
        for (header, id, secret) in [
            (header.as_str(), None, None),
            (&header, Some("demo"), None),
            (&header, Some(""), Some("")),
            ("", Some("demo"), Some(secret.as_str())),
        ] {
            let found = error_for(&world, header, id, secret).await;
            assert_eq!(found, None, "{header:?} {id:?} {secret:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_client_authenticates_neither_twice_nor_by_halves() {
    use GrantError::{AmbiguousClient, InvalidClient};
    on_each_engine(async |world| {
        let (right, wrong) = (basic("demo"), basic_with("demo", "guess"));
        let encoded = basic_with("demo", "secret+of+demo");
        let bearer = bearer("0123456789abcdef0123456789abcdef01234567");
        for (header, id, secret, expected) in [
            (encoded.as_str(), Some("infoonly"), None, AmbiguousClient),
            (
                &encoded,
                Some("demo"),
                Some("secret of demo"),
                AmbiguousClient,
            ),
            (&right, Some("demo"), Some("guess"), AmbiguousClient),
            (&wrong, None, None, InvalidClient),
            (&bearer, None, None, InvalidClient),
            ("", Some("demo"), Some("guess"), InvalidClient),
            ("", Some("demo"), Some(""), InvalidClient),
            ("", Some("demo"), None, InvalidClient),
            ("", Some("no\0body"), Some("secret of demo"), InvalidClient),
            ("", None, None, InvalidClient),
        ] {
            let found = error_for(&world, header, id, secret).await;
            assert_eq!(found, Some(expected), "{header:?} {id:?} {secret:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn each_fault_of_a_request_has_its_own_error() {
    on_each_engine(async |world| {
        let fine = by_password("demo", "API1000DEMO", PASSWORD);
        let with_grant = |grant_type| TokenRequest { grant_type, ..fine };
        let with_username = |username| TokenRequest { username, ..fine };
        let with_password = |password| TokenRequest { password, ..fine };
        for (request, expected) in [
            (with_grant(None), GrantError::MissingParameter("grant_type")),
            (with_grant(Some("magic")), GrantError::UnsupportedGrantType),
            (
                with_username(Some("")),
                GrantError::MissingParameter("username"),
            ),
            (
                with_password(None),
                GrantError::MissingParameter("password"),
            ),
            (with_password(Some("guess")), GrantError::InvalidGrant),
            (with_username(Some("NOBODY")), GrantError::InvalidGrant),
            (with_username(Some("NO\0BODY")), GrantError::InvalidGrant),
            // Its password is right, but it belongs to another company than the app does.
            (
                with_username(Some("API2000OTHER")),
                GrantError::InvalidGrant,
            ),
        ] {
            let found = world.gateway.issue(&request).await;
            assert_eq!(found.expect_err("an error"), expected);
        }
    })
    .await;
}

#[tokio::test]
async fn disabled_apps_and_users_get_no_token() {
    on_each_engine(async |world| {
        let user = SystemUserName::new("API1000DEMO");
        world
            .change(async |tx| tx.system_users().set_enabled(&user, false).await)
            .await;
        assert_eq!(
            world.password_grant("demo").await,
            Err(GrantError::InvalidGrant)
        );
        world
            .change(async |tx| tx.system_users().set_enabled(&user, true).await)
            .await;
        world.password_grant("demo").await.expect("a token again");
        let demo = ClientId::new("demo");
        world
            .change(async |tx| tx.client_apps().set_enabled(&demo, false).await)
            .await;
        assert_eq!(
            world.password_grant("demo").await,
            Err(GrantError::InvalidClient)
        );
    })
    .await;
}

#[tokio::test]
async fn an_app_uses_only_the_grants_that_it_has() {
    on_each_engine(async |world| {
        let mut own_name = app("ownname");
        own_name.app.grants = vec![GrantType::ClientCredentials];
        own_name.app.expires_in_as_string = true;
        world
            .change(async |tx| add_app(tx, &own_name, &[("info", None)]).await)
            .await;
        assert_eq!(
            world.password_grant("ownname").await,
            Err(GrantError::UnauthorizedClient)
        );
        let request = TokenRequest {
            grant_type: Some("client_credentials"),
            ..by_password("ownname", "", "")
        };
        assert!(
            world
                .gateway
                .issue(&request)
                .await
                .expect("a token")
                .expires_in_as_string
        );
    })
    .await;
}

#[tokio::test]
async fn an_apps_own_token_acts_for_the_user_bound_to_it() {
    on_each_engine(async |world| {
        let token = world.own_token("internal").await;
        let admitted = world.call(&bearer(&token)).await.expect("an admission");
        assert_eq!(
            admitted.caller.system_user,
            SystemUserName::new("API1000DEMO")
        );
        let unbound = world.own_token("demo").await;
        let refusal = world.refusal(&bearer(&unbound)).await;
        assert_eq!(refusal, gateway::Refusal::MissingEndUser);
    })
    .await;
}

#[tokio::test]
async fn a_bound_user_of_another_company_gives_no_token() {
    on_each_engine(async |world| {
        let mut stray = app("stray");
        stray.app.owner = organization("976967631");
        stray.app.bound_system_user = Some(SystemUserName::new("API1000DEMO"));
        world
            .change(async |tx| add_app(tx, &stray, &[("info", None)]).await)
            .await;
        let request = TokenRequest {
            grant_type: Some("client_credentials"),
            ..by_password("stray", "", "")
        };
        assert_eq!(
            world.gateway.issue(&request).await,
            Err(GrantError::InvalidGrant)
        );
    })
    .await;
}

#[tokio::test]
async fn two_secrets_work_at_once_and_a_removed_one_no_more() {
    on_each_engine(async |world| {
        let demo = ClientId::new("demo");
        let key = gateway::ServerKey::new(&[7; 32]);
        let (old, new) = (
            key.hash_client_secret(&demo, &secret("demo")),
            key.hash_client_secret(&demo, "new"),
        );
        let now = jiff::Timestamp::UNIX_EPOCH;
        assert!(
            world
                .change(async |tx| tx.client_apps().add_secret(&demo, &new, now).await)
                .await
        );
        let third = key.hash_client_secret(&demo, "third");
        let added = world.change(async |tx| tx.client_apps().add_secret(&demo, &third, now).await);
        assert!(!added.await);
        world
            .password_grant("demo")
            .await
            .expect("the old secret still works");
        assert!(
            world
                .change(async |tx| tx.client_apps().remove_secret(&demo, &old).await)
                .await
        );
        assert_eq!(
            world.password_grant("demo").await,
            Err(GrantError::InvalidClient)
        );
        let mut request = by_password("demo", "API1000DEMO", PASSWORD);
        request.client.client_secret = Some("new");
        world
            .gateway
            .issue(&request)
            .await
            .expect("the new secret works");
    })
    .await;
}
