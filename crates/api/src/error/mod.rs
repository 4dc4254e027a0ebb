//! From every reason to say no to one answer: a row of the catalogue, with what to do next.

pub(crate) mod catalogue;
pub(crate) mod envelope;
mod grant;
mod refusal;
mod rejection;
pub(crate) mod sets;
mod strict;

use std::time::Duration;

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::Fault;

pub use catalogue::{ErrorCode, Origin};
pub(crate) use envelope::{Envelope, Style, render};
pub(crate) use strict::translate;

/// An answer that says no. It is put into words at the edge, where the request is known.
#[derive(Debug, Clone)]
pub(crate) struct ApiError {
    pub(crate) code: ErrorCode,
    pub(crate) details: Vec<Fault>,
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    /// RFC 6749's own word, on the token endpoints, which may bring a status of its own.
    pub(crate) oauth: Option<(&'static str, StatusCode)>,
}

impl ApiError {
    pub(crate) fn new(code: ErrorCode) -> Self {
        Self {
            code,
            details: Vec::new(),
            headers: Vec::new(),
            oauth: None,
        }
    }

    /// With what is wrong with one member of the input.
    pub(crate) fn field(code: ErrorCode, field: &str, message: impl Into<String>) -> Self {
        Self::new(code).with_details(vec![Fault::new(field, message)])
    }

    pub(crate) fn with_details(self, details: Vec<Fault>) -> Self {
        Self { details, ..self }
    }

    pub(crate) fn with_header(mut self, name: HeaderName, value: &impl ToString) -> Self {
        if let Ok(value) = HeaderValue::from_str(&value.to_string()) {
            self.headers.push((name, value));
        }
        self
    }

    /// In RFC 6749's words; everything but a failed client authentication is 400 there.
    pub(crate) fn with_oauth(self, word: &'static str) -> Self {
        let own = self.code.status();
        let status = if own == StatusCode::FORBIDDEN {
            StatusCode::BAD_REQUEST
        } else {
            own
        };
        Self {
            oauth: Some((word, status)),
            ..self
        }
    }

    /// The status of an answer that carries this code.
    pub(crate) fn status(&self, code: ErrorCode) -> StatusCode {
        self.oauth
            .map_or_else(|| code.status(), |(_, status)| status)
    }

    /// The error with the headers that the code always has.
    pub(crate) fn with_challenge(self) -> Self {
        use ErrorCode::{
            BasicNotAllowed, ExpiredToken, InvalidBasicCredentials, InvalidScope, InvalidToken,
        };
        let challenge = match self.code {
            InvalidToken => "Bearer realm=\"avtale\", error=\"invalid_token\"",
            ExpiredToken => {
                "Bearer realm=\"avtale\", error=\"invalid_token\", \
                 error_description=\"the access token expired\""
            }
            InvalidScope => "Bearer realm=\"avtale\", error=\"insufficient_scope\"",
            BasicNotAllowed | InvalidBasicCredentials => "Basic realm=\"avtale\"",
            code if code.status() == 401 => "Bearer realm=\"avtale\"",
            _ => return self,
        };
        if self
            .headers
            .iter()
            .any(|(name, _)| *name == header::WWW_AUTHENTICATE)
        {
            return self;
        }
        self.with_header(header::WWW_AUTHENTICATE, &challenge)
    }
}

/// The status alone; the envelope is written by the outermost layer.
impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = self.status(self.code).into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl ApiError {
    /// As the sandbox gives it on request, with the headers of the real one.
    pub(crate) fn provoked(code: ErrorCode) -> Self {
        let error = Self::field(code, "X-Sandbox-Fault", "provoked by the request");
        match code.status().as_u16() {
            429 | 503 => error.with_header(header::RETRY_AFTER, &1),
            _ => error,
        }
    }

    /// With the whole seconds after which a repeat makes sense.
    pub(crate) fn retry_after(self, wait: Duration) -> Self {
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        self.with_header(header::RETRY_AFTER, &seconds.max(1))
    }
}
