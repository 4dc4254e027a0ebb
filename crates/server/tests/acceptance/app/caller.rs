//! Who calls, and with what: one method for each kind of caller, and the request that it makes.

use std::net::IpAddr;
use std::time::Duration;

use api::ClientNetwork;
use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Method, Request, Uri, header};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use domain::Clock;
use jiff::Timestamp;
use serde_json::Value;
use tower::ServiceExt;

use super::{Answer, TestApp};

/// An app of the demo's with its secret.
type App = (&'static str, &'static str);

pub(crate) const DEMO: App = ("demodemodemodemodemodemodemodemo", "demosecretdemose");
pub(crate) const OTHER: App = ("otherotherotherotherotherotherot", "othersecretother");
pub(crate) const INFO: App = ("infoinfoinfoinfoinfoinfoinfoinfo", "infosecretinfose");
pub(crate) const TINY: App = ("tinytinytinytinytinytinytinytiny", "tinysecrettinyse");
pub(crate) const CLIENT: App = ("clientclientclientclientclientcl", "clientsecretclie");
pub(crate) const INTERNAL: App = ("internalinternalinternalinternal", "internalsecretin");

/// The system user `API1000DEMO` as the form's fields.
pub(crate) const DEMO_USER: &str =
    "grant_type=password&username=API1000DEMO&password=demo-password";
const OTHER_USER: &str = "grant_type=password&username=API2000OTHER&password=other-password";

const LIFETIME: Duration = Duration::from_secs(3599);

/// How a caller shows who it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Identity {
    Nobody,
    /// A token of this app, got with this form.
    Login(App, String),
    /// The same, two hours ago.
    ExpiredLogin(App, String),
    /// A header as it is sent.
    Authorization(HeaderValue),
}

/// A token that has been got, so that tests need not log in for each call.
#[derive(Clone)]
pub(crate) struct Token {
    value: String,
    issued_at: Timestamp,
}

/// Somebody who calls the server.
#[derive(Clone)]
pub(crate) struct Caller<'a> {
    app: &'a TestApp,
    identity: Identity,
}

/// A request that is being put together.
pub(crate) struct Call<'a> {
    caller: Caller<'a>,
    request: Request<Body>,
}

impl TestApp {
    /// Somebody without credentials.
    pub(crate) fn anonymous(&self) -> Caller<'_> {
        self.caller(Identity::Nobody)
    }

    /// The demo's system user through the demo's app, with every scope.
    pub(crate) fn system_user(&self) -> Caller<'_> {
        self.logged_in(DEMO, DEMO_USER)
    }

    /// The same with a token that has expired.
    pub(crate) fn expired(&self) -> Caller<'_> {
        self.caller(Identity::ExpiredLogin(DEMO, DEMO_USER.to_owned()))
    }

    /// The same with a token for every scope but this one.
    pub(crate) fn without_scope(&self, scope: &str) -> Caller<'_> {
        let all = api::OPERATIONS.iter().map(|operation| operation.scope);
        let mut others: Vec<_> = all.filter(|other| *other != scope).collect();
        others.dedup();
        let form = format!("{DEMO_USER}&scope={}", others.join("+"));
        self.logged_in(DEMO, &form)
    }

    /// Another company's system user through that company's app.
    pub(crate) fn of_other_organization(&self) -> Caller<'_> {
        self.logged_in(OTHER, OTHER_USER)
    }

    /// The demo's system user through an app that holds the API product `info` alone.
    pub(crate) fn with_info_only(&self) -> Caller<'_> {
        self.logged_in(INFO, DEMO_USER)
    }

    /// An app whose tokens act for no system user.
    pub(crate) fn without_system_user(&self) -> Caller<'_> {
        self.logged_in(CLIENT, "grant_type=client_credentials")
    }

    /// An app that shows its secret with every call.
    pub(crate) fn basic(&self, (id, secret): (&str, &str)) -> Caller<'_> {
        self.authorized(&basic(id, secret))
    }

    /// Whoever sends this header.
    pub(crate) fn authorized(&self, header: &str) -> Caller<'_> {
        let value = HeaderValue::from_bytes(header.as_bytes()).expect("a header value");
        self.caller(Identity::Authorization(value))
    }

    /// An app with a token that it gets with this form.
    pub(crate) fn logged_in(&self, app: App, form: &str) -> Caller<'_> {
        self.caller(Identity::Login(app, form.to_owned()))
    }

    fn caller(&self, identity: Identity) -> Caller<'_> {
        Caller {
            app: self,
            identity,
        }
    }

    /// A token of this identity's that is good now, or was good two hours ago.
    async fn token(&self, identity: &Identity) -> Option<HeaderValue> {
        let (app, form, expired) = match identity {
            Identity::Nobody => return None,
            Identity::Authorization(value) => return Some(value.clone()),
            Identity::Login(app, form) => (*app, form, false),
            Identity::ExpiredLogin(app, form) => (*app, form, true),
        };
        let now = self.clock.now();
        let known = self
            .tokens
            .lock()
            .expect("the tokens")
            .get(identity)
            .cloned();
        let usable = known.filter(|token| expired || token.issued_at + LIFETIME > now);
        let token = if let Some(token) = usable {
            token
        } else {
            let issued_at = if expired { now - 2 * LIFETIME } else { now };
            self.clock.set(issued_at);
            let value = self.log_in(app, form).await;
            self.clock.set(now);
            Token { value, issued_at }
        };
        let header = format!("Bearer {}", token.value);
        let mut tokens = self.tokens.lock().expect("the tokens");
        tokens.insert(identity.clone(), token);
        Some(header.parse().expect("a header value"))
    }

    async fn log_in(&self, app: App, form: &str) -> String {
        let answer = self.request_token(app, form).await;
        let token = answer.ok()["access_token"].as_str();
        token.expect("a token").to_owned()
    }

    /// What the token endpoint says to an app and its form.
    pub(crate) async fn request_token(&self, (id, secret): (&str, &str), form: &str) -> Answer {
        self.basic((id, secret))
            .post_form("/oauth/v2/token", form)
            .await
    }

    /// A token of this app, got with this form.
    pub(crate) async fn new_token(&self, app: App, form: &str) -> String {
        self.log_in(app, form).await
    }
}

/// The header of HTTP Basic.
pub(crate) fn basic(id: &str, secret: &str) -> String {
    format!("Basic {}", BASE64_STANDARD.encode(format!("{id}:{secret}")))
}

impl<'a> Caller<'a> {
    pub(crate) fn call(&self, method: Method, address: &str) -> Call<'a> {
        let mut request = Request::new(Body::empty());
        *request.method_mut() = method;
        let address = Uri::builder().path_and_query(address).build();
        *request.uri_mut() = address.expect("an address");
        Call {
            caller: self.clone(),
            request,
        }
    }

    pub(crate) async fn get(&self, address: &str) -> Answer {
        self.call(Method::GET, address).send().await
    }

    pub(crate) async fn delete(&self, address: &str) -> Answer {
        self.call(Method::DELETE, address).send().await
    }

    pub(crate) async fn post(&self, address: &str, body: &Value) -> Answer {
        self.call(Method::POST, address)
            .header("content-type", "application/json")
            .body(body.to_string())
            .send()
            .await
    }

    pub(crate) async fn post_form(&self, address: &str, form: &str) -> Answer {
        self.call(Method::POST, address)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form.to_owned())
            .send()
            .await
    }

    pub(crate) async fn place(&self, order: &Value) -> Answer {
        self.post("/corporate-agreements/v2/orders", order).await
    }

    /// Places an order that is accepted; its id.
    pub(crate) async fn ordered(&self, order: &Value) -> String {
        let answer = self.place(order).await;
        let id = answer.ok()[0]["orderId"].as_str();
        id.expect("an order id").to_owned()
    }

    /// One order with its history.
    pub(crate) async fn order(&self, id: &str) -> Value {
        let address = format!("/corporate-agreements/v2/orders/{id}");
        self.get(&address).await.ok().clone()
    }

    /// What is ordered on an agreement, and what may be.
    pub(crate) async fn products_of(&self, agreement: &str) -> Value {
        let address = format!("/corporate-agreements/v2/agreements/{agreement}/products");
        self.get(&address).await.ok()[0].clone()
    }

    /// One product of the agreement that the documents order on.
    pub(crate) async fn product(&self, id: i64) -> Value {
        let products = self.products_of("5538579").await;
        let ordered = products["ordered"].as_array().expect("a list");
        let found = ordered.iter().find(|product| product["id"] == id);
        found.expect("the product").clone()
    }
}

impl Call<'_> {
    /// Adds a header; the same name may be added again.
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        let name: HeaderName = name.parse().expect("a header name");
        let value = HeaderValue::from_bytes(value.as_bytes()).expect("a header value");
        self.request.headers_mut().append(name, value);
        self
    }

    pub(crate) fn body(mut self, body: impl Into<Body>) -> Self {
        *self.request.body_mut() = body.into();
        self
    }

    /// Where the call comes from; otherwise from this machine.
    pub(crate) fn from(mut self, network: &str) -> Self {
        let address: IpAddr = network.parse().expect("a network address");
        self.request.extensions_mut().insert(ClientNetwork(address));
        self
    }

    /// Sends the request through the whole router, and checks the answer against the document.
    pub(crate) async fn send(mut self) -> Answer {
        let app = self.caller.app;
        if let Some(authorization) = Box::pin(app.token(&self.caller.identity)).await {
            let headers = self.request.headers_mut();
            headers.append(header::AUTHORIZATION, authorization);
        }
        let (method, path) = (
            self.request.method().clone(),
            self.request.uri().path().to_owned(),
        );
        let response = app.router.clone().oneshot(self.request).await;
        let response = response.unwrap_or_else(|never| match never {});
        let answer = Answer::read(&method, &path, response).await;
        answer.check(app.choices.wire.brackets);
        answer
    }
}
