//! A customer's endpoint: a real HTTP server on this machine that does what a test wants.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use outgoing::{Secret, VerifyError};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio_util::task::AbortOnDropHandle;

/// What a receiver does with a call.
#[derive(Debug, Clone, Copy)]
pub(super) enum Behavior {
    Answer(u16),
    /// 503 with so many seconds to wait.
    RetryAfter(u32),
    /// A redirect to itself.
    Redirect,
    Hang,
    /// This status, but not before it is told to answer.
    WhenTold(u16),
}

/// A call that has arrived.
#[derive(Debug, Clone)]
pub(super) struct Received {
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

#[derive(Default)]
struct Shared {
    calls: Mutex<Vec<Received>>,
    script: Mutex<VecDeque<Behavior>>,
    arrived: Notify,
    told: Notify,
}

/// Answers 204 unless it is told otherwise.
pub(super) struct Receiver {
    pub(super) url: String,
    shared: Arc<Shared>,
    _server: AbortOnDropHandle<()>,
}

impl Receiver {
    pub(super) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let shared = Arc::<Shared>::default();
        let router = Router::new()
            .fallback(receive)
            .with_state(Arc::clone(&shared));
        let server = tokio::spawn(async move {
            axum::serve(listener, router).await.expect("a server");
        });
        Self {
            url: format!("http://{address}/hook?token=abc"),
            shared,
            _server: AbortOnDropHandle::new(server),
        }
    }

    /// What it does with the next calls, one after another.
    pub(super) fn will(&self, behaviors: &[Behavior]) {
        let mut script = self.shared.script.lock().expect("the script");
        script.extend(behaviors);
    }

    /// The calls since this was last asked.
    pub(super) fn received(&self) -> Vec<Received> {
        std::mem::take(&mut *self.shared.calls.lock().expect("the calls"))
    }

    /// Waits until a call has arrived, whether or not it was answered.
    pub(super) async fn arrival(&self) {
        self.shared.arrived.notified().await;
    }

    /// Lets a call be answered that waits for it.
    pub(super) fn answer(&self) {
        self.shared.told.notify_one();
    }
}

async fn receive(State(shared): State<Arc<Shared>>, headers: HeaderMap, body: Bytes) -> Response {
    let received = Received { headers, body };
    shared.calls.lock().expect("the calls").push(received);
    shared.arrived.notify_one();
    let behavior = shared.script.lock().expect("the script").pop_front();
    match behavior {
        None => StatusCode::NO_CONTENT.into_response(),
        Some(Behavior::Answer(status)) => {
            let status = StatusCode::from_u16(status).expect("a status");
            (status, "perhaps a page").into_response()
        }
        Some(Behavior::RetryAfter(seconds)) => {
            let wait = [(header::RETRY_AFTER, seconds.to_string())];
            (StatusCode::SERVICE_UNAVAILABLE, wait).into_response()
        }
        Some(Behavior::Redirect) => {
            (StatusCode::FOUND, [(header::LOCATION, "/elsewhere")]).into_response()
        }
        Some(Behavior::Hang) => std::future::pending().await,
        Some(Behavior::WhenTold(status)) => {
            shared.told.notified().await;
            let status = StatusCode::from_u16(status).expect("a status");
            status.into_response()
        }
    }
}

impl Received {
    pub(super) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name).expect("the header");
        value.to_str().expect("a text")
    }

    /// The event.
    pub(super) fn event(&self) -> Value {
        serde_json::from_slice(&self.body).expect("JSON")
    }

    /// The event's number within its organization.
    pub(super) fn sequence(&self) -> u64 {
        let event = self.event();
        let sequence = event["sequence"].as_str().expect("a text");
        sequence.parse().expect("a number")
    }

    /// Whether the holder of this secret has signed it just now.
    pub(super) fn verify(&self, secret: &str, now: jiff::Timestamp) -> Result<(), VerifyError> {
        let secret = Secret::parse(secret).expect("a secret");
        outgoing::verify(&secret, &self.headers, &self.body, now.as_second())
    }
}
