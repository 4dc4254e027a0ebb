//! `avtale order place`: places the orders of a file over the API, each exactly once.
//!
//! The file is read twice. The first pass checks every row, and nothing is sent if one is faulty.
//! The second one sends. `keys` makes repeats harmless, `results` makes them rare.

mod connection;
mod dispatch;
mod json;
mod keys;
mod lines;
mod outcome;
mod pace;
mod progress;
mod results;
mod rows;
mod sender;
mod summary;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use clap::Args;
use clap::builder::NonEmptyStringValueParser;
use tokio::runtime::Runtime;

use self::connection::{Connection, Identity};
use self::dispatch::Plan;
use self::lines::Fault;
use self::progress::Progress;
use self::results::Results;
use self::rows::Source;
use self::sender::{Halt, Sender};
use self::summary::Summary;
use crate::cli::secret_variable;
use crate::commands::{print, print_error};
use crate::lifecycle::stop_on_signal;

/// The input or the call is unusable; nothing was sent.
const UNUSABLE: u8 = 2;
/// As many faults as a person mends at a time.
const MOST_FAULTS: usize = 20;
const GO_ON: &str = "hint: start it again to go on; no order is placed twice";

/// What to place, where, and as whom.
#[derive(Args)]
pub(crate) struct Place {
    /// The orders: .csv, or .ndjson (.jsonl) with one request body per line.
    #[arg(long, value_name = "FILE")]
    file: PathBuf,

    /// Where the API is.
    #[arg(
        long,
        env = "AVTALE_URL",
        value_name = "URL",
        default_value = "http://127.0.0.1:8080"
    )]
    url: String,

    /// The client app.
    #[arg(
        long,
        env = "AVTALE_CLIENT_ID",
        value_name = "ID",
        value_parser = NonEmptyStringValueParser::new()
    )]
    client_id: String,

    /// The file with the client app's secret [default: the variable `AVTALE_CLIENT_SECRET`].
    #[arg(long, value_name = "FILE")]
    client_secret_file: Option<PathBuf>,

    /// The system user; without one, the client app calls for itself (`client_credentials`).
    #[arg(long, env = "AVTALE_USERNAME", value_name = "NAME")]
    username: Option<String>,

    /// The file with the system user's password [default: the variable `AVTALE_PASSWORD`].
    #[arg(long, value_name = "FILE", requires = "username")]
    password_file: Option<PathBuf>,

    /// Certificate authorities beside those of the system, in PEM.
    #[arg(long, value_name = "FILE")]
    ca_file: Option<PathBuf>,

    /// The name under which rows are told from equal rows of other files [default: the file's
    /// name without its folders].
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    batch: Option<String>,

    /// Where each row's result is written, and what is done already is read [default: the file's
    /// name with `.results.csv`].
    #[arg(long, value_name = "FILE")]
    results: Option<PathBuf>,

    /// How many orders are on their way at once.
    #[arg(
        long,
        value_name = "NUMBER",
        default_value = "8",
        value_parser = clap::value_parser!(u8).range(1..=64)
    )]
    concurrency: u8,

    /// How long to go on asking when nothing is answered.
    #[arg(
        long,
        value_name = "SECONDS",
        default_value = "300",
        value_parser = clap::value_parser!(u32).range(1..)
    )]
    give_up_after: u32,

    /// Prints the summary as JSON.
    #[arg(long)]
    json: bool,
}

/// All that is needed before the first row is sent.
struct Ready {
    plan: Plan,
    connection: Connection,
    results: PathBuf,
}

/// Checks everything, then sends.
pub(crate) fn run(options: Place) -> anyhow::Result<ExitCode> {
    let (give_up_after, json) = (options.give_up_after, options.json);
    let give_up_after = Duration::from_secs(give_up_after.into());
    let ready = prepare(options);
    let opened = ready.and_then(|ready| {
        let results = Results::open(&ready.results)?;
        Ok((ready, results))
    });
    let (ready, opened) = match opened {
        Ok(opened) => opened,
        Err(error) => {
            print_error(&error);
            return Ok(ExitCode::from(UNUSABLE));
        }
    };
    let (summary, halt) = Runtime::new()?.block_on(async {
        let halt = Halt::new(stop_on_signal()?);
        let progress = Progress::new(ready.plan.rows);
        let sender = Sender::new(
            ready.connection,
            give_up_after,
            halt.clone(),
            progress.clone(),
        );
        let summary = dispatch::run(ready.plan, sender, &halt, &progress, opened).await;
        anyhow::Ok((summary, halt))
    })?;
    if json {
        let json = serde_json::to_string_pretty(&summary.json(&ready.results))?;
        print(&format!("{json}\n"))?;
    } else {
        print(&summary.text(&ready.results))?;
    }
    conclude(&summary, &halt)
}

/// What the program ends with.
fn conclude(summary: &Summary, halt: &Halt) -> anyhow::Result<ExitCode> {
    if summary.all_placed() {
        return Ok(ExitCode::SUCCESS);
    }
    match halt.reason() {
        Some(reason) => bail!("stopped: {reason}\n{GO_ON}"),
        None if halt.token.is_cancelled() => bail!("interrupted\n{GO_ON}"),
        None => Ok(ExitCode::FAILURE),
    }
}

fn prepare(options: Place) -> anyhow::Result<Ready> {
    let source = Source::of(&options.file).map_err(|reason| anyhow!(reason))?;
    let identity = identity(&options)?;
    let connection = Connection::new(&options.url, options.ca_file, &identity)?;
    let rows = check(&source)?;
    let results = options.results.unwrap_or_else(|| {
        let mut name = options.file.clone().into_os_string();
        name.push(".results.csv");
        name.into()
    });
    let name = options.file.file_name().unwrap_or_default();
    let batch = options.batch;
    let batch = batch.unwrap_or_else(|| name.to_string_lossy().into_owned());
    let plan = Plan {
        source,
        batch,
        concurrency: options.concurrency.into(),
        rows,
    };
    Ok(Ready {
        plan,
        connection,
        results,
    })
}

/// The first pass: how many rows there are, or all that is wrong with them.
fn check(source: &Source) -> anyhow::Result<u64> {
    let shown = source.path.display();
    let rows = source.rows();
    let rows = rows.with_context(|| format!("failed to read {shown}"))?;
    let (mut sound, mut faulty, mut list) = (0, 0, Vec::new());
    for row in rows {
        match row {
            Ok(_) => sound += 1,
            Err(Fault { line, reason }) => {
                faulty += 1;
                if list.len() < MOST_FAULTS {
                    list.push(format!("\n  line {line}: {reason}"));
                }
            }
        }
    }
    if faulty > list.len() {
        list.push(format!("\n  and {} more", faulty - list.len()));
    }
    match (faulty, sound) {
        (0, 0) => bail!("{shown} has no rows"),
        (0, _) => Ok(sound),
        _ => bail!("{shown} is faulty, so nothing was sent{}", list.concat()),
    }
}

fn identity(options: &Place) -> anyhow::Result<Identity> {
    let client_secret = secret(
        options.client_secret_file.as_deref(),
        "AVTALE_CLIENT_SECRET",
        "--client-secret-file",
    )?;
    let password = || {
        let file = options.password_file.as_deref();
        secret(file, "AVTALE_PASSWORD", "--password-file")
    };
    let user = match &options.username {
        Some(name) => Some((name.clone(), password()?)),
        None => None,
    };
    Ok(Identity {
        client_id: options.client_id.clone(),
        client_secret,
        user,
    })
}

/// From the file, otherwise from the variable. Never from the command line, which others can see.
fn secret(file: Option<&Path>, variable: &str, option: &str) -> anyhow::Result<String> {
    let text = match file {
        Some(file) => {
            let text = std::fs::read_to_string(file);
            Some(text.with_context(|| format!("failed to read {}", file.display()))?)
        }
        None => secret_variable(variable),
    };
    let text = text.unwrap_or_default();
    let secret = text.trim_end_matches(['\r', '\n']);
    if secret.is_empty() {
        bail!("no secret in {variable} or by {option}");
    }
    Ok(secret.to_owned())
}
