//! Media types, charsets and encodings of a body, and headers that are too large.

use axum::http::Method;

use super::{ORDERS, Row, refuse};
use crate::app::{Test, TestApp, tests};
use crate::orders::add;

pub(crate) const TESTS: &[Test] = tests![
    other_media_types_are_refused,
    encoded_bodies_are_refused,
    what_means_json_in_utf_8_is_read,
    large_headers_are_refused,
];

fn row(headers: &[(&'static str, &str)], field: &str) -> Row {
    Row::document(&add(404, &[]), 415_900, field).headers(headers)
}

async fn other_media_types_are_refused(app: &mut TestApp) {
    let types = [
        "",
        " ",
        "json",
        "text/json",
        "text/plain",
        "application/xml",
        "application/jsonx",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "*/*",
        "application/octet-stream",
        "application/json, text/plain",
        "application/json;charset=latin1",
        "application/json; charset=iso-8859-1",
        "application/json; charset=utf-16",
        "application/json; CHARSET=UTF-16",
        "image/svg+json",
        "æ/json",
        "application/json\u{80}",
    ];
    refuse(
        app,
        types.map(|value| row(&[("content-type", value)], "Content-Type")),
    )
    .await;
    let twice = [
        ("content-type", "application/json"),
        ("content-type", "application/json"),
    ];
    let contradicting = [
        ("content-type", "application/json"),
        ("content-type", "text/plain"),
    ];
    refuse(
        app,
        [
            row(&twice, "Content-Type"),
            row(&contradicting, "Content-Type"),
        ],
    )
    .await;
}

async fn encoded_bodies_are_refused(app: &mut TestApp) {
    for encoding in [
        "gzip",
        "br",
        "deflate",
        "zstd",
        "x",
        "",
        "gzip, identity",
        "IDENTITY, gzip",
    ] {
        let headers = [
            ("content-type", "application/json"),
            ("content-encoding", encoding),
        ];
        refuse(app, [row(&headers, "Content-Encoding")]).await;
    }
    let twice = [
        ("content-encoding", "identity"),
        ("content-encoding", "gzip"),
    ];
    refuse(app, [row(&twice, "Content-Encoding")]).await;
}

async fn what_means_json_in_utf_8_is_read(app: &mut TestApp) {
    let types = [
        "application/json",
        "APPLICATION/JSON",
        "application/json;charset=utf-8",
        "application/json; charset=UTF-8",
        "application/json; charset=\"utf-8\"",
        "application/json ; charset=utf-8",
        "application/json; version=2",
        "application/vnd.avtale.order+json",
    ];
    for value in types {
        let call = app
            .system_user()
            .call(Method::POST, ORDERS)
            .header("content-type", value);
        call.body(add(404, &[]).to_string()).send().await.ok();
    }
    let untyped = app.system_user().call(Method::POST, ORDERS);
    untyped.body(add(404, &[]).to_string()).send().await.ok();
    let plain = app
        .system_user()
        .call(Method::POST, ORDERS)
        .header("content-encoding", "identity");
    plain.body(add(404, &[]).to_string()).send().await.ok();
}

async fn large_headers_are_refused(app: &mut TestApp) {
    let before = app.everything().await;
    let large = "x".repeat(20_000);
    for name in [
        "x-large",
        "authorization",
        "idempotency-key",
        "cookie",
        "x-request-id",
    ] {
        let call = app
            .anonymous()
            .call(Method::POST, ORDERS)
            .header(name, &large);
        call.body(add(404, &[]).to_string())
            .send()
            .await
            .refused(431_900)
            .names("headers");
    }
    let mut many = app.anonymous().call(Method::GET, ORDERS);
    for number in 0..1_000 {
        many = many.header(&format!("x-header-{number}"), "some value");
    }
    many.send().await.refused(431_900);
    assert_eq!(app.everything().await, before);
}
