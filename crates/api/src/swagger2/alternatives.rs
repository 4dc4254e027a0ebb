//! `oneOf` and `anyOf`, for which Swagger 2.0 has no word.

use serde_json::{Value, json};

use super::document::Document;
use super::schema::{declared_types, is_null, listed_values, require_also};
use super::{Object, add_note, elements, members, text};

/// How deep schemas are searched for what kind of value they describe; they may be circular.
const DEEPEST_SEARCH: usize = 8;

impl Document<'_> {
    /// Says in `target` what the alternatives under `keyword` have in common, and keeps them in an
    /// extension. `null` is no alternative here: the caller marks the schema as nullable.
    pub(super) fn alternatives(&self, schema: &Value, keyword: &str, target: &mut Object) {
        let variants = elements(schema.get(keyword)).filter(|variant| !is_null(variant));
        match variants.collect::<Vec<_>>().as_slice() {
            [] => {}
            [only] => self.only_variant(only, target),
            several => match self.merged_enumeration(several) {
                Some((kind, values)) => {
                    target.insert("type".into(), json!(kind));
                    target.insert("enum".into(), Value::Array(values));
                }
                None => self.several_variants(several, keyword, target),
            },
        }
    }

    /// An alternative to `null` alone is the schema itself.
    fn only_variant(&self, variant: &Value, target: &mut Object) {
        let converted = self.schema(variant);
        let clashes = members(Some(&converted))
            .any(|(keyword, _)| keyword != "description" && target.contains_key(keyword));
        if clashes || converted.get("$ref").is_some() {
            require_also(target, converted);
            return;
        }
        for (keyword, value) in members(Some(&converted)) {
            target.entry(keyword).or_insert_with(|| value.clone());
        }
    }

    fn several_variants(&self, variants: &[&Value], keyword: &str, target: &mut Object) {
        if let Some(kind) = self.common_kind(variants.iter().copied(), DEEPEST_SEARCH) {
            target.entry("type").or_insert_with(|| json!(kind));
        }
        let converted = variants
            .iter()
            .map(|variant| self.schema(variant))
            .collect();
        target.insert(format!("x-{keyword}"), Value::Array(converted));
        let mut names: Vec<_> = variants.iter().map(|variant| self.name(variant)).collect();
        names.dedup();
        let opening = if keyword == "oneOf" {
            "One of"
        } else {
            "Any of"
        };
        add_note(target, &format!("{opening}: {}.", names.join(", ")));
    }

    /// Variants that only list values of one type are one longer list.
    fn merged_enumeration<'v>(&'v self, variants: &[&'v Value]) -> Option<(&'v str, Vec<Value>)> {
        let kind = self.common_kind(variants.iter().copied(), DEEPEST_SEARCH)?;
        let mut merged = Vec::new();
        for variant in variants {
            let values = listed_values(self.resolve(variant));
            if values.is_empty() {
                return None;
            }
            for value in values {
                if !merged.contains(value) {
                    merged.push(value.clone());
                }
            }
        }
        Some((kind, merged))
    }

    fn common_kind<'v>(
        &'v self,
        mut schemas: impl Iterator<Item = &'v Value>,
        depth: usize,
    ) -> Option<&'v str> {
        let first = self.kind(schemas.next()?, depth)?;
        schemas
            .all(|schema| self.kind(schema, depth) == Some(first))
            .then_some(first)
    }

    /// The one type of the values that a schema describes, if it can be told.
    fn kind<'v>(&'v self, schema: &'v Value, depth: usize) -> Option<&'v str> {
        let depth = depth.checked_sub(1)?;
        let schema = self.resolve(schema);
        match declared_types(schema).as_slice() {
            [kind] => return Some(kind),
            [_, ..] => return None,
            [] => {}
        }
        if schema.get("properties").is_some() {
            return Some("object");
        }
        let values = listed_values(schema);
        if !values.is_empty() {
            return values
                .iter()
                .all(|value| value.is_string())
                .then_some("string");
        }
        if let Some(kind) = elements(schema.get("allOf")).find_map(|part| self.kind(part, depth)) {
            return Some(kind);
        }
        ["oneOf", "anyOf"]
            .into_iter()
            .find_map(|keyword| self.common_kind(elements(schema.get(keyword)), depth))
    }

    /// What people call a variant: its name if it has one, else what it looks like.
    fn name(&self, variant: &Value) -> String {
        let reference = text(variant, "$ref")
            .or_else(|| elements(variant.get("allOf")).find_map(|part| text(part, "$ref")));
        let name = reference.and_then(|reference| reference.rsplit('/').next());
        if let Some(name) = name.or_else(|| text(variant, "title")) {
            return format!("`{name}`");
        }
        let values = listed_values(variant);
        if !values.is_empty() {
            let values: Vec<_> = values.iter().map(|value| format!("`{value}`")).collect();
            return values.join(", ");
        }
        let kind = self
            .kind(variant, DEEPEST_SEARCH)
            .map_or("anything", phrase);
        let required = elements(variant.get("required")).filter_map(Value::as_str);
        let required: Vec<_> = required.map(|property| format!("`{property}`")).collect();
        match text(variant, "format") {
            _ if !required.is_empty() => format!("{kind} with {}", required.join(" and ")),
            Some(format) => format!("{kind} ({format})"),
            None => kind.to_owned(),
        }
    }
}

/// A type as a sentence names it.
pub(super) fn phrase(kind: &str) -> &str {
    match kind {
        "array" => "an array",
        "boolean" => "a boolean",
        "integer" => "an integer",
        "number" => "a number",
        "object" => "an object",
        "string" => "a string",
        other => other,
    }
}
