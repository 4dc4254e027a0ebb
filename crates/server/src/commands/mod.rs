//! One file per command that takes more than a line.

pub(crate) mod backup;
mod check_config;
pub(crate) mod export;
pub(crate) mod import;
pub(crate) mod journal;
pub(crate) mod manual;
mod openapi;
pub(crate) mod operator;
pub(crate) mod order;
pub(crate) mod restore;
mod serve;

use std::io::{ErrorKind, Write};
use std::process::ExitCode;

use selfservice::SelfService;
use selfservice::fulfillment::{Fulfillment, Schedule};
use tokio::runtime::Runtime;

use crate::cli::{Cli, Command, Options};
use crate::config::Config;
use crate::wiring::Parts;

/// Does what the command line says; the code is what the program ends with.
pub fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    match cli.command {
        Command::Serve(options) => Runtime::new()?.block_on(serve::run(options))?,
        Command::CheckConfig(options) => check_config::run(&options)?,
        Command::Migrate(options) => {
            let config = Config::load(&options)?;
            Runtime::new()?.block_on(async {
                Parts::open(&config).await?.store.close().await;
                anyhow::Ok(())
            })?;
        }
        Command::Openapi(options) => openapi::run(&options)?,
        Command::Completions(options) => manual::completions(&options)?,
        Command::Manual(options) => manual::manual(&options)?,
        Command::Operator(operator) => operator.run()?,
        Command::Order(order) => return order::run(order),
        Command::Journal(journal) => return journal::run(journal),
        Command::Import(import) => return import::run(import),
        Command::Export(export) => return export::run(&export),
        Command::Backup(backup) => return backup::run(*backup),
        Command::Restore(restore) => restore.run()?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Runs what needs the database and no running server.
fn on_database(
    options: &Options,
    body: impl AsyncFnOnce(&SelfService) -> anyhow::Result<ExitCode>,
) -> anyhow::Result<ExitCode> {
    let config = Config::load(options)?;
    Runtime::new()?.block_on(async {
        let parts = Parts::open_existing(&config).await?;
        let selfservice = parts.selfservice(carries_nothing_out());
        let outcome = body(&selfservice).await;
        drop(selfservice);
        parts.store.close().await;
        outcome
    })
}

/// For commands that order nothing, so that nobody carries anything out.
fn carries_nothing_out() -> Fulfillment {
    Fulfillment::simulated(Schedule {
        delay: jiff::SignedDuration::ZERO,
        account_visible_after: jiff::SignedDuration::ZERO,
    })
}

/// Writes a command's data; a reader that has seen enough is no failure.
fn print(data: &str) -> anyhow::Result<()> {
    match std::io::stdout().write_all(data.as_bytes()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

/// For what works and is unwise.
#[expect(clippy::print_stderr, reason = "messages go to stderr")]
fn print_warning(warning: &str) {
    eprintln!("warning: {warning}");
}

/// The whole chain of causes on one line, then the hints, each on its own.
#[expect(clippy::print_stderr, reason = "messages go to stderr")]
pub fn print_error(error: &anyhow::Error) {
    let (mut causes, mut hints) = (Vec::new(), Vec::new());
    for cause in error.chain().map(ToString::to_string) {
        let (cause, hint) = match cause.split_once("\nhint: ") {
            Some((cause, hint)) => (cause.to_owned(), Some(hint.to_owned())),
            None => (cause, None),
        };
        causes.push(cause);
        hints.extend(hint);
    }
    eprintln!("error: {}", causes.join(": "));
    for hint in hints {
        eprintln!("hint: {hint}");
    }
}
