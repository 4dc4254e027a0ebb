//! The corpus of hostile URLs: none of them leads to a connection.

use std::net::TcpStream;

use super::server::{Server, Trap, send};
use super::*;

/// What the names among them have for addresses.
const FORBIDDEN: &[&[&str]] = &[
    &["127.0.0.1"],
    &["::1"],
    &["127.0.0.1", "::1"],
    // One public address does not make up for the other.
    &["8.8.8.8", "127.0.0.1"],
    &["2600::1", "::1"],
    &["::ffff:127.0.0.1"],
    &["64:ff9b::127.0.0.1"],
    &["0.0.0.0"],
    &["169.254.169.254"],
];

fn corpus(port: u16) -> Vec<String> {
    let text = include_str!("../../../tests/hostile_urls.txt");
    let lines = text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with("# "));
    let urls: Vec<_> = lines
        .map(|line| {
            line.replace("{port}", &port.to_string())
                .replace("{long}", &"a".repeat(2100))
                .replace("{space}", " ")
                .replace("{tab}", "\t")
                .replace("{newline}", "\n")
                .replace("{return}", "\r")
                .replace("{nul}", "\0")
                .replace("{shy}", "\u{ad}")
                .replace("{zwsp}", "\u{200b}")
        })
        .collect();
    assert!(urls.len() >= 300, "{}", urls.len());
    urls
}

fn clients() -> Vec<Client> {
    let of = |list: &&[&str]| {
        Client::with_resolver(settings(public(&[])), resolver(&[*list]).0).expect("a client")
    };
    FORBIDDEN.iter().map(of).collect()
}

#[tokio::test]
async fn no_hostile_url_leads_to_a_connection() {
    let trap = Trap::set();
    let clients = clients();
    let mut names = 0;
    for url in corpus(trap.port()) {
        for client in &clients {
            let Ok(to) = client.destination(&url) else {
                continue;
            };
            names += 1;
            let refused = client.send(post(to)).await.err();
            let address = Some(CallError::Refused(DestinationRefused::Address));
            assert_eq!(refused, address, "{url:?}");
        }
    }
    assert_eq!(trap.connections(), 0);
    // The rest was refused before: only names need a connection to be found out.
    assert!(names >= 20 * clients.len(), "{names}");
}

/// As if the check of the URL had let it through.
#[tokio::test]
async fn the_check_of_the_connection_does_not_rely_on_that_of_the_url() {
    let trap = Trap::set();
    let clients = clients();
    let mut calls = 0;
    for url in corpus(trap.port()) {
        let Ok(to) = Destination::parse(&url, &Reach::Anywhere) else {
            continue;
        };
        for client in &clients {
            calls += 1;
            let refused = client.send(post(to.clone())).await.err();
            assert!(
                matches!(refused, Some(CallError::Refused(_))),
                "{url:?}: {refused:?}"
            );
        }
    }
    assert_eq!(trap.connections(), 0);
    assert!(calls >= 200 * clients.len(), "{calls}");
}

#[test]
fn the_trap_notices_a_connection() {
    let trap = Trap::set();
    assert_eq!(trap.connections(), 0);
    TcpStream::connect(("127.0.0.1", trap.port())).expect("a connection");
    assert_eq!(trap.connections(), 1);
}

#[tokio::test]
async fn a_client_without_bounds_does_connect() {
    let answer = "HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n";
    let server = Server::start(move |stream| send(stream, answer));
    let client = client(settings(Reach::Anywhere));
    for host in ["127.0.0.1", "2130706433", "0x7f.1"] {
        let url = format!("http://{host}:{}/", server.address.port());
        let answer = call(&client, &url).await.expect(host);
        assert_eq!(answer.status, StatusCode::NO_CONTENT);
    }
}
