//! Operators: add one, change what they may do and what their key does, and find who stands behind a
//! key. Knows keys by their hash alone.

use std::sync::Arc;

use domain::access::{Operator, OperatorName, OperatorRole, Realm, SystemUserName, TokenHash};
use domain::{Author, Clock, Entropy, OtherChange};
use storage::{Error, Store, Transaction};

use crate::Seen;
use crate::journal::Scribe;

/// Whoever holds this sequence's row changes operators: of two administrators who disable each other
/// at the same time, the second is told that it was too late.
const TURN: &str = "operators";

/// What a key of an operator's is for; needs nothing of the other services.
pub struct Operators {
    store: Store,
    clock: Arc<dyn Clock>,
    scribe: Scribe,
}

/// Why an operator is not added or changed.
#[derive(Debug, thiserror::Error)]
pub enum OperatorRefusal {
    /// No such operator.
    #[error("there is no operator {0}")]
    Unknown(String),
    /// There is one of this name.
    #[error("there is an operator {0} already")]
    Exists(String),
    /// Histories would not tell the operator from somebody else.
    #[error("{0} is what {1} is called, so histories would not tell the two apart")]
    NameTaken(String, &'static str),
    /// Nobody could add or enable operators any more.
    #[error("{0} is the last enabled administrator")]
    LastAdministrator(String),
    /// Sent again, a form would make another secret; or somebody else was faster.
    #[error("another one was made since the form was opened")]
    MadeAlready,
    /// The database failed; for the log alone.
    #[error(transparent)]
    Storage(#[from] Error),
}

/// Whether an operator is there already, and how they are from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PutOperator {
    /// The operator.
    pub operator: Operator,
    /// Whether they were added just now, with the key that was brought.
    pub is_new: bool,
}

impl Operators {
    /// The operators of a database, whose changes are written down with the journal's key.
    #[must_use]
    pub fn new(
        store: Store,
        (clock, entropy): (Arc<dyn Clock>, Arc<dyn Entropy>),
        journal_key: &[u8; 32],
    ) -> Self {
        Self {
            store,
            clock,
            scribe: Scribe::new(entropy, journal_key),
        }
    }

    /// The enabled operator whose key has this hash.
    pub async fn find_by_key(&self, key: &TokenHash) -> Result<Option<Operator>, Error> {
        self.store
            .read(async |tx| tx.operators().find_by_key(key).await)
            .await
    }

    /// The operator of this name, enabled or not.
    pub async fn find(&self, name: &OperatorName) -> Result<Operator, OperatorRefusal> {
        self.store.read(async |tx| known(tx, name).await).await
    }

    /// All of them, by name.
    pub async fn list(&self) -> Result<Vec<Operator>, Error> {
        self.store
            .read(async |tx| tx.operators().list().await)
            .await
    }

    /// Adds an operator.
    pub async fn add(
        &self,
        by: &Author,
        (name, role): (&OperatorName, OperatorRole),
        key: &TokenHash,
    ) -> Result<Operator, OperatorRefusal> {
        self.store
            .transact(async |tx| {
                hold(tx).await?;
                self.insert(tx, by, (name, role), key).await
            })
            .await
    }

    /// Adds an operator with this key, or settles what a known one may do; that one's key stays.
    pub async fn put(
        &self,
        by: &Author,
        (name, role): (&OperatorName, OperatorRole),
        key: &TokenHash,
    ) -> Result<PutOperator, OperatorRefusal> {
        self.store
            .transact(async |tx| {
                hold(tx).await?;
                let Some(before) = tx.operators().find(name).await? else {
                    let operator = self.insert(tx, by, (name, role), key).await?;
                    return Ok(PutOperator {
                        operator,
                        is_new: true,
                    });
                };
                let operator = Operator {
                    role,
                    ..before.clone()
                };
                if operator != before {
                    leaves_an_administrator(tx, &operator).await?;
                    tx.operators().set_role(name, role).await?;
                    let change = change(name, "role changed").with("role", role.as_str());
                    self.write_down(tx, by, change).await?;
                }
                Ok(PutOperator {
                    operator,
                    is_new: false,
                })
            })
            .await
    }

    /// Lets a key work and the person sign in, or not; one who is disabled is signed out at once.
    pub async fn set_enabled(
        &self,
        by: &Author,
        name: &OperatorName,
        enabled: bool,
    ) -> Result<Operator, OperatorRefusal> {
        self.store
            .transact(async |tx| {
                hold(tx).await?;
                let before = known(tx, name).await?;
                let operator = Operator {
                    enabled,
                    ..before.clone()
                };
                if operator != before {
                    leaves_an_administrator(tx, &operator).await?;
                    tx.operators().set_enabled(name, enabled).await?;
                    if !enabled {
                        let realm = Realm::Operator;
                        tx.sessions().end_others(realm, name.as_str(), None).await?;
                    }
                    let action = if enabled { "enabled" } else { "disabled" };
                    self.write_down(tx, by, change(name, action)).await?;
                }
                Ok(operator)
            })
            .await
    }

    /// Replaces a key, which ends the one before. Who says what was seen is refused when that is no
    /// longer so.
    pub async fn set_key(
        &self,
        by: &Author,
        name: &OperatorName,
        key: &TokenHash,
        seen: Option<&Seen>,
    ) -> Result<Operator, OperatorRefusal> {
        self.store
            .transact(async |tx| {
                let operator = known(tx, name).await?;
                let now = held_seen_of_operator(tx, name).await?;
                if seen.is_some_and(|seen| *seen != now) {
                    return Err(OperatorRefusal::MadeAlready);
                }
                tx.operators().set_key(name, key).await?;
                let change = change(name, "given another key");
                self.write_down(tx, by, change).await?;
                Ok(operator)
            })
            .await
    }

    /// Which key and which password someone has, for a form that makes another.
    pub async fn seen_of_secrets(&self, name: &OperatorName) -> Result<Seen, Error> {
        self.store
            .read(async |tx| seen_of_operator(tx, name).await)
            .await
    }

    /// Does what another part of the program does about an operator, such as signing them in, and
    /// writes it down in the same transaction; false, and nothing is written, if it was not done.
    pub async fn record(
        &self,
        by: &Author,
        name: &OperatorName,
        action: &str,
        body: impl AsyncFnOnce(&mut Transaction) -> Result<bool, Error> + Clone,
    ) -> Result<bool, Error> {
        self.store
            .transact(async |tx| {
                let done = body.clone()(tx).await?;
                if done {
                    self.write_down(tx, by, change(name, action)).await?;
                }
                Ok(done)
            })
            .await
    }

    /// The same for what somebody does in their own name, as long as they are enabled: whoever
    /// disables them waits for its end, and finds the session that it may have begun.
    pub async fn record_own(
        &self,
        name: &OperatorName,
        action: &str,
        body: impl AsyncFnOnce(&mut Transaction) -> Result<bool, Error> + Clone,
    ) -> Result<bool, Error> {
        let body = async |tx: &mut Transaction| {
            let now = tx.operators().hold(name).await?;
            Ok(now.is_some_and(|now| now.enabled) && body.clone()(tx).await?)
        };
        let by = Author::of_operator(name.as_str());
        self.record(&by, name, action, body).await
    }

    async fn insert(
        &self,
        tx: &mut Transaction,
        by: &Author,
        (name, role): (&OperatorName, OperatorRole),
        key: &TokenHash,
    ) -> Result<Operator, OperatorRefusal> {
        let taken = |by_whom| OperatorRefusal::NameTaken(name.as_str().to_owned(), by_whom);
        if Author::is_part_of_server(name.as_str()) {
            return Err(taken("a part of the server"));
        }
        let user = SystemUserName::new(name.as_str());
        if tx.system_users().find(&user).await?.is_some() {
            return Err(taken("a customer's system user"));
        }
        let operator = Operator {
            name: name.clone(),
            role,
            enabled: true,
            created_at: self.clock.now(),
        };
        if !tx.operators().insert(&operator, key).await? {
            return Err(OperatorRefusal::Exists(name.as_str().to_owned()));
        }
        let change = change(name, "added").with("role", role.as_str());
        self.write_down(tx, by, change).await?;
        Ok(operator)
    }

    async fn write_down(
        &self,
        tx: &mut Transaction,
        by: &Author,
        change: OtherChange,
    ) -> Result<(), Error> {
        let when = (None, self.clock.now());
        self.scribe.done(tx, change, when, by.clone()).await
    }
}

/// Which key and which password someone has, for those who change them in a transaction of theirs:
/// nobody else does before it ends.
pub async fn held_seen_of_operator(
    tx: &mut Transaction,
    name: &OperatorName,
) -> Result<Seen, Error> {
    tx.operators().hold(name).await?;
    seen_of_operator(tx, name).await
}

async fn seen_of_operator(tx: &mut Transaction, name: &OperatorName) -> Result<Seen, Error> {
    let key = tx.operators().key_hash(name).await?;
    let login = tx.logins().find(Realm::Operator, name.as_str()).await?;
    Ok(Seen::of([
        key.as_ref().map_or("", TokenHash::as_str),
        login.as_ref().map_or("", |login| &login.password_hash),
    ]))
}

/// Keeps others from changing operators until this transaction ends.
async fn hold(tx: &mut Transaction) -> Result<(), Error> {
    tx.sequences().take_block(TURN, 0).await.map(drop)
}

async fn known(tx: &mut Transaction, name: &OperatorName) -> Result<Operator, OperatorRefusal> {
    let found = tx.operators().find(name).await?;
    found.ok_or_else(|| OperatorRefusal::Unknown(name.as_str().to_owned()))
}

/// Refuses to make an operator so that no enabled administrator is left of those there are.
async fn leaves_an_administrator(
    tx: &mut Transaction,
    after: &Operator,
) -> Result<(), OperatorRefusal> {
    let counts = |one: &Operator| one.enabled && one.role == OperatorRole::Administrator;
    let known = tx.operators().list().await?;
    let had = known.iter().any(counts);
    let others = known.iter().filter(|one| one.name != after.name);
    if had && !counts(after) && !others.into_iter().any(counts) {
        let name = after.name.as_str().to_owned();
        return Err(OperatorRefusal::LastAdministrator(name));
    }
    Ok(())
}

fn change(name: &OperatorName, action: &str) -> OtherChange {
    OtherChange::new("operator", name.as_str(), action)
}
