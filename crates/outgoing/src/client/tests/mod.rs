//! Calls to servers of these tests on loopback addresses, with a resolver of their own.

mod answers;
mod encrypted;
mod hostile;
mod limits;
mod rebinding;
mod requests;
mod server;

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use super::dial::Resolver;
use super::*;

/// For calls that get their answer: nothing waits for its end.
const LONG: Duration = Duration::from_mins(1);
/// For calls that never get one.
const SHORT: Duration = Duration::from_millis(50);

fn settings(reach: Reach) -> Settings {
    Settings {
        reach,
        timeout: LONG,
        ca_file: None,
        longest_answer: 1000,
    }
}

fn public(also: &[&str]) -> Reach {
    let also = also.iter().map(|net| net.parse().expect(net)).collect();
    Reach::Public { also }
}

/// Answers each question with the next list of addresses, the last one over and over.
fn resolver(answers: &[&[&str]]) -> (Resolver, Arc<AtomicUsize>) {
    let answers: Vec<Vec<IpAddr>> = answers
        .iter()
        .map(|list| list.iter().map(|it| it.parse().expect(it)).collect())
        .collect();
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&asked);
    let resolver: Resolver = Arc::new(move |_, port| {
        let turn = counter.fetch_add(1, Ordering::SeqCst);
        let list = answers.get(turn).or(answers.last());
        let addresses: Vec<_> = list
            .into_iter()
            .flatten()
            .map(|ip| SocketAddr::new(*ip, port))
            .collect();
        Box::pin(async move { Ok(addresses) })
    });
    (resolver, asked)
}

fn client(settings: Settings) -> Client {
    // Whoever asks for a name here has not said which one.
    let (resolver, _) = resolver(&[&[]]);
    Client::with_resolver(settings, resolver).expect("a client")
}

fn post(to: Destination) -> Request {
    Request {
        method: Method::POST,
        to,
        headers: HeaderMap::new(),
        body: Bytes::from_static(b"{}"),
    }
}

async fn call(client: &Client, url: &str) -> Result<Answer, CallError> {
    let to = client.destination(url).expect(url);
    client.send(post(to)).await
}
