//! The HTTP client of one upstream: HTTP/1.1, bounded connections, no redirects, no proxies.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use http_body_util::Full;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};

use super::settings::UpstreamSettings;

/// The largest head of an answer. The client bounds what it keeps by it, but lets through what comes in
/// with one last read.
pub(super) const LARGEST_HEAD: usize = 64 * 1024;
/// Shorter than servers keep a connection without use, so that no call goes into a closing one.
const IDLE: Duration = Duration::from_secs(4);

pub(super) type Client = legacy::Client<HttpsConnector<HttpConnector>, Full<Bytes>>;

/// What keeps an upstream from being used as it is set.
#[derive(Debug, thiserror::Error)]
pub enum UpstreamError {
    /// No API of this name.
    #[error("no API `{0}` that an upstream could serve")]
    UnknownApi(String),
    /// Two back ends for one API.
    #[error("two upstreams for the API `{0}`")]
    SecondForApi(String),
    /// Limits that let nothing through.
    #[error(
        "upstream `{0}`: all limits must be above zero, and the deadline not before the timeout"
    )]
    Limits(String),
    /// The file of certificate authorities can't be used.
    #[error("failed to read certificates from {file}: {reason}")]
    CaFile {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The system trusts nobody.
    #[error("the system has no certificate authorities; set ca_file")]
    NoAuthorities,
    /// The TLS library refuses its own defaults.
    #[error("failed to set up TLS: {0}")]
    Tls(#[from] rustls::Error),
}

pub(super) fn client(settings: &UpstreamSettings) -> Result<Client, UpstreamError> {
    let mut http = HttpConnector::new();
    http.enforce_http(false);
    http.set_nodelay(true);
    http.set_connect_timeout(Some(settings.timeout));
    let https = HttpsConnectorBuilder::new()
        .with_tls_config(tls(settings)?)
        .https_or_http()
        .enable_http1()
        .wrap_connector(http);
    Ok(legacy::Client::builder(TokioExecutor::new())
        .pool_timer(TokioTimer::new())
        .pool_idle_timeout(IDLE)
        .pool_max_idle_per_host(settings.concurrency)
        .http1_max_buf_size(LARGEST_HEAD)
        .build(https))
}

fn tls(settings: &UpstreamSettings) -> Result<ClientConfig, UpstreamError> {
    let authorities = match &settings.ca_file {
        _ if !settings.base_url.is_encrypted() => RootCertStore::empty(),
        Some(file) => authorities_of(file)?,
        None => authorities_of_the_system()?,
    };
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    Ok(ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(authorities)
        .with_no_client_auth())
}

fn authorities_of(file: &Path) -> Result<RootCertStore, UpstreamError> {
    let refuse = |reason: String| UpstreamError::CaFile {
        file: file.to_owned(),
        reason,
    };
    let certificates: Vec<_> = CertificateDer::pem_file_iter(file)
        .and_then(Iterator::collect)
        .map_err(|error| refuse(error.to_string()))?;
    if certificates.is_empty() {
        return Err(refuse("there are none in it".to_owned()));
    }
    let mut store = RootCertStore::empty();
    for certificate in certificates {
        store
            .add(certificate)
            .map_err(|error| refuse(error.to_string()))?;
    }
    Ok(store)
}

fn authorities_of_the_system() -> Result<RootCertStore, UpstreamError> {
    let mut store = RootCertStore::empty();
    // Systems have some that no longer parse; the others still count.
    let (added, _) =
        store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if added == 0 {
        return Err(UpstreamError::NoAuthorities);
    }
    Ok(store)
}
