//! What a run came to, for a person or for a program.

use std::path::Path;

use comfy_table::{CellAlignment, Table, presets};
use serde_json::{Value, json};

use super::outcome::Outcome;

/// As many rejections as a person reads on a screen.
const MOST_SHOWN: usize = 10;

/// The figures of a run.
#[derive(Debug, Default)]
pub(super) struct Summary {
    pub(super) rows: u64,
    placed: u64,
    placed_before: u64,
    rejected: u64,
    unanswered: u64,
    rejections: Vec<Rejected>,
}

/// One row that was rejected.
#[derive(Debug)]
struct Rejected {
    line: u64,
    code: Option<u64>,
    message: String,
}

impl Summary {
    pub(super) fn new(rows: u64) -> Self {
        Self {
            rows,
            ..Self::default()
        }
    }

    /// Counts a row that the results file already had.
    pub(super) fn skip(&mut self) {
        self.placed_before += 1;
    }

    pub(super) fn count(&mut self, line: u64, outcome: Outcome) {
        match outcome {
            Outcome::Placed { replayed: true, .. } => self.placed_before += 1,
            Outcome::Placed { .. } => self.placed += 1,
            Outcome::Unanswered(_) => self.unanswered += 1,
            Outcome::NotTried => {}
            Outcome::Rejected { code, message } => {
                self.rejected += 1;
                self.keep(Rejected {
                    line,
                    code,
                    message,
                });
            }
        }
    }

    /// The first of the file, in whatever order they come.
    fn keep(&mut self, rejected: Rejected) {
        let place = self
            .rejections
            .partition_point(|known| known.line < rejected.line);
        self.rejections.insert(place, rejected);
        self.rejections.truncate(MOST_SHOWN);
    }

    pub(super) fn all_placed(&self) -> bool {
        self.placed + self.placed_before == self.rows
    }

    pub(super) fn not_tried(&self) -> u64 {
        let tried = self.placed + self.placed_before + self.rejected + self.unanswered;
        self.rows.saturating_sub(tried)
    }

    pub(super) fn text(&self, results: &Path) -> String {
        let mut table = Table::new();
        table.load_style(presets::UTF8_FULL_CONDENSED);
        let figures = [
            ("placed", self.placed),
            ("placed before", self.placed_before),
            ("rejected", self.rejected),
            ("no answer", self.unanswered),
            ("not tried", self.not_tried()),
        ];
        for (name, figure) in figures {
            table.add_row([name.to_owned(), figure.to_string()]);
        }
        if let Some(column) = table.column_mut(1) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        let shown = self.rejections.iter().map(|rejected| {
            let code = rejected.code.map(|code| format!("{code} "));
            let code = code.unwrap_or_default();
            format!("  line {}: {code}{}\n", rejected.line, rejected.message)
        });
        let shown: String = shown.collect();
        let title = match self.rejections.len() {
            0 => String::new(),
            count => format!("\nrejected, the first {count}:\n"),
        };
        let results = results.display();
        format!("{table}\n{title}{shown}\nresults of each row: {results}\n")
    }

    pub(super) fn json(&self, results: &Path) -> Value {
        let rejections = self.rejections.iter().map(|rejected| {
            json!({
                "line": rejected.line,
                "errorCode": rejected.code,
                "message": rejected.message,
            })
        });
        json!({
            "rows": self.rows,
            "placed": self.placed,
            "placedBefore": self.placed_before,
            "rejected": self.rejected,
            "unanswered": self.unanswered,
            "notTried": self.not_tried(),
            "rejections": rejections.collect::<Vec<_>>(),
            "results": results.display().to_string(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_ten_rejections_of_the_file_are_shown() {
        let mut summary = Summary::new(20);
        for line in (2..=21).rev() {
            let (code, message) = (Some(400_901), "no".to_owned());
            summary.count(line, Outcome::Rejected { code, message });
        }
        let text = summary.text(Path::new("results.csv"));
        let lines: Vec<_> = text
            .lines()
            .filter(|line| line.contains("400901"))
            .collect();
        assert_eq!(lines.len(), 10);
        assert_eq!(lines[0], "  line 2: 400901 no");
        assert!(!summary.all_placed());
    }

    #[test]
    fn every_row_is_in_one_figure() {
        let mut summary = Summary::new(5);
        let order = || "000000000001".to_owned();
        for replayed in [true, false] {
            let order = order();
            summary.count(2, Outcome::Placed { order, replayed });
        }
        summary.skip();
        summary.count(4, Outcome::Unanswered("silence".to_owned()));
        summary.count(5, Outcome::NotTried);
        let json = summary.json(Path::new("r.csv"));
        let figures = [
            "placed",
            "placedBefore",
            "rejected",
            "unanswered",
            "notTried",
        ];
        assert_eq!(
            figures.map(|name| json[name].as_u64().expect("a number")),
            [1, 2, 0, 1, 1]
        );
    }
}
