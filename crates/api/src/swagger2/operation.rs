//! Paths and their operations.

use serde_json::{Value, json};

use super::document::Document;
use super::{Object, elements, members};

const METHODS: [&str; 7] = ["get", "put", "post", "delete", "options", "head", "patch"];

/// What both formats say of an operation in the same words.
const SHARED_MEMBERS: [&str; 6] = [
    "tags",
    "summary",
    "description",
    "externalDocs",
    "operationId",
    "deprecated",
];

impl Document<'_> {
    /// Every path item, or every webhook, under its name.
    pub(super) fn path_items(&self, paths: &Value) -> Value {
        members(Some(paths))
            .map(|(path, item)| {
                let is_extension = path.starts_with("x-");
                let converted = if is_extension {
                    item.clone()
                } else {
                    self.path_item(item)
                };
                (path.clone(), converted)
            })
            .collect()
    }

    fn path_item(&self, item: &Value) -> Value {
        let mut target = Object::new();
        for (key, value) in members(Some(self.resolve(item))) {
            let converted = match key.as_str() {
                "parameters" => Value::Array(self.parameters(value)),
                method if METHODS.contains(&method) => self.operation(value),
                extension if extension.starts_with("x-") => value.clone(),
                _ => continue,
            };
            target.insert(key.clone(), converted);
        }
        Value::Object(target)
    }

    fn operation(&self, operation: &Value) -> Value {
        let mut target = Object::new();
        for (key, value) in members(Some(operation)) {
            let converted = match key.as_str() {
                "parameters" | "requestBody" => {
                    self.inputs(operation, &mut target);
                    continue;
                }
                "responses" => {
                    self.outputs(value, &mut target);
                    continue;
                }
                "security" => self.requirements(value),
                shared if SHARED_MEMBERS.contains(&shared) || shared.starts_with("x-") => {
                    value.clone()
                }
                _ => continue,
            };
            target.insert(key.clone(), converted);
        }
        target
            .entry("responses")
            .or_insert_with(|| json!({ "default": { "description": "" } }));
        Value::Object(target)
    }

    /// Parameters and body are one list in Swagger 2.0.
    fn inputs(&self, operation: &Value, target: &mut Object) {
        let mut parameters = operation
            .get("parameters")
            .map_or(vec![], |list| self.parameters(list));
        if let Some(body) = operation.get("requestBody") {
            let body = self.body(self.resolve(body));
            if !body.consumes.is_empty() {
                target.insert("consumes".into(), json!(body.consumes));
            }
            parameters.extend(body.parameters);
        }
        target.insert("parameters".into(), Value::Array(parameters));
    }

    fn outputs(&self, responses: &Value, target: &mut Object) {
        let produced = self.produced(responses);
        if elements(Some(&produced)).next().is_some() {
            target.insert("produces".into(), produced);
        }
        target.insert("responses".into(), self.responses(responses));
    }
}
