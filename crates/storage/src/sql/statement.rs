//! One SQL text for both engines, translated once and counted each time it runs.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// The two databases that one text must suit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// The embedded default.
    Sqlite,
    /// For several nodes.
    Postgres,
}

/// A SQL text known at compile time, written once with `$1`, `$2` and so on.
///
/// The comments `/* skip locked */`, `/* for update */` and `/* for share */` become `FOR UPDATE SKIP
/// LOCKED`, `FOR UPDATE` and `FOR SHARE` on PostgreSQL. On SQLite they stay comments, because a writer
/// there is alone.
#[derive(Debug)]
pub struct Statement {
    text: &'static str,
    sqlite_text: OnceLock<String>,
    postgres_text: OnceLock<String>,
    sqlite_runs: AtomicU64,
    postgres_runs: AtomicU64,
}

impl Statement {
    /// Made in a `static`, so that translation and counting last as long as the program.
    #[must_use]
    pub const fn new(text: &'static str) -> Self {
        Self {
            text,
            sqlite_text: OnceLock::new(),
            postgres_text: OnceLock::new(),
            sqlite_runs: AtomicU64::new(0),
            postgres_runs: AtomicU64::new(0),
        }
    }

    /// The text as it was written.
    pub fn text(&self) -> &'static str {
        self.text
    }

    /// How often this statement has succeeded on an engine since the program started.
    pub fn runs(&self, engine: Engine) -> u64 {
        self.counter(engine).load(Ordering::Relaxed)
    }

    /// The text as an engine understands it.
    pub(super) fn text_for(&self, engine: Engine) -> &str {
        match engine {
            // SQLite numbers `$n` by first appearance, and `?n` by n.
            Engine::Sqlite => self
                .sqlite_text
                .get_or_init(|| number_parameters(self.text)),
            Engine::Postgres => self.postgres_text.get_or_init(|| {
                self.text
                    .replace("/* skip locked */", "FOR UPDATE SKIP LOCKED")
                    .replace("/* for update */", "FOR UPDATE")
                    .replace("/* for share */", "FOR SHARE")
            }),
        }
    }

    pub(super) fn count_run(&self, engine: Engine) {
        self.counter(engine).fetch_add(1, Ordering::Relaxed);
    }

    fn counter(&self, engine: Engine) -> &AtomicU64 {
        match engine {
            Engine::Sqlite => &self.sqlite_runs,
            Engine::Postgres => &self.postgres_runs,
        }
    }
}

fn number_parameters(text: &str) -> String {
    let mut numbered = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let starts_parameter =
            character == '$' && characters.peek().is_some_and(char::is_ascii_digit);
        numbered.push(if starts_parameter { '?' } else { character });
    }
    numbered
}
