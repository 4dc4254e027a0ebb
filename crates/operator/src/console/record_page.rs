//! The page of one record: its facts, what can be done with it, and what hangs on it.

use askama::Template;
use axum::response::Response;
use domain::access::OperatorRole;
use web::Page;

use super::edit::pretty;
use super::forms;
use super::nouns;
use super::signed_in::SignedIn;
use super::table::{Cell, Table};
use crate::records::Record;

/// What a page of a record shows.
#[derive(Template)]
#[template(path = "console/record.html")]
pub(super) struct RecordPage {
    page: Page,
    facts: Vec<(&'static str, Cell)>,
    links: Vec<(String, String)>,
    buttons: Vec<Button>,
    sections: Vec<Section>,
    json: String,
}

/// A form of one button.
#[derive(Debug, Clone, Default)]
pub(super) struct Button {
    pub(super) action: String,
    pub(super) words: String,
    /// What it sends, besides the token.
    pub(super) fields: Vec<(&'static str, String)>,
    /// What it brings about, for those that are not pressed lightly.
    pub(super) warning: String,
}

/// Something that hangs on the record.
#[derive(Debug, Clone, Default)]
pub(super) struct Section {
    pub(super) heading: String,
    /// A sentence below the heading.
    pub(super) note: String,
    pub(super) tables: Vec<Table>,
    /// Ways on: the address and its words.
    pub(super) links: Vec<(String, String)>,
    /// JSON that is shown when it is asked for: what it is, and its text.
    pub(super) code: Option<(String, String)>,
}

impl RecordPage {
    /// With the ways to change it, for those who may.
    pub(super) fn new(
        person: &SignedIn,
        record: &Record,
        facts: Vec<(&'static str, Cell)>,
    ) -> Self {
        let (kind, key) = (record.kind(), record.key());
        let edit = |way: &str| nouns::edit_address(way, kind, Some(&key));
        let mut person = person.clone();
        person.path = nouns::address(kind, &key);
        let mut links = Vec::new();
        if forms::has_form(kind) && person.may(OperatorRole::Administrator) {
            links.push((edit("change"), "Change".to_owned()));
        }
        let words = if person.may(OperatorRole::Administrator) {
            "Change as JSON"
        } else {
            "As JSON"
        };
        links.push((edit("json"), words.to_owned()));
        let subject = [("noun", kind.as_str()), ("subject", &key)];
        // Pairs of texts have no way to fail.
        let subject = serde_urlencoded::to_string(subject).unwrap_or_default();
        links.push((format!("/console/journal?{subject}"), "Journal".to_owned()));
        Self {
            page: person.page(nouns::title(kind, &key)),
            facts,
            links,
            buttons: Vec::new(),
            sections: Vec::new(),
            json: pretty(record),
        }
    }

    pub(super) fn title(mut self, title: &str) -> Self {
        title.clone_into(&mut self.page.title);
        self
    }

    pub(super) fn link(mut self, href: String, words: &str) -> Self {
        self.links.push((href, words.to_owned()));
        self
    }

    /// Buttons, for those who may change something.
    pub(super) fn buttons(mut self, person: &SignedIn, buttons: Vec<Button>) -> Self {
        if person.may(OperatorRole::Administrator) {
            self.buttons = buttons;
        }
        self
    }

    pub(super) fn section(mut self, section: Section) -> Self {
        self.sections.push(section);
        self
    }

    pub(super) fn answer(self) -> Response {
        web::html(&self)
    }
}

impl Button {
    pub(super) fn new(action: impl Into<String>, words: &str) -> Self {
        Self {
            action: action.into(),
            words: words.to_owned(),
            ..Self::default()
        }
    }

    pub(super) fn sends(mut self, name: &'static str, value: &str) -> Self {
        self.fields.push((name, value.to_owned()));
        self
    }

    /// Where a page asks first, by which of several buttons of one address is told apart.
    pub(super) fn asks_at(&self) -> String {
        // Pairs of texts have no way to fail.
        let query = serde_urlencoded::to_string(&self.fields).unwrap_or_default();
        if query.is_empty() {
            return self.action.clone();
        }
        format!("{}?{query}", self.action)
    }

    /// Asks first, on a page of its own.
    pub(super) fn warning(mut self, warning: &str) -> Self {
        warning.clone_into(&mut self.warning);
        self
    }
}

impl Section {
    pub(super) fn new(heading: &str, table: Table) -> Self {
        Self {
            heading: heading.to_owned(),
            tables: vec![table],
            ..Self::default()
        }
    }

    pub(super) fn link(mut self, href: String, words: &str) -> Self {
        self.links.push((href, words.to_owned()));
        self
    }

    pub(super) fn note(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }
}
