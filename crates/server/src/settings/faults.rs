//! The faults of a configuration file: each with its line, its column, its key, and what to do. No
//! line of the file is quoted, since it may hold a password.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

use api::UPSTREAM_APIS;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::kind::Complaint;
use super::nearest::nearest;
use super::{SETTINGS, Setting, tables};

/// Where the keys of a file that has no faults are.
#[derive(Debug, Clone, Default)]
pub(crate) struct Places {
    path: PathBuf,
    /// Line and column, by the key with its table.
    keys: BTreeMap<String, (usize, usize)>,
}

/// What is wrong with a file, in the order of its lines.
#[derive(Debug)]
pub(crate) struct Faults {
    path: PathBuf,
    faults: Vec<Fault>,
}

#[derive(Debug)]
struct Fault {
    place: (usize, usize),
    text: String,
    hint: Option<String>,
}

impl Places {
    /// Checks a file's text against the list of the settings.
    pub(crate) fn check(path: &Path, text: &str) -> Result<Self, Faults> {
        let mut reader = Reader {
            text,
            faults: Vec::new(),
            keys: BTreeMap::new(),
        };
        match DeTable::parse(text) {
            Ok(file) => reader.table("", file.get_ref(), 0..0),
            Err(error) => reader.fault(error.span().unwrap_or(0..0), error.message(), None),
        }
        let path = path.to_owned();
        if reader.faults.is_empty() {
            let keys = reader.keys;
            return Ok(Self { path, keys });
        }
        reader.faults.sort_by_key(|fault| fault.place);
        let faults = reader.faults;
        Err(Faults { path, faults })
    }

    /// How a message about this key or table begins.
    pub(crate) fn of(&self, key: &str) -> String {
        match self.keys.get(key) {
            Some(place) => format!("{}: {key}", shown(&self.path, *place)),
            None => key.to_owned(),
        }
    }
}

/// One line per fault and one per hint.
impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, fault) in self.faults.iter().enumerate() {
            if index > 0 {
                f.write_str("\nerror: ")?;
            }
            write!(f, "{}: {}", shown(&self.path, fault.place), fault.text)?;
            if let Some(hint) = &fault.hint {
                write!(f, "\nhint: {hint}")?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for Faults {}

fn shown(path: &Path, (line, column): (usize, usize)) -> String {
    format!("{}, line {line}, column {column}", path.display())
}

struct Reader<'a> {
    text: &'a str,
    faults: Vec<Fault>,
    keys: BTreeMap<String, (usize, usize)>,
}

impl Reader<'_> {
    fn fault(&mut self, span: Range<usize>, text: impl Into<String>, hint: Option<String>) {
        self.faults.push(Fault {
            place: self.place(span.start),
            text: text.into(),
            hint,
        });
    }

    /// Line and column, both from 1, the column in characters.
    fn place(&self, offset: usize) -> (usize, usize) {
        let before = self.text.get(..offset).unwrap_or(self.text);
        let line = before.rsplit('\n').next().unwrap_or_default();
        (before.matches('\n').count() + 1, line.chars().count() + 1)
    }

    /// A table as the file names it, such as `upstream.organizations`.
    fn table(&mut self, name: &str, table: &DeTable<'_>, span: Range<usize>) {
        let known = known_as(name);
        for (key, value) in table {
            let path = join(name, key.get_ref());
            let place = self.place(key.span().start);
            self.keys.insert(path.clone(), place);
            if let Some(setting) = find(&known, key.get_ref()) {
                self.value(setting, &path, value);
            } else if let DeValue::Table(inner) = value.get_ref()
                && is_table(&path)
            {
                self.table(&path, inner, key.span());
            } else if is_table(&path) {
                let hint = format!("begin it with a line of its own: [{path}]");
                self.fault(key.span(), format!("`{path}` is a table"), Some(hint));
            } else {
                self.unknown(&known, &path, key, value);
            }
        }
        for setting in settings(&known).filter(|one| one.default.is_none()) {
            if !table.contains_key(setting.key) {
                let hint = format!("add {} = …: {}", setting.key, setting.kind.named());
                let text = format!("`{}` is missing in [{name}]", setting.key);
                self.fault(span.clone(), text, Some(hint));
            }
        }
    }

    fn value(&mut self, setting: &Setting, path: &str, value: &Spanned<DeValue<'_>>) {
        if let Err(Complaint { text, hint }) = setting.kind.check(value.get_ref()) {
            self.fault(value.span(), format!("`{path}` {text}"), hint);
        }
    }

    fn unknown(
        &mut self,
        known: &str,
        path: &str,
        key: &Spanned<std::borrow::Cow<'_, str>>,
        value: &Spanned<DeValue<'_>>,
    ) {
        let typed = key.get_ref().as_ref();
        if known == "upstream" {
            let apis = UPSTREAM_APIS.join(", ");
            let text = format!("no API `{typed}` that an upstream could serve; known are {apis}");
            let hint = nearest(typed, UPSTREAM_APIS.iter().copied());
            let hint = hint.map(|api| format!("did you mean `{api}`?"));
            return self.fault(key.span(), text, hint);
        }
        let (word, hint) = if value.get_ref().is_table() {
            ("table", table_hint(path))
        } else {
            ("key", key_hint(known, path, typed))
        };
        self.fault(key.span(), format!("unknown {word} `{path}`"), hint);
    }
}

/// The name that the list has for a table of the file.
fn known_as(name: &str) -> String {
    match name.strip_prefix("upstream.") {
        Some(_) => "upstream.<api>".to_owned(),
        None => name.to_owned(),
    }
}

fn join(table: &str, key: &str) -> String {
    if table.is_empty() {
        return key.to_owned();
    }
    format!("{table}.{key}")
}

fn settings(table: &str) -> impl Iterator<Item = &'static Setting> {
    SETTINGS.iter().filter(move |one| one.table == Some(table))
}

fn find(table: &str, key: &str) -> Option<&'static Setting> {
    settings(table).find(|one| one.key == key)
}

/// Whether a name is that of a table, or begins one.
fn is_table(name: &str) -> bool {
    if let Some(api) = name.strip_prefix("upstream.") {
        return UPSTREAM_APIS.contains(&api);
    }
    tables().iter().any(|table| {
        let rest = table.strip_prefix(name);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    })
}

/// In the same table first; then it may be in the wrong one.
fn key_hint(table: &str, path: &str, typed: &str) -> Option<String> {
    if let Some(key) = nearest(typed, settings(table).map(|one| one.key)) {
        return Some(format!("did you mean `{key}`?"));
    }
    let flags = SETTINGS.iter().filter(|one| one.table.is_none());
    if let Some(flag) = flags.clone().find(|one| one.key == typed) {
        let flag = flag.flag.unwrap_or_default();
        return Some(format!("it is no key but a flag: --{flag}"));
    }
    let elsewhere = SETTINGS.iter().filter(|one| one.table.is_some());
    let mut elsewhere = elsewhere.filter(|one| one.key == typed || one.path() == path);
    let found = elsewhere.next().filter(|_| elsewhere.next().is_none())?;
    Some(match found.table {
        None | Some("") => "keys without a table come before the first [table]".to_owned(),
        Some(table) => format!("it belongs to the table [{table}]"),
    })
}

fn table_hint(path: &str) -> Option<String> {
    let tables = tables();
    let table = nearest(path, tables.iter().copied())?;
    Some(format!("did you mean [{table}]?"))
}
