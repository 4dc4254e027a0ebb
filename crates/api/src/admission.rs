//! The layer in front of every operation: finds out which one is called, and asks the gateway.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use gateway::{Call, Refusal, Refused};

use crate::Services;
use crate::error::{ApiError, ErrorCode};
use crate::operation::Operation;
use crate::rate_limit_headers::write_limits;

/// Where a call comes from, as far as it can be trusted.
#[derive(Debug, Clone, Copy)]
pub struct ClientNetwork(pub IpAddr);

/// What each documented path answers to.
#[derive(Debug, Default)]
pub(crate) struct RouteTable {
    paths: HashMap<String, HashMap<Method, Entry>>,
}

#[derive(Debug, Clone, Copy)]
enum Entry {
    /// Outside the gateway: the token endpoints.
    Open,
    Guarded(&'static Operation),
}

/// A route that nobody has declared; the server does not start with one.
#[derive(Debug, thiserror::Error)]
#[error("serve {method} {path}: operation `{operation}` is not declared")]
pub struct UndeclaredOperation {
    method: Method,
    path: String,
    operation: String,
}

impl RouteTable {
    /// Reads the routes off the document that they were registered with.
    pub(crate) fn new(document: &utoipa::openapi::OpenApi) -> Result<Self, UndeclaredOperation> {
        let mut table = Self::default();
        for (path, item) in &document.paths.paths {
            let methods = [
                (Method::GET, &item.get),
                (Method::POST, &item.post),
                (Method::PUT, &item.put),
                (Method::PATCH, &item.patch),
                (Method::DELETE, &item.delete),
            ];
            for (method, operation) in methods {
                let Some(operation) = operation else { continue };
                let id = operation.operation_id.as_deref().unwrap_or_default();
                let open = operation.tags.iter().flatten().any(|tag| tag == "oauth");
                let entry = match Operation::find(id) {
                    Some(declared) => Entry::Guarded(declared),
                    None if open => Entry::Open,
                    None => {
                        let (path, operation) = (path.clone(), id.to_owned());
                        return Err(UndeclaredOperation {
                            method,
                            path,
                            operation,
                        });
                    }
                };
                table
                    .paths
                    .entry(path.clone())
                    .or_default()
                    .insert(method, entry);
            }
        }
        Ok(table)
    }

    /// The same under another address, which the documents do not list.
    pub(crate) fn with_alias(mut self, alias: &str, path: &str) -> Self {
        if let Some(methods) = self.paths.get(path).cloned() {
            self.paths.insert(alias.to_owned(), methods);
        }
        self
    }

    fn find(&self, path: Option<&MatchedPath>, method: &Method) -> Result<Entry, ApiError> {
        let unknown = ApiError::new(ErrorCode::UnknownRoute);
        let Some(methods) = path.and_then(|path| self.paths.get(path.as_str())) else {
            return Err(unknown);
        };
        // Whoever may GET may ask for the head alone.
        let method = if *method == Method::HEAD {
            &Method::GET
        } else {
            method
        };
        methods.get(method).copied().ok_or_else(|| {
            let mut allowed: Vec<_> = methods.keys().map(Method::as_str).collect();
            allowed.sort_unstable();
            unknown.with_header(header::ALLOW, allowed.join(", "))
        })
    }
}

/// What the layer needs.
#[derive(Clone)]
pub(crate) struct Admission {
    pub(crate) services: Services,
    pub(crate) routes: Arc<RouteTable>,
}

/// Route first, then the gateway's checks, then the operation.
pub(crate) async fn admit(
    State(admission): State<Admission>,
    path: Option<MatchedPath>,
    mut request: Request,
    next: Next,
) -> Response {
    let operation = match admission.routes.find(path.as_ref(), request.method()) {
        Ok(Entry::Open) => return next.run(request).await,
        Ok(Entry::Guarded(operation)) => operation,
        Err(error) => return error.into_response(),
    };
    if let Some(fault) = admission.services.sandbox_fault(request.headers()) {
        return fault.into_response();
    }
    let admitted = {
        let authorization = authorization(request.headers());
        let call = Call {
            operation: operation.id,
            scope: operation.scope,
            authorization: &authorization,
            network: network(&request),
        };
        admission.services.gateway.admit(&call).await
    };
    match admitted {
        Ok(admitted) => {
            request.extensions_mut().insert(admitted.caller);
            let mut response = next.run(request).await;
            write_limits(response.headers_mut(), &admitted.limits);
            response
        }
        Err(Refused { refusal, limits }) => {
            let mut response = ApiError::from(refusal).into_response();
            write_limits(response.headers_mut(), &limits);
            response
        }
    }
}

/// All `Authorization` headers, as bytes.
pub(crate) fn authorization(headers: &HeaderMap) -> Vec<&[u8]> {
    headers
        .get_all(header::AUTHORIZATION)
        .iter()
        .map(|value| value.as_bytes())
        .collect()
}

/// Where the request comes from; without a connection, in tests, from this machine.
pub(crate) fn network(request: &Request) -> IpAddr {
    let network = request.extensions().get::<ClientNetwork>();
    network.map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |network| network.0)
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        let field = |code, field: &str, message: String| Self::field(code, field, message);
        match refusal {
            Refusal::SpikeArrest {
                retry_after,
                calls_per_second,
            } => field(
                ErrorCode::SpikeArrest,
                "Retry-After",
                format!(
                    "at most {calls_per_second} calls a second, evenly spread; wait and repeat"
                ),
            )
            .retry_after(retry_after),
            Refusal::MissingAuthorization => field(
                ErrorCode::MissingAuthorization,
                "Authorization",
                "send one header `Authorization: Bearer <access token>`".to_owned(),
            ),
            Refusal::InvalidBasicCredentials => Self::new(ErrorCode::InvalidBasicCredentials),
            Refusal::BasicNotAllowed => field(
                ErrorCode::BasicNotAllowed,
                "Authorization",
                "get an access token from /oauth/v2/token and send it as Bearer".to_owned(),
            ),
            Refusal::InvalidToken => field(
                ErrorCode::InvalidToken,
                "Authorization",
                "get a new access token from /oauth/v2/token".to_owned(),
            ),
            Refusal::ExpiredToken => field(
                ErrorCode::ExpiredToken,
                "Authorization",
                "get a new access token from /oauth/v2/token".to_owned(),
            ),
            Refusal::NoApiProduct { operation } => {
                let product = Operation::find(&operation).map_or("other", |known| known.product);
                field(
                    ErrorCode::NoApiProduct,
                    "Authorization",
                    format!("the app needs an API product such as `{product}` for this operation"),
                )
            }
            Refusal::InvalidResource => Self::new(ErrorCode::InvalidResource),
            Refusal::InvalidScope { required } => field(
                ErrorCode::InvalidScope,
                "scope",
                format!("the token needs the scope `{}`", required.as_str()),
            )
            .with_header(
                header::WWW_AUTHENTICATE,
                format!(
                    "Bearer realm=\"avtale\", error=\"insufficient_scope\", scope=\"{}\"",
                    required.as_str()
                ),
            ),
            Refusal::QuotaViolation {
                retry_after,
                calls,
                api_product,
            } => field(
                ErrorCode::QuotaViolation,
                "Retry-After",
                format!("the {calls} calls of API product `{api_product}` are used up"),
            )
            .retry_after(retry_after),
            Refusal::MissingEndUser => field(
                ErrorCode::MissingEndUser,
                "Authorization",
                "the token must act for an enabled system user".to_owned(),
            ),
            Refusal::Unavailable(error) => {
                tracing::error!(%error, "failed to admit a call");
                Self::new(ErrorCode::BackendFault)
            }
        }
    }
}

impl ApiError {
    /// With the whole seconds after which a repeat makes sense.
    pub(crate) fn retry_after(self, wait: Duration) -> Self {
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        self.with_header(header::RETRY_AFTER, seconds.max(1))
    }
}
