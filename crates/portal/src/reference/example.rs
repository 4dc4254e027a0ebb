//! Examples of values, put together from the examples of their members.

use serde_json::{Map, Value, json};

use super::document::{Document, entries, list, text};
use super::limits::always;
use crate::Error;

/// An example of a schema: its own, or one made of those of its parts.
pub(crate) fn example(document: Document<'_>, schema: &Value) -> Result<Value, Error> {
    inner(document, schema, &[])
}

fn inner<'a>(document: Document<'a>, schema: &'a Value, trail: &[&'a str]) -> Result<Value, Error> {
    if let Some(own) = schema.get("example") {
        return Ok(own.clone());
    }
    let found = document.resolve(schema)?;
    let schema = found.schema;
    if let Some(own) = schema.get("example") {
        return Ok(own.clone());
    }
    let trail = [trail, found.name.as_slice()].concat();
    if let Some(items) = schema.get("items") {
        let repeats = document.resolve(items)?.name;
        if repeats.is_some_and(|name| trail.contains(&name)) {
            return Ok(json!([]));
        }
        return Ok(json!([inner(document, items, &trail)?]));
    }
    if let Some(first) = list(schema, "oneOf").first() {
        return inner(document, first, &trail);
    }
    let mut members = Map::new();
    collect(document, schema, &trail, &mut members)?;
    if members.is_empty() {
        return Ok(plain(schema));
    }
    Ok(Value::Object(members))
}

fn collect<'a>(
    document: Document<'a>,
    schema: &'a Value,
    trail: &[&'a str],
    into: &mut Map<String, Value>,
) -> Result<(), Error> {
    for part in list(schema, "allOf") {
        if let Value::Object(members) = inner(document, part, trail)? {
            into.extend(members);
        }
    }
    for (name, member) in entries(schema, "properties") {
        into.insert(name.to_owned(), inner(document, member, trail)?);
    }
    Ok(())
}

/// For what nobody gave an example of.
fn plain(schema: &Value) -> Value {
    let first = list(schema, "enum").first();
    if let Some(value) = schema.get("default").or(first) {
        return value.clone();
    }
    if let Some(value) = always(text(schema, "pattern")) {
        return json!(value);
    }
    match text(schema, "type") {
        "integer" | "number" => schema
            .get("minimum")
            .filter(|least| **least != 0)
            .cloned()
            .unwrap_or_else(|| json!(1)),
        "boolean" => json!(true),
        "object" => json!({}),
        _ => json!("string"),
    }
}

/// As pages show it.
pub(crate) fn pretty(value: &Value) -> String {
    // A value that was read can be written.
    serde_json::to_string_pretty(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_example_is_made_of_those_of_the_members() {
        let whole = json!({"components": {"schemas": {
            "Node": {"type": "object", "properties": {
                "id": {"type": "integer", "example": 7},
                "kind": {"type": "string", "pattern": "^NODE$"},
                "state": {"$ref": "#/components/schemas/State"},
                "nodes": {"type": "array", "items": {"$ref": "#/components/schemas/Node"}},
            }},
            "State": {"type": "string", "enum": ["ON", "OFF"]},
            "Named": {"allOf": [
                {"$ref": "#/components/schemas/Node"},
                {"properties": {"name": {"type": "string"}}},
            ]},
        }}});
        let schema = json!({"type": "array", "items": {"$ref": "#/components/schemas/Named"}});
        let made = example(Document(&whole), &schema).expect("an example");
        let expected =
            json!([{"id": 7, "kind": "NODE", "state": "ON", "nodes": [], "name": "string"}]);
        assert_eq!(made, expected);
        let absent = json!({"$ref": "#/components/schemas/Absent"});
        assert!(example(Document(&whole), &absent).is_err());
    }
}
