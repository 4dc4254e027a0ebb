//! What OpenAPI 3.1 says per media type, of which Swagger 2.0 can say only one thing for all.

use serde_json::Value;

use super::document::Document;
use super::{members, text};

/// A media type's name and what the document says of it.
pub(super) type Media<'v> = (&'v String, &'v Value);

/// The media type whose schema stands for all: JSON before its relatives before any other.
pub(super) fn preferred<'v>(content: &[Media<'v>]) -> Option<Media<'v>> {
    let exact = content
        .iter()
        .find(|(media_type, _)| *media_type == "application/json");
    let relative = || {
        content
            .iter()
            .find(|(media_type, _)| media_type.contains("json"))
    };
    exact.or_else(relative).or(content.first()).copied()
}

/// Whether Swagger 2.0 calls a body of this media type `formData`.
pub(super) fn is_form(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    ["application/x-www-form-urlencoded", "multipart/form-data"].contains(&essence)
}

/// Whether a schema describes bytes, which a form of Swagger 2.0 calls a file.
pub(super) fn is_file(schema: &Value) -> bool {
    text(schema, "format") == Some("binary")
        || text(schema, "contentMediaType") == Some("application/octet-stream")
}

impl Document<'_> {
    /// The example of a media type, a parameter or a header: the only one, or the first of several.
    pub(super) fn example<'v>(&'v self, described: &'v Value) -> Option<&'v Value> {
        let several = || members(described.get("examples")).next();
        described
            .get("example")
            .or_else(|| several().and_then(|(_, example)| self.resolve(example).get("value")))
    }

    /// All media types of these responses, each once.
    pub(super) fn produced(&self, responses: &Value) -> Value {
        let mut produced: Vec<Value> = Vec::new();
        for (_, response) in members(Some(responses)) {
            for (media_type, _) in members(self.resolve(response).get("content")) {
                if !produced.iter().any(|present| present == media_type) {
                    produced.push(Value::String(media_type.clone()));
                }
            }
        }
        Value::Array(produced)
    }
}
