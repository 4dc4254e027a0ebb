//! What is declared once per operation: the role that it asks for, and how it may say no.

use domain::access::OperatorRole;

use crate::problem::Code;
use crate::routes::records;

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

const ENDPOINT: &[Code] = &[Code::EndpointNotFound];
const DELIVERY: &[Code] = &[Code::EndpointNotFound, Code::DeliveryNotFound];
const ENDPOINT_CHANGE: &[Code] = &[
    Code::BodyTooLarge,
    Code::UnsupportedMediaType,
    Code::EndpointNotFound,
];
const REDELIVERY: &[Code] = &[
    Code::BodyTooLarge,
    Code::UnsupportedMediaType,
    Code::EndpointNotFound,
    Code::DeliveryNotFound,
    Code::EndpointDisabled,
];
const DECISION: &[Code] = &[
    Code::BodyTooLarge,
    Code::UnsupportedMediaType,
    Code::RequestNotFound,
];
const DEVELOPER: &[Code] = &[Code::DeveloperNotFound];
const DEVELOPER_CHANGE: &[Code] = &[
    Code::BodyTooLarge,
    Code::UnsupportedMediaType,
    Code::DeveloperNotFound,
];
const INVITATION: &[Code] = &[
    Code::BodyTooLarge,
    Code::UnsupportedMediaType,
    Code::RecordNotFound,
    Code::DeveloperNotFound,
    Code::DeveloperDisabled,
    Code::TooMany,
];
const TAKING_BACK: &[Code] = &[
    Code::BodyTooLarge,
    Code::UnsupportedMediaType,
    Code::DeveloperNotFound,
    Code::InvitationNotFound,
];
const OPERATOR_CHANGE: &[Code] = &[
    Code::BodyTooLarge,
    Code::UnsupportedMediaType,
    Code::OperatorNotFound,
];
const OPERATOR_END: &[Code] = &[
    Code::BodyTooLarge,
    Code::UnsupportedMediaType,
    Code::OperatorNotFound,
    Code::LastAdministrator,
];
const OPERATOR_PUT: &[Code] = &[
    Code::BodyTooLarge,
    Code::UnsupportedMediaType,
    Code::OperatorNotFound,
    Code::NameTaken,
    Code::LastAdministrator,
];

pub(crate) const fn viewer(id: &'static str, own: &'static [Code]) -> Operation {
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

pub(crate) const fn administrator(id: &'static str, own: &'static [Code]) -> Operation {
    Operation {
        id,
        role: OperatorRole::Administrator,
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
    viewer("list_changes", &[]),
    viewer("get_journal_head", &[]),
    viewer("list_notification_endpoints", &[]),
    viewer("get_notification_endpoint", ENDPOINT),
    viewer("list_notification_deliveries", ENDPOINT),
    viewer("get_notification_delivery", DELIVERY),
    desk("disable_notification_endpoint", ENDPOINT_CHANGE),
    desk("enable_notification_endpoint", ENDPOINT_CHANGE),
    desk("redeliver_notification", REDELIVERY),
    viewer("get_app_limits", &[Code::AppNotFound]),
    viewer("get_calls", &[]),
    viewer("get_call_latencies", &[]),
    viewer("get_gauges", &[]),
    viewer("list_data_reads", &[]),
    viewer("list_api_product_requests", &[]),
    desk("approve_api_product_request", DECISION),
    desk("refuse_api_product_request", DECISION),
    viewer("list_developers", &[Code::RecordNotFound]),
    viewer("get_developer", DEVELOPER),
    administrator("put_developer", DEVELOPER_CHANGE),
    administrator("invite_developer", INVITATION),
    administrator("take_back_invitation", TAKING_BACK),
    administrator("disable_developer", DEVELOPER_CHANGE),
    administrator("enable_developer", DEVELOPER_CHANGE),
    administrator("end_developer_sessions", DEVELOPER_CHANGE),
    administrator("remove_developer_codes", DEVELOPER_CHANGE),
    administrator("list_operators", &[]),
    administrator("get_operator", &[Code::OperatorNotFound]),
    administrator("put_operator", OPERATOR_PUT),
    administrator("rotate_operator_key", OPERATOR_CHANGE),
    administrator("disable_operator", OPERATOR_END),
    administrator("enable_operator", OPERATOR_CHANGE),
];

impl Operation {
    /// The operation with this id.
    pub(crate) fn find(id: &str) -> Option<&'static Self> {
        let mut known = OPERATIONS.iter().chain(records::OPERATIONS);
        known.find(|operation| operation.id == id)
    }

    /// Every code that it may answer with, by status.
    pub(crate) fn codes(&self) -> Vec<Code> {
        let mut codes = [COMMON, self.own].concat();
        codes.sort_by_key(|code| (code.status(), *code));
        codes
    }
}
