//! A JSON document as it was sent: members in order, none twice, numbers to the letter.
//!
//! Reading by hand from here, member by member, is what lets every fault name its member and get
//! its own code, and lets an id be an integer or a text.

use std::fmt;

use domain::Fault;
use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::error::{ApiError, ErrorCode};

/// One value of a document.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Node {
    Null,
    Boolean(bool),
    Number(String),
    Text(String),
    List(Vec<Node>),
    Object(Vec<(String, Node)>),
}

impl Node {
    /// Reads a whole document; the error says where and what.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, ApiError> {
        serde_json::from_slice(bytes).map_err(|error| {
            ApiError::field(
                ErrorCode::InvalidRequest,
                "body",
                format!("not valid JSON: {error}"),
            )
        })
    }

    /// An id, which may come as an integer or as a text of digits.
    pub(crate) fn id_digits(&self) -> Option<&str> {
        match self {
            Self::Number(digits) | Self::Text(digits) => Some(digits),
            _ => None,
        }
    }

    /// What kind of value this is, in JSON's words.
    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::Text(_) => "a string",
            Self::List(_) => "an array",
            Self::Object(_) => "an object",
        }
    }
}

/// The members of an object, taken out one by one; what is left over was not expected.
#[derive(Debug)]
pub(crate) struct Members {
    path: String,
    members: Vec<(String, Node)>,
}

impl Members {
    /// The members of the object at a path, which is empty for the document itself.
    pub(crate) fn of(node: Node, path: &str) -> Result<Self, ApiError> {
        match node {
            Node::Object(members) => Ok(Self {
                path: path.to_owned(),
                members,
            }),
            other => {
                let field = if path.is_empty() { "body" } else { path };
                let message = format!("must be an object, not {}", other.kind());
                Err(ApiError::field(ErrorCode::InvalidRequest, field, message))
            }
        }
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// Whether there is one of this name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.members.iter().any(|(known, _)| known == name)
    }

    /// Takes a member out; one that is null counts as absent.
    pub(crate) fn take(&mut self, name: &str) -> Option<Node> {
        let position = self.members.iter().position(|(known, _)| known == name)?;
        let (_, node) = self.members.swap_remove(position);
        (node != Node::Null).then_some(node)
    }

    /// Where a member stands in the whole document.
    pub(crate) fn path_of(&self, name: &str) -> String {
        if self.path.is_empty() {
            name.to_owned()
        } else {
            format!("{}.{name}", self.path)
        }
    }

    /// Refuses what nobody took out.
    pub(crate) fn finish(self, known: &str) -> Result<(), ApiError> {
        if self.members.is_empty() {
            return Ok(());
        }
        let mut names: Vec<_> = self
            .members
            .iter()
            .map(|(name, _)| self.path_of(name))
            .collect();
        names.sort_unstable();
        let message = format!("unknown member; known are {known}");
        let faults = names
            .into_iter()
            .map(|name| Fault::new(name, message.as_str()))
            .collect();
        Err(ApiError::new(ErrorCode::InvalidRequest).with_details(faults))
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Boolean(value))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Number(value.to_string()))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Node, E> {
        Ok(Node::Number(value.to_string()))
    }

    /// Anything with a fraction, an exponent or too many digits; never an id.
    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Node, E> {
        Ok(Node::Number(format!("{value:e}")))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Node, E> {
        Ok(Node::Text(value.to_owned()))
    }

    fn visit_string<E: de::Error>(self, value: String) -> Result<Node, E> {
        Ok(Node::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Node::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let mut members: Vec<(String, Node)> = Vec::new();
        while let Some(name) = map.next_key::<String>()? {
            if members.len() == MOST_MEMBERS {
                return Err(de::Error::custom(format!(
                    "more than {MOST_MEMBERS} members"
                )));
            }
            if members.iter().any(|(known, _)| *known == name) {
                return Err(de::Error::custom(format!("duplicate member `{name}`")));
            }
            let value = map.next_value()?;
            members.push((name, value));
        }
        Ok(Node::Object(members))
    }
}

/// No documented object comes near; the bound keeps the search for duplicates cheap.
const MOST_MEMBERS: usize = 100;

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(text: &str) -> String {
        let error = Node::parse(text.as_bytes()).expect_err("refused");
        assert_eq!(error.code, ErrorCode::InvalidRequest);
        error
            .details
            .iter()
            .map(|fault| fault.message.clone())
            .collect()
    }

    #[test]
    fn what_is_no_document_is_refused() {
        for text in [
            "",
            "{",
            "{} x",
            "{\"a\":1,}",
            "NaN",
            "\u{FEFF}{}",
            "\"\\ud800\"",
            "01",
        ] {
            refused(text);
        }
        assert!(refused("{\"a\":{\"b\":1,\"b\":2}}").contains("duplicate member `b`"));
        assert!(refused(&"[".repeat(10_000)).contains("recursion limit"));
        assert!(Node::parse(b"\"\xff\"").is_err());
    }

    #[test]
    fn only_whole_numbers_can_be_ids() {
        for (text, digits) in [
            ("5538579", "5538579"),
            ("\"5538579\"", "5538579"),
            ("-1", "-1"),
            ("1.0", "1e0"),
            ("1e3", "1e3"),
            ("18446744073709551616", "1.8446744073709552e19"),
        ] {
            let node = Node::parse(text.as_bytes()).expect(text);
            assert_eq!(node.id_digits(), Some(digits), "{text}");
        }
    }

    #[test]
    fn members_left_over_are_named_with_their_path() {
        let node = Node::parse(br#"{"id":1,"x":2}"#).expect("an object");
        let mut members = Members::of(node, "configurations[0]").expect("an object");
        assert_eq!(members.take("id"), Some(Node::Number("1".to_owned())));
        let error = members.finish("id, value").expect_err("refused");
        assert_eq!(
            error.details,
            [Fault::new(
                "configurations[0].x",
                "unknown member; known are id, value"
            )]
        );
    }
}
