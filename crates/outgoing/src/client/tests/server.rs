//! A server that answers as a test wants it, and a trap that nobody may connect to.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::thread;

pub(super) struct Server {
    pub(super) address: SocketAddr,
    requests: Receiver<String>,
}

impl Server {
    /// Reads one request per connection, answers, and closes the connection.
    pub(super) fn start(answer: impl Fn(&mut TcpStream) + Send + 'static) -> Self {
        Self::start_at("127.0.0.1:0", answer)
    }

    pub(super) fn start_at(at: &str, answer: impl Fn(&mut TcpStream) + Send + 'static) -> Self {
        let listener = TcpListener::bind(at).expect("a port");
        let address = listener.local_addr().expect("an address");
        let (sender, requests) = channel();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.expect("a connection");
                let request = read_request(&mut stream);
                if sender.send(request).is_err() {
                    return;
                }
                answer(&mut stream);
            }
        });
        Self { address, requests }
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}/hook?token=hidden", self.address)
    }

    pub(super) fn request(&self) -> String {
        self.requests.recv().expect("a request")
    }
}

/// Sends an answer in one piece. A client that hung up does not disturb the server.
pub(super) fn send(stream: &mut impl Write, text: &str) {
    let _ = stream.write_all(text.as_bytes());
    let _ = stream.flush();
}

/// Ends when the client has gone.
pub(super) fn wait_for_the_end(stream: &mut impl Read) {
    let mut buffer = [0; 100];
    while stream.read(&mut buffer).is_ok_and(|length| length > 0) {}
}

pub(super) fn read_request(stream: &mut impl Read) -> String {
    let mut text = String::new();
    let mut byte = [0];
    let mut left = None;
    while left != Some(0) && stream.read(&mut byte).is_ok_and(|length| length > 0) {
        text.push(char::from(byte[0]));
        left = left.map(|left: usize| left - 1);
        if left.is_none() && text.ends_with("\r\n\r\n") {
            let length = text
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "));
            left = Some(length.map_or(0, |length| length.parse().expect("a length")));
        }
    }
    text
}

/// Listens at both loopback addresses, where the machine has both.
pub(super) struct Trap(Vec<TcpListener>);

impl Trap {
    pub(super) fn set() -> Self {
        let first = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = first.local_addr().expect("an address").port();
        let second = TcpListener::bind(("::1", port)).ok();
        let listeners: Vec<_> = [first].into_iter().chain(second).collect();
        for listener in &listeners {
            listener.set_nonblocking(true).expect("a mode");
        }
        Self(listeners)
    }

    pub(super) fn port(&self) -> u16 {
        self.0[0].local_addr().expect("an address").port()
    }

    /// The connections since the last time. One is there as soon as its client says so.
    pub(super) fn connections(&self) -> usize {
        let mut count = 0;
        for listener in &self.0 {
            let refused = loop {
                match listener.accept() {
                    Ok(_) => count += 1,
                    Err(error) => break error,
                }
            };
            assert_eq!(refused.kind(), ErrorKind::WouldBlock);
        }
        count
    }
}
