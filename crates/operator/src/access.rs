//! Admits a call: which operation is it, whose key is it, does the role allow it.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::Author;
use domain::access::TokenHash;
use http::{HeaderMap, Method, header};
use utoipa::openapi::OpenApi;

use crate::Services;
use crate::operation::Operation;
use crate::problem::{Code, Problem};

/// A route whose role nobody has declared.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("serve `{0}`, which is not among the operations")]
pub struct UndeclaredOperation(String);

/// What the layer needs.
#[derive(Clone)]
pub(crate) struct Access {
    services: Services,
    operations: Arc<HashMap<(Method, String), &'static Operation>>,
}

impl Access {
    /// Looks up the declaration of every route of the document.
    pub(crate) fn new(services: &Services, routes: &OpenApi) -> Result<Self, UndeclaredOperation> {
        let mut operations = HashMap::new();
        for (path, item) in &routes.paths.paths {
            for (method, declared) in [
                (Method::GET, &item.get),
                (Method::PUT, &item.put),
                (Method::POST, &item.post),
            ] {
                let Some(declared) = declared else { continue };
                let id = declared.operation_id.as_deref().unwrap_or_default();
                let operation =
                    Operation::find(id).ok_or_else(|| UndeclaredOperation(id.to_owned()))?;
                operations.insert((method, path.clone()), operation);
            }
        }
        Ok(Self {
            services: services.clone(),
            operations: Arc::new(operations),
        })
    }

    /// Which operation is called, and with whose key.
    fn read(&self, request: &Request) -> Result<(&'static Operation, TokenHash), Problem> {
        let unknown = || Problem::new(Code::UnknownRoute, "no operation is declared here");
        let path = request.extensions().get::<MatchedPath>();
        let path = path.ok_or_else(unknown)?.as_str().to_owned();
        let method = match request.method() {
            &Method::HEAD => Method::GET,
            method => method.clone(),
        };
        let operation = self.operations.get(&(method, path)).ok_or_else(unknown)?;
        let key = bearer_key(request.headers()).ok_or_else(|| {
            let detail = "send one header `Authorization: Bearer`, a blank, and the key";
            Problem::new(Code::Unauthorized, detail)
        })?;
        Ok((operation, self.services.key.hash_operator_key(key)))
    }

    /// Unknown keys and those of disabled operators take the same look-up and get the same answer.
    async fn check(&self, operation: &Operation, key: &TokenHash) -> Result<Author, Problem> {
        let operator = self.services.operators.find_by_key(key).await?;
        let operator = operator.ok_or_else(|| {
            let detail = "no operator has this key, or the operator is disabled";
            Problem::new(Code::Unauthorized, detail)
        })?;
        if operator.role < operation.role {
            let (has, needs) = (operator.role.as_str(), operation.role.as_str());
            let detail = format!("the operator's role is {has}; this takes {needs}");
            return Err(Problem::new(Code::RoleTooLow, detail));
        }
        Ok(Author::of_operator(operator.name.as_str()))
    }
}

/// Lets a call through in the operator's name, or refuses it.
pub(crate) async fn admit(
    State(access): State<Access>,
    mut request: Request,
    next: Next,
) -> Response {
    let admitted = match access.read(&request) {
        Ok((operation, key)) => access.check(operation, &key).await,
        Err(problem) => Err(problem),
    };
    match admitted {
        Ok(author) => {
            request.extensions_mut().insert(author);
            next.run(request).await
        }
        Err(problem) => problem.into_response(),
    }
}

fn bearer_key(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let (value, None) = (values.next()?, values.next()) else {
        return None;
    };
    let (scheme, key) = value.to_str().ok()?.trim().split_once(' ')?;
    let key = key.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !key.is_empty()).then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(values: &[&'static str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(header::AUTHORIZATION, value.parse().expect("a value"));
        }
        bearer_key(&headers).map(str::to_owned)
    }

    #[test]
    fn one_bearer_header_presents_a_key() {
        for header in ["Bearer abc", "bearer  abc ", "BEARER abc"] {
            assert_eq!(read(&[header]).as_deref(), Some("abc"), "{header}");
        }
        for headers in [
            &[][..],
            &["Bearer"],
            &["Bearer "],
            &["Basic abc"],
            &["abc"],
            &["Bearer a", "Bearer a"],
        ] {
            assert_eq!(read(headers), None, "{headers:?}");
        }
    }
}
