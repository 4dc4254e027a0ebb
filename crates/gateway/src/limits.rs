//! How an app's limits stand: for the operator's people, in the terms in which each call is told.

use domain::access::ClientId;
use jiff::Timestamp;
use storage::{Error, Pace, Quota};

use crate::Gateway;
use crate::call::Limit;

/// An app's limits at one instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppLimits {
    /// False when this server limits nobody.
    pub limited: bool,
    /// How fast the app may call.
    pub pace: Pace,
    /// What is left of that; nothing when nobody is limited.
    pub spike_arrest: Option<Limit>,
    /// The app's API products by name, each with its quota, if it has one.
    pub products: Vec<(String, Option<QuotaUse>)>,
}

/// How one quota stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuotaUse {
    /// How often the app may call the API product.
    pub quota: Quota,
    /// How many calls the window has had. What a node that broke down had counted ahead is in it, a
    /// twentieth of what was left at most.
    pub used: u32,
    /// How many calls are left.
    pub remaining: u32,
    /// When the window began.
    pub starts_at: Timestamp,
    /// When the window is over, and all calls are left again.
    pub ends_at: Timestamp,
}

/// A quota of which some is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NearQuota {
    /// Whose.
    pub app: ClientId,
    /// For which API product.
    pub api_product: String,
    /// How it stands.
    pub stands: QuotaUse,
}

impl Gateway {
    /// How the limits of an app stand, enabled or not; none for an unknown one.
    pub async fn limits_of(&self, app: &ClientId) -> Result<Option<AppLimits>, Error> {
        let now = self.clock.now();
        let found = self
            .store
            .read(async |tx| tx.imports().app(app).await)
            .await?;
        let Some(kept) = found else { return Ok(None) };
        let mut products = Vec::with_capacity(kept.products.len());
        for (name, quota) in kept.products {
            let stands = match quota {
                Some(quota) => Some(self.quotas.look(app, &name, quota, now).await?),
                None => None,
            };
            products.push((name, stands));
        }
        let spike_arrest = self.spike_arrest.look(&kept.registered, now).await?;
        Ok(Some(AppLimits {
            limited: spike_arrest.is_some(),
            pace: kept.registered.pace,
            spike_arrest,
            products,
        }))
    }

    /// The quotas of which the largest share is used at this moment, those first.
    pub async fn nearest_quotas(&self, most: i64) -> Result<Vec<NearQuota>, Error> {
        let now = self.clock.now();
        let found = self
            .store
            .read(async |tx| tx.quotas().nearest(now, most).await)
            .await?;
        let mut nearest = Vec::with_capacity(found.len());
        for (app, api_product) in found {
            let limits = self.limits_of(&app).await?;
            let products = limits.into_iter().flat_map(|limits| limits.products);
            let stands = products.filter(|(name, _)| *name == api_product);
            nearest.extend(stands.filter_map(|(api_product, stands)| {
                Some(NearQuota {
                    app: app.clone(),
                    api_product,
                    stands: stands?,
                })
            }));
        }
        Ok(nearest)
    }
}
