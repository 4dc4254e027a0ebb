//! `avtale openapi`: the API's document, without starting a server.

use anyhow::bail;
use serde_json::Value;

use crate::cli::{Openapi, Product};

/// The address in the committed documents: where the sandbox listens.
const SANDBOX: &str = "http://127.0.0.1:8080";

pub(crate) fn run(options: &Openapi) -> anyhow::Result<()> {
    if let Some(Product::Operator) = options.product {
        if options.swagger2 {
            bail!("the operator's API has no Swagger 2.0 document\nhint: leave out --swagger2");
        }
        return show(&operator::document());
    }
    let documents = api::documents(SANDBOX);
    let document = match options.product {
        None | Some(Product::Operator) => &documents.whole,
        Some(Product::Info) => &documents.info,
        Some(Product::Order) => &documents.order,
    };
    let value = if options.swagger2 {
        &document.swagger
    } else {
        &document.openapi
    };
    show(value)
}

fn show(document: &Value) -> anyhow::Result<()> {
    super::print(&format!("{}\n", serde_json::to_string_pretty(document)?))
}
