//! The layer in front of every operation: finds out which one is called, and asks the gateway.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use gateway::{Call, Refused};

use crate::Services;
use crate::error::{ApiError, ErrorCode};
use crate::operation::{Operation, token_endpoint_errors};
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
                let entry = match Operation::find(id) {
                    Some(declared) => Entry::Guarded(declared),
                    None if token_endpoint_errors(id).is_some() => Entry::Open,
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
            unknown.with_header(header::ALLOW, &allowed.join(", "))
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
    let entry = match admission.routes.find(path.as_ref(), request.method()) {
        Ok(entry) => entry,
        Err(error) => return error.into_response(),
    };
    if let Some(fault) = admission.services.sandbox_fault(request.headers()) {
        return fault.into_response();
    }
    let Entry::Guarded(operation) = entry else {
        return next.run(request).await;
    };
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
        .map(HeaderValue::as_bytes)
        .collect()
}

/// Where the request comes from; without a connection, in tests, from this machine.
pub(crate) fn network(request: &Request) -> IpAddr {
    let network = request.extensions().get::<ClientNetwork>();
    network.map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |network| network.0)
}
