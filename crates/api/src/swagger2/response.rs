//! Responses: one schema for all media types, and headers without nesting.

use serde_json::{Value, json};

use super::content::{Media, preferred};
use super::document::{Document, rewritten};
use super::{Object, members, pick, text};

impl Document<'_> {
    /// The responses by status. Swagger 2.0 has no ranges: `4XX` moves to `x-4XX`.
    pub(super) fn responses(&self, responses: &Value) -> Value {
        let mut target = Object::new();
        let mut has_any = false;
        for (status, response) in members(Some(responses)) {
            if status.starts_with("x-") {
                target.insert(status.clone(), response.clone());
                continue;
            }
            let converted = match text(response, "$ref") {
                Some(reference) => json!({ "$ref": rewritten(reference) }),
                None => self.response(response),
            };
            if is_status(status) {
                has_any = true;
                target.insert(status.clone(), converted);
            } else {
                target.insert(format!("x-{status}"), converted);
            }
        }
        if !has_any {
            target.insert("default".into(), json!({ "description": "" }));
        }
        Value::Object(target)
    }

    /// One response, written out.
    pub(super) fn response(&self, response: &Value) -> Value {
        let response = self.resolve(response);
        let mut target = Object::new();
        target.insert(
            "description".into(),
            json!(text(response, "description").unwrap_or("")),
        );
        for (key, value) in members(Some(response)) {
            match key.as_str() {
                "headers" => {
                    let headers = members(Some(value));
                    let headers = headers.map(|(name, header)| (name.clone(), self.header(header)));
                    target.insert(key.clone(), headers.collect());
                }
                "content" => self.content(value, &mut target),
                extension if extension.starts_with("x-") => {
                    target.insert(key.clone(), value.clone());
                }
                _ => {}
            }
        }
        Value::Object(target)
    }

    fn header(&self, header: &Value) -> Value {
        let header = self.resolve(header);
        let mut target = pick(header, &["description"]);
        self.describe(header, &mut target);
        Value::Object(target)
    }

    fn content(&self, content: &Value, target: &mut Object) {
        let media: Vec<Media> = members(Some(content)).collect();
        let chosen = preferred(&media).and_then(|(_, media)| media.get("schema"));
        if let Some(schema) = chosen {
            target.insert("schema".into(), self.schema(schema));
        }
        let examples: Object = media
            .iter()
            .filter_map(|(media_type, media)| {
                Some(((*media_type).clone(), self.example(media)?.clone()))
            })
            .collect();
        if !examples.is_empty() {
            target.insert("examples".into(), Value::Object(examples));
        }
    }
}

fn is_status(status: &str) -> bool {
    status == "default" || (status.len() == 3 && status.bytes().all(|byte| byte.is_ascii_digit()))
}
