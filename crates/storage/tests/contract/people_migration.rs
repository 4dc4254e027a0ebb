//! What becomes of the portal's people when addresses are told apart by organization: they sign in as
//! before, and who was signed in still is.

use domain::access::{Realm, TokenHash};
use storage::probe::{self, MIGRATIONS, Statement};
use storage::{SessionAge, Store, Transaction};

use crate::client_apps::{owner, stranger};
use crate::scratch::{Scratch, Test, tests};
use crate::system_users::add_companies;
use crate::world::{NOW, after};

pub(crate) const TESTS: &[Test] = tests![the_portals_people_keep_what_they_have];

/// The migration that this is about.
const VERSION: i64 = 22;

static DEVELOPER: Statement = Statement::new(
    "INSERT INTO developers (email, organization_number, name, role, enabled, created_at)
     VALUES ($1, $2, $1, 'developer', $3, 5)",
);

static LOGIN: Statement = Statement::new(
    "INSERT INTO logins
            (realm, name, password_hash, must_change, totp_seed, totp_last_step, changed_at)
     VALUES ($1, $2, $3, FALSE, $4, 7, 6)",
);

static SESSION: Statement = Statement::new(
    "INSERT INTO sessions (token_hash, realm, name, started_at, seen_at) VALUES ($1, $2, $3, $4, $4)",
);

/// Somebody with a session as tables have had them: realm, name, hash of the password, seed.
async fn add(
    tx: &mut Transaction,
    (realm, name): (&'static str, &str),
    (hash, seed): (&'static str, Option<&'static str>),
) -> Result<(), storage::Error> {
    let login = [realm.into(), name.into(), hash.into(), seed.into()];
    probe::execute(tx, &LOGIN, &login).await?;
    let session = [
        hash.into(),
        realm.into(),
        name.into(),
        NOW.as_millisecond().into(),
    ];
    probe::execute(tx, &SESSION, &session).await.map(drop)
}

/// The people of the tables before: two of the portal's, one whose address looks like what the first
/// will be called, an operator, and a login of nobody's.
async fn fill(tx: &mut Transaction) -> Result<(), storage::Error> {
    add_companies(tx).await?;
    let odd = format!("{}/kari@example.com", owner());
    for (email, number, enabled) in [
        ("kari@example.com", owner(), true),
        ("ola@example.com", stranger(), false),
        (odd.as_str(), stranger(), true),
    ] {
        let developer = [email.into(), number.as_str().into(), enabled.into()];
        probe::execute(tx, &DEVELOPER, &developer).await?;
    }
    add(tx, ("PORTAL", "kari@example.com"), ("1", Some("seed"))).await?;
    add(tx, ("PORTAL", "ola@example.com"), ("2", None)).await?;
    add(tx, ("PORTAL", &odd), ("3", None)).await?;
    add(tx, ("PORTAL", "gone@example.com"), ("4", None)).await?;
    add(tx, ("OPERATOR", "kari"), ("5", Some("seed"))).await
}

async fn the_portals_people_keep_what_they_have(scratch: Scratch) {
    let place = MIGRATIONS
        .iter()
        .position(|migration| migration.version == VERSION)
        .expect("the migration");
    let store = probe::connect(scratch.url()).await.expect("a database");
    let before = &MIGRATIONS[..place];
    probe::run_migrations(&store, before).await.expect("tables");
    store.transact(fill).await.expect("people");
    store.close().await;

    let store = Store::open(scratch.url()).await.expect("a newer database");
    let people = store.read(async |tx| tx.developers().list().await);
    let people: Vec<_> = people.await.expect("people");
    let shown = |one: &domain::access::Developer| format!("{} {}", one.login(), one.enabled);
    let (own, other) = (owner(), stranger());
    let mut expected = [
        format!("{own}/kari@example.com true"),
        format!("{other}/ola@example.com false"),
        format!("{other}/{own}/kari@example.com true"),
    ];
    let mut people: Vec<_> = people.iter().map(shown).collect();
    people.sort();
    expected.sort();
    assert_eq!(people, expected);

    for (realm, name, hash, totp) in [
        (
            Realm::Portal,
            format!("{own}/kari@example.com"),
            "1",
            Some("kari@example.com"),
        ),
        (Realm::Portal, format!("{other}/ola@example.com"), "2", None),
        (
            Realm::Portal,
            format!("{other}/{own}/kari@example.com"),
            "3",
            None,
        ),
        (Realm::Operator, "kari".to_owned(), "5", None),
    ] {
        let found = store.read(async |tx| tx.logins().find(realm, &name).await);
        let found = found.await.expect("an answer").expect("a login");
        assert_eq!(found.password_hash, hash, "{name}");
        assert_eq!(found.totp_name.as_deref(), totp, "{name}");
        assert_eq!(found.totp_last_step, 7);
        assert_eq!(session(&store, hash, realm).await, Some(name));
    }
    assert_eq!(session(&store, "4", Realm::Portal).await, None);
    let name = "kari@example.com";
    let gone = store.read(async |tx| tx.logins().find(Realm::Portal, name).await);
    assert_eq!(gone.await, Ok(None));

    // A device that is set up now is for the name as it is now.
    let name = format!("{own}/kari@example.com");
    let set = store.transact(async |tx| {
        let mut logins = tx.logins();
        logins.set_seed(Realm::Portal, &name, ("new", 9)).await?;
        logins.find(Realm::Portal, &name).await
    });
    let login = set.await.expect("an answer").expect("a login");
    assert_eq!(login.totp_name, None);
}

/// Whose session it is.
async fn session(store: &Store, token: &str, realm: Realm) -> Option<String> {
    let age = SessionAge {
        started_after: after(-1),
        seen_after: after(-1),
    };
    let token = TokenHash::new(token);
    let found = store.read(async |tx| tx.sessions().find(&token, realm, age).await);
    found.await.expect("an answer").map(|session| session.name)
}
