//! The document that is read, and the references within it.

use serde_json::Value;

use super::schema::is_null;
use super::{elements, text};

/// How many references in a row are followed, so that a circle of them ends.
const LONGEST_CHAIN: usize = 16;

/// Where each kind of component lives in Swagger 2.0.
const HOMES: [(&str, &str); 3] = [
    ("#/components/schemas/", "#/definitions/"),
    ("#/components/parameters/", "#/parameters/"),
    ("#/components/responses/", "#/responses/"),
];

/// The OpenAPI 3.1 document as a whole. Each sibling module adds the conversion of one part.
pub(super) struct Document<'a> {
    root: &'a Value,
}

impl<'a> Document<'a> {
    pub(super) fn new(root: &'a Value) -> Self {
        Self { root }
    }

    /// The reusable parts of one kind.
    pub(super) fn component_section(&self, section: &str) -> Option<&'a Value> {
        self.root.get("components")?.get(section)
    }

    /// What a reference stands for, or the value itself.
    pub(super) fn resolve<'v>(&self, value: &'v Value) -> &'v Value
    where
        'a: 'v,
    {
        let mut found = value;
        for _ in 0..LONGEST_CHAIN {
            let target = text(found, "$ref")
                .and_then(|reference| reference.strip_prefix('#'))
                .and_then(|pointer| self.root.pointer(pointer));
            match target {
                Some(target) => found = target,
                None => break,
            }
        }
        found
    }

    /// The schema without the wrappers around it: references, and choices with `null` alone.
    pub(super) fn unwrapped<'v>(&'v self, schema: &'v Value) -> &'v Value {
        let mut core = self.resolve(schema);
        for _ in 0..LONGEST_CHAIN {
            match only_part(core) {
                Some(part) if core.get("properties").is_none() => core = self.resolve(part),
                _ => break,
            }
        }
        core
    }
}

/// The reference as Swagger 2.0 spells it.
pub(super) fn rewritten(reference: &str) -> String {
    for (old_home, new_home) in HOMES {
        if let Some(name) = reference.strip_prefix(old_home) {
            return format!("{new_home}{name}");
        }
    }
    reference.to_owned()
}

fn only_part(schema: &Value) -> Option<&Value> {
    ["allOf", "oneOf", "anyOf"].into_iter().find_map(|keyword| {
        let mut parts = elements(schema.get(keyword)).filter(|part| !is_null(part));
        parts.next().filter(|_| parts.next().is_none())
    })
}
