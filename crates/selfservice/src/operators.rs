//! Operators: add one, change what their key does, and find who stands behind a key. Knows keys by
//! their hash alone.

use std::sync::Arc;

use domain::access::{Operator, OperatorName, OperatorRole, TokenHash};
use domain::{Author, Clock, Entropy, OtherChange};
use storage::{Error, Store, Transaction};

use crate::journal::Scribe;

/// What a key of an operator's is for; needs nothing of the other services.
pub struct Operators {
    store: Store,
    clock: Arc<dyn Clock>,
    scribe: Scribe,
}

impl Operators {
    /// The operators of a database.
    #[must_use]
    pub fn new(store: Store, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Self {
        Self {
            store,
            clock,
            scribe: Scribe::new(entropy),
        }
    }

    /// The enabled operator whose key has this hash.
    pub async fn find_by_key(&self, key: &TokenHash) -> Result<Option<Operator>, Error> {
        self.store
            .read(async |tx| tx.operators().find_by_key(key).await)
            .await
    }

    /// All of them, by name.
    pub async fn list(&self) -> Result<Vec<Operator>, Error> {
        self.store
            .read(async |tx| tx.operators().list().await)
            .await
    }

    /// Adds an operator; false if there is one of this name.
    pub async fn add(
        &self,
        by: &Author,
        (name, role): (&OperatorName, OperatorRole),
        key: &TokenHash,
    ) -> Result<bool, Error> {
        let operator = &Operator {
            name: name.clone(),
            role,
            enabled: true,
            created_at: self.clock.now(),
        };
        let change = &change(name, "added").with("role", role.as_str());
        self.change(by, change, async |tx| {
            tx.operators().insert(operator, key).await
        })
        .await
    }

    /// Lets a key work, or not; false if there is no such operator.
    pub async fn set_enabled(
        &self,
        by: &Author,
        name: &OperatorName,
        enabled: bool,
    ) -> Result<bool, Error> {
        let action = if enabled { "enabled" } else { "disabled" };
        let change = &change(name, action);
        self.change(by, change, async |tx| {
            tx.operators().set_enabled(name, enabled).await
        })
        .await
    }

    /// Replaces a key, which ends the one before; false if there is no such operator.
    pub async fn set_key(
        &self,
        by: &Author,
        name: &OperatorName,
        key: &TokenHash,
    ) -> Result<bool, Error> {
        let change = &change(name, "given another key");
        self.change(by, change, async |tx| {
            tx.operators().set_key(name, key).await
        })
        .await
    }

    /// Runs a mutation and writes it down, if it found what it was to change.
    async fn change(
        &self,
        by: &Author,
        change: &OtherChange,
        body: impl AsyncFnOnce(&mut Transaction) -> Result<bool, Error> + Clone,
    ) -> Result<bool, Error> {
        let now = self.clock.now();
        self.store
            .transact(async |tx| {
                let changed = body.clone()(tx).await?;
                if changed {
                    let when = (None, now);
                    self.scribe
                        .done(tx, change.clone(), when, by.clone())
                        .await?;
                }
                Ok(changed)
            })
            .await
    }
}

fn change(name: &OperatorName, action: &str) -> OtherChange {
    OtherChange::new("operator", name.as_str(), action)
}
