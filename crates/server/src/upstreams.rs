//! The tables `[upstream.<api>]` of the configuration file.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;
use api::{BaseUrl, UPSTREAM_APIS, UpstreamSettings};
use serde::Deserialize;
use serde::de::{Deserializer, Error};

use crate::settings::Places;

/// The upstreams, by API.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Upstreams(pub(crate) Vec<UpstreamSettings>);

/// What the file may say: one table per API.
pub(crate) type Tables = BTreeMap<Api, Table>;

/// One of the APIs that an upstream may serve.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Api(String);

/// What the file may say about one upstream.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Table {
    #[serde(deserialize_with = "base_url")]
    url: BaseUrl,
    #[serde(default, deserialize_with = "seconds")]
    timeout_seconds: Option<Duration>,
    #[serde(default, deserialize_with = "seconds")]
    deadline_seconds: Option<Duration>,
    concurrency: Option<usize>,
    ca_file: Option<PathBuf>,
}

impl Upstreams {
    /// Checks what the file says, down to the certificates.
    pub(crate) fn new(tables: Tables, places: &Places) -> anyhow::Result<Self> {
        let mut upstreams = Vec::new();
        for (Api(api), table) in tables {
            let usual = UpstreamSettings::new(api, table.url);
            let timeout = table.timeout_seconds.unwrap_or(usual.timeout);
            let settings = UpstreamSettings {
                timeout,
                deadline: table
                    .deadline_seconds
                    .unwrap_or(usual.deadline.max(timeout)),
                concurrency: table.concurrency.unwrap_or(usual.concurrency),
                ca_file: table.ca_file,
                ..usual
            };
            settings
                .check()
                .with_context(|| places.of(&format!("upstream.{}", settings.api)))?;
            upstreams.push(settings);
        }
        Ok(Self(upstreams))
    }
}

/// One line per upstream.
impl fmt::Display for Upstreams {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for one in &self.0 {
            let UpstreamSettings {
                api,
                base_url,
                timeout,
                deadline,
                concurrency,
                ca_file,
            } = one;
            write!(
                f,
                "upstream.{api} = {base_url}, begins within {timeout:?}, ends within {deadline:?}, \
                 {concurrency} calls at once"
            )?;
            if let Some(file) = ca_file {
                write!(f, ", trusts {}", file.display())?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

impl<'de> Deserialize<'de> for Api {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        if UPSTREAM_APIS.contains(&name.as_str()) {
            return Ok(Self(name));
        }
        let known = UPSTREAM_APIS.join(", ");
        Err(Error::custom(format!(
            "no API `{name}` that an upstream could serve; known are {known}"
        )))
    }
}

/// For the file, where the line is known.
pub(crate) fn check_base_url(text: &str) -> Result<(), String> {
    let parsed: Result<BaseUrl, _> = text.parse();
    parsed.map(drop).map_err(|error| error.to_string())
}

fn base_url<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BaseUrl, D::Error> {
    String::deserialize(deserializer)?
        .parse()
        .map_err(Error::custom)
}

/// The list of the settings has the range.
pub(crate) fn seconds<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Duration>, D::Error> {
    let seconds = f64::deserialize(deserializer)?;
    let duration = Duration::try_from_secs_f64(seconds);
    duration.map(Some).map_err(Error::custom)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[derive(Debug, Deserialize)]
    struct File {
        upstream: Tables,
    }

    fn read(text: &str) -> Result<Upstreams, String> {
        let places = Places::check(Path::new("avtale.toml"), text);
        let places = places.map_err(|faults| faults.to_string())?;
        let file: File = toml::from_str(text).map_err(|error| error.to_string())?;
        Upstreams::new(file.upstream, &places).map_err(|error| format!("{error:#}"))
    }

    #[test]
    fn an_upstream_has_the_usual_limits_unless_told_otherwise() {
        let upstreams = read(
            "[upstream.organizations]\nurl = \"http://one.internal/\"\n\
             [upstream.corporate-agreements]\nurl = \"http://two:8000/x\"\ntimeout_seconds = 0.5\n\
             deadline_seconds = 3\nconcurrency = 8\n",
        );
        let shown = upstreams.map(|upstreams| upstreams.to_string());
        insta::assert_snapshot!(shown.expect("valid"), @r"
        upstream.corporate-agreements = http://two:8000/x, begins within 500ms, ends within 3s, 8 calls at once
        upstream.organizations = http://one.internal, begins within 5s, ends within 60s, 64 calls at once
        ");
    }

    #[track_caller]
    fn check(table: &str, complaint: &str) {
        let error = read(table).expect_err("refused");
        assert!(error.contains(complaint), "{error}");
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line() {
        let table = |line: &str| {
            format!("[upstream.organizations]\nurl = \"http://one.internal\"\n{line}\n")
        };
        check(
            "[upstream.payments]\nurl = \"http://x\"",
            "no API `payments`",
        );
        check("[upstream.payments]\nurl = \"http://x\"", "line 1");
        check("[upstream.organizations]\nurl = \"one.internal\"", "line 2");
        check(
            "[upstream.organizations]\n",
            "`url` is missing in [upstream.organizations]",
        );
        check(&table("redirects = true"), "line 3");
        check(&table("timeout_seconds = 0"), "0.1 to 600 seconds");
        check(&table("timeout_seconds = nan"), "0.1 to 600 seconds");
        check(&table("concurrency = 0"), "line 3");
        check(
            &table("deadline_seconds = 1"),
            "the deadline not before the timeout",
        );
        let file = "ca_file = \"/nowhere/ca.pem\"";
        let encrypted = table(file).replace("http:", "https:");
        check(
            &encrypted,
            "line 1, column 11: upstream.organizations: failed to read certificates from /nowhere/ca.pem",
        );
    }
}
