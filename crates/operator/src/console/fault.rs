//! Pages that say no: what happened, what to do, and what the log calls the request.

use std::any::Any;
use std::borrow::Cow;

use askama::Template;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use selfservice::Failure;
use selfservice::fulfillment::WorkRefusal;
use web::Page;
pub(super) use web::sentence;

use crate::manage::ManageError;

/// Why a page is not shown, or what a form asked for was not done.
#[derive(Debug, Clone)]
pub(super) struct Fault {
    pub(super) status: StatusCode,
    title: Cow<'static, str>,
    detail: Cow<'static, str>,
}

#[derive(Template)]
#[template(path = "console/fault.html")]
struct Html<'a> {
    page: Page,
    fault: &'a Fault,
    request_id: &'a str,
}

impl Fault {
    pub(super) const NOT_FOUND: Self = Self::fixed(
        StatusCode::NOT_FOUND,
        "Nothing is here",
        "There is no page at this address, or what it was about is gone.",
    );
    pub(super) const WRONG_METHOD: Self = Self::fixed(
        StatusCode::METHOD_NOT_ALLOWED,
        "Not in this way",
        "This address takes requests of another kind. Go to the page and use its form.",
    );
    pub(super) const ROLE_TOO_LOW: Self = Self::fixed(
        StatusCode::FORBIDDEN,
        "Your role does not allow this",
        "Ask an administrator to do it, or to give you another role.",
    );
    pub(super) const FORGED: Self = Self::fixed(
        StatusCode::FORBIDDEN,
        "The form was not accepted",
        "It was not sent from a page of this session, so nothing was changed. Go back, load the page \
         again, and send the form once more.",
    );
    pub(super) const INTERNAL: Self = Self::fixed(
        StatusCode::INTERNAL_SERVER_ERROR,
        "The server has failed",
        "The log says what happened. It was not your doing.",
    );
    pub(super) const UNAVAILABLE: Self = Self::fixed(
        StatusCode::SERVICE_UNAVAILABLE,
        "The database does not answer",
        "Nothing may have been stored. Try again in a moment.",
    );

    const fn fixed(status: StatusCode, title: &'static str, detail: &'static str) -> Self {
        Self {
            status,
            title: Cow::Borrowed(title),
            detail: Cow::Borrowed(detail),
        }
    }

    /// What was sent can't be read.
    pub(super) fn unreadable(detail: impl Into<Cow<'static, str>>) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            title: "This can't be read".into(),
            detail: detail.into(),
        }
    }

    /// What was asked for can't be done as things are.
    pub(super) fn conflict(detail: impl Into<Cow<'static, str>>) -> Self {
        Self {
            status: StatusCode::CONFLICT,
            title: "This can't be done now".into(),
            detail: detail.into(),
        }
    }

    /// The page, in the frame that it is given.
    pub(super) fn render(&self, page: impl FnOnce(&str) -> Page, request_id: &str) -> Response {
        let mut response = web::html(&Html {
            page: page(&self.title),
            fault: self,
            request_id,
        });
        *response.status_mut() = self.status;
        response
    }
}

/// Only the guard knows the request's id and who is signed in, so that one writes the page.
impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<storage::Error> for Fault {
    fn from(error: storage::Error) -> Self {
        tracing::error!(%error, "a page of the console failed");
        match error {
            storage::Error::Unavailable(_) => Self::UNAVAILABLE,
            _ => Self::INTERNAL,
        }
    }
}

impl From<Failure> for Fault {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Storage(error) => error.into(),
            Failure::Rejected(rejection) => {
                tracing::error!(?rejection, "the operator was told what customers are told");
                Self::INTERNAL
            }
        }
    }
}

impl From<WorkRefusal> for Fault {
    fn from(refusal: WorkRefusal) -> Self {
        match refusal {
            WorkRefusal::Storage(error) => error.into(),
            WorkRefusal::UnknownOrder => Self::NOT_FOUND,
            refusal => Self::conflict(sentence(&refusal.to_string())),
        }
    }
}

impl From<ManageError> for Fault {
    fn from(error: ManageError) -> Self {
        match error {
            ManageError::Unknown(..) => Self::NOT_FOUND,
            ManageError::Faults(faults) => Self::conflict(sentence(&faults.join("; "))),
            ManageError::Storage(error) => error.into(),
            ManageError::Password(error) => {
                tracing::error!(%error, "a password can't be hashed");
                Self::INTERNAL
            }
        }
    }
}

/// The panic's own words stay in the log.
#[expect(
    clippy::needless_pass_by_value,
    reason = "the signature that the layer asks for"
)]
pub(super) fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let words = panic.downcast_ref::<String>().map(String::as_str);
    let words = words
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no words");
    tracing::error!(words, "a page of the console panicked");
    Fault::INTERNAL.into_response()
}
