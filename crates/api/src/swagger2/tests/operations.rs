//! Operations, what goes into them and what comes out.

use serde_json::json;

use super::super::document::Document;
use super::{check, sample};

#[test]
fn operations_keep_their_order() {
    let sample = sample();
    let given = json!({ "/cats": {
        "summary": "dropped",
        "get": {
            "operationId": "cats",
            "requestBody": { "content": { "application/json": {} } },
            "callbacks": {},
            "parameters": [
                { "$ref": "#/components/parameters/Page" },
                { "$ref": "#/components/parameters/Session" },
            ],
            "responses": { "410": { "$ref": "#/components/responses/Gone" } },
            "security": [{ "token": [] }],
            "x-last": 1,
        },
        "trace": {},
    } });
    let expected = json!({ "/cats": { "get": {
        "operationId": "cats",
        "consumes": ["application/json"],
        "parameters": [
            { "$ref": "#/parameters/Page" },
            { "name": "body", "in": "body", "schema": {} },
        ],
        "produces": ["text/plain"],
        "responses": { "410": { "$ref": "#/responses/Gone" } },
        "security": [{ "token": [] }],
        "x-last": 1,
    } } });
    check(
        &given,
        &Document::new(&sample).path_items(&given),
        &expected,
    );
}

#[test]
fn parameters_lose_their_nesting() {
    let sample = sample();
    let size = json!({ "$ref": "#/components/schemas/Size" });
    let table = [
        (
            json!({ "in": "path", "schema": { "type": "integer", "exclusiveMinimum": 0 } }),
            json!({ "in": "path", "required": true, "type": "integer", "minimum": 0,
                "exclusiveMinimum": true }),
        ),
        (
            json!({ "in": "query", "schema": { "oneOf": [{ "type": "null" }, size],
                "default": "small" } }),
            json!({ "in": "query", "type": "string", "enum": ["small", "large"],
                "default": "small" }),
        ),
        (
            json!({ "in": "query", "schema": { "type": "array", "items": size } }),
            json!({ "in": "query", "type": "array",
                "items": { "type": "string", "enum": ["small", "large"] },
                "collectionFormat": "multi" }),
        ),
        (
            json!({ "in": "query", "explode": false, "schema": { "type": "array" } }),
            json!({ "in": "query", "type": "array", "items": { "type": "string" },
                "collectionFormat": "csv" }),
        ),
        (
            json!({ "in": "header", "schema": { "type": "array", "items": { "type": "number" } } }),
            json!({ "in": "header", "type": "array", "items": { "type": "number" },
                "collectionFormat": "csv" }),
        ),
        (
            json!({ "in": "query", "description": "Which", "example": "7",
                "schema": { "type": ["integer", "string"], "default": 7 } }),
            json!({ "in": "query", "description": "Which\n\nOne of: an integer, a string.",
                "x-example": "7", "default": "7", "type": "string" }),
        ),
        (
            json!({ "in": "query", "deprecated": true, "allowReserved": true,
                "schema": { "type": ["string", "null"], "description": "Inner" } }),
            json!({ "in": "query", "x-deprecated": true, "description": "Inner",
                "type": "string" }),
        ),
        (
            json!({ "in": "query", "content": { "application/json": {} } }),
            json!({ "in": "query", "type": "string" }),
        ),
    ];
    for (given, expected) in table {
        check(&given, &Document::new(&sample).parameter(&given), &expected);
    }
}

#[test]
fn bodies_become_parameters() {
    let sample = sample();
    let form = "application/x-www-form-urlencoded";
    let table = [
        (
            json!({ "required": true, "content": {
                form: { "schema": {} },
                "text/plain": { "schema": {} },
                "application/json": { "schema": { "$ref": "#/components/schemas/Cat" },
                    "examples": { "tom": { "$ref": "#/components/examples/Tom" } } },
            } }),
            json!([
                ["text/plain", "application/json"],
                [{ "name": "body", "in": "body", "required": true,
                    "schema": { "$ref": "#/definitions/Cat" }, "x-example": { "lives": 9 } }],
            ]),
        ),
        (
            json!({ "content": { form: {
                "schema": { "oneOf": [
                    { "required": ["grant", "user"], "properties": {
                        "grant": { "type": "string", "const": "password" },
                        "user": { "type": "string" } } },
                    { "required": ["grant"], "properties": {
                        "grant": { "type": "string", "const": "client" },
                        "scopes": { "type": "array", "items": { "type": "string" } } } },
                ] },
                "encoding": { "scopes": { "style": "spaceDelimited" } },
            } } }),
            json!([
                [form],
                [
                    { "name": "grant", "in": "formData", "required": true, "type": "string",
                        "enum": ["password", "client"] },
                    { "name": "user", "in": "formData", "required": false, "type": "string" },
                    { "name": "scopes", "in": "formData", "required": false, "type": "array",
                        "items": { "type": "string" }, "collectionFormat": "ssv" },
                ],
            ]),
        ),
        (
            json!({ "content": { "multipart/form-data": { "schema": { "allOf": [
                { "properties": { "lives": { "type": "integer" } } },
                { "required": ["photo"], "properties": {
                    "photo": { "type": "string", "contentMediaType": "application/octet-stream" },
                } },
            ] } } } }),
            json!([
                ["multipart/form-data"],
                [
                    { "name": "lives", "in": "formData", "required": false, "type": "integer" },
                    { "name": "photo", "in": "formData", "required": true, "type": "file" },
                ],
            ]),
        ),
        (json!({}), json!([[], []])),
    ];
    for (given, expected) in table {
        let body = Document::new(&sample).body(&given);
        check(&given, &json!([body.consumes, body.parameters]), &expected);
    }
}

#[test]
fn responses_have_one_schema_and_flat_headers() {
    let sample = sample();
    let table = [
        (json!({}), json!({ "default": { "description": "" } })),
        (
            json!({ "410": { "$ref": "#/components/responses/Gone" }, "x-note": 1 }),
            json!({ "410": { "$ref": "#/responses/Gone" }, "x-note": 1 }),
        ),
        (
            json!({ "5XX": { "description": "Broken" }, "default": { "description": "Other" } }),
            json!({ "x-5XX": { "description": "Broken" }, "default": { "description": "Other" } }),
        ),
        (
            json!({ "200": {
                "content": {
                    "text/plain": { "schema": { "type": "string" }, "example": "Tom" },
                    "application/json": { "schema": { "$ref": "#/components/schemas/Cat" },
                        "examples": { "tom": { "value": 9 }, "kit": { "value": 8 } } },
                },
                "headers": {
                    "ETag": { "$ref": "#/components/headers/Tag" },
                    "X-Left": { "schema": { "type": ["integer", "null"], "minimum": 0 } },
                },
                "links": {},
            } }),
            json!({ "200": {
                "description": "",
                "schema": { "$ref": "#/definitions/Cat" },
                "examples": { "text/plain": "Tom", "application/json": 9 },
                "headers": {
                    "ETag": { "description": "Version", "type": "string" },
                    "X-Left": { "type": "integer", "minimum": 0 },
                },
            } }),
        ),
    ];
    for (given, expected) in table {
        check(&given, &Document::new(&sample).responses(&given), &expected);
    }
}
