//! What is taken away while a token or a session is being made does not live on in it.

use std::sync::{Arc, Mutex, PoisonError};

use domain::access::{ClientId, Realm, SystemUserName, TokenHash};
use domain::{Clock, Entropy};
use gateway::{
    Deed, Gateway, GrantError, Logins, SessionToken, SignIn, TokenRequest, Verified, hash_password,
};
use storage::{Error, Transaction};
use testkit::SeededEntropy;
use tokio::runtime::Handle;
use tokio::task::block_in_place;

use crate::world::{HOME, PASSWORD, World, bearer, by_password, key, on_each_engine, secret};

/// Somebody who changes the database.
type Meddler = Box<dyn FnOnce() + Send>;

/// Randomness that somebody meddles with the database before: a new token takes it after all was
/// checked, and before it is kept.
struct Meddling {
    inner: SeededEntropy,
    meddler: Mutex<Option<Meddler>>,
}

impl Entropy for Meddling {
    fn fill(&self, buffer: &mut [u8]) {
        let mut meddler = self.meddler.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(meddle) = meddler.take() {
            meddle();
        }
        self.inner.fill(buffer);
    }
}

/// What somebody changes meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    Nothing,
    DisableApp,
    EndSecret,
    DisableUser,
    SetPassword,
}

impl Change {
    async fn make(self, tx: &mut Transaction, undo: bool) -> Result<(), Error> {
        let (app, user) = (
            ClientId::new("internal"),
            SystemUserName::new("API1000DEMO"),
        );
        match self {
            Self::Nothing => {}
            Self::DisableApp => drop(tx.client_apps().set_enabled(&app, undo).await?),
            Self::EndSecret => {
                let hash = secret_of(&app);
                let mut apps = tx.client_apps();
                if undo {
                    let now = testkit::ManualClock::default().now();
                    apps.add_secret(&app, &hash, now).await?;
                } else {
                    apps.remove_secret(&app, &hash).await?;
                }
            }
            Self::DisableUser => drop(tx.system_users().set_enabled(&user, undo).await?),
            Self::SetPassword => {
                let hash = hash_password(PASSWORD, &SeededEntropy::new(9)).expect("a hash");
                tx.system_users().set_password(&user, &hash).await?;
            }
        }
        // As whoever changes such a thing does.
        tx.access_tokens().revoke_all().await.map(drop)
    }
}

fn secret_of(app: &ClientId) -> TokenHash {
    key().hash_client_secret(app, &secret(app.as_str()))
}

/// Asks for a token while somebody makes a change. The change is taken back afterwards.
async fn issue_during(
    world: &World,
    request: &TokenRequest<'_>,
    (seed, change): (u64, Change),
) -> Result<String, GrantError> {
    let (store, runtime) = (world.store.clone(), Handle::current());
    let meddle = move || {
        block_in_place(|| {
            let made = store.transact(async |tx| change.make(tx, false).await);
            runtime.block_on(made).expect("a change");
        });
    };
    let entropy = Arc::new(Meddling {
        inner: SeededEntropy::new(seed),
        meddler: Mutex::new(Some(Box::new(meddle))),
    });
    let gateway = Gateway::new(
        world.store.clone(),
        Arc::clone(&world.clock) as Arc<dyn Clock>,
        entropy,
        key(),
        world.settings,
    );
    let issued = gateway.issue(request).await;
    world.change(async |tx| change.make(tx, true).await).await;
    issued.map(|token| token.access_token)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_not_issued_by_what_was_taken_away_meanwhile() {
    on_each_engine(async |world| {
        let by_password = by_password("internal", "API1000DEMO", PASSWORD);
        let of_its_own = TokenRequest {
            grant_type: Some("client_credentials"),
            ..by_password
        };
        let (client, user) = (
            Some(GrantError::InvalidClient),
            Some(GrantError::InvalidGrant),
        );
        let cases = [
            (by_password, Change::Nothing, &None),
            (by_password, Change::DisableApp, &client),
            (by_password, Change::EndSecret, &client),
            (by_password, Change::DisableUser, &user),
            (by_password, Change::SetPassword, &user),
            (of_its_own, Change::Nothing, &None),
            (of_its_own, Change::DisableApp, &client),
            (of_its_own, Change::EndSecret, &client),
            (of_its_own, Change::DisableUser, &user),
            // The app has shown its secret, and no password.
            (of_its_own, Change::SetPassword, &None),
        ];
        for (seed, (request, change, expected)) in (20..).zip(cases) {
            let issued = issue_during(&world, &request, (seed, change)).await;
            let grant = request.grant_type;
            let refused = issued.as_ref().err();
            assert_eq!(refused, expected.as_ref(), "{grant:?} {change:?}");
            if let Ok(token) = issued {
                // It was there when the tokens were ended once more.
                let called = world.call(&bearer(&token)).await;
                called.expect_err("an ended token");
            }
        }
    })
    .await;
}

const KARI: (Realm, &str) = (Realm::Operator, "kari");

/// A hash of the password, another one for each seed.
fn hash(seed: u64) -> String {
    hash_password(PASSWORD, &SeededEntropy::new(seed)).expect("a hash")
}

async fn set_password(world: &World, logins: &Logins, seed: u64) {
    let hash = hash(seed);
    world
        .change(async |tx| logins.set_password(tx, KARI, (&hash, false)).await)
        .await;
}

async fn verified(logins: &Logins) -> Verified {
    let typed = SignIn {
        name: KARI.1,
        known: true,
        password: PASSWORD,
        code: "",
        network: HOME,
    };
    logins.verify(KARI.0, &typed).await.expect("the password")
}

async fn do_it(world: &World, logins: &Logins, deed: Deed<'_>) -> bool {
    world
        .change(async |tx| logins.carry_out(tx, deed).await)
        .await
}

async fn sign_in(world: &World, logins: &Logins, verified: &Verified) -> (bool, SessionToken) {
    let token = logins.new_token();
    let deed = Deed::SignIn {
        verified,
        token: &token,
        before: None,
    };
    (do_it(world, logins, deed).await, token)
}

#[tokio::test]
async fn nobody_signs_in_by_what_was_replaced_meanwhile() {
    on_each_engine(async |world| {
        let logins = world.gateway.logins();
        set_password(&world, &logins, 4).await;
        let checked = verified(&logins).await;
        assert!(sign_in(&world, &logins, &checked).await.0);
        // The very same password, hashed anew, is another one.
        set_password(&world, &logins, 5).await;
        let (begun, token) = sign_in(&world, &logins, &checked).await;
        assert!(!begun);
        let session = logins.session(KARI.0, token.as_str()).await;
        assert!(session.expect("an answer").is_none());
        // Codes were set up between the check of the password and the session.
        let checked = verified(&logins).await;
        world
            .change(async |tx| tx.logins().set_seed(KARI.0, KARI.1, ("seed", 1)).await)
            .await;
        assert!(!sign_in(&world, &logins, &checked).await.0);
    })
    .await;
}

#[tokio::test]
async fn nothing_is_done_in_a_session_that_was_ended_meanwhile() {
    on_each_engine(async |world| {
        let logins = world.gateway.logins();
        set_password(&world, &logins, 4).await;
        let (begun, token) = sign_in(&world, &logins, &verified(&logins).await).await;
        assert!(begun);
        let session = logins.session(KARI.0, token.as_str()).await;
        let session = session.expect("an answer").expect("a session");
        set_password(&world, &logins, 5).await;
        let (another, fresh) = (hash(6), logins.new_token());
        let change = Deed::ChangePassword {
            session: &session,
            hash: &another,
            token: &fresh,
        };
        let codes = Deed::SetUpCodes {
            session: &session,
            seed: "00112233445566778899aabbccddeeff",
            code: "123456",
        };
        for deed in [
            change,
            codes,
            Deed::RemoveCodes(&session),
            Deed::SignOut(&session),
        ] {
            let action = deed.action();
            assert!(!do_it(&world, &logins, deed).await, "{action}");
        }
        let read = world
            .store
            .read(async |tx| tx.logins().find(KARI.0, KARI.1).await);
        let login = read.await.expect("an answer").expect("a login");
        assert_eq!(login.password_hash, hash(5));
        let begun = logins.session(KARI.0, fresh.as_str()).await;
        assert!(begun.expect("an answer").is_none());
    })
    .await;
}
