//! Calls that an organization's people make from the portal. What the token is, the gateway knows.

use domain::OtherChange;
use domain::access::{ClientId, SystemUserName};
use storage::{Error, Transaction};

use crate::{Mandate, SelfService};

impl SelfService {
    /// Lets somebody try an operation with an app for a system user, and writes it down, unless
    /// the body says that this may not be; whether it may.
    pub async fn record_trial(
        &self,
        mandate: &Mandate,
        (app, system_user, operation): (&ClientId, &SystemUserName, &str),
        body: impl AsyncFnOnce(&mut Transaction) -> Result<bool, Error> + Clone,
    ) -> Result<bool, Error> {
        self.core
            .store
            .transact(async |tx| {
                let may = body.clone()(tx).await?;
                if may {
                    let done = OtherChange::new("app", app.as_str(), "tried in the portal")
                        .with("systemUser", system_user.as_str())
                        .with("operation", operation);
                    self.write_down(tx, mandate, done).await?;
                }
                Ok(may)
            })
            .await
    }
}
