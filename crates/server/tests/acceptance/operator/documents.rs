//! The committed document of the operator's API is the one that the program makes and serves.
//! `UPDATE_OPENAPI=1` rewrites it.

use std::path::Path;

use serde_json::Value;

use super::caller::{document, without_key};
use crate::app::{Test, TestApp, tests};

pub(crate) const TESTS: &[Test] = tests![
    the_committed_document_is_current,
    the_served_document_is_the_committed_one,
    each_operation_says_what_it_is_for_and_how_it_may_say_no,
];

async fn the_committed_document_is_current(_: &mut TestApp) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../openapi/operator.json");
    let text = serde_json::to_string_pretty(document()).expect("a document") + "\n";
    if crate::openapi::is_to_be_updated() {
        std::fs::write(&path, &text).expect("a written document");
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    let differs = crate::openapi::first_difference(&committed, &text);
    assert!(
        differs.is_none(),
        "openapi/operator.json is not current: {}\nhint: UPDATE_OPENAPI=1 cargo test -p server --test acceptance documents",
        differs.unwrap_or_default()
    );
}

async fn the_served_document_is_the_committed_one(app: &mut TestApp) {
    let served = without_key(app).get("/operator/v1/openapi.json").await;
    assert_eq!(served.ok(), document());
}

async fn each_operation_says_what_it_is_for_and_how_it_may_say_no(_: &mut TestApp) {
    let paths = document()["paths"].as_object().expect("paths");
    for item in paths.values() {
        for operation in item.as_object().expect("operations").values() {
            for member in [
                "summary",
                "description",
                "operationId",
                "x-role",
                "security",
            ] {
                assert!(operation.get(member).is_some(), "no {member}: {operation}");
            }
            let responses = operation["responses"].as_object().expect("responses");
            for status in ["200", "400", "401", "403", "500", "503"] {
                assert!(responses.contains_key(status), "{status}: {operation}");
            }
        }
    }
    let bodies = [
        "ClaimRequest",
        "Extension",
        "Completion",
        "Reasoned",
        "EndpointReason",
        "OperatorWish",
        "SecretRotation",
        "AppRecord",
    ];
    for name in bodies {
        let schema = &document()["components"]["schemas"][name];
        assert_eq!(schema["additionalProperties"], Value::Bool(false), "{name}");
    }
}
