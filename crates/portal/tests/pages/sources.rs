//! Documents that do not fit together are no portal.

use serde_json::json;

use crate::site::Committed;

#[test]
fn a_reference_that_leads_nowhere_is_told() {
    let mut committed = Committed::read();
    let schemas = committed.whole["components"]["schemas"].as_object_mut();
    schemas.expect("schemas").remove("Person");
    assert_eq!(
        told(&committed),
        "the document refers to Person, which is not there"
    );
}

#[test]
fn a_code_without_a_page_is_told() {
    let mut committed = Committed::read();
    committed.errors.retain(|page| page.code != 42902);
    let words = told(&committed);
    assert!(
        words.ends_with("may answer 42902, which has no page"),
        "{words}"
    );
}

#[test]
fn what_every_document_has_must_be_there() {
    let mut committed = Committed::read();
    committed.whole["servers"] = json!([]);
    assert_eq!(told(&committed), "the document has no servers");
    let mut committed = Committed::read();
    let orders = &mut committed.whole["paths"]["/corporate-agreements/v2/orders"];
    orders["get"]["operationId"] = json!("");
    let expected = "the document has no operationId of get /corporate-agreements/v2/orders";
    assert_eq!(told(&committed), expected);
}

#[track_caller]
fn told(committed: &Committed) -> String {
    let portal = committed.portal(true);
    portal.map(|_| ()).expect_err("a fault").to_string()
}
