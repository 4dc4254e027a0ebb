//! What is declared once for each operation: who may call it, and what may go wrong.

use crate::error::ErrorCode::{
    self, AccountNotFound, AddressCardNotFound, AgreementNotFound, AgreementNotInForce, EmptyInput,
    InvalidAddressCardId, InvalidAgreementId, InvalidConfiguration, InvalidOrganizationNumber,
    InvalidProductId, InvalidReference, OrderNotCancellable, OrderNotFound, OrganizationNotFound,
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
