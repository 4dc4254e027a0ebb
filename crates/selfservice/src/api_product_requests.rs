//! Which API products an app has: its organization's people choose them, or ask the operator for
//! them, as the operator has settled.

use domain::Author;
use domain::access::ClientId;
use storage::{ApiProductRequest, Decision, Error, RequestState, Transaction};

use crate::apps::{change, known};
use crate::mandate::hold;
use crate::{Approval, Mandate, OwnRefusal, SelfService};

/// No reason is longer.
const LONGEST_REASON: usize = 500;

/// What became of the choice of an API product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chosen {
    /// The app has it.
    Given,
    /// The operator is asked.
    Asked,
}

impl SelfService {
    /// Gives an app an API product, or asks the operator for it.
    pub async fn choose_api_product(
        &self,
        mandate: &Mandate,
        id: &ClientId,
        api_product: &str,
    ) -> Result<Chosen, OwnRefusal> {
        let now = self.now();
        self.core
            .store
            .transact(async |tx| {
                hold(tx, mandate).await?;
                let owner = &mandate.organization;
                let app = known(tx, owner, id).await?;
                if app
                    .kept
                    .products
                    .iter()
                    .any(|(name, _)| name == api_product)
                {
                    return Ok(Chosen::Given);
                }
                let offered = tx.owned(owner).api_products().await?;
                if !offered.iter().any(|name| name == api_product) {
                    return Err(OwnRefusal::UnknownApiProduct(api_product.to_owned()));
                }
                if self.new_apps().approval == Approval::AtOnce {
                    let quota = self.new_apps().quota;
                    tx.client_apps().add_product(id, api_product, quota).await?;
                    let done = change(id, "given an API product").with("apiProduct", api_product);
                    self.write_down(tx, mandate, done).await?;
                    return Ok(Chosen::Given);
                }
                let by = (mandate.author.name_within_organization(), now);
                if tx.api_product_requests().ask(id, api_product, by).await? {
                    let done = change(id, "API product asked for").with("apiProduct", api_product);
                    self.write_down(tx, mandate, done).await?;
                }
                Ok(Chosen::Asked)
            })
            .await
    }

    /// Takes an API product from an app, and a request for it back.
    pub async fn drop_api_product(
        &self,
        mandate: &Mandate,
        id: &ClientId,
        api_product: &str,
    ) -> Result<(), OwnRefusal> {
        self.core
            .store
            .transact(async |tx| {
                hold(tx, mandate).await?;
                known(tx, &mandate.organization, id).await?;
                let had = tx.client_apps().remove_product(id, api_product).await?;
                let mut requests = tx.api_product_requests();
                let action = if had {
                    "API product taken away"
                } else if requests.withdraw(id, api_product).await? {
                    "request taken back"
                } else {
                    return Ok(());
                };
                let done = change(id, action).with("apiProduct", api_product);
                Ok(self.write_down(tx, mandate, done).await?)
            })
            .await
    }

    /// The requests that wait for the operator, the oldest first, at most so many.
    pub async fn list_open_requests(&self, most: i64) -> Result<Vec<ApiProductRequest>, Error> {
        self.core
            .store
            .read(async |tx| tx.api_product_requests().list_open(most).await)
            .await
    }

    /// Gives an app what its people asked for, with the quota of new apps.
    pub async fn approve_request(
        &self,
        by: &Author,
        id: &ClientId,
        api_product: &str,
    ) -> Result<ApiProductRequest, OwnRefusal> {
        self.core
            .store
            .transact(async |tx| {
                let decided = (RequestState::Approved, None);
                let decided = self.decide(tx, by, (id, api_product), decided).await?;
                let app = known(tx, &decided.owner, id).await?;
                if app
                    .kept
                    .products
                    .iter()
                    .all(|(name, _)| name != api_product)
                {
                    let quota = self.new_apps().quota;
                    tx.client_apps().add_product(id, api_product, quota).await?;
                }
                Ok(decided)
            })
            .await
    }

    /// Does not give it, and says why; the app's people read it.
    pub async fn refuse_request(
        &self,
        by: &Author,
        (id, api_product): (&ClientId, &str),
        reason: &str,
    ) -> Result<ApiProductRequest, OwnRefusal> {
        let reason: String = reason.trim().chars().take(LONGEST_REASON).collect();
        self.core
            .store
            .transact(async |tx| {
                let decided = (RequestState::Refused, Some(reason.as_str()));
                self.decide(tx, by, (id, api_product), decided).await
            })
            .await
    }

    async fn decide(
        &self,
        tx: &mut Transaction,
        by: &Author,
        (id, api_product): (&ClientId, &str),
        (state, reason): (RequestState, Option<&str>),
    ) -> Result<ApiProductRequest, OwnRefusal> {
        let found = tx.client_apps().find(id).await?;
        let app = found.ok_or(OwnRefusal::UnknownRequest)?.app;
        let decision = Decision {
            state,
            by: &by.name,
            at: self.now(),
            reason,
        };
        let mut requests = tx.api_product_requests();
        if !requests.decide(id, api_product, decision).await? {
            return Err(OwnRefusal::UnknownRequest);
        }
        let action = match state {
            RequestState::Refused => "API product refused",
            _ => "given an API product",
        };
        let done = change(id, action).with("apiProduct", api_product);
        let done = match reason {
            Some(reason) => done.with("reason", reason),
            None => done,
        };
        let mandate = Mandate::of_operator(by, &app.owner);
        self.write_down(tx, &mandate, done).await?;
        let requests = tx.api_product_requests().list_of(&app.owner, id).await?;
        let decided = requests
            .into_iter()
            .find(|request| request.api_product == api_product);
        decided.ok_or(OwnRefusal::UnknownRequest)
    }
}
