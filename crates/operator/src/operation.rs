//! What is declared once per operation: the role that it asks for, and how it may say no.

use domain::access::OperatorRole;

use crate::problem::Code;

/// One method on one path.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Operation {
    /// The operation id, which is the handler's name.
    pub(crate) id: &'static str,
    /// The lowest role that may call it.
    pub(crate) role: OperatorRole,
    /// The codes beyond those that all operations have.
    own: &'static [Code],
}

const COMMON: &[Code] = &[
    Code::InvalidRequest,
    Code::Unauthorized,
    Code::RoleTooLow,
    Code::Internal,
    Code::Unavailable,
];

const BODY: &[Code] = &[Code::BodyTooLarge, Code::UnsupportedMediaType];
const EXTENSION: &[Code] = &[
    Code::BodyTooLarge,
    Code::UnsupportedMediaType,
    Code::OrderNotFound,
    Code::OrderEnded,
    Code::ClaimVoid,
];
const MOVE: &[Code] = &[
    Code::BodyTooLarge,
    Code::UnsupportedMediaType,
    Code::OrderNotFound,
    Code::OrderEnded,
    Code::ClaimVoid,
    Code::WrongState,
];
const REPORT: &[Code] = &[
    Code::BodyTooLarge,
    Code::UnsupportedMediaType,
    Code::OrderNotFound,
    Code::OrderEnded,
    Code::OrderWaits,
    Code::ClaimVoid,
    Code::CarriedOutElsewhere,
];
const COMPLETION: &[Code] = &[
    Code::BodyTooLarge,
    Code::UnsupportedMediaType,
    Code::OrderNotFound,
    Code::OrderEnded,
    Code::OrderWaits,
    Code::ClaimVoid,
    Code::CarriedOutElsewhere,
    Code::Impossible,
];
const BEGINNING: &[Code] = &[
    Code::BodyTooLarge,
    Code::UnsupportedMediaType,
    Code::OrderNotFound,
    Code::OrderEnded,
    Code::OrderWaits,
    Code::ClaimVoid,
    Code::CarriedOutElsewhere,
    Code::WrongState,
];

const fn viewer(id: &'static str, own: &'static [Code]) -> Operation {
    Operation {
        id,
        role: OperatorRole::Viewer,
        own,
    }
}

const fn desk(id: &'static str, own: &'static [Code]) -> Operation {
    Operation {
        id,
        role: OperatorRole::Desk,
        own,
    }
}

/// Every operation.
pub(crate) const OPERATIONS: &[Operation] = &[
    desk("claim_orders", BODY),
    desk("extend_claim", EXTENSION),
    desk("complete_order", COMPLETION),
    desk("fail_order", REPORT),
    desk("hold_order", MOVE),
    desk("begin_order", BEGINNING),
    desk("resume_order", MOVE),
    viewer("list_orders", &[]),
    viewer("get_order", &[Code::OrderNotFound]),
    viewer("list_desk", &[]),
];

impl Operation {
    /// The operation with this id.
    pub(crate) fn find(id: &str) -> Option<&'static Self> {
        OPERATIONS.iter().find(|operation| operation.id == id)
    }

    /// Every code that it may answer with, by status.
    pub(crate) fn codes(&self) -> Vec<Code> {
        let mut codes = [COMMON, self.own].concat();
        codes.sort_by_key(|code| (code.status(), *code));
        codes
    }
}
