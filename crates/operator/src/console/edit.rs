//! A record of any kind as JSON: to read, to try a change, and to apply the very change that was
//! tried.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::access::OperatorRole;
use http::StatusCode;
use selfservice::Seen;
use serde::Deserialize;
use serde_json::{Map, Value};
use web::{Field, Notice, Page};

use super::Console;
use super::fault::Fault;
use super::form::{done, find};
use super::input::Form;
use super::nouns;
use super::signed_in::SignedIn;
use super::table::{Cell, Table};
use crate::import::{Verdict, members, record_from};
use crate::manage::{DryRun, Expected, ManageError, Outcome, tag};
use crate::records::{Kind, Record};

#[derive(Template)]
#[template(path = "console/edit.html")]
struct Html {
    page: Page,
    action: String,
    back: String,
    text: String,
    faults: Vec<String>,
    tried: Option<Tried>,
    is_overtaken: bool,
    may_change: bool,
}

/// What a change would do.
struct Tried {
    verdict: String,
    members: Option<Table>,
    /// What the form repeats, so that nothing else is applied.
    digest: String,
    /// Which record it was tried on; empty for none.
    seen: String,
}

/// What the form sends.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Sent {
    text: String,
    tried: String,
    seen: String,
}

/// What the page is about.
struct About {
    kind: Kind,
    current: Option<Record>,
    /// Whether it became another one since a change of it was tried.
    is_overtaken: bool,
}

/// The members that another record has to have.
pub(super) async fn show_empty(
    person: SignedIn,
    Path(kind): Path<String>,
) -> Result<Response, Fault> {
    let about = About {
        kind: parse(&kind)?,
        current: None,
        is_overtaken: false,
    };
    let text = pretty(&skeleton(about.kind));
    Ok(about.page(person, text, Vec::new(), None))
}

/// A record that is there.
pub(super) async fn show(
    State(console): State<Console>,
    person: SignedIn,
    Path((kind, key)): Path<(String, String)>,
) -> Result<Response, Fault> {
    let kind = parse(&kind)?;
    let current = find(&console, kind, &key).await?;
    let text = pretty(&current);
    let about = About {
        kind,
        current: Some(current),
        is_overtaken: false,
    };
    Ok(about.page(person, text, Vec::new(), None))
}

/// Tries to add a record, or adds it.
pub(super) async fn add(
    State(console): State<Console>,
    person: SignedIn,
    Path(kind): Path<String>,
    Form(sent): Form<Sent>,
) -> Result<Response, Fault> {
    let about = About {
        kind: parse(&kind)?,
        current: None,
        is_overtaken: false,
    };
    about.take(&console, person, sent).await
}

/// Tries a change, or makes it.
pub(super) async fn change(
    State(console): State<Console>,
    person: SignedIn,
    Path((kind, key)): Path<(String, String)>,
    Form(sent): Form<Sent>,
) -> Result<Response, Fault> {
    let kind = parse(&kind)?;
    let current = Some(find(&console, kind, &key).await?);
    let about = About {
        kind,
        current,
        is_overtaken: false,
    };
    about.take(&console, person, sent).await
}

fn parse(kind: &str) -> Result<Kind, Fault> {
    let mut kinds = Kind::ALL.into_iter();
    kinds
        .find(|other| other.as_str() == kind)
        .ok_or(Fault::NOT_FOUND)
}

/// As people read JSON. Records have no way to fail.
pub(super) fn pretty(value: &impl serde::Serialize) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

/// The members that a record must have, with nothing in them.
fn skeleton(kind: Kind) -> Value {
    let schema = kind.schema().to_value();
    let required = schema["required"].as_array().into_iter().flatten();
    let mut members = Map::new();
    for name in required.filter_map(Value::as_str) {
        let empty = match schema["properties"][name]["type"].as_str() {
            _ if name == "kind" => Value::from(kind.as_str()),
            Some("array") => Value::Array(Vec::new()),
            _ => Value::from(""),
        };
        members.insert(name.to_owned(), empty);
    }
    Value::Object(members)
}

/// The record that a text holds, or all that can be found wrong with its form.
fn read(kind: Kind, text: &str) -> Result<Record, Vec<String>> {
    let value: Result<Value, _> = serde_json::from_str(text);
    let mut members = match value {
        Ok(Value::Object(members)) => members,
        Ok(_) => return Err(vec!["This is JSON, but no object: {…}.".to_owned()]),
        Err(error) => return Err(vec![format!("This is not JSON: {error}.")]),
    };
    let mut faults = Vec::new();
    // One unknown member hides the others.
    loop {
        let fault = match record_from(kind, members.clone()) {
            Ok(record) if faults.is_empty() => return Ok(record),
            Ok(_) => return Err(faults),
            Err(fault) => fault,
        };
        let unknown = fault.strip_suffix(": unknown member");
        let is_gone = unknown
            .and_then(|name| members.shift_remove(name))
            .is_some();
        faults.push(fault);
        if !is_gone {
            return Err(faults);
        }
    }
}

impl About {
    async fn take(
        mut self,
        console: &Console,
        person: SignedIn,
        sent: Sent,
    ) -> Result<Response, Fault> {
        let record = match read(self.kind, &sent.text) {
            Ok(record) => record,
            Err(faults) => return Ok(self.page(person, sent.text, faults, None)),
        };
        if let Some(fault) = self.other_key(console, &record).await? {
            return Ok(self.page(person, sent.text, vec![fault], None));
        }
        let (by, manage) = (person.author(), &console.services.manage);
        let wanted = self.digest(&record);
        if sent.tried == wanted {
            let expected = self.current.as_ref();
            let expected = expected.map_or(Expected::Absent, Expected::record);
            match manage.put(&by, &record, (DryRun::No, &expected)).await {
                Ok(outcome) => return Ok(done(console, &person, outcome)),
                Err(ManageError::Faults(faults)) => {
                    return Ok(self.page(person, sent.text, faults, None));
                }
                // Somebody was faster by a moment.
                Err(ManageError::Overtaken(..) | ManageError::There(..)) => {
                    self.current = manage.find(self.kind, &record.key()).await?;
                }
                Err(error) => return Err(error.into()),
            }
        }
        let how = (DryRun::Yes, &Expected::Anything);
        match manage.put(&by, &record, how).await {
            Ok(outcome) => {
                let tried = self.tried(&outcome, self.digest(&record));
                self.is_overtaken = !sent.seen.is_empty() && sent.seen != self.seen();
                Ok(self.page(person, sent.text, Vec::new(), Some(tried)))
            }
            Err(ManageError::Faults(faults)) => Ok(self.page(person, sent.text, faults, None)),
            Err(error) => Err(error.into()),
        }
    }

    fn seen(&self) -> String {
        let seen = self.current.as_ref().map(tag);
        seen.map_or_else(String::new, |seen| seen.as_str().to_owned())
    }

    /// What the form repeats: the record as it is, and as it is to be.
    fn digest(&self, wanted: &Record) -> String {
        let texts = [pretty(&self.current), pretty(wanted)];
        let seen = Seen::of(texts.iter().map(String::as_str));
        seen.as_str().to_owned()
    }

    /// A change keeps the record's key, and what is added has one that nobody has.
    async fn other_key(&self, console: &Console, record: &Record) -> Result<Option<String>, Fault> {
        let key = record.key();
        Ok(match &self.current {
            Some(current) if current.key() == key => None,
            Some(current) => Some(format!(
                "This is {} {}; its key can't become {key}.",
                nouns::one(self.kind),
                current.key()
            )),
            None => {
                let found = console.services.manage.find(self.kind, &key).await?;
                found.map(|_| format!("There is {} {key} already.", nouns::an(self.kind)))
            }
        })
    }

    fn tried(&self, outcome: &Outcome, digest: String) -> Tried {
        let after = members(&outcome.record);
        let (verdict, members) = match (&outcome.verdict, &self.current) {
            (Verdict::Unchanged, _) => ("This is as it stands; nothing would change.", None),
            (Verdict::Changed(names), Some(current)) => {
                let before = members(current);
                let row = |name: &String| {
                    let (old, new) = (before.get(name), after.get(name));
                    vec![Cell::text(name.as_str()), shown(old), shown(new)]
                };
                let rows = names.iter().map(row).collect();
                let columns = vec!["Member", "Now", "Then"];
                let table = Table::new("What would change", columns, rows, "");
                ("This would change:", Some(table))
            }
            (Verdict::New | Verdict::Changed(_), _) => {
                let row = |(name, value)| vec![Cell::text(name), shown(Some(value))];
                let rows = after.iter().map(row).collect();
                let table = Table::new("What would be added", vec!["Member", "Then"], rows, "");
                ("This would be added:", Some(table))
            }
        };
        Tried {
            verdict: verdict.to_owned(),
            members,
            digest,
            seen: self.seen(),
        }
    }

    fn page(
        self,
        mut person: SignedIn,
        text: String,
        faults: Vec<String>,
        tried: Option<Tried>,
    ) -> Response {
        let kind = self.kind;
        let key = self.current.as_ref().map(Record::key);
        let back = key.as_ref().map(|key| nouns::address(kind, key));
        person.path = nouns::list_address(kind);
        let mut page = person.page(match &key {
            Some(key) => format!("{} as JSON", nouns::title(kind, key)),
            None => format!("Add {} as JSON", nouns::an(kind)),
        });
        let is_wrong = !faults.is_empty();
        if is_wrong {
            page.notices.push(Notice::failed("Nothing was changed."));
        }
        if self.is_overtaken {
            let text = "Somebody has changed this record since you tried the change. Nothing was \
                        changed just now; what your change would do by now is shown anew.";
            page.notices.push(Notice::warning(text));
        }
        let mut response = web::html(&Html {
            page,
            action: nouns::edit_address("json", kind, key.as_deref()),
            back: back.unwrap_or_else(|| nouns::list_address(kind)),
            text,
            faults,
            tried,
            is_overtaken: self.is_overtaken,
            may_change: person.may(OperatorRole::Administrator),
        });
        if is_wrong {
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        } else if self.is_overtaken {
            *response.status_mut() = StatusCode::CONFLICT;
        }
        response
    }
}

/// A member's value; what is not there, or not shown, is a dash.
fn shown(value: Option<&Value>) -> Cell {
    match value {
        None => Cell::maybe(None),
        Some(Value::String(text)) => Cell::Code(text.clone()),
        Some(value @ (Value::Array(_) | Value::Object(_))) => Cell::Json(pretty(value)),
        Some(value) => Cell::Code(value.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_unknown_members_are_named() {
        let text = r#"{"orgNumber":"914742315","name":"x","a":1,"b":2}"#;
        let faults = read(Kind::Organization, text).expect_err("faults");
        assert_eq!(faults, ["a: unknown member", "b: unknown member"]);
        assert!(read(Kind::Organization, "[]").is_err());
        assert!(read(Kind::Organization, "{").is_err());
        let text = r#"{"kind":"app","orgNumber":"914742315","name":"x"}"#;
        assert!(read(Kind::Organization, text).is_err());
    }

    #[test]
    fn a_skeleton_has_what_is_required() {
        let skeleton = skeleton(Kind::Agreement);
        assert_eq!(skeleton["kind"], "agreement");
        assert_eq!(skeleton["validFrom"], "");
        assert!(skeleton.get("validTo").is_none());
    }
}
