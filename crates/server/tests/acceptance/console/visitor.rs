//! A browser without scripts: it keeps cookies and the token of the last form, and says where its
//! requests come from.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use tower::ServiceExt;
use web::ClientAddress;

use super::password;
use crate::app::TestApp;

pub(crate) const ORIGIN: &str = "http://console.example";

/// Someone with a browser.
pub(crate) struct Visitor<'a> {
    app: &'a TestApp,
    pub(crate) cookies: BTreeMap<String, String>,
    /// Of the last page that had a form.
    pub(crate) token: String,
    pub(crate) origin: Option<&'static str>,
    network: IpAddr,
    /// Of the portal; none for the console.
    portal: Option<Router>,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl<'a> Visitor<'a> {
    pub(crate) fn new(app: &'a TestApp) -> Self {
        Self {
            app,
            cookies: BTreeMap::new(),
            token: String::new(),
            origin: Some(ORIGIN),
            network: IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)),
            portal: None,
        }
    }

    /// Someone who looks at what the customers' listener serves.
    pub(crate) fn of_portal(app: &'a TestApp, router: &Router) -> Self {
        Self {
            portal: Some(router.clone()),
            ..Self::new(app)
        }
    }

    /// The same from another place.
    pub(crate) fn at(mut self, last: u8) -> Self {
        self.network = IpAddr::V4(Ipv4Addr::new(198, 51, 100, last));
        self
    }

    /// One of those of [`super::add_operator`], signed in.
    pub(crate) async fn signed_in(app: &'a TestApp, name: &str) -> Self {
        let mut visitor = Self::new(app);
        let answer = visitor.sign_in(name, &password(name), "").await;
        assert_eq!(answer.location(), "/console/", "{answer:?}");
        visitor
    }

    /// The sandbox's operator, signed in.
    pub(crate) async fn demo(app: &'a TestApp) -> Self {
        let mut visitor = Self::new(app);
        let answer = visitor.sign_in(super::DEMO.0, super::DEMO.1, "").await;
        assert_eq!(answer.location(), "/console/", "{answer:?}");
        visitor
    }

    /// Goes to the page to sign in and fills its form in.
    pub(crate) async fn sign_in(&mut self, name: &str, password: &str, code: &str) -> Answer {
        let page = self.get("/console/sign-in").await;
        page.ok();
        let fields = [("name", name), ("password", password), ("code", code)];
        self.post("/console/sign-in", &fields).await
    }

    pub(crate) async fn is_signed_in(&mut self) -> bool {
        let answer = self.get("/console/account").await;
        answer.status == StatusCode::OK
    }

    pub(crate) async fn get(&mut self, address: &str) -> Answer {
        let request = Request::builder().method(Method::GET).uri(address);
        self.send(request, Body::empty()).await
    }

    /// Sends a form with the token of the last page.
    pub(crate) async fn post(&mut self, address: &str, fields: &[(&str, &str)]) -> Answer {
        let token = self.token.clone();
        let fields = [&[("form_token", token.as_str())], fields].concat();
        self.post_raw(address, &fields).await
    }

    /// Sends a form with these fields alone.
    pub(crate) async fn post_raw(&mut self, address: &str, fields: &[(&str, &str)]) -> Answer {
        let form = serde_urlencoded::to_string(fields).expect("pairs of texts");
        let request = Request::builder()
            .method(Method::POST)
            .uri(address)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let request = match self.origin {
            Some(origin) => request.header(header::ORIGIN, origin),
            None => request,
        };
        self.send(request, Body::from(form)).await
    }

    pub(crate) async fn send(
        &mut self,
        request: axum::http::request::Builder,
        body: Body,
    ) -> Answer {
        let cookies: Vec<_> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let mut request = request
            .header(header::HOST, "console.example")
            .header(header::COOKIE, cookies.join("; "))
            .body(body)
            .expect("a request");
        request.extensions_mut().insert(ClientAddress(self.network));
        let router = self.portal.clone();
        let router = router.unwrap_or_else(|| self.app.operator_router());
        let response = router.oneshot(request).await;
        let (head, body) = response.unwrap_or_else(|never| match never {}).into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX)
            .await
            .expect("a body");
        let answer = Answer {
            status: head.status,
            headers: head.headers,
            body: String::from_utf8(bytes.to_vec()).expect("text"),
        };
        answer.check();
        self.keep(&answer);
        answer
    }

    /// Keeps what a browser keeps.
    fn keep(&mut self, answer: &Answer) {
        for cookie in answer.cookies() {
            let (pair, attributes) = cookie.split_once(';').expect("attributes");
            let (name, value) = pair.split_once('=').expect("a pair");
            if attributes.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        if let Some((_, rest)) = answer.body.split_once("name=\"form_token\" value=\"") {
            let (token, _) = rest.split_once('"').expect("the end of the value");
            token.clone_into(&mut self.token);
        }
    }
}

impl Answer {
    #[track_caller]
    pub(crate) fn ok(&self) -> &str {
        assert_eq!(self.status, StatusCode::OK, "{self:?}");
        &self.body
    }

    /// Expects a page that says no, with these words.
    #[track_caller]
    pub(crate) fn refused(&self, status: u16, words: &str) {
        assert_eq!(self.status.as_u16(), status, "{self:?}");
        assert!(self.body.contains(words), "no {words}: {self:?}");
    }

    /// Where it leads.
    #[track_caller]
    pub(crate) fn location(&self) -> &str {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{self:?}");
        self.header("location")
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.map_or("", |value| value.to_str().expect("a visible header"))
    }

    pub(crate) fn cookies(&self) -> Vec<&str> {
        let values = self.headers.get_all(header::SET_COOKIE).iter();
        values.map(|value| value.to_str().expect("text")).collect()
    }

    /// What every answer of pages with data has, and no page has.
    #[track_caller]
    fn check(&self) {
        let policy = self.header("content-security-policy");
        for part in [
            "default-src 'none'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
        ] {
            assert!(policy.contains(part), "{self:?}");
        }
        assert!(!policy.contains("unsafe"), "{self:?}");
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
            ("x-frame-options", "DENY"),
            ("cache-control", "no-store"),
        ] {
            assert_eq!(self.header(name), value, "{name}: {self:?}");
        }
        assert!(!self.header("x-request-id").is_empty(), "{self:?}");
        if self.status.is_redirection() {
            return;
        }
        assert_eq!(
            self.header("content-type"),
            "text/html; charset=utf-8",
            "{self:?}"
        );
        for unwanted in [
            " style=",
            "<style",
            "<script>",
            " onclick=",
            " onload=",
            "javascript:",
        ] {
            assert!(!self.body.contains(unwanted), "{unwanted}: {self:?}");
        }
        if self.status.is_server_error() || self.status == StatusCode::NOT_FOUND {
            assert!(self.body.contains(self.header("x-request-id")), "{self:?}");
        }
    }
}
