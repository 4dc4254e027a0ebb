//! What the pages say: nothing that the documents have is left out.

use axum::http::StatusCode;
use serde_json::Value;

use crate::site::{Committed, Site};

#[tokio::test]
async fn every_operation_has_a_page_with_all_that_the_document_says() {
    let site = Site::new();
    for (id, operation) in site.committed.operations() {
        let page = site.page(&format!("/portal/operations/{id}")).await;
        let summary = operation["summary"].as_str().expect("a summary");
        let summary = summary.replace('\'', "&#39;");
        assert!(page.contains(&summary), "{id}: {summary}");
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let name = parameter["name"].as_str().expect("a name");
            assert!(
                page.contains(&format!("id=\"parameter.{name}\"")),
                "{id}: {name}"
            );
        }
        for code in codes(operation) {
            assert!(
                page.contains(&format!("/portal/errors/{code}\"")),
                "{id}: {code}"
            );
        }
        for scope in scopes(operation) {
            assert!(
                page.contains(&format!("<code>{scope}</code>")),
                "{id}: {scope}"
            );
        }
        let has_samples = page.matches("<details name=\"sample\"").count();
        let is_sent = id.ends_with("_changed");
        assert_eq!(has_samples, if is_sent { 0 } else { 6 }, "{id}");
    }
}

#[tokio::test]
async fn every_member_of_a_body_or_an_answer_can_be_linked_to() {
    let site = Site::new();
    for (operation, anchors) in [
        (
            "place_order",
            &[
                "body.UpdateProductOrder.configurations.value",
                "body.AddProductOrder.productOfferingId",
                "answer.orderId",
                "header.Location",
                "parameter.Idempotency-Key",
                "parameter.Authorization",
            ][..],
        ),
        (
            "list_accounts",
            &[
                "answer.owner.orgNumber",
                "answer.invoice.address.postalCode",
                "answer.type",
            ],
        ),
        (
            "list_agreement_products",
            &["answer.ordered.subProducts", "answer.available.id"],
        ),
        (
            "list_events",
            &["answer.events.OrderChanged.data.state", "answer.cursor"],
        ),
        ("create_endpoint", &["body.url", "answer.secret"]),
        ("order_changed", &["body.data.reason", "body.sequence"]),
    ] {
        let page = site.page(&format!("/portal/operations/{operation}")).await;
        for anchor in anchors {
            assert!(
                page.contains(&format!("id=\"{anchor}\"")),
                "{operation}: {anchor}"
            );
            assert!(page.contains(&format!("href=\"#{anchor}\"")) || !anchor.contains('.'));
        }
    }
}

#[tokio::test]
async fn every_model_and_every_code_has_a_page() {
    let site = Site::new();
    let schemas = site.committed.whole["components"]["schemas"].as_object();
    for (name, schema) in schemas.expect("schemas") {
        let page = site.page(&format!("/portal/models/{name}")).await;
        for member in schema["properties"].as_object().into_iter().flatten() {
            assert!(
                page.contains(&format!("id=\"member.{}\"", member.0)),
                "{name}: {}",
                member.0
            );
        }
    }
    for error in &site.committed.errors {
        let page = site.page(&format!("/portal/errors/{}", error.code)).await;
        for heading in error
            .text
            .lines()
            .filter_map(|line| line.strip_prefix("## "))
        {
            assert!(page.contains(heading), "{}: {heading}", error.code);
        }
    }
}

#[tokio::test]
async fn what_a_text_names_becomes_a_link() {
    let site = Site::new();
    for (page, link) in [
        (
            "guides/getting-started",
            "<a href=\"/portal/guides/authentication\">authentication</a>",
        ),
        (
            "guides/conventions",
            "<a href=\"/portal/errors/40401\">40401</a>",
        ),
        (
            "guides/idempotency",
            "<a href=\"/portal/operations/place_order\"><code>POST /corporate-agreements/v2/orders</code></a>",
        ),
        (
            "guides/notifications",
            "GET <a href=\"/portal/operations/list_deliveries\"><code>/notifications/v1/endpoints/{endpointId}/deliveries</code></a>",
        ),
        (
            "guides/idempotency",
            "<a href=\"/portal/guides/conventions#idempotency\">",
        ),
        (
            "errors/404001",
            "href=\"/portal/operations/list_agreements\"",
        ),
    ] {
        let text = site.page(&format!("/portal/{page}")).await;
        assert!(text.contains(link), "{page}: {link}");
    }
}

#[tokio::test]
async fn a_page_that_is_not_there_says_so() {
    let site = Site::new();
    for address in [
        "/portal/none",
        "/portal/operations/none",
        "/portal/errors/1",
    ] {
        let answer = site.get(address, &[]).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{address}");
        let text = String::from_utf8(answer.bytes).expect("UTF-8");
        assert!(text.contains("There is no such page"), "{address}");
    }
}

#[tokio::test]
async fn what_is_for_the_operator_or_a_sandbox_is_told_to_those_alone() {
    let site = Site::new();
    let notifications = site.page("/portal/guides/notifications").await;
    assert!(!notifications.contains("For the operator"));
    let committed = Committed::read();
    let portal = committed.portal(false).expect("a portal");
    let sandbox = "/portal/guides/sandbox";
    assert!(site.addresses.iter().any(|address| address == sandbox));
    assert!(!portal.addresses().any(|address| address == sandbox));
}

#[tokio::test]
async fn each_error_can_be_provoked_from_its_page_in_a_sandbox_alone() {
    let site = Site::new();
    let operations = site.committed.operations();
    for address in &site.addresses {
        let Some(code) = address.strip_prefix("/portal/errors/") else {
            continue;
        };
        let page = site.page(address).await;
        let (_, rest) = page.split_once("\"/portal/try/").expect("a link");
        let (operation, rest) = rest.split_once("?provoke=").expect("a code");
        assert!(rest.starts_with(&format!("{code}\"")), "{address}");
        let is_called = |(id, _): &(String, &Value)| id == operation && !id.ends_with("_changed");
        assert!(operations.iter().any(is_called), "{address}: {operation}");
    }
}

fn codes(operation: &Value) -> impl Iterator<Item = u64> {
    let responses = operation["responses"].as_object().expect("responses");
    let codes = responses
        .values()
        .filter_map(|response| response["x-error-codes"].as_array());
    codes.flatten().filter_map(Value::as_u64)
}

fn scopes(operation: &Value) -> impl Iterator<Item = &str> {
    let scopes = operation["security"][0]["system_user"].as_array();
    scopes.into_iter().flatten().filter_map(Value::as_str)
}
