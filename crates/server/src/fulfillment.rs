//! The table `[fulfillment]` of the configuration file: who carries out orders.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use domain::{Clock, FulfillmentWay};
use operator::{HttpSystem, SystemSettings};
use outgoing::Secret;
use selfservice::fulfillment::OperatorSystem;
use serde::Deserialize;
use serde::de::{Deserializer, Error};

use crate::settings::Places;
use crate::upstreams::seconds;

/// Who carries out orders.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ways {
    /// For offerings that do not choose; none leaves it to the way in which the server is started.
    pub(crate) default: Option<FulfillmentWay>,
    system: Option<SystemSettings>,
}

/// What the file may say.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Table {
    #[serde(default, deserialize_with = "way")]
    default: Option<FulfillmentWay>,
    system: Option<SystemTable>,
}

/// What the file may say about the operator's system.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SystemTable {
    url: String,
    secret_file: PathBuf,
    #[serde(default, deserialize_with = "seconds")]
    timeout_seconds: Option<Duration>,
    #[serde(default, deserialize_with = "seconds")]
    report_within_seconds: Option<Duration>,
    concurrency: Option<usize>,
    ca_file: Option<PathBuf>,
}

impl Table {
    /// What others must not read.
    pub(crate) fn secret_file(&self) -> Option<&PathBuf> {
        self.system.as_ref().map(|system| &system.secret_file)
    }
}

impl Ways {
    /// Checks what the flag and the file say, down to the secret.
    pub(crate) fn new(
        flag: Option<FulfillmentWay>,
        table: Table,
        places: &Places,
    ) -> anyhow::Result<Self> {
        let system = table.system.map(read_system).transpose();
        let ways = Self {
            default: flag.or(table.default),
            system: system.with_context(|| places.of("fulfillment.system"))?,
        };
        if ways.default == Some(FulfillmentWay::System) && ways.system.is_none() {
            bail!(
                "{}: the default is `system`, but no system is set\nhint: add a table \
                 [fulfillment.system] with url and secret_file",
                places.of("fulfillment.default")
            );
        }
        Ok(ways)
    }

    /// A caller for the operator's system, if there is one.
    pub(crate) fn system(
        &self,
        clock: Arc<dyn Clock>,
    ) -> anyhow::Result<Option<Arc<dyn OperatorSystem>>> {
        let Some(settings) = self.system.clone() else {
            return Ok(None);
        };
        let system = HttpSystem::new(settings, clock).context("[fulfillment.system]")?;
        Ok(Some(Arc::new(system)))
    }
}

fn read_system(table: SystemTable) -> anyhow::Result<SystemSettings> {
    Ok(SystemSettings {
        secret: read_secret(&table.secret_file)?,
        url: table.url,
        timeout: table.timeout_seconds.unwrap_or(Duration::from_secs(10)),
        concurrency: table.concurrency.unwrap_or(16),
        report_within: table
            .report_within_seconds
            .unwrap_or(Duration::from_hours(24)),
        ca_file: table.ca_file,
    })
}

fn read_secret(path: &Path) -> anyhow::Result<Secret> {
    let shown = path.display();
    let text = std::fs::read_to_string(path).with_context(|| format!("failed to read {shown}"))?;
    Secret::parse(text.trim()).with_context(|| {
        format!(
            "{shown} holds no secret of 24 to 64 bytes in base64\nhint: make one with: openssl \
             rand -base64 32"
        )
    })
}

/// One line per thing that is set.
impl fmt::Display for Ways {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let default = self
            .default
            .map_or("desk, in the demo simulated", FulfillmentWay::as_str);
        writeln!(f, "fulfillment.default   = {default}")?;
        if let Some(system) = &self.system {
            let SystemSettings {
                url,
                timeout,
                concurrency,
                report_within,
                ..
            } = system;
            writeln!(
                f,
                "fulfillment.system    = {url}, answers within {timeout:?}, reports within \
                 {report_within:?}, {concurrency} calls at once"
            )?;
        }
        Ok(())
    }
}

fn way<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<FulfillmentWay>, D::Error> {
    let word = String::deserialize(deserializer)?;
    parse_way(&word).map(Some).map_err(Error::custom)
}

/// For the flag too.
pub(crate) fn parse_way(word: &str) -> Result<FulfillmentWay, String> {
    FulfillmentWay::parse(word).ok_or_else(|| {
        let known = FulfillmentWay::ALL.map(FulfillmentWay::as_str).join(", ");
        format!("no way `{word}` to carry out orders; known are {known}")
    })
}

/// For the file, where the line is known.
pub(crate) fn check_url(text: &str) -> Result<(), String> {
    let parsed: Option<hyper::Uri> = text.parse().ok();
    let usable = parsed.is_some_and(|uri| {
        matches!(uri.scheme_str(), Some("http" | "https"))
            && uri.host().is_some_and(|host| !host.is_empty())
    });
    if usable {
        return Ok(());
    }
    Err("must be http:// or https:// with a host".to_owned())
}
