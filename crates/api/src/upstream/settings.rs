//! What an operator decides about a back end of their own.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use axum::http::Uri;

/// The APIs that an upstream may serve, each by the first segment of its paths.
pub const UPSTREAM_APIS: &[&str] = &[
    "organizations",
    "corporate-accounts",
    "corporate-agreements",
];

/// An upstream back end, and how much it is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpstreamSettings {
    /// Which API it serves, one of [`UPSTREAM_APIS`].
    pub api: String,
    /// Where it is.
    pub base_url: BaseUrl,
    /// How long it may take until an answer begins.
    pub timeout: Duration,
    /// How long a whole answer may take.
    pub deadline: Duration,
    /// How many calls may be under way at once.
    pub concurrency: usize,
    /// The certificate authorities to trust in place of the system's, in PEM.
    pub ca_file: Option<PathBuf>,
}

impl UpstreamSettings {
    /// An upstream with the usual limits.
    #[must_use]
    pub fn new(api: impl Into<String>, base_url: BaseUrl) -> Self {
        Self {
            api: api.into(),
            base_url,
            timeout: Duration::from_secs(5),
            deadline: Duration::from_mins(1),
            concurrency: 64,
            ca_file: None,
        }
    }
}

/// Where an upstream is: scheme, host, port, and the path that its own paths begin with. No slash at
/// the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl(String);

/// An address that no upstream can have.
#[derive(Debug, thiserror::Error)]
#[error("must be http:// or https:// with a host, without user, query or fragment")]
pub struct InvalidBaseUrl;

impl BaseUrl {
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn is_encrypted(&self) -> bool {
        self.0.starts_with("https://")
    }
}

impl FromStr for BaseUrl {
    type Err = InvalidBaseUrl;

    fn from_str(text: &str) -> Result<Self, InvalidBaseUrl> {
        let address: Uri = text.parse().map_err(|_| InvalidBaseUrl)?;
        let known = matches!(address.scheme_str(), Some("http" | "https"));
        let host = address.host().is_some_and(|host| !host.is_empty());
        // The parser drops a fragment, so the text is asked.
        if known && host && !text.contains(['@', '?', '#']) {
            // As the parser writes it: scheme and host in small letters.
            Ok(Self(address.to_string().trim_end_matches('/').to_owned()))
        } else {
            Err(InvalidBaseUrl)
        }
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operation::Operation;

    #[test]
    fn a_base_url_has_scheme_and_host_and_ends_without_a_slash() {
        for (text, expected) in [
            ("http://10.0.0.1:8000", Some("http://10.0.0.1:8000")),
            (
                "https://accounts.internal/",
                Some("https://accounts.internal"),
            ),
            ("http://[::1]:80/a/b//", Some("http://[::1]:80/a/b")),
            ("ftp://host", None),
            ("host:80", None),
            ("/path", None),
            ("http://", None),
            ("http://user:secret@host", None),
            ("http://host?x=y", None),
            ("http://host#x", None),
            ("http://a b", None),
        ] {
            let parsed = text.parse::<BaseUrl>().ok();
            let shown = parsed.as_ref().map(BaseUrl::as_str);
            assert_eq!(shown, expected, "{text}");
        }
    }

    /// But for the notifications, which tell what this server itself has done.
    #[test]
    fn the_apis_are_those_of_the_guarded_operations() {
        let document = crate::documents("http://localhost").whole.openapi;
        let paths = document["paths"].as_object().expect("paths");
        let mut apis: Vec<&str> = paths
            .iter()
            .filter(|(_, item)| {
                let mut operations = item.as_object().expect("an item").values();
                operations.any(|operation| {
                    let id = operation["operationId"].as_str().unwrap_or_default();
                    Operation::find(id).is_some()
                })
            })
            .filter_map(|(path, _)| path.split('/').nth(1))
            .filter(|api| *api != "notifications")
            .collect();
        apis.sort_unstable();
        apis.dedup();
        let mut known = UPSTREAM_APIS.to_vec();
        known.sort_unstable();
        assert_eq!(known, apis);
    }
}
