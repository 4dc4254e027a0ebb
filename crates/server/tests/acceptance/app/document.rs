//! The OpenAPI document as a judge: which answers an operation may give, and what they look like.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};

use jsonschema::{Draft, Validator};
use serde_json::{Value, json};

use super::{Answer, PUBLIC_URL};

/// The document that the server under test serves.
pub(crate) fn document() -> &'static Document {
    static DOCUMENT: LazyLock<Document> = LazyLock::new(Document::new);
    &DOCUMENT
}

pub(crate) struct Document {
    pub(crate) value: Value,
    pub(crate) operations: Vec<Operation>,
    /// By the schema's text, so that each is compiled once.
    validators: Mutex<HashMap<String, Arc<Validator>>>,
}

/// One method on one path.
pub(crate) struct Operation {
    pub(crate) id: String,
    pub(crate) method: String,
    pub(crate) path: String,
    responses: Value,
    secured: bool,
}

impl Operation {
    /// Whether a caller needs a token.
    pub(crate) fn is_guarded(&self) -> bool {
        self.secured
    }

    /// Every error code that it may answer with, sorted.
    pub(crate) fn codes(&self) -> Vec<u64> {
        let responses = self.responses.as_object().expect("responses");
        let mut codes: Vec<u64> = responses
            .values()
            .filter_map(|response| response["x-error-codes"].as_array())
            .flatten()
            .filter_map(Value::as_u64)
            .collect();
        codes.sort_unstable();
        codes
    }

    /// Whether a path as it is called is this operation's.
    fn is_at(&self, path: &str) -> bool {
        let (own, called): (Vec<_>, Vec<_>) =
            (self.path.split('/').collect(), path.split('/').collect());
        own.len() == called.len()
            && own
                .iter()
                .zip(&called)
                .all(|(own, called)| own == called || (own.starts_with('{') && !called.is_empty()))
    }
}

impl Document {
    fn new() -> Self {
        let value = api::documents(PUBLIC_URL).whole.openapi;
        let paths = value["paths"].as_object().expect("paths");
        let mut operations = Vec::new();
        for (path, item) in paths {
            for (method, operation) in item.as_object().expect("operations") {
                let Some(id) = operation["operationId"].as_str() else {
                    continue;
                };
                let security = operation["security"].as_array();
                operations.push(Operation {
                    id: id.to_owned(),
                    method: method.to_uppercase(),
                    path: path.clone(),
                    responses: operation["responses"].clone(),
                    secured: security.is_some_and(|needs| {
                        needs.iter().any(|need| need.get("system_user").is_some())
                    }),
                });
            }
        }
        Self {
            value,
            operations,
            validators: Mutex::default(),
        }
    }

    /// The operation with this id.
    pub(crate) fn operation(&self, id: &str) -> &Operation {
        let found = self.operations.iter().find(|operation| operation.id == id);
        found.unwrap_or_else(|| panic!("no operation {id} in the document"))
    }

    fn called(&self, answer: &Answer) -> Option<&Operation> {
        let path = match answer.path.as_str() {
            "/oauth/token" => "/oauth/v2/token",
            path => path,
        };
        // A path without parameters comes before one with them.
        let mut fitting: Vec<_> = self
            .operations
            .iter()
            .filter(|operation| operation.method == answer.method.as_str() && operation.is_at(path))
            .collect();
        fitting.sort_by_key(|operation| operation.path.matches('{').count());
        fitting.first().copied()
    }

    /// An answer that says yes has the documented status, headers and body.
    #[track_caller]
    pub(super) fn check_success(&self, answer: &Answer, brackets: bool) {
        let Some(operation) = self.called(answer) else {
            return;
        };
        let response = documented(operation, answer);
        for name in response["headers"]
            .as_object()
            .into_iter()
            .flat_map(|all| all.keys())
        {
            let present = answer.headers.contains_key(name.to_ascii_lowercase());
            assert!(present, "no header {name}: {answer:?}");
        }
        if response.get("content").is_none() {
            assert_eq!(answer.text, "", "a body that is not documented: {answer:?}");
            return;
        }
        let schema = schema_of(response, answer);
        let bracketed = schema["type"] == "array" && answer.body.is_object() && !brackets;
        let schema = if bracketed { &schema["items"] } else { schema };
        self.check_body(schema, answer);
    }

    /// An answer that says no has the documented status and body, and a code of the documented set.
    #[track_caller]
    pub(super) fn check_error(&self, answer: &Answer) {
        let Some(operation) = self.called(answer) else {
            let name = match answer.media_type() {
                "application/problem+json" => "Problem",
                _ => "Error",
            };
            let schema = json!({ "$ref": format!("#/components/schemas/{name}") });
            return self.check_body(&schema, answer);
        };
        let response = documented(operation, answer);
        let codes = response["x-error-codes"]
            .as_array()
            .expect("the status's error codes");
        let code = &answer.body["errorCode"];
        assert!(codes.contains(code), "{code} is not documented: {answer:?}");
        self.check_body(schema_of(response, answer), answer);
    }

    #[track_caller]
    fn check_body(&self, schema: &Value, answer: &Answer) {
        let validator = self.validator(schema);
        let faults: Vec<_> = validator
            .iter_errors(&answer.body)
            .map(|fault| format!("{}: {fault}", fault.instance_path()))
            .collect();
        assert!(
            faults.is_empty(),
            "not as documented: {faults:#?} in {answer:?}"
        );
    }

    fn validator(&self, schema: &Value) -> Arc<Validator> {
        let mut validators = self.validators.lock().expect("the validators");
        let validator = validators.entry(schema.to_string()).or_insert_with(|| {
            let mut whole = schema.clone();
            whole["components"] = self.value["components"].clone();
            let built = jsonschema::options()
                .with_draft(Draft::Draft202012)
                .should_validate_formats(true)
                .build(&whole);
            Arc::new(built.expect("a schema that can be compiled"))
        });
        Arc::clone(validator)
    }
}

#[track_caller]
fn documented<'a>(operation: &'a Operation, answer: &Answer) -> &'a Value {
    let response = operation.responses.get(answer.status.as_str());
    response.unwrap_or_else(|| panic!("{} has no such status: {answer:?}", operation.id))
}

#[track_caller]
fn schema_of<'a>(response: &'a Value, answer: &Answer) -> &'a Value {
    let content = response["content"].get(answer.media_type());
    let content = content.unwrap_or_else(|| panic!("not a documented media type: {answer:?}"));
    &content["schema"]
}
