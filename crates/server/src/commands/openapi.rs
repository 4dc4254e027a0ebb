//! `avtale openapi`: the API's document, without starting a server.

use crate::cli::{Openapi, Product};

/// The address in the committed documents: where the sandbox listens.
const SANDBOX: &str = "http://127.0.0.1:8080";

pub(crate) fn run(options: &Openapi) -> anyhow::Result<()> {
    let documents = api::documents(SANDBOX);
    let document = match options.product {
        None => &documents.whole,
        Some(Product::Info) => &documents.info,
        Some(Product::Order) => &documents.order,
    };
    let value = if options.swagger2 {
        &document.swagger
    } else {
        &document.openapi
    };
    super::print(&format!("{}\n", serde_json::to_string_pretty(value)?))
}
