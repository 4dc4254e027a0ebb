//! Names whose addresses change, or are not all allowed.

use super::server::{Server, Trap, send};
use super::*;

const ANSWER: &str = "HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n";
/// Stands for the public addresses, so that no test calls one.
const ALLOWED: &str = "127.0.0.2";

fn allowed() -> Reach {
    public(&["127.0.0.2/32"])
}

const ADDRESS_REFUSED: CallError = CallError::Refused(DestinationRefused::Address);

#[tokio::test]
async fn a_name_that_becomes_loopback_is_refused_from_then_on() {
    let server = Server::start_at("127.0.0.2:0", |stream| send(stream, ANSWER));
    let (resolver, asked) = resolver(&[&[ALLOWED], &["127.0.0.1"]]);
    let client = Client::with_resolver(settings(allowed()), resolver).expect("a client");
    let url = format!("http://rebind.example:{}/", server.address.port());
    let answer = call(&client, &url).await.expect("an answer");
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    // It was asked once: the address that was checked is the one that was called.
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    assert_eq!(call(&client, &url).await.err(), Some(ADDRESS_REFUSED));
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_name_with_one_forbidden_address_is_not_called_at_the_others_either() {
    let trap = Trap::set();
    for addresses in [[ALLOWED, "127.0.0.1"], ["127.0.0.1", ALLOWED]] {
        let (resolver, _) = resolver(&[&addresses]);
        let client = Client::with_resolver(settings(allowed()), resolver).expect("a client");
        let url = format!("http://both.example:{}/", trap.port());
        assert_eq!(call(&client, &url).await.err(), Some(ADDRESS_REFUSED));
    }
    assert_eq!(trap.connections(), 0);
}

#[tokio::test]
async fn a_name_with_a_public_address_is_not_called_by_http() {
    let (resolver, _) = resolver(&[&["8.8.8.8"], &[ALLOWED, "8.8.8.8"]]);
    let client = Client::with_resolver(settings(allowed()), resolver).expect("a client");
    for _ in 0..2 {
        let refused = call(&client, "http://public.example/").await.err();
        let plain = CallError::Refused(DestinationRefused::PlainHttp);
        assert_eq!(refused, Some(plain));
    }
}

#[tokio::test]
async fn the_next_address_is_called_when_the_first_has_no_listener() {
    let server = Server::start(|stream| send(stream, ANSWER));
    let (resolver, _) = resolver(&[&["127.0.0.3", "127.0.0.1"]]);
    let client = Client::with_resolver(settings(Reach::Anywhere), resolver).expect("a client");
    let url = format!("http://two.example:{}/", server.address.port());
    let answer = call(&client, &url).await.expect("an answer");
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn a_name_without_addresses_cannot_be_reached() {
    let client = client(settings(Reach::Anywhere));
    let error = call(&client, "http://nowhere.example/?token=hidden").await;
    let text = error.expect_err("no answer").to_string();
    assert_eq!(
        text,
        "the other side cannot be reached: the name has no address"
    );
}

#[tokio::test]
async fn the_systems_resolver_knows_localhost() {
    let server = Server::start(|stream| send(stream, ANSWER));
    let client = Client::new(settings(Reach::Anywhere)).expect("a client");
    let url = format!("http://localhost:{}/", server.address.port());
    let answer = call(&client, &url).await.expect("an answer");
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn the_systems_resolver_gives_addresses_that_are_checked() {
    let trap = Trap::set();
    let client = Client::new(settings(public(&[]))).expect("a client");
    let url = format!("https://localhost:{}/", trap.port());
    let to = Destination::parse(&url, &Reach::Anywhere).expect("a destination");
    assert_eq!(client.send(post(to)).await.err(), Some(ADDRESS_REFUSED));
    assert_eq!(trap.connections(), 0);
}
