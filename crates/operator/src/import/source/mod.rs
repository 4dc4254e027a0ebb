//! Files of records, whichever their form. Reading is repeatable: an import reads each file twice.

mod json;
mod lines;
mod table;
mod yaml;

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde_json::error::Category;
use serde_json::{Map, Value};

use crate::records::{Kind, Record};
use lines::Lines;

/// The largest file that is read as a whole.
const LARGEST_WHOLE: u64 = 64 * 1024 * 1024;

/// A record with the line that it begins on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// From 1.
    pub line: u64,
    /// What it says.
    pub record: Record,
}

/// What is wrong in a file, and on which line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// From 1.
    pub line: u64,
    /// A fragment.
    pub reason: String,
}

impl Fault {
    pub(crate) fn new(line: u64, reason: impl Into<String>) -> Self {
        let reason = reason.into();
        Self { line, reason }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Ndjson,
    Json,
    Yaml,
    Csv(Kind),
}

/// A file of records that can be read as often as needed.
#[derive(Debug, Clone)]
pub struct Source {
    name: String,
    place: Place,
    form: Form,
}

#[derive(Debug, Clone)]
enum Place {
    File(PathBuf),
    BuiltIn(&'static str),
}

impl Source {
    /// By the file's name; `kind` is for a CSV file that has another. The error says which names are
    /// understood.
    pub fn of(path: &Path, kind: Option<Kind>) -> Result<Self, String> {
        let name = path.display().to_string();
        let extension = path.extension().and_then(|extension| extension.to_str());
        let form = match extension.map(str::to_ascii_lowercase).as_deref() {
            Some("ndjson" | "jsonl") => Form::Ndjson,
            Some("json") => Form::Json,
            Some("yaml" | "yml") => Form::Yaml,
            Some("csv") => Form::Csv(table::kind_of(path, kind)?),
            _ => {
                return Err(format!(
                    "{name} ends in none of .ndjson, .jsonl, .json, .yaml, .yml and .csv"
                ));
            }
        };
        match std::fs::metadata(path) {
            Err(error) => return Err(format!("failed to read {name}: {error}")),
            Ok(found) if !found.is_file() => {
                return Err(format!("{name} is no regular file, and it is read twice"));
            }
            Ok(found) if found.len() > LARGEST_WHOLE && matches!(form, Form::Json | Form::Yaml) => {
                return Err(format!(
                    "{name} is larger than 64 MiB; NDJSON, one record a line, may be of any size"
                ));
            }
            Ok(_) => {}
        }
        let place = Place::File(path.to_owned());
        Ok(Self { name, place, form })
    }

    /// Records that are part of the program, as NDJSON; they alone may hold secrets in plain text.
    #[must_use]
    pub fn built_in(name: &str, text: &'static str) -> Self {
        Self {
            name: name.to_owned(),
            place: Place::BuiltIn(text),
            form: Form::Ndjson,
        }
    }

    /// What people know it by.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where paths in it begin; none for what is part of the program.
    pub(crate) fn folder(&self) -> Option<&Path> {
        match &self.place {
            Place::File(path) => path.parent(),
            Place::BuiltIn(_) => None,
        }
    }

    pub(crate) fn is_built_in(&self) -> bool {
        matches!(self.place, Place::BuiltIn(_))
    }

    /// The records one by one. A fault stands in place of its record.
    pub fn rows(&self) -> std::io::Result<Box<dyn Iterator<Item = Result<Row, Fault>>>> {
        let mut input: Box<dyn BufRead> = match &self.place {
            Place::File(path) => Box::new(BufReader::with_capacity(1 << 16, File::open(path)?)),
            Place::BuiltIn(text) => Box::new(text.as_bytes()),
        };
        Ok(match self.form {
            Form::Ndjson => Box::new(Lines::new(input).filter_map(record_of_line)),
            Form::Csv(kind) => Box::new(table::rows(input, kind)),
            Form::Json | Form::Yaml => {
                let mut text = Vec::new();
                (&mut input).take(LARGEST_WHOLE).read_to_end(&mut text)?;
                let rows = match String::from_utf8(text) {
                    Err(_) => vec![Err(Fault::new(1, NOT_UTF8))],
                    Ok(text) if self.form == Form::Json => json::rows(strip_mark(&text)),
                    Ok(text) => yaml::rows(strip_mark(&text)),
                };
                Box::new(rows.into_iter())
            }
        })
    }

    /// The kind of the first record: files are read in the order in which kinds need each other.
    pub(crate) fn first_kind(&self) -> std::io::Result<Option<Kind>> {
        if let Form::Csv(kind) = self.form {
            return Ok(Some(kind));
        }
        let first = self.rows()?.find_map(Result::ok);
        Ok(first.map(|row| row.record.kind()))
    }
}

const NOT_UTF8: &str = "is not UTF-8; save the file with that encoding";

/// Some programs begin a text file with a byte order mark.
fn strip_mark(text: &str) -> &str {
    text.strip_prefix('\u{FEFF}').unwrap_or(text)
}

/// Blank lines are none.
fn record_of_line(line: Result<(u64, String), Fault>) -> Option<Result<Row, Fault>> {
    let (line, text) = match line {
        Ok(line) => line,
        Err(fault) => return Some(Err(fault)),
    };
    if text.trim().is_empty() {
        return None;
    }
    Some(parse(&text, None, line))
}

/// A record from JSON. Its kind is known where it stands in a list of its kind.
fn parse(text: &str, kind: Option<Kind>, line: u64) -> Result<Row, Fault> {
    let parsed = match kind {
        None => serde_json::from_str(text),
        Some(kind) => of_kind(kind, Json(text)),
    };
    finish(parsed, line)
}

/// As `parse`, for what has been read as a tree.
fn convert(value: Value, kind: Option<Kind>, line: u64) -> Result<Row, Fault> {
    let parsed = match kind {
        None => serde_json::from_value(value),
        Some(kind) => of_kind(kind, Tree(value)),
    };
    finish(parsed, line)
}

fn finish(parsed: serde_json::Result<Record>, line: u64) -> Result<Row, Fault> {
    let record = parsed.map_err(|error| {
        // The line within the record is always the first.
        let words = error.to_string();
        let words = words.split(" at line ").next().unwrap_or_default();
        match error.classify() {
            Category::Data => Fault::new(line, words),
            _ => Fault::new(line, format!("is not JSON: {words}")),
        }
    })?;
    Ok(Row { line, record })
}

/// A record from the members of a JSON object, which may say its kind or leave it out. The error is
/// `member: reason` where it is about one member.
pub fn record_from(kind: Kind, mut members: Map<String, Value>) -> Result<Record, String> {
    match members.remove("kind") {
        Some(said) if said != kind.as_str() => Err(format!("kind: must be {}", kind.as_str())),
        _ => of_kind(kind, Tree(Value::Object(members))).map_err(|error| {
            let words = error.to_string();
            let mut parts = words.splitn(3, '`');
            match (parts.next(), parts.next()) {
                (Some("missing field "), Some(member)) => format!("{member}: is missing"),
                (Some("unknown field "), Some(member)) => format!("{member}: unknown member"),
                _ => words,
            }
        }),
    }
}

/// What a record is read from.
trait Input {
    fn read<T: DeserializeOwned>(self) -> serde_json::Result<T>;
}

struct Json<'a>(&'a str);
struct Tree(Value);

impl Input for Json<'_> {
    fn read<T: DeserializeOwned>(self) -> serde_json::Result<T> {
        serde_json::from_str(self.0)
    }
}

impl Input for Tree {
    fn read<T: DeserializeOwned>(self) -> serde_json::Result<T> {
        serde_json::from_value(self.0)
    }
}

fn of_kind(kind: Kind, input: impl Input) -> serde_json::Result<Record> {
    Ok(match kind {
        Kind::Organization => Record::Organization(input.read()?),
        Kind::AddressCard => Record::AddressCard(input.read()?),
        Kind::Person => Record::Person(input.read()?),
        Kind::Offering => Record::Offering(input.read()?),
        Kind::Agreement => Record::Agreement(input.read()?),
        Kind::Account => Record::Account(input.read()?),
        Kind::Product => Record::Product(input.read()?),
        Kind::SystemUser => Record::SystemUser(input.read()?),
        Kind::App => Record::App(input.read()?),
    })
}
