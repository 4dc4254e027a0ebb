//! `avtale journal reads`: whose data was read, through which app, for whom and when.

use std::process::ExitCode;

use clap::Args;
use comfy_table::{Table, presets};
use domain::OrganizationNumber;
use domain::access::{ClientId, SystemUserName};
use jiff::Timestamp;
use selfservice::SelfService;
use selfservice::calls::{DataRead, DataReadFilter};
use serde_json::{Value, json};

use super::journal::organization;
use crate::cli::StoreOptions;

/// How many rows are read at once.
const BATCH: u16 = 1_000;

#[derive(Args)]
pub(crate) struct Reads {
    /// Those through one client app.
    #[arg(long, value_name = "CLIENT_ID")]
    app: Option<String>,

    /// Those for one system user.
    #[arg(long, value_name = "NAME")]
    user: Option<String>,

    /// Those of one organization's data.
    #[arg(long, value_name = "NUMBER", value_parser = organization)]
    organization: Option<OrganizationNumber>,

    /// Those at this instant or later, such as 2026-01-31T12:00:00Z [default: the oldest].
    #[arg(long, value_name = "INSTANT", alias = "since")]
    from: Option<Timestamp>,

    /// Those before this instant [default: all].
    #[arg(long, value_name = "INSTANT", alias = "until")]
    to: Option<Timestamp>,

    /// One JSON object per line instead of a table.
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    pub(super) options: StoreOptions,
}

impl Reads {
    pub(super) async fn run(self, selfservice: &SelfService) -> anyhow::Result<ExitCode> {
        let filter = DataReadFilter {
            app: self.app.map(ClientId::new),
            system_user: self.user.map(SystemUserName::new),
            organization: self.organization,
            from: self.from.unwrap_or(Timestamp::UNIX_EPOCH),
            to: self.to.unwrap_or(Timestamp::MAX),
        };
        let mut after = None;
        loop {
            let page = selfservice
                .list_data_reads(&filter, after.as_deref(), BATCH)
                .await?;
            if !page.reads.is_empty() {
                super::print(&if self.json {
                    lines(&page.reads)
                } else {
                    table(&page.reads)
                })?;
            }
            after = page.next;
            if after.is_none() {
                return Ok(ExitCode::SUCCESS);
            }
        }
    }
}

fn lines(reads: &[DataRead]) -> String {
    let lines: Vec<_> = reads.iter().map(|one| in_json(one).to_string()).collect();
    format!("{}\n", lines.join("\n"))
}

fn in_json(read: &DataRead) -> Value {
    json!({
        "firstAt": format!("{:.3}", read.first_at),
        "lastAt": format!("{:.3}", read.last_at),
        "organization": read.organization.as_str(),
        "app": read.app.as_str(),
        "systemUser": read.system_user.as_str(),
        "operation": read.operation,
        "calls": read.calls,
        "presumed": read.presumed,
    })
}

fn table(reads: &[DataRead]) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header([
        "FIRST AT",
        "LAST AT",
        "ORGANIZATION",
        "APP",
        "SYSTEM USER",
        "OPERATION",
        "CALLS",
        "",
    ]);
    for read in reads {
        let presumed = if read.presumed { "presumed" } else { "" };
        table.add_row([
            format!("{:.3}", read.first_at),
            format!("{:.3}", read.last_at),
            read.organization.to_string(),
            read.app.as_str().to_owned(),
            read.system_user.as_str().to_owned(),
            read.operation.clone(),
            read.calls.to_string(),
            presumed.to_owned(),
        ]);
    }
    format!("{}\n", table.trim_fmt())
}
