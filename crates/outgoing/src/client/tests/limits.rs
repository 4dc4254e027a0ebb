//! Time and length: what a call may take at most.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;

use super::server::{Server, Trap, send, wait_for_the_end};
use super::*;

async fn outcome(answer: impl Fn(&mut TcpStream) + Send + 'static, timeout: Duration) -> Outcome {
    let server = Server::start(answer);
    let client = client(Settings {
        timeout,
        ..settings(Reach::Anywhere)
    });
    call(&client, &server.url())
        .await
        .map(|answer| answer.body.len())
}

type Outcome = Result<usize, CallError>;

/// One byte every now and then, until the client has gone.
fn drip(stream: &mut TcpStream, piece: &str) {
    let pause = Some(Duration::from_millis(5));
    stream.set_read_timeout(pause).expect("a timeout");
    loop {
        let sent = stream.write_all(piece.as_bytes());
        match stream.read(&mut [0]) {
            Err(error) if sent.is_ok() && error.kind() == ErrorKind::WouldBlock => {}
            _ => return,
        }
    }
}

#[tokio::test]
async fn a_server_that_never_answers_is_given_up() {
    let silent = outcome(wait_for_the_end, SHORT).await;
    assert_eq!(silent, Err(CallError::TimedOut));
    // One that does not even speak TLS.
    let trap = Trap::set();
    let client = client(Settings {
        timeout: SHORT,
        ..settings(Reach::Anywhere)
    });
    let url = format!("https://127.0.0.1:{}/", trap.port());
    assert_eq!(call(&client, &url).await.err(), Some(CallError::TimedOut));
}

#[tokio::test]
async fn a_server_that_sends_byte_by_byte_does_not_get_more_time_for_it() {
    let head = outcome(
        |stream| {
            send(stream, "HTTP/1.1 200 OK\r\nx: ");
            drip(stream, "a");
        },
        SHORT,
    );
    assert_eq!(head.await, Err(CallError::TimedOut));
    let body = outcome(
        |stream| {
            send(stream, "HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n");
            drip(stream, "a");
        },
        SHORT,
    );
    assert_eq!(body.await, Err(CallError::TimedOut));
}

#[tokio::test]
async fn a_name_that_is_never_resolved_is_given_up() {
    let resolver: Resolver = Arc::new(|_, _| Box::pin(std::future::pending()));
    let settings = Settings {
        timeout: SHORT,
        ..settings(Reach::Anywhere)
    };
    let client = Client::with_resolver(settings, resolver).expect("a client");
    let error = call(&client, "http://slow.example/").await.err();
    assert_eq!(error, Some(CallError::TimedOut));
}

#[tokio::test]
async fn an_answer_may_be_as_long_as_the_bound_and_not_longer() {
    for (length, expected) in [
        (0, Ok(0)),
        (1000, Ok(1000)),
        (1001, Err(CallError::AnswerTooLong)),
    ] {
        let announced = outcome(
            move |stream| {
                let body = "a".repeat(length);
                send(
                    stream,
                    &format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{body}"),
                );
            },
            LONG,
        );
        assert_eq!(announced.await, expected, "{length}");
        let until_the_end = outcome(
            move |stream| {
                let body = "a".repeat(length);
                send(
                    stream,
                    &format!("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{body}"),
                );
            },
            LONG,
        );
        assert_eq!(until_the_end.await, expected, "{length}");
    }
}

#[tokio::test]
async fn an_announced_length_above_the_bound_is_not_waited_for() {
    let endless = outcome(
        |stream| {
            send(
                stream,
                "HTTP/1.1 200 OK\r\ncontent-length: 18446744073709551614\r\n\r\n",
            );
            wait_for_the_end(stream);
        },
        LONG,
    );
    assert_eq!(endless.await, Err(CallError::AnswerTooLong));
}

#[tokio::test]
async fn an_endless_answer_is_read_up_to_the_bound() {
    let endless = outcome(
        |stream| {
            send(
                stream,
                "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n",
            );
            while stream.write_all(b"5\r\nabcde\r\n").is_ok() {}
        },
        LONG,
    );
    assert_eq!(endless.await, Err(CallError::AnswerTooLong));
}

#[tokio::test]
async fn an_endless_head_is_read_up_to_the_bound() {
    let endless = outcome(
        |stream| {
            send(stream, "HTTP/1.1 200 OK\r\nx: ");
            while stream.write_all(&[b'a'; 1000]).is_ok() {}
        },
        LONG,
    );
    assert_eq!(endless.await, Err(CallError::AnswerTooLong));
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_no_answer() {
    for text in [
        "",
        "HTTP/1.1 200",
        "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nab",
        "SSH-2.0-OpenSSH\r\n\r\n",
    ] {
        let broken = outcome(move |stream| send(stream, text), LONG).await;
        assert!(
            matches!(broken, Err(CallError::Unreachable(_))),
            "{text}: {broken:?}"
        );
    }
}
