//! What is declared once for each operation: who may call it, and what may go wrong.

use crate::error::ErrorCode::{
    self, AccountNotFound, AddressCardNotFound, AddressNotAllowed, AgreementNotFound,
    AgreementNotInForce, BasicNotAllowed, BodyTooLarge, DeliveryNotFound, EmptyInput,
    EndpointDisabled, EndpointNotFound, ExpiredToken, InvalidAddressCardId, InvalidAgreementId,
    InvalidBasicCredentials, InvalidConfiguration, InvalidOrganizationNumber, InvalidProductId,
    InvalidReference, InvalidScope, InvalidToken, MissingAuthorization, MissingEndUser,
    OrderNotCancellable, OrderNotFound, OrganizationNotFound, TooManyEndpoints,
    UnsupportedMediaType,
};
use crate::error::sets::ErrorSet;

/// An operation behind the gateway.
#[derive(Debug)]
pub struct Operation {
    /// The operation id, which is the handler's name.
    pub id: &'static str,
    /// The API product that holds it.
    pub product: &'static str,
    /// The scope that a token needs for it.
    pub scope: &'static str,
    /// The path parameter that is a telephone number of the caller's own, if there is one.
    pub msisdn: Option<&'static str>,
    /// Whether it needs to know how the end user was authenticated.
    pub acr: bool,
    /// Whose data its answers show.
    pub shows: Shows,
    pub(crate) errors: ErrorSet,
}

/// Whose data the answers of an operation show, which is noted call by call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shows {
    /// That of organizations: each answer says of which.
    Organizations,
    /// What belongs to the system user itself, or no more than an id.
    Nobody,
}

impl Operation {
    /// The same with answers that show no organization's data.
    const fn of_nobody(self) -> Self {
        Self {
            shows: Shows::Nobody,
            ..self
        }
    }

    /// Every code that it may answer with, in the order of their numbers.
    #[must_use]
    pub fn errors(&self) -> Vec<ErrorCode> {
        self.errors.codes()
    }

    /// The one with this id.
    #[must_use]
    pub fn find(id: &str) -> Option<&'static Self> {
        OPERATIONS.iter().find(|operation| operation.id == id)
    }
}

/// The API product of what is read.
pub(crate) const INFO: &str = "info";
/// The API product of what changes something.
pub(crate) const ORDER: &str = "order";

/// An operation that reads.
pub(crate) const fn read(id: &'static str, scope: &'static str, errors: ErrorSet) -> Operation {
    Operation {
        id,
        product: INFO,
        scope,
        msisdn: None,
        acr: false,
        shows: Shows::Organizations,
        errors,
    }
}

/// An operation that changes something.
const fn order(id: &'static str, scope: &'static str, errors: ErrorSet) -> Operation {
    Operation {
        product: ORDER,
        ..read(id, scope, errors)
    }
}

/// Every operation behind the gateway. One that is routed and not listed keeps the server from
/// starting.
pub static OPERATIONS: &[Operation] = &[
    read("list_agreements", "agreements.read", ErrorSet::of(&[])),
    read(
        "get_agreement",
        "agreements.read",
        ErrorSet::of(&[InvalidAgreementId, AgreementNotFound]),
    ),
    read(
        "list_agreement_products",
        "agreements.read",
        ErrorSet::of(&[InvalidAgreementId, AgreementNotFound]),
    ),
    order(
        "place_order",
        "agreements.order",
        ErrorSet::with_body(&[
            InvalidAgreementId,
            InvalidProductId,
            AgreementNotFound,
            AgreementNotInForce,
            InvalidConfiguration,
        ]),
    )
    .of_nobody(),
    read(
        "list_orders",
        "agreements.read",
        ErrorSet::of(&[InvalidAgreementId]),
    ),
    read(
        "get_order",
        "agreements.read",
        ErrorSet::of(&[OrderNotFound]),
    ),
    order(
        "cancel_order",
        "agreements.order",
        ErrorSet::of(&[OrderNotFound, OrderNotCancellable]),
    ),
    read("list_accounts", "accounts.read", ErrorSet::of(&[])),
    read(
        "get_account",
        "accounts.read",
        ErrorSet::of(&[AccountNotFound]),
    ),
    order(
        "create_account",
        "accounts.order",
        ErrorSet::with_body(&[
            OrganizationNotFound,
            AddressCardNotFound,
            InvalidOrganizationNumber,
            InvalidAddressCardId,
            InvalidReference,
            EmptyInput,
        ]),
    ),
    read(
        "list_organizations",
        "organizations.read",
        ErrorSet::of(&[]),
    ),
    read(
        "list_address_cards",
        "organizations.read",
        ErrorSet::of(&[OrganizationNotFound, InvalidOrganizationNumber]),
    ),
    read("list_events", TOLD, ErrorSet::of(&[])),
    order(
        "create_endpoint",
        MANAGED,
        ErrorSet::with_body_alone(&[AddressNotAllowed, TooManyEndpoints]),
    )
    .of_nobody(),
    read("list_endpoints", TOLD, ErrorSet::of(&[])).of_nobody(),
    read("get_endpoint", TOLD, ErrorSet::of(&[EndpointNotFound])).of_nobody(),
    order(
        "change_endpoint",
        MANAGED,
        ErrorSet::with_body_alone(&[EndpointNotFound, AddressNotAllowed]),
    )
    .of_nobody(),
    order(
        "delete_endpoint",
        MANAGED,
        ErrorSet::of(&[EndpointNotFound]),
    )
    .of_nobody(),
    order(
        "rotate_endpoint_secret",
        MANAGED,
        ErrorSet::of(&[EndpointNotFound]),
    )
    .of_nobody(),
    read("list_deliveries", TOLD, ErrorSet::of(&[EndpointNotFound])).of_nobody(),
    read(
        "get_delivery",
        TOLD,
        ErrorSet::of(&[EndpointNotFound, DeliveryNotFound]),
    )
    .of_nobody(),
    order(
        "redeliver",
        MANAGED,
        ErrorSet::of(&[EndpointNotFound, DeliveryNotFound, EndpointDisabled]),
    )
    .of_nobody(),
];

const TOLD: &str = "notifications.read";
const MANAGED: &str = "notifications.manage";

/// The token endpoints, which are in front of the gateway: operation id and errors.
static TOKEN_ENDPOINTS: &[(&str, ErrorSet)] = &[
    (
        "create_token",
        ErrorSet::of_tokens(&[
            InvalidBasicCredentials,
            MissingEndUser,
            InvalidScope,
            BodyTooLarge,
            UnsupportedMediaType,
        ]),
    ),
    ("log_out", LOG_OUT),
    ("log_out_by_get", LOG_OUT),
    (
        "revoke_token",
        ErrorSet::of_tokens(&[InvalidBasicCredentials, BodyTooLarge, UnsupportedMediaType]),
    ),
    (
        "introspect_token",
        ErrorSet::of_tokens(&[InvalidBasicCredentials, BodyTooLarge, UnsupportedMediaType]),
    ),
    ("get_authorization_server", ErrorSet::of_tokens(&[])),
];

const LOG_OUT: ErrorSet = ErrorSet::of_tokens(&[
    MissingAuthorization,
    InvalidBasicCredentials,
    BasicNotAllowed,
    InvalidToken,
    ExpiredToken,
]);

/// Every code that a token endpoint may answer with; none if it is not one.
pub(crate) fn token_endpoint_errors(id: &str) -> Option<Vec<ErrorCode>> {
    let (_, errors) = TOKEN_ENDPOINTS.iter().find(|(known, _)| *known == id)?;
    Some(errors.codes())
}
