//! A YAML file as a whole: a stream of documents, each a record, or one object with a list for each
//! kind.

use std::collections::BTreeMap;

use serde_json::Value;
use serde_saphyr::Spanned;

use super::json::{sort_by_kind, unknown_list};
use super::{Fault, Kind, Row, convert};

type Rows = Vec<Result<Row, Fault>>;
type Lists = BTreeMap<String, Vec<Spanned<Value>>>;

/// One document of a file.
struct Document {
    text: String,
    /// The file's line that the text begins on.
    first: u64,
    /// The file's line of its first content.
    content: u64,
}

/// Every record with the line that it begins on.
pub(super) fn rows(text: &str) -> Rows {
    let mut rows = Rows::new();
    for document in documents(text) {
        let line = document.content;
        match serde_saphyr::from_str::<Value>(&document.text) {
            Ok(Value::Null) => {}
            Ok(Value::Object(members)) if !members.contains_key("kind") => {
                lists(&document, &mut rows);
            }
            Ok(value @ Value::Object(_)) => rows.push(convert(value, None, line)),
            Ok(_) => rows.push(Err(Fault::new(line, "is not a record"))),
            Err(error) => rows.push(Err(fault(&error, &document))),
        }
    }
    rows
}

/// By the lines that begin with three hyphens, which nothing inside a document does.
fn documents(text: &str) -> Vec<Document> {
    let document = |first, text| Document {
        text,
        first,
        content: first,
    };
    let mut documents = vec![document(1, String::new())];
    for (number, line) in (1..).zip(text.split_inclusive('\n')) {
        let after = line.strip_prefix("---");
        let marked = after.filter(|rest| rest.is_empty() || rest.starts_with([' ', '\r', '\n']));
        if let Some(rest) = marked {
            documents.push(document(number, format!("   {rest}")));
        } else if line.trim_end() != "..."
            && let Some(document) = documents.last_mut()
        {
            document.text.push_str(line);
        }
    }
    let is_content = |line: &&str| {
        let line = line.trim();
        !line.is_empty() && !line.starts_with('#')
    };
    for document in &mut documents {
        let lines = document.text.lines();
        document.content += lines.take_while(|line| !is_content(line)).count() as u64;
    }
    documents
}

fn lists(document: &Document, rows: &mut Rows) {
    let lists: Lists = match serde_saphyr::from_str(&document.text) {
        Ok(lists) => lists,
        Err(error) => {
            rows.push(Err(fault(&error, document)));
            return;
        }
    };
    for (name, records) in lists {
        let Some(kind) = Kind::ALL.into_iter().find(|kind| kind.plural() == name) else {
            rows.push(Err(Fault::new(document.content, unknown_list(&name))));
            continue;
        };
        let records = records.into_iter();
        rows.extend(records.map(|record| {
            let line = document.first + record.referenced.line() - 1;
            convert(record.value, Some(kind), line)
        }));
    }
    sort_by_kind(rows);
}

fn fault(error: &serde_saphyr::Error, document: &Document) -> Fault {
    let line = error
        .location()
        .map_or(document.content, |place| document.first + place.line() - 1);
    let words = error.to_string();
    let words = words.lines().next().unwrap_or_default();
    Fault::new(line, format!("is not YAML as records have it: {words}"))
}
