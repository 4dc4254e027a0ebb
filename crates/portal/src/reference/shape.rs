//! What a value looks like: its kind, its limits and its members, down to the last one.

use serde_json::Value;

use super::document::{Document, Resolved, entries, list, text};
use super::limits::limits;
use crate::Error;

/// A value's shape.
#[derive(Debug, Clone, Default)]
pub(crate) struct Shape {
    pub(crate) kind: Kind,
    pub(crate) description: String,
    /// In words, such as `at most 30 characters`.
    pub(crate) limits: Vec<String>,
    pub(crate) members: Vec<Member>,
    /// The shapes that it has one of.
    pub(crate) alternatives: Vec<Alternative>,
    /// Whether its members are left out because a value around it has the same.
    pub(crate) repeats: bool,
}

/// What kind of value it is: `array of` `Product`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Kind {
    /// Such as `array of`; empty for most.
    pub(crate) before: String,
    pub(crate) name: String,
    /// Whether the name is a model's, which has a page.
    pub(crate) is_model: bool,
}

/// A member of an object.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    pub(crate) name: String,
    /// The id of its place on the page.
    pub(crate) anchor: String,
    pub(crate) required: bool,
    pub(crate) shape: Shape,
}

/// One of several shapes.
#[derive(Debug, Clone)]
pub(crate) struct Alternative {
    pub(crate) name: String,
    pub(crate) anchor: String,
    pub(crate) shape: Shape,
}

/// Reads shapes out of a document.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reader<'a> {
    pub(crate) document: Document<'a>,
    /// Whether to go into the models that a model refers to; their own pages show them too.
    pub(crate) deep: bool,
}

impl<'a> Reader<'a> {
    /// The shape of a schema, with anchors that begin with this word.
    pub(crate) fn shape(self, schema: &'a Value, anchor: &str) -> Result<Shape, Error> {
        self.inner(schema, anchor, &[])
    }

    fn inner(self, schema: &'a Value, anchor: &str, trail: &[&str]) -> Result<Shape, Error> {
        let found = self.document.resolve(schema)?;
        if let Some(items) = found.schema.get("items") {
            return self.array(found, items, anchor, trail);
        }
        let mut shape = Shape {
            kind: self.kind(found)?,
            description: found.description.to_owned(),
            limits: limits(found.schema),
            ..Shape::default()
        };
        if shape.kind.is_model && is_plain(found.schema) {
            shape.limits.insert(0, plain_name(found.schema));
        }
        let repeats = found.name.is_some_and(|name| trail.contains(&name));
        if repeats || (!self.deep && !trail.is_empty() && found.name.is_some()) {
            shape.repeats = repeats;
            return Ok(shape);
        }
        // The trail of what has no name still says that it is not the outermost.
        let trail = [trail, &[found.name.unwrap_or("")]].concat();
        let choices = list(found.schema, "oneOf");
        if choices.iter().all(is_plain) {
            let words = choices.iter().map(in_words).collect::<Vec<_>>();
            shape
                .limits
                .extend((!words.is_empty()).then(|| words.join("; or ")));
        } else {
            shape.alternatives = self.alternatives(choices, anchor, &trail)?;
        }
        self.members(found.schema, anchor, &trail, &mut shape.members)?;
        Ok(shape)
    }

    fn array(
        self,
        found: Resolved<'a>,
        items: &'a Value,
        anchor: &str,
        trail: &[&str],
    ) -> Result<Shape, Error> {
        let mut shape = self.inner(items, anchor, trail)?;
        let before = format!("array of {}", shape.kind.before);
        before.trim().clone_into(&mut shape.kind.before);
        if !found.description.is_empty() {
            found.description.clone_into(&mut shape.description);
        }
        let mut all = limits(found.schema);
        all.append(&mut shape.limits);
        shape.limits = all;
        Ok(shape)
    }

    fn alternatives(
        self,
        choices: &'a [Value],
        anchor: &str,
        trail: &[&str],
    ) -> Result<Vec<Alternative>, Error> {
        let alternative = |(number, choice): (usize, &'a Value)| {
            let found = self.document.resolve(choice)?;
            let name = match found.name {
                Some(name) => name.to_owned(),
                None => format!("{}", number + 1),
            };
            let anchor = format!("{anchor}.{name}");
            let shape = self.inner(choice, &anchor, trail)?;
            Ok(Alternative {
                name,
                anchor,
                shape,
            })
        };
        choices.iter().enumerate().map(alternative).collect()
    }

    /// Those of all its parts.
    fn members(
        self,
        schema: &'a Value,
        anchor: &str,
        trail: &[&str],
        into: &mut Vec<Member>,
    ) -> Result<(), Error> {
        for part in list(schema, "allOf") {
            let part = self.document.resolve(part)?;
            self.members(part.schema, anchor, trail, into)?;
        }
        let required = list(schema, "required");
        for (name, member) in entries(schema, "properties") {
            let anchor = format!("{anchor}.{name}");
            into.push(Member {
                name: name.to_owned(),
                required: required.iter().any(|one| one == name),
                shape: self.inner(member, &anchor, trail)?,
                anchor,
            });
        }
        Ok(())
    }

    fn kind(self, found: Resolved<'a>) -> Result<Kind, Error> {
        let name = match found.name {
            Some(name) => name.to_owned(),
            None => plain_name(found.schema),
        };
        // A model that is not there would have no page.
        let is_model = match found.name {
            Some(name) => self.document.schemas()?.contains_key(name),
            None => false,
        };
        Ok(Kind {
            before: String::new(),
            name,
            is_model,
        })
    }
}

/// Whether a schema is a text, a number or the like.
fn is_plain(schema: &Value) -> bool {
    ["$ref", "properties", "allOf", "oneOf", "items"]
        .iter()
        .all(|member| schema.get(member).is_none())
}

fn in_words(schema: &Value) -> String {
    let mut words = vec![plain_name(schema)];
    words.extend(limits(schema));
    words.join(", ")
}

/// The kind's own name, such as `string`; `integer or string` for one of several.
pub(crate) fn plain_name(schema: &Value) -> String {
    let several = list(schema, "type");
    let choices = list(schema, "oneOf");
    if !several.is_empty() {
        let names: Vec<_> = several.iter().filter_map(Value::as_str).collect();
        return names.join(" or ");
    }
    if !choices.is_empty() && choices.iter().all(is_plain) {
        let names: Vec<_> = choices.iter().map(plain_name).collect();
        return names.join(" or ");
    }
    match text(schema, "type") {
        "" if schema.get("properties").is_some() || schema.get("allOf").is_some() => {
            "object".to_owned()
        }
        "" => "any".to_owned(),
        name => name.to_owned(),
    }
}
