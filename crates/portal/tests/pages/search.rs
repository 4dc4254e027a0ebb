//! What comes first of all that is found.

use super::site::Site;

/// The addresses of what is found, the best first.
async fn found(site: &Site, question: &str) -> Vec<String> {
    let query = serde_urlencoded::to_string([("q", question)]).expect("a pair of texts");
    let page = site.page(&format!("/portal/search?{query}")).await;
    let hits = page.split("<ol class=\"hits\">").nth(1).expect("a list");
    let links = hits.split("href=\"").skip(1);
    links
        .take(5)
        .filter_map(|rest| rest.split('"').next().map(str::to_owned))
        .collect()
}

#[tokio::test]
async fn the_best_comes_first() {
    let site = Site::new();
    for (question, first) in [
        ("order", "/portal/operations/place_order"),
        ("place order", "/portal/operations/place_order"),
        ("place_order", "/portal/operations/place_order"),
        (
            "POST /corporate-agreements/v2/orders",
            "/portal/operations/place_order",
        ),
        ("products", "/portal/operations/list_agreement_products"),
        ("agreements", "/portal/operations/list_agreements"),
        ("account", "/portal/operations/get_account"),
        ("token", "/portal/operations/create_token"),
        ("list_events", "/portal/operations/list_events"),
        ("404001", "/portal/errors/404001"),
        ("42902", "/portal/errors/42902"),
        ("spike", "/portal/errors/42902"),
        ("idempotency", "/portal/guides/idempotency"),
        ("Idempotency-Key", "#parameter.Idempotency-Key"),
        ("getting started", "/portal/guides/getting-started"),
        ("limits", "/portal/guides/limits"),
        ("webhook-signature", "#parameter.webhook-signature"),
        (
            "accountReference1",
            "/portal/models/Account#member.accountReference1",
        ),
        ("UpdateProductOrder", "/portal/models/UpdateProductOrder"),
    ] {
        let found = found(&site, question).await;
        let best = found.first().expect("something");
        let is_best = best == first || (first.starts_with('#') && best.ends_with(first));
        assert!(is_best, "{question}: {found:?} in place of {first}");
    }
}

#[tokio::test]
async fn another_word_is_proposed_for_a_slip_alone() {
    let site = Site::new();
    let page = site.page("/portal/search?q=agrement").await;
    assert!(
        page.contains("Did you mean <a href=\"/portal/search?q=agreement\""),
        "{page}"
    );
    for question in ["order", "ordr+agreement", "zebra", "invoicing", "xml"] {
        let page = site.page(&format!("/portal/search?q={question}")).await;
        assert!(!page.contains("Did you mean"), "{question}: {page}");
    }
}

#[tokio::test]
async fn a_question_is_text() {
    let site = Site::new();
    let page = site
        .page("/portal/search?q=%3Cscript%3Ealert(1)%3C/script%3E")
        .await;
    assert!(!page.contains("<script"), "{page}");
}
