//! Pages that say no: what happened, and what to do.

use std::any::Any;
use std::borrow::Cow;

use axum::response::{IntoResponse, Response};
use gateway::SignInRefusal;
use http::StatusCode;

/// Why a page is not shown, or what a form asked for was not done.
#[derive(Debug, Clone)]
pub struct Fault {
    /// The status of the answer.
    pub status: StatusCode,
    /// What happened, as a heading.
    pub title: Cow<'static, str>,
    /// What to do.
    pub detail: Cow<'static, str>,
}

impl Fault {
    /// There is no such page or thing.
    pub const NOT_FOUND: Self = Self::new(
        StatusCode::NOT_FOUND,
        "Nothing is here",
        "There is no page at this address, or what it was about is gone.",
    );
    /// The page is there, and takes no such request.
    pub const WRONG_METHOD: Self = Self::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "Not in this way",
        "This address takes requests of another kind. Go to the page and use its form.",
    );
    /// Somebody is signed in who may not do this.
    pub const ROLE_TOO_LOW: Self = Self::new(
        StatusCode::FORBIDDEN,
        "Your role does not allow this",
        "Ask an administrator to do it, or to give you another role.",
    );
    /// Not one of our forms, or another session's.
    pub const FORGED: Self = Self::new(
        StatusCode::FORBIDDEN,
        "The form was not accepted",
        "It was not sent from a page of this session, so nothing was changed. Go back, load the page \
         again, and send the form once more.",
    );
    /// What is shown once was made by an earlier sending of the form.
    pub const MADE_ALREADY: Self = Self::new(
        StatusCode::CONFLICT,
        "This was made already",
        "The form was sent before, or somebody else has made another one since you opened it. What was \
         made is shown once, in the very answer to the form. Nothing was changed just now. If nobody \
         has kept it, go back, load the page again, and make another one.",
    );
    /// Somebody has ended the session while the form was on its way.
    pub const SIGNED_OUT: Self = Self::new(
        StatusCode::FORBIDDEN,
        "Your session has ended",
        "Somebody has set another password for you, or disabled you, while the form was on its way. \
         Nothing was changed. Sign in again.",
    );
    /// It is our fault.
    pub const INTERNAL: Self = Self::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        "The server has failed",
        "It was not your doing. The server's log says what happened.",
    );
    /// Nobody's fault, and it may pass.
    pub const UNAVAILABLE: Self = Self::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "The database does not answer",
        "Nothing may have been stored. Try again in a moment.",
    );

    /// One with words of its own.
    #[must_use]
    pub const fn new(status: StatusCode, title: &'static str, detail: &'static str) -> Self {
        Self {
            status,
            title: Cow::Borrowed(title),
            detail: Cow::Borrowed(detail),
        }
    }

    /// What was sent can't be read.
    #[must_use]
    pub fn unreadable(detail: impl Into<Cow<'static, str>>) -> Self {
        Self {
            detail: detail.into(),
            ..Self::new(StatusCode::BAD_REQUEST, "This can't be read", "")
        }
    }

    /// What was asked for can't be done as things are.
    #[must_use]
    pub fn conflict(detail: impl Into<Cow<'static, str>>) -> Self {
        Self {
            detail: detail.into(),
            ..Self::new(StatusCode::CONFLICT, "This can't be done now", "")
        }
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
        tracing::error!(%error, "a page failed");
        match error {
            storage::Error::Unavailable(_) => Self::UNAVAILABLE,
            _ => Self::INTERNAL,
        }
    }
}

/// For a password that can't be hashed now.
impl From<SignInRefusal> for Fault {
    fn from(refusal: SignInRefusal) -> Self {
        match refusal {
            SignInRefusal::Storage(error) => error.into(),
            _ => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "The server is busy",
                "Nothing was changed. Try again in a moment.",
            ),
        }
    }
}

impl From<web::Forgery> for Fault {
    fn from(forgery: web::Forgery) -> Self {
        tracing::warn!(%forgery, "a form was refused");
        Self::FORGED
    }
}

/// The answer when a handler has panicked. The panic's own words stay in the log.
#[expect(
    clippy::needless_pass_by_value,
    reason = "the signature that the layer asks for"
)]
pub fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let words = panic.downcast_ref::<String>().map(String::as_str);
    let words = words
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no words");
    tracing::error!(words, "a page panicked");
    Fault::INTERNAL.into_response()
}
