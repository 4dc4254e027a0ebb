//! What both engines promise alike. A file holds the tests of one noun: each is an `async fn` that
//! takes a `Store` (its tables up to date) or a `Scratch` (an empty database), and
//! `pub(crate) const TESTS: &[Test] = tests![first, second];` lists them. `FILES` lists the files.
//! A run of everything also fails when a statement of the program never ran on an engine.

mod access_tokens;
mod accounts;
mod address_cards;
mod agreements;
mod api_product_requests;
mod api_products;
mod calls;
mod client_apps;
mod copies;
mod developers;
mod group_commit;
mod holds;
mod idempotency_keys;
mod import;
mod installation;
mod invariants;
mod invitations;
mod job_queues;
mod jobs;
mod journal;
mod keys;
mod lanes;
mod logins;
mod migrate;
mod notifications;
mod offerings;
mod operators;
mod orders;
mod organizations;
mod owned;
mod paying_accounts;
mod persons;
mod postgres;
mod products;
mod quotas;
mod sandbox;
mod scratch;
mod sequences;
mod sessions;
mod spike_arrest;
mod sql;
mod subscriptions;
mod system_users;
mod transactions;
mod work_orders;
mod world;

use std::path::Path;
use std::process::ExitCode;

use libtest_mimic::{Arguments, Failed, Trial};
use storage::probe::Engine;
use testkit::Database;

use scratch::{Scratch, Test};

const BOTH: &[Engine] = &[Engine::Sqlite, Engine::Postgres];

/// A file's name, the engines that it is about, and its tests.
const FILES: &[(&str, &[Engine], &[Test])] = &[
    ("sql", BOTH, sql::TESTS),
    ("transactions", BOTH, transactions::TESTS),
    ("migrate", BOTH, migrate::TESTS),
    ("group_commit", &[Engine::Sqlite], group_commit::TESTS),
    ("postgres", &[Engine::Postgres], postgres::TESTS),
    ("client_apps", BOTH, client_apps::TESTS),
    ("system_users", BOTH, system_users::TESTS),
    ("api_products", BOTH, api_products::TESTS),
    ("access_tokens", BOTH, access_tokens::TESTS),
    ("calls", BOTH, calls::TESTS),
    ("call_log", BOTH, calls::log::TESTS),
    ("data_reads", BOTH, calls::reads::TESTS),
    ("gauges", BOTH, calls::gauges::TESTS),
    ("quotas", BOTH, quotas::TESTS),
    ("spike_arrest", BOTH, spike_arrest::TESTS),
    ("organizations", BOTH, organizations::TESTS),
    ("address_cards", BOTH, address_cards::TESTS),
    ("persons", BOTH, persons::TESTS),
    ("agreements", BOTH, agreements::TESTS),
    ("offerings", BOTH, offerings::TESTS),
    ("products", BOTH, products::TESTS),
    ("subscriptions", BOTH, subscriptions::TESTS),
    ("lanes", BOTH, lanes::TESTS),
    ("orders", BOTH, orders::TESTS),
    ("work_orders", BOTH, work_orders::TESTS),
    ("operators", BOTH, operators::TESTS),
    ("logins", BOTH, logins::TESTS),
    ("sessions", BOTH, sessions::TESTS),
    ("developers", BOTH, developers::TESTS),
    ("invitations", BOTH, invitations::TESTS),
    ("owned", BOTH, owned::TESTS),
    ("api_product_requests", BOTH, api_product_requests::TESTS),
    ("jobs", BOTH, jobs::TESTS),
    ("job_queues", BOTH, job_queues::TESTS),
    ("journal", BOTH, journal::TESTS),
    ("sandbox", BOTH, sandbox::TESTS),
    ("sequences", BOTH, sequences::TESTS),
    ("accounts", BOTH, accounts::TESTS),
    ("paying_accounts", BOTH, paying_accounts::TESTS),
    ("idempotency_keys", BOTH, idempotency_keys::TESTS),
    ("import", BOTH, import::TESTS),
    ("keys", BOTH, keys::TESTS),
    ("holds", BOTH, holds::TESTS),
    (
        "notification_endpoints",
        BOTH,
        notifications::endpoints::TESTS,
    ),
    ("notification_rounds", BOTH, notifications::rounds::TESTS),
    (
        "notification_oversight",
        BOTH,
        notifications::oversight::TESTS,
    ),
    ("installation", BOTH, installation::TESTS),
    ("invariants", BOTH, invariants::TESTS),
    ("copies", &[Engine::Sqlite], copies::SQLITE_TESTS),
    ("copies", &[Engine::Postgres], copies::POSTGRES_TESTS),
];

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let engines = available_engines();
    let trials = FILES.iter().flat_map(|(file, wanted, tests)| {
        let engines = engines.iter().filter(|engine| wanted.contains(engine));
        engines.flat_map(move |engine| tests.iter().map(move |test| trial(*engine, file, test)))
    });
    let conclusion = libtest_mimic::run(&arguments, trials.collect());
    let everything = arguments.filter.is_none()
        && arguments.skip.is_empty()
        && !arguments.list
        && !arguments.ignored;
    if conclusion.has_failed() || !everything {
        return conclusion.exit_code();
    }
    let complaints = complaints(&engines);
    for complaint in &complaints {
        say(complaint);
    }
    if complaints.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn available_engines() -> Vec<Engine> {
    let postgres = block_on(Database::postgres()).map(|_| Engine::Postgres);
    [Engine::Sqlite].into_iter().chain(postgres).collect()
}

fn trial(engine: Engine, file: &str, test: &'static Test) -> Trial {
    let shown = match engine {
        Engine::Sqlite => "sqlite",
        Engine::Postgres => "postgres",
    };
    Trial::test(format!("{shown}::{file}::{}", test.name), move || {
        block_on(async {
            let scratch = Scratch::new(engine)
                .await
                .ok_or("the PostgreSQL server is gone")?;
            (test.body)(scratch).await;
            Ok::<_, Failed>(())
        })
    })
}

/// Two threads, so that what may cross threads does.
fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(future)
}

/// Compile-time checks of SQL are not to be had for two engines, so every statement has to run.
fn complaints(engines: &[Engine]) -> Vec<String> {
    let mut complaints = Vec::new();
    for statement in storage::statements() {
        for engine in engines
            .iter()
            .filter(|engine| statement.runs(**engine) == 0)
        {
            complaints.push(format!("never ran on {engine:?}: {}", statement.text()));
        }
    }
    let (written, registered) = (statements_written(), storage::statements().count());
    if written != registered {
        complaints.push(format!(
            "{written} statements are written, {registered} are registered"
        ));
    }
    complaints
}

/// All but those with which `sql` begins and ends things.
fn statements_written() -> usize {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    statements_below(&sources) - statements_below(&sources.join("sql"))
}

fn statements_below(directory: &Path) -> usize {
    std::fs::read_dir(directory)
        .expect("the sources")
        .map(|entry| entry.expect("a source").path())
        .map(|path| match std::fs::read_to_string(&path) {
            Ok(source) => source.matches(": Statement =").count(),
            Err(_) => statements_below(&path),
        })
        .sum()
}

fn say(message: &str) {
    #[expect(
        clippy::print_stderr,
        reason = "the person who runs the tests has to see it"
    )]
    {
        eprintln!("{message}");
    }
}
