//! TLS on both listeners: who is let in, and certificates that change while connections are open.

use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use tempfile::TempDir;

use super::program::{Program, command};
use crate::app::{Process, processes};

pub(crate) const TESTS: &[Process] = processes![
    http_1_and_http_2_are_answered_over_tls,
    the_server_is_known_by_https_unless_told_otherwise,
    a_call_without_tls_is_refused,
    a_silent_caller_keeps_nobody_waiting,
    a_new_certificate_is_for_new_connections,
    a_certificate_that_cannot_be_used_leaves_the_old_one,
    a_key_of_another_certificate_stops_the_start,
    a_file_that_holds_no_certificate_stops_the_start,
    an_expired_certificate_is_told_at_the_start,
    the_operators_listener_asks_for_a_certificate,
    the_program_stops_in_good_order_with_tls,
];

const TLS: &[&str] = &[
    "--tls-certificate-file",
    "server.pem",
    "--tls-private-key-file",
    "server.key",
];
const ASK: &[u8] = b"GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n";

type Connection = StreamOwned<ClientConnection, TcpStream>;

/// Makes certificates, and trusts them.
struct Authority {
    folder: TempDir,
    issuer: CertifiedIssuer<'static, KeyPair>,
}

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        let issuer = CertifiedIssuer::self_signed(params, key).expect("an authority");
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("ca.pem"), issuer.pem()).expect("written");
        let authority = Self { folder, issuer };
        authority.certify("server");
        authority
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes `<name>.pem` and `<name>.key`, and gives the certificate.
    fn certify(&self, name: &str) -> CertificateDer<'static> {
        let params = CertificateParams::new(["localhost".to_owned()]).expect("a name");
        self.write(name, &params)
    }

    fn write(&self, name: &str, params: &CertificateParams) -> CertificateDer<'static> {
        let key = KeyPair::generate().expect("a key");
        let certificate = params.signed_by(&key, &self.issuer).expect("a certificate");
        let file = |ending| self.path().join(format!("{name}.{ending}"));
        fs::write(file("pem"), certificate.pem()).expect("written");
        fs::write(file("key"), key.serialize_pem()).expect("written");
        let owner = fs::Permissions::from_mode(0o600);
        fs::set_permissions(file("key"), owner).expect("changed");
        certificate.der().clone()
    }

    /// A connection that shows this certificate, if any, and can speak this protocol.
    fn connect(&self, to: SocketAddr, own: Option<&str>, protocol: &str) -> Connection {
        let mut roots = RootCertStore::empty();
        roots.add(self.issuer.der().clone()).expect("an authority");
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let builder = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_root_certificates(roots);
        let mut config = match own {
            None => builder.with_no_client_auth(),
            Some(name) => {
                let file = |ending| self.path().join(format!("{name}.{ending}"));
                let chain = CertificateDer::from_pem_file(file("pem")).expect("a certificate");
                let key = PrivateKeyDer::from_pem_file(file("key")).expect("a key");
                let config = builder.with_client_auth_cert(vec![chain], key);
                config.expect("a certificate with its key")
            }
        };
        config.alpn_protocols = vec![protocol.as_bytes().to_vec()];
        let name = ServerName::try_from("localhost").expect("a name");
        let session = ClientConnection::new(Arc::new(config), name).expect("a session");
        StreamOwned::new(session, TcpStream::connect(to).expect("a connection"))
    }

    fn https(&self, to: SocketAddr) -> Connection {
        self.connect(to, None, "http/1.1")
    }
}

/// The first line of an answer on an open connection, which stays open.
fn status(connection: &mut Connection) -> std::io::Result<String> {
    let (head, _) = ask(connection, ASK)?;
    Ok(head.lines().next().unwrap_or_default().to_owned())
}

/// The head and the body of an answer.
fn ask(connection: &mut Connection, request: &[u8]) -> std::io::Result<(String, String)> {
    connection.write_all(request)?;
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        connection.read_exact(&mut byte)?;
        head.extend(byte);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let lengths = head.lines().filter_map(|line| {
        let (name, value) = line.split_once(": ")?;
        let length = name.eq_ignore_ascii_case("content-length");
        length.then(|| value.parse::<usize>().expect("a length"))
    });
    let mut body = vec![0; lengths.sum()];
    connection.read_exact(&mut body)?;
    Ok((head, String::from_utf8_lossy(&body).into_owned()))
}

fn shown(connection: &Connection) -> CertificateDer<'static> {
    let chain = connection.conn.peer_certificates().expect("certificates");
    chain[0].clone().into_owned()
}

fn http_1_and_http_2_are_answered_over_tls() {
    let authority = Authority::new();
    let program = Program::serve(authority.path(), TLS);
    let mut connection = authority.https(program.address);
    assert_eq!(
        status(&mut connection).expect("an answer"),
        "HTTP/1.1 200 OK"
    );
    let chosen = connection.conn.alpn_protocol();
    assert_eq!(chosen, Some(&b"http/1.1"[..]));

    let mut connection = authority.connect(program.address, None, "h2");
    let preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
    connection.write_all(preface).expect("sent");
    // GET, https, the path and the authority, in the headers' own compression.
    let fields = b"\x82\x87\x04\x07/readyz\x01\x09localhost";
    let length = u8::try_from(fields.len()).expect("a short head");
    let head = [0, 0, length, 1, 5, 0, 0, 0, 1];
    connection
        .write_all(&[&head, &fields[..]].concat())
        .expect("sent");
    assert_eq!(connection.conn.alpn_protocol(), Some(&b"h2"[..]));
    loop {
        let mut head = [0; 9];
        connection.read_exact(&mut head).expect("a frame");
        let length = usize::from(head[1]) << 8 | usize::from(head[2]);
        let mut frame = vec![0; length];
        connection.read_exact(&mut frame).expect("a whole frame");
        if head[3] == 1 {
            assert_eq!(frame[0], 0x88, "the status is not 200: {frame:?}");
            break;
        }
    }
}

fn the_server_is_known_by_https_unless_told_otherwise() {
    let authority = Authority::new();
    let program = Program::serve(authority.path(), TLS);
    let request = b"GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let answer = ask(&mut authority.https(program.address), request);
    let (_, document) = answer.expect("an answer");
    let document: serde_json::Value = serde_json::from_str(&document).expect("a document");
    let servers = document["servers"].to_string();
    let own = format!("https://{}", program.address);
    assert!(servers.contains(&own), "{servers}");
}

fn a_call_without_tls_is_refused() {
    let authority = Authority::new();
    let program = Program::serve(authority.path(), TLS);
    let mut plain = TcpStream::connect(program.address).expect("a connection");
    plain.write_all(ASK).expect("sent");
    let mut answer = Vec::new();
    // A reset ends it as well as a close.
    drop(plain.read_to_end(&mut answer));
    let text = String::from_utf8_lossy(&answer);
    assert!(!text.contains("HTTP/"), "{text}");
    let mut plain = TcpStream::connect(program.operator_address).expect("a connection");
    plain.write_all(ASK).expect("sent");
    let mut answer = [0; 12];
    plain.read_exact(&mut answer).expect("an answer");
    assert_eq!(&answer, b"HTTP/1.1 200");
}

fn a_silent_caller_keeps_nobody_waiting() {
    let authority = Authority::new();
    let program = Program::serve(authority.path(), TLS);
    let connect = |_| TcpStream::connect(program.address).expect("a connection");
    let mut silent: Vec<_> = (0..50).map(connect).collect();
    let answer = status(&mut authority.https(program.address));
    assert_eq!(answer.expect("an answer"), "HTTP/1.1 200 OK");
    // The time limit ends it from the other side.
    let end = silent[0].read(&mut [0]);
    assert_eq!(end.expect("a close"), 0);
}

fn a_new_certificate_is_for_new_connections() {
    let authority = Authority::new();
    let mut program = Program::serve_logged(authority.path(), TLS);
    let mut old = authority.https(program.address);
    status(&mut old).expect("an answer");
    let new_one = authority.certify("server");
    program.hang_up();
    program.logged_until("certificate is read again");
    let mut new = authority.https(program.address);
    status(&mut new).expect("an answer");
    assert_eq!(shown(&new), new_one);
    assert_ne!(shown(&old), new_one);
    let answer = status(&mut old).expect("an answer on the old connection");
    assert_eq!(answer, "HTTP/1.1 200 OK");
}

fn a_certificate_that_cannot_be_used_leaves_the_old_one() {
    let authority = Authority::new();
    let mut program = Program::serve_logged(authority.path(), TLS);
    let mut connection = authority.https(program.address);
    status(&mut connection).expect("an answer");
    let old_one = shown(&connection);
    fs::write(authority.path().join("server.pem"), "half a cert").expect("written");
    program.hang_up();
    let log = program.logged_until("new certificate can't be used, the old one stays");
    assert!(
        log.contains("server.pem holds no certificate in PEM"),
        "{log}"
    );
    assert!(log.contains("\"level\":\"ERROR\""), "{log}");
    let mut connection = authority.https(program.address);
    status(&mut connection).expect("an answer");
    assert_eq!(shown(&connection), old_one);
    // Once it is whole, it is taken up.
    let new_one = authority.certify("server");
    program.hang_up();
    program.logged_until("certificate is read again");
    let mut connection = authority.https(program.address);
    status(&mut connection).expect("an answer");
    assert_eq!(shown(&connection), new_one);
}

/// What `serve` and `check-config` say before they end.
#[track_caller]
fn check_refused(authority: &Authority, words: &[&str]) {
    for name in ["serve", "check-config"] {
        let arguments = [&[name], TLS].concat();
        let output = command(authority.path(), &arguments).output();
        let output = output.expect("the program runs");
        let text = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{text}");
        for word in words {
            assert!(text.contains(word), "no {word} in: {text}");
        }
    }
}

fn a_key_of_another_certificate_stops_the_start() {
    let authority = Authority::new();
    authority.certify("other");
    let folder = authority.path();
    fs::copy(folder.join("other.key"), folder.join("server.key")).expect("copied");
    let words = [
        "error: tls: failed to use server.pem with server.key",
        "KeyMismatch",
    ];
    check_refused(&authority, &words);
}

fn a_file_that_holds_no_certificate_stops_the_start() {
    let authority = Authority::new();
    fs::write(authority.path().join("server.pem"), "x").expect("written");
    check_refused(&authority, &["server.pem holds no certificate", "\nhint: "]);
    fs::remove_file(authority.path().join("server.pem")).expect("removed");
    check_refused(&authority, &["error: tls: failed to read server.pem"]);
}

fn an_expired_certificate_is_told_at_the_start() {
    let authority = Authority::new();
    let mut params = CertificateParams::new(["localhost".to_owned()]).expect("a name");
    params.not_before = date_time_ymd(2019, 1, 1);
    params.not_after = date_time_ymd(2020, 1, 1);
    authority.write("server", &params);
    let mut program = Program::serve_logged(authority.path(), TLS);
    let log = program.logged_until("listening");
    let told = "the certificate in server.pem expired at 2020-01-01";
    assert!(log.contains(told) && log.contains("WARN"), "{log}");
}

fn the_operators_listener_asks_for_a_certificate() {
    let authority = Authority::new();
    let mut options = Vec::new();
    for (flag, file) in [
        ("--operator-tls-certificate-file", "server.pem"),
        ("--operator-tls-private-key-file", "server.key"),
        ("--operator-tls-client-ca-file", "ca.pem"),
    ] {
        options.extend([flag, file]);
    }
    let program = Program::serve(authority.path(), &options);
    let mut nobody = authority.https(program.operator_address);
    assert!(status(&mut nobody).is_err(), "let in without a certificate");
    Authority::new().write_stranger(&authority);
    let mut stranger = authority.connect(program.operator_address, Some("stranger"), "http/1.1");
    assert!(
        status(&mut stranger).is_err(),
        "let in by another authority"
    );
    authority.certify("desk");
    let mut known = authority.connect(program.operator_address, Some("desk"), "http/1.1");
    assert_eq!(status(&mut known).expect("an answer"), "HTTP/1.1 200 OK");
}

impl Authority {
    /// Someone whom this authority knows and the other does not, in the other's folder.
    fn write_stranger(&self, other: &Self) {
        self.certify("stranger");
        for file in ["stranger.pem", "stranger.key"] {
            fs::copy(self.path().join(file), other.path().join(file)).expect("copied");
        }
    }
}

fn the_program_stops_in_good_order_with_tls() {
    let authority = Authority::new();
    let mut program = Program::serve(authority.path(), TLS);
    let mut connection = authority.https(program.address);
    status(&mut connection).expect("an answer");
    let _silent = TcpStream::connect(program.address).expect("a connection");
    assert!(program.stop(), "it ended with another code than 0");
}
