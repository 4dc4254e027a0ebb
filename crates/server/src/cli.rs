//! The command tree. What its flags set is described in `settings`.

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::commands::{
    backup, developer, export, import, journal, manual, operator, order, record, restore, sandbox,
};
pub(crate) use crate::options::{Options, StoreOptions};
use crate::settings::help;

/// A server for a telecom operator's corporate self-service API.
#[derive(Parser)]
#[command(name = "avtale", version, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Serves the API until it is told to stop (SIGINT or SIGTERM).
    Serve(Serve),
    /// Reads the settings, reports what is wrong with them, and shows what would hold.
    CheckConfig(CheckConfig),
    /// Brings the database's tables up to date and ends.
    Migrate(StoreOptions),
    /// Prints the API's document: OpenAPI 3.1, or Swagger 2.0.
    Openapi(Openapi),
    /// Prints the completions of commands and flags for a shell.
    Completions(manual::Completions),
    /// Writes a page for `man` for each command.
    Manual(manual::Manual),
    /// Adds and disables those who may call the operator's API.
    Operator(operator::Operator),
    /// Invites and disables the people of organizations who sign in to the portal.
    Developer(developer::Developers),
    /// How orders end in a sandbox, and the way back to the demo's data.
    Sandbox(sandbox::Sandbox),
    /// Places orders in bulk over the API, and does the desk's part of carrying them out.
    Order(order::Order),
    /// Organizations: lists, shows, adds and changes them.
    Organization(record::Records),
    /// Stored invoice addresses of organizations.
    Card(record::Records),
    /// Persons who pay; takes their names away.
    Person(record::Persons),
    /// What may be ordered, with the rules of its configurations.
    Offer(record::Records),
    /// Agreements: their time, their status, what is offered on them.
    Agreement(record::Records),
    /// Billing accounts.
    Account(record::Records),
    /// What is ordered on agreements, and in place.
    Product(record::Records),
    /// System users: what they may see, their passwords and tokens.
    User(record::Users),
    /// Client apps: their API products, limits, secrets and tokens.
    App(record::Apps),
    /// Reads and checks the record of all changes.
    Journal(journal::Journal),
    /// Checks files of records and puts them into the database.
    Import(import::Import),
    /// Writes everything in the form in which `import` takes it.
    Export(export::Export),
    /// Copies the database while the server runs; `backup verify` tries a copy out.
    Backup(Box<backup::Backup>),
    /// Puts a backup where no database is, and ends what must not come back to life.
    Restore(restore::Restore),
}

#[derive(Args)]
pub(crate) struct Serve {
    #[command(flatten)]
    pub(crate) options: Options,

    #[arg(long, help = help("demo"))]
    pub(crate) demo: bool,

    #[arg(long, value_name = "SECONDS", requires = "demo", default_value = "2", value_parser = seconds, help = help("demo-order-delay"), hide_default_value = true)]
    pub(crate) demo_order_delay: f64,

    #[arg(long, requires = "demo", default_value = "on", help = help("limits"),
        hide_possible_values = true, hide_default_value = true)]
    pub(crate) limits: Switch,
}

#[derive(Args)]
pub(crate) struct CheckConfig {
    #[command(flatten)]
    pub(crate) options: Options,

    /// Prints the reference of all settings instead.
    #[arg(long)]
    pub(crate) reference: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Switch {
    On,
    Off,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ResponseStyle {
    /// With the brackets.
    Documented,
    /// Without them.
    Bare,
}

#[derive(Args)]
pub(crate) struct Openapi {
    /// Swagger 2.0 instead of OpenAPI 3.1.
    #[arg(long)]
    pub(crate) swagger2: bool,

    /// One API product alone, or the operator's API.
    #[arg(long)]
    pub(crate) product: Option<Product>,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Product {
    /// What is read.
    Info,
    /// What changes something.
    Order,
    /// What the operator's own systems and people call.
    Operator,
}

pub(crate) fn seconds(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(seconds) if (0.0..=3600.0).contains(&seconds) => Ok(seconds),
        _ => Err("must be a number of seconds from 0 to 3600".to_owned()),
    }
}

/// A secret that only the environment may have: arguments are seen by everyone on the machine.
#[expect(
    clippy::disallowed_methods,
    reason = "this file is one of two that read the environment"
)]
pub(crate) fn secret_variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
