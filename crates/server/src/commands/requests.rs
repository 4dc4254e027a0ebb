//! `avtale app requests`, `approve` and `refuse`: the API products that customers' people have asked
//! for in the portal.

use std::process::ExitCode;

use anyhow::anyhow;
use clap::{Args, Subcommand};
use comfy_table::{Table, presets};
use domain::Author;
use domain::access::ClientId;
use selfservice::{ApiProductRequest, OwnRefusal, SelfService};
use serde_json::json;

use crate::cli::StoreOptions;

/// No list is longer; the oldest requests come first.
const MOST: i64 = 1_000;

/// What to do about requests.
#[derive(Subcommand)]
pub(crate) enum RequestVerb {
    /// Lists the API products that people have asked for in the portal, for whom nobody has decided.
    Requests(Requests),
    /// Gives an app an API product that its people have asked for.
    Approve(Asked),
    /// Does not give it; its people read the reason.
    Refuse(Refuse),
}

#[derive(Args)]
pub(crate) struct Requests {
    /// As JSON.
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    options: StoreOptions,
}

#[derive(Args)]
pub(crate) struct Asked {
    /// The app's client id.
    #[arg(value_name = "CLIENT_ID")]
    app: String,

    /// The API product, such as `order`.
    #[arg(value_name = "API_PRODUCT")]
    api_product: String,

    #[command(flatten)]
    options: StoreOptions,
}

#[derive(Args)]
pub(crate) struct Refuse {
    #[command(flatten)]
    asked: Asked,

    /// Why.
    #[arg(long)]
    reason: String,
}

impl RequestVerb {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        let by = &Author::of_operator(super::COMMAND_LINE);
        match self {
            Self::Requests(Requests { json, options }) => {
                super::on_database(&options, async |selfservice| list(selfservice, json).await)
            }
            Self::Approve(asked) => super::on_database(&asked.options, async |selfservice| {
                let app = ClientId::new(asked.app.as_str());
                let done = selfservice.approve_request(by, &app, &asked.api_product);
                done.await.map_err(with_hint)?;
                say(&format!("app {} has {} now", asked.app, asked.api_product));
                Ok(ExitCode::SUCCESS)
            }),
            Self::Refuse(Refuse { asked, reason }) => {
                super::on_database(&asked.options, async |selfservice| {
                    let app = ClientId::new(asked.app.as_str());
                    let request = (&app, asked.api_product.as_str());
                    let done = selfservice.refuse_request(by, request, &reason);
                    done.await.map_err(with_hint)?;
                    say(&format!(
                        "app {} is refused {}",
                        asked.app, asked.api_product
                    ));
                    Ok(ExitCode::SUCCESS)
                })
            }
        }
    }
}

async fn list(selfservice: &SelfService, json: bool) -> anyhow::Result<ExitCode> {
    let open = selfservice.list_open_requests(MOST).await?;
    super::print(&if json {
        as_json(&open)
    } else {
        as_table(&open)
    })?;
    Ok(ExitCode::SUCCESS)
}

fn with_hint(refusal: OwnRefusal) -> anyhow::Error {
    match refusal {
        OwnRefusal::Storage(error) => error.into(),
        refusal => anyhow!("{refusal}\nhint: those there are: avtale app requests"),
    }
}

#[expect(clippy::print_stderr, reason = "messages go to stderr")]
fn say(message: &str) {
    eprintln!("{message}");
}

fn as_json(open: &[ApiProductRequest]) -> String {
    let open: Vec<_> = open
        .iter()
        .map(|request| {
            json!({
                "clientId": request.app.as_str(),
                "appName": request.app_name,
                "organization": request.owner.as_str(),
                "apiProduct": request.api_product,
                "askedBy": request.asked_by,
                "askedAt": request.asked_at.to_string(),
            })
        })
        .collect();
    format!("{:#}\n", json!(open))
}

fn as_table(open: &[ApiProductRequest]) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header([
        "CLIENT ID",
        "API PRODUCT",
        "APP",
        "ORGANIZATION",
        "ASKED BY",
        "ASKED",
    ]);
    for request in open {
        table.add_row([
            request.app.as_str(),
            &request.api_product,
            &request.app_name,
            request.owner.as_str(),
            &request.asked_by,
            &request.asked_at.to_string(),
        ]);
    }
    format!("{}\n", table.trim_fmt())
}
