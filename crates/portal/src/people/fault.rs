//! Pages that say no: what happened, and what to do.

use std::any::Any;
use std::borrow::Cow;

use askama::Template;
use axum::response::{IntoResponse, Response};
use gateway::SignInRefusal;
use http::StatusCode;
use selfservice::OwnRefusal;
use web::{Page, sentence};

/// Why a page is not shown, or what a form asked for was not done.
#[derive(Debug, Clone)]
pub(crate) struct Fault {
    pub(super) status: StatusCode,
    title: Cow<'static, str>,
    detail: Cow<'static, str>,
}

#[derive(Template)]
#[template(path = "people/fault.html")]
struct Html<'a> {
    page: Page,
    fault: &'a Fault,
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
        "Ask an administrator of your organization's to do it, or to give you another role.",
    );
    pub(super) const FORGED: Self = Self::fixed(
        StatusCode::FORBIDDEN,
        "The form was not accepted",
        "It was not sent from a page of this session, so nothing was changed. Go back, load the page \
         again, and send the form once more.",
    );
    pub(super) const DEAD_LINK: Self = Self::fixed(
        StatusCode::NOT_FOUND,
        "This link does not work",
        "It was used, it was replaced by a newer one, or it is older than seven days. Ask whoever \
         gave it to you for another one.",
    );
    pub(super) const INTERNAL: Self = Self::fixed(
        StatusCode::INTERNAL_SERVER_ERROR,
        "The server has failed",
        "It was not your doing. Try again, and tell the operator if it goes on.",
    );
    pub(super) const UNAVAILABLE: Self = Self::fixed(
        StatusCode::SERVICE_UNAVAILABLE,
        "The server is busy",
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
    fn conflict(detail: String) -> Self {
        Self {
            status: StatusCode::CONFLICT,
            title: "This can't be done now".into(),
            detail: detail.into(),
        }
    }

    /// The page, in the frame that it is given.
    pub(super) fn render(&self, page: impl FnOnce(&str) -> Page) -> Response {
        let mut response = web::html(&Html {
            page: page(&self.title),
            fault: self,
        });
        *response.status_mut() = self.status;
        response
    }
}

/// Only the guard knows who is signed in, so that one writes the page.
impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<storage::Error> for Fault {
    fn from(error: storage::Error) -> Self {
        tracing::error!(%error, "a page of the portal failed");
        match error {
            storage::Error::Unavailable(_) => Self::UNAVAILABLE,
            _ => Self::INTERNAL,
        }
    }
}

/// What is somebody else's is not there.
impl From<OwnRefusal> for Fault {
    fn from(refusal: OwnRefusal) -> Self {
        match refusal {
            OwnRefusal::Storage(error) => error.into(),
            OwnRefusal::UnknownDeveloper(_)
            | OwnRefusal::UnknownApp(_)
            | OwnRefusal::UnknownSystemUser(_)
            | OwnRefusal::UnknownApiProduct(_) => Self::NOT_FOUND,
            OwnRefusal::UnknownInvitation => Self::DEAD_LINK,
            refusal => Self::conflict(sentence(&refusal.to_string())),
        }
    }
}

/// A password that can't be hashed now.
impl From<SignInRefusal> for Fault {
    fn from(refusal: SignInRefusal) -> Self {
        match refusal {
            SignInRefusal::Storage(error) => error.into(),
            _ => Self::UNAVAILABLE,
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
    tracing::error!(words, "a page of the portal panicked");
    Fault::INTERNAL.into_response()
}
