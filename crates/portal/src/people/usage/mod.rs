//! Use: how much an organization's apps call and may still call, which calls those were, and what
//! became of its orders and notifications.

mod calls;
mod log;
mod notifications;
mod orders;
mod tally;

pub(super) use calls::show as calls;
pub(super) use log::show as log;
pub(super) use notifications::{list as endpoints, redeliver, show as endpoint};
pub(super) use orders::list as orders;

use domain::OrderState;
use selfservice::Failure;
use selfservice::notifications::OversightRefusal;
use storage::RegisteredApp;
use web::{Badge, Tone};

use super::People;
use super::fault::Fault;
use super::signed_in::SignedIn;

/// Where the pages begin.
pub(super) const ADDRESS: &str = "/portal/use";

/// The tabs, in their order.
const TABS: [(&str, &str); 4] = [
    ("Calls and limits", ADDRESS),
    ("Request log", "/portal/use/log"),
    ("Orders", "/portal/use/orders"),
    ("Notifications", "/portal/use/notifications"),
];

/// What is chosen from, as fields want it.
fn app_options(apps: &[RegisteredApp]) -> Vec<(String, String)> {
    let app = |one: &RegisteredApp| {
        let id = one.app.id.as_str().to_owned();
        let begin: String = id.chars().take(8).collect();
        (id, format!("{} ({begin}\u{2026})", one.app.name))
    };
    apps.iter().map(app).collect()
}

fn state_badge(state: OrderState) -> Badge {
    let tone = match state {
        OrderState::Acknowledged | OrderState::Cancelled => Tone::Plain,
        OrderState::InProgress => Tone::Info,
        OrderState::Held => Tone::Warning,
        OrderState::Completed => Tone::Good,
        OrderState::Failed => Tone::Bad,
    };
    Badge::new(tone, state.as_str())
}

impl People {
    async fn own_apps(&self, person: &SignedIn) -> Result<Vec<RegisteredApp>, Fault> {
        let number = &person.organization.number;
        Ok(self.services.selfservice.list_own_apps(number).await?)
    }
}

/// What is asked for in an address that no link of ours has.
impl From<Failure> for Fault {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Storage(error) => error.into(),
            Failure::Rejected(_) => {
                Self::unreadable("The address has parameters that can't be read.")
            }
        }
    }
}

impl From<OversightRefusal> for Fault {
    fn from(refusal: OversightRefusal) -> Self {
        match refusal {
            OversightRefusal::Storage(error) => error.into(),
            _ => Self::NOT_FOUND,
        }
    }
}
