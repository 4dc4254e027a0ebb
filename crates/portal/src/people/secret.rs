//! The page that shows what is shown once.

use askama::Template;
use axum::response::Response;
use web::Page;

use super::signed_in::SignedIn;

/// What somebody has to keep or to pass on now.
#[derive(Template)]
#[template(path = "people/secret.html")]
pub(super) struct Secret {
    page: Page,
    /// What it is good for, and what happens now.
    text: String,
    /// Each part with its name.
    parts: Vec<(&'static str, String)>,
    /// Where to go on.
    onward: String,
}

impl Secret {
    /// A page with this title and text.
    pub(super) fn new(person: &SignedIn, title: &str, text: impl Into<String>) -> Self {
        let mut page = person.page(title);
        page.notices.clear();
        Self {
            page,
            text: text.into(),
            parts: Vec::new(),
            onward: String::new(),
        }
    }

    /// With one more part.
    pub(super) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.parts.push((name, value.into()));
        self
    }

    /// The page, from which the person goes on there.
    pub(super) fn then(mut self, onward: impl Into<String>) -> Response {
        self.onward = onward.into();
        web::html(&self)
    }
}
