//! What waits for a person: the orders of the desk, and those that are held.

use std::process::ExitCode;

use clap::Args;
use comfy_table::{Table, presets};
use operator::{DeskWorkOrder, WorkOrder};
use selfservice::Page;
use storage::DeskOrder;

use crate::cli::StoreOptions;
use crate::commands::{on_database, print};

/// How many orders are shown.
const MOST: i64 = 1_000;

/// How to show them.
#[derive(Args)]
pub(super) struct Waiting {
    /// One JSON object per line instead of a table, as the operator's API shows it.
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    options: StoreOptions,
}

/// Shows what waits, oldest first.
pub(super) fn run(waiting: &Waiting) -> anyhow::Result<ExitCode> {
    on_database(&waiting.options, async |selfservice| {
        let page = Page {
            number: 0,
            size: MOST,
        };
        let (orders, total) = selfservice.list_desk(page).await?;
        let shown = if waiting.json {
            lines(&orders)?
        } else {
            table(&orders, total)
        };
        print(&shown)?;
        Ok(ExitCode::SUCCESS)
    })
}

fn lines(orders: &[DeskOrder]) -> anyhow::Result<String> {
    let mut lines = String::new();
    for order in orders {
        lines.push_str(&serde_json::to_string(&DeskWorkOrder::from(order))?);
        lines.push('\n');
    }
    Ok(lines)
}

fn table(orders: &[DeskOrder], total: i64) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(["ORDER", "STATE", "SINCE", "ORGANIZATION", "WHAT", ""]);
    for DeskOrder { order, waits } in orders {
        let work = WorkOrder::of(order, None);
        let note = if *waits {
            "after an earlier order on the same product"
        } else {
            ""
        };
        table.add_row([
            work.order_id.as_str(),
            work.state,
            &work.updated_at,
            &work.organization_number,
            &work.what(),
            note,
        ]);
    }
    let wait = match total {
        0 => return "no order waits for a person\n".to_owned(),
        1 => "1 order waits".to_owned(),
        _ => format!("{total} orders wait"),
    };
    format!("{}\n{wait} for a person\n", table.trim_fmt())
}
