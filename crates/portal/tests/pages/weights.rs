//! What a page weighs on the wire, and that it is not sent twice.

use axum::http::{StatusCode, header};

use crate::site::Site;

/// The most that a first visit may take, style sheets and icon included.
const FIRST_VISIT: usize = 50_000;
/// The most that a page may take before it is compressed.
const PLAIN: usize = 150_000;

const GZIP: (&str, &str) = ("accept-encoding", "gzip, br");

#[tokio::test]
async fn a_first_visit_to_any_page_is_light() {
    let site = Site::new();
    let home = site.page("/portal/").await;
    let mut assets = 0;
    for address in home
        .split("href=\"")
        .filter_map(|rest| rest.split('"').next())
    {
        if address.starts_with("/assets/") {
            assets += site.get(address, &[GZIP]).await.bytes.len();
        }
    }
    let mut heaviest = (0, "");
    for address in &site.addresses {
        let plain = site.get(address, &[]).await.bytes.len();
        assert!(plain <= PLAIN, "{address}: {plain} bytes");
        let bytes = assets + site.get(address, &[GZIP]).await.bytes.len();
        heaviest = heaviest.max((bytes, address));
    }
    let (bytes, address) = heaviest;
    assert!(bytes <= FIRST_VISIT, "{address}: {bytes} bytes");
}

#[tokio::test]
async fn a_page_that_the_browser_has_is_not_sent_again() {
    let site = Site::new();
    let first = site.get("/portal/", &[GZIP]).await;
    assert_eq!(first.headers[header::CONTENT_ENCODING], "gzip");
    let tag = first.headers[header::ETAG].to_str().expect("a tag");
    let second = site.get("/portal/", &[GZIP, ("if-none-match", tag)]).await;
    assert_eq!(second.status, StatusCode::NOT_MODIFIED);
    assert!(second.bytes.is_empty());
}

#[tokio::test]
async fn every_page_has_the_headers_that_keep_strangers_out() {
    let site = Site::new();
    for address in ["/portal/", "/portal/search?q=x", "/portal/none", "/"] {
        let answer = site.get(address, &[]).await;
        let policy = answer.headers[header::CONTENT_SECURITY_POLICY].to_str();
        let policy = policy.expect("a policy");
        assert!(policy.starts_with("default-src 'none'"), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
    }
}
