//! What is declared once for each operation: who may call it, and what may go wrong.

use crate::error::ErrorCode::{
    self, AccountNotFound, AddressCardNotFound, AgreementNotFound, AgreementNotInForce,
    BasicNotAllowed, BodyTooLarge, EmptyInput, ExpiredToken, InvalidAddressCardId,
    InvalidAgreementId, InvalidBasicCredentials, InvalidConfiguration, InvalidOrganizationNumber,
    InvalidProductId, InvalidReference, InvalidScope, InvalidToken, MissingAuthorization,
    MissingEndUser, OrderNotCancellable, OrderNotFound, OrganizationNotFound, UnsupportedMediaType,
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
    errors: ErrorSet,
}

impl Operation {
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

/// Every operation behind the gateway. One that is routed and not listed keeps the server from
/// starting.
pub static OPERATIONS: &[Operation] = &[
    Operation {
        id: "list_agreements",
        product: INFO,
        scope: "agreements.read",
        errors: ErrorSet::of(&[]),
    },
    Operation {
        id: "get_agreement",
        product: INFO,
        scope: "agreements.read",
        errors: ErrorSet::of(&[InvalidAgreementId, AgreementNotFound]),
    },
    Operation {
        id: "list_agreement_products",
        product: INFO,
        scope: "agreements.read",
        errors: ErrorSet::of(&[InvalidAgreementId, AgreementNotFound]),
    },
    Operation {
        id: "place_order",
        product: ORDER,
        scope: "agreements.order",
        errors: ErrorSet::with_body(&[
            InvalidAgreementId,
            InvalidProductId,
            AgreementNotFound,
            AgreementNotInForce,
            InvalidConfiguration,
        ]),
    },
    Operation {
        id: "list_orders",
        product: INFO,
        scope: "agreements.read",
        errors: ErrorSet::of(&[InvalidAgreementId]),
    },
    Operation {
        id: "get_order",
        product: INFO,
        scope: "agreements.read",
        errors: ErrorSet::of(&[OrderNotFound]),
    },
    Operation {
        id: "cancel_order",
        product: ORDER,
        scope: "agreements.order",
        errors: ErrorSet::of(&[OrderNotFound, OrderNotCancellable]),
    },
    Operation {
        id: "list_accounts",
        product: INFO,
        scope: "accounts.read",
        errors: ErrorSet::of(&[]),
    },
    Operation {
        id: "get_account",
        product: INFO,
        scope: "accounts.read",
        errors: ErrorSet::of(&[AccountNotFound]),
    },
    Operation {
        id: "create_account",
        product: ORDER,
        scope: "accounts.order",
        errors: ErrorSet::with_body(&[
            OrganizationNotFound,
            AddressCardNotFound,
            InvalidOrganizationNumber,
            InvalidAddressCardId,
            InvalidReference,
            EmptyInput,
        ]),
    },
    Operation {
        id: "list_organizations",
        product: INFO,
        scope: "organizations.read",
        errors: ErrorSet::of(&[]),
    },
    Operation {
        id: "list_address_cards",
        product: INFO,
        scope: "organizations.read",
        errors: ErrorSet::of(&[OrganizationNotFound, InvalidOrganizationNumber]),
    },
];

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
