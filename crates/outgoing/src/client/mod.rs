//! The HTTP client for systems outside: HTTP/1.1 with bounded answers, without redirects, proxies,
//! cookies or decompression.

mod authorities;
mod dial;
#[cfg(test)]
mod tests;

use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::header::{RETRY_AFTER, USER_AGENT};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Incoming};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy;
use hyper_util::rt::{TokioExecutor, TokioTimer};

use crate::destination::{Destination, DestinationRefused, Reach};
use dial::{DialError, Dialer, Resolver};

pub use authorities::ClientError;

const WHO_WE_ARE: HeaderValue =
    HeaderValue::from_static(concat!("Avtale/", env!("CARGO_PKG_VERSION")));
const LARGEST_HEAD: usize = 64 * 1024;
/// Shorter than servers keep a connection without use, so that no call goes into a closing one.
const IDLE: Duration = Duration::from_secs(4);
const MOST_IDLE_CONNECTIONS_PER_HOST: usize = 8;
const LONGEST_WAIT: Duration = Duration::from_hours(24);

/// How a client calls.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Which addresses it calls.
    pub reach: Reach,
    /// How long a whole call may take, from the name's resolution to the last byte.
    pub timeout: Duration,
    /// Certificate authorities beside those of the system, in PEM.
    pub ca_file: Option<PathBuf>,
    /// The most bytes of a body that are read.
    pub longest_answer: usize,
}

/// Makes calls; its copies share their connections.
#[derive(Clone)]
pub struct Client {
    http: legacy::Client<HttpsConnector<Dialer>, Full<Bytes>>,
    reach: Arc<Reach>,
    timeout: Duration,
    longest_answer: usize,
}

/// One call.
pub struct Request {
    /// Nothing here depends on it: what is safe to repeat is for the sender to know.
    pub method: Method,
    /// Checked again by the client's own reach when it connects.
    pub to: Destination,
    /// What is sent beside `host`, `content-length` and, unless it is here, `user-agent`.
    pub headers: HeaderMap,
    /// May be empty.
    pub body: Bytes,
}

/// What came back, whatever its status: a redirect is an answer too.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Success or not: the sender decides what counts as what.
    pub status: StatusCode,
    /// At most 64 KiB of them.
    pub headers: HeaderMap,
    /// The bytes as they came, not decompressed.
    pub body: Bytes,
}

/// Why a call has no answer. The texts contain no part of the URL beyond its host.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// The destination may not be called; no connection was made.
    #[error(transparent)]
    Refused(#[from] DestinationRefused),
    /// No name, no connection, no trust, or a connection that broke.
    #[error("the other side cannot be reached: {0}")]
    Unreachable(String),
    /// The other side may have carried out the call all the same.
    #[error("no complete answer in time")]
    TimedOut,
    /// The other side has carried out the call all the same.
    #[error("the answer is too long")]
    AnswerTooLong,
}

impl Client {
    /// Reads the certificate authorities. A system without any is no error before the first call
    /// by https.
    pub fn new(settings: Settings) -> Result<Self, ClientError> {
        Self::with_resolver(settings, dial::system_resolver())
    }

    fn with_resolver(settings: Settings, resolver: Resolver) -> Result<Self, ClientError> {
        let authorities = authorities::authorities(settings.ca_file.as_deref())?;
        let reach = Arc::new(settings.reach);
        let dialer = Dialer {
            reach: Arc::clone(&reach),
            resolver,
            timeout: settings.timeout,
            trusts_somebody: !authorities.is_empty(),
        };
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(authorities::tls(authorities)?)
            .https_or_http()
            .enable_http1()
            .wrap_connector(dialer);
        let http = legacy::Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .pool_max_idle_per_host(MOST_IDLE_CONNECTIONS_PER_HOST)
            .http1_max_buf_size(LARGEST_HEAD)
            .build(connector);
        Ok(Self {
            http,
            reach,
            timeout: settings.timeout,
            longest_answer: settings.longest_answer,
        })
    }

    /// Checks a URL by this client's reach.
    pub fn destination(&self, url: &str) -> Result<Destination, DestinationRefused> {
        Destination::parse(url, &self.reach)
    }

    /// Makes one call. It is attempted again on a new connection only if a kept one turned out to be
    /// closed before anything was sent.
    pub async fn send(&self, request: Request) -> Result<Answer, CallError> {
        tokio::time::timeout(self.timeout, self.call(request))
            .await
            .unwrap_or(Err(CallError::TimedOut))
    }

    async fn call(&self, request: Request) -> Result<Answer, CallError> {
        let mut message = http::Request::new(Full::new(request.body));
        *message.method_mut() = request.method;
        *message.uri_mut() = request.to.uri().clone();
        *message.headers_mut() = request.headers;
        message
            .headers_mut()
            .entry(USER_AGENT)
            .or_insert(WHO_WE_ARE);
        let answer = self.http.request(message).await.map_err(|e| explain(&e))?;
        let (head, body) = answer.into_parts();
        Ok(Answer {
            status: head.status,
            headers: head.headers,
            body: self.read(body).await?,
        })
    }

    async fn read(&self, mut body: Incoming) -> Result<Bytes, CallError> {
        let announced = body.size_hint().lower();
        if usize::try_from(announced).is_ok_and(|length| length <= self.longest_answer) {
            let mut bytes = BytesMut::new();
            while let Some(frame) = body.frame().await {
                let frame = frame.map_err(|error| explain(&error))?;
                let Ok(data) = frame.into_data() else {
                    continue;
                };
                if data.len() > self.longest_answer - bytes.len() {
                    return Err(CallError::AnswerTooLong);
                }
                bytes.extend_from_slice(&data);
            }
            return Ok(bytes.freeze());
        }
        Err(CallError::AnswerTooLong)
    }
}

impl Answer {
    /// How long the other side asks to wait, a day at most. A date instead of seconds is not read.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        let text = self.headers.get(RETRY_AFTER)?.to_str().ok()?;
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        // Only digits: what does not fit is too large.
        let seconds = text.parse().unwrap_or(u64::MAX);
        Some(Duration::from_secs(seconds).min(LONGEST_WAIT))
    }
}

/// The innermost reason is the one that says something: those around it say "client error".
fn explain(error: &(dyn Error + 'static)) -> CallError {
    let mut innermost = error;
    loop {
        if let Some(DialError::Refused(refused)) = innermost.downcast_ref() {
            return CallError::Refused(*refused);
        }
        if let Some(dial) = innermost.downcast_ref::<DialError>() {
            return CallError::Unreachable(dial.to_string());
        }
        let parse = innermost.downcast_ref::<hyper::Error>();
        if parse.is_some_and(hyper::Error::is_parse_too_large) {
            return CallError::AnswerTooLong;
        }
        match innermost.source() {
            Some(source) => innermost = source,
            None => return CallError::Unreachable(innermost.to_string()),
        }
    }
}
