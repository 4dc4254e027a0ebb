//! Agreements: which there are, what is ordered on them, what may be ordered.

use domain::access::Caller;
use domain::{Agreement, AgreementId, AgreementProducts, Rejection};

use crate::{Failure, SelfService};

impl SelfService {
    /// The agreements of the caller's organizations, by id.
    pub async fn list_agreements(&self, caller: &Caller) -> Result<Vec<Agreement>, Failure> {
        self.core
            .store
            .read(async |tx| Ok(tx.agreements().list(caller.reach()).await?))
            .await
    }

    /// One agreement.
    pub async fn find_agreement(
        &self,
        caller: &Caller,
        id: AgreementId,
    ) -> Result<Agreement, Failure> {
        self.core
            .store
            .read(async |tx| {
                let found = tx.agreements().find(caller.reach(), id).await?;
                found.ok_or_else(|| Rejection::AgreementNotFound.into())
            })
            .await
    }

    /// What is on an agreement, and what may be put on it.
    pub async fn list_agreement_products(
        &self,
        caller: &Caller,
        id: AgreementId,
    ) -> Result<AgreementProducts, Failure> {
        self.core
            .store
            .read(async |tx| {
                let found = tx.agreements().find(caller.reach(), id).await?;
                let agreement = found.ok_or(Rejection::AgreementNotFound)?;
                Ok(AgreementProducts {
                    ordered: tx.products().ordered_on(agreement.id).await?,
                    available: tx.offerings().available_on(agreement.id).await?,
                    owner: agreement.owner.number,
                })
            })
            .await
    }

    /// The same for the operator's people, whosever agreement it is; none if there is no such
    /// agreement.
    pub async fn find_any_agreement_products(
        &self,
        id: AgreementId,
    ) -> Result<Option<AgreementProducts>, Failure> {
        self.core
            .store
            .read(async |tx| {
                let kept = tx.imports().agreements(id.get(), 1).await?.pop();
                let Some(kept) = kept.filter(|kept| kept.agreement.id == id) else {
                    return Ok(None);
                };
                Ok(Some(AgreementProducts {
                    ordered: tx.products().ordered_on(id).await?,
                    available: tx.offerings().available_on(id).await?,
                    owner: kept.agreement.owner.number,
                }))
            })
            .await
    }
}
