//! JSON in one form: sorted members, none twice, no spaces. Two texts that mean the same order
//! become the same bytes, and so get the same idempotency key.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt;

use serde::Serialize;
use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

/// One value of a document.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub(super) enum Node {
    Null,
    Boolean(bool),
    Number(serde_json::Number),
    Text(String),
    List(Vec<Node>),
    Object(BTreeMap<String, Node>),
}

impl Node {
    /// Reads a whole document; the error says what is wrong and in which column.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        serde_json::from_str(text).map_err(|error| {
            let whole = error.to_string();
            // The document is one line of a file, and its number there is another.
            let what = whole.split(" at line ").next().unwrap_or_default();
            format!("is not valid JSON: {what} (column {})", error.column())
        })
    }

    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// An object of these members.
    pub(super) fn object<const N: usize>(members: [(&str, Self); N]) -> Self {
        let named = members.map(|(name, value)| (name.to_owned(), value));
        Self::Object(BTreeMap::from(named))
    }

    pub(super) fn member(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Object(members) => members.get(name),
            _ => None,
        }
    }

    /// An id, which may be an integer or a text.
    pub(super) fn id(&self) -> Option<String> {
        match self {
            Self::Number(number) => Some(number.to_string()),
            Self::Text(text) => Some(text.clone()),
            _ => None,
        }
    }

    /// What kind of value this is, in JSON's words.
    pub(super) const fn kind(&self) -> &'static str {
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

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // All names are texts and all numbers are JSON's own, so there is nothing that could fail.
        f.write_str(&serde_json::to_string(self).map_err(|_| fmt::Error)?)
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
        Ok(Node::Number(value.into()))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Node, E> {
        Ok(Node::Number(value.into()))
    }

    /// Only here could two different numbers become the same one; the API takes whole ones alone.
    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Node, E> {
        Err(E::custom(format!("the number {value:e} is no id")))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Node, E> {
        Ok(Node::text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Node::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let mut members = BTreeMap::new();
        while let Some(name) = map.next_key::<String>()? {
            match members.entry(name) {
                Entry::Vacant(entry) => entry.insert(map.next_value()?),
                Entry::Occupied(entry) => {
                    let message = format!("duplicate member `{}`", entry.key());
                    return Err(de::Error::custom(message));
                }
            };
        }
        Ok(Node::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_texts_of_one_order_become_the_same_bytes() {
        let one = r#"{"type":"ADD_PRODUCT","agreementId":5538579,"c":[{"id":1,"value":"\u00e5"}]}"#;
        let other = r#" { "c": [ {"value": "å", "id": 1} ], "agreementId": 5538579, "type": "ADD_PRODUCT" } "#;
        let [one, other] = [one, other].map(|text| Node::parse(text).expect("JSON").to_string());
        assert_eq!(one, other);
        assert_eq!(
            one,
            r#"{"agreementId":5538579,"c":[{"id":1,"value":"å"}],"type":"ADD_PRODUCT"}"#
        );
    }

    #[test]
    fn what_is_no_json_is_refused_with_its_column() {
        for (text, words) in [
            ("{", "EOF while parsing an object (column 1)"),
            ("{} x", "trailing characters (column 4)"),
            (r#"{"a":1,"a":2}"#, "duplicate member `a`"),
            (r#"{"a":1.5}"#, "the number 1.5e0 is no id"),
            (r#"{"a":18446744073709551616}"#, "is no id"),
        ] {
            let refused = Node::parse(text).expect_err(text);
            assert!(refused.contains(words), "{text}: {refused}");
        }
    }
}
