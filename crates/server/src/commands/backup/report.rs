//! What was checked and what came of it, for a person or a program.

use comfy_table::{Table, presets};
use serde_json::{Value, json};

/// The checks, in the order in which they were made.
#[derive(Default)]
pub(super) struct Report {
    rows: Vec<Row>,
    /// The last place of the journal, if it is intact.
    pub(super) head: Option<String>,
}

struct Row {
    what: String,
    looked_at: i64,
    wrong: i64,
    examples: Vec<String>,
}

impl Report {
    /// Adds what came of a check: of how many things it was asked, how many are wrong, and words or
    /// ids of some of those.
    pub(super) fn add(
        &mut self,
        what: &str,
        (looked_at, wrong): (i64, i64),
        examples: Vec<String>,
    ) {
        self.rows.push(Row {
            what: what.to_owned(),
            looked_at,
            wrong,
            examples,
        });
    }

    /// Adds a check of one thing, which is wrong if there are words about it.
    pub(super) fn add_one(&mut self, what: &str, wrong: Option<String>) {
        self.add(
            what,
            (1, i64::from(wrong.is_some())),
            wrong.into_iter().collect(),
        );
    }

    /// Whether nothing is wrong.
    pub(super) fn is_good(&self) -> bool {
        self.rows.iter().all(|row| row.wrong == 0)
    }

    /// For a program.
    pub(super) fn as_json(&self) -> String {
        let checks: Vec<Value> = self.rows.iter().map(Row::as_json).collect();
        let report = json!({
            "good": self.is_good(),
            "checks": checks,
            "journalHead": self.head,
        });
        format!("{report:#}\n")
    }

    /// For a person.
    pub(super) fn as_table(&self) -> String {
        let mut table = Table::new();
        table.load_style(presets::NOTHING);
        table.set_header(["CHECK", "LOOKED AT", "WRONG", ""]);
        for row in &self.rows {
            table.add_row([
                row.what.clone(),
                row.looked_at.to_string(),
                row.wrong.to_string(),
                row.examples.join(", "),
            ]);
        }
        let head = self.head.as_ref();
        let head = head.map_or_else(String::new, |head| format!("journal head {head}\n"));
        format!("{}\n{head}", table.trim_fmt())
    }
}

impl Row {
    fn as_json(&self) -> Value {
        json!({
            "check": self.what,
            "lookedAt": self.looked_at,
            "wrong": self.wrong,
            "examples": self.examples,
        })
    }
}
