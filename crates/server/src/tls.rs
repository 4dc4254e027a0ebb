//! TLS on a listener: the certificate and its key, read at the start and again when they change.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use domain::Clock;
use jiff::{Timestamp, ToSpan};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

/// How often the files are looked at.
const LOOK: Duration = Duration::from_mins(1);
/// An operator has this long to get a new certificate once the log says so.
const DAYS_BEFORE_EXPIRY: i64 = 14;

/// The files of one listener.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TlsFiles {
    /// How messages about them begin: where they are set.
    pub(crate) place: String,
    pub(crate) certificate: PathBuf,
    pub(crate) private_key: PathBuf,
    /// Who signs the certificates of those who call; none asks for no certificate.
    pub(crate) client_ca: Option<PathBuf>,
}

/// What a listener shakes hands with, always the newest.
pub(crate) type Current = watch::Receiver<Arc<ServerConfig>>;

/// One listener's certificate as it is in use.
pub(crate) struct Tls {
    files: TlsFiles,
    /// What was read last, whether it was of use or not.
    seen: Contents,
    current: watch::Sender<Arc<ServerConfig>>,
    clock: Arc<dyn Clock>,
    hangup: Signal,
}

#[derive(PartialEq, Eq)]
struct Contents {
    certificate: Vec<u8>,
    private_key: Vec<u8>,
    client_ca: Option<Vec<u8>>,
}

impl TlsFiles {
    /// Whether the files can be used, and what to tell about them although they can.
    pub(crate) fn check(&self, now: Timestamp) -> anyhow::Result<Option<String>> {
        let contents = Contents::read(self)?;
        contents.config(self)?;
        Ok(contents.warning(self, now))
    }
}

impl Tls {
    /// From now on, the signal to hang up no longer ends the program.
    pub(crate) fn start(files: TlsFiles, clock: Arc<dyn Clock>) -> anyhow::Result<Self> {
        let seen = Contents::read(&files)?;
        let (current, _) = watch::channel(seen.config(&files)?);
        Ok(Self {
            files,
            seen,
            current,
            clock,
            hangup: signal(SignalKind::hangup())?,
        })
    }

    pub(crate) fn current(&self) -> Current {
        self.current.subscribe()
    }

    /// Reads the files again at SIGHUP, and takes up changes within a minute without being told.
    pub(crate) async fn keep_current(self, stop: CancellationToken) {
        self.look_every(LOOK, stop).await;
    }

    async fn look_every(mut self, pause: Duration, stop: CancellationToken) {
        let mut ticks = interval(pause);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        // The first is at once.
        ticks.tick().await;
        loop {
            let asked = tokio::select! {
                () = stop.cancelled() => return,
                _ = ticks.tick() => false,
                _ = self.hangup.recv() => true,
            };
            let files = self.files.clone();
            match tokio::task::spawn_blocking(move || Contents::read(&files)).await {
                Ok(Ok(contents)) => self.take_up(contents, asked),
                Ok(Err(error)) => self.keep(&error),
                Err(error) => self.keep(&error.into()),
            }
        }
    }

    fn take_up(&mut self, contents: Contents, asked: bool) {
        if contents == self.seen && !asked {
            return;
        }
        self.seen = contents;
        match self.seen.config(&self.files) {
            Ok(config) => {
                self.current.send_replace(config);
                let file = self.files.certificate.display();
                tracing::info!(%file, "certificate is read again");
                if let Some(warning) = self.seen.warning(&self.files, self.clock.now()) {
                    tracing::warn!(warning, "certificate should be replaced");
                }
            }
            Err(error) => self.keep(&error),
        }
    }

    fn keep(&self, error: &anyhow::Error) {
        let error = format!("{error:#}");
        let file = self.files.certificate.display();
        tracing::error!(%file, error, "new certificate can't be used, the old one stays");
    }
}

impl Contents {
    fn read(files: &TlsFiles) -> anyhow::Result<Self> {
        let read = |path: &Path| {
            std::fs::read(path)
                .with_context(|| format!("failed to read {}", path.display()))
                .with_context(|| files.place.clone())
        };
        Ok(Self {
            certificate: read(&files.certificate)?,
            private_key: read(&files.private_key)?,
            client_ca: files.client_ca.as_deref().map(read).transpose()?,
        })
    }

    fn config(&self, files: &TlsFiles) -> anyhow::Result<Arc<ServerConfig>> {
        self.try_config(files).with_context(|| files.place.clone())
    }

    fn try_config(&self, files: &TlsFiles) -> anyhow::Result<Arc<ServerConfig>> {
        let chain = certificates(&files.certificate, &self.certificate)?;
        let key = PrivateKeyDer::from_pem_slice(&self.private_key).with_context(|| {
            let shown = files.private_key.display();
            format!("{shown} holds no private key in PEM\nhint: one begins with -----BEGIN PRIVATE KEY-----")
        })?;
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let versions = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()?;
        let verified = match (&files.client_ca, &self.client_ca) {
            (Some(path), Some(pem)) => {
                let mut roots = RootCertStore::empty();
                for authority in certificates(path, pem)? {
                    roots
                        .add(authority)
                        .with_context(|| format!("failed to use {}", path.display()))?;
                }
                let verifier =
                    WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
                versions.with_client_cert_verifier(verifier.build()?)
            }
            _ => versions.with_no_client_auth(),
        };
        let mut config = verified.with_single_cert(chain, key).with_context(|| {
            let (certificate, key) = (files.certificate.display(), files.private_key.display());
            format!("failed to use {certificate} with {key}")
        })?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }

    /// What is wrong with the certificate's time, if anything is or will be soon.
    fn warning(&self, files: &TlsFiles, now: Timestamp) -> Option<String> {
        let shown = files.certificate.display();
        let first = CertificateDer::from_pem_slice(&self.certificate).ok()?;
        let (_, parsed) = x509_parser::parse_x509_certificate(&first).ok()?;
        let time = |time: x509_parser::time::ASN1Time| Timestamp::from_second(time.timestamp());
        let begins = time(parsed.validity().not_before).ok()?;
        let ends = time(parsed.validity().not_after).ok()?;
        let soon = now + (DAYS_BEFORE_EXPIRY * 24).hours();
        if ends <= now {
            Some(format!("the certificate in {shown} expired at {ends}"))
        } else if now < begins {
            Some(format!(
                "the certificate in {shown} is not valid before {begins}"
            ))
        } else if ends <= soon {
            Some(format!("the certificate in {shown} expires at {ends}"))
        } else {
            None
        }
    }
}

fn certificates(path: &Path, pem: &[u8]) -> anyhow::Result<Vec<CertificateDer<'static>>> {
    let shown = path.display();
    let all: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    let all = all.with_context(|| format!("failed to read certificates from {shown}"))?;
    if all.is_empty() {
        bail!(
            "{shown} holds no certificate in PEM\nhint: one begins with -----BEGIN CERTIFICATE-----"
        );
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use rcgen::{CertificateParams, KeyPair};

    use super::*;
    use crate::system::SystemClock;

    /// A certificate that signed itself, with its key.
    fn certify(files: &TlsFiles) {
        let params = CertificateParams::new(["localhost".to_owned()]).expect("a name");
        let key = KeyPair::generate().expect("a key");
        let certificate = params.self_signed(&key).expect("a certificate");
        fs::write(&files.private_key, key.serialize_pem()).expect("written");
        fs::write(&files.certificate, certificate.pem()).expect("written");
    }

    #[tokio::test]
    async fn a_new_certificate_is_taken_up_without_being_told() {
        let folder = tempfile::tempdir().expect("a folder");
        let files = TlsFiles {
            place: "tls".to_owned(),
            certificate: folder.path().join("server.pem"),
            private_key: folder.path().join("server.key"),
            client_ca: None,
        };
        certify(&files);
        let tls = Tls::start(files.clone(), Arc::new(SystemClock)).expect("a certificate");
        let mut current = tls.current();
        let before = Arc::clone(&current.borrow_and_update());
        let stop = CancellationToken::new();
        let keeper = tokio::spawn(tls.look_every(Duration::from_millis(1), stop.clone()));
        certify(&files);
        current.changed().await.expect("a new certificate");
        assert!(!Arc::ptr_eq(&before, &current.borrow()));
        stop.cancel();
        keeper.await.expect("its end");
    }
}
