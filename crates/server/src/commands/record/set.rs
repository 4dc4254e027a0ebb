//! `set`: adds a record or changes members of the one that is there, by the rules of an import of
//! that one record.

use std::io::Read;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, anyhow};
use clap::Args;
use operator::import::{Verdict, record_from};
use operator::manage::{DryRun, Expected, Outcome};
use operator::records::Kind;
use serde_json::{Map, Value, json};

use super::assign::assign;
use super::show::{in_lines, in_words};
use super::{key_member, members, on_records, say, show_secret, with_hint, word};
use crate::cli::StoreOptions;
use crate::commands::print;

#[derive(Args)]
pub(super) struct Set {
    /// The record's key: its number, a system user's name, an app's client id.
    #[arg(value_name = "KEY")]
    key: String,

    /// What to set: a list as words with commas between them, `address.postalCode=0150` for a member
    /// inside another, JSON for what has members of its own; nothing after the `=` leaves it out.
    #[arg(value_name = "MEMBER=VALUE", value_parser = assignment)]
    assignments: Vec<(String, String)>,

    /// A file with the record as JSON, or `-` for stdin; what is assigned comes on top.
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,

    /// Shows what would change, and changes nothing.
    #[arg(long)]
    dry_run: bool,

    /// The outcome as JSON, as the operator's API gives it.
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    options: StoreOptions,
}

impl Set {
    pub(super) fn run(self, kind: Kind) -> anyhow::Result<ExitCode> {
        on_records(&self.options, async |manage, by| {
            let before = manage.find(kind, &self.key).await?;
            let before = before.as_ref().map(members).transpose()?;
            let wanted = self.wanted(kind, before.as_ref())?;
            let refused = |reason| anyhow!("{} {}: {reason}", word(kind), self.key);
            let record = record_from(kind, wanted).map_err(refused)?;
            let dry_run = if self.dry_run {
                DryRun::Yes
            } else {
                DryRun::No
            };
            let outcome = manage
                .put(by, &record, (dry_run, &Expected::Anything))
                .await
                .map_err(with_hint)?;
            if self.json {
                as_json(&outcome)
            } else {
                self.in_words(kind, before.as_ref(), &outcome)
            }
        })
    }

    /// The file's members, or those that are kept, and on top of them what is assigned.
    fn wanted(&self, kind: Kind, before: Option<&Value>) -> anyhow::Result<Map<String, Value>> {
        let mut wanted = match &self.file {
            Some(file) => read(file).with_context(|| format!("read {}", file.display()))?,
            None => before
                .and_then(Value::as_object)
                .cloned()
                .unwrap_or_default(),
        };
        let schema = kind.schema();
        for (member, value) in &self.assignments {
            assign(&mut wanted, schema.as_value(), member, value)?;
        }
        wanted
            .entry(key_member(kind))
            .or_insert_with(|| self.key.clone().into());
        let key = wanted.get(key_member(kind)).map(in_words);
        if key.as_deref() != Some(&self.key) {
            let key = key.unwrap_or_default();
            return Err(anyhow!(
                "the record's {} is {key}, not {}\nhint: keys stay as they are",
                key_member(kind),
                self.key
            ));
        }
        Ok(wanted)
    }

    fn in_words(
        &self,
        kind: Kind,
        before: Option<&Value>,
        outcome: &Outcome,
    ) -> anyhow::Result<()> {
        let what = format!("{} {}", word(kind), self.key);
        let after = members(&outcome.record)?;
        let (would, would_be) = if self.dry_run {
            ("would be added", "would change")
        } else {
            ("is added", "has changed")
        };
        match &outcome.verdict {
            Verdict::New => {
                say(&format!("{what} {would}:"));
                print_or_say(outcome, &in_lines(&after))?;
            }
            Verdict::Unchanged => say(&format!("{what} is so already")),
            Verdict::Changed(changed) => {
                say(&format!("{what} {would_be}:"));
                let of = |record: Option<&Value>, member: &str| {
                    let value = record.and_then(|record| record.get(member));
                    value.map_or_else(|| "(none)".to_owned(), in_words)
                };
                let lines = changed.iter().map(|member| {
                    let (old, new) = (of(before, member), of(Some(&after), member));
                    format!("{member}: {old} -> {new}\n")
                });
                print(&lines.collect::<String>())?;
            }
        }
        match &outcome.secret {
            Some(secret) => show_secret(&format!("the secret of {what}"), secret),
            None => Ok(()),
        }
    }
}

/// Where a secret follows, it is alone on stdout.
fn print_or_say(outcome: &Outcome, lines: &str) -> anyhow::Result<()> {
    if outcome.secret.is_none() {
        return print(lines);
    }
    say(lines.trim_end());
    Ok(())
}

fn as_json(outcome: &Outcome) -> anyhow::Result<()> {
    let (word, changed) = match &outcome.verdict {
        Verdict::New => ("new", &[][..]),
        Verdict::Unchanged => ("unchanged", &[][..]),
        Verdict::Changed(members) => ("changed", &members[..]),
    };
    let mut shown = json!({
        "outcome": word,
        "changed": changed,
        "record": members(&outcome.record)?,
    });
    if let (Some(secret), Some(shown)) = (&outcome.secret, shown.as_object_mut()) {
        shown.insert("secret".to_owned(), secret.clone().into());
    }
    print(&format!("{shown}\n"))
}

fn read(file: &std::path::Path) -> anyhow::Result<Map<String, Value>> {
    let text = if file.as_os_str() == "-" {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text)?;
        text
    } else {
        std::fs::read_to_string(file)?
    };
    Ok(serde_json::from_str(&text)?)
}

fn assignment(text: &str) -> Result<(String, String), String> {
    let (member, value) = text
        .split_once('=')
        .ok_or_else(|| "must be MEMBER=VALUE".to_owned())?;
    Ok((member.to_owned(), value.to_owned()))
}
