//! The layer in front of every operation: finds out which one is called, asks the gateway, and hands
//! over to the back end.

mod noting;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{MatchedPath, RawPathParams, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::access::Caller;
use gateway::{Call, Requirements};

use crate::Services;
use crate::error::{ApiError, ErrorCode, translate};
use crate::operation::{Operation, token_endpoint_errors};
use crate::rate_limit_headers::write_limits;
use crate::upstream::Upstreams;
use noting::Noting;

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
    pub(crate) upstreams: Arc<Upstreams>,
}

/// Route first, then the gateway's checks, then the back end.
pub(crate) async fn admit(
    State(admission): State<Admission>,
    path: Option<MatchedPath>,
    parameters: Result<RawPathParams, RawPathParamsRejection>,
    request: Request,
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
    let requirements = Requirements {
        msisdn: operation.msisdn.map(|name| named(&parameters, name)),
        acr: operation.acr,
    };
    let mut noting = Noting::begin(&admission.services, operation, &request);
    let mut response = admission
        .call(&mut noting, requirements, request, next)
        .await;
    if admission.services.settings.strict_codes {
        translate(&mut response, &operation.errors());
    }
    noting.answered(&mut response);
    response
}

impl Admission {
    async fn call(
        &self,
        noting: &mut Noting,
        requirements: Requirements<'_>,
        mut request: Request,
        next: Next,
    ) -> Response {
        let admitted = {
            let authorization = authorization(request.headers());
            let call = Call {
                operation: noting.operation.id,
                scope: noting.operation.scope,
                requirements,
                authorization: &authorization,
                network: network(&request),
            };
            self.services.gateway.admit(&call).await
        };
        let (mut response, limits) = match admitted {
            Ok(admitted) => {
                let Caller { app, system_user } = admitted.caller.clone();
                noting.is_of(Some(app), Some(system_user));
                request.extensions_mut().insert(admitted.caller);
                // Where the operator has a back end of their own, it takes over from the handler.
                let response = match self.upstreams.of(request.uri().path()) {
                    Some(upstream) => upstream.serve(&self.services, request).await,
                    None => next.run(request).await,
                };
                (response, admitted.limits)
            }
            Err(refused) => {
                noting.is_of(refused.app, refused.system_user);
                let response = ApiError::from(refused.refusal).into_response();
                (response, refused.limits)
            }
        };
        write_limits(response.headers_mut(), &limits);
        response
    }
}

/// A path parameter by its name; one that can't be read is empty, and so nobody's.
fn named<'a>(parameters: &'a Result<RawPathParams, RawPathParamsRejection>, name: &str) -> &'a str {
    let all = parameters.iter().flat_map(RawPathParams::iter);
    all.filter(|(known, _)| *known == name)
        .map(|(_, value)| value)
        .next()
        .unwrap_or_default()
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
