//! The command tree. Each setting is described once, here.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::commands::{backup, journal, manual, operator, order, restore};
use crate::fulfillment::parse_way;

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
    CheckConfig(Options),
    /// Brings the database's tables up to date and ends.
    Migrate(Options),
    /// Prints the API's document: OpenAPI 3.1, or Swagger 2.0.
    Openapi(Openapi),
    /// Prints the completions of commands and flags for a shell.
    Completions(manual::Completions),
    /// Writes a page for `man` for each command.
    Manual(manual::Manual),
    /// Adds and disables those who may call the operator's API.
    Operator(operator::Operator),
    /// Places orders in bulk over the API, and does the desk's part of carrying them out.
    Order(order::Order),
    /// Reads and checks the record of all changes.
    Journal(journal::Journal),
    /// Copies the database while the server runs; `backup verify` tries a copy out.
    Backup(backup::Backup),
    /// Puts a backup where no database is, and ends what must not come back to life.
    Restore(restore::Restore),
}

#[derive(Args)]
pub(crate) struct Serve {
    #[command(flatten)]
    pub(crate) options: Options,

    /// Loads the demo data into an empty database and carries out orders by itself: a sandbox.
    #[arg(long)]
    pub(crate) demo: bool,

    /// How long the demo's orders take, in seconds.
    #[arg(long, value_name = "SECONDS", requires = "demo", default_value = "2", value_parser = seconds)]
    pub(crate) demo_order_delay: f64,

    /// `off` lifts spike arrest, quota and the slowing of logins; in the demo alone.
    #[arg(long, requires = "demo", default_value = "on")]
    pub(crate) limits: Switch,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Switch {
    On,
    Off,
}

/// What may be said by flag, by environment variable, or in the file; in this order.
#[derive(Args, Clone, Default)]
pub(crate) struct Options {
    /// The configuration file (TOML).
    #[arg(long, env = "AVTALE_CONFIG", value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,

    /// Where customers' systems call [default: 127.0.0.1:8080].
    #[arg(long, env = "AVTALE_LISTEN", value_name = "ADDR")]
    pub(crate) listen: Option<SocketAddr>,

    /// Where the operator's own systems call: health and metrics [default: 127.0.0.1:8081].
    #[arg(long, env = "AVTALE_OPERATOR_LISTEN", value_name = "ADDR")]
    pub(crate) operator_listen: Option<SocketAddr>,

    /// The database: `sqlite:PATH` or `postgres://…` [default: sqlite:avtale.db].
    #[arg(
        long,
        env = "AVTALE_DATABASE",
        value_name = "URL",
        hide_env_values = true
    )]
    pub(crate) database: Option<String>,

    /// The file with the key for secrets, tokens and ids; all nodes share it [default: the
    /// database's name with `.key`, made at the first start].
    #[arg(long, env = "AVTALE_KEY_FILE", value_name = "FILE")]
    pub(crate) key_file: Option<PathBuf>,

    /// The address that callers reach the server by [default: that of the listener].
    #[arg(long, env = "AVTALE_PUBLIC_URL", value_name = "URL")]
    pub(crate) public_url: Option<String>,

    /// Whether single answers that the documents print in brackets keep them [default: documented].
    #[arg(long, env = "AVTALE_RESPONSE_STYLE", value_name = "STYLE")]
    pub(crate) response_style: Option<ResponseStyle>,

    /// Whether codes of Avtale's own are replaced by the nearest documented ones [default: false].
    #[arg(long, env = "AVTALE_STRICT_CODES", value_name = "BOOL")]
    pub(crate) strict_codes: Option<bool>,

    /// How many seconds after its opening an account appears in lists, 0 to 60 [default: 0].
    #[arg(long, env = "AVTALE_ACCOUNT_VISIBLE_AFTER", value_name = "SECONDS", value_parser = clap::value_parser!(u8).range(0..=60))]
    pub(crate) account_visible_after: Option<u8>,

    /// Who carries out the orders of offerings that do not choose: `simulated`, `system`, `pull` or
    /// `desk` [default: desk, in the demo simulated].
    #[arg(long, env = "AVTALE_FULFILLMENT", value_name = "WAY", value_parser = parse_way)]
    pub(crate) fulfillment: Option<domain::FulfillmentWay>,

    /// The networks of proxies whose `Forwarded` and `X-Forwarded-For` are believed, such as
    /// `10.0.0.0/8,::1/128` [default: none].
    #[arg(
        long,
        env = "AVTALE_TRUSTED_PROXIES",
        value_name = "NETWORKS",
        value_delimiter = ','
    )]
    pub(crate) trusted_proxies: Option<Vec<ipnet::IpNet>>,

    /// Networks in which customers may have notification endpoints although they are not public,
    /// such as `10.1.0.0/16`; by http too [default: none, in the demo this machine].
    #[arg(
        long,
        env = "AVTALE_NOTIFICATIONS_ALLOW_NETWORKS",
        value_name = "NETWORKS",
        value_delimiter = ','
    )]
    pub(crate) notifications_allow_networks: Option<Vec<ipnet::IpNet>>,

    /// Which log lines to write, such as `info` or `warn,api=debug` [default: warn].
    #[arg(long, env = "AVTALE_LOG", value_name = "FILTER")]
    pub(crate) log: Option<String>,
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

fn seconds(text: &str) -> Result<f64, String> {
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
