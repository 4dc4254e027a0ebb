//! `avtale organization`, `agreement`, `offer`, `app`, `user` and their like: single records, straight
//! on the database. A running server need not be asked, and goes by them at once. Every noun has the
//! same verbs, and a record the members that files and the operator's API have.

mod access;
mod assign;
mod list;
mod set;
mod show;

use std::process::ExitCode;

use anyhow::anyhow;
use clap::{Args, Subcommand};
use domain::Author;
use operator::manage::{Manage, ManageError};
use operator::records::{Kind, Record};
use serde_json::Value;
use tokio::runtime::Runtime;

pub(crate) use access::{Apps, Persons, Users};

use super::COMMAND_LINE;
use crate::cli::StoreOptions;
use crate::config::Config;
use crate::wiring::Parts;

/// What to do about records of one kind.
#[derive(Args)]
pub(crate) struct Records {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Lists them in the order of their keys.
    List(list::List),
    /// Shows one whole.
    Show(show::Show),
    /// Adds one, or changes the one that is there.
    Set(set::Set),
}

impl Records {
    pub(super) fn run(self, kind: Kind) -> anyhow::Result<ExitCode> {
        self.verb.run(kind)
    }
}

impl Verb {
    fn run(self, kind: Kind) -> anyhow::Result<ExitCode> {
        match self {
            Self::List(list) => list.run(kind),
            Self::Show(show) => show.run(kind),
            Self::Set(set) => set.run(kind),
        }
    }
}

/// Runs what concerns the records of a database that is there.
fn on_records(
    options: &StoreOptions,
    body: impl AsyncFnOnce(&Manage, &Author) -> anyhow::Result<()>,
) -> anyhow::Result<ExitCode> {
    let config = Config::load_store(options)?;
    Runtime::new()?.block_on(async {
        let parts = Parts::open_existing(&config).await?;
        let done = body(&parts.manage(), &Author::of_operator(COMMAND_LINE)).await;
        parts.store.close().await;
        done
    })?;
    Ok(ExitCode::SUCCESS)
}

/// The command's word for a kind.
fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::AddressCard => "card",
        Kind::Offering => "offer",
        Kind::SystemUser => "user",
        other => other.as_str(),
    }
}

/// The member that a record is found again by.
fn key_member(kind: Kind) -> &'static str {
    match kind {
        Kind::Organization => "orgNumber",
        Kind::SystemUser => "name",
        Kind::App => "clientId",
        Kind::AddressCard
        | Kind::Person
        | Kind::Offering
        | Kind::Agreement
        | Kind::Account
        | Kind::Product => "id",
    }
}

/// What may help, on a line of its own.
fn with_hint(error: ManageError) -> anyhow::Error {
    match error {
        ManageError::Unknown(kind, key) => {
            let word = word(kind);
            anyhow!("there is no {word} {key}\nhint: those there are: avtale {word} list")
        }
        faults @ ManageError::Faults(_) => {
            anyhow!("{faults}\nhint: the members of a record: avtale import --schema KIND")
        }
        other => other.into(),
    }
}

/// A record as people and scripts read it, without its kind.
fn members(record: &Record) -> anyhow::Result<Value> {
    let mut value = serde_json::to_value(record)?;
    if let Some(object) = value.as_object_mut() {
        object.shift_remove("kind");
    }
    Ok(value)
}

/// For people, so that scripts read data alone.
#[expect(clippy::print_stderr, reason = "messages go to stderr")]
fn say(message: &str) {
    eprintln!("{message}");
}

/// A secret alone on stdout, so that it can go straight to where it is kept.
fn show_secret(what: &str, secret: &str) -> anyhow::Result<()> {
    say(&format!("{what}, which is shown this once:"));
    super::print(&format!("{secret}\n"))
}
