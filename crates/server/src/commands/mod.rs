//! One file per command that takes more than a line.

pub(crate) mod backup;
mod check_config;
pub(crate) mod developer;
pub(crate) mod export;
pub(crate) mod import;
pub(crate) mod journal;
mod logins;
pub(crate) mod manual;
mod openapi;
pub(crate) mod operator;
pub(crate) mod order;
mod reads;
pub(crate) mod record;
mod requests;
pub(crate) mod restore;
pub(crate) mod sandbox;
mod serve;

use std::io::{ErrorKind, Write};
use std::process::ExitCode;

use ::operator::records::Kind;
use anyhow::anyhow;
use domain::Author;
use domain::access::{OperatorName, OperatorRole};
use selfservice::fulfillment::{Fulfillment, Schedule};
use selfservice::{AuthorRefusal, SelfService};
use tokio::runtime::Runtime;

use crate::cli::{Cli, Command, StoreOptions};
use crate::config::Config;
use crate::wiring::Parts;

/// What histories and the journal call whoever acts on the database without naming an operator.
const COMMAND_LINE: &str = "command line";

/// Does what the command line says; the code is what the program ends with.
pub fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    match cli.command {
        Command::Serve(options) => Runtime::new()?.block_on(serve::run(options))?,
        Command::CheckConfig(options) => check_config::run(&options)?,
        Command::Migrate(options) => {
            let config = Config::load_store(&options)?;
            Runtime::new()?.block_on(async {
                Parts::open(&config).await?.store.close().await;
                anyhow::Ok(())
            })?;
        }
        Command::Openapi(options) => openapi::run(&options)?,
        Command::Completions(options) => manual::completions(&options)?,
        Command::Manual(options) => manual::manual(&options)?,
        Command::Operator(operator) => operator.run()?,
        Command::Developer(developer) => return developer.run(),
        Command::Sandbox(sandbox) => return sandbox.run(),
        Command::Order(order) => return order::run(order),
        Command::Organization(records) => return records.run(Kind::Organization),
        Command::Card(records) => return records.run(Kind::AddressCard),
        Command::Person(persons) => return persons.run(),
        Command::Offer(records) => return records.run(Kind::Offering),
        Command::Agreement(records) => return records.run(Kind::Agreement),
        Command::Account(records) => return records.run(Kind::Account),
        Command::Product(records) => return records.run(Kind::Product),
        Command::User(users) => return users.run(),
        Command::App(apps) => return apps.run(),
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
    options: &StoreOptions,
    body: impl AsyncFnOnce(&SelfService) -> anyhow::Result<ExitCode>,
) -> anyhow::Result<ExitCode> {
    let config = Config::load_store(options)?;
    Runtime::new()?.block_on(async {
        let parts = Parts::open_existing(&config).await?;
        let selfservice = parts.selfservice(carries_nothing_out());
        let selfservice = selfservice.with_new_apps(config.portal.new_apps(false));
        let outcome = body(&selfservice).await;
        drop(selfservice);
        parts.store.close().await;
        outcome
    })
}

/// Nobody acts in the name of somebody who could not do the same with a key of their own. What the
/// command line itself is called, no operator and no system user can be.
async fn author(
    selfservice: &SelfService,
    by: Option<&OperatorName>,
    least: OperatorRole,
) -> anyhow::Result<Author> {
    let Some(name) = by else {
        return Ok(Author::of_operator(COMMAND_LINE));
    };
    let known = selfservice.author(name, least).await;
    known.map_err(|refusal| match refusal {
        AuthorRefusal::Storage(error) => error.into(),
        refusal => anyhow!(
            "--by: {refusal}\nhint: those there are: avtale operator list; without --by it is done \
             in the name of `{COMMAND_LINE}`"
        ),
    })
}

/// For commands that order nothing, so that nobody carries anything out.
fn carries_nothing_out() -> Fulfillment {
    Fulfillment {
        elsewhere: true,
        ..Fulfillment::simulated(Schedule {
            delay: jiff::SignedDuration::ZERO,
            account_visible_after: jiff::SignedDuration::ZERO,
        })
    }
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
