//! Carries out accepted orders, durably: claim a job, do its step, finish it.
//!
//! Each step is one transaction that changes the products, moves the order, writes it down and ends
//! the claim, so a crash anywhere leaves either all of the step or none of it. What is outside is
//! called between two steps, and told the same again after a crash.

mod activate_account;
mod apply;
pub(crate) mod backoff;
mod progress;
mod rounds;
mod simulated;
mod system;
mod work;
mod worker;

use std::sync::Arc;

use domain::{FulfillmentWay, Offering};
use jiff::{SignedDuration, Timestamp};

pub(crate) use rounds::Rounds as PullRounds;
pub use system::{Answer, OperatorSystem, SystemWorker, Trouble};
pub use work::{Claim, ClaimedOrder, Report, WorkRefusal};
pub use worker::Worker;

/// How orders are carried out.
#[derive(Clone)]
pub struct Fulfillment {
    /// Who carries out the orders of offerings that do not choose.
    pub default_way: FulfillmentWay,
    /// When the simulated ones come to pass.
    pub schedule: Schedule,
    /// The operator's own system, if there is one.
    pub system: Option<Arc<dyn OperatorSystem>>,
    /// Whether orders are carried out by another process, which knows whether there is a system.
    pub elsewhere: bool,
}

impl Fulfillment {
    /// Everything by this server itself.
    #[must_use]
    pub fn simulated(schedule: Schedule) -> Self {
        Self {
            default_way: FulfillmentWay::Simulated,
            schedule,
            system: None,
            elsewhere: false,
        }
    }

    /// Whether nobody calls for the orders that were left to the operator's system: it was set when
    /// they were accepted, and is not any more.
    pub(crate) fn lacks_system(&self) -> bool {
        self.system.is_none() && !self.elsewhere
    }

    /// Who carries out an offering's orders. What is left to a system that is not there goes to the
    /// desk, where it is seen.
    pub(crate) fn way_of(&self, offering: &Offering) -> FulfillmentWay {
        match offering.fulfillment.unwrap_or(self.default_way) {
            FulfillmentWay::System if self.system.is_none() => {
                tracing::warn!(
                    offering = offering.id.get(),
                    "no system is set; the desk gets it"
                );
                FulfillmentWay::Desk
            }
            way => way,
        }
    }

    /// When an order that is accepted now goes into progress.
    pub(crate) fn begins_at(&self, way: FulfillmentWay, accepted: Timestamp) -> Timestamp {
        match way {
            FulfillmentWay::Simulated => accepted + self.schedule.delay / 2,
            _ => accepted,
        }
    }
}

/// When things come to pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schedule {
    /// How long a simulated order takes from its acceptance to its completion. It can be cancelled
    /// in the first half. Accounts open after the same time.
    pub delay: SignedDuration,
    /// How long after its opening an account appears in lists.
    pub account_visible_after: SignedDuration,
}

impl Schedule {
    /// When lists begin to show an account that is opened now.
    pub(crate) fn visible_at(self, opened: Timestamp) -> Timestamp {
        opened + self.account_visible_after
    }

    /// When a simulated order that was accepted then is to be completed.
    pub(crate) fn completes_at(self, accepted: Timestamp) -> Timestamp {
        accepted + self.delay
    }
}
