//! Pages that say no: what happened, and what to do.

use std::borrow::Cow;

use askama::Template;
use axum::response::{IntoResponse, Response};
use gateway::SignInRefusal;
use http::StatusCode;
use selfservice::OwnRefusal;
use web::{Page, RequestId, sentence};

/// Why a page is not shown, or what a form asked for was not done.
#[derive(Debug, Clone)]
pub(crate) struct Fault(entrance::Fault);

#[derive(Template)]
#[template(path = "people/fault.html")]
struct Html<'a> {
    page: Page,
    fault: &'a entrance::Fault,
    request_id: &'a str,
}

impl Fault {
    pub(super) const NOT_FOUND: Self = Self(entrance::Fault::NOT_FOUND);
    pub(super) const MADE_ALREADY: Self = Self(entrance::Fault::MADE_ALREADY);
    pub(super) const INTERNAL: Self = Self(entrance::Fault::INTERNAL);
    pub(super) const DEAD_LINK: Self = Self(entrance::Fault::new(
        StatusCode::NOT_FOUND,
        "This link does not work",
        "It was used, it was replaced by a newer one, or it is older than seven days. Ask whoever \
         gave it to you for another one.",
    ));

    /// What was sent can't be read.
    pub(super) fn unreadable(detail: impl Into<Cow<'static, str>>) -> Self {
        Self(entrance::Fault::unreadable(detail))
    }

    /// What was asked for can't be done as things are.
    pub(super) fn conflict(detail: impl Into<Cow<'static, str>>) -> Self {
        Self(entrance::Fault::conflict(detail))
    }
}

/// The page of a fault, in the frame that it is given.
pub(crate) fn page(page: Page, fault: &entrance::Fault, id: &RequestId) -> Response {
    web::html(&Html {
        page,
        fault,
        request_id: id.as_str(),
    })
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        self.0.into_response()
    }
}

impl From<entrance::Fault> for Fault {
    fn from(fault: entrance::Fault) -> Self {
        Self(fault)
    }
}

impl From<Fault> for entrance::Fault {
    fn from(fault: Fault) -> Self {
        fault.0
    }
}

impl From<storage::Error> for Fault {
    fn from(error: storage::Error) -> Self {
        Self(error.into())
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
            | OwnRefusal::UnknownApiProduct(_)
            | OwnRefusal::NoSandbox => Self::NOT_FOUND,
            OwnRefusal::UnknownInvitation => Self::DEAD_LINK,
            OwnRefusal::MadeAlready => Self::MADE_ALREADY,
            refusal => Self::conflict(sentence(&refusal.to_string())),
        }
    }
}

impl From<SignInRefusal> for Fault {
    fn from(refusal: SignInRefusal) -> Self {
        Self(refusal.into())
    }
}
