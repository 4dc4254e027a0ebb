//! Whose data an answer shows: said by the handler, which knows, and noted by admission.

use std::convert::Infallible;

use axum::response::{IntoResponseParts, ResponseParts};
use domain::{BillingAccount, OrganizationNumber, Payer};

/// The organizations whose data an answer shows. A refusal shows nobody's.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Touched {
    pub(crate) organizations: Vec<OrganizationNumber>,
    /// Whether the data may be in the answer, and is not known to be.
    pub(crate) presumed: bool,
}

impl Touched {
    /// These, each once.
    pub(crate) fn of<'o>(organizations: impl IntoIterator<Item = &'o OrganizationNumber>) -> Self {
        let mut organizations: Vec<_> = organizations.into_iter().collect();
        organizations.sort_unstable();
        organizations.dedup();
        Self {
            organizations: organizations.into_iter().cloned().collect(),
            presumed: false,
        }
    }

    /// Those of the accounts: their owners, and the organizations that pay them.
    pub(crate) fn of_accounts(accounts: &[BillingAccount]) -> Self {
        Self::of(accounts.iter().flat_map(|account| {
            let payer = match &account.payer {
                Payer::Company(payer) => Some(&payer.number),
                Payer::Person(_) => None,
            };
            [&account.owner.number].into_iter().chain(payer)
        }))
    }

    /// All of the caller's, for an answer that does not say whose data it shows.
    pub(crate) fn presumed<'o>(
        organizations: impl IntoIterator<Item = &'o OrganizationNumber>,
    ) -> Self {
        Self {
            presumed: true,
            ..Self::of(organizations)
        }
    }
}

/// Goes along with the answer, for the layers outside.
impl IntoResponseParts for Touched {
    type Error = Infallible;

    fn into_response_parts(self, mut response: ResponseParts) -> Result<ResponseParts, Infallible> {
        response.extensions_mut().insert(self);
        Ok(response)
    }
}
