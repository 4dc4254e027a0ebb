//! Parameters, whose schemas Swagger 2.0 wants without nesting and written next to the name.

use serde_json::{Value, json};

use super::document::{Document, rewritten};
use super::{Object, add_note, elements, flag, pick, text};

/// How deep lists of lists are followed; they may be circular.
const DEEPEST_LIST: usize = 4;

/// The keywords that may stand in a parameter, in a header and in the items of either.
const FLAT_KEYWORDS: [&str; 15] = [
    "type",
    "format",
    "default",
    "maximum",
    "exclusiveMaximum",
    "minimum",
    "exclusiveMinimum",
    "maxLength",
    "minLength",
    "pattern",
    "maxItems",
    "minItems",
    "uniqueItems",
    "enum",
    "multipleOf",
];

impl Document<'_> {
    /// The parameters that Swagger 2.0 can express, references kept.
    pub(super) fn parameters(&self, list: &Value) -> Vec<Value> {
        elements(Some(list))
            .filter(|parameter| self.is_expressible(parameter))
            .map(|parameter| match text(parameter, "$ref") {
                Some(reference) => json!({ "$ref": rewritten(reference) }),
                None => self.parameter(parameter),
            })
            .collect()
    }

    /// Swagger 2.0 knows no parameters in cookies.
    pub(super) fn is_expressible(&self, parameter: &Value) -> bool {
        let place = text(self.resolve(parameter), "in");
        place.is_some_and(|place| ["path", "query", "header"].contains(&place))
    }

    /// One parameter, written out.
    pub(super) fn parameter(&self, parameter: &Value) -> Value {
        let parameter = self.resolve(parameter);
        let place = text(parameter, "in").unwrap_or_default();
        let mut target = pick(parameter, &["name", "in", "description", "required"]);
        if place == "path" {
            target.insert("required".into(), json!(true));
        }
        if place == "query" && flag(parameter, "allowEmptyValue") == Some(true) {
            target.insert("allowEmptyValue".into(), json!(true));
        }
        self.describe(parameter, &mut target);
        set_collection_format(place, parameter, &mut target);
        Value::Object(target)
    }

    /// Writes out what a parameter or a header says of its values.
    pub(super) fn describe(&self, described: &Value, target: &mut Object) {
        if flag(described, "deprecated") == Some(true) {
            target.insert("x-deprecated".into(), json!(true));
        }
        if let Some(example) = self.example(described) {
            target.insert("x-example".into(), example.clone());
        }
        self.flatten(described.get("schema").unwrap_or(&Value::Null), target);
    }

    /// Writes the schema out next to members that are there already and that it does not touch.
    pub(super) fn flatten(&self, schema: &Value, target: &mut Object) {
        let core = self.schema(self.unwrapped(schema));
        let becomes_text = core.get("type").is_none();
        let words = text(schema, "description").filter(|_| !becomes_text);
        if let Some(words) = words.or(text(&core, "description"))
            && (becomes_text || !target.contains_key("description"))
        {
            add_note(target, words);
        }
        if let Some(example) = core.get("example") {
            target.entry("x-example").or_insert_with(|| example.clone());
        }
        for (keyword, value) in self.flat(schema, DEEPEST_LIST) {
            target.entry(keyword).or_insert(value);
        }
    }

    /// The schema without nesting. What is neither a scalar nor a list travels as text, and so
    /// does `null`, which no URL, header or form can hold.
    fn flat(&self, schema: &Value, depth: usize) -> Object {
        let core = self.unwrapped(schema);
        let mut flat = pick(&self.schema(core), &FLAT_KEYWORDS);
        flat.shift_remove("x-nullable");
        if let Some(default) = schema.get("default").filter(|default| !default.is_null()) {
            flat.insert("default".into(), default.clone());
        }
        match flat.get("type").and_then(Value::as_str) {
            Some("boolean" | "integer" | "number" | "string") => {}
            Some("array") if depth > 0 => {
                let items = core.get("items").unwrap_or(&Value::Null);
                flat.insert("items".into(), Value::Object(self.flat(items, depth - 1)));
            }
            _ => make_text(&mut flat),
        }
        flat
    }
}

/// Lists in queries and forms repeat the name unless the document says otherwise.
pub(super) fn set_collection_format(place: &str, serialization: &Value, target: &mut Object) {
    if target.get("type").is_none_or(|kind| kind != "array") {
        return;
    }
    let repeats = ["query", "formData"].contains(&place);
    let format = match text(serialization, "style") {
        Some("spaceDelimited") => "ssv",
        Some("pipeDelimited") => "pipes",
        _ if repeats && flag(serialization, "explode").unwrap_or(true) => "multi",
        _ => "csv",
    };
    target.insert("collectionFormat".into(), json!(format));
}

fn make_text(flat: &mut Object) {
    flat.insert("type".into(), json!("string"));
    let listed = flat
        .get_mut("enum")
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten();
    listed.for_each(quote);
    flat.get_mut("default").into_iter().for_each(quote);
}

fn quote(value: &mut Value) {
    if !value.is_string() {
        *value = Value::String(value.to_string());
    }
}
