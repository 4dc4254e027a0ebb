//! Where callers come in: a bound socket with its certificate, before it is known what it serves.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use domain::Clock;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::listener::{Listener, bind};
use crate::tls::{Tls, TlsFiles};
use crate::trusted_proxies::TrustedProxies;

/// One of the two listeners.
pub(crate) struct Door {
    socket: TcpListener,
    tls: Option<Tls>,
    /// Its own address, as one on this machine calls it.
    pub(crate) url: String,
}

impl Door {
    /// Binds; the flag is for the message if that can't be done.
    pub(crate) async fn open(
        address: SocketAddr,
        flag: &str,
        files: Option<TlsFiles>,
        clock: Arc<dyn Clock>,
    ) -> anyhow::Result<Self> {
        let tls = files.map(|files| Tls::start(files, clock)).transpose()?;
        let socket = bind(address, flag).await?;
        let scheme = if tls.is_some() { "https" } else { "http" };
        let url = format!("{scheme}://{}", socket.local_addr()?);
        Ok(Self { socket, tls, url })
    }

    /// Lets callers in until it is told to stop.
    pub(crate) fn serve(
        self,
        router: Router,
        proxies: TrustedProxies,
        tasks: &TaskTracker,
        stop: &CancellationToken,
    ) {
        let current = self.tls.as_ref().map(Tls::current);
        tasks.spawn(Listener::new(self.socket, router, proxies, current).run(stop.clone()));
        if let Some(tls) = self.tls {
            tasks.spawn(tls.keep_current(stop.clone()));
        }
    }
}
