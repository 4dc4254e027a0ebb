//! The sandbox: a company chooses how its orders end and how long they take, and goes back to the
//! records of the demo.

use std::pin::Pin;
use std::sync::Arc;

use domain::access::Caller;
use domain::{FulfillmentWay, OrderState, OrganizationNumber, OtherChange};
use jiff::{SignedDuration, Timestamp};
use storage::{Error, SandboxPlan, SandboxSettings, Transaction};

use crate::mandate::hold;
use crate::{Failure, Mandate, OwnRefusal, SelfService};

/// An order takes no longer.
pub const LONGEST_SANDBOX_DELAY: SignedDuration = SignedDuration::from_hours(1);
/// The fact of an installation that says that it holds the demo's data.
pub const DEMO_DATA: &str = "demo_data";
/// No reason is longer.
pub const LONGEST_SANDBOX_REASON: u32 = 200;

/// The records of the demo, as far as the sandbox knows them.
pub trait DemoRecords: Send + Sync {
    /// Makes everything of these organizations what the records say, within a transaction. Awaits
    /// nothing but the database.
    fn put_back<'a>(
        &'a self,
        tx: &'a mut Transaction,
        organizations: &'a [OrganizationNumber],
        now: Timestamp,
    ) -> Pin<Box<dyn Future<Output = Result<(), Error>> + Send + 'a>>;
}

impl SelfService {
    /// The same with the controls of a sandbox.
    #[must_use]
    pub fn with_sandbox(mut self, records: Arc<dyn DemoRecords>) -> Self {
        self.sandbox = Some(records);
        self
    }

    /// Whether this is a sandbox.
    #[must_use]
    pub fn is_sandbox(&self) -> bool {
        self.sandbox.is_some()
    }

    /// How long orders take when nobody has chosen.
    #[must_use]
    pub fn sandbox_delay(&self) -> SignedDuration {
        self.core.fulfillment.schedule.delay
    }

    /// How a company's orders end, as it has chosen.
    pub async fn sandbox_settings(
        &self,
        company: &OrganizationNumber,
    ) -> Result<SandboxSettings, OwnRefusal> {
        self.core
            .store
            .read(async |tx| {
                self.check_is_sandbox(tx).await?;
                let found = tx.sandbox().find(company).await?;
                Ok(found.unwrap_or_default())
            })
            .await
    }

    /// Settles how the orders end that are accepted from now on.
    pub async fn set_sandbox(
        &self,
        mandate: &Mandate,
        chosen: &SandboxSettings,
    ) -> Result<(), OwnRefusal> {
        check(chosen)?;
        self.core
            .store
            .transact(async |tx| {
                hold(tx, mandate).await?;
                self.check_is_sandbox(tx).await?;
                tx.sandbox().set(&mandate.organization, chosen).await?;
                let delay = chosen.delay.map(|delay| delay.as_secs_f64().to_string());
                let done = OtherChange::new("sandbox", mandate.organization.as_str(), "set")
                    .with("ending", chosen.ending.as_str())
                    .with("reason", chosen.reason.as_str())
                    .with("seconds", delay.unwrap_or_default());
                Ok(self.write_down(tx, mandate, done).await?)
            })
            .await
    }

    /// Data of real customers is never steered or reset, whatever the server was started with.
    async fn check_is_sandbox(&self, tx: &mut Transaction) -> Result<(), OwnRefusal> {
        let noted = tx.installation().find(DEMO_DATA).await?;
        if self.is_sandbox() && noted.is_some() {
            Ok(())
        } else {
            Err(OwnRefusal::NoSandbox)
        }
    }

    /// Makes everything of the company's organizations what the demo's records say, in one step;
    /// which organizations those are.
    pub async fn reset_sandbox(
        &self,
        mandate: &Mandate,
    ) -> Result<Vec<OrganizationNumber>, OwnRefusal> {
        let records = self.sandbox.clone().ok_or(OwnRefusal::NoSandbox)?;
        let (company, now) = (&mandate.organization, self.now());
        let reset = self.core.store.transact(async |tx| {
            hold(tx, mandate).await?;
            self.check_is_sandbox(tx).await?;
            let organizations = tx.sandbox().lock_organizations(company).await?;
            for organization in &organizations {
                tx.sandbox().clear(organization).await?;
            }
            tx.sandbox().forget(company).await?;
            records.put_back(tx, &organizations, now).await?;
            let done = OtherChange::new("sandbox", company.as_str(), "reset");
            self.write_down(tx, mandate, done).await?;
            Ok::<_, OwnRefusal>(organizations)
        });
        let reset = reset.await?;
        self.core.bells.ring();
        Ok(reset)
    }

    /// What an order will do that is accepted now; none where this is no sandbox, and where somebody
    /// else carries it out.
    pub(crate) async fn plan(
        &self,
        tx: &mut Transaction,
        caller: &Caller,
        (way, now): (FulfillmentWay, Timestamp),
    ) -> Result<Option<SandboxPlan>, Failure> {
        if !self.is_sandbox() || way != FulfillmentWay::Simulated {
            return Ok(None);
        }
        let chosen = tx.sandbox().find_of_app(&caller.app).await?;
        let chosen = chosen.unwrap_or_default();
        Ok(Some(SandboxPlan {
            ends_at: now + chosen.delay.unwrap_or_else(|| self.sandbox_delay()),
            ending: chosen.ending,
            reason: chosen.reason,
        }))
    }

    /// When an account is activated that is opened now.
    pub(crate) async fn activates_at(
        &self,
        tx: &mut Transaction,
        caller: &Caller,
        now: Timestamp,
    ) -> Result<Timestamp, Failure> {
        let way = FulfillmentWay::Simulated;
        let plan = self.plan(tx, caller, (way, now)).await?;
        let schedule = self.core.fulfillment.schedule;
        Ok(plan.map_or_else(|| schedule.completes_at(now), |plan| plan.ends_at))
    }
}

fn check(chosen: &SandboxSettings) -> Result<(), OwnRefusal> {
    let SandboxSettings {
        ending,
        reason,
        delay,
    } = chosen;
    let length = u32::try_from(reason.chars().count()).unwrap_or(u32::MAX);
    let words = !domain::has_invisible_character(reason) && length <= LONGEST_SANDBOX_REASON;
    let needs_words = *ending != OrderState::Completed;
    let delays = SignedDuration::ZERO..=LONGEST_SANDBOX_DELAY;
    let possible = [OrderState::Completed, OrderState::Failed, OrderState::Held];
    let fits = delay.is_none_or(|delay| delays.contains(&delay));
    if possible.contains(ending) && fits && words && !(needs_words && reason.is_empty()) {
        Ok(())
    } else {
        Err(OwnRefusal::UnusableSandbox)
    }
}
