//! What people at the desk do with orders, straight on the database: a running server need not be
//! asked, and sees it at once.

use std::process::ExitCode;

use anyhow::Context;
use clap::Args;
use domain::access::OperatorName;
use domain::{Author, OrderEvent, OrderId};
use operator::WorkOrder;
use selfservice::fulfillment::WorkRefusal;
use selfservice::{OrderWithHistory, SelfService};

use crate::cli::Options;
use crate::commands::{on_database, print};

/// Which order, and in whose name.
#[derive(Args)]
pub(super) struct Desk {
    /// The order's id, twelve digits.
    #[arg(value_name = "ORDER", value_parser = order_id)]
    order: OrderId,

    /// Who does it, as the order's history will say.
    #[arg(long, value_name = "NAME", env = "AVTALE_BY", default_value = "desk", value_parser = name)]
    by: OperatorName,

    /// The order and its history as JSON.
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    options: Options,
}

/// The same with words for the customer.
#[derive(Args)]
pub(super) struct DeskWithReason {
    /// Why, in words that the customer reads.
    #[arg(long, value_name = "TEXT", value_parser = reason)]
    reason: String,

    #[command(flatten)]
    desk: Desk,
}

/// What is done with an order.
pub(super) enum Deed {
    Show,
    Begin,
    Complete,
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

/// Does it, and shows how the order stands then.
pub(super) fn run(desk: &Desk, deed: Deed) -> anyhow::Result<ExitCode> {
    on_database(&desk.options, async |selfservice| {
        let done = do_it(selfservice, desk, deed).await;
        let order = done.with_context(|| format!("order {}", desk.order))?;
        print(&show(&order, desk.json))?;
        Ok(ExitCode::SUCCESS)
    })
}

async fn do_it(
    selfservice: &SelfService,
    desk: &Desk,
    deed: Deed,
) -> Result<OrderWithHistory, WorkRefusal> {
    let by = Author::of_operator(desk.by.as_str());
    let which = (desk.order, None);
    match deed {
        Deed::Show => selfservice.find_any_order(desk.order).await,
        Deed::Begin => selfservice.begin_order(&by, desk.order).await,
        Deed::Complete => selfservice.complete_order(&by, which, None).await,
        Deed::Fail(reason) => selfservice.fail_order(&by, which, &reason).await,
        Deed::Hold(reason) => selfservice.hold_order(&by, which, &reason).await,
        Deed::Resume => selfservice.resume_order(&by, desk.order).await,
    }
}

fn show(OrderWithHistory { order, history }: &OrderWithHistory, json: bool) -> String {
    let work = WorkOrder::of(order, None);
    if json {
        let history: Vec<_> = history
            .iter()
            .map(|event| {
                serde_json::json!({
                    "state": event.state.as_str(),
                    "at": event.at.to_string(),
                    "actor": event.actor,
                    "reason": event.reason,
                })
            })
            .collect();
        let shown = serde_json::json!({ "order": work, "history": history });
        return format!("{shown}\n");
    }
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

fn name(text: &str) -> Result<OperatorName, String> {
    OperatorName::parse(text)
        .ok_or_else(|| "must be a name as `avtale operator add` takes it".to_owned())
}

/// As the operator's API takes it.
fn reason(text: &str) -> Result<String, String> {
    let printable = !text.chars().any(char::is_control) && !text.trim().is_empty();
    if printable && text.chars().count() <= 500 {
        return Ok(text.to_owned());
    }
    Err("must be 1 to 500 characters without control characters".to_owned())
}

fn order_id(text: &str) -> Result<OrderId, String> {
    OrderId::parse(text).ok_or_else(|| "must be an order's id: 12 digits".to_owned())
}
