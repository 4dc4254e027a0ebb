//! `avtale developer`: the people of organizations who sign in to the portal. Straight on the
//! database, as `avtale operator` is.

use std::process::ExitCode;

use anyhow::{anyhow, bail};
use clap::{Args, Subcommand, ValueEnum};
use comfy_table::{Table, presets};
use domain::access::{Developer, DeveloperEmail, DeveloperLogin, DeveloperRole, Realm};
use domain::{Author, OrganizationNumber};
use selfservice::{Mandate, OwnRefusal, SelfService};
use serde_json::json;
use storage::Transaction;
use tokio::runtime::Runtime;

use crate::cli::StoreOptions;
use crate::config::Config;
use crate::wiring::Parts;

/// What to do about developers.
#[derive(Args)]
pub(crate) struct Developers {
    #[command(subcommand)]
    deed: Deed,
}

#[derive(Subcommand)]
enum Deed {
    /// Makes a link with which someone chooses a password, and prints it, once. Nothing is sent: pass
    /// it on.
    Invite(Invite),
    /// Lists them.
    List(List),
    /// Keeps someone from signing in; their sessions end.
    Disable(Named),
    /// Lets someone sign in again.
    Enable(Named),
    /// Asks for no one-time code any more when they sign in, and for another password once they have;
    /// for those who have lost their device.
    RemoveTotp(Named),
}

#[derive(Args)]
struct Named {
    /// The e-mail address that they sign in as.
    #[arg(value_name = "EMAIL", value_parser = email)]
    email: DeveloperEmail,

    /// The number of the organization that they belong to.
    #[arg(long, value_name = "NUMBER", value_parser = organization)]
    organization: OrganizationNumber,

    #[command(flatten)]
    options: StoreOptions,
}

#[derive(Args)]
struct Invite {
    #[command(flatten)]
    named: Named,

    /// What they may do; someone who has signed in before keeps the role.
    #[arg(long, default_value = "developer")]
    role: Role,
}

#[derive(Args)]
struct List {
    /// Of one organization alone.
    #[arg(long, value_name = "NUMBER", value_parser = organization)]
    organization: Option<OrganizationNumber>,

    /// As JSON.
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    options: StoreOptions,
}

#[derive(Clone, Copy, ValueEnum)]
enum Role {
    /// Works with the organization's apps.
    Developer,
    /// Changes its people and system users, too.
    Administrator,
}

impl Developers {
    /// Does it.
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let options = match &self.deed {
            Deed::Invite(invite) => &invite.named.options,
            Deed::List(list) => &list.options,
            Deed::Disable(named) | Deed::Enable(named) | Deed::RemoveTotp(named) => &named.options,
        };
        let config = Config::load_store(options)?;
        Runtime::new()?.block_on(async {
            let parts = Parts::open_existing(&config).await?;
            let done = run(&parts, &config, self.deed).await;
            parts.store.close().await;
            done.map(|()| ExitCode::SUCCESS)
        })
    }
}

async fn run(parts: &Parts, config: &Config, deed: Deed) -> anyhow::Result<()> {
    let selfservice = parts.selfservice(super::carries_nothing_out());
    match deed {
        Deed::Invite(Invite { named, role }) => {
            let mandate = named.mandate();
            let (link, hash) = parts.logins().new_link();
            let invited = (&named.email, role.into());
            let made = selfservice
                .invite_developer(&mandate, invited, &hash, None)
                .await;
            let made = made.map_err(with_hint)?;
            say(&format!(
                "the link for {}, which is shown this once and works until {}:",
                named.email, made.expires_at
            ));
            let base = config.public_url.clone();
            let base = base.unwrap_or_else(|| format!("http://{}", config.listen));
            super::print(&format!("{base}{}{link}\n", portal::INVITATION))
        }
        Deed::List(list) => {
            let mut known = selfservice.list_all_developers().await?;
            let wanted = |one: &Developer| {
                let organization = list.organization.as_ref();
                organization.is_none_or(|number| one.organization == *number)
            };
            known.retain(wanted);
            super::print(&if list.json {
                as_json(&known)
            } else {
                as_table(&known)
            })
        }
        Deed::Disable(named) => enable(&selfservice, &named, false).await,
        Deed::Enable(named) => enable(&selfservice, &named, true).await,
        Deed::RemoveTotp(named) => remove_codes(parts, &selfservice, &named).await,
    }
}

async fn enable(selfservice: &SelfService, named: &Named, enabled: bool) -> anyhow::Result<()> {
    let (mandate, email) = (named.mandate(), &named.email);
    let done = selfservice.set_developer_enabled(&mandate, email, enabled);
    done.await.map_err(with_hint)?;
    let done = if enabled { "enabled" } else { "disabled" };
    say(&format!("developer {email} is {done}"));
    Ok(())
}

async fn remove_codes(
    parts: &Parts,
    selfservice: &SelfService,
    named: &Named,
) -> anyhow::Result<()> {
    let Named {
        email,
        organization,
        ..
    } = named;
    let login = DeveloperLogin::new(organization, email);
    if selfservice.find_developer(&login).await?.is_none() {
        return Err(with_hint(OwnRefusal::UnknownDeveloper(email.to_string())));
    }
    let (logins, name) = (parts.logins(), login.to_string());
    let whose = (Realm::Portal, name.as_str());
    let remove = async |tx: &mut Transaction| {
        let removed = logins.end_codes(tx, whose, true).await?;
        tx.sessions().end_others(whose.0, whose.1, None).await?;
        Ok(removed)
    };
    let mandate = named.mandate();
    let about = (&mandate, email);
    let done = selfservice.record_of_developer(about, "one-time codes removed", remove);
    if !done.await? {
        bail!("developer {email} signs in without one-time codes");
    }
    say(&format!(
        "developer {email} signs in with the password alone, and then chooses another one"
    ));
    Ok(())
}

impl Named {
    fn mandate(&self) -> Mandate {
        Mandate::of_operator(&author(), &self.organization)
    }
}

fn author() -> Author {
    Author::of_operator(super::COMMAND_LINE)
}

/// What may help, on a line of its own.
fn with_hint(refusal: OwnRefusal) -> anyhow::Error {
    let hint = match &refusal {
        OwnRefusal::UnknownOrganization(_) => {
            "those there are: avtale organization list".to_owned()
        }
        OwnRefusal::UnknownDeveloper(_) => "those there are: avtale developer list".to_owned(),
        OwnRefusal::DeveloperDisabled(email) => {
            format!("first: avtale developer enable {email} --organization N")
        }
        OwnRefusal::Storage(_) => return refusal.into(),
        _ => return anyhow!("{refusal}"),
    };
    anyhow!("{refusal}\nhint: {hint}")
}

#[expect(clippy::print_stderr, reason = "messages go to stderr")]
fn say(message: &str) {
    eprintln!("{message}");
}

fn as_json(known: &[Developer]) -> String {
    let known: Vec<_> = known
        .iter()
        .map(|developer| {
            json!({
                "email": developer.email.as_str(),
                "organization": developer.organization.as_str(),
                "name": developer.name,
                "role": developer.role.as_str(),
                "enabled": developer.enabled,
                "createdAt": developer.created_at.to_string(),
            })
        })
        .collect();
    format!("{:#}\n", json!(known))
}

fn as_table(known: &[Developer]) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header([
        "EMAIL",
        "ORGANIZATION",
        "NAME",
        "ROLE",
        "ENABLED",
        "CREATED",
    ]);
    for developer in known {
        table.add_row([
            developer.email.as_str(),
            developer.organization.as_str(),
            &developer.name,
            developer.role.as_str(),
            if developer.enabled { "yes" } else { "no" },
            &developer.created_at.to_string(),
        ]);
    }
    format!("{}\n", table.trim_fmt())
}

fn email(text: &str) -> Result<DeveloperEmail, String> {
    DeveloperEmail::parse(text)
        .ok_or_else(|| "must be an e-mail address, such as kari@example.com".to_owned())
}

fn organization(text: &str) -> Result<OrganizationNumber, String> {
    OrganizationNumber::parse(text).ok_or_else(|| "must be nine digits".to_owned())
}

impl From<Role> for DeveloperRole {
    fn from(role: Role) -> Self {
        match role {
            Role::Developer => Self::Developer,
            Role::Administrator => Self::Administrator,
        }
    }
}
