//! Small conversions in tables, written from the two specifications.

use serde_json::{Value, json};

use super::down_convert;

mod operations;
mod schemas;
mod security;

/// A document whose components the conversions below refer to.
fn sample() -> Value {
    json!({
        "openapi": "3.1.0",
        "components": {
            "schemas": {
                "Cat": { "type": "object", "properties": { "lives": { "type": "integer" } } },
                "Dog": { "allOf": [{ "type": "object" }] },
                "Size": { "type": "string", "enum": ["small", "large"] },
                "Loop": { "$ref": "#/components/schemas/Loop" },
                "Lists": { "type": "array", "items": { "$ref": "#/components/schemas/Lists" } },
                "Either": { "oneOf": [
                    { "$ref": "#/components/schemas/Either" },
                    { "allOf": [{ "$ref": "#/components/schemas/Either" }] },
                ] },
            },
            "parameters": {
                "Page": { "name": "page", "in": "query", "schema": { "type": "integer" } },
                "Session": { "name": "session", "in": "cookie", "schema": { "type": "string" } },
            },
            "responses": { "Gone": { "description": "Gone", "content": { "text/plain": {} } } },
            "headers": { "Tag": { "description": "Version", "schema": { "type": "string" } } },
            "examples": { "Tom": { "value": { "lives": 9 } } },
            "securitySchemes": {
                "token": { "type": "http", "scheme": "Bearer", "bearerFormat": "JWT" },
                "staff": { "type": "http", "scheme": "basic", "description": "Staff only." },
                "digest": { "type": "http", "scheme": "digest" },
                "key": { "type": "apiKey", "name": "X-Key", "in": "header" },
                "biscuit": { "type": "apiKey", "name": "sid", "in": "cookie" },
                "certificate": { "type": "mutualTLS" },
                "machine": { "type": "oauth2", "flows": {
                    "clientCredentials": { "tokenUrl": "/token", "scopes": { "read": "Reads" } },
                } },
                "person": { "type": "oauth2", "flows": {
                    "password": { "tokenUrl": "/token", "scopes": {} },
                    "authorizationCode":
                        { "tokenUrl": "/token", "authorizationUrl": "/login", "scopes": {} },
                } },
            },
        },
    })
}

/// Compares as text, so that the order of members counts too.
fn check(given: &Value, found: &Value, expected: &Value) {
    assert_eq!(found.to_string(), expected.to_string(), "from {given}");
}

#[test]
fn a_document_keeps_its_order_and_no_reference_to_components() {
    let mut openapi = sample();
    openapi["x-first"] = json!(1);
    openapi["jsonSchemaDialect"] = json!("dropped");
    openapi["info"] = json!({ "title": "T", "summary": "dropped", "version": "1",
        "license": { "name": "L", "identifier": "MIT" } });
    openapi["webhooks"] = json!({ "made": { "post": {} } });
    let swagger = down_convert(&openapi);
    assert!(!swagger.to_string().contains("#/components/"), "{swagger}");
    let names: Vec<_> = swagger
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    let components = [
        "definitions",
        "parameters",
        "responses",
        "securityDefinitions",
    ];
    let expected = [
        &["swagger"],
        &components[..],
        &["x-first", "info", "x-webhooks", "paths"],
    ]
    .concat();
    assert_eq!(names, expected);
    let page = json!({ "name": "page", "in": "query", "type": "integer" });
    let license = json!({ "name": "L", "url": "https://spdx.org/licenses/MIT.html" });
    let empty = json!({ "responses": { "default": { "description": "" } } });
    for (part, expected) in [
        ("parameters", json!({ "Page": page })),
        (
            "info",
            json!({ "title": "T", "version": "1", "license": license }),
        ),
        ("x-webhooks", json!({ "made": { "post": empty } })),
        ("paths", json!({})),
    ] {
        check(&json!(part), &swagger[part], &expected);
    }
}

#[test]
fn circles_and_nonsense_end() {
    let mut openapi = sample();
    let schemas = ["Loop", "Lists", "Either"].map(|name| format!("#/components/schemas/{name}"));
    let parameters = schemas.each_ref().map(
        |reference| json!({ "name": reference, "in": "query", "schema": { "$ref": reference } }),
    );
    let forms = schemas.map(|reference| json!({ "schema": { "$ref": reference } }));
    for form in forms {
        let content = json!({ "multipart/form-data": form });
        openapi["paths"]["/circles"]["post"] =
            json!({ "parameters": parameters, "requestBody": { "content": content } });
        let found = down_convert(&openapi);
        let types: Vec<_> = found["paths"]["/circles"]["post"]["parameters"]
            .as_array()
            .unwrap()
            .iter()
            .map(|parameter| parameter["type"].clone())
            .collect();
        assert_eq!(types, ["string", "array", "string"]);
    }
    for nonsense in [
        json!(null),
        json!([1]),
        json!({ "paths": 1, "components": [], "info": "" }),
    ] {
        assert_eq!(down_convert(&nonsense)["swagger"], "2.0");
    }
}
