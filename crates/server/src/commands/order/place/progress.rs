//! How far a run is: a bar on a terminal, otherwise a line now and then. Always on stderr.

use std::io::IsTerminal;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

const STYLE: &str = "{bar:30} {pos} of {len} rows, {eta} left. {msg}";
/// How often a line is written where there is no terminal.
pub(super) const BETWEEN_LINES: Duration = Duration::from_secs(10);

const TRYING_AGAIN: &str = "trying again: ";

/// What the person who waits gets to see.
#[derive(Clone)]
pub(super) struct Progress(Arc<State>);

struct State {
    bar: ProgressBar,
    is_terminal: bool,
    /// What is in the way, while it is.
    note: Mutex<String>,
}

impl Progress {
    pub(super) fn new(rows: u64) -> Self {
        let is_terminal = std::io::stderr().is_terminal();
        let bar = if is_terminal {
            ProgressBar::new(rows)
        } else {
            ProgressBar::hidden()
        };
        // The template is a constant, and one that is right.
        if let Ok(style) = ProgressStyle::with_template(STYLE) {
            bar.set_style(style);
        }
        bar.set_length(rows);
        Self(Arc::new(State {
            bar,
            is_terminal,
            note: Mutex::default(),
        }))
    }

    /// One more row is done.
    pub(super) fn advance(&self) {
        self.0.bar.inc(1);
    }

    /// Says where it is, where there is no bar that shows it.
    pub(super) fn tell(&self) {
        if !self.0.is_terminal {
            let (done, all) = (self.0.bar.position(), self.0.bar.length());
            write_line(&format!("{done} of {} rows", all.unwrap_or_default()));
        }
    }

    /// Says once why calls are tried again.
    pub(super) fn try_again(&self, problem: &str) {
        self.note(&format!("{TRYING_AGAIN}{problem}"), "");
    }

    /// Says once that the server asks for patience.
    pub(super) fn wait(&self, length: Duration, why: &str) {
        let length = format!("; waiting for {} seconds", length.as_secs());
        self.note(why, &length);
    }

    /// Says what is in the way, unless that was said last, whatever the detail was.
    fn note(&self, text: &str, detail: &str) {
        let mut note = self.0.note.lock().unwrap_or_else(PoisonError::into_inner);
        if *note == text {
            return;
        }
        text.clone_into(&mut note);
        let shown = format!("{text}{detail}");
        if self.0.is_terminal {
            self.0.bar.set_message(shown);
        } else {
            write_line(&shown);
        }
    }

    /// Nothing is in the way any more.
    pub(super) fn answered(&self) {
        self.0
            .note
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
        if self.0.is_terminal && !self.0.bar.message().is_empty() {
            self.0.bar.set_message("");
        }
    }

    /// Why calls are tried again, if they are.
    pub(super) fn last_note(&self) -> Option<String> {
        let note = self.0.note.lock().unwrap_or_else(PoisonError::into_inner);
        note.strip_prefix(TRYING_AGAIN).map(str::to_owned)
    }

    /// Clears the bar, so that the summary stands alone.
    pub(super) fn finish(&self) {
        self.0.bar.finish_and_clear();
    }
}

#[expect(clippy::print_stderr, reason = "messages go to stderr")]
fn write_line(text: &str) {
    eprintln!("{text}");
}
