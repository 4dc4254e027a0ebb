//! `avtale journal …`: who did what, and whether the record of it is as it was written.

use std::process::ExitCode;

use anyhow::Context;
use clap::{Args, Subcommand};
use comfy_table::{Table, presets};
use domain::access::ClientId;
use domain::{OrderId, OrganizationNumber};
use jiff::Timestamp;
use selfservice::{JournalCheck, JournalHead, SelfService};
use serde_json::{Map, Value, json};
use storage::{JournalFilter, JournalKey, PlacedRow};

use super::on_database;
use crate::cli::Options;

/// How many rows are read at once.
const BATCH: i64 = 1_000;

/// The commands about the journal.
#[derive(Args)]
pub(crate) struct Journal {
    #[command(subcommand)]
    command: JournalCommand,
}

#[derive(Subcommand)]
enum JournalCommand {
    /// Lists changes: when, by whom, through which client app, what was done to what.
    List(List),
    /// Checks that no change was altered, removed, added or moved since it was written down. Ends
    /// with 1 when one was.
    Verify(Verify),
    /// Prints the last place and its seal. Keep it somewhere else: `verify --head` then notices a
    /// journal whose end was cut off.
    Head(Options),
}

#[derive(Args)]
struct List {
    /// Those of one organization's things.
    #[arg(long, value_name = "NUMBER", value_parser = organization, group = "key")]
    organization: Option<OrganizationNumber>,

    /// Those of one order.
    #[arg(long, value_name = "ORDER", value_parser = order, group = "key")]
    order: Option<OrderId>,

    /// Those made through one client app.
    #[arg(long, value_name = "CLIENT_ID", group = "key")]
    app: Option<String>,

    /// Those made by this system user, operator or part of the server.
    #[arg(long, value_name = "NAME")]
    by: Option<String>,

    /// Those made at this instant or later, such as 2026-01-31T12:00:00Z.
    #[arg(long, value_name = "INSTANT")]
    since: Option<Timestamp>,

    /// Those made before this instant.
    #[arg(long, value_name = "INSTANT")]
    until: Option<Timestamp>,

    /// One JSON object per line instead of a table.
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    options: Options,
}

#[derive(Args)]
struct Verify {
    /// The head that was kept: it must be among the seals.
    #[arg(long, value_name = "POSITION:SEAL", value_parser = head)]
    head: Option<JournalHead>,

    #[command(flatten)]
    options: Options,
}

/// Does what the command line says.
pub(crate) fn run(journal: Journal) -> anyhow::Result<ExitCode> {
    match journal.command {
        JournalCommand::List(list) => {
            let options = list.options.clone();
            on_database(&options, async |selfservice| list.run(selfservice).await)
        }
        JournalCommand::Verify(verify) => {
            let options = verify.options.clone();
            on_database(&options, async |selfservice| verify.run(selfservice).await)
        }
        JournalCommand::Head(options) => on_database(&options, async |selfservice| {
            super::print(&format!("{}\n", selfservice.journal_head().await?))?;
            Ok(ExitCode::SUCCESS)
        }),
    }
}

impl List {
    fn filter(&self) -> JournalFilter {
        let key = match (&self.organization, self.order, &self.app) {
            (Some(number), _, _) => JournalKey::Organization(number.clone()),
            (_, Some(order), _) => JournalKey::Subject("order".to_owned(), order.to_string()),
            (_, _, Some(app)) => JournalKey::App(ClientId::new(app.as_str())),
            _ => JournalKey::All,
        };
        JournalFilter {
            key,
            author: self.by.clone(),
            since: self.since,
            until: self.until,
        }
    }

    async fn run(self, selfservice: &SelfService) -> anyhow::Result<ExitCode> {
        let filter = self.filter();
        let mut after = 0;
        loop {
            let rows = selfservice.search_journal(&filter, after, BATCH).await?;
            let Some(last) = rows.last() else { break };
            after = last.place.position;
            super::print(&if self.json {
                lines(&rows)
            } else {
                table(&rows)
            })?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Verify {
    async fn run(self, selfservice: &SelfService) -> anyhow::Result<ExitCode> {
        let bar = indicatif::ProgressBar::new_spinner();
        let progress = |position| bar.set_message(format!("{position} changes checked"));
        let check = selfservice
            .verify_journal(self.head.as_ref(), progress)
            .await;
        bar.finish_and_clear();
        match check.context("failed to check the journal")? {
            JournalCheck::Intact(head) => {
                let waiting = selfservice.unsealed_changes().await?;
                let sealed = format!("{} changes, all as written; head {head}\n", head.position);
                super::print(&sealed)?;
                if waiting > 0 {
                    super::print(&format!("{waiting} changes are not sealed yet\n"))?;
                }
                Ok(ExitCode::SUCCESS)
            }
            JournalCheck::Broken(position) => {
                anyhow::bail!("the journal is not as it was written, from position {position} on")
            }
            JournalCheck::OtherHead => anyhow::bail!(
                "all seals fit, but the head that was kept is not among them\nhint: the journal \
                 was cut off, or it is that of another database"
            ),
        }
    }
}

fn lines(rows: &[PlacedRow]) -> String {
    let lines: Vec<_> = rows.iter().map(|row| in_json(row).to_string()).collect();
    format!("{}\n", lines.join("\n"))
}

fn in_json(PlacedRow { row, place }: &PlacedRow) -> Value {
    let (change, line) = (&row.change, &row.line);
    let mut members = Map::new();
    members.insert("position".to_owned(), json!(place.position));
    members.insert("at".to_owned(), json!(change.at.to_string()));
    if let Some(number) = &change.organization {
        members.insert("organization".to_owned(), json!(number.as_str()));
    }
    members.insert("by".to_owned(), json!(change.author.name));
    if let Some(app) = &change.author.app {
        members.insert("app".to_owned(), json!(app.as_str()));
    }
    members.insert("noun".to_owned(), json!(line.noun));
    members.insert("subject".to_owned(), json!(line.subject));
    members.insert("action".to_owned(), json!(line.action));
    let facts = serde_json::from_str(&line.facts).unwrap_or(Value::Null);
    members.insert("facts".to_owned(), facts);
    Value::Object(members)
}

fn table(rows: &[PlacedRow]) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(["AT", "ORGANIZATION", "BY", "APP", "WHAT", "WHICH", "FACTS"]);
    for PlacedRow { row, .. } in rows {
        let (change, line) = (&row.change, &row.line);
        table.add_row([
            change.at.to_string(),
            change
                .organization
                .as_ref()
                .map_or_else(String::new, ToString::to_string),
            change.author.name.clone(),
            change
                .author
                .app
                .as_ref()
                .map_or_else(String::new, |app| app.as_str().to_owned()),
            format!("{} {}", line.noun, line.action),
            line.subject.clone(),
            line.facts.clone(),
        ]);
    }
    format!("{}\n", table.trim_fmt())
}

fn organization(text: &str) -> Result<OrganizationNumber, String> {
    OrganizationNumber::parse(text).ok_or_else(|| "must be nine digits".to_owned())
}

fn order(text: &str) -> Result<OrderId, String> {
    OrderId::parse(text).ok_or_else(|| "must be an order's id: 12 digits".to_owned())
}

pub(crate) fn head(text: &str) -> Result<JournalHead, String> {
    JournalHead::parse(text).ok_or_else(|| "must be what `avtale journal head` prints".to_owned())
}
