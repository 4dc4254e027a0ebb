//! The API as one client app and system user call it: logging in, and placing one order.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use outgoing::{Answer, Client, Destination, Reach, Request, Settings};
use tokio::sync::Mutex;

use super::keys::Key;
use super::outcome::{Verdict, judge_login, judge_order};
use super::pace::Pace;

const LOGIN: &str = "/oauth/v2/token";
const ORDERS: &str = "/corporate-agreements/v2/orders";
const KEY: HeaderName = HeaderName::from_static("idempotency-key");
const FORM: HeaderValue = HeaderValue::from_static("application/x-www-form-urlencoded");
const JSON: HeaderValue = HeaderValue::from_static("application/json");
/// The longest time that one call may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// Many times the longest answer of the API to an order.
const LONGEST_ANSWER: usize = 1024 * 1024;

/// Who calls.
pub(super) struct Identity {
    pub(super) client_id: String,
    pub(super) client_secret: String,
    /// A system user's name and password; without them the client app's own grant is used.
    pub(super) user: Option<(String, String)>,
}

/// Calls the API, at the pace that its answers ask for.
pub(super) struct Connection {
    client: Client,
    login: Destination,
    orders: Destination,
    basic: HeaderValue,
    form: Bytes,
    token: Mutex<Option<Token>>,
    pace: Pace,
}

/// An access token as it is sent.
type Token = Arc<HeaderValue>;

impl Connection {
    /// Prepares the calls, and makes none.
    pub(super) fn new(
        url: &str,
        ca_file: Option<PathBuf>,
        identity: &Identity,
    ) -> anyhow::Result<Self> {
        let client = Client::new(Settings {
            reach: Reach::Anywhere,
            timeout: PATIENCE,
            ca_file,
            longest_answer: LONGEST_ANSWER,
        })?;
        let base = url.trim_end_matches('/');
        let destination = |path| {
            let found = client.destination(&format!("{base}{path}"));
            found.map_err(|error| anyhow::anyhow!("failed to use --url {url}: {error}"))
        };
        let (login, orders) = (destination(LOGIN)?, destination(ORDERS)?);
        Ok(Self {
            client,
            login,
            orders,
            basic: identity.basic()?,
            form: identity.form()?,
            token: Mutex::default(),
            pace: Pace::default(),
        })
    }

    /// The present token, or a new one.
    pub(super) async fn token(&self) -> Result<Token, Verdict> {
        let mut token = self.token.lock().await;
        if let Some(token) = &*token {
            return Ok(Arc::clone(token));
        }
        let headers = [
            (header::AUTHORIZATION, self.basic.clone()),
            (header::CONTENT_TYPE, FORM),
        ];
        let answer = self
            .post(&self.login, HeaderMap::from_iter(headers), &self.form)
            .await?;
        let bearer = format!("Bearer {}", judge_login(&answer)?);
        let bearer = secret_header(&bearer)
            .map_err(|_| Verdict::Halt("the answer to a login has an odd token".to_owned()))?;
        Ok(Arc::clone(token.insert(Arc::new(bearer))))
    }

    /// Places one order. A token that has ended is forgotten.
    pub(super) async fn place(&self, token: &Token, key: &Key, body: &str) -> Verdict {
        self.pace.turn().await;
        let Ok(key) = HeaderValue::from_str(&key.to_string()) else {
            return Verdict::Halt("a key is not visible ASCII".to_owned());
        };
        let headers = [
            (header::AUTHORIZATION, HeaderValue::clone(token)),
            (header::CONTENT_TYPE, JSON),
            (KEY, key),
        ];
        let body = Bytes::copy_from_slice(body.as_bytes());
        let verdict = match self
            .post(&self.orders, HeaderMap::from_iter(headers), &body)
            .await
        {
            Ok(answer) => judge_order(&answer),
            Err(verdict) => verdict,
        };
        if matches!(verdict, Verdict::LogIn(_)) {
            self.forget(token).await;
        }
        verdict
    }

    async fn forget(&self, ended: &Token) {
        let mut token = self.token.lock().await;
        // Another row may have logged in already.
        if token
            .as_ref()
            .is_some_and(|token| Arc::ptr_eq(token, ended))
        {
            *token = None;
        }
    }

    async fn post(
        &self,
        to: &Destination,
        headers: HeaderMap,
        body: &Bytes,
    ) -> Result<Answer, Verdict> {
        let request = Request {
            method: Method::POST,
            to: to.clone(),
            headers,
            body: body.clone(),
        };
        let answer = self.client.send(request).await;
        let answer = answer.map_err(|error| match error {
            outgoing::CallError::Refused(_) => Verdict::Halt(error.to_string()),
            _ => Verdict::Again(error.to_string()),
        })?;
        self.pace.learn(&answer.headers);
        Ok(answer)
    }
}

impl Identity {
    fn basic(&self) -> anyhow::Result<HeaderValue> {
        let pair = format!("{}:{}", self.client_id, self.client_secret);
        Ok(secret_header(&format!("Basic {}", STANDARD.encode(pair)))?)
    }

    fn form(&self) -> anyhow::Result<Bytes> {
        let form = match &self.user {
            None => serde_urlencoded::to_string([("grant_type", "client_credentials")]),
            Some((name, password)) => serde_urlencoded::to_string([
                ("grant_type", "password"),
                ("username", name),
                ("password", password),
            ]),
        };
        Ok(Bytes::from(form?))
    }
}

fn secret_header(text: &str) -> Result<HeaderValue, axum::http::header::InvalidHeaderValue> {
    let mut value = HeaderValue::from_str(text)?;
    value.set_sensitive(true);
    Ok(value)
}
