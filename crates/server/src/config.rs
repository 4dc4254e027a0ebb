//! The settings: flags, then `AVTALE_` variables, then the file. Whatever is wrong stops the start.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use ipnet::IpNet;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use crate::cli::{Options, ResponseStyle};
use crate::fulfillment::{self, Ways};
use crate::telemetry::parse_filter;
use crate::trusted_proxies::TrustedProxies;
use crate::upstreams::{self, Upstreams};

/// The settings that hold.
#[derive(Debug, Clone)]
pub(crate) struct Config {
    pub(crate) listen: SocketAddr,
    pub(crate) operator_listen: SocketAddr,
    pub(crate) database: Database,
    pub(crate) key_file: PathBuf,
    /// None until the listener's port is known.
    pub(crate) public_url: Option<String>,
    pub(crate) response_style: ResponseStyle,
    pub(crate) strict_codes: bool,
    /// Seconds.
    pub(crate) account_visible_after: u8,
    pub(crate) trusted_proxies: TrustedProxies,
    pub(crate) upstreams: Upstreams,
    pub(crate) ways: Ways,
    /// Where customers may have endpoints although it is not public.
    pub(crate) notification_networks: Vec<IpNet>,
    pub(crate) log: String,
}

/// A database's address, whose password does not print.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Database(String);

impl Database {
    pub(crate) fn url(&self) -> &str {
        &self.0
    }

    /// The embedded database's file.
    pub(crate) fn path(&self) -> Option<&Path> {
        self.0.strip_prefix("sqlite:").map(Path::new)
    }

    pub(crate) fn is_embedded(&self) -> bool {
        self.0.starts_with("sqlite:")
    }

    /// The address without what is secret in it.
    pub(crate) fn shown(&self) -> String {
        match (self.0.split_once("://"), self.0.rsplit_once('@')) {
            (Some((scheme, _)), Some((_, place))) => format!("{scheme}://…@{place}"),
            _ => self.0.clone(),
        }
    }

    fn parse(url: String) -> anyhow::Result<Self> {
        let known = ["sqlite:", "postgres://", "postgresql://"];
        if !known.iter().any(|prefix| url.starts_with(prefix)) || url == "sqlite:" {
            bail!("database must be sqlite:PATH or postgres://…");
        }
        Ok(Self(url))
    }

    /// Beside the database's file, or named like the database.
    fn key_file(&self) -> PathBuf {
        let name = match self.0.strip_prefix("sqlite:") {
            Some(path) => path,
            None => self
                .0
                .split(['?', '#'])
                .next()
                .and_then(|url| url.rsplit('/').next())
                .unwrap_or("avtale"),
        };
        PathBuf::from(format!("{name}.key"))
    }
}

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.shown())
    }
}

/// What the file may say.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    listen: Option<SocketAddr>,
    operator_listen: Option<SocketAddr>,
    database: Option<String>,
    key_file: Option<PathBuf>,
    public_url: Option<String>,
    response_style: Option<ResponseStyle>,
    strict_codes: Option<bool>,
    #[serde(default, deserialize_with = "up_to_a_minute")]
    account_visible_after: Option<u8>,
    trusted_proxies: Option<Vec<IpNet>>,
    log: Option<String>,
    /// In the file alone.
    #[serde(default)]
    upstream: upstreams::Tables,
    #[serde(default)]
    fulfillment: fulfillment::Table,
    #[serde(default)]
    notifications: NotificationsTable,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct NotificationsTable {
    allow_networks: Option<Vec<IpNet>>,
}

impl Config {
    /// Puts the three sources together.
    pub(crate) fn load(options: &Options) -> anyhow::Result<Self> {
        let file = options
            .config
            .as_deref()
            .map(read)
            .transpose()?
            .unwrap_or_default();
        let options = options.clone();
        let local = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let database = options.database.or(file.database);
        let database = Database::parse(database.unwrap_or_else(|| "sqlite:avtale.db".to_owned()))?;
        let key_file = options.key_file.or(file.key_file);
        let visible_after = options.account_visible_after.or(file.account_visible_after);
        let public_url = options
            .public_url
            .or(file.public_url)
            .as_deref()
            .map(public_url)
            .transpose()?;
        let log = options.log.or(file.log);
        let log = log.unwrap_or_else(|| "warn".to_owned());
        parse_filter(&log)?;
        Ok(Self {
            listen: options
                .listen
                .or(file.listen)
                .unwrap_or_else(|| local(8080)),
            operator_listen: options
                .operator_listen
                .or(file.operator_listen)
                .unwrap_or_else(|| local(8081)),
            key_file: key_file.unwrap_or_else(|| database.key_file()),
            database,
            public_url,
            response_style: options
                .response_style
                .or(file.response_style)
                .unwrap_or(ResponseStyle::Documented),
            strict_codes: options.strict_codes.or(file.strict_codes).unwrap_or(false),
            trusted_proxies: TrustedProxies::new(
                options
                    .trusted_proxies
                    .or(file.trusted_proxies)
                    .unwrap_or_default(),
            ),
            upstreams: Upstreams::new(file.upstream)?,
            ways: Ways::new(options.fulfillment, file.fulfillment)?,
            notification_networks: options
                .notifications_allow_networks
                .or(file.notifications.allow_networks)
                .unwrap_or_default(),
            account_visible_after: visible_after.unwrap_or(0),
            log,
        })
    }
}

fn read(path: &Path) -> anyhow::Result<File> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("failed to read {}", path.display()))?;
    toml::from_str(&text).map_err(|error| anyhow::anyhow!("{}: {error}", path.display()))
}

/// In the file, so that the line is named.
fn up_to_a_minute<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u8>, D::Error> {
    let seconds = i64::deserialize(deserializer)?;
    let valid = u8::try_from(seconds).ok().filter(|seconds| *seconds <= 60);
    valid
        .map(Some)
        .ok_or_else(|| D::Error::custom("must be a number of seconds from 0 to 60"))
}

/// A scheme, a place and perhaps a path: what addresses can be made from.
fn public_url(url: &str) -> anyhow::Result<String> {
    let parsed: Option<hyper::Uri> = url.parse().ok();
    let usable = parsed.is_some_and(|uri| {
        matches!(uri.scheme_str(), Some("http" | "https"))
            && uri.host().is_some_and(|host| !host.is_empty())
            && uri.query().is_none()
    });
    if !usable {
        bail!("public_url must be an address such as https://api.example.com, not `{url}`");
    }
    Ok(url.trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn database(url: &str) -> Database {
        Database::parse(url.to_owned()).expect("a known database")
    }

    #[test]
    fn the_key_lies_beside_the_database() {
        let key = |url| database(url).key_file();
        assert_eq!(key("sqlite:avtale.db"), PathBuf::from("avtale.db.key"));
        assert_eq!(
            key("sqlite:/var/lib/a.db"),
            PathBuf::from("/var/lib/a.db.key")
        );
        assert_eq!(
            key("postgres://u:p@host/avtale?x=y"),
            PathBuf::from("avtale.key")
        );
    }

    #[test]
    fn a_databases_password_does_not_print() {
        let shown = format!("{:?}", database("postgres://user:p%40ss@host:5432/avtale"));
        assert_eq!(shown, "postgres://…@host:5432/avtale");
    }

    #[test]
    fn a_mistake_in_the_file_is_named_with_its_line() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("avtale.toml");
        std::fs::write(&path, "strict_codes = true\nlisten = \"nowhere\"\n").expect("written");
        let options = Options {
            config: Some(path),
            ..Options::default()
        };
        let error = Config::load(&options).expect_err("refused").to_string();
        assert!(
            error.contains("avtale.toml") && error.contains("line 2"),
            "{error}"
        );
    }

    #[test]
    fn flags_come_before_the_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("avtale.toml");
        std::fs::write(&path, "strict_codes = true\nlog = \"info\"\n").expect("written");
        let options = Options {
            config: Some(path),
            strict_codes: Some(false),
            ..Options::default()
        };
        let config = Config::load(&options).expect("valid");
        assert_eq!((config.strict_codes, config.log.as_str()), (false, "info"));
    }
}
