//! Subscriptions, as far as the gateway needs them: whose a telephone number is.

use domain::OrganizationNumber;
use domain::access::Reach;

use crate::sql::Statement;
use crate::{Error, Transaction};

static IS_WITHIN: Statement = Statement::new(
    "SELECT 1 FROM subscriptions s
     JOIN system_user_organizations r ON r.organization_number = s.organization_number
     WHERE s.msisdn = $1 AND r.system_user = $2",
);

static INSERT: Statement =
    Statement::new("INSERT INTO subscriptions (msisdn, organization_number) VALUES ($1, $2)");

pub(crate) static STATEMENTS: &[&Statement] = &[&IS_WITHIN, &INSERT];

/// The subscriptions, within one transaction.
pub struct Subscriptions<'t>(&'t mut Transaction);

impl Transaction {
    /// The subscriptions.
    pub fn subscriptions(&mut self) -> Subscriptions<'_> {
        Subscriptions(self)
    }
}

impl Subscriptions<'_> {
    /// Whether a number is subscribed by one of the caller's organizations.
    pub async fn is_within(&mut self, reach: Reach<'_>, msisdn: &str) -> Result<bool, Error> {
        let params = [msisdn.into(), reach.system_user().into()];
        let found = self
            .0
            .fetch_optional(&IS_WITHIN, &params, |_| Ok(()))
            .await?;
        Ok(found.is_some())
    }

    /// Adds a subscription that is not there yet.
    pub async fn insert(
        &mut self,
        msisdn: &str,
        organization: &OrganizationNumber,
    ) -> Result<(), Error> {
        let params = [msisdn.into(), organization.as_str().into()];
        self.0.execute(&INSERT, &params).await.map(drop)
    }
}
