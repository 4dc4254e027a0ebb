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
use storage::{JournalFilter, PlacedRow};

use super::on_database;
use super::reads::Reads;
use crate::cli::StoreOptions;

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
    /// Lists whose data was read: through which client app, for which system user, by which
    /// operation, how often, and when.
    Reads(Reads),
    /// Checks that no change was altered, removed, added or moved since it was written down. Ends
    /// with 1 when one was.
    Verify(Verify),
    /// Prints the last place and its seal. Keep it somewhere else: `verify --head` then notices a
    /// journal whose end was cut off.
    Head(StoreOptions),
}

#[derive(Args)]
struct List {
    /// Those of one organization's things.
    #[arg(long, value_name = "NUMBER", value_parser = organization)]
    organization: Option<OrganizationNumber>,

    /// Those of one order.
    #[arg(long, value_name = "ORDER", value_parser = order)]
    order: Option<OrderId>,

    /// Those made through one client app.
    #[arg(long, value_name = "CLIENT_ID")]
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

    /// The newest ones alone, so many at most.
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(i64).range(1..=10_000))]
    last: Option<i64>,

    /// One JSON object per line instead of a table.
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    options: StoreOptions,
}

#[derive(Args)]
struct Verify {
    /// The head that was kept: it must be among the seals.
    #[arg(long, value_name = "POSITION:SEAL", value_parser = head)]
    head: Option<JournalHead>,

    #[command(flatten)]
    options: StoreOptions,
}

/// Does what the command line says.
pub(crate) fn run(journal: Journal) -> anyhow::Result<ExitCode> {
    match journal.command {
        JournalCommand::List(list) => {
            let options = list.options.clone();
            on_database(&options, async |selfservice| list.run(selfservice).await)
        }
        JournalCommand::Reads(reads) => {
            let options = reads.options.clone();
            on_database(&options, async |selfservice| reads.run(selfservice).await)
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
        JournalFilter {
            organization: self.organization.clone(),
            app: self.app.as_deref().map(ClientId::new),
            noun: self.order.map(|_| "order".to_owned()),
            subject: self.order.map(|order| order.to_string()),
            author: self.by.clone(),
            since: self.since,
            until: self.until,
        }
    }

    async fn run(self, selfservice: &SelfService) -> anyhow::Result<ExitCode> {
        let filter = self.filter();
        if let Some(most) = self.last {
            self.print(&newest(selfservice, &filter, most).await?)?;
        } else {
            let mut after = 0;
            loop {
                let rows = selfservice.search_journal(&filter, after, BATCH).await?;
                let Some(last) = rows.last() else { break };
                after = last.place.position;
                self.print(&rows)?;
            }
        }
        let waiting = selfservice.unsealed_changes().await?;
        if waiting > 0 {
            super::print_warning(&format!(
                "{waiting} newer changes have no place yet; a running server gives it within a second"
            ));
        }
        Ok(ExitCode::SUCCESS)
    }

    fn print(&self, rows: &[PlacedRow]) -> anyhow::Result<()> {
        match rows {
            [] => Ok(()),
            rows if self.json => super::print(&lines(rows)),
            rows => super::print(&table(rows)),
        }
    }
}

/// The last changes that the filter lets through, in the order of their places.
async fn newest(
    selfservice: &SelfService,
    filter: &JournalFilter,
    most: i64,
) -> anyhow::Result<Vec<PlacedRow>> {
    let mut rows: Vec<PlacedRow> = Vec::new();
    let mut after = None;
    loop {
        let missing = most - i64::try_from(rows.len())?;
        let page = selfservice.page_journal(filter, true, (after, missing));
        let page = page.await?;
        rows.extend(page.rows);
        after = page.next;
        if after.is_none() || i64::try_from(rows.len())? == most {
            rows.reverse();
            return Ok(rows);
        }
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
            JournalCheck::Forged(count, positions) => anyhow::bail!(
                "all seals fit, and somebody without the key has written {}\n\
                 hint: `avtale journal list --json` shows what is claimed there",
                forged_in_words(&positions, count)
            ),
            JournalCheck::OtherHead => anyhow::bail!(
                "all seals fit, but the head that was kept is not among them\nhint: the journal \
                 was cut off, or it is that of another database"
            ),
        }
    }
}

/// How many forged changes there are, and the positions of the first ones.
pub(crate) fn forged_in_words(positions: &[i64], count: u64) -> String {
    let named: Vec<_> = positions.iter().map(ToString::to_string).collect();
    let named = named.join(", ");
    let more = if count > positions.len() as u64 {
        " and others"
    } else {
        ""
    };
    match count {
        1 => format!("1 change, at position {named}"),
        _ => format!("{count} changes, at positions {named}{more}"),
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
    if !place.genuine {
        members.insert("forged".to_owned(), json!(true));
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
    for PlacedRow { row, place } in rows {
        let (change, line) = (&row.change, &row.line);
        let mark = if place.genuine { "" } else { "FORGED: " };
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
            format!("{mark}{} {}", line.noun, line.action),
            line.subject.clone(),
            line.facts.clone(),
        ]);
    }
    format!("{}\n", table.trim_fmt())
}

pub(super) fn organization(text: &str) -> Result<OrganizationNumber, String> {
    OrganizationNumber::parse(text).ok_or_else(|| "must be nine digits".to_owned())
}

fn order(text: &str) -> Result<OrderId, String> {
    OrderId::parse(text).ok_or_else(|| "must be an order's id: 12 digits".to_owned())
}

pub(crate) fn head(text: &str) -> Result<JournalHead, String> {
    JournalHead::parse(text).ok_or_else(|| "must be what `avtale journal head` prints".to_owned())
}
