//! Schemas in both dialects.

use serde_json::{Value, json};

use super::super::document::Document;
use super::{check, sample};

fn check_schemas(table: &[(Value, Value)]) {
    let sample = sample();
    for (given, expected) in table {
        check(given, &Document::new(&sample).schema(given), expected);
    }
}

#[test]
fn keywords_of_schemas_become_their_older_forms() {
    check_schemas(&[
        (json!(true), json!({})),
        (
            json!({ "type": ["string", "null"] }),
            json!({ "type": "string", "x-nullable": true }),
        ),
        (
            json!({ "enum": ["a", null] }),
            json!({ "enum": ["a"], "x-nullable": true }),
        ),
        (json!({ "type": "null" }), json!({ "x-nullable": true })),
        (json!({ "default": null, "required": [] }), json!({})),
        (
            json!({ "type": ["integer", "string"], "description": "Id" }),
            json!({ "description": "Id\n\nOne of: an integer, a string." }),
        ),
        (
            json!({ "const": "a", "title": "A" }),
            json!({ "enum": ["a"], "title": "A" }),
        ),
        (json!({ "examples": [1, 2] }), json!({ "example": 1 })),
        (
            json!({ "exclusiveMinimum": 5 }),
            json!({ "minimum": 5, "exclusiveMinimum": true }),
        ),
        (
            json!({ "exclusiveMinimum": 5, "minimum": 7 }),
            json!({ "minimum": 7 }),
        ),
        (
            json!({ "exclusiveMaximum": 5, "maximum": 7 }),
            json!({ "maximum": 5, "exclusiveMaximum": true }),
        ),
        (
            json!({ "type": "array", "items": false }),
            json!({ "type": "array", "items": {} }),
        ),
        (
            json!({ "type": "array", "prefixItems": [{}] }),
            json!({ "type": "array", "items": {} }),
        ),
        (
            json!({ "additionalProperties": false }),
            json!({ "additionalProperties": false }),
        ),
        (
            json!({ "additionalProperties": { "const": 1 }, "propertyNames": {}, "x-a": 1 }),
            json!({ "additionalProperties": { "enum": [1] }, "x-a": 1 }),
        ),
        (
            json!({ "properties": { "const": { "const": 1 } }, "$comment": "?" }),
            json!({ "properties": { "const": { "enum": [1] } } }),
        ),
        (
            json!({ "writeOnly": true, "deprecated": false, "readOnly": true }),
            json!({ "x-writeOnly": true, "readOnly": true }),
        ),
    ]);
}

#[test]
fn references_point_to_definitions_and_share_no_place() {
    check_schemas(&[
        (
            json!({ "$ref": "#/components/schemas/Cat" }),
            json!({ "$ref": "#/definitions/Cat" }),
        ),
        (
            json!({ "$ref": "#/components/schemas/Cat", "description": "A cat" }),
            json!({ "description": "A cat", "allOf": [{ "$ref": "#/definitions/Cat" }] }),
        ),
        (
            json!({ "allOf": [{ "$ref": "#/components/schemas/Cat" }, { "const": 1 }] }),
            json!({ "allOf": [{ "$ref": "#/definitions/Cat" }, { "enum": [1] }] }),
        ),
        (
            json!({ "$ref": "other.json#/Cat" }),
            json!({ "$ref": "other.json#/Cat" }),
        ),
    ]);
}

#[test]
fn alternatives_leave_what_they_have_in_common() {
    let cat = json!({ "$ref": "#/components/schemas/Cat" });
    let dog = json!({ "$ref": "#/components/schemas/Dog" });
    let (new_cat, new_dog) = (
        json!({ "$ref": "#/definitions/Cat" }),
        json!({ "$ref": "#/definitions/Dog" }),
    );
    check_schemas(&[
        (
            json!({ "oneOf": [{ "type": "null" }, cat] }),
            json!({ "allOf": [new_cat], "x-nullable": true }),
        ),
        (
            json!({ "anyOf": [{ "type": "string", "description": "in" }], "description": "out" }),
            json!({ "description": "out", "type": "string" }),
        ),
        (
            json!({ "properties": { "a": {} }, "oneOf": [{ "properties": { "b": {} } }] }),
            json!({ "properties": { "a": {} }, "allOf": [{ "properties": { "b": {} } }] }),
        ),
        (
            json!({ "oneOf": [{ "type": "string", "const": "a" }, { "enum": ["b", "a"] }] }),
            json!({ "type": "string", "enum": ["a", "b"] }),
        ),
        (
            json!({ "oneOf": [cat, dog], "description": "A pet." }),
            json!({
                "description": "A pet.\n\nOne of: `Cat`, `Dog`.",
                "type": "object",
                "x-oneOf": [new_cat, new_dog],
            }),
        ),
        (
            json!({ "anyOf": [
                { "type": "integer", "format": "int64" },
                { "type": "object", "required": ["a", "b"] },
                { "title": "Pet" },
            ] }),
            json!({
                "x-anyOf": [
                    { "type": "integer", "format": "int64" },
                    { "type": "object", "required": ["a", "b"] },
                    { "title": "Pet" },
                ],
                "description": "Any of: an integer (int64), an object with `a` and `b`, `Pet`.",
            }),
        ),
        (
            json!({ "oneOf": [cat, dog], "discriminator": {
                "propertyName": "kind", "mapping": { "cat": "#/components/schemas/Cat" },
            } }),
            json!({
                "x-discriminator":
                    { "propertyName": "kind", "mapping": { "cat": "#/definitions/Cat" } },
                "type": "object",
                "x-oneOf": [new_cat, new_dog],
                "description": "One of: `Cat`, `Dog`.",
            }),
        ),
    ]);
}
