//! Changes as pages show them: facts in words, links to what changed, and a mark on what nobody
//! vouches for.

use domain::{Author, AuthorKind, OrganizationNumber};
use jiff::Timestamp;
use selfservice::PlacedRow;
use serde_json::{Map, Value};
use web::{Badge, Tone};

use super::nouns;
use crate::records::Kind;

/// A line of a table of changes.
pub(super) struct ChangeLine {
    pub(super) position: i64,
    pub(super) at: Timestamp,
    pub(super) organization: Option<OrganizationNumber>,
    pub(super) author: Author,
    noun: String,
    pub(super) subject: String,
    /// Where what changed is shown.
    pub(super) link: Option<String>,
    pub(super) action: String,
    /// Names and values.
    pub(super) facts: Vec<(String, String)>,
    genuine: bool,
}

impl ChangeLine {
    /// On whose side the author is.
    pub(super) fn side(&self) -> &'static str {
        match self.author.kind() {
            AuthorKind::Customer => "customer",
            AuthorKind::Operator => "operator",
            AuthorKind::Server => "server",
        }
    }

    /// What kind of thing it is about, in words.
    pub(super) fn noun(&self) -> &str {
        nouns::spoken(&self.noun)
    }

    /// What is said of a row that has no right code.
    pub(super) fn mark(&self) -> Option<Badge> {
        (!self.genuine).then(|| Badge::new(Tone::Bad, "forged"))
    }
}

impl From<PlacedRow> for ChangeLine {
    fn from(PlacedRow { row, place }: PlacedRow) -> Self {
        let (change, line) = (row.change, row.line);
        Self {
            position: place.position,
            at: change.at,
            organization: change.organization,
            author: change.author,
            link: link(&line.noun, &line.subject),
            noun: line.noun,
            subject: line.subject,
            action: line.action,
            facts: facts(&line.facts),
            genuine: place.genuine,
        }
    }
}

/// Where a thing is shown. A row says what it likes, so what is no id leads nowhere.
fn link(noun: &str, subject: &str) -> Option<String> {
    if subject.is_empty() || subject.starts_with('.') {
        return None;
    }
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let is_plain = subject.bytes().all(plain);
    match noun {
        "order" if is_plain => Some(format!("/console/orders/{subject}")),
        "endpoint" if is_plain => Some(format!("/console/notifications/{subject}")),
        "operator" if is_plain => Some(format!("/console/operators/{subject}")),
        noun => Kind::parse(noun).map(|kind| nouns::address(kind, subject)),
    }
}

fn facts(text: &str) -> Vec<(String, String)> {
    let facts: Map<String, Value> = serde_json::from_str(text).unwrap_or_default();
    let facts = facts.into_iter();
    facts.map(|(name, value)| (name, in_words(value))).collect()
}

fn in_words(value: Value) -> String {
    match value {
        Value::String(text) => text,
        Value::Array(values) => {
            let words: Vec<_> = values.into_iter().map(in_words).collect();
            words.join(", ")
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_are_names_and_values() {
        let shown = facts(r#"{"agreement":5538579,"members":["name","enabled"],"reason":"<b>"}"#);
        let shown: Vec<_> = shown
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        assert_eq!(
            shown,
            ["agreement=5538579", "members=name, enabled", "reason=<b>"]
        );
        assert_eq!(facts("not json"), []);
    }

    #[test]
    fn what_changed_has_its_page() {
        for (noun, subject, expected) in [
            (
                "order",
                "010780005503",
                Some("/console/orders/010780005503"),
            ),
            (
                "operator",
                "kari.nordmann",
                Some("/console/operators/kari.nordmann"),
            ),
            ("app", "a/b", Some("/console/apps/a%2Fb")),
            ("order", "../x", None),
            ("order", "", None),
            ("something", "5", None),
        ] {
            assert_eq!(link(noun, subject).as_deref(), expected, "{noun} {subject}");
        }
    }
}
