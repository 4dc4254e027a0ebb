//! A CSV file of one flat kind: a column for each member, `address.postalCode` for one inside
//! another; a list is words with blanks between them, and an empty cell is a member left out.

use std::io::BufRead;
use std::path::Path;

use csv::{ErrorKind, ReaderBuilder, StringRecord};
use serde_json::{Map, Value};

use super::{Fault, Kind, Row, convert, strip_mark};

const FLAT: [Kind; 5] = [
    Kind::Organization,
    Kind::AddressCard,
    Kind::Person,
    Kind::Agreement,
    Kind::Account,
];

/// Members that are lists.
const LISTS: &[&str] = &["productOfferIds"];

/// By what was said, or by the file's name.
pub(super) fn kind_of(path: &Path, said: Option<Kind>) -> Result<Kind, String> {
    let stem = path.file_stem().and_then(|stem| stem.to_str());
    let kind = said.or_else(|| Kind::parse(stem.unwrap_or_default()));
    kind.filter(|kind| FLAT.contains(kind)).ok_or_else(|| {
        let known = FLAT.map(Kind::plural).join(".csv, ");
        let path = path.display();
        format!("{path} does not say what it holds: name it one of {known}.csv, or say --kind")
    })
}

/// Every row with the line that it begins on.
pub(super) fn rows(
    mut input: Box<dyn BufRead>,
    kind: Kind,
) -> Box<dyn Iterator<Item = Result<Row, Fault>>> {
    let delimiter = match input.fill_buf() {
        Ok(start) => delimiter(start),
        Err(error) => {
            let fault = Fault::new(1, format!("cannot be read: {error}"));
            return Box::new(std::iter::once(Err(fault)));
        }
    };
    let mut builder = ReaderBuilder::new();
    let mut reader = builder.delimiter(delimiter).from_reader(input);
    let names = match reader.headers() {
        Ok(names) => names
            .iter()
            .map(|name| strip_mark(name).trim().to_owned())
            .collect::<Vec<_>>(),
        Err(error) => return Box::new(std::iter::once(Err(fault(&error)))),
    };
    let rows = reader.into_records().map(move |read| {
        let cells = read.map_err(|error| fault(&error))?;
        let line = cells.position().map_or(1, csv::Position::line);
        convert(tree(&names, &cells), Some(kind), line)
    });
    Box::new(rows)
}

/// Spreadsheets write semicolons where a comma is part of numbers.
fn delimiter(start: &[u8]) -> u8 {
    let mut head = start.iter().take_while(|byte| **byte != b'\n');
    match head.find(|byte| matches!(**byte, b';' | b',')) {
        Some(b';') => b';',
        _ => b',',
    }
}

fn tree(names: &[String], cells: &StringRecord) -> Value {
    let mut members = Map::new();
    for (name, cell) in names.iter().zip(cells).filter(|(_, cell)| !cell.is_empty()) {
        let value = if LISTS.contains(&name.as_str()) {
            cell.split_whitespace().map(Value::from).collect()
        } else {
            Value::from(cell)
        };
        match name.split_once('.') {
            None => {
                members.insert(name.clone(), value);
            }
            Some((outer, inner)) => {
                let object = members.entry(outer).or_insert_with(|| Map::new().into());
                if let Value::Object(object) = object {
                    object.insert(inner.to_owned(), value);
                }
            }
        }
    }
    Value::Object(members)
}

fn fault(error: &csv::Error) -> Fault {
    let line = error.position().map_or(1, csv::Position::line);
    let reason = match error.kind() {
        ErrorKind::Utf8 { .. } => super::NOT_UTF8.to_owned(),
        ErrorKind::UnequalLengths {
            expected_len, len, ..
        } => format!("has {len} cells, and the first row {expected_len}"),
        _ => format!("cannot be read: {error}"),
    };
    Fault::new(line, reason)
}
