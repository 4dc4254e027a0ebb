//! Pages that ask before something is done that stops others: what it will bring about, and the button
//! that does it.

use askama::Template;
use axum::response::Response;
use storage::LoggedCall;
use web::{Field, Moment, Page};

use super::signed_in::SignedIn;

/// The name of the field that says that the person was asked.
pub(super) const SURE: &str = "sure";
/// The name of the field that says what the form has seen.
pub(super) const SEEN: &str = "seen";

/// What is asked.
#[derive(Template)]
#[template(path = "people/confirm.html")]
pub(super) struct Confirm {
    page: Page,
    /// What it brings about, a paragraph each.
    words: Vec<String>,
    /// Whether something calls that would be refused, and its latest call if one is known.
    calls: bool,
    last_call: Option<LoggedCall>,
    /// What the form sends, besides the token.
    hidden: Vec<(&'static str, String)>,
    ticks: Vec<Field>,
    action: String,
    button: &'static str,
    /// Where to go when it is not done.
    back: String,
}

impl Confirm {
    /// A page with this question, and where to go when the answer is no.
    pub(super) fn new(person: &SignedIn, question: String, back: String) -> Self {
        Self {
            page: person.page(question),
            words: Vec::new(),
            calls: false,
            last_call: None,
            hidden: Vec::new(),
            ticks: Vec::new(),
            action: String::new(),
            button: "",
            back,
        }
    }

    /// With one more paragraph.
    pub(super) fn says(mut self, words: impl Into<String>) -> Self {
        self.words.push(words.into());
        self
    }

    /// With when it was last used.
    pub(super) fn last_call(mut self, call: Option<LoggedCall>) -> Self {
        self.calls = true;
        self.last_call = call;
        self
    }

    /// With something that the form sends.
    pub(super) fn sends(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.hidden.push((name, value.into()));
        self
    }

    /// With something to choose.
    pub(super) fn asks(mut self, field: Field) -> Self {
        self.ticks.push(field);
        self
    }

    /// The page, with the button that sends the form there.
    pub(super) fn then(mut self, action: impl Into<String>, button: &'static str) -> Response {
        self.action = action.into();
        self.button = button;
        web::html(&self)
    }
}
