//! The forms of an export.

use std::io::{Result, Write};

use serde_json::Value;

use crate::records::Record;

/// The form of a file of records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// One record a line.
    Ndjson,
    /// One list of all records.
    Json,
    /// One document for each record.
    Yaml,
}

/// YAML takes some characters escaped alone, which JSON takes as they are.
fn printable(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for character in json.chars() {
        match character {
            '\u{7F}'..='\u{9F}'
            | '\u{2028}'
            | '\u{2029}'
            | '\u{FEFF}'
            | '\u{FFFE}'
            | '\u{FFFF}' => {
                let escaped = format!("\\u{:04x}", u32::from(character));
                text.push_str(&escaped);
            }
            plain => text.push(plain),
        }
    }
    text
}

/// Writes records one after another.
pub(super) struct Output<'w> {
    out: &'w mut dyn Write,
    format: Format,
    count: u64,
}

impl<'w> Output<'w> {
    pub(super) fn begin(out: &'w mut dyn Write, format: Format) -> Result<Self> {
        if format == Format::Json {
            out.write_all(b"[")?;
        }
        Ok(Self {
            out,
            format,
            count: 0,
        })
    }

    pub(super) fn write(&mut self, record: &Record) -> Result<()> {
        match self.format {
            Format::Ndjson => {
                serde_json::to_writer(&mut *self.out, record)?;
                self.out.write_all(b"\n")?;
            }
            Format::Json => {
                let before: &[u8] = if self.count == 0 { b"\n" } else { b",\n" };
                self.out.write_all(before)?;
                serde_json::to_writer(&mut *self.out, record)?;
            }
            Format::Yaml => self.write_yaml(record)?,
        }
        self.count += 1;
        Ok(())
    }

    /// The members one a line, each value as JSON, which YAML 1.2 takes as it is.
    fn write_yaml(&mut self, record: &Record) -> Result<()> {
        self.out.write_all(b"---\n")?;
        let Value::Object(members) = serde_json::to_value(record)? else {
            return Ok(());
        };
        for (name, value) in members {
            writeln!(self.out, "{name}: {}", printable(&value.to_string()))?;
        }
        Ok(())
    }

    pub(super) fn end(self) -> Result<u64> {
        if self.format == Format::Json {
            self.out.write_all(b"\n]\n")?;
        }
        self.out.flush()?;
        Ok(self.count)
    }
}
