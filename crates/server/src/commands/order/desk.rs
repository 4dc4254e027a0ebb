//! What people at the desk do with orders, straight on the database: a running server need not be
//! asked, and sees it at once.

use std::process::ExitCode;

use anyhow::Context;
use clap::Args;
use domain::access::{OperatorName, OperatorRole};
use domain::{Author, OrderEvent, OrderId};
use operator::{WorkOrder, WorkOrderWithHistory};
use selfservice::fulfillment::WorkRefusal;
use selfservice::{OrderWithHistory, SelfService};

use crate::cli::StoreOptions;
use crate::commands::operator::operator_name;
use crate::commands::{author, on_database, print};

/// Which order, and how to show it.
#[derive(Args)]
pub(super) struct Show {
    /// The order's id, twelve digits.
    #[arg(value_name = "ORDER", value_parser = order_id)]
    order: OrderId,

    /// The order and its history as JSON, as the operator's API shows it.
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    options: StoreOptions,
}

/// Which order, and in whose name.
#[derive(Args)]
pub(super) struct Desk {
    /// An enabled operator of the role desk or above who does it, as the order's history will say
    /// [default: the command line].
    #[arg(long, value_name = "NAME", env = "AVTALE_BY", value_parser = operator_name)]
    by: Option<OperatorName>,

    #[command(flatten)]
    show: Show,
}

/// The same with words for the customer.
#[derive(Args)]
pub(super) struct DeskWithReason {
    /// Why, in words that the customer reads.
    #[arg(long, value_name = "TEXT", value_parser = words)]
    reason: String,

    #[command(flatten)]
    desk: Desk,
}

/// The same with words for the customer, or without.
#[derive(Args)]
pub(super) struct DeskWithNote {
    /// What the customer reads in the order's history.
    #[arg(long, value_name = "TEXT", value_parser = words)]
    note: Option<String>,

    #[command(flatten)]
    desk: Desk,
}

/// What is done with an order.
pub(super) enum Deed {
    Begin,
    Complete(Option<String>),
    Fail(String),
    Hold(String),
    Resume,
}

impl DeskWithReason {
    /// The reason by itself, and the rest.
    pub(super) fn split(self) -> (String, Desk) {
        (self.reason, self.desk)
    }
}

impl DeskWithNote {
    /// The note by itself, and the rest.
    pub(super) fn split(self) -> (Option<String>, Desk) {
        (self.note, self.desk)
    }
}

/// Shows how an order stands.
pub(super) fn show(wanted: &Show) -> anyhow::Result<ExitCode> {
    on_database(&wanted.options, async |selfservice| {
        answer(wanted, selfservice.find_any_order(wanted.order).await)
    })
}

/// Does something with an order, and shows how it stands then.
pub(super) fn run(desk: &Desk, deed: Deed) -> anyhow::Result<ExitCode> {
    on_database(&desk.show.options, async |selfservice| {
        let by = author(selfservice, desk.by.as_ref(), OperatorRole::Desk).await?;
        answer(
            &desk.show,
            do_it(selfservice, &by, desk.show.order, deed).await,
        )
    })
}

async fn do_it(
    selfservice: &SelfService,
    by: &Author,
    order: OrderId,
    deed: Deed,
) -> Result<OrderWithHistory, WorkRefusal> {
    let which = (order, None);
    match deed {
        Deed::Begin => selfservice.begin_order(by, order).await,
        Deed::Complete(note) => selfservice.complete_order(by, which, note.as_deref()).await,
        Deed::Fail(reason) => selfservice.fail_order(by, which, &reason).await,
        Deed::Hold(reason) => selfservice.hold_order(by, which, &reason).await,
        Deed::Resume => selfservice.resume_order(by, order).await,
    }
}

fn answer(show: &Show, done: Result<OrderWithHistory, WorkRefusal>) -> anyhow::Result<ExitCode> {
    let order = done.with_context(|| format!("order {}", show.order))?;
    let shown = if show.json {
        let body = WorkOrderWithHistory::from(order);
        format!("{}\n", serde_json::to_string(&body)?)
    } else {
        in_lines(&order)
    };
    print(&shown)?;
    Ok(ExitCode::SUCCESS)
}

fn in_lines(OrderWithHistory { order, history }: &OrderWithHistory) -> String {
    let work = WorkOrder::of(order, None);
    let mut lines = vec![
        format!("order {} · {} · {}", work.order_id, work.state, work.what()),
        format!(
            "of {}, carried out by {}",
            work.organization_number, work.way
        ),
    ];
    for setting in &work.configurations {
        lines.push(format!(
            "  configuration {} = {:?}",
            setting.id, setting.value
        ));
    }
    lines.extend(history.iter().map(|event| {
        let state = event.state.as_str();
        let OrderEvent {
            at, reason, actor, ..
        } = event;
        format!("{at}  {state:<12} {reason} ({actor})")
    }));
    format!("{}\n", lines.join("\n"))
}

/// As the operator's API takes it.
fn words(text: &str) -> Result<String, String> {
    let printable = !text.chars().any(char::is_control) && !text.trim().is_empty();
    if printable && text.chars().count() <= 500 {
        return Ok(text.to_owned());
    }
    Err("must be 1 to 500 characters without control characters".to_owned())
}

fn order_id(text: &str) -> Result<OrderId, String> {
    OrderId::parse(text).ok_or_else(|| "must be an order's id: 12 digits".to_owned())
}
