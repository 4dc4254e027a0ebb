//! An upstream behind TLS.

use std::fs;
use std::path::Path;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};

use crate::world::{AGREEMENTS, Upstream, World, expect_code, facts};

/// Writes an authority's certificate, and a server's for one name, into a folder.
fn certify(folder: &Path, name: &str) {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().expect("a key");
    let authority = CertifiedIssuer::self_signed(params, key).expect("an authority");
    let key = KeyPair::generate().expect("a key");
    let params = CertificateParams::new([name.to_owned()]).expect("a name");
    let server = params.signed_by(&key, &authority).expect("a certificate");
    for (file, text) in [
        ("ca.pem", authority.pem()),
        ("server.pem", server.pem()),
        ("server.key", key.serialize_pem()),
    ] {
        fs::write(folder.join(file), text).expect("written");
    }
}

/// An upstream with a certificate for this name, and a server that trusts its authority or not.
async fn answer(name: &str, trusted: bool) -> reqwest::Response {
    let folder = tempfile::tempdir().expect("a folder");
    certify(folder.path(), name);
    let file = |name: &str| folder.path().join(name);
    let upstream = Upstream::start_with("echo", &[&file("server.pem"), &file("server.key")]);
    let more = if trusted {
        format!("ca_file = \"{}\"", file("ca.pem").display())
    } else {
        String::new()
    };
    let world = World::start(&format!("https://localhost:{}", upstream.port), &more).await;
    world.get(AGREEMENTS).await
}

#[tokio::test]
async fn an_upstream_is_who_its_certificate_says() {
    assert_eq!(answer("localhost", true).await.status(), 200);
    expect_code(facts(answer("other.internal", true).await).await, 503_200);
    // The system's authorities have not signed it.
    expect_code(facts(answer("localhost", false).await).await, 503_200);
}
