//! The settings: flags, then `AVTALE_` variables, then the file. Whatever is wrong stops the start.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use ipnet::IpNet;
use jiff::Timestamp;
use selfservice::calls::CallSettings;
use serde::Deserialize;
use web::Brand;

use crate::brand;
use crate::cli::{Options, ResponseStyle, StoreOptions};
use crate::database::Database;
use crate::fulfillment::{self, Ways};
use crate::new_apps::{self, PortalSettings};
use crate::secret_files;
use crate::settings::Places;
use crate::telemetry::parse_filter;
use crate::tls::TlsFiles;
use crate::trusted_proxies::TrustedProxies;
use crate::upstreams::{self, Upstreams};
use crate::watching;

#[cfg(test)]
mod tests;

/// The settings that hold.
#[derive(Debug, Clone)]
pub(crate) struct Config {
    pub(crate) listen: SocketAddr,
    pub(crate) operator_listen: SocketAddr,
    pub(crate) database: Database,
    pub(crate) key_file: PathBuf,
    /// None until the listener's port is known.
    pub(crate) public_url: Option<String>,
    /// Where the operator's people come to, if that is not the listener itself.
    pub(crate) operator_public_url: Option<String>,
    pub(crate) response_style: ResponseStyle,
    pub(crate) strict_codes: bool,
    /// Seconds.
    pub(crate) account_visible_after: u8,
    pub(crate) trusted_proxies: TrustedProxies,
    pub(crate) tls: Option<TlsFiles>,
    pub(crate) operator_tls: Option<TlsFiles>,
    pub(crate) upstreams: Upstreams,
    pub(crate) ways: Ways,
    /// Where customers may have endpoints although it is not public.
    pub(crate) notification_networks: Vec<IpNet>,
    pub(crate) calls: CallSettings,
    pub(crate) portal: PortalSettings,
    pub(crate) brand: Brand,
    pub(crate) log: String,
    /// What holds something that others must not read.
    pub(crate) secret_files: Vec<PathBuf>,
}

/// What the file may say.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct File {
    listen: Option<SocketAddr>,
    operator_listen: Option<SocketAddr>,
    database: Option<String>,
    database_password_file: Option<PathBuf>,
    key_file: Option<PathBuf>,
    public_url: Option<String>,
    operator_public_url: Option<String>,
    response_style: Option<ResponseStyle>,
    strict_codes: Option<bool>,
    account_visible_after: Option<u8>,
    trusted_proxies: Option<Vec<IpNet>>,
    log: Option<String>,
    #[serde(default)]
    tls: TlsTable,
    #[serde(default)]
    operator_tls: OperatorTlsTable,
    /// In the file alone.
    #[serde(default)]
    upstream: upstreams::Tables,
    #[serde(default)]
    fulfillment: fulfillment::Table,
    #[serde(default)]
    notifications: NotificationsTable,
    #[serde(default)]
    calls: watching::Table,
    #[serde(default)]
    portal: new_apps::Table,
    #[serde(default)]
    brand: brand::Table,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TlsTable {
    certificate_file: Option<PathBuf>,
    private_key_file: Option<PathBuf>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OperatorTlsTable {
    certificate_file: Option<PathBuf>,
    private_key_file: Option<PathBuf>,
    client_ca_file: Option<PathBuf>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NotificationsTable {
    allow_networks: Option<Vec<IpNet>>,
}

impl Config {
    /// For a command that serves nothing.
    pub(crate) fn load_store(options: &StoreOptions) -> anyhow::Result<Self> {
        Self::load(&options.into())
    }

    /// Puts the three sources together.
    pub(crate) fn load(options: &Options) -> anyhow::Result<Self> {
        let (file, places) = match &options.store.config {
            Some(path) => read(path)?,
            None => (File::default(), Places::default()),
        };
        let options = options.clone();
        let local = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let secret_files = secret_files(&options, &file);
        let (tls, operator_tls) = tls(&options, &file, &places)?;
        let database = database(&options.store, &file, &places)?;
        let key_file = options.store.key_file.or(file.key_file);
        let visible_after = options.account_visible_after.or(file.account_visible_after);
        let public_url = options.public_url.or(file.public_url);
        let operator_public_url = options.operator_public_url.or(file.operator_public_url);
        let operator_public_url = operator_public_url.as_deref();
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
            public_url: public_url.as_deref().map(parse_public_url).transpose()?,
            operator_public_url: operator_public_url.map(parse_public_url).transpose()?,
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
            tls,
            operator_tls,
            upstreams: Upstreams::new(file.upstream, &places)?,
            ways: Ways::new(options.fulfillment, file.fulfillment, &places)?,
            notification_networks: options
                .notifications_allow_networks
                .or(file.notifications.allow_networks)
                .unwrap_or_default(),
            calls: file.calls.settings(),
            portal: file.portal.settings(),
            brand: file.brand.brand(&places)?,
            account_visible_after: visible_after.unwrap_or(0),
            log,
            secret_files,
        })
    }

    /// Whether the operator's people come by TLS: the listener's own, or that of a proxy before it.
    pub(crate) fn console_is_behind_tls(&self) -> bool {
        let url = self.operator_public_url.as_deref();
        self.operator_tls.is_some() || url.is_some_and(|url| url.starts_with("https://"))
    }

    /// Reads the certificates, and says what is unwise although it works.
    pub(crate) fn warnings(&self, now: Timestamp) -> anyhow::Result<Vec<String>> {
        let mut warnings = Vec::new();
        for files in [&self.tls, &self.operator_tls].into_iter().flatten() {
            warnings.extend(files.check(now)?);
            warnings.extend(secret_files::warning(&files.private_key));
        }
        let secrets = self.secret_files.iter();
        warnings.extend(secrets.filter_map(|path| secret_files::warning(path)));
        if self.operator_tls.is_none() && !self.operator_listen.ip().is_loopback() {
            warnings.push(format!(
                "the operator's listener on {} is reached from elsewhere without encryption; set \
                 [operator_tls], or listen on a loopback address",
                self.operator_listen
            ));
        }
        Ok(warnings)
    }
}

fn read(path: &Path) -> anyhow::Result<(File, Places)> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("failed to read {}", path.display()))?;
    let places = Places::check(path, &text)?;
    let file = toml::from_str(&text)
        // Its own words for an error quote the line.
        .map_err(|error: toml::de::Error| {
            anyhow::anyhow!("{}: {}", path.display(), error.message())
        })?;
    Ok((file, places))
}

fn database(options: &StoreOptions, file: &File, places: &Places) -> anyhow::Result<Database> {
    let url = options.database.as_ref().or(file.database.as_ref());
    let url = url.map_or_else(|| "sqlite:avtale.db".to_owned(), Clone::clone);
    let database = Database::parse(url)?;
    let password_file = options.database_password_file.as_ref();
    let Some(path) = password_file.or(file.database_password_file.as_ref()) else {
        return Ok(database);
    };
    secret_files::read_password(path)
        .and_then(|password| database.with_password(&password))
        .with_context(|| places.of("database_password_file"))
}

fn secret_files(options: &Options, file: &File) -> Vec<PathBuf> {
    let password_file = &options.store.database_password_file;
    let password_file = password_file
        .as_ref()
        .or(file.database_password_file.as_ref());
    let database = file.database.clone().map(Database::parse);
    let has_password = database.is_some_and(|url| url.is_ok_and(|url| url.has_password()));
    let itself = options.store.config.as_ref().filter(|_| has_password);
    let signing = file.fulfillment.secret_file();
    let all = password_file.into_iter().chain(itself).chain(signing);
    all.cloned().collect()
}

/// For customers, and for the operator.
fn tls(
    options: &Options,
    file: &File,
    places: &Places,
) -> anyhow::Result<(Option<TlsFiles>, Option<TlsFiles>)> {
    let either = |flag: &Option<PathBuf>, key: &Option<PathBuf>| flag.clone().or(key.clone());
    let table = &file.tls;
    let customers = pair(
        places.of("tls"),
        either(&options.tls_certificate_file, &table.certificate_file),
        either(&options.tls_private_key_file, &table.private_key_file),
    )?;
    let table = &file.operator_tls;
    let mut operator = pair(
        places.of("operator_tls"),
        either(
            &options.operator_tls_certificate_file,
            &table.certificate_file,
        ),
        either(
            &options.operator_tls_private_key_file,
            &table.private_key_file,
        ),
    )?;
    let client_ca = either(&options.operator_tls_client_ca_file, &table.client_ca_file);
    match &mut operator {
        Some(files) => files.client_ca = client_ca,
        None if client_ca.is_some() => bail!(
            "{}: client_ca_file is set and certificate_file is not\nhint: without a certificate \
             of its own the listener asks for none",
            places.of("operator_tls")
        ),
        None => {}
    }
    Ok((customers, operator))
}

/// Both files or none.
fn pair(
    place: String,
    certificate: Option<PathBuf>,
    private_key: Option<PathBuf>,
) -> anyhow::Result<Option<TlsFiles>> {
    match (certificate, private_key) {
        (Some(certificate), Some(private_key)) => Ok(Some(TlsFiles {
            place,
            certificate,
            private_key,
            client_ca: None,
        })),
        (None, None) => Ok(None),
        (Some(_), None) => bail!("{place}: certificate_file is set and private_key_file is not"),
        (None, Some(_)) => bail!("{place}: private_key_file is set and certificate_file is not"),
    }
}

/// A scheme, a place and perhaps a path: what addresses can be made from.
fn parse_public_url(url: &str) -> anyhow::Result<String> {
    let parsed: Option<hyper::Uri> = url.parse().ok();
    let usable = parsed.is_some_and(|uri| {
        matches!(uri.scheme_str(), Some("http" | "https"))
            && uri.host().is_some_and(|host| !host.is_empty())
            && uri.query().is_none()
    });
    if !usable {
        bail!("a public URL must be an address such as https://api.example.com, not `{url}`");
    }
    Ok(url.trim_end_matches('/').to_owned())
}

/// For the file, where the line is known.
pub(crate) fn check_public_url(url: &str) -> Result<(), String> {
    let parsed = parse_public_url(url).map(drop);
    parsed.map_err(|_| {
        "must be http:// or https:// with a host and perhaps a path\nhint: such as \
         https://api.example.com"
            .to_owned()
    })
}

/// For the file, where the line is known.
pub(crate) fn check_database(url: &str) -> Result<(), String> {
    let parsed = Database::parse(url.to_owned()).map(drop);
    parsed.map_err(|_| {
        "must be sqlite:PATH or postgres://…\nhint: such as sqlite:avtale.db, or \
         postgres://avtale@db.internal/avtale"
            .to_owned()
    })
}

/// For the file, where the line is known.
pub(crate) fn check_log(filter: &str) -> Result<(), String> {
    let parsed = parse_filter(filter).map(drop);
    parsed.map_err(|_| {
        "must be a filter of log lines\nhint: such as info, or warn,api=debug".to_owned()
    })
}
