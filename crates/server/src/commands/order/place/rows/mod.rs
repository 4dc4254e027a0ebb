//! The rows of a file, each an order as the API takes it. Reading is checking: both passes over the
//! file go through here.

mod quoting;
mod table;

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use super::json::Node;
use super::lines::{Fault, Line, Lines};
use table::Table;

/// One order of the file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// Where it begins.
    pub(super) line: u64,
    /// The request's body, in the one form of its content.
    pub(super) body: String,
    /// Rows with the same number change the same product, so their order matters.
    pub(super) lane: Option<u64>,
}

/// How a file is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Csv,
    Ndjson,
}

/// A file of orders that can be read as often as needed.
#[derive(Debug, Clone)]
pub(super) struct Source {
    pub(super) path: PathBuf,
    format: Format,
}

impl Source {
    /// By the file's name; the error says which names are understood.
    pub(super) fn of(path: &Path) -> Result<Self, String> {
        let shown = path.display();
        if path == Path::new("-") {
            return Err(
                "standard input cannot be read again, so the run could not be resumed; write the \
                 rows to a file"
                    .to_owned(),
            );
        }
        let extension = path.extension().and_then(|extension| extension.to_str());
        let format = match extension.map(str::to_ascii_lowercase).as_deref() {
            Some("csv") => Format::Csv,
            Some("ndjson" | "jsonl") => Format::Ndjson,
            _ => return Err(format!("{shown} ends in none of .csv, .ndjson and .jsonl")),
        };
        match std::fs::metadata(path) {
            Err(error) => return Err(format!("failed to read {shown}: {error}")),
            Ok(found) if !found.is_file() => {
                return Err(format!("{shown} is no regular file, and it is read twice"));
            }
            Ok(_) => {}
        }
        let path = path.to_owned();
        Ok(Self { path, format })
    }

    pub(super) fn rows(&self) -> std::io::Result<Rows> {
        Ok(Rows::new(Lines::open(&self.path)?, self.format))
    }
}

/// The rows one by one. A fault stands in place of its row.
pub(super) enum Rows {
    Csv(Box<Table>),
    Ndjson(Lines),
}

impl Rows {
    fn new(lines: Lines, format: Format) -> Self {
        match format {
            Format::Csv => Self::Csv(Box::new(Table::new(lines))),
            Format::Ndjson => Self::Ndjson(lines),
        }
    }
}

impl Iterator for Rows {
    type Item = Result<Row, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        let (line, order) = match self {
            Self::Csv(table) => match table.next()? {
                Ok(order) => order,
                Err(fault) => return Some(Err(fault)),
            },
            Self::Ndjson(lines) => {
                let is_blank = |line: &Line| line.text.trim().is_empty();
                let line = lines.find(|line| !line.as_ref().is_ok_and(is_blank))?;
                match line.and_then(|line| Ok((line.number, read_object(&line)?))) {
                    Ok(order) => order,
                    Err(fault) => return Some(Err(fault)),
                }
            }
        };
        Some(Ok(Row {
            line,
            lane: lane(&order),
            body: order.to_string(),
        }))
    }
}

fn read_object(line: &Line) -> Result<Node, Fault> {
    let node = Node::parse(&line.text).map_err(|reason| Fault::new(line.number, reason))?;
    if matches!(node, Node::Object(_)) {
        return Ok(node);
    }
    let reason = format!("is {}; each line must be one order, an object", node.kind());
    Err(Fault::new(line.number, reason))
}

/// The product that an order changes, whether or not the order comes in a wrapper.
fn lane(order: &Node) -> Option<u64> {
    let inner = order.member("updateProductOrder").unwrap_or(order);
    let product = inner.member("productId")?.id()?;
    let mut hasher = DefaultHasher::new();
    product.hash(&mut hasher);
    Some(hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ndjson(text: &'static str) -> Vec<Result<Row, Fault>> {
        Rows::new(Lines::new(text.as_bytes()), Format::Ndjson).collect()
    }

    #[test]
    fn each_line_is_an_order_and_blank_ones_are_none() {
        let rows = ndjson("\n{\"b\":1,\"a\":2}\n  \n{}\n");
        let rows: Vec<_> = rows.into_iter().map(|row| row.expect("a row")).collect();
        let seen: Vec<_> = rows
            .iter()
            .map(|row| (row.line, row.body.as_str()))
            .collect();
        assert_eq!(seen, [(2, "{\"a\":2,\"b\":1}"), (4, "{}")]);
    }

    #[test]
    fn a_fault_does_not_hide_the_next_one() {
        let rows = ndjson("[]\n{}\nx\n");
        let faults: Vec<_> = rows.into_iter().filter_map(Result::err).collect();
        let lines: Vec<_> = faults.iter().map(|fault| fault.line).collect();
        assert_eq!(lines, [1, 3]);
        assert!(faults[0].reason.contains("is an array"), "{faults:?}");
    }

    #[test]
    fn changes_of_one_product_share_a_lane_however_they_are_written() {
        let rows = ndjson(concat!(
            "{\"productId\":1}\n{\"productId\":\"1\"}\n{\"updateProductOrder\":{\"productId\":1}}\n",
            "{\"productId\":2}\n{\"productOfferingId\":1}\n"
        ));
        let lanes: Vec<_> = rows
            .into_iter()
            .map(|row| row.expect("a row").lane)
            .collect();
        assert!(lanes[0].is_some());
        assert_eq!(lanes[0], lanes[1]);
        assert_eq!(lanes[0], lanes[2]);
        assert_ne!(lanes[0], lanes[3]);
        assert_eq!(lanes[4], None);
    }

    #[test]
    fn a_source_is_a_file_of_a_known_name() {
        for (path, words) in [
            ("-", "cannot be read again"),
            ("orders.xlsx", "none of .csv"),
            ("orders", "none of .csv"),
            ("absent.csv", "failed to read absent.csv"),
        ] {
            let refused = Source::of(Path::new(path)).expect_err(path);
            assert!(refused.contains(words), "{refused}");
        }
    }
}
