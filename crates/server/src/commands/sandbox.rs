//! `avtale sandbox`: what the portal's page Sandbox does, for scripts. Straight on the database, and on
//! one alone that holds the demo's data.

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::anyhow;
use clap::{Args, Subcommand, ValueEnum};
use domain::{Author, OrderState, OrganizationNumber};
use jiff::SignedDuration;
use selfservice::{Mandate, OwnRefusal, SandboxSettings, SelfService};
use serde_json::json;
use tokio::runtime::Runtime;

use crate::cli::{StoreOptions, seconds};
use crate::config::Config;
use crate::demo;
use crate::wiring::Parts;

const NO_SANDBOX: &str = "this database is no sandbox\nhint: `avtale serve --demo` makes one, and notes \
     one from before this version when it starts";

/// What to do with the sandbox.
#[derive(Args)]
pub(crate) struct Sandbox {
    #[command(subcommand)]
    deed: Deed,
}

#[derive(Subcommand)]
enum Deed {
    /// Shows how an organization's orders end, and after how long.
    Show(Company),
    /// Settles how orders end that are accepted from now on. What is not named is as in the
    /// beginning.
    Set(Set),
    /// Takes away what the demo did not begin with, such as orders, and puts its records back: of the
    /// organization, and of those that its system users alone may see.
    Reset(Company),
}

#[derive(Args)]
struct Company {
    /// The number of the organization that owns the apps.
    #[arg(long, value_name = "NUMBER", value_parser = organization)]
    organization: OrganizationNumber,

    /// As JSON.
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    options: StoreOptions,
}

#[derive(Args)]
struct Set {
    #[command(flatten)]
    company: Company,

    /// How orders end.
    #[arg(long, default_value = "completed")]
    ending: Ending,

    /// What the history of an order says that fails or is held.
    #[arg(long, default_value = "")]
    reason: String,

    /// From the acceptance to the end, 0 to 3600; left out: as the server was started.
    #[arg(long, value_parser = seconds)]
    seconds: Option<f64>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Ending {
    /// What was ordered is there.
    Completed,
    /// It is given up.
    Failed,
    /// It waits for a person at the operator's desk.
    Held,
}

impl Sandbox {
    /// Does it.
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let company = match &self.deed {
            Deed::Show(company) | Deed::Reset(company) => company,
            Deed::Set(set) => &set.company,
        };
        let config = Config::load_store(&company.options)?;
        Runtime::new()?.block_on(async {
            let parts = Parts::open_existing(&config).await?;
            let done = run(&parts, &self.deed).await;
            parts.store.close().await;
            done.map(|()| ExitCode::SUCCESS)
        })
    }
}

async fn run(parts: &Parts, deed: &Deed) -> anyhow::Result<()> {
    let selfservice = parts.selfservice(super::carries_nothing_out());
    let selfservice = selfservice.with_sandbox(Arc::new(demo::EmbeddedRecords));
    match deed {
        Deed::Show(company) => show(&selfservice, company).await,
        Deed::Set(set) => {
            let chosen = set.chosen()?;
            let mandate = set.company.mandate(&selfservice).await?;
            selfservice.set_sandbox(&mandate, &chosen).await?;
            show(&selfservice, &set.company).await
        }
        Deed::Reset(company) => {
            let mandate = company.mandate(&selfservice).await?;
            let reset = selfservice.reset_sandbox(&mandate).await?;
            let numbers: Vec<_> = reset.iter().map(OrganizationNumber::as_str).collect();
            super::print(&if company.json {
                format!("{:#}\n", json!({ "organizations": numbers }))
            } else {
                format!("reset: {}\n", numbers.join(", "))
            })
        }
    }
}

async fn show(selfservice: &SelfService, company: &Company) -> anyhow::Result<()> {
    company.mandate(selfservice).await?;
    let number = &company.organization;
    let chosen = selfservice.sandbox_settings(number).await?;
    let seconds = chosen.delay.map(|delay| delay.as_secs_f64());
    let ending = chosen.ending.as_str();
    super::print(&if company.json {
        let shown = json!({
            "organization": number.as_str(),
            "ending": ending,
            "reason": chosen.reason,
            "seconds": seconds,
        });
        format!("{shown:#}\n")
    } else {
        let after = seconds.map_or_else(
            || "as the server was started".to_owned(),
            |seconds| format!("{seconds} seconds"),
        );
        let reason = chosen.reason;
        format!("ending   {ending}\nreason   {reason}\nafter    {after}\n")
    })
}

impl Company {
    /// On whose behalf, if there is such an organization in a sandbox.
    async fn mandate(&self, selfservice: &SelfService) -> anyhow::Result<Mandate> {
        let found = selfservice.sandbox_settings(&self.organization).await;
        found.map_err(|refusal| match refusal {
            OwnRefusal::NoSandbox => anyhow!("{NO_SANDBOX}"),
            refusal => refusal.into(),
        })?;
        let found = selfservice.own_organization(&self.organization).await;
        found.map_err(|refusal| anyhow!("{refusal}"))?;
        let author = Author::of_operator(super::COMMAND_LINE);
        Ok(Mandate::of_operator(&author, &self.organization))
    }
}

impl Set {
    fn chosen(&self) -> anyhow::Result<SandboxSettings> {
        let delay = self.seconds.map(SignedDuration::try_from_secs_f64);
        Ok(SandboxSettings {
            ending: match self.ending {
                Ending::Completed => OrderState::Completed,
                Ending::Failed => OrderState::Failed,
                Ending::Held => OrderState::Held,
            },
            reason: self.reason.clone(),
            delay: delay.transpose()?,
        })
    }
}

fn organization(text: &str) -> Result<OrganizationNumber, String> {
    OrganizationNumber::parse(text).ok_or_else(|| "must be nine digits".to_owned())
}
