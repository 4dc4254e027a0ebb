//! What only a socket can send: requests that are too large, cut off, slow, odd, or many at once.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

use tempfile::TempDir;

use super::program::Program;
use crate::app::{Process, processes};

pub(crate) const TESTS: &[Process] = processes![
    a_large_body_gets_an_answer,
    a_length_beyond_all_bounds_gets_an_answer,
    large_headers_get_an_answer,
    pipelined_requests_are_answered_in_order,
    half_a_request_disturbs_nobody,
    a_slow_header_does_not_block_others,
    what_is_no_request_gets_an_answer_or_a_close,
    a_caller_that_waits_to_send_its_body_is_told_to_go_on,
    the_operators_figures_are_on_its_own_listener_alone,
];

/// Longer than any answer may take here, and shorter than a person's patience.
const PATIENCE: Duration = Duration::from_secs(9);

fn serve() -> (TempDir, Program) {
    let folder = tempfile::tempdir().expect("a folder");
    let program = Program::serve(folder.path(), &["--limits", "off"]);
    (folder, program)
}

fn connect(program: &Program) -> TcpStream {
    let socket = TcpStream::connect(program.address).expect("a connection");
    socket
        .set_read_timeout(Some(PATIENCE))
        .expect("a time limit");
    socket
        .set_write_timeout(Some(PATIENCE))
        .expect("a time limit");
    socket
}

/// Sends a request that asks to close, as far as the other side takes it, and reads the answer.
fn exchange(program: &Program, bytes: &[u8]) -> String {
    let mut socket = connect(program);
    // Whoever refuses a request early need not read the rest of it.
    drop(socket.write_all(bytes));
    read_to_end(&mut socket)
}

/// The same with no more to come, for what is no whole request.
fn exchange_part(program: &Program, bytes: &[u8]) -> String {
    let mut socket = connect(program);
    drop(socket.write_all(bytes));
    drop(socket.shutdown(Shutdown::Write));
    read_to_end(&mut socket)
}

#[track_caller]
fn read_to_end(socket: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    match socket.read_to_end(&mut answer) {
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
            panic!("neither an answer nor a close in {PATIENCE:?}")
        }
        _ => String::from_utf8_lossy(&answer).into_owned(),
    }
}

/// A healthy server answers an ordinary request, and soon.
#[track_caller]
fn assert_alive(program: &Program) {
    let answer = exchange(
        program,
        b"GET /readyz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    );
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
}

const PLACE: &str = "POST /corporate-agreements/v2/orders HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\
                     Content-Type: application/json\r\n";

fn a_large_body_gets_an_answer() {
    let (_folder, program) = serve();
    let form = "x".repeat(1024 * 1024);
    let head = format!(
        "POST /oauth/v2/token HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
        form.len()
    );
    let answer = exchange(&program, format!("{head}{form}").as_bytes());
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    assert!(answer.contains("\"errorCode\":413900"), "{answer}");
    // Without a token, the credentials' fault comes first, however large the body is.
    let request = format!("{PLACE}Content-Length: {}\r\n\r\n{form}", form.len());
    let answer = exchange(&program, request.as_bytes());
    assert!(answer.starts_with("HTTP/1.1 401 "), "{answer}");
    assert_alive(&program);
}

fn a_length_beyond_all_bounds_gets_an_answer() {
    let (_folder, program) = serve();
    let head = "POST /oauth/v2/token HTTP/1.1\r\nHost: x\r\nConnection: close\r\n";
    for length in ["1073741824", "9223372036854775807"] {
        let answer = exchange_part(
            &program,
            format!("{head}Content-Length: {length}\r\n\r\nx").as_bytes(),
        );
        let status = answer.get(..12).unwrap_or_default();
        assert!(
            matches!(status, "HTTP/1.1 413" | "HTTP/1.1 400" | ""),
            "{answer}"
        );
    }
    let chunk = format!("100000\r\n{}\r\n", "x".repeat(0x10_0000));
    let request = format!(
        "{head}Transfer-Encoding: chunked\r\n\r\n{}",
        chunk.repeat(8)
    );
    let answer = exchange(&program, format!("{request}0\r\n\r\n").as_bytes());
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    assert_alive(&program);
}

fn large_headers_get_an_answer() {
    let (_folder, program) = serve();
    for size in [20_000, 100_000, 1_000_000] {
        let header = "x".repeat(size);
        let request = format!(
            "GET /readyz HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Large: {header}\r\n\r\n"
        );
        let answer = exchange(&program, request.as_bytes());
        assert!(answer.starts_with("HTTP/1.1 431 "), "{size}: {answer}");
    }
    let many = "X-Many: 1
"
    .repeat(2_000);
    let request = format!("GET /readyz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{many}\r\n");
    let answer = exchange(&program, request.as_bytes());
    assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");
    assert_alive(&program);
}

fn pipelined_requests_are_answered_in_order() {
    let (_folder, program) = serve();
    let request = |number| {
        format!(
            "GET /nothing/{number} HTTP/1.1\r\nHost: x\r\nX-Request-Id: pipelined-{number}\r\n\r\n"
        )
    };
    let all: String = (0..50).map(request).collect();
    let last = "GET /nothing HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    let answer = exchange(&program, format!("{all}{last}").as_bytes());
    let ids: Vec<_> = answer
        .lines()
        .filter_map(|line| line.strip_prefix("x-request-id: pipelined-"))
        .filter_map(|number| number.parse::<usize>().ok())
        .collect();
    assert_eq!(ids, (0..50).collect::<Vec<_>>());
}

fn half_a_request_disturbs_nobody() {
    let (_folder, program) = serve();
    for half in [
        "G",
        "GET /readyz HTTP/1.1\r\nHost: x",
        "GET /readyz HTTP/1.1\r\nHost: x\r\n",
        &format!("{PLACE}Content-Length: 100\r\n\r\n{{\"type\":"),
        &format!("{PLACE}Transfer-Encoding: chunked\r\n\r\n5\r\nabc"),
    ] {
        exchange_part(&program, half.as_bytes());
        let mut socket = connect(&program);
        socket.write_all(half.as_bytes()).expect("written");
        drop(socket);
    }
    assert_alive(&program);
}

fn a_slow_header_does_not_block_others() {
    let (_folder, program) = serve();
    let mut slow: Vec<_> = (0..100).map(|_| connect(&program)).collect();
    for byte in b"GET / HT" {
        for socket in &mut slow {
            socket.write_all(&[*byte]).expect("written");
        }
        assert_alive(&program);
    }
}

fn what_is_no_request_gets_an_answer_or_a_close() {
    let (_folder, program) = serve();
    let order = r#"{"type":"ADD_PRODUCT"}"#;
    let requests: Vec<Vec<u8>> = vec![
        b"\r\n\r\n".to_vec(),
        b"hello\r\n\r\n".to_vec(),
        b"GET /readyz\r\n\r\n".to_vec(),
        b"GET /readyz HTTP/9.9\r\n\r\n".to_vec(),
        b"GET  /readyz  HTTP/1.1\r\nHost: x\r\n\r\n".to_vec(),
        b"GET /\x00 HTTP/1.1\r\nHost: x\r\n\r\n".to_vec(),
        b"GET /\xff HTTP/1.1\r\nHost: x\r\n\r\n".to_vec(),
        b"GET / HTTP/1.1\r\nHost : x\r\n\r\n".to_vec(),
        b"GET / HTTP/1.1\r\nX: a\r\n b\r\n\r\n".to_vec(),
        b"GET / HTTP/1.1\r\nX: \x00\r\n\r\n".to_vec(),
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".to_vec(),
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(),
        vec![0; 100_000],
        vec![0xff; 100_000],
        format!("{PLACE}Content-Length: 1\r\nContent-Length: 2\r\n\r\n{order}").into_bytes(),
        format!("{PLACE}Content-Length: x\r\n\r\n{order}").into_bytes(),
        format!("{PLACE}Content-Length: -1\r\n\r\n{order}").into_bytes(),
        format!("{PLACE}Transfer-Encoding: x\r\n\r\n{order}").into_bytes(),
        format!("{PLACE}Transfer-Encoding: chunked\r\n\r\nzz\r\n{order}").into_bytes(),
    ];
    for request in requests {
        let answer = exchange_part(&program, &request);
        let shown = String::from_utf8_lossy(&request[..request.len().min(80)]).into_owned();
        let status = answer.get(..10).unwrap_or_default();
        assert!(!status.starts_with("HTTP/1.1 5"), "{shown}: {answer}");
    }
    assert_alive(&program);
}

fn a_caller_that_waits_to_send_its_body_is_told_to_go_on() {
    let (_folder, program) = serve();
    let mut socket = connect(&program);
    let head = "POST /oauth/v2/token HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\
                Content-Length: 19\r\nExpect: 100-continue\r\n\r\n";
    socket.write_all(head.as_bytes()).expect("written");
    let mut go_on = [0; 25];
    socket.read_exact(&mut go_on).expect("the word to go on");
    assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n");
    socket.write_all(b"grant_type=password").expect("written");
    let answer = read_to_end(&mut socket);
    assert!(answer.starts_with("HTTP/1.1 401 "), "{answer}");
}

fn the_operators_figures_are_on_its_own_listener_alone() {
    let (_folder, program) = serve();
    let request = b"GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    let outside = exchange(&program, request);
    assert!(outside.starts_with("HTTP/1.1 404 "), "{outside}");
    let mut inside = TcpStream::connect(program.operator_address).expect("a connection");
    inside
        .set_read_timeout(Some(PATIENCE))
        .expect("a time limit");
    inside.write_all(request).expect("written");
    let figures = read_to_end(&mut inside);
    assert!(
        figures.starts_with("HTTP/1.1 200 ") && figures.contains("http_requests_total"),
        "{figures}"
    );
}
