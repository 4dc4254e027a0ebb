//! Schemas: from JSON Schema 2020-12 to the older and smaller dialect of Swagger 2.0.

use serde_json::{Value, json};

use super::alternatives::phrase;
use super::document::{Document, rewritten};
use super::{Object, add_note, elements, members, pick, text};

/// The keywords that mean the same in both dialects and hold no schemas.
const SHARED_KEYWORDS: [&str; 17] = [
    "title",
    "description",
    "format",
    "multipleOf",
    "maximum",
    "minimum",
    "maxLength",
    "minLength",
    "pattern",
    "maxItems",
    "minItems",
    "uniqueItems",
    "maxProperties",
    "minProperties",
    "readOnly",
    "xml",
    "externalDocs",
];

impl Document<'_> {
    /// The schema in the dialect of Swagger 2.0.
    pub(super) fn schema(&self, schema: &Value) -> Value {
        // `true` allows anything, like the empty schema; `false` has no counterpart.
        let Some(source) = schema.as_object() else {
            return json!({});
        };
        if let Some(reference) = text(schema, "$ref") {
            return self.reference(reference, source);
        }
        let mut target = Object::new();
        for (keyword, value) in source {
            self.keyword(keyword, value, &mut target);
        }
        exclusive_bound(schema, &mut target, "minimum");
        exclusive_bound(schema, &mut target, "maximum");
        let types = declared_types(schema);
        if types.len() > 1 {
            let phrases: Vec<_> = types.iter().map(|kind| phrase(kind)).collect();
            add_note(&mut target, &format!("One of: {}.", phrases.join(", ")));
        }
        self.alternatives(schema, "oneOf", &mut target);
        self.alternatives(schema, "anyOf", &mut target);
        if target.get("type").is_some_and(|kind| kind == "array") {
            target.entry("items").or_insert_with(|| json!({}));
        }
        if is_nullable(schema) {
            target.insert("x-nullable".into(), json!(true));
        }
        Value::Object(target)
    }

    /// Swagger 2.0 ignores what stands beside a `$ref`, so company moves it into an `allOf`.
    fn reference(&self, reference: &str, source: &Object) -> Value {
        let target = json!({ "$ref": rewritten(reference) });
        let mut company = source.clone();
        company.shift_remove("$ref");
        match self.schema(&Value::Object(company)) {
            Value::Object(mut company) if !company.is_empty() => {
                require_also(&mut company, target);
                Value::Object(company)
            }
            _ => target,
        }
    }

    fn keyword(&self, keyword: &str, value: &Value, target: &mut Object) {
        let converted = match keyword {
            "example" => value.clone(),
            "default" if !value.is_null() => value.clone(),
            "required" if elements(Some(value)).next().is_some() => value.clone(),
            "type" => return sole_type(value, target),
            "const" => return enumeration(std::slice::from_ref(value), target),
            "enum" => return enumeration(value.as_array().map_or(&[], Vec::as_slice), target),
            "examples" => {
                if let Some(first) = elements(Some(value)).next() {
                    target.entry("example").or_insert_with(|| first.clone());
                }
                return;
            }
            "properties" => members(Some(value))
                .map(|(name, property)| (name.clone(), self.schema(property)))
                .collect(),
            "additionalProperties" if value.is_boolean() => value.clone(),
            "additionalProperties" | "items" => self.schema(value),
            "allOf" => elements(Some(value))
                .map(|part| self.schema(part))
                .collect(),
            "discriminator" => return discriminator(value, target),
            "deprecated" | "writeOnly" if value == true => {
                target.insert(format!("x-{keyword}"), json!(true));
                return;
            }
            _ if SHARED_KEYWORDS.contains(&keyword) || keyword.starts_with("x-") => value.clone(),
            _ => return,
        };
        target.insert(keyword.to_owned(), converted);
    }
}

/// The types that a schema lists, `null` left out.
pub(super) fn declared_types(schema: &Value) -> Vec<&str> {
    let declared = schema.get("type");
    declared
        .and_then(Value::as_str)
        .into_iter()
        .chain(elements(declared).filter_map(Value::as_str))
        .filter(|kind| *kind != "null")
        .collect()
}

/// The values that a schema lists, `null` left out.
pub(super) fn listed_values(schema: &Value) -> Vec<&Value> {
    let listed = schema
        .get("const")
        .into_iter()
        .chain(elements(schema.get("enum")));
    listed.filter(|value| !value.is_null()).collect()
}

/// Whether the schema allows `null` and nothing else.
pub(super) fn is_null(schema: &Value) -> bool {
    let typed = schema.get("type").is_some() && declared_types(schema).is_empty();
    typed || schema.get("const").is_some_and(Value::is_null)
}

/// Adds a schema that must hold together with the rest.
pub(super) fn require_also(target: &mut Object, schema: Value) {
    match target.entry("allOf").or_insert_with(|| json!([])) {
        Value::Array(parts) => parts.push(schema),
        other => *other = json!([schema]),
    }
}

fn is_nullable(schema: &Value) -> bool {
    let names_null = match schema.get("type") {
        Some(Value::Array(types)) => types.iter().any(|kind| kind == "null"),
        Some(kind) => kind == "null",
        None => elements(schema.get("enum")).any(Value::is_null),
    };
    let variants = ["oneOf", "anyOf"]
        .into_iter()
        .flat_map(|keyword| elements(schema.get(keyword)));
    names_null
        || schema.get("const").is_some_and(Value::is_null)
        || variants.into_iter().any(is_null)
}

/// Several types have no counterpart; the caller says in the description which they are.
fn sole_type(value: &Value, target: &mut Object) {
    let schema = json!({ "type": value });
    if let [kind] = declared_types(&schema).as_slice() {
        target.insert("type".into(), json!(kind));
    }
}

fn enumeration(values: &[Value], target: &mut Object) {
    let values: Vec<_> = values
        .iter()
        .filter(|value| !value.is_null())
        .cloned()
        .collect();
    if !values.is_empty() {
        target.insert("enum".into(), Value::Array(values));
    }
}

/// Swagger 2.0's own `discriminator` tells subtypes apart, not the variants of a `oneOf`.
fn discriminator(value: &Value, target: &mut Object) {
    let mut discriminator = pick(value, &["propertyName", "mapping"]);
    if let Some(Value::Object(mapping)) = discriminator.get_mut("mapping") {
        for reference in mapping.values_mut() {
            *reference = Value::String(rewritten(reference.as_str().unwrap_or_default()));
        }
    }
    target.insert("x-discriminator".into(), Value::Object(discriminator));
}

/// Beside `exclusiveMinimum: 5` a `minimum: 7` is the stricter one and stays alone.
fn exclusive_bound(source: &Value, target: &mut Object, inclusive: &str) {
    let exclusive = match inclusive {
        "minimum" => "exclusiveMinimum",
        _ => "exclusiveMaximum",
    };
    let Some(bound) = source.get(exclusive).filter(|bound| bound.is_number()) else {
        return;
    };
    let stricter = match (
        target.get(inclusive).and_then(Value::as_f64),
        bound.as_f64(),
    ) {
        (Some(present), Some(bound)) if inclusive == "minimum" => present > bound,
        (Some(present), Some(bound)) => present < bound,
        _ => false,
    };
    if !stricter {
        target.insert(inclusive.to_owned(), bound.clone());
        target.insert(exclusive.to_owned(), json!(true));
    }
}
