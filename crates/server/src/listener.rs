//! One listening socket: accepts connections, serves a router on each, ends them in good order.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use api::ClientNetwork;
use axum::Router;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;
use web::ClientAddress;

use crate::tls::Current;
use crate::trusted_proxies::TrustedProxies;

/// How long a caller may take to send a request's head.
const HEAD: Duration = Duration::from_secs(10);
/// How long a caller may take until both sides agree on the encryption.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// How long open requests may take to end once the server is told to stop.
const DRAIN: Duration = Duration::from_secs(10);
/// What a connection may keep of a head that has not been read; beyond it hyper answers 431.
const BUFFER: usize = 64 * 1024;
const STREAMS: u32 = 200;
/// A pause after the system refuses a new connection, so that the loop does not spin.
const BACK_OFF: Duration = Duration::from_millis(50);

/// A bound socket with what it serves.
pub(crate) struct Listener {
    socket: TcpListener,
    router: Router,
    proxies: Arc<TrustedProxies>,
    tls: Option<Current>,
    builder: Builder<TokioExecutor>,
}

/// A socket that is bound already, before it is known what it serves.
pub(crate) async fn bind(address: SocketAddr, flag: &str) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| {
        let hint = format!(
            "another program may use the port; try {flag} {}:0",
            address.ip()
        );
        format!("failed to listen on {address}\nhint: {hint}")
    })
}

/// Says at the start what a caller can use up at most.
pub(crate) fn announce_limits() {
    tracing::info!(
        head_seconds = HEAD.as_secs(),
        head_bytes = BUFFER,
        streams = STREAMS,
        handshake_seconds = HANDSHAKE.as_secs(),
        drain_seconds = DRAIN.as_secs(),
        "limits of a connection"
    );
}

impl Listener {
    pub(crate) fn new(
        socket: TcpListener,
        router: Router,
        proxies: TrustedProxies,
        tls: Option<Current>,
    ) -> Self {
        let mut builder = Builder::new(TokioExecutor::new());
        builder
            .http1()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD)
            // Some callers close their side as soon as they have asked.
            .half_close(true)
            .max_buf_size(BUFFER)
            .max_headers(256);
        builder
            .http2()
            .timer(TokioTimer::new())
            .max_concurrent_streams(STREAMS)
            .max_header_list_size(32 * 1024)
            .keep_alive_interval(Duration::from_secs(30));
        Self {
            socket,
            router,
            proxies: Arc::new(proxies),
            tls,
            builder,
        }
    }

    /// Serves until it is told to stop, then lets open requests end.
    pub(crate) async fn run(self, stop: CancellationToken) {
        let graceful = GracefulShutdown::new();
        loop {
            tokio::select! {
                () = stop.cancelled() => break,
                accepted = self.socket.accept() => match accepted {
                    Ok((stream, peer)) => self.accept(stream, peer, &graceful, &stop),
                    Err(error) => {
                        tracing::warn!(%error, "failed to accept a connection");
                        tokio::time::sleep(BACK_OFF).await;
                    }
                },
            }
        }
        drop(self.socket);
        if tokio::time::timeout(DRAIN, graceful.shutdown())
            .await
            .is_err()
        {
            tracing::warn!("some requests did not end in time");
        }
    }

    /// Goes on at once: whoever is slow at the handshake keeps nobody waiting.
    fn accept(
        &self,
        stream: TcpStream,
        peer: SocketAddr,
        graceful: &GracefulShutdown,
        stop: &CancellationToken,
    ) {
        // Answers are small and complete; waiting to fill a packet would only delay them.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "no TCP_NODELAY");
        }
        let connection = Connection {
            router: self.router.clone(),
            proxies: Arc::clone(&self.proxies),
            builder: self.builder.clone(),
            peer,
            watcher: graceful.watcher(),
        };
        let Some(tls) = &self.tls else {
            tokio::spawn(connection.serve(stream));
            return;
        };
        // From here on, this connection keeps the certificate that it began with.
        let acceptor = TlsAcceptor::from(Arc::clone(&tls.borrow()));
        let stop = stop.clone();
        tokio::spawn(async move {
            let handshake = tokio::time::timeout(HANDSHAKE, acceptor.accept(stream));
            tokio::select! {
                // Nothing has been asked yet, so there is nothing to bring to an end.
                () = stop.cancelled() => {}
                shaken = handshake => match shaken {
                    Ok(Ok(stream)) => connection.serve(stream).await,
                    Ok(Err(error)) => tracing::debug!(%error, "a handshake failed"),
                    Err(_) => tracing::debug!("a handshake took too long"),
                },
            }
        });
    }
}

/// One caller's connection.
struct Connection {
    router: Router,
    proxies: Arc<TrustedProxies>,
    builder: Builder<TokioExecutor>,
    peer: SocketAddr,
    watcher: Watcher,
}

impl Connection {
    async fn serve<S>(self, stream: S)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let (router, proxies, peer) = (self.router, self.proxies, self.peer);
        let service = service_fn(move |mut request: hyper::Request<hyper::body::Incoming>| {
            let client = proxies.client(peer.ip(), request.headers());
            request.extensions_mut().insert(ClientNetwork(client));
            request.extensions_mut().insert(ClientAddress(client));
            router.clone().oneshot(request.map(axum::body::Body::new))
        });
        let connection = self
            .builder
            .serve_connection(TokioIo::new(stream), service)
            .into_owned();
        if let Err(error) = self.watcher.watch(connection).await {
            tracing::debug!(%error, "a connection ended early");
        }
    }
}
