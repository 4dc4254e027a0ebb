//! Calls by https: whom the client believes.

use std::fs;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::server::{read_request, send};
use super::*;

struct Encrypted {
    port: u16,
    ca: String,
}

/// A server with a certificate for one name or address, signed by an authority of its own.
fn start(name: &str) -> Encrypted {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().expect("a key");
    let authority = CertifiedIssuer::self_signed(params, key).expect("an authority");
    let key = KeyPair::generate().expect("a key");
    let params = CertificateParams::new([name.to_owned()]).expect("a name");
    let certificate = params.signed_by(&key, &authority).expect("a certificate");
    let config = server_config(
        certificate.der().clone(),
        PrivateKeyDer::try_from(key.serialize_der()).expect("a key"),
    );
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let session = ServerConnection::new(Arc::clone(&config)).expect("a session");
            let mut stream = StreamOwned::new(session, stream.expect("a connection"));
            if !read_request(&mut stream).is_empty() {
                send(
                    &mut stream,
                    "HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n",
                );
            }
        }
    });
    let ca = authority.pem();
    Encrypted { port, ca }
}

fn server_config(
    certificate: CertificateDer<'static>,
    key: PrivateKeyDer<'static>,
) -> Arc<ServerConfig> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .expect("a certificate");
    Arc::new(config)
}

fn client_with(ca_file: Option<&str>) -> Result<Client, ClientError> {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("ca.pem");
    if let Some(text) = ca_file {
        fs::write(&file, text).expect("written");
    }
    let settings = Settings {
        ca_file: ca_file.is_some().then_some(file),
        ..settings(public(&["127.0.0.0/8"]))
    };
    let (resolver, _) = resolver(&[&["127.0.0.1"]]);
    Client::with_resolver(settings, resolver)
}

async fn status(client: &Client, host: &str, port: u16) -> Result<StatusCode, CallError> {
    let answer = call(client, &format!("https://{host}:{port}/?token=hidden")).await?;
    Ok(answer.status)
}

#[tokio::test]
async fn the_other_side_is_who_its_certificate_says() {
    for name in ["hooks.example", "127.0.0.1"] {
        let server = start(name);
        let client = client_with(Some(&server.ca)).expect("a client");
        let status = status(&client, name, server.port).await;
        assert_eq!(status, Ok(StatusCode::NO_CONTENT));
    }
}

#[tokio::test]
async fn a_certificate_for_another_name_is_refused() {
    let server = start("other.example");
    let client = client_with(Some(&server.ca)).expect("a client");
    for host in ["hooks.example", "127.0.0.1", "a.other.example"] {
        let error = status(&client, host, server.port).await;
        let error = error.expect_err(host).to_string();
        assert!(error.contains("not valid for name"), "{error}");
        assert!(!error.contains("hidden"), "{error}");
    }
}

#[tokio::test]
async fn a_certificate_of_an_unknown_authority_is_refused() {
    let server = start("hooks.example");
    let other = start("hooks.example");
    let client = client_with(Some(&other.ca)).expect("a client");
    let error = status(&client, "hooks.example", server.port).await;
    assert!(matches!(error, Err(CallError::Unreachable(_))), "{error:?}");
    let client = client_with(None).expect("a client");
    let error = status(&client, "hooks.example", server.port).await;
    assert!(matches!(error, Err(CallError::Unreachable(_))), "{error:?}");
}

#[test]
fn a_file_without_certificates_keeps_the_client_from_being_made() {
    for text in [
        "",
        "nothing",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    ] {
        let error = client_with(Some(text)).err().expect("an error").to_string();
        assert!(
            error.starts_with("failed to read certificates from "),
            "{error}"
        );
    }
    let missing = Settings {
        ca_file: Some(PathBuf::from("/nowhere/ca.pem")),
        ..settings(Reach::Anywhere)
    };
    assert!(matches!(
        Client::new(missing),
        Err(ClientError::CaFile { .. })
    ));
}
