//! Whom TLS trusts: the system's certificate authorities, and those of a file on top.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};

/// What keeps a client from being made.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The file of certificate authorities can't be used.
    #[error("failed to read certificates from {file}: {reason}")]
    CaFile {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The TLS library refuses its own defaults.
    #[error("failed to set up TLS: {0}")]
    Tls(#[from] rustls::Error),
}

pub(super) fn authorities(ca_file: Option<&Path>) -> Result<RootCertStore, ClientError> {
    let mut store = RootCertStore::empty();
    // Systems have some that no longer parse; the others still count.
    store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if let Some(file) = ca_file {
        add_file(&mut store, file).map_err(|reason| ClientError::CaFile {
            file: file.to_owned(),
            reason,
        })?;
    }
    Ok(store)
}

pub(super) fn tls(authorities: RootCertStore) -> Result<ClientConfig, rustls::Error> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    Ok(ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(authorities)
        .with_no_client_auth())
}

fn add_file(store: &mut RootCertStore, file: &Path) -> Result<(), String> {
    let certificates: Vec<_> = CertificateDer::pem_file_iter(file)
        .and_then(Iterator::collect)
        .map_err(|error| error.to_string())?;
    if certificates.is_empty() {
        return Err("there are none in it".to_owned());
    }
    for certificate in certificates {
        store.add(certificate).map_err(|error| error.to_string())?;
    }
    Ok(())
}
