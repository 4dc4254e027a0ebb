//! A portal of the committed documents, and what it answers.

use std::path::{Path, PathBuf};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use portal::{Credentials, Error, ErrorPage, Portal, Sources};
use serde_json::Value;
use tower::ServiceExt;
use web::Brand;

/// The committed documents and error pages.
pub(crate) struct Committed {
    pub(crate) whole: Value,
    pub(crate) info: Value,
    pub(crate) order: Value,
    pub(crate) errors: Vec<ErrorPage>,
}

impl Committed {
    pub(crate) fn read() -> Self {
        let document = |name: &str| {
            let text = std::fs::read_to_string(root().join("openapi").join(name));
            serde_json::from_str(&text.expect("a document")).expect("JSON")
        };
        Self {
            whole: document("whole.json"),
            info: document("info.json"),
            order: document("order.json"),
            errors: errors(),
        }
    }

    pub(crate) fn portal(&self, sandbox: bool) -> Result<Portal, Error> {
        Portal::new(&Sources {
            whole: &self.whole,
            products: &[("info", &self.info), ("order", &self.order)],
            error_pages: &self.errors,
            credentials: Credentials::placeholders(),
            sandbox,
            tls: false,
            brand: Brand::default(),
        })
    }

    /// Each operation and what the server sends: its id, and what the document says of it.
    pub(crate) fn operations(&self) -> Vec<(String, &Value)> {
        let items = ["paths", "webhooks"].map(|part| self.whole[part].as_object().expect(part));
        let operations = items.into_iter().flat_map(|items| items.values());
        operations
            .flat_map(|item| item.as_object().expect("an item").values())
            .map(|operation| {
                let id = operation["operationId"].as_str().expect("an id");
                (id.to_owned(), operation)
            })
            .collect()
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn errors() -> Vec<ErrorPage> {
    let folder = std::fs::read_dir(root().join("crates/api/errors")).expect("the error pages");
    let mut pages: Vec<_> = folder
        .map(|file| {
            let path = file.expect("a file").path();
            let name = path
                .file_stem()
                .and_then(|name| name.to_str())
                .expect("a name");
            let text = std::fs::read_to_string(&path).expect("a page");
            ErrorPage {
                code: name.parse().expect("a code"),
                // A test lives about as long as the program does.
                text: text.leak(),
            }
        })
        .collect();
    pages.sort_by_key(|page| page.code);
    pages
}

/// A portal, its router, and all its addresses.
pub(crate) struct Site {
    pub(crate) committed: Committed,
    pub(crate) addresses: Vec<String>,
    router: Router,
}

/// What was answered.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
}

impl Site {
    pub(crate) fn new() -> Self {
        let committed = Committed::read();
        let portal = committed.portal(true).expect("a portal");
        let mut addresses: Vec<_> = portal.addresses().map(str::to_owned).collect();
        addresses.sort();
        Self {
            committed,
            addresses,
            router: portal.router(),
        }
    }

    pub(crate) async fn get(&self, address: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = Request::get(address);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::empty()).expect("a request");
        let response = self
            .router
            .clone()
            .oneshot(request)
            .await
            .expect("an answer");
        let (head, body) = response.into_parts();
        Answer {
            status: head.status,
            headers: head.headers,
            bytes: to_bytes(body, usize::MAX).await.expect("a body").to_vec(),
        }
    }

    /// A page's text.
    pub(crate) async fn page(&self, address: &str) -> String {
        let answer = self.get(address, &[]).await;
        assert_eq!(answer.status, StatusCode::OK, "{address}");
        String::from_utf8(answer.bytes).expect("UTF-8")
    }
}
