//! Calls to the operator's API, each answer checked against its document.

use std::sync::LazyLock;

use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use domain::access::{Operator, OperatorName, OperatorRole};
use jsonschema::Draft;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::app::{TestApp, key};

/// The key that the sandbox has.
pub(super) const ADMINISTRATOR: &str = "demooperatorkeydemooperatorkeydemooperat";

/// Somebody who calls the operator's API.
#[derive(Clone, Copy)]
pub(super) struct Caller<'a> {
    app: &'a TestApp,
    key: Option<&'a str>,
}

/// What came back.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Value,
}

/// Whoever calls with this key.
pub(super) fn with_key<'a>(app: &'a TestApp, key: &'a str) -> Caller<'a> {
    Caller {
        app,
        key: Some(key),
    }
}

/// Whoever calls without a key.
pub(super) fn without_key(app: &TestApp) -> Caller<'_> {
    Caller { app, key: None }
}

/// The sandbox's own operator.
pub(super) fn demo(app: &TestApp) -> Caller<'_> {
    with_key(app, ADMINISTRATOR)
}

/// Adds an operator whose key is the name, written over and over.
pub(super) async fn add_operator(app: &TestApp, name: &str, role: OperatorRole) -> String {
    let secret: String = name.chars().cycle().take(40).collect();
    let operator = Operator {
        name: OperatorName::parse(name).expect("a name"),
        role,
        enabled: true,
        created_at: jiff::Timestamp::UNIX_EPOCH,
    };
    let hash = key().hash_operator_key(&secret);
    let added = app.operate(async |tx| tx.operators().insert(&operator, &hash).await);
    assert!(added.await, "{name} is there already");
    secret
}

impl Caller<'_> {
    pub(super) async fn get(self, address: &str) -> Answer {
        self.send(Method::GET, address, Body::empty()).await
    }

    pub(super) async fn post(self, address: &str, body: &Value) -> Answer {
        let body = Body::from(body.to_string());
        self.send(Method::POST, address, body).await
    }

    pub(super) async fn put(self, address: &str, body: &Value) -> Answer {
        let body = Body::from(body.to_string());
        self.send(Method::PUT, address, body).await
    }

    /// Sends the body as it is; JSON, it says.
    pub(super) async fn send(self, method: Method, address: &str, body: impl Into<Body>) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(address)
            .header(header::CONTENT_TYPE, "application/json");
        let request = match self.key {
            Some(key) => request.header(header::AUTHORIZATION, format!("Bearer {key}")),
            None => request,
        };
        let request = request.body(body.into()).expect("a request");
        self.request(request).await
    }

    /// Sends a request that is made elsewhere.
    pub(super) async fn request(self, request: Request<Body>) -> Answer {
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        let response = self.app.operator_router().oneshot(request).await;
        let (head, body) = response.unwrap_or_else(|never| match never {}).into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX)
            .await
            .expect("a body");
        let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        let answer = Answer {
            status: head.status,
            headers: head.headers,
            body,
        };
        answer.check(&method, &path);
        answer
    }

    /// Takes orders that must be there; the answer's list.
    pub(super) async fn claim(self, most: i64, lease_seconds: i64) -> Vec<Value> {
        let wish = json!({ "most": most, "leaseSeconds": lease_seconds });
        let answer = self.post("/operator/v1/claims", &wish).await;
        let orders = answer.ok()["orders"].as_array();
        orders.expect("a list").clone()
    }

    /// Reports on an order.
    pub(super) async fn report(self, order: &str, verb: &str, body: &Value) -> Answer {
        let address = format!("/operator/v1/orders/{order}/{verb}");
        self.post(&address, body).await
    }
}

impl Answer {
    /// The body of an answer that says yes.
    #[track_caller]
    pub(super) fn ok(&self) -> &Value {
        assert_eq!(self.status, StatusCode::OK, "{self:?}");
        &self.body
    }

    /// Expects a refusal with this code.
    #[track_caller]
    pub(super) fn refused(&self, status: u16, code: &str) -> &Self {
        let seen = (self.status.as_u16(), self.body["code"].as_str());
        assert_eq!(seen, (status, Some(code)), "{self:?}");
        self
    }

    /// Expects that this part of the request is named.
    #[track_caller]
    pub(super) fn names(&self, field: &str) -> &Self {
        let errors = self.body["errors"].as_array().expect("errors");
        let named = errors.iter().any(|error| error["field"] == field);
        assert!(named, "{field} is not named: {self:?}");
        self
    }

    /// The states of the history.
    #[track_caller]
    pub(super) fn states(&self) -> Vec<&str> {
        let history = self.ok()["history"].as_array().expect("a history");
        history
            .iter()
            .map(|event| event["state"].as_str().expect("a state"))
            .collect()
    }

    fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.map_or("", |value| value.to_str().expect("a visible header"))
    }

    #[track_caller]
    fn check(&self, method: &Method, path: &str) {
        assert!(!self.header("x-request-id").is_empty(), "{self:?}");
        assert_eq!(self.header("x-content-type-options"), "nosniff");
        assert_eq!(self.header("cache-control"), "no-store");
        let documented = operation(method, path);
        if self.status.is_success() {
            let Some(operation) = documented else { return };
            let response = &operation["responses"][self.status.as_str()];
            assert!(response.is_object(), "not documented: {self:?}");
            self.check_body(&response["content"]["application/json"]["schema"]);
            return;
        }
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(self.body["requestId"], self.header("x-request-id"));
        assert_eq!(self.body["status"], self.status.as_u16());
        let challenged = !self.header("www-authenticate").is_empty();
        assert_eq!(challenged, self.status == StatusCode::UNAUTHORIZED);
        self.check_body(&json!({ "$ref": "#/components/schemas/Problem" }));
        if let Some(operation) = documented {
            let codes = &operation["responses"][self.status.as_str()]["x-codes"];
            let codes = codes.as_array().map(Vec::as_slice).unwrap_or_default();
            assert!(
                codes.contains(&self.body["code"]),
                "not documented: {self:?}"
            );
        }
    }

    #[track_caller]
    fn check_body(&self, schema: &Value) {
        let mut whole = schema.clone();
        whole["components"] = document()["components"].clone();
        let validator = jsonschema::options()
            .with_draft(Draft::Draft202012)
            .should_validate_formats(true)
            .build(&whole)
            .expect("a schema that can be compiled");
        let faults: Vec<_> = validator
            .iter_errors(&self.body)
            .map(|fault| format!("{}: {fault}", fault.instance_path()))
            .collect();
        assert!(
            faults.is_empty(),
            "not as documented: {faults:#?} in {self:?}"
        );
    }
}

/// The document that the server under test serves.
pub(super) fn document() -> &'static Value {
    static DOCUMENT: LazyLock<Value> = LazyLock::new(::operator::document);
    &DOCUMENT
}

/// What the document says of one method on one path.
fn operation(method: &Method, path: &str) -> Option<&'static Value> {
    let paths = document()["paths"].as_object().expect("paths");
    let is_at = |own: &str| {
        let (own, called): (Vec<_>, Vec<_>) = (own.split('/').collect(), path.split('/').collect());
        own.len() == called.len()
            && own
                .iter()
                .zip(&called)
                .all(|(own, called)| own == called || (own.starts_with('{') && !called.is_empty()))
    };
    let (_, item) = paths.iter().find(|(own, _)| is_at(own))?;
    item.get(method.as_str().to_lowercase())
}
