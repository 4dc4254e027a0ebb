//! Turns the OpenAPI 3.1 document into a Swagger 2.0 one, for readers whose tools know no other.
//! Where Swagger 2.0 has no word, the meaning moves to an `x-` extension and into a description.
//! Lost on purpose: cookie parameters, callbacks, links, `TRACE`, all servers but the first, a form
//! where the body may be JSON too, and schema keywords such as `not` and `prefixItems`.
//! It does not validate: what is malformed is left out, and nothing makes it fail.

mod alternatives;
mod body;
mod content;
mod document;
mod operation;
mod parameter;
mod response;
mod schema;
mod security;
mod server;
#[cfg(test)]
mod tests;

use serde_json::{Map, Value, json};

use self::document::Document;

/// A JSON object whose members keep their order.
type Object = Map<String, Value>;

/// The Swagger 2.0 document that says what this OpenAPI 3.1 document says, as far as it can.
pub(crate) fn down_convert(openapi: &Value) -> Value {
    let document = Document::new(openapi);
    let mut swagger = Object::new();
    swagger.insert("swagger".into(), json!("2.0"));
    for (key, value) in members(Some(openapi)) {
        let (key, converted) = match key.as_str() {
            "info" => ("info", info(value)),
            "tags" => ("tags", tags(value)),
            "paths" => ("paths", document.path_items(value)),
            "webhooks" => ("x-webhooks", document.path_items(value)),
            "security" => ("security", document.requirements(value)),
            "servers" => {
                swagger.append(&mut server::address(value));
                continue;
            }
            "components" => {
                swagger.append(&mut components(&document, value));
                continue;
            }
            other if other == "externalDocs" || other.starts_with("x-") => (other, value.clone()),
            _ => continue,
        };
        swagger.insert(key.to_owned(), converted);
    }
    swagger.entry("paths").or_insert_with(|| json!({}));
    Value::Object(swagger)
}

fn info(source: &Value) -> Value {
    let mut info = pick(
        source,
        &[
            "title",
            "description",
            "termsOfService",
            "contact",
            "license",
            "version",
        ],
    );
    if let Some(contact) = info.get_mut("contact") {
        *contact = Value::Object(pick(contact, &["name", "url", "email"]));
    }
    if let Some(license) = info.get_mut("license") {
        let mut named = pick(license, &["name", "url"]);
        if let Some(identifier) = text(license, "identifier") {
            let page = format!("https://spdx.org/licenses/{identifier}.html");
            named.entry("url").or_insert(Value::String(page));
        }
        *license = Value::Object(named);
    }
    Value::Object(info)
}

fn tags(source: &Value) -> Value {
    elements(Some(source))
        .map(|tag| Value::Object(pick(tag, &["name", "description", "externalDocs"])))
        .collect()
}

/// The reusable parts that Swagger 2.0 can name; whatever refers to others gets a copy in place.
fn components(document: &Document, source: &Value) -> Object {
    let mut swagger = Object::new();
    for (section, parts) in members(Some(source)) {
        let (section, convert): (_, fn(&Document, &Value) -> Value) = match section.as_str() {
            "schemas" => ("definitions", |document, schema| document.schema(schema)),
            "parameters" => ("parameters", |document, parameter| {
                document.parameter(parameter)
            }),
            "responses" => ("responses", |document, response| {
                document.response(response)
            }),
            _ => continue,
        };
        let converted = members(Some(parts))
            .filter(|(_, part)| section != "parameters" || document.is_expressible(part))
            .map(|(name, part)| (name.clone(), convert(document, part)))
            .collect();
        swagger.insert(section.into(), Value::Object(converted));
    }
    let schemes = document.security_definitions();
    if !schemes.is_empty() {
        swagger.insert("securityDefinitions".into(), Value::Object(schemes));
    }
    swagger
}

/// The members with these names, and the extensions.
fn pick(source: &Value, names: &[&str]) -> Object {
    members(Some(source))
        .filter(|(name, _)| names.contains(&name.as_str()) || name.starts_with("x-"))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

fn members(value: Option<&Value>) -> impl Iterator<Item = (&String, &Value)> {
    value.and_then(Value::as_object).into_iter().flatten()
}

fn elements(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    value.and_then(Value::as_array).into_iter().flatten()
}

fn text<'v>(value: &'v Value, name: &str) -> Option<&'v str> {
    value.get(name).and_then(Value::as_str)
}

fn flag(value: &Value, name: &str) -> Option<bool> {
    value.get(name).and_then(Value::as_bool)
}

/// Says something more in the description, in a paragraph of its own.
fn add_note(target: &mut Object, note: &str) {
    let described = match target.get("description").and_then(Value::as_str) {
        Some(description) if !description.is_empty() => format!("{description}\n\n{note}"),
        _ => note.to_owned(),
    };
    target.insert("description".into(), Value::String(described));
}
