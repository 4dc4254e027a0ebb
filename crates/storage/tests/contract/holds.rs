//! What a transaction holds stays as it is until it ends: others wait for it.

use domain::access::{ClientId, Developer, DeveloperRole, Operator, OperatorName, OperatorRole};
use domain::access::{Realm, SystemUserName, TokenHash};
use domain::{AddressCardId, Person, PersonId};
use storage::probe::{self, Engine, Statement};
use storage::{Error, KeptKey, Store, Transaction};

use crate::client_apps::{app, owner};
use crate::developers::email;
use crate::logins::set;
use crate::scratch::{Scratch, Test, tests};
use crate::world::{ACCOUNT, NOW, OWN, PRODUCT, VPN, build};

pub(crate) const TESTS: &[Test] = tests![
    what_is_held_waits_for_nobody_else,
    what_is_not_there_is_not_held,
];

/// What is held, and what finds its row unless somebody holds it.
const PROBES: [(What, &Statement); 14] = [
    (What::App, &APP),
    (What::Secret, &SECRET),
    (What::User, &USER),
    (What::Login, &LOGIN),
    (What::Session, &SESSION),
    (What::Operator, &OPERATOR),
    (What::Developer, &DEVELOPER),
    (What::Kept(0), &ORGANIZATION),
    (What::Kept(1), &PERSON),
    (What::Kept(2), &OFFERING),
    (What::Kept(3), &AGREEMENT),
    (What::Kept(4), &ACCOUNT_ROW),
    (What::Kept(5), &PRODUCT_ROW),
    (What::Kept(6), &APP),
];

static APP: Statement =
    Statement::new("SELECT id FROM client_apps WHERE id = 'one' FOR UPDATE SKIP LOCKED");
static SECRET: Statement =
    Statement::new("SELECT hash FROM client_secrets WHERE hash = 's' FOR UPDATE SKIP LOCKED");
static USER: Statement =
    Statement::new("SELECT name FROM system_users WHERE name = 'OWN' FOR UPDATE SKIP LOCKED");
static LOGIN: Statement =
    Statement::new("SELECT name FROM logins WHERE name = 'kari' FOR UPDATE SKIP LOCKED");
static SESSION: Statement =
    Statement::new("SELECT name FROM sessions WHERE token_hash = 't' FOR UPDATE SKIP LOCKED");
static OPERATOR: Statement =
    Statement::new("SELECT name FROM operators WHERE name = 'kari' FOR UPDATE SKIP LOCKED");
static DEVELOPER: Statement = Statement::new(
    "SELECT name FROM developers WHERE email = 'kari@example.com' FOR UPDATE SKIP LOCKED",
);
static ORGANIZATION: Statement = Statement::new(
    "SELECT name FROM organizations WHERE number = '914742315' FOR UPDATE SKIP LOCKED",
);
static PERSON: Statement =
    Statement::new("SELECT last_name FROM persons WHERE id = 7 FOR UPDATE SKIP LOCKED");
static OFFERING: Statement =
    Statement::new("SELECT name FROM offerings WHERE id = 200 FOR UPDATE SKIP LOCKED");
static AGREEMENT: Statement =
    Statement::new("SELECT category FROM agreements WHERE id = 5538579 FOR UPDATE SKIP LOCKED");
static ACCOUNT_ROW: Statement =
    Statement::new("SELECT reference1 FROM accounts WHERE id = 11175198 FOR UPDATE SKIP LOCKED");
static PRODUCT_ROW: Statement =
    Statement::new("SELECT name FROM products WHERE id = 2799029 FOR UPDATE SKIP LOCKED");

#[derive(Debug, Clone, Copy)]
enum What {
    App,
    Secret,
    User,
    Login,
    Session,
    Operator,
    Developer,
    Kept(usize),
}

fn name() -> OperatorName {
    OperatorName::parse("kari").expect("a name")
}

async fn populate(store: &Store) {
    let populated = store.transact(async |tx| {
        build(tx).await?;
        let app = app("one");
        tx.client_apps().insert(&app).await?;
        let secret = TokenHash::new("s");
        tx.client_apps()
            .add_secret(&app.app.id, &secret, NOW)
            .await?;
        let operator = Operator {
            name: name(),
            role: OperatorRole::Desk,
            enabled: true,
            created_at: NOW,
        };
        tx.operators()
            .insert(&operator, &TokenHash::new("k"))
            .await?;
        let developer = Developer {
            email: email("kari"),
            organization: owner(),
            name: "Kari".to_owned(),
            role: DeveloperRole::Developer,
            enabled: true,
            created_at: NOW,
        };
        tx.developers().insert(&developer).await?;
        let person = Person {
            first_name: "Kari".to_owned(),
            middle_name: None,
            last_name: "Nordmann".to_owned(),
        };
        tx.persons().insert(PersonId::new(7), &person).await
    });
    assert_eq!(populated.await, Ok(()));
    set(store, (Realm::Operator, "kari"), "1").await;
    let (token, whose) = (TokenHash::new("t"), (Realm::Operator, "kari"));
    let begun = store.transact(async |tx| tx.sessions().insert(&token, whose, NOW).await);
    assert_eq!(begun.await, Ok(()));
}

async fn hold(tx: &mut Transaction, what: What) -> Result<bool, Error> {
    let (app, user) = (ClientId::new("one"), SystemUserName::new("OWN"));
    match what {
        What::App => tx.client_apps().hold(&app).await,
        What::Secret => {
            let secret = TokenHash::new("s");
            tx.client_apps().hold_secret(&app, &secret).await
        }
        What::User => Ok(tx.system_users().hold(&user).await?.is_some()),
        What::Login => Ok(tx.logins().hold(Realm::Operator, "kari").await?.is_some()),
        What::Session => tx.sessions().lasts(&TokenHash::new("t")).await,
        What::Operator => Ok(tx.operators().hold(&name()).await?.is_some()),
        What::Developer => {
            let held = tx.developers().hold(&owner(), &email("kari")).await?;
            Ok(held.is_some())
        }
        What::Kept(place) => {
            let organization = owner();
            let keys = [
                KeptKey::Organization(&organization),
                KeptKey::Person(PersonId::new(7)),
                KeptKey::Offering(VPN),
                KeptKey::Agreement(OWN),
                KeptKey::Account(ACCOUNT),
                KeptKey::Product(PRODUCT),
                KeptKey::App(&app),
            ];
            tx.imports().hold(keys[place]).await
        }
    }
}

async fn what_is_held_waits_for_nobody_else(scratch: Scratch) {
    let store = Store::open(scratch.url()).await.expect("a database");
    populate(&store).await;
    for (what, probe) in PROBES {
        let held = store.transact(async |tx| {
            assert!(hold(tx, what).await?, "{what:?}");
            if scratch.engine == Engine::Sqlite {
                // Whoever writes is alone there.
                return Ok(0);
            }
            let others = store.transact(async |tx| probe::execute(tx, probe, &[]).await);
            others.await
        });
        assert_eq!(held.await, Ok::<_, Error>(0), "{what:?}");
        if scratch.engine == Engine::Postgres {
            let free = store.transact(async |tx| probe::execute(tx, probe, &[]).await);
            assert_eq!(free.await, Ok(1), "{what:?}");
        }
    }
}

async fn what_is_not_there_is_not_held(store: Store) {
    populate(&store).await;
    let outcome = store.transact(async |tx| {
        let (one, none) = (ClientId::new("one"), ClientId::new("none"));
        assert!(!tx.client_apps().hold(&none).await?);
        let other = TokenHash::new("other");
        assert!(!tx.client_apps().hold_secret(&one, &other).await?);
        let user = SystemUserName::new("OWN");
        assert!(tx.imports().hold(KeptKey::SystemUser(&user)).await?);
        let card = KeptKey::AddressCard(AddressCardId::new(404));
        assert!(!tx.imports().hold(card).await?);
        // Who is disabled is not held by those who ask for the enabled.
        tx.client_apps().set_enabled(&one, false).await?;
        tx.system_users().set_enabled(&user, false).await?;
        assert!(!tx.client_apps().hold(&one).await?);
        assert_eq!(tx.system_users().hold(&user).await?, None);
        assert!(tx.imports().hold(KeptKey::App(&one)).await?);
        assert!(!tx.sessions().lasts(&other).await?);
        Ok::<_, Error>(())
    });
    assert_eq!(outcome.await, Ok(()));
}
