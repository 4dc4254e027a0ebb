//! The flags and variables of the settings: those that every command with a database has, and all
//! of them, which a server has.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;

use crate::cli::ResponseStyle;
use crate::fulfillment::parse_way;
use crate::settings::help;

/// What may be said by flag, by environment variable, or in the file, in this order: which database,
/// and with which key.
#[derive(Args, Clone, Default)]
pub(crate) struct StoreOptions {
    #[arg(long, env = "AVTALE_CONFIG", value_name = "FILE", help = help("config"))]
    pub(crate) config: Option<PathBuf>,

    #[arg(long, env = "AVTALE_DATABASE", value_name = "URL", hide_env_values = true, help = help("database"))]
    pub(crate) database: Option<String>,

    #[arg(long, env = "AVTALE_DATABASE_PASSWORD_FILE", value_name = "FILE", help = help("database-password-file"))]
    pub(crate) database_password_file: Option<PathBuf>,

    #[arg(long, env = "AVTALE_KEY_FILE", value_name = "FILE", help = help("key-file"))]
    pub(crate) key_file: Option<PathBuf>,
}

/// All that may be said in the same way: what a server does.
#[derive(Args, Clone, Default)]
pub(crate) struct Options {
    #[command(flatten)]
    pub(crate) store: StoreOptions,

    #[arg(long, env = "AVTALE_LISTEN", value_name = "ADDR", help = help("listen"))]
    pub(crate) listen: Option<SocketAddr>,

    #[arg(long, env = "AVTALE_OPERATOR_LISTEN", value_name = "ADDR", help = help("operator-listen"))]
    pub(crate) operator_listen: Option<SocketAddr>,

    #[arg(long, env = "AVTALE_PUBLIC_URL", value_name = "URL", help = help("public-url"))]
    pub(crate) public_url: Option<String>,

    #[arg(long, env = "AVTALE_OPERATOR_PUBLIC_URL", value_name = "URL", help = help("operator-public-url"))]
    pub(crate) operator_public_url: Option<String>,

    #[arg(long, env = "AVTALE_TLS_CERTIFICATE_FILE", value_name = "FILE", help = help("tls-certificate-file"))]
    pub(crate) tls_certificate_file: Option<PathBuf>,

    #[arg(long, env = "AVTALE_TLS_PRIVATE_KEY_FILE", value_name = "FILE", help = help("tls-private-key-file"))]
    pub(crate) tls_private_key_file: Option<PathBuf>,

    #[arg(long, env = "AVTALE_OPERATOR_TLS_CERTIFICATE_FILE", value_name = "FILE", help = help("operator-tls-certificate-file"))]
    pub(crate) operator_tls_certificate_file: Option<PathBuf>,

    #[arg(long, env = "AVTALE_OPERATOR_TLS_PRIVATE_KEY_FILE", value_name = "FILE", help = help("operator-tls-private-key-file"))]
    pub(crate) operator_tls_private_key_file: Option<PathBuf>,

    #[arg(long, env = "AVTALE_OPERATOR_TLS_CLIENT_CA_FILE", value_name = "FILE", help = help("operator-tls-client-ca-file"))]
    pub(crate) operator_tls_client_ca_file: Option<PathBuf>,

    #[arg(long, env = "AVTALE_RESPONSE_STYLE", value_name = "STYLE", hide_possible_values = true, help = help("response-style"))]
    pub(crate) response_style: Option<ResponseStyle>,

    #[arg(long, env = "AVTALE_STRICT_CODES", value_name = "BOOL", help = help("strict-codes"))]
    pub(crate) strict_codes: Option<bool>,

    #[arg(long, env = "AVTALE_ACCOUNT_VISIBLE_AFTER", value_name = "SECONDS", value_parser = clap::value_parser!(u8).range(0..=60), help = help("account-visible-after"))]
    pub(crate) account_visible_after: Option<u8>,

    #[arg(long, env = "AVTALE_FULFILLMENT", value_name = "WAY", value_parser = parse_way, help = help("fulfillment"))]
    pub(crate) fulfillment: Option<domain::FulfillmentWay>,

    #[arg(long, env = "AVTALE_TRUSTED_PROXIES", value_name = "NETWORKS", value_delimiter = ',', help = help("trusted-proxies"))]
    pub(crate) trusted_proxies: Option<Vec<ipnet::IpNet>>,

    #[arg(long, env = "AVTALE_NOTIFICATIONS_ALLOW_NETWORKS", value_name = "NETWORKS", value_delimiter = ',', help = help("notifications-allow-networks"))]
    pub(crate) notifications_allow_networks: Option<Vec<ipnet::IpNet>>,

    #[arg(long, env = "AVTALE_LOG", value_name = "FILTER", help = help("log"))]
    pub(crate) log: Option<String>,
}

impl From<&StoreOptions> for Options {
    /// For a command that serves nothing, so that only the file says anything about the rest.
    fn from(store: &StoreOptions) -> Self {
        Self {
            store: store.clone(),
            ..Self::default()
        }
    }
}
