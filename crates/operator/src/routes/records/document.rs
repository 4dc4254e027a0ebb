//! The part of the OpenAPI document that is the same for each kind of record, and their schemas.

use serde_json::{Map, Value, json};
use utoipa::openapi::path::{
    HttpMethod, Operation, OperationBuilder, Parameter, ParameterBuilder, ParameterIn, PathItem,
};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{
    ContentBuilder, Header, HeaderBuilder, OpenApi, Ref, Required, ResponseBuilder,
};

use super::nouns::{NOUNS, Noun};
use crate::records::Kind;

const TAG: &str = "records";
const JSON: &str = "application/json";
const TAG_EXAMPLE: &str = "\"3f1c0a5be2d94b7f8c35a70d92e41b06\"";

/// Adds the operations that each kind has.
pub(crate) fn declare(mut document: OpenApi) -> OpenApi {
    for noun in &NOUNS {
        let paths = &mut document.paths.paths;
        let list = PathItem::new(HttpMethod::Get, list(noun));
        paths.insert(noun.list_address(), list);
        let mut one = PathItem::new(HttpMethod::Get, find(noun));
        one.merge_operations(PathItem::new(HttpMethod::Put, put(noun)));
        paths.insert(noun.address(), one);
    }
    document
}

fn list(noun: &Noun) -> Operation {
    let [some, _] = noun.words;
    let description = format!(
        "In the order of their keys, part by part. A search that is all digits is for what the {} \
         begins with, and as fast as a look-up. Any other is for a part of the {}, in any case of \
         letters: it reads names until the part of the list is full, on a large table for a second \
         or so.",
        noun.key, noun.searched
    );
    let mut operation = begin(noun.operations[0], &format!("List {some}"), &description);
    let search = "Digits that the key begins with, or a part of the name.";
    operation = operation.parameter(query("search", search, "914"));
    if noun.takes.0 {
        let organization = "Only those of the organization with this number.";
        operation = operation.parameter(query("organization", organization, "914742315"));
    }
    if noun.takes.1 {
        let agreement = match noun.kind {
            Kind::Offering => "Only those that may be ordered on this agreement.",
            _ => "Only those on this agreement; not together with `organization`.",
        };
        operation = operation.parameter(query("agreement", agreement, "5538579"));
    }
    let after = "Only those after the record with this key: what `next` has said.";
    let size = ObjectBuilder::new()
        .schema_type(Type::Integer)
        .minimum(Some(1))
        .maximum(Some(200))
        .default(Some(json!(100)));
    let size = ParameterBuilder::new()
        .name("pageSize")
        .parameter_in(ParameterIn::Query)
        .required(Required::False)
        .description(Some("How many records at most."))
        .schema(Some(size));
    operation
        .parameter(query("after", after, &key_of(noun)))
        .parameter(size)
        .response("200", answer("A part of the list.", &list_name(noun), None))
        .build()
}

fn find(noun: &Noun) -> Operation {
    let [_, one] = noun.words;
    let description = "As exports have it. What is secret is not shown.";
    begin(noun.operations[1], &format!("Get {one}"), description)
        .parameter(key_in_path(noun))
        .response(
            "200",
            answer("The record.", &noun.schema_name(), Some(noun.example()))
                .header("ETag", entity_tag()),
        )
        .build()
}

fn put(noun: &Noun) -> Operation {
    let [_, one] = noun.words;
    let secret = match noun.kind {
        Kind::App => " A new app gets a secret, which this answer alone shows.",
        Kind::SystemUser => {
            " A new system user gets a password, which this answer alone shows as `secret`, unless \
             the record brings a `passwordHash`."
        }
        _ => "",
    };
    let description = format!(
        "Adds the record or makes it what is wanted, whole: by the rules of an import of this one \
         record. Sent again, it changes nothing. The journal has a line of each change.{secret}"
    );
    let dry_run = "Whether it is only checked, and shown what would become of it.";
    let body = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name(noun.schema_name())))
        .example(Some(noun.example()));
    let body = RequestBodyBuilder::new()
        .description(Some("The record; `kind` may be left out."))
        .content(JSON, body.build())
        .required(Some(Required::True));
    let is_there = "It was there, or it was a dry run.";
    begin(
        noun.operations[2],
        &format!("Add or change {one}"),
        &description,
    )
    .parameter(key_in_path(noun))
    .parameter(query("dryRun", dry_run, "true"))
    .parameter(header(
        "If-Match",
        "What `ETag` has said of the record: it is changed only if it is that one still. `*`: only if \
         there is one.",
        TAG_EXAMPLE,
    ))
    .parameter(header(
        "If-None-Match",
        "`*`: it is added only if there is none with this key.",
        "*",
    ))
    .request_body(Some(body.build()))
    .response(
        "200",
        answer(is_there, &outcome_name(noun), None).header("ETag", entity_tag()),
    )
    .response(
        "201",
        answer("It was added.", &outcome_name(noun), None).header("ETag", entity_tag()),
    )
    .build()
}

/// Which record an answer has.
fn entity_tag() -> Header {
    let schema = ObjectBuilder::new()
        .schema_type(Type::String)
        .examples([json!(TAG_EXAMPLE)]);
    HeaderBuilder::new()
        .schema(Some(schema))
        .description(Some(
            "Tells the record from what it was and will be; a dry run has none.",
        ))
        .build()
}

fn header(name: &str, description: &str, example: &str) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(description))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
        .example(Some(example.into()))
        .build()
}

fn begin(id: &str, summary: &str, description: &str) -> OperationBuilder {
    OperationBuilder::new()
        .tag(TAG)
        .operation_id(Some(id))
        .summary(Some(summary))
        .description(Some(description))
}

fn query(name: &str, description: &str, example: &str) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Query)
        .required(Required::False)
        .description(Some(description))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
        .example(Some(example.into()))
        .build()
}

fn key_in_path(noun: &Noun) -> Parameter {
    let address = noun.address();
    let name = address.split(['{', '}']).nth(1).unwrap_or_default();
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Path)
        .required(Required::True)
        .description(Some(format!("The record's `{}`.", noun.key)))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
        .example(Some(key_of(noun).into()))
        .build()
}

fn key_of(noun: &Noun) -> String {
    let key = noun.example()[noun.key].to_string();
    key.trim_matches('"').to_owned()
}

fn answer(description: &str, schema: &str, example: Option<Value>) -> ResponseBuilder {
    let content = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name(schema)))
        .example(example);
    ResponseBuilder::new()
        .description(description)
        .content(JSON, content.build())
}

fn list_name(noun: &Noun) -> String {
    format!("{}s", noun.schema_name())
}

fn outcome_name(noun: &Noun) -> String {
    format!("{}Outcome", noun.schema_name())
}

/// The schemas of the records, their lists and outcomes, and of what they are made of.
pub(crate) fn schemas() -> Map<String, Value> {
    let mut schemas = Map::new();
    for noun in &NOUNS {
        let mut schema = noun.kind.schema().to_value();
        point_to_components(&mut schema);
        let Value::Object(mut members) = schema else {
            continue;
        };
        members.remove("$schema");
        members.remove("title");
        if let Some(Value::Object(parts)) = members.remove("$defs") {
            schemas.extend(parts);
        }
        if let Some(Value::Array(required)) = members.get_mut("required") {
            required.retain(|name| name != "kind");
        }
        if let Some(Value::Object(properties)) = members.get_mut("properties") {
            // A path on the server's disk is for files of records.
            properties.remove("secretFile");
        }
        schemas.insert(noun.schema_name(), Value::Object(members));
        let record = json!({ "$ref": format!("#/components/schemas/{}", noun.schema_name()) });
        schemas.insert(list_name(noun), list_schema(&record));
        schemas.insert(outcome_name(noun), outcome_schema(noun.kind, &record));
    }
    schemas
}

fn list_schema(record: &Value) -> Value {
    json!({
        "type": "object",
        "required": ["records"],
        "properties": {
            "records": { "type": "array", "items": record },
            "next": {
                "type": "string",
                "description": "What `after` has to be for what follows; absent at the end.",
            },
        },
    })
}

fn outcome_schema(kind: Kind, record: &Value) -> Value {
    let mut schema = json!({
        "type": "object",
        "required": ["outcome", "changed", "dryRun", "record"],
        "properties": {
            "outcome": {
                "type": "string",
                "enum": ["new", "changed", "unchanged"],
                "description": "What became of the record, or would in a dry run.",
            },
            "changed": {
                "type": "array",
                "items": { "type": "string" },
                "description": "The members that became others.",
            },
            "dryRun": { "type": "boolean", "description": "Whether nothing was changed." },
            "record": record,
        },
    });
    if matches!(kind, Kind::App | Kind::SystemUser) {
        schema["properties"]["secret"] = json!({
            "type": "string",
            "description": "What was made for it: 40 hexadecimal digits, shown this once.",
        });
    }
    schema
}

/// The parts of a schema are components here.
fn point_to_components(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            if let Some(Value::String(target)) = members.get_mut("$ref") {
                *target = target.replace("#/$defs/", "#/components/schemas/");
            }
            members.values_mut().for_each(point_to_components);
        }
        Value::Array(items) => items.iter_mut().for_each(point_to_components),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_example_is_as_its_schema_says() {
        for noun in &NOUNS {
            let whole = json!({
                "$ref": format!("#/components/schemas/{}", noun.schema_name()),
                "components": { "schemas": schemas() },
            });
            let validator = jsonschema::validator_for(&whole).expect("a schema");
            let mut example = noun.example();
            assert!(validator.is_valid(&example), "{example}");
            example["secretFile"] = json!("/etc/passwd");
            assert!(!validator.is_valid(&example), "{example}");
        }
    }
}
