//! What the handlers work with.

use std::ops::Deref;
use std::sync::Arc;

use domain::access::{DeveloperLogin, Realm};
use domain::{AgreementProducts, Author, Clock, Entropy};
use gateway::{Gateway, ServerKey};
use selfservice::{Mandate, Operators, SelfService};
use storage::{Error, Transaction};

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
    /// Where customers' people come with a link to choose a password; its secret end follows.
    pub invitation_address: String,
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

impl Services {
    /// Signs one of a customer's people out everywhere; false when they were nowhere signed in.
    pub(crate) async fn end_developer_sessions(
        &self,
        by: &Author,
        whom: &DeveloperLogin,
    ) -> Result<bool, Error> {
        let name = whom.to_string();
        let end = async |tx: &mut Transaction| {
            let mut sessions = tx.sessions();
            let ended = sessions.end_others(Realm::Portal, &name, None).await?;
            Ok(ended > 0)
        };
        self.record_of_developer(by, whom, "sessions ended", end)
            .await
    }

    /// Asks one of a customer's people for no one-time codes any more; false when there were none.
    pub(crate) async fn remove_developer_codes(
        &self,
        by: &Author,
        whom: &DeveloperLogin,
    ) -> Result<bool, Error> {
        let (name, logins) = (whom.to_string(), self.gateway.logins());
        let whose = (Realm::Portal, name.as_str());
        let remove = async |tx: &mut Transaction| {
            let removed = logins.end_codes(tx, whose, true).await?;
            if removed {
                tx.sessions().end_others(whose.0, whose.1, None).await?;
            }
            Ok(removed)
        };
        self.record_of_developer(by, whom, "one-time codes removed", remove)
            .await
    }

    async fn record_of_developer(
        &self,
        by: &Author,
        whom: &DeveloperLogin,
        action: &str,
        body: impl AsyncFnOnce(&mut Transaction) -> Result<bool, Error> + Clone,
    ) -> Result<bool, Error> {
        let mandate = Mandate::of_operator(by, &whom.organization);
        let about = (&mandate, &whom.email);
        self.selfservice
            .record_of_developer(about, action, body)
            .await
    }
}

impl Deref for Services {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}
