//! The HTTP face: addresses, wire types, error codes, and the documents that describe them.

mod admission;
mod answer;
mod edge;
mod error;
mod extract;
mod idempotency;
mod openapi;
mod operation;
mod rate_limit_headers;
mod router;
mod routes;
mod services;
mod swagger2;
mod touched;
mod upstream;
mod webhook;

pub use admission::{ClientNetwork, UndeclaredOperation};
pub use error::{ErrorCode, Origin};
pub use openapi::{Document, Documents};
pub use operation::{OPERATIONS, Operation, Shows};
pub use router::{RouterError, documents, health, router, served_documents};
pub use routes::agreements::agreement_products_answer;
pub use services::{Inner, ResponseStyle, Services, Settings};
pub use upstream::{BaseUrl, InvalidBaseUrl, UPSTREAM_APIS, UpstreamError, UpstreamSettings};
pub use webhook::{WebhookSettings, Webhooks};
