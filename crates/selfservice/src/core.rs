//! What the services and the background work share.

use std::sync::Arc;

use domain::{Clock, Entropy};
use storage::Store;
use tokio::sync::Notify;

use crate::fulfillment::Fulfillment;
use crate::journal::Scribe;
use crate::notifications::SecretKey;

/// The database, the time, the settings and the bells.
pub(crate) struct Core {
    pub(crate) store: Store,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) fulfillment: Fulfillment,
    pub(crate) scribe: Scribe,
    pub(crate) secrets: SecretKey,
    pub(crate) bells: Bells,
}

/// Wake those of this process who wait for work. Other nodes look by themselves.
#[derive(Default)]
pub(crate) struct Bells {
    pub(crate) built_in: Notify,
    pub(crate) system: Notify,
    pub(crate) journal: Notify,
    pub(crate) deliveries: Notify,
}

impl Bells {
    /// Something was accepted or has ended: others may go on, and someone is to be told.
    pub(crate) fn ring(&self) {
        self.built_in.notify_one();
        self.system.notify_one();
        self.journal.notify_one();
    }
}
