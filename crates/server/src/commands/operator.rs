//! `avtale operator`: who may call the operator's API. Straight on the database: a running server
//! need not be asked, and goes by it at once.

use anyhow::anyhow;
use clap::{Args, Subcommand, ValueEnum};
use comfy_table::{Table, presets};
use domain::Author;
use domain::access::{Operator as Known, OperatorName, OperatorRole, TokenHash};
use selfservice::{OperatorRefusal, Operators};
use serde_json::json;
use tokio::runtime::Runtime;

use super::logins;
use crate::cli::StoreOptions;
use crate::config::Config;
use crate::wiring::Parts;

/// A key's bytes: as many as an access token's.
const KEY_BYTES: usize = 20;

/// What to do about operators.
#[derive(Args)]
pub(crate) struct Operator {
    #[command(subcommand)]
    deed: Deed,
}

#[derive(Subcommand)]
enum Deed {
    /// Adds someone on the operator's side, and prints the key, once.
    Add(Add),
    /// Lists them.
    List(List),
    /// Ends a key until it is enabled again.
    Disable(Named),
    /// Lets a key work again.
    Enable(Named),
    /// Makes another key and prints it, once; the one before ends now.
    RotateKey(Named),
    /// Sets the password with which they sign in to the console, from standard input; their sessions
    /// end.
    SetPassword(SetPassword),
    /// Asks for no one-time code any more when they sign in, and for another password once they have;
    /// for those who have lost their device.
    RemoveTotp(Named),
}

#[derive(Args)]
struct Add {
    #[command(flatten)]
    named: Named,

    /// What they may do; each role includes those before it.
    #[arg(long)]
    role: Role,
}

#[derive(Args)]
struct Named {
    /// What they are called, as the histories of orders say, which customers read.
    #[arg(value_name = "NAME", value_parser = operator_name)]
    name: OperatorName,

    #[command(flatten)]
    options: StoreOptions,
}

#[derive(Args)]
struct SetPassword {
    #[command(flatten)]
    named: Named,

    /// Makes one and prints it, once, in place of reading it; it has to be changed at the first
    /// sign-in.
    #[arg(long)]
    make: bool,
}

#[derive(Args)]
struct List {
    /// As JSON.
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    options: StoreOptions,
}

#[derive(Clone, Copy, ValueEnum)]
enum Role {
    /// Sees the orders of all organizations.
    Viewer,
    /// Carries orders out.
    Desk,
    /// Everything.
    Administrator,
}

impl Operator {
    /// Does it.
    pub(super) fn run(self) -> anyhow::Result<()> {
        let options = match &self.deed {
            Deed::Add(add) => &add.named.options,
            Deed::List(list) => &list.options,
            Deed::SetPassword(set) => &set.named.options,
            Deed::Disable(named)
            | Deed::Enable(named)
            | Deed::RotateKey(named)
            | Deed::RemoveTotp(named) => &named.options,
        };
        let config = Config::load_store(options)?;
        Runtime::new()?.block_on(async {
            let parts = Parts::open_existing(&config).await?;
            let done = run(&parts, self.deed).await;
            parts.store.close().await;
            done
        })
    }
}

async fn run(parts: &Parts, deed: Deed) -> anyhow::Result<()> {
    let operators = parts.operators();
    let by = Author::of_operator(super::COMMAND_LINE);
    match deed {
        Deed::Add(Add { named, role }) => {
            let (key, hash) = new_key(parts);
            let added = operators.add(&by, (&named.name, role.into()), &hash).await;
            added.map_err(with_hint)?;
            show_key(&named.name, &key)
        }
        Deed::List(List { json, .. }) => {
            let known = operators.list().await?;
            super::print(&if json {
                as_json(&known)
            } else {
                as_table(&known)
            })
        }
        Deed::Disable(named) => enable(&operators, &by, &named.name, false).await,
        Deed::Enable(named) => enable(&operators, &by, &named.name, true).await,
        Deed::RotateKey(named) => {
            let (key, hash) = new_key(parts);
            let known = operators.set_key(&by, &named.name, &hash, None).await;
            known.map_err(with_hint)?;
            show_key(&named.name, &key)
        }
        Deed::SetPassword(SetPassword { named, make }) => {
            let name = &named.name;
            operators.find(name).await.map_err(with_hint)?;
            logins::set_password(parts, &by, name, make).await
        }
        Deed::RemoveTotp(named) => {
            operators.find(&named.name).await.map_err(with_hint)?;
            logins::remove_codes(parts, &by, &named.name).await
        }
    }
}

async fn enable(
    operators: &Operators,
    by: &Author,
    name: &OperatorName,
    enabled: bool,
) -> anyhow::Result<()> {
    let known = operators.set_enabled(by, name, enabled).await;
    known.map_err(with_hint)?;
    let done = if enabled { "enabled" } else { "disabled" };
    say(&format!("operator {} is {done}", name.as_str()));
    Ok(())
}

/// What may help, on a line of its own.
fn with_hint(refusal: OperatorRefusal) -> anyhow::Error {
    let hint = match &refusal {
        OperatorRefusal::Unknown(_) => "those there are: avtale operator list".to_owned(),
        OperatorRefusal::Exists(name) => {
            format!("for another key: avtale operator rotate-key {name}")
        }
        OperatorRefusal::NameTaken(..) => "take another name".to_owned(),
        OperatorRefusal::LastAdministrator(_) => {
            "add another first: avtale operator add NAME --role administrator".to_owned()
        }
        OperatorRefusal::MadeAlready => return anyhow!("{refusal}"),
        OperatorRefusal::Storage(_) => return refusal.into(),
    };
    anyhow!("{refusal}\nhint: {hint}")
}

fn new_key(parts: &Parts) -> (String, TokenHash) {
    let mut bytes = [0; KEY_BYTES];
    parts.entropy.fill(&mut bytes);
    let key = hex::encode(bytes);
    let hash = parts.key.hash_operator_key(&key);
    (key, hash)
}

/// The key alone on stdout, so that it can go straight to where it is kept.
fn show_key(name: &OperatorName, key: &str) -> anyhow::Result<()> {
    say(&format!(
        "the key of operator {}, which is shown this once:",
        name.as_str()
    ));
    super::print(&format!("{key}\n"))
}

#[expect(clippy::print_stderr, reason = "messages go to stderr")]
fn say(message: &str) {
    eprintln!("{message}");
}

fn as_json(known: &[Known]) -> String {
    let known: Vec<_> = known
        .iter()
        .map(|operator| {
            json!({
                "name": operator.name.as_str(),
                "role": operator.role.as_str(),
                "enabled": operator.enabled,
                "createdAt": operator.created_at.to_string(),
            })
        })
        .collect();
    format!("{:#}\n", json!(known))
}

fn as_table(known: &[Known]) -> String {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_header(["NAME", "ROLE", "ENABLED", "CREATED"]);
    for operator in known {
        let enabled = if operator.enabled { "yes" } else { "no" };
        table.add_row([
            operator.name.as_str(),
            operator.role.as_str(),
            enabled,
            &operator.created_at.to_string(),
        ]);
    }
    format!("{}\n", table.trim_fmt())
}

pub(super) fn operator_name(text: &str) -> Result<OperatorName, String> {
    OperatorName::parse(text).ok_or_else(|| {
        "must be 1 to 64 letters, digits, dots, hyphens and underscores, a letter or digit first, \
         and not `fulfillment`, which is the server's own name"
            .to_owned()
    })
}

impl From<Role> for OperatorRole {
    fn from(role: Role) -> Self {
        match role {
            Role::Viewer => Self::Viewer,
            Role::Desk => Self::Desk,
            Role::Administrator => Self::Administrator,
        }
    }
}
