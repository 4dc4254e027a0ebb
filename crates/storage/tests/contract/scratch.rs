//! The tests as the runner sees them, and the tables with which they try the engines out: every
//! whole transaction leaves one parent and its child.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;

use storage::probe::{self, Engine, Migration, Param, Statement};
use storage::{Error, Store, Transaction};
use testkit::Database;

/// One test, to be run on every engine that its file is about.
pub(crate) struct Test {
    pub(crate) name: &'static str,
    pub(crate) body: fn(Scratch) -> Pin<Box<dyn Future<Output = ()>>>,
}

/// Lists test functions. Each takes whatever can be `Prepared`.
macro_rules! tests {
    ($($name:ident),* $(,)?) => {
        &[$(crate::scratch::Test {
            name: stringify!($name),
            body: |scratch| Box::pin(crate::scratch::run(scratch, |prepared| $name(prepared))),
        }),*]
    };
}
pub(crate) use tests;

/// Prepares what a test function takes, and calls it.
pub(crate) async fn run<A: Prepared, F: Future<Output = ()>>(scratch: Scratch, test: fn(A) -> F) {
    test(A::prepare(&scratch).await).await;
}

/// What a test function may take.
pub(crate) trait Prepared {
    fn prepare(scratch: &Scratch) -> impl Future<Output = Self>;
}

impl Prepared for Store {
    async fn prepare(scratch: &Scratch) -> Self {
        Store::open(scratch.url())
            .await
            .expect("an up-to-date database")
    }
}

impl Prepared for Scratch {
    async fn prepare(scratch: &Scratch) -> Self {
        scratch.clone()
    }
}

/// An empty database of one engine, there for as long as anybody holds on to it.
#[derive(Clone)]
pub(crate) struct Scratch {
    pub(crate) engine: Engine,
    database: Arc<Database>,
}

impl Scratch {
    pub(crate) async fn new(engine: Engine) -> Option<Self> {
        let database = match engine {
            Engine::Sqlite => Some(Database::sqlite()),
            Engine::Postgres => Database::postgres().await,
        };
        database.map(|database| Self {
            engine,
            database: Arc::new(database),
        })
    }

    pub(crate) fn url(&self) -> &str {
        self.database.url()
    }

    /// Opens it with the tables of these tests instead of the program's.
    pub(crate) async fn families(&self) -> Store {
        let store = probe::connect(self.url()).await.expect("a database");
        probe::run_migrations(&store, FAMILIES)
            .await
            .expect("the tables of the tests");
        store
    }

    /// A connection of another process to the same SQLite file.
    pub(crate) fn other_process(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.path()).expect("a second connection")
    }

    /// The file of an SQLite database.
    pub(crate) fn path(&self) -> &str {
        self.url().strip_prefix("sqlite:").expect("a file")
    }
}

static FAMILIES: &[Migration] = &[Migration {
    version: 1,
    name: "families",
    sql: "CREATE TABLE parents (
              id BIGINT NOT NULL PRIMARY KEY,
              name TEXT NOT NULL UNIQUE,
              active BOOLEAN NOT NULL,
              note TEXT
          );
          CREATE TABLE children (parent BIGINT NOT NULL PRIMARY KEY REFERENCES parents (id));",
}];

pub(crate) static INSERT_PARENT: Statement =
    Statement::new("INSERT INTO parents (id, name, active, note) VALUES ($1, $2, $3, $4)");

pub(crate) static INSERT_CHILD: Statement =
    Statement::new("INSERT INTO children (parent) VALUES ($1)");

static COUNT: Statement = Statement::new(
    "SELECT (SELECT count(*) FROM parents), (SELECT count(*) FROM children),
            (SELECT count(*) FROM parents JOIN children ON parent = id)",
);

static FIND: Statement = Statement::new("SELECT id FROM parents WHERE id = $1");

/// Two statements with an await between them, as the bodies of the program have.
pub(crate) async fn found(transaction: &mut Transaction, id: i64) -> Result<(), Error> {
    let name = format!("family {id}");
    let parent = [id.into(), Param::Text(&name), true.into(), Param::Null];
    probe::execute(transaction, &INSERT_PARENT, &parent).await?;
    tokio::task::yield_now().await;
    probe::execute(transaction, &INSERT_CHILD, &[id.into()])
        .await
        .map(drop)
}

/// Whether a family is there, as this transaction sees it.
pub(crate) async fn exists(transaction: &mut Transaction, id: i64) -> Result<bool, Error> {
    let id = [id.into()];
    let found = probe::fetch_optional(transaction, &FIND, &id, |row| row.get::<i64>(0));
    Ok(found.await?.is_some())
}

/// The number of families that are stored. Half a family is a broken promise.
pub(crate) async fn count(store: &Store) -> i64 {
    store.read(count_in).await.expect("a count")
}

/// The same, as this transaction sees it.
pub(crate) async fn count_in(transaction: &mut Transaction) -> Result<i64, Error> {
    let counts = probe::fetch_optional(transaction, &COUNT, &[], |row| {
        Ok((row.get::<i64>(0)?, row.get::<i64>(1)?, row.get::<i64>(2)?))
    });
    let (parents, children, whole) = counts.await?.expect("one row of counts");
    assert_eq!(
        (parents, children),
        (whole, whole),
        "half a family is stored"
    );
    Ok(whole)
}

/// Polls at most so often, then drops the future, as a caller does who has stopped waiting.
pub(crate) async fn cancelled_after<F: Future>(polls: usize, future: F) -> Option<F::Output> {
    let mut left = polls;
    let no_more = || {
        left -= 1;
        left == 0
    };
    cancelled_when(no_more, future).await
}

/// Drops the future when it waits and the condition holds.
pub(crate) async fn cancelled_when<F: Future>(
    mut condition: impl FnMut() -> bool,
    future: F,
) -> Option<F::Output> {
    let mut future = pin!(future);
    poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending if condition() => Poll::Ready(None),
        Poll::Pending => Poll::Pending,
    })
    .await
}
