//! Pages that ask before something is done that stops others: what it will bring about, and the button
//! that does it.

use askama::Template;
use axum::response::Response;
use selfservice::Seen;
use web::Page;

use super::record_page::Button;
use super::signed_in::SignedIn;
use super::table::Cell;

/// The name of the field that says what the form has seen.
pub(super) const SEEN: &str = "seen";

/// What is asked.
#[derive(Template)]
#[template(path = "console/confirm.html")]
pub(super) struct Confirm {
    page: Page,
    button: Button,
    facts: Vec<(&'static str, Cell)>,
    /// Where to go when it is not done.
    back: String,
}

impl Confirm {
    /// Asks whether to press a button, with the words that it warns with.
    pub(super) fn new(person: &SignedIn, (about, back): (&str, String), button: Button) -> Self {
        let mut person = person.clone();
        person.path.clone_from(&back);
        Self {
            page: person.page(format!("{about}: {}?", lowered(&button.words))),
            button,
            facts: Vec::new(),
            back,
        }
    }

    /// What helps to decide.
    pub(super) fn fact(mut self, name: &'static str, cell: Cell) -> Self {
        self.facts.push((name, cell));
        self
    }

    /// So that the form, sent again, does nothing.
    pub(super) fn once(mut self, seen: &Seen) -> Self {
        self.button = self.button.sends(SEEN, seen.as_str());
        self
    }

    pub(super) fn answer(self) -> Response {
        web::html(&self)
    }
}

fn lowered(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map(|first| first.to_lowercase().to_string());
    format!("{}{}", first.unwrap_or_default(), letters.as_str())
}
