//! An OpenAPI document as it is, with its references followed.

use serde_json::{Map, Value};

use crate::Error;

const SCHEMAS: &str = "#/components/schemas/";

/// A finished OpenAPI 3.1 document.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Document<'a>(pub(crate) &'a Value);

/// A schema behind its reference.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Resolved<'a> {
    /// The name of the model, when it was a reference.
    pub(crate) name: Option<&'a str>,
    pub(crate) schema: &'a Value,
    /// What stands beside the reference, or else in the schema itself.
    pub(crate) description: &'a str,
}

impl<'a> Document<'a> {
    pub(crate) fn schemas(self) -> Result<&'a Map<String, Value>, Error> {
        let schemas = self.0.pointer("/components/schemas");
        let schemas = schemas.and_then(Value::as_object);
        schemas.ok_or_else(|| Error::Missing("components/schemas".to_owned()))
    }

    pub(crate) fn base_url(self) -> Result<&'a str, Error> {
        let url = self.0.pointer("/servers/0/url").and_then(Value::as_str);
        url.ok_or_else(|| Error::Missing("servers".to_owned()))
    }

    /// The schema that is meant.
    pub(crate) fn resolve(self, schema: &'a Value) -> Result<Resolved<'a>, Error> {
        let Some(reference) = schema.get("$ref") else {
            let description = text(schema, "description");
            return Ok(Resolved {
                name: None,
                schema,
                description,
            });
        };
        let name = reference
            .as_str()
            .and_then(|to| to.strip_prefix(SCHEMAS))
            .ok_or_else(|| Error::Unresolved(reference.to_string()))?;
        let target = self.schemas()?.get(name);
        let target = target.ok_or_else(|| Error::Unresolved(name.to_owned()))?;
        let beside = text(schema, "description");
        let description = if beside.is_empty() {
            text(target, "description")
        } else {
            beside
        };
        // A model may be another name for a model.
        let inner = self.resolve(target)?;
        Ok(Resolved {
            name: Some(name),
            schema: inner.schema,
            description,
        })
    }
}

/// A member that is a text; empty when it is not there.
pub(crate) fn text<'a>(value: &'a Value, member: &str) -> &'a str {
    value.get(member).and_then(Value::as_str).unwrap_or("")
}

/// A member that is a list; empty when it is not there.
pub(crate) fn list<'a>(value: &'a Value, member: &str) -> &'a [Value] {
    let list = value.get(member).and_then(Value::as_array);
    list.map_or(&[], Vec::as_slice)
}

/// The members of a member; none when it is not there.
pub(crate) fn entries<'a>(
    value: &'a Value,
    member: &str,
) -> impl Iterator<Item = (&'a str, &'a Value)> + use<'a> {
    let entries = value.get(member).and_then(Value::as_object);
    entries
        .into_iter()
        .flatten()
        .map(|(name, value)| (name.as_str(), value))
}
