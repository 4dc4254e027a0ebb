//! Request bodies, which Swagger 2.0 counts among the parameters.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::content::{Media, is_file, is_form, preferred};
use super::document::Document;
use super::parameter::set_collection_format;
use super::{Object, elements, members, pick};

/// How deep a form's schema is searched for fields; it may be circular.
const DEEPEST_SEARCH: usize = 8;

/// A request body in the words of Swagger 2.0.
#[derive(Default)]
pub(super) struct Body {
    pub(super) consumes: Vec<String>,
    pub(super) parameters: Vec<Value>,
}

/// The fields of a form, whichever of its variants have them.
#[derive(Default)]
struct Fields {
    schemas: Object,
    required: BTreeSet<String>,
}

impl Document<'_> {
    /// A form becomes one parameter for each field, anything else a single one. Swagger 2.0 does
    /// not allow both in one operation, so a form gives way.
    pub(super) fn body(&self, body: &Value) -> Body {
        let (forms, others): (Vec<Media>, Vec<Media>) =
            members(body.get("content")).partition(|(media_type, _)| is_form(media_type));
        let names = |content: &[Media]| content.iter().map(|(name, _)| (*name).clone()).collect();
        match (preferred(&others), forms.first()) {
            (Some((_, media)), _) => Body {
                consumes: names(&others),
                parameters: vec![self.whole_body(body, media)],
            },
            (None, Some((_, media))) => Body {
                consumes: names(&forms),
                parameters: self.form_parameters(media),
            },
            (None, None) => Body::default(),
        }
    }

    fn whole_body(&self, body: &Value, media: &Value) -> Value {
        let mut target = Object::new();
        target.insert("name".into(), json!("body"));
        target.insert("in".into(), json!("body"));
        target.append(&mut pick(body, &["description", "required"]));
        target.insert(
            "schema".into(),
            self.schema(media.get("schema").unwrap_or(&Value::Null)),
        );
        if let Some(example) = self.example(media) {
            target.insert("x-example".into(), example.clone());
        }
        Value::Object(target)
    }

    fn form_parameters(&self, media: &Value) -> Vec<Value> {
        let Some(schema) = media.get("schema") else {
            return Vec::new();
        };
        let Fields { schemas, required } = self.fields(schema, DEEPEST_SEARCH);
        let parameters = schemas.iter().map(|(name, schema)| {
            let mut target = Object::new();
            target.insert("name".into(), json!(name));
            target.insert("in".into(), json!("formData"));
            target.insert("required".into(), json!(required.contains(name)));
            self.flatten(schema, &mut target);
            if is_file(self.unwrapped(schema)) {
                target.insert("type".into(), json!("file"));
            }
            let encoding = media
                .get("encoding")
                .and_then(|encodings| encodings.get(name));
            set_collection_format("formData", encoding.unwrap_or(&Value::Null), &mut target);
            Value::Object(target)
        });
        parameters.collect()
    }

    /// A field is required if every variant of the form requires it.
    fn fields(&self, schema: &Value, depth: usize) -> Fields {
        let mut fields = Fields::default();
        let Some(depth) = depth.checked_sub(1) else {
            return fields;
        };
        let schema = self.resolve(schema);
        for (name, property) in members(schema.get("properties")) {
            fields.add(name, property);
        }
        let required = elements(schema.get("required")).filter_map(Value::as_str);
        fields.required.extend(required.map(str::to_owned));
        for part in elements(schema.get("allOf")) {
            let part = self.fields(part, depth);
            fields.add_all(&part.schemas);
            fields.required.extend(part.required);
        }
        for keyword in ["oneOf", "anyOf"] {
            let variants = elements(schema.get(keyword)).map(|variant| self.fields(variant, depth));
            let common = variants.reduce(|mut common, variant| {
                common.add_all(&variant.schemas);
                common
                    .required
                    .retain(|name| variant.required.contains(name));
                common
            });
            if let Some(common) = common {
                fields.add_all(&common.schemas);
                fields.required.extend(common.required);
            }
        }
        fields
    }
}

impl Fields {
    fn add_all(&mut self, schemas: &Object) {
        for (name, schema) in schemas {
            self.add(name, schema);
        }
    }

    /// A field that is there already with another schema may follow either.
    fn add(&mut self, name: &str, schema: &Value) {
        let present = self.schemas.entry(name).or_insert_with(|| schema.clone());
        if present == schema {
            return;
        }
        match present.get_mut("oneOf").and_then(Value::as_array_mut) {
            Some(variants) if variants.contains(schema) => {}
            Some(variants) => variants.push(schema.clone()),
            None => *present = json!({ "oneOf": [present, schema] }),
        }
    }
}
