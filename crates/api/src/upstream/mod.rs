//! Back ends of the operator's own: an API that is served by an HTTP service behind the gateway in
//! place of the built-in handlers.

mod answer;
mod circuit;
mod client;
mod forward;
mod outgoing;
mod passing_body;
mod settings;

use std::collections::HashMap;
use std::sync::Arc;

use domain::Clock;

use crate::Settings;
use forward::Upstream;

pub use client::UpstreamError;
pub use settings::{BaseUrl, InvalidBaseUrl, UPSTREAM_APIS, UpstreamSettings};

impl UpstreamSettings {
    /// Whether an upstream can be used with these settings.
    pub fn check(&self) -> Result<(), UpstreamError> {
        if !UPSTREAM_APIS.contains(&self.api.as_str()) {
            return Err(UpstreamError::UnknownApi(self.api.clone()));
        }
        if self.timeout.is_zero() || self.concurrency == 0 || self.deadline < self.timeout {
            return Err(UpstreamError::Limits(self.api.clone()));
        }
        client::client(self).map(drop)
    }
}

/// Which upstream serves which API.
pub(crate) struct Upstreams(HashMap<String, Upstream>);

impl Upstreams {
    pub(crate) fn new(settings: &Settings, clock: &Arc<dyn Clock>) -> Result<Self, UpstreamError> {
        let mut upstreams = HashMap::new();
        for one in &settings.upstreams {
            one.check()?;
            let upstream = Upstream::new(one, &settings.public_url, Arc::clone(clock))?;
            if upstreams.insert(one.api.clone(), upstream).is_some() {
                return Err(UpstreamError::SecondForApi(one.api.clone()));
            }
        }
        Ok(Self(upstreams))
    }

    /// The one that serves this path; none where the back end is built in.
    pub(crate) fn of(&self, path: &str) -> Option<&Upstream> {
        let api = path.split('/').nth(1)?;
        self.0.get(api)
    }
}
