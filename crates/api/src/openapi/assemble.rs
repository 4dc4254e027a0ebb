//! Completes what the routes declare: security, error sets grouped by status, servers.

use std::collections::{BTreeMap, HashSet};

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::{Wire, webhooks};
use crate::error::ErrorCode;
use crate::operation::{INFO, OPERATIONS, Operation, token_endpoint_errors};

const METHODS: [&str; 5] = ["get", "put", "post", "delete", "patch"];
/// Operations whose one answer the source documents print in brackets.
const BRACKETED: [&str; 2] = ["list_agreement_products", "place_order"];
const SCHEMAS: &str = "#/components/schemas/";

/// The whole document.
pub(super) fn whole(routes: &utoipa::openapi::OpenApi, wire: &Wire<'_>) -> Value {
    // The declarations are texts and numbers; there is nothing that could fail to be written.
    let mut document = serde_json::to_value(routes).unwrap_or_default();
    set(
        &mut document,
        "servers",
        json!([{ "url": wire.public_url }]),
    );
    for operation in operations_of(&mut document) {
        complete(operation);
    }
    if !wire.brackets {
        drop_brackets(&mut document);
    }
    set(&mut document, "webhooks", webhooks::describe());
    close_request_schemas(&mut document);
    if let Some(components) = document.get_mut("components") {
        set(components, "securitySchemes", security_schemes());
    }
    document
}

/// The single answers that the source documents print as a list of one, without the list.
fn drop_brackets(document: &mut Value) {
    for operation in operations_of(document) {
        let id = operation.get("operationId").and_then(Value::as_str);
        if !id.is_some_and(|id| BRACKETED.contains(&id)) {
            continue;
        }
        let answer = operation
            .get_mut("responses")
            .and_then(|responses| responses.pointer_mut("/200/content/application~1json/schema"));
        if let Some(schema) = answer
            && let Some(item) = schema.get("items").cloned()
        {
            *schema = item;
        }
    }
}

/// The part of the whole that one API product holds, with the schemas that it needs.
pub(super) fn for_product(whole: &Value, product: &str, title: &str) -> Value {
    let mut document = whole.clone();
    if let Some(info) = document.get_mut("info") {
        set(info, "title", json!(title));
    }
    if let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) {
        for item in paths.values_mut().filter_map(Value::as_object_mut) {
            item.retain(|method, operation| {
                let of = operation.get("x-api-product").and_then(Value::as_str);
                !METHODS.contains(&method.as_str()) || of.is_none_or(|of| of == product)
            });
        }
        paths.retain(|_, item| METHODS.iter().any(|method| item.get(*method).is_some()));
    }
    // They are described beside the feed, which has the same events.
    if product != INFO
        && let Some(members) = document.as_object_mut()
    {
        members.shift_remove("webhooks");
    }
    keep_used_schemas(&mut document);
    document
}

fn operations_of(document: &mut Value) -> impl Iterator<Item = &mut Map<String, Value>> {
    document
        .get_mut("paths")
        .and_then(Value::as_object_mut)
        .into_iter()
        .flat_map(Map::values_mut)
        .filter_map(Value::as_object_mut)
        .flat_map(Map::iter_mut)
        .filter(|(method, _)| METHODS.contains(&method.as_str()))
        .filter_map(|(_, operation)| operation.as_object_mut())
}

/// Adds what the operation's declaration says about who may call it and what may go wrong.
fn complete(operation: &mut Map<String, Value>) {
    let id = operation
        .get("operationId")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let Some(declared) = Operation::find(id) else {
        let errors = token_endpoint_errors(id).unwrap_or_default();
        return add_errors(operation, oauth_responses(&errors));
    };
    let errors = error_responses(&declared.errors());
    operation.insert("x-api-product".to_owned(), json!(declared.product));
    operation.insert(
        "security".to_owned(),
        json!([{ "system_user": [declared.scope] }]),
    );
    add_errors(operation, errors);
}

fn add_errors(operation: &mut Map<String, Value>, errors: Map<String, Value>) {
    let responses = operation
        .get_mut("responses")
        .and_then(Value::as_object_mut);
    if let Some(responses) = responses {
        responses.extend(errors);
    }
}

/// RFC 6749 knows no 403: what would be one is 400 there.
fn oauth_responses(codes: &[ErrorCode]) -> Map<String, Value> {
    grouped(codes, |code| match code.status() {
        StatusCode::FORBIDDEN => StatusCode::BAD_REQUEST,
        status => status,
    })
}

/// One response for each status, which lists the codes that it may carry.
fn error_responses(codes: &[ErrorCode]) -> Map<String, Value> {
    grouped(codes, ErrorCode::status)
}

fn grouped(codes: &[ErrorCode], status: impl Fn(ErrorCode) -> StatusCode) -> Map<String, Value> {
    let mut by_status: BTreeMap<StatusCode, Vec<ErrorCode>> = BTreeMap::new();
    for code in codes {
        by_status.entry(status(*code)).or_default().push(*code);
    }
    let response = |(status, codes): (StatusCode, Vec<_>)| {
        (status.as_str().to_owned(), response(status, &codes))
    };
    by_status.into_iter().map(response).collect()
}

fn response(status: StatusCode, codes: &[ErrorCode]) -> Value {
    let reason = status.canonical_reason().unwrap_or_default();
    let mut description = format!("{reason}:\n");
    for code in codes {
        let line = format!("\n- Error code {} - {}", code.number(), code.description());
        description.push_str(&line);
    }
    let numbers: Vec<_> = codes.iter().map(|code| code.number()).collect();
    json!({
        "description": description,
        "content": {
            "application/json": { "schema": { "$ref": format!("{SCHEMAS}Error") } },
            "application/problem+json": { "schema": { "$ref": format!("{SCHEMAS}Problem") } },
        },
        "x-error-codes": numbers,
    })
}

fn security_schemes() -> Value {
    let scopes: Map<String, Value> = OPERATIONS
        .iter()
        .map(|operation| {
            (
                operation.scope.to_owned(),
                json!(scope_in_words(operation.scope)),
            )
        })
        .collect();
    json!({
        "system_user": {
            "type": "oauth2",
            "description": "A system user's access token, got with the app's own credentials.",
            "flows": {
                "password": { "tokenUrl": "/oauth/v2/token", "scopes": scopes },
                "clientCredentials": { "tokenUrl": "/oauth/v2/token", "scopes": scopes },
            },
        },
        "client": {
            "type": "http",
            "scheme": "basic",
            "description": "The app's client id and secret.",
        },
    })
}

fn scope_in_words(scope: &str) -> String {
    match scope.split_once('.') {
        Some((noun, "read")) => format!("Read {noun}."),
        Some((noun, "order")) => format!("Order changes to {noun}."),
        Some((noun, "manage")) => format!("Manage {noun}."),
        _ => scope.to_owned(),
    }
}

/// What nobody takes out of a body is refused, so the schemas of bodies allow no other members.
fn close_request_schemas(document: &mut Value) {
    let bodies: Vec<Value> = operations_of(document)
        .filter_map(|operation| operation.get("requestBody").cloned())
        .filter(|body| body.pointer("/content/application~1json").is_some())
        .collect();
    for name in reachable(document, references(Some(&Value::Array(bodies)))) {
        let schema = document.pointer_mut(&format!("/components/schemas/{name}"));
        if let Some(schema) = schema.filter(|schema| schema.get("properties").is_some()) {
            set(schema, "additionalProperties", json!(false));
        }
    }
}

fn keep_used_schemas(document: &mut Value) {
    let mut told = references(document.get("paths"));
    told.extend(references(document.get("webhooks")));
    let used = reachable(document, told);
    let schemas = document
        .pointer_mut("/components/schemas")
        .and_then(Value::as_object_mut);
    if let Some(schemas) = schemas {
        schemas.retain(|name, _| used.contains(name));
    }
}

/// These schemas and all that they refer to.
fn reachable(document: &Value, mut open: Vec<String>) -> HashSet<String> {
    let mut reached = HashSet::new();
    while let Some(name) = open.pop() {
        let schema = document.pointer(&format!("/components/schemas/{name}"));
        if reached.insert(name) {
            open.extend(references(schema));
        }
    }
    reached
}

/// The names of the schemas that a part of the document refers to.
fn references(part: Option<&Value>) -> Vec<String> {
    match part {
        Some(Value::Object(members)) => members
            .iter()
            .flat_map(
                |(key, value)| match value.as_str().and_then(|to| to.strip_prefix(SCHEMAS)) {
                    Some(name) if key == "$ref" => vec![name.to_owned()],
                    _ => references(Some(value)),
                },
            )
            .collect(),
        Some(Value::Array(items)) => items
            .iter()
            .flat_map(|item| references(Some(item)))
            .collect(),
        _ => Vec::new(),
    }
}

fn set(object: &mut Value, name: &str, value: Value) {
    if let Some(members) = object.as_object_mut() {
        members.insert(name.to_owned(), value);
    }
}
