//! What the handlers work with.

use std::ops::Deref;
use std::sync::Arc;

use domain::{AgreementProducts, Clock, Entropy};
use gateway::{Gateway, ServerKey};
use selfservice::{Operators, SelfService};

use crate::ConsoleSettings;
use crate::manage::Manage;

/// Writes what customers are answered, which only their side knows, as JSON.
pub type CustomersAnswer = Arc<dyn Fn(AgreementProducts) -> String + Send + Sync>;

/// The services behind the routes; cheap to clone.
#[derive(Clone)]
pub struct Services(Arc<Inner>);

/// The services themselves.
pub struct Inner {
    /// Carries orders out. The customers' side has the same one, so that each hears of the other.
    pub selfservice: Arc<SelfService>,
    /// What admits customers' calls; here it is asked about their limits.
    pub gateway: Arc<Gateway>,
    /// Who may call.
    pub operators: Operators,
    /// Single records.
    pub manage: Manage,
    /// What a customer is answered who asks for the products of an agreement.
    pub customers_answer: CustomersAnswer,
    /// Turns a key into what the database has of it.
    pub key: ServerKey,
    /// How the console is reached and looks.
    pub console: ConsoleSettings,
    /// For request ids.
    pub clock: Arc<dyn Clock>,
    /// For request ids.
    pub entropy: Arc<dyn Entropy>,
}

impl Services {
    /// Puts the services together.
    #[must_use]
    pub fn new(inner: Inner) -> Self {
        Self(Arc::new(inner))
    }
}

impl Deref for Services {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}
