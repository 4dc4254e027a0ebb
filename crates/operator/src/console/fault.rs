//! Pages that say no: what happened, and what to do.

use std::borrow::Cow;

use askama::Template;
use axum::response::{IntoResponse, Response};
use gateway::SignInRefusal;
use http::StatusCode;
use selfservice::Failure;
use selfservice::fulfillment::WorkRefusal;
pub(super) use web::sentence;
use web::{Page, RequestId};

use crate::manage::ManageError;

/// Why a page is not shown, or what a form asked for was not done.
#[derive(Debug, Clone)]
pub(super) struct Fault(entrance::Fault);

#[derive(Template)]
#[template(path = "console/fault.html")]
struct Html<'a> {
    page: Page,
    fault: &'a entrance::Fault,
    request_id: &'a str,
}

impl Fault {
    pub(super) const NOT_FOUND: Self = Self(entrance::Fault::NOT_FOUND);
    pub(super) const MADE_ALREADY: Self = Self(entrance::Fault::MADE_ALREADY);
    /// What was seen is there no more.
    pub(super) const OVERTAKEN: Self = Self(entrance::Fault::new(
        StatusCode::CONFLICT,
        "Somebody was faster",
        "It was changed since you opened the page. Nothing was changed just now. Go back, load the page \
         again, and decide anew.",
    ));
    pub(super) const INTERNAL: Self = Self(entrance::Fault::INTERNAL);
    pub(super) const UNAVAILABLE: Self = Self(entrance::Fault::UNAVAILABLE);

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
pub(super) fn page(page: Page, fault: &entrance::Fault, id: &RequestId) -> Response {
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
            ManageError::MadeAlready => Self::MADE_ALREADY,
            ManageError::Gone(..) | ManageError::There(..) | ManageError::Overtaken(..) => {
                Self::OVERTAKEN
            }
            ManageError::Faults(faults) => Self::conflict(sentence(&faults.join("; "))),
            ManageError::Storage(error) => error.into(),
            ManageError::Password(error) => {
                tracing::error!(%error, "a password can't be hashed");
                Self::INTERNAL
            }
        }
    }
}

impl From<SignInRefusal> for Fault {
    fn from(refusal: SignInRefusal) -> Self {
        Self(refusal.into())
    }
}
