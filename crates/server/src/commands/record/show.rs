//! `show`: one record whole, a member a line, or as JSON.

use std::process::ExitCode;

use clap::Args;
use operator::manage::ManageError;
use operator::records::Kind;
use serde_json::Value;

use super::{members, on_records, with_hint};
use crate::cli::StoreOptions;
use crate::commands::print;

#[derive(Args)]
pub(super) struct Show {
    /// The record's key: its number, a system user's name, an app's client id.
    #[arg(value_name = "KEY")]
    key: String,

    /// As JSON, as files of records and the operator's API have it.
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    options: StoreOptions,
}

impl Show {
    pub(super) fn run(self, kind: Kind) -> anyhow::Result<ExitCode> {
        on_records(&self.options, async |manage, _| {
            let found = manage.find(kind, &self.key).await?;
            let unknown = || with_hint(ManageError::Unknown(kind, self.key.clone()));
            let record = members(&found.ok_or_else(unknown)?)?;
            print(&if self.json {
                format!("{record}\n")
            } else {
                in_lines(&record)
            })
        })
    }
}

/// Each member on its own line, the values below each other.
pub(super) fn in_lines(record: &Value) -> String {
    let members = record.as_object().into_iter().flatten();
    let widest = members.clone().map(|(name, _)| name.len()).max();
    let widest = widest.unwrap_or_default();
    let lines = members.map(|(name, value)| format!("{name:widest$}  {}", in_words(value)));
    let mut lines = lines.collect::<Vec<_>>().join("\n");
    lines.push('\n');
    lines
}

/// A text by itself, everything else as JSON.
pub(super) fn in_words(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
