//! What is sent, and what errors say.

use std::net::TcpListener;

use crate::{Secret, headers, verify};

use super::server::{Server, send};
use super::*;

const ANSWER: &str = "HTTP/1.1 200 OK\r\nset-cookie: a=b\r\nconnection: close\r\n\r\n";

#[tokio::test]
async fn nothing_is_sent_that_nobody_asked_for() {
    let server = Server::start(|stream| send(stream, ANSWER));
    let client = client(settings(Reach::Anywhere));
    // The second one shows that the cookie of the first answer is forgotten.
    for _ in 0..2 {
        call(&client, &server.url()).await.expect("an answer");
        let (host, version) = (server.address, env!("CARGO_PKG_VERSION"));
        let expected = format!(
            "POST /hook?token=hidden HTTP/1.1\r\nuser-agent: Avtale/{version}\r\nhost: {host}\r\n\
             content-length: 2\r\n\r\n{{}}"
        );
        assert_eq!(server.request(), expected);
    }
}

#[tokio::test]
async fn a_signed_call_arrives_as_it_was_signed() {
    let server = Server::start(|stream| send(stream, ANSWER));
    let client = client(settings(Reach::Anywhere));
    let secret = Secret::new(&[1; 32]);
    let body = Bytes::from_static(br#"{"type":"order.completed"}"#);
    let mut request = post(client.destination(&server.url()).expect("a destination"));
    request.headers = headers(std::slice::from_ref(&secret), "msg_1", 1_000, &body);
    request
        .headers
        .insert(USER_AGENT, HeaderValue::from_static("Other/1"));
    request.body = body;
    // From a task of its own, as the sender of many calls makes them.
    let sent = tokio::spawn(async move { client.clone().send(request).await });
    sent.await.expect("a task").expect("an answer");
    let text = server.request();
    let (head, body) = text.split_once("\r\n\r\n").expect("a body");
    let mut received = HeaderMap::new();
    for line in head.lines().skip(1) {
        let (name, value) = line.split_once(": ").expect("a header");
        let name: http::HeaderName = name.parse().expect("a name");
        received.append(name, value.parse().expect("a value"));
    }
    assert_eq!(verify(&secret, &received, body.as_bytes(), 1_000), Ok(()));
    assert_eq!(received["user-agent"], "Other/1");
}

#[tokio::test]
async fn an_error_does_not_repeat_the_url() {
    // At an address of its own, so that no other test gets the same port.
    let listener = TcpListener::bind("127.0.0.4:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    drop(listener);
    let client = client(settings(Reach::Anywhere));
    let url = format!("http://{address}/path-hidden?token=hidden");
    let error = call(&client, &url).await.expect_err("no answer");
    assert!(matches!(error, CallError::Unreachable(_)), "{error:?}");
    assert!(
        !format!("{error} {error:?}").contains("hidden"),
        "{error:?}"
    );
}
