//! Answers: given as they come, whatever their status.

use super::server::{Server, Trap, send};
use super::*;

async fn answer(text: &str) -> Answer {
    let text = text.to_owned();
    let server = Server::start(move |stream| send(stream, &text));
    let client = client(settings(Reach::Anywhere));
    call(&client, &server.url()).await.expect("an answer")
}

#[tokio::test]
async fn redirects_are_answers_and_lead_nowhere() {
    let trap = Trap::set();
    for status in [301, 302, 303, 307, 308] {
        let to = format!("http://127.0.0.1:{}/", trap.port());
        let text = format!("HTTP/1.1 {status} \r\nlocation: {to}\r\ncontent-length: 0\r\n\r\n");
        let answer = answer(&text).await;
        assert_eq!(answer.status, status);
        assert_eq!(answer.headers["location"], to);
    }
    assert_eq!(trap.connections(), 0);
}

#[tokio::test]
async fn failures_are_answers_too() {
    for status in [400, 404, 410, 429, 500, 503] {
        let text = format!("HTTP/1.1 {status} \r\ncontent-length: 2\r\n\r\nno");
        let answer = answer(&text).await;
        assert_eq!(answer.status, status);
        assert_eq!(answer.body, "no");
    }
}

#[tokio::test]
async fn a_body_is_not_decompressed() {
    let text = "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 4\r\n\r\nabcd";
    assert_eq!(answer(text).await.body, "abcd");
}

#[tokio::test]
async fn a_body_in_pieces_is_put_together() {
    let text =
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nab\r\n3\r\ncde\r\n0\r\n\r\n";
    assert_eq!(answer(text).await.body, "abcde");
}

#[test]
fn the_wait_that_is_asked_for_is_read_in_seconds_and_is_a_day_at_most() {
    let day = Some(Duration::from_hours(24));
    for (text, expected) in [
        ("0", Some(Duration::ZERO)),
        ("120", Some(Duration::from_mins(2))),
        ("86400", day),
        ("86401", day),
        ("99999999999999999999999999", day),
        ("", None),
        ("-1", None),
        ("+1", None),
        ("1.5", None),
        ("1 ", None),
        ("soon", None),
        ("Wed, 21 Oct 2026 07:28:00 GMT", None),
    ] {
        let mut answer = Answer {
            status: StatusCode::TOO_MANY_REQUESTS,
            headers: HeaderMap::new(),
            body: Bytes::new(),
        };
        assert_eq!(answer.retry_after(), None);
        answer
            .headers
            .insert(RETRY_AFTER, HeaderValue::from_static(text));
        assert_eq!(answer.retry_after(), expected, "{text}");
    }
}
