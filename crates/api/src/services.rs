//! What the handlers work with, and what an operator decides about the wire.

use std::ops::Deref;
use std::sync::Arc;

use axum::http::HeaderMap;
use domain::{Clock, Entropy};
use gateway::Gateway;
use selfservice::SelfService;
use serde::Serialize;

use crate::error::{ApiError, ErrorCode};
use crate::upstream::UpstreamSettings;
use crate::webhook::Webhooks;

/// The services behind the routes; cheap to clone.
#[derive(Clone)]
pub struct Services(Arc<Inner>);

/// The services themselves.
pub struct Inner {
    /// What a customer can do.
    pub selfservice: Arc<SelfService>,
    /// Who may do it.
    pub gateway: Arc<Gateway>,
    /// How customers' endpoints are called.
    pub webhooks: Arc<Webhooks>,
    /// How the answers look.
    pub settings: Settings,
    /// For request ids.
    pub clock: Arc<dyn Clock>,
    /// For request ids.
    pub entropy: Arc<dyn Entropy>,
}

impl Services {
    /// Puts the services together.
    #[must_use]
    pub fn new(inner: Inner) -> Self {
        Self(Arc::new(inner))
    }
}

impl Deref for Services {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

/// What an operator decides about the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The address that callers reach this server by, without a slash at the end.
    pub public_url: String,
    /// Whether single answers that the documents print in brackets keep them.
    pub brackets: bool,
    /// Whether codes of our own are replaced by the nearest documented ones.
    pub strict_codes: bool,
    /// Whether the header `X-Sandbox-Fault` provokes errors.
    pub sandbox_faults: bool,
    /// The APIs that back ends of the operator's own serve; the others are built in.
    pub upstreams: Vec<UpstreamSettings>,
}

/// A single answer that the documents print as a list of one.
#[derive(Serialize)]
#[serde(untagged)]
pub enum ResponseStyle<T> {
    /// As printed, in brackets.
    Documented([T; 1]),
    /// By itself.
    Bare(T),
}

impl Settings {
    pub(crate) fn style<T>(&self, body: T) -> ResponseStyle<T> {
        if self.brackets {
            ResponseStyle::Documented([body])
        } else {
            ResponseStyle::Bare(body)
        }
    }
}

const SANDBOX_FAULT: &str = "x-sandbox-fault";

impl Services {
    /// The error that a sandbox's caller asks for, where that is allowed.
    pub(crate) fn sandbox_fault(&self, headers: &HeaderMap) -> Option<ApiError> {
        let wish = headers
            .get(SANDBOX_FAULT)
            .filter(|_| self.settings.sandbox_faults)?;
        let code = wish.to_str().ok().and_then(|text| text.parse().ok());
        Some(code.and_then(ErrorCode::from_number).map_or_else(
            || {
                let message = "must be one of the error codes, such as 40105";
                ApiError::field(ErrorCode::InvalidRequest, "X-Sandbox-Fault", message)
            },
            ApiError::provoked,
        ))
    }
}
