//! A JSON file as a whole: a list of records, or an object with a list for each kind.

use serde::de::IgnoredAny;

use super::{Fault, Kind, Row, parse};

type Rows = Vec<Result<Row, Fault>>;

/// Every record with the line that it begins on. A fault of the file's own form is the last.
pub(super) fn rows(text: &str) -> Rows {
    let mut rows = Vec::new();
    let mut cursor = Cursor { text, at: 0 };
    let read = match cursor.peek() {
        Some('[') => cursor.list(None, &mut rows),
        Some('{') => cursor.object(&mut rows),
        _ => Err(cursor.fault("is neither a list of records nor an object of such lists")),
    };
    let ended = read.and_then(|()| match cursor.peek() {
        None => Ok(()),
        Some(_) => Err(cursor.fault("goes on after its end")),
    });
    rows.extend(ended.err().map(Err));
    rows
}

struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    /// The next character that is no space.
    fn peek(&mut self) -> Option<char> {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n']).len();
        self.text[self.at..].chars().next()
    }

    fn take(&mut self, wanted: char) -> bool {
        let there = self.peek() == Some(wanted);
        self.at += if there { wanted.len_utf8() } else { 0 };
        there
    }

    fn line(&self) -> u64 {
        let breaks = self.text[..self.at].bytes().filter(|byte| *byte == b'\n');
        u64::try_from(breaks.count()).unwrap_or(u64::MAX) + 1
    }

    fn fault(&self, reason: &str) -> Fault {
        Fault::new(self.line(), reason)
    }

    /// The text of one value, whatever it is.
    fn value(&mut self) -> Result<&'a str, Fault> {
        self.peek();
        let rest = &self.text[self.at..];
        let mut values = serde_json::Deserializer::from_str(rest).into_iter::<IgnoredAny>();
        match values.next() {
            Some(Ok(IgnoredAny)) => {
                let length = values.byte_offset();
                self.at += length;
                Ok(&rest[..length])
            }
            Some(Err(error)) => {
                let line = self.line() + u64::try_from(error.line()).unwrap_or(1) - 1;
                let words = error.to_string();
                let words = words.split(" at line ").next().unwrap_or_default();
                Err(Fault::new(line, format!("is not JSON: {words}")))
            }
            None => Err(self.fault("ends too early")),
        }
    }

    fn list(&mut self, kind: Option<Kind>, rows: &mut Rows) -> Result<(), Fault> {
        if !self.take('[') {
            return Err(self.fault("a list of records must begin here"));
        }
        if self.take(']') {
            return Ok(());
        }
        // Counting from the start for each record would take the square of the time.
        let (mut line, mut counted) = (1, 0);
        loop {
            self.peek();
            let breaks = self.text[counted..self.at].bytes();
            line += breaks.filter(|byte| *byte == b'\n').count() as u64;
            counted = self.at;
            rows.push(parse(self.value()?, kind, line));
            if self.take(']') {
                return Ok(());
            }
            if !self.take(',') {
                return Err(self.fault("`,` or `]` must follow a record"));
            }
        }
    }

    fn object(&mut self, rows: &mut Rows) -> Result<(), Fault> {
        self.take('{');
        if self.take('}') {
            return Ok(());
        }
        let mut lists = Vec::new();
        loop {
            let line = self.line();
            let name: String = serde_json::from_str(self.value()?)
                .map_err(|_| Fault::new(line, "is not the name of a list"))?;
            let kind = Kind::ALL.into_iter().find(|kind| kind.plural() == name);
            let Some(kind) = kind else {
                return Err(Fault::new(line, unknown_list(&name)));
            };
            if lists.contains(&kind) {
                return Err(Fault::new(line, format!("{name} is there more than once")));
            }
            lists.push(kind);
            if !self.take(':') {
                return Err(self.fault("`:` must follow a name"));
            }
            self.list(Some(kind), rows)?;
            if self.take('}') {
                sort_by_kind(rows);
                return Ok(());
            }
            if !self.take(',') {
                return Err(self.fault("`,` or `}` must follow a list"));
            }
        }
    }
}

/// An object's lists may come in any order.
pub(super) fn sort_by_kind(rows: &mut Rows) {
    rows.sort_by_key(|row| row.as_ref().map(|row| row.record.kind()).ok());
}

pub(super) fn unknown_list(name: &str) -> String {
    let known = Kind::ALL.map(Kind::plural).join(", ");
    format!("`{name}` is no list of records; those are {known}")
}
