//! How the tests are listed and run: those in this process once on each engine, those of the
//! program itself once.

use std::pin::Pin;
use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};
use storage::probe::Engine;
use testkit::Database;

use super::TestApp;

/// A test of the server in this process.
pub(crate) struct Test {
    pub(crate) name: &'static str,
    pub(crate) body: for<'a> fn(&'a mut TestApp) -> Pin<Box<dyn Future<Output = ()> + 'a>>,
}

/// A test that starts the program, or needs no server at all.
pub(crate) struct Process {
    pub(crate) name: &'static str,
    pub(crate) body: fn(),
}

/// Lists test functions, each an `async fn` that takes `&mut TestApp`.
macro_rules! tests {
    ($($name:ident),* $(,)?) => {
        &[$(crate::app::Test {
            name: stringify!($name),
            body: |app| Box::pin($name(app)),
        }),*]
    };
}
pub(crate) use tests;

/// Lists test functions that take nothing.
macro_rules! processes {
    ($($name:ident),* $(,)?) => {
        &[$(crate::app::Process { name: stringify!($name), body: $name }),*]
    };
}
pub(crate) use processes;

/// Runs what the command line asks for.
pub(crate) fn run(
    files: &[(&'static str, &'static [Test])],
    process_files: &[(&'static str, &'static [Process])],
) -> ExitCode {
    let arguments = Arguments::from_args();
    let mut trials = Vec::new();
    // These wait for other processes most of the time, so that the others run beside them.
    for (file, tests) in process_files {
        let trial = |test: &Process| {
            let body = test.body;
            Trial::test(format!("{file}::{}", test.name), move || {
                body();
                Ok(())
            })
        };
        trials.extend(tests.iter().map(trial));
    }
    for engine in available_engines() {
        for (file, tests) in files {
            trials.extend(tests.iter().map(|test| trial(engine, file, test)));
        }
    }
    libtest_mimic::run(&arguments, trials).exit_code()
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
    let name = format!("{shown}::{file}::{}", test.name);
    Trial::test(name, move || {
        let body = async {
            let mut app = TestApp::start(engine).await;
            (test.body)(&mut app).await;
            app.settle().await;
            app.store.close().await;
        };
        // The same inline snapshot holds on both engines.
        insta::allow_duplicates! { block_on(body) };
        Ok(())
    })
}

/// Two threads, so that what may cross threads does.
pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(future)
}
