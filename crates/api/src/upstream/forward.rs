//! One call to an upstream: read the request, ask the circuit, send, and turn what comes back, or
//! does not, into an answer.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::Request;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use domain::Clock;
use domain::access::Caller;
use http_body_util::Full;
use hyper::body::Incoming;
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};
use tracing::{Instrument, Span};

use super::answer::Publisher;
use super::circuit::Breaker;
use super::client::{Client, LARGEST_HEAD, UpstreamError, client};
use super::outgoing::{Identity, outgoing};
use super::passing_body::PassingBody;
use super::settings::{BaseUrl, UpstreamSettings};
use crate::Services;
use crate::edge::{RequestId, size};
use crate::error::{ApiError, ErrorCode};
use crate::extract::read_plain;
use crate::touched::Touched;

/// When to try again an upstream that has just failed.
const AFTER_A_FAILURE: Duration = Duration::from_secs(2);
/// When to try again where all places are taken.
const AFTER_A_CROWD: Duration = Duration::from_secs(1);

/// An HTTP service that serves an API in place of the built-in back end.
pub(crate) struct Upstream {
    /// For the log.
    api: String,
    base_url: BaseUrl,
    timeout: Duration,
    deadline: Duration,
    client: Client,
    places: Arc<Semaphore>,
    breaker: Breaker,
    publisher: Publisher,
}

impl Upstream {
    pub(super) fn new(
        settings: &UpstreamSettings,
        public_url: &str,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, UpstreamError> {
        Ok(Self {
            api: settings.api.clone(),
            base_url: settings.base_url.clone(),
            timeout: settings.timeout,
            deadline: settings.deadline,
            client: client(settings)?,
            places: Arc::new(Semaphore::new(settings.concurrency)),
            breaker: Breaker::new(clock, settings.api.clone()),
            publisher: Publisher::new(&settings.base_url, public_url),
        })
    }

    /// The upstream's answer to a request that the gateway has admitted.
    pub(crate) async fn serve(&self, services: &Services, request: Request) -> Response {
        let transaction = request.extensions().get::<RequestId>();
        let transaction = transaction.map_or("", |id| &id.0);
        let span = tracing::warn_span!("upstream", api = self.api, transaction);
        let answer = self.answer(services, request).instrument(span).await;
        answer.unwrap_or_else(IntoResponse::into_response)
    }

    /// The request is read whole before anything is done for it: whoever sends slowly, too much or
    /// half of it neither takes a place at the upstream nor makes it look broken.
    async fn answer(&self, services: &Services, request: Request) -> Result<Response, ApiError> {
        let (parts, body) = request.into_parts();
        let body = read_plain(&parts.headers, body).await?;
        let place = Arc::clone(&self.places)
            .try_acquire_owned()
            .map_err(|_| ApiError::new(ErrorCode::Overloaded).retry_after(AFTER_A_CROWD))?;
        let (request, touched) = self.outgoing(services, &parts, body.into()).await?;
        let attempt = self
            .breaker
            .attempt()
            .map_err(|wait| ApiError::new(ErrorCode::UpstreamUnavailable).retry_after(wait))?;
        let deadline = Box::pin(sleep(self.deadline));
        let response = match self.head(request).await {
            Ok(response) if !response.status().is_server_error() => {
                attempt.answered();
                response
            }
            Ok(response) => {
                attempt.failed();
                let status = response.status().as_u16();
                tracing::warn!(status, "an upstream failed");
                return Err(ApiError::new(ErrorCode::BackendFault));
            }
            Err(reason) => {
                attempt.failed();
                return Err(unavailable(&reason));
            }
        };
        let response =
            response.map(|body| PassingBody::new(body, deadline, place, Span::current()));
        let published = self.publisher.publish(&parts.method, response).await;
        let answer =
            published.map_err(|refusal| refusal.unwrap_or_else(|reason| unavailable(&reason)))?;
        Ok((touched, answer).into_response())
    }

    async fn outgoing(
        &self,
        services: &Services,
        parts: &Parts,
        body: Bytes,
    ) -> Result<(hyper::Request<Full<Bytes>>, Touched), ApiError> {
        // Admission put it there; a route that came around admission is our fault.
        let caller = parts.extensions.get::<Caller>();
        let caller = caller.ok_or_else(|| ApiError::new(ErrorCode::GatewayFault))?;
        let organizations = services.selfservice.list_organizations(caller).await?;
        let identity = Identity {
            caller,
            organizations: &organizations,
        };
        let request = outgoing(&self.base_url, parts, &identity, body)?;
        let reach = organizations.iter().map(|one| &one.number);
        Ok((request, Touched::presumed(reach)))
    }

    /// The answer's head, or why there is none.
    async fn head(
        &self,
        request: hyper::Request<Full<Bytes>>,
    ) -> Result<hyper::Response<Incoming>, String> {
        let answered = timeout(self.timeout, self.client.request(request)).await;
        let answered = answered.map_err(|_| "no answer in time".to_owned())?;
        let response = answered.map_err(|error| chain(&error))?;
        if size(response.headers()) > LARGEST_HEAD {
            return Err(format!("a head larger than {LARGEST_HEAD} bytes"));
        }
        Ok(response)
    }
}

/// The reason is for the log, and never for the caller.
fn unavailable(reason: &str) -> ApiError {
    tracing::warn!(error = reason, "an upstream did not answer");
    ApiError::new(ErrorCode::UpstreamUnavailable).retry_after(AFTER_A_FAILURE)
}

/// The whole chain of causes, on one line.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
