//! What the handlers work with.

use std::ops::Deref;
use std::sync::Arc;

use domain::{Clock, Entropy};
use gateway::ServerKey;
use selfservice::{Operators, SelfService};

/// The services behind the routes; cheap to clone.
#[derive(Clone)]
pub struct Services(Arc<Inner>);

/// The services themselves.
pub struct Inner {
    /// Carries orders out. The customers' side has the same one, so that each hears of the other.
    pub selfservice: Arc<SelfService>,
    /// Who may call.
    pub operators: Operators,
    /// Turns a key into what the database has of it.
    pub key: ServerKey,
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
