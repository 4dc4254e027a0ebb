//! Orders in a spreadsheet's CSV: one row each, one column for each configuration.

use csv::StringRecord;

use super::super::json::Node;
use super::super::lines::{Fault, Lines};
use super::quoting::{Quoting, quoting};

const COLUMNS: &str = "type, agreementId, productId, productOfferingId and configuration.<id>";
const CONFIGURATION: &str = "configuration.";
const MISPLACED: &str = "a quotation mark is inside of a value; double it and quote the value";
/// Lines of one quoted value; more means that a quotation mark is missing.
const MOST_LINES: u64 = 1000;

/// What the values of a column are.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Column {
    Type,
    Agreement,
    Product,
    Offering,
    /// The number of digits comes first, so that they sort as numbers do.
    Configuration(usize, String),
}

/// Reads the header, then row after row.
pub(in super::super) struct Table {
    lines: Lines,
    delimiter: u8,
    columns: Vec<Column>,
    state: State,
}

enum State {
    BeforeHeader,
    InRows,
    Ended,
}

/// One row's values.
#[derive(Default)]
struct Values<'a> {
    order_type: &'a str,
    agreement: &'a str,
    product: &'a str,
    offering: &'a str,
    configurations: Vec<(&'a Column, &'a str)>,
}

impl Table {
    pub(super) fn new(lines: Lines) -> Self {
        Self {
            lines,
            delimiter: b',',
            columns: Vec::new(),
            state: State::BeforeHeader,
        }
    }

    /// The next order with the line where it begins.
    pub(super) fn next(&mut self) -> Option<Result<(u64, Node), Fault>> {
        if matches!(self.state, State::BeforeHeader) {
            self.state = State::InRows;
            if let Err(fault) = self.read_header() {
                self.state = State::Ended;
                return Some(Err(fault));
            }
        }
        while matches!(self.state, State::InRows) {
            let (line, record) = match self.record()? {
                Ok(record) => record,
                Err(fault) => return Some(Err(fault)),
            };
            // Spreadsheets leave such rows where something was deleted.
            if record.iter().any(|field| !field.trim().is_empty()) {
                let order = self.order(&record);
                let order = order.map_err(|reason| Fault::new(line, reason));
                return Some(order.map(|order| (line, order)));
            }
        }
        None
    }

    fn read_header(&mut self) -> Result<(), Fault> {
        let (line, text) = self
            .logical_line()
            .unwrap_or_else(|| Err(Fault::new(1, "there is no header")))?;
        let record = self.split(line, &text)?;
        let fault = |reason: String| Fault::new(line, reason);
        for name in &record {
            let column = Column::parse(name.trim()).map_err(fault)?;
            if self.columns.contains(&column) {
                return Err(fault(format!("the column {} is there twice", name.trim())));
            }
            self.columns.push(column);
        }
        for (column, name) in [(Column::Type, "type"), (Column::Agreement, "agreementId")] {
            if !self.columns.contains(&column) {
                return Err(fault(format!("the column {name} is missing")));
            }
        }
        Ok(())
    }

    fn record(&mut self) -> Option<Result<(u64, StringRecord), Fault>> {
        let logical = self.logical_line()?;
        Some(logical.and_then(|(line, text)| Ok((line, self.split(line, &text)?))))
    }

    /// A line that is not blank, with those that a quoted value goes on in.
    fn logical_line(&mut self) -> Option<Result<(u64, String), Fault>> {
        let is_blank = |text: &str| text.trim().is_empty();
        let first = self
            .lines
            .find(|line| !line.as_ref().is_ok_and(|line| is_blank(&line.text)))?;
        let (number, mut text) = match first {
            Ok(line) => (line.number, line.text),
            Err(fault) => return Some(Err(fault)),
        };
        if self.columns.is_empty() && text.contains(';') && !text.contains(',') {
            // Where the comma is for decimals, spreadsheets separate by semicolons.
            self.delimiter = b';';
        }
        loop {
            match quoting(&text, self.delimiter) {
                Quoting::Sound => return Some(Ok((number, text))),
                Quoting::Broken => return Some(Err(Fault::new(number, MISPLACED))),
                Quoting::Open => {}
            }
            match self.lines.next() {
                Some(Ok(line)) if line.number - number < MOST_LINES => {
                    text = format!("{text}\n{}", line.text);
                }
                Some(Err(fault)) => return Some(Err(fault)),
                _ => {
                    self.state = State::Ended;
                    let reason = "a quotation mark is opened and not closed";
                    return Some(Err(Fault::new(number, reason)));
                }
            }
        }
    }

    fn split(&self, line: u64, text: &str) -> Result<StringRecord, Fault> {
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(self.delimiter)
            .buffer_capacity(text.len().max(1))
            .from_reader(text.as_bytes());
        let mut records = reader.records();
        match (records.next(), records.next()) {
            (Some(Ok(record)), None) => Ok(record),
            _ => Err(Fault::new(line, MISPLACED)),
        }
    }

    fn order(&self, record: &StringRecord) -> Result<Node, String> {
        if record.len() != self.columns.len() {
            let (found, expected) = (record.len(), self.columns.len());
            return Err(format!("has {found} values, and the header has {expected}"));
        }
        let mut values = Values::default();
        for (column, value) in self.columns.iter().zip(record) {
            match column {
                Column::Type => values.order_type = value.trim(),
                Column::Agreement => values.agreement = value.trim(),
                Column::Product => values.product = value.trim(),
                Column::Offering => values.offering = value.trim(),
                Column::Configuration(..) if value.is_empty() => {}
                Column::Configuration(..) => values.configurations.push((column, value)),
            }
        }
        // Moving a column must not make another order of it.
        values.configurations.sort_unstable();
        values.order()
    }
}

impl Column {
    fn parse(name: &str) -> Result<Self, String> {
        match name {
            "type" => Ok(Self::Type),
            "agreementId" => Ok(Self::Agreement),
            "productId" => Ok(Self::Product),
            "productOfferingId" => Ok(Self::Offering),
            _ => match name.strip_prefix(CONFIGURATION) {
                Some(id) if is_id(id) => Ok(Self::Configuration(id.len(), id.to_owned())),
                _ => Err(format!(
                    "the column `{name}` is unknown; known are {COLUMNS}"
                )),
            },
        }
    }
}

impl Values<'_> {
    /// The body of the request, or what keeps it from being one.
    fn order(&self) -> Result<Node, String> {
        require_id("agreementId", self.agreement)?;
        let (named, id, absent, other) = match self.order_type {
            "UPDATE_PRODUCT" => (
                "productId",
                self.product,
                "productOfferingId",
                self.offering,
            ),
            "ADD_PRODUCT" => (
                "productOfferingId",
                self.offering,
                "productId",
                self.product,
            ),
            "" => return Err("type is empty; it must be UPDATE_PRODUCT or ADD_PRODUCT".to_owned()),
            other => {
                return Err(format!(
                    "type `{other}` must be UPDATE_PRODUCT or ADD_PRODUCT"
                ));
            }
        };
        require_id(named, id)?;
        if !other.is_empty() {
            return Err(format!("{absent} must be empty for {}", self.order_type));
        }
        if self.order_type == "UPDATE_PRODUCT" && self.configurations.is_empty() {
            return Err(
                "sets no configuration; an UPDATE_PRODUCT must set at least one".to_owned(),
            );
        }
        let mut order = Node::object([
            ("type", Node::text(self.order_type)),
            ("agreementId", Node::text(self.agreement)),
            (named, Node::text(id)),
        ]);
        if let (Node::Object(members), false) = (&mut order, self.configurations.is_empty()) {
            members.insert("configurations".to_owned(), self.configurations());
        }
        Ok(order)
    }

    fn configurations(&self) -> Node {
        let set = self.configurations.iter().filter_map(|(column, value)| {
            let Column::Configuration(_, id) = column else {
                return None;
            };
            let members = [("id", Node::text(id)), ("value", Node::text(*value))];
            Some(Node::object(members))
        });
        Node::List(set.collect())
    }
}

fn require_id(name: &str, value: &str) -> Result<(), String> {
    match value {
        "" => Err(format!("{name} is empty")),
        id if is_id(id) => Ok(()),
        other => Err(format!("{name} `{other}` must be 1 to 18 digits")),
    }
}

fn is_id(text: &str) -> bool {
    (1..=18).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Vec<Result<(u64, String), Fault>> {
        let lines = Lines::new(std::io::Cursor::new(text.to_owned()));
        let mut table = Table::new(lines);
        std::iter::from_fn(|| table.next())
            .map(|order| order.map(|(line, order)| (line, order.to_string())))
            .collect()
    }

    fn orders(text: &str) -> Vec<(u64, String)> {
        let orders = read(text).into_iter();
        orders.map(|order| order.expect("an order")).collect()
    }

    #[track_caller]
    fn faulty(text: &str, line: u64, words: &str) {
        let faults: Vec<_> = read(text).into_iter().filter_map(Result::err).collect();
        let [fault] = &faults[..] else {
            panic!("not one fault: {faults:?}");
        };
        assert!(fault.reason.contains(words), "{fault:?}");
        assert_eq!(fault.line, line, "{fault:?}");
    }

    const ALL: &str = "type,agreementId,productId,productOfferingId,configuration.6420\n";
    const UPDATE: &str = r#"{"agreementId":"5538579","configurations":[{"id":"6420","value":"a@example.com"}],"productId":"2799029","type":"UPDATE_PRODUCT"}"#;
    const ADD: &str = r#"{"agreementId":"5538579","productOfferingId":"404","type":"ADD_PRODUCT"}"#;

    #[test]
    fn each_row_becomes_a_request() {
        let text = format!(
            "{ALL}UPDATE_PRODUCT,5538579,2799029,,a@example.com\n\n,,,,\n\
             ADD_PRODUCT, 5538579 ,,404,\n"
        );
        assert_eq!(orders(&text), [(2, UPDATE.to_owned()), (5, ADD.to_owned())]);
    }

    #[test]
    fn what_spreadsheets_write_is_understood() {
        let text = "\u{FEFF}agreementId;type;configuration.6420;productId\r\n\
                    5538579;UPDATE_PRODUCT;a@example.com;2799029\r\n";
        assert_eq!(orders(text), [(2, UPDATE.to_owned())]);
    }

    #[test]
    fn a_value_may_have_commas_quotes_and_lines() {
        let text = format!(
            "{ALL}UPDATE_PRODUCT,1,2,,\"a, \"\"b\"\"\r\nc \"\r\nADD_PRODUCT,5538579,,404,\n"
        );
        let read = orders(&text);
        assert!(read[0].1.contains(r#""value":"a, \"b\"\nc ""#), "{read:?}");
        assert_eq!(read[1], (4, ADD.to_owned()));
    }

    #[test]
    fn a_header_that_is_not_understood_is_the_only_fault() {
        for (header, words) in [
            ("", "no header"),
            ("type\n1,2\n", "agreementId is missing"),
            ("agreementId\n", "type is missing"),
            ("type,agreementId,color\nx\n", "`color` is unknown"),
            ("type,agreementId,configuration.x\n", "is unknown"),
            ("type,agreementId,type\n", "there twice"),
        ] {
            faulty(header, 1, words);
        }
    }

    #[test]
    fn a_faulty_row_is_named_with_its_line() {
        for (row, words) in [
            ("UPDATE_PRODUCT,1,2,", "has 4 values, and the header has 5"),
            (",1,2,,x", "type is empty"),
            ("update,1,2,,x", "`update` must be"),
            ("ADD_PRODUCT,,,404,", "agreementId is empty"),
            ("ADD_PRODUCT,12x,,404,", "agreementId `12x` must be"),
            ("ADD_PRODUCT,1,,,", "productOfferingId is empty"),
            ("ADD_PRODUCT,1,2,404,", "productId must be empty"),
            (
                "UPDATE_PRODUCT,1,2,404,x",
                "productOfferingId must be empty",
            ),
            ("UPDATE_PRODUCT,1,2,,", "sets no configuration"),
            ("UPDATE_PRODUCT,1,2,,\"x", "opened and not closed"),
            ("UPDATE_PRODUCT,1,2,,\"x\"y\"z\"", "quotation mark"),
        ] {
            faulty(&format!("{ALL}ADD_PRODUCT,1,,404,\n\n{row}\n"), 4, words);
        }
    }

    proptest! {
        #[test]
        fn an_order_does_not_depend_on_the_columns_order_or_on_empty_columns(
            value in "[a-c,;\"\n ]{1,6}", other in "[a-c,;\"\n ]{1,6}",
        ) {
            let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
            let (value, other) = (quoted(&value), quoted(&other));
            let one = format!(
                "type,agreementId,productId,configuration.9,configuration.10\n\
                 UPDATE_PRODUCT,1,2,{value},{other}\n"
            );
            let moved = format!(
                "configuration.11,configuration.10,configuration.9,productId,agreementId,type\n\
                 ,{other},{value},2,1,UPDATE_PRODUCT\n"
            );
            prop_assert_eq!(orders(&one), orders(&moved));
        }
    }
}
