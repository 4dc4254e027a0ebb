//! The documents for the whole API and for each API product, made from the routes' declarations.

mod assemble;
mod ids;
mod webhooks;

use serde_json::Value;
use utoipa::OpenApi;

use crate::error::envelope::{ErrorBody, ProblemBody};
use crate::operation::{INFO, ORDER};
use crate::swagger2::down_convert;

pub(crate) use ids::Id;

/// What no route declares: the title, the words about the whole, and the errors' bodies.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Avtale corporate self-service API",
        description = "Read a company's agreements, order products on them and open billing \
                       accounts. Access is limited to the system user used.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
        contact(name = "Avtale", url = "https://github.com/avtale/avtale")
    ),
    tags(
        (name = "oauth", description = "Access tokens for system users."),
        (name = "corporate-agreements", description = "Agreements, their products, and orders on them."),
        (name = "corporate-accounts", description = "Billing accounts."),
        (name = "organizations", description = "Organizations and their invoice addresses."),
        (name = "notifications", description = "What happened to orders and accounts: a feed, and deliveries to endpoints.")
    ),
    components(schemas(ErrorBody<'static>, ProblemBody<'static>))
)]
pub(crate) struct Base;

/// The raw documents, ready to be served.
#[derive(Debug, Clone)]
pub struct Documents {
    /// Everything.
    pub whole: Document,
    /// The API product `info` alone.
    pub info: Document,
    /// The API product `order` alone.
    pub order: Document,
}

/// One document in both forms.
#[derive(Debug, Clone)]
pub struct Document {
    /// OpenAPI 3.1.
    pub openapi: Value,
    /// Swagger 2.0.
    pub swagger: Value,
}

/// What the settings say about the wire, as far as the documents tell it.
pub(crate) struct Wire<'a> {
    /// The address that callers reach the server by.
    pub(crate) public_url: &'a str,
    /// Whether single answers that are printed in brackets keep them.
    pub(crate) brackets: bool,
}

impl Documents {
    /// The documents of a server that answers like this.
    pub(crate) fn new(routes: &utoipa::openapi::OpenApi, wire: &Wire<'_>) -> Self {
        let whole = assemble::whole(routes, wire);
        let of_product =
            |product, title| Document::new(assemble::for_product(&whole, product, title));
        Self {
            info: of_product(INFO, "Mobile Subscription Info API"),
            order: of_product(ORDER, "Mobile Subscription Order API"),
            whole: Document::new(whole),
        }
    }

    /// Each document with the file name that it is kept under.
    #[must_use]
    pub fn files(&self) -> [(&'static str, &Value); 6] {
        [
            ("whole.json", &self.whole.openapi),
            ("info.json", &self.info.openapi),
            ("order.json", &self.order.openapi),
            ("swagger2/whole.json", &self.whole.swagger),
            ("swagger2/info.json", &self.info.swagger),
            ("swagger2/order.json", &self.order.swagger),
        ]
    }
}

impl Document {
    fn new(openapi: Value) -> Self {
        // Swagger 2.0 has no word for calls in the other direction.
        let mut without_webhooks = openapi.clone();
        if let Some(members) = without_webhooks.as_object_mut() {
            members.shift_remove("webhooks");
        }
        Self {
            swagger: down_convert(&without_webhooks),
            openapi,
        }
    }
}
