//! Bad input: each row is a request that is refused with its code, names what is wrong, and changes
//! nothing that anybody can see.

mod documents;
mod ids;
mod orders;
mod paths;
mod types;

use axum::body::Bytes;
use axum::http::Method;
use serde_json::Value;

use crate::app::{Test, TestApp};

/// The tests of each file of the folder.
pub(crate) const FILES: &[(&str, &[Test])] = &[
    ("bad_input::documents", documents::TESTS),
    ("bad_input::ids", ids::TESTS),
    ("bad_input::orders", orders::TESTS),
    ("bad_input::paths", paths::TESTS),
    ("bad_input::types", types::TESTS),
];

const ORDERS: &str = "/corporate-agreements/v2/orders";

/// A request, what it is refused with, and the member that the details name.
struct Row {
    what: String,
    method: Method,
    address: String,
    headers: Vec<(&'static str, String)>,
    body: Bytes,
    code: u64,
    field: String,
}

impl Row {
    /// An order whose body is these bytes.
    fn order(body: impl Into<Bytes>, code: u64, field: &str) -> Self {
        let body = body.into();
        let shown = String::from_utf8_lossy(&body);
        Self {
            what: shown.chars().take(200).collect(),
            method: Method::POST,
            address: ORDERS.to_owned(),
            headers: vec![("content-type", "application/json".to_owned())],
            body,
            code,
            field: field.to_owned(),
        }
    }

    /// An order whose body is this document.
    fn document(document: &Value, code: u64, field: &str) -> Self {
        Self::order(document.to_string(), code, field)
    }

    /// A request for what is at an address.
    fn get(address: &str, code: u64, field: &str) -> Self {
        Self {
            what: address.chars().take(200).collect(),
            method: Method::GET,
            address: address.to_owned(),
            headers: Vec::new(),
            body: Bytes::new(),
            code,
            field: field.to_owned(),
        }
    }

    /// The same with these headers and no others.
    fn headers(self, headers: &[(&'static str, &str)]) -> Self {
        let headers = headers
            .iter()
            .map(|(name, value)| (*name, (*value).to_owned()));
        Self {
            what: format!("{:?}", headers.clone().collect::<Vec<_>>()),
            headers: headers.collect(),
            ..self
        }
    }
}

/// Sends every row as the demo's system user.
async fn refuse(app: &TestApp, rows: impl IntoIterator<Item = Row>) {
    let rows: Vec<_> = rows.into_iter().collect();
    let before = app.everything().await;
    for row in rows {
        let mut call = app.system_user().call(row.method, &row.address);
        for (name, value) in &row.headers {
            call = call.header(name, value);
        }
        let answer = call.body(row.body).send().await;
        let what = row.what;
        assert_eq!(answer.code(), row.code, "{what}: {answer:?}");
        if !row.field.is_empty() {
            assert_eq!(
                answer.fields().first(),
                Some(&&*row.field),
                "{what}: {answer:?}"
            );
        }
        assert_eq!(
            app.everything().await,
            before,
            "{what} has changed something"
        );
    }
}
