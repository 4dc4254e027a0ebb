//! The OpenAPI document: what the routes declare, with who may call and how they may say no.

use std::collections::BTreeMap;

use http::StatusCode;
use serde_json::{Map, Value, json};
use utoipa::OpenApi;

use crate::operation::Operation;
use crate::problem::{Code, FaultBody, ProblemBody};
use crate::routes::records;

/// What no route declares.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Avtale operator API",
        description = "Carry out the orders of all organizations: as a worker that takes them, as a \
                       system that reports on them, or as a person at the desk. For the operator's \
                       own network; customers have another API.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    servers((url = "/", description = "The operator's listener.")),
    tags(
        (name = "work", description = "Workers take orders and report on them."),
        (name = "desk", description = "People see to orders."),
        (name = "orders", description = "The orders of all organizations."),
        (name = "journal", description = "Who did what."),
        (name = "notifications", description = "Where customers are told of changes."),
        (name = "limits", description = "How much of what an app may call is used."),
        (name = "watching", description = "Which calls there were, whose data they have shown, and \
                                           what waits."),
        (name = "operators", description = "Who may call this API, and as what."),
        (name = "developers", description = "Customers' people in the developer portal, and what they \
                                             ask for."),
        (name = "records", description = "Organizations, agreements, apps and the like: find and \
                                          change them one by one.")
    ),
    components(schemas(ProblemBody, FaultBody))
)]
pub(crate) struct Base;

/// What can be called with an empty body.
const OPTIONAL_BODIES: [&str; 4] = [
    "claim_orders",
    "complete_order",
    "invite_developer",
    "rotate_app_secret",
];

/// The declarations are texts and numbers; there is nothing that could fail to be written.
pub(crate) fn finished(routes: &utoipa::openapi::OpenApi) -> Value {
    let mut document = serde_json::to_value(routes).unwrap_or_default();
    let schemas = document.pointer_mut("/components/schemas");
    if let Some(schemas) = schemas.and_then(Value::as_object_mut) {
        schemas.extend(records::schemas());
    }
    let mut bodies = Vec::new();
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    for item in paths.into_iter().flat_map(Map::values_mut) {
        for method in ["get", "put", "post"] {
            let operation = item.get_mut(method).and_then(Value::as_object_mut);
            if let Some(operation) = operation {
                complete(operation);
                bodies.extend(body_schema(operation));
                if OPTIONAL_BODIES.contains(&operation_id(operation)) {
                    set(&mut operation["requestBody"], "required", json!(false));
                }
            }
        }
    }
    for name in bodies {
        if let Some(schema) = document.pointer_mut(&format!("/components/schemas/{name}")) {
            set(schema, "additionalProperties", json!(false));
        }
    }
    if let Some(components) = document.get_mut("components") {
        let key = json!({
            "operator_key": {
                "type": "http",
                "scheme": "bearer",
                "description": "The key that `avtale operator add` has printed.",
            },
        });
        set(components, "securitySchemes", key);
    }
    document
}

/// Adds what the operation's declaration says about who may call it and what may go wrong.
fn complete(operation: &mut Map<String, Value>) {
    let Some(declared) = Operation::find(operation_id(operation)) else {
        return;
    };
    operation.insert("x-role".to_owned(), json!(declared.role.as_str()));
    operation.insert("security".to_owned(), json!([{ "operator_key": [] }]));
    let mut by_status: BTreeMap<StatusCode, Vec<Code>> = BTreeMap::new();
    for code in declared.codes() {
        by_status.entry(code.status()).or_default().push(code);
    }
    let responses = operation
        .get_mut("responses")
        .and_then(Value::as_object_mut);
    if let Some(responses) = responses {
        for (status, codes) in by_status {
            responses.insert(status.as_str().to_owned(), response(status, &codes));
        }
    }
}

fn operation_id(operation: &Map<String, Value>) -> &str {
    let id = operation.get("operationId").and_then(Value::as_str);
    id.unwrap_or_default()
}

fn response(status: StatusCode, codes: &[Code]) -> Value {
    let mut description = format!("{}:\n", status.canonical_reason().unwrap_or_default());
    for code in codes {
        let line = format!("\n- `{}` - {}", code.word(), code.title());
        description.push_str(&line);
    }
    let words: Vec<_> = codes.iter().map(|code| code.word()).collect();
    json!({
        "description": description,
        "content": {
            "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } },
        },
        "x-codes": words,
    })
}

/// The name of the schema of an operation's body, which allows no members that nobody reads.
fn body_schema(operation: &Map<String, Value>) -> Option<String> {
    let schema = operation
        .get("requestBody")?
        .pointer("/content/application~1json/schema/$ref")?;
    let (_, name) = schema.as_str()?.rsplit_once('/')?;
    Some(name.to_owned())
}

fn set(object: &mut Value, name: &str, value: Value) {
    if let Some(members) = object.as_object_mut() {
        members.insert(name.to_owned(), value);
    }
}
