//! Access tokens, and what they still stand for.

use domain::access::{AccessToken, ClientId, Scope, SystemUserName, TokenHash};
use jiff::{SignedDuration, Timestamp};
use storage::{Error, KnownToken, RegisteredApp, Store};

use crate::client_apps::app;
use crate::scratch::{Test, tests};
use crate::system_users::{add_companies, system_user};

pub(crate) const TESTS: &[Test] = tests![
    a_token_comes_back_with_its_app_and_user,
    a_token_of_a_disabled_app_is_not_found,
    a_token_of_a_disabled_user_has_no_end_user,
    only_its_own_app_revokes_a_token,
    all_tokens_end_at_once,
    the_tokens_of_an_app_or_a_user_end_together,
    a_purge_drops_the_oldest_first,
];

const ISSUED_AT: Timestamp = Timestamp::constant(1_780_000_000, 0);

fn token(hash: &str, app: &RegisteredApp) -> AccessToken {
    AccessToken {
        hash: TokenHash::new(hash),
        app: app.app.id.clone(),
        system_user: Some(SystemUserName::new("USER")),
        scopes: ["agreements.read", "accounts.read"]
            .map(Scope::new)
            .to_vec(),
        issued_at: ISSUED_AT,
        expires_at: ISSUED_AT + SignedDuration::from_secs(3_599),
    }
}

/// An app, its system user, and a token.
async fn populated(store: &Store) -> (RegisteredApp, AccessToken) {
    let demo = app("demo");
    let first = token("first", &demo);
    let (app, token) = (&demo, &first);
    let outcome = store.transact(async move |tx| {
        add_companies(tx).await?;
        tx.client_apps().insert(app).await?;
        let user = system_user("USER", &app.app.owner);
        tx.system_users().insert(&user).await?;
        tx.access_tokens().insert(token).await
    });
    outcome.await.expect("a token");
    (demo, first)
}

async fn find(store: &Store, hash: &TokenHash) -> Option<KnownToken> {
    let found = store.read(async |tx| tx.access_tokens().find(hash, ISSUED_AT).await);
    found.await.expect("an answer")
}

async fn a_token_comes_back_with_its_app_and_user(store: Store) {
    let (app, token) = populated(&store).await;
    let end_user = token.system_user.clone();
    let (hash, expires_at) = (&token.hash.clone(), token.expires_at);
    let expected = KnownToken {
        token,
        registered: app,
        end_user,
    };
    assert_eq!(find(&store, hash).await, Some(expected));
    let forgotten = store.read(async |tx| tx.access_tokens().find(hash, expires_at).await);
    assert_eq!(forgotten.await, Ok(None));
    assert_eq!(find(&store, &TokenHash::new("other")).await, None);
    let acr = store
        .read(async |tx| tx.access_tokens().acr(hash).await)
        .await;
    assert_eq!(acr, Ok(Some("urn:telenor.identity.aal.1".to_owned())));
}

async fn a_token_of_a_disabled_app_is_not_found(store: Store) {
    let (app, token) = populated(&store).await;
    let id = &app.app.id;
    let disabled = store.transact(async move |tx| tx.client_apps().set_enabled(id, false).await);
    assert_eq!(disabled.await, Ok(true));
    assert_eq!(find(&store, &token.hash).await, None);
}

async fn a_token_of_a_disabled_user_has_no_end_user(store: Store) {
    let (_, token) = populated(&store).await;
    let user = SystemUserName::new("USER");
    let user = &user;
    let disabled = store.transact(async move |tx| tx.system_users().set_enabled(user, false).await);
    assert_eq!(disabled.await, Ok(true));
    let found = find(&store, &token.hash).await.expect("a token");
    assert_eq!(
        (found.token.system_user.as_ref(), found.end_user),
        (Some(user), None)
    );
}

async fn only_its_own_app_revokes_a_token(store: Store) {
    let (demo, token) = populated(&store).await;
    let other = app("other");
    let hash = &token.hash;
    for (app, revoked) in [(&other, false), (&demo, true)] {
        let id = &app.app.id;
        let outcome = store.transact(async move |tx| tx.access_tokens().revoke(hash, id).await);
        assert_eq!(outcome.await, Ok(revoked));
        assert_eq!(find(&store, hash).await.is_none(), revoked);
    }
}

async fn all_tokens_end_at_once(store: Store) {
    let (app, first) = populated(&store).await;
    let second = token("second", &app);
    let insert = store.transact(async |tx| tx.access_tokens().insert(&second).await);
    assert_eq!(insert.await, Ok(()));
    for ended in [2, 0] {
        let outcome = store.transact(async |tx| tx.access_tokens().revoke_all().await);
        assert_eq!(outcome.await, Ok(ended));
    }
    for hash in [&first.hash, &second.hash] {
        assert_eq!(find(&store, hash).await, None);
    }
}

async fn the_tokens_of_an_app_or_a_user_end_together(store: Store) {
    let (demo, first) = populated(&store).await;
    let mut others = token("of nobody", &demo);
    others.system_user = None;
    let mut expired = token("expired", &demo);
    expired.expires_at = ISSUED_AT;
    let (others, expired, id) = (&others, &expired, &demo.app.id);
    let user = first.system_user.as_ref().expect("a user");
    let ended = store.transact(async move |tx| {
        tx.access_tokens().insert(others).await?;
        tx.access_tokens().insert(expired).await?;
        let mut tokens = tx.access_tokens();
        Ok::<_, Error>([
            tokens.revoke_of_user(user, ISSUED_AT).await?,
            tokens.revoke_of_user(user, ISSUED_AT).await?,
            tokens.revoke_of_app(id, ISSUED_AT).await?,
            tokens
                .revoke_of_app(&ClientId::new("other"), ISSUED_AT)
                .await?,
        ])
    });
    assert_eq!(ended.await, Ok([1, 0, 1, 0]));
    for hash in [&first.hash, &others.hash] {
        assert_eq!(find(&store, hash).await, None);
    }
}

async fn a_purge_drops_the_oldest_first(store: Store) {
    let (app, _) = populated(&store).await;
    let app = &app;
    let outcome = store.transact(async move |tx| {
        for (place, hash) in ["second", "third"].into_iter().enumerate() {
            let mut token = token(hash, app);
            token.expires_at += SignedDuration::from_secs(i64::try_from(place).unwrap_or(0) + 1);
            tx.access_tokens().insert(&token).await?;
        }
        let second = ISSUED_AT + SignedDuration::from_secs(3_600);
        let mut tokens = tx.access_tokens();
        assert_eq!(tokens.purge(ISSUED_AT, 10).await?, 0);
        assert_eq!(tokens.purge(second, 1).await?, 1);
        assert!(
            tokens
                .find(&TokenHash::new("first"), ISSUED_AT)
                .await?
                .is_none()
        );
        assert!(
            tokens
                .find(&TokenHash::new("second"), ISSUED_AT)
                .await?
                .is_some()
        );
        assert_eq!(tokens.purge(second, 10).await?, 1);
        assert!(
            tokens
                .find(&TokenHash::new("third"), ISSUED_AT)
                .await?
                .is_some()
        );
        Ok::<_, Error>(())
    });
    assert_eq!(outcome.await, Ok(()));
}
