//! `avtale import`: files of records into the database. First everything is checked; what is wrong
//! is named, and then nothing changes.

use std::fs::{File, OpenOptions};
use std::io::{IsTerminal, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use clap::Args;
use comfy_table::{Table, presets};
use domain::access::{OperatorName, OperatorRole};
use indicatif::{ProgressBar, ProgressStyle};
use jiff::Timestamp;
use operator::import::{Checked, ImportSettings, Importer, Issued, Report, Source, in_order};
use operator::records::Kind;
use serde_json::json;
use tokio::runtime::Runtime;

use super::backup::say;
use super::operator::operator_name;
use crate::cli::StoreOptions;
use crate::config::Config;
use crate::wiring::Parts;

/// What to import, and how.
#[derive(Args)]
pub(crate) struct Import {
    /// Files of records: .ndjson, .jsonl, .json, .yaml, .yml, or .csv with one flat kind each.
    #[arg(value_name = "FILE", required_unless_present = "schema")]
    files: Vec<PathBuf>,

    /// What CSV files hold that are not named after it.
    #[arg(long, value_name = "KIND", value_parser = kind)]
    kind: Option<Kind>,

    /// Checks everything and shows what would change, and changes nothing.
    #[arg(long)]
    dry_run: bool,

    /// An enabled operator of the role administrator in whose name it is done, as the journal will
    /// say [default: the command line].
    #[arg(long, value_name = "NAME", env = "AVTALE_BY", value_parser = operator_name)]
    by: Option<OperatorName>,

    /// Where to write the secrets that are made for new apps and system users that bring none.
    /// The file has mode 0600 and is added to.
    #[arg(long, value_name = "FILE")]
    secrets_out: Option<PathBuf>,

    /// Prints the JSON Schema of a kind of record and does nothing else.
    #[arg(long, value_name = "KIND", value_parser = kind, exclusive = true)]
    schema: Option<Kind>,

    #[command(flatten)]
    options: StoreOptions,
}

/// Ends with 2 when something in the files is wrong.
pub(super) fn run(import: Import) -> anyhow::Result<ExitCode> {
    if let Some(kind) = import.schema {
        super::print(&format!("{:#}\n", kind.schema().to_value()))?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut sources = Vec::with_capacity(import.files.len());
    for file in &import.files {
        sources.push(Source::of(file, import.kind).map_err(anyhow::Error::msg)?);
    }
    let config = Config::load_store(&import.options)?;
    Runtime::new()?.block_on(async {
        let parts = Parts::open(&config).await?;
        let outcome = import.run(&parts, sources).await;
        parts.store.close().await;
        outcome
    })
}

impl Import {
    async fn run(self, parts: &Parts, mut sources: Vec<Source>) -> anyhow::Result<ExitCode> {
        in_order(&mut sources).context("failed to begin")?;
        let selfservice = parts.selfservice(super::carries_nothing_out());
        let by = super::author(&selfservice, self.by.as_ref(), OperatorRole::Administrator).await?;
        let settings = ImportSettings {
            by: Some(by),
            makes_secrets: self.secrets_out.is_some(),
        };
        let importer = Importer::new(
            parts.store.clone(),
            (Arc::clone(&parts.clock), Arc::clone(&parts.entropy)),
            parts.key.clone(),
            settings,
        );
        let started = parts.clock.now();
        let bar = bar("checking: {pos} records, {per_sec}", None);
        let checked = importer.check(&sources, |count| bar.inc(count)).await;
        bar.finish_and_clear();
        let mut checked = checked.context("failed to check the files")?;
        if checked.report.fault_count > 0 {
            show_faults(&checked.report);
            return Ok(ExitCode::from(2));
        }
        if self.dry_run {
            super::print(&shown(&checked.report, "would be changed"))?;
            say("nothing was changed");
            return Ok(ExitCode::SUCCESS);
        }
        let done = apply(
            &importer,
            &mut checked,
            &sources,
            self.secrets_out.as_deref(),
        );
        let done = done.await?;
        super::print(&shown(&done, "changed"))?;
        say(&rate(done.records, started, parts.clock.now()));
        Ok(ExitCode::SUCCESS)
    }
}

async fn apply(
    importer: &Importer,
    checked: &mut Checked,
    sources: &[Source],
    secrets_out: Option<&Path>,
) -> anyhow::Result<Report> {
    let mut secrets: Option<File> = None;
    let issue = |issued: &Issued| {
        let file = match &mut secrets {
            Some(file) => file,
            None => secrets.insert(open_secrets(secrets_out)?),
        };
        let line = match issued {
            Issued::App { id, secret } => json!({ "clientId": id, "secret": secret }),
            Issued::SystemUser { name, password } => {
                json!({ "systemUser": name, "password": password })
            }
        };
        writeln!(file, "{line}")?;
        // The secret must not be lost once it holds.
        file.sync_all()
    };
    let template = "{bar:30} {pos} of {len} records, {per_sec}, {eta} left";
    let bar = bar(template, Some(checked.report.records));
    let done = importer.apply(checked, sources, |count| bar.inc(count), issue);
    let done = done.await;
    bar.finish_and_clear();
    done.context(
        "failed to apply everything; batches before this one are stored\nhint: the same import \
         again goes on where this one ended",
    )
}

fn open_secrets(path: Option<&Path>) -> std::io::Result<File> {
    let path = path.ok_or(std::io::ErrorKind::NotFound)?;
    let mut options = OpenOptions::new();
    options.append(true).create(true).mode(0o600).open(path)
}

/// On a terminal alone.
fn bar(template: &str, length: Option<u64>) -> ProgressBar {
    let bar = match length {
        _ if !std::io::stderr().is_terminal() => ProgressBar::hidden(),
        Some(length) => ProgressBar::new(length),
        None => ProgressBar::new_spinner(),
    };
    // The templates are constants, and ones that are right.
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar
}

fn show_faults(report: &Report) {
    for fault in &report.faults {
        say(&format!("{}:{}: {}", fault.file, fault.line, fault.reason));
    }
    let (shown, all) = (report.faults.len() as u64, report.fault_count);
    let faults = if all == 1 { "fault" } else { "faults" };
    let left_out = if shown < all {
        format!(", of which the first {shown} are shown")
    } else {
        String::new()
    };
    say(&format!("{all} {faults}{left_out}; nothing was changed"));
}

/// A line for each kind, and the first of what changes.
fn shown(report: &Report, changed: &str) -> String {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_header(["KIND", "NEW", "CHANGED", "UNCHANGED"]);
    for (kind, tally) in &report.tallies {
        table.add_row([
            kind.as_str().to_owned(),
            tally.new.to_string(),
            tally.changed.to_string(),
            tally.unchanged.to_string(),
        ]);
    }
    let mut text = format!("{}\n", table.trim_fmt());
    for (kind, tally) in &report.tallies {
        for example in &tally.examples {
            let (kind, key) = (kind.as_str(), &example.key);
            let members = example.members.join(", ");
            text.extend([kind, " ", key, ": ", &members, " ", changed, "\n"]);
        }
    }
    text
}

fn rate(records: u64, started: Timestamp, ended: Timestamp) -> String {
    let milliseconds = ended.as_millisecond() - started.as_millisecond();
    let milliseconds = u64::try_from(milliseconds).unwrap_or(0).max(1);
    let a_second = records.saturating_mul(1_000) / milliseconds;
    let (seconds, rest) = (milliseconds / 1_000, milliseconds % 1_000 / 100);
    format!(
        "{records} records checked and applied in {seconds}.{rest} s, {a_second} records a second"
    )
}

pub(super) fn kind(text: &str) -> Result<Kind, String> {
    Kind::parse(text).ok_or_else(|| {
        let known = Kind::ALL.map(Kind::as_str).join(", ");
        format!("must be one of {known}")
    })
}
