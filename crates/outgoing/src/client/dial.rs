//! Makes connections: asks for the addresses of a name once, checks each, and connects to one of
//! those. Nothing asks again, so a name that changes its address in between gains nothing.

use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use http::uri::Scheme;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tower::Service;

use crate::destination::{DestinationRefused, Reach};

type Pending<T, E> = Pin<Box<dyn Future<Output = Result<T, E>> + Send>>;

/// Gives the addresses of a name; tests have their own.
pub(super) type Resolver =
    Arc<dyn Fn(String, u16) -> Pending<Vec<SocketAddr>, io::Error> + Send + Sync>;

/// The resolver of the operating system.
pub(super) fn system_resolver() -> Resolver {
    Arc::new(|name, port| {
        Box::pin(async move {
            let addresses = tokio::net::lookup_host((name, port)).await?;
            Ok(addresses.collect())
        })
    })
}

#[derive(Clone)]
pub(super) struct Dialer {
    pub(super) reach: Arc<Reach>,
    pub(super) resolver: Resolver,
    /// Shared by the addresses of a name, so that one that does not answer leaves time for the next.
    pub(super) timeout: Duration,
    pub(super) trusts_somebody: bool,
}

#[derive(Debug, thiserror::Error)]
pub(super) enum DialError {
    #[error(transparent)]
    Refused(#[from] DestinationRefused),
    #[error("the system has no certificate authorities, and no file with some is set")]
    NoAuthorities,
    #[error("failed to resolve the name: {0}")]
    Name(io::Error),
    #[error("the name has no address")]
    NoAddress,
    #[error("failed to connect: {0}")]
    Connect(io::Error),
}

impl Service<Uri> for Dialer {
    type Response = TokioIo<TcpStream>;
    type Error = DialError;
    type Future = Pending<Self::Response, DialError>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), DialError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let dialer = self.clone();
        Box::pin(async move { dialer.dial(&uri).await.map(TokioIo::new) })
    }
}

impl Dialer {
    async fn dial(&self, uri: &Uri) -> Result<TcpStream, DialError> {
        let encrypted = uri.scheme() == Some(&Scheme::HTTPS);
        if encrypted && !self.trusts_somebody {
            return Err(DialError::NoAuthorities);
        }
        let addresses = self.addresses(uri, encrypted).await?;
        for address in &addresses {
            self.reach.check(address.ip(), encrypted)?;
        }
        let share = self.timeout / u32::try_from(addresses.len()).unwrap_or(u32::MAX).max(1);
        let mut failed = DialError::NoAddress;
        for address in addresses {
            match tokio::time::timeout(share, TcpStream::connect(address)).await {
                Ok(Ok(stream)) => {
                    // A call is written in one go; there is nothing to wait for.
                    stream.set_nodelay(true).map_err(DialError::Connect)?;
                    return Ok(stream);
                }
                Ok(Err(error)) => failed = DialError::Connect(error),
                Err(_) => failed = DialError::Connect(io::ErrorKind::TimedOut.into()),
            }
        }
        Err(failed)
    }

    async fn addresses(&self, uri: &Uri, encrypted: bool) -> Result<Vec<SocketAddr>, DialError> {
        let host = uri.host().unwrap_or_default();
        let port = uri.port_u16().unwrap_or(if encrypted { 443 } else { 80 });
        let literal = host.trim_start_matches('[').trim_end_matches(']');
        if let Ok(address) = literal.parse::<IpAddr>() {
            return Ok(vec![SocketAddr::new(address, port)]);
        }
        (self.resolver)(host.to_owned(), port)
            .await
            .map_err(DialError::Name)
    }
}
