//! Other secrets and passwords, and the end of tokens.

use domain::access::{ClientId, SystemUserName};
use domain::{Author, OtherChange};
use jiff::SignedDuration;
use selfservice::Seen;
use storage::{Error, Transaction};

use super::{Expected, Manage, ManageError, hold};
use crate::import::{Shown, load, make_secret};
use crate::records::{Key, Kind, Meant};

/// A secret that an app has from now on, told this once.
#[derive(Clone, PartialEq, Eq)]
pub struct NewSecret {
    /// The secret.
    pub secret: String,
    /// How many older secrets work beside it: none or one.
    pub older_secrets: usize,
    /// How many tokens have ended.
    pub ended_tokens: u64,
}

/// A password that a system user has from now on, told this once.
#[derive(Clone, PartialEq, Eq)]
pub struct NewPassword {
    /// The password.
    pub password: String,
    /// How many tokens have ended.
    pub ended_tokens: u64,
}

impl Manage {
    /// Gives an app another secret. The one before works beside it until the next time, and the app's
    /// tokens stay; with `end_old`, the older secrets and all tokens end at once.
    pub async fn rotate_secret(
        &self,
        by: &Author,
        client_id: &str,
        end_old: bool,
        expected: &Expected,
    ) -> Result<NewSecret, ManageError> {
        let (kind, id) = (Kind::App, ClientId::new(client_id));
        let secret = make_secret(self.entropy.as_ref());
        let hash = self.key.hash_client_secret(&id, &secret);
        let body = async |tx: &mut Transaction| {
            let app = expected_one(tx, (kind, client_id), expected).await?;
            let mut secrets = tx.client_apps().secrets(&id).await?;
            let mut now = self.now();
            if let Some((_, added)) = secrets.last() {
                // The order of their times says which one is older.
                let later = added.saturating_add(SignedDuration::from_millis(1));
                now = now.max(later.unwrap_or(now));
            }
            let stay = usize::from(!end_old);
            while secrets.len() > stay {
                let (oldest, _) = secrets.remove(0);
                tx.client_apps().remove_secret(&id, &oldest).await?;
            }
            tx.client_apps().add_secret(&id, &hash, now).await?;
            let ended = if end_old {
                tx.access_tokens().revoke_of_app(&id, self.now()).await?
            } else {
                0
            };
            let change = change((kind, client_id), "given another secret")
                .with("olderSecrets", secrets.len().to_string())
                .with("endedTokens", ended.to_string());
            self.write_down(tx, by, &app, change).await?;
            Ok::<_, ManageError>((secrets.len(), ended))
        };
        let (older_secrets, ended_tokens) = self.store.transact(body).await?;
        Ok(NewSecret {
            secret,
            older_secrets,
            ended_tokens,
        })
    }

    /// Gives a system user another password, which ends the one before and all tokens of the user.
    pub async fn rotate_password(
        &self,
        by: &Author,
        name: &str,
        expected: &Expected,
    ) -> Result<NewPassword, ManageError> {
        let (kind, user) = (Kind::SystemUser, SystemUserName::new(name));
        let known_user = self.store.read(async |tx| known(tx, (kind, name)).await);
        let password = make_secret(self.entropy.as_ref());
        let shown = self.shown(&known_user.await?, &password).await?;
        let body = async |tx: &mut Transaction| {
            let meant = expected_one(tx, (kind, name), expected).await?;
            if let Shown::PasswordHash(hash) = &shown {
                tx.system_users().set_password(&user, hash).await?;
            }
            let ended = tx.access_tokens().revoke_of_user(&user, self.now()).await?;
            let change = change((kind, name), "given another password")
                .with("endedTokens", ended.to_string());
            self.write_down(tx, by, &meant, change).await?;
            Ok::<_, ManageError>(ended)
        };
        let ended_tokens = self.store.transact(body).await?;
        Ok(NewPassword {
            password,
            ended_tokens,
        })
    }

    /// Which secrets an app has, or which password a system user has, for a form that makes another.
    pub async fn seen_of_secret(&self, (kind, key): (Kind, &str)) -> Result<Seen, ManageError> {
        let read = async |tx: &mut Transaction| {
            let meant = known(tx, (kind, key)).await?;
            Ok::<_, ManageError>(seen_of(tx, &meant).await?)
        };
        self.store.read(read).await
    }

    /// Ends all tokens of an app or a system user; how many that were.
    pub async fn revoke_tokens(
        &self,
        by: &Author,
        (kind, key): (Kind, &str),
        expected: &Expected,
    ) -> Result<u64, ManageError> {
        let body = async |tx: &mut Transaction| {
            let meant = expected_one(tx, (kind, key), expected).await?;
            let mut tokens = tx.access_tokens();
            let ended = match &meant {
                Meant::App(kept, _) => {
                    let id = &kept.registered.app.id;
                    tokens.revoke_of_app(id, self.now()).await?
                }
                Meant::SystemUser(kept, _) => {
                    tokens.revoke_of_user(&kept.user.name, self.now()).await?
                }
                _ => 0,
            };
            if ended > 0 {
                let change = change((kind, key), "tokens ended");
                let change = change.with("endedTokens", ended.to_string());
                self.write_down(tx, by, &meant, change).await?;
            }
            Ok::<_, ManageError>(ended)
        };
        self.store.transact(body).await
    }
}

async fn known(tx: &mut Transaction, (kind, key): (Kind, &str)) -> Result<Meant, ManageError> {
    let unknown = || ManageError::unknown(kind, key);
    let parsed = Key::parse(kind, key).ok_or_else(unknown)?;
    let found: Result<Option<Meant>, Error> = load(tx, &parsed).await;
    found?.ok_or_else(unknown)
}

async fn seen_of(tx: &mut Transaction, meant: &Meant) -> Result<Seen, Error> {
    match meant {
        Meant::App(kept, _) => {
            let secrets = tx.client_apps().secrets(&kept.registered.app.id).await?;
            Ok(Seen::of(secrets.iter().map(|(hash, _)| hash.as_str())))
        }
        Meant::SystemUser(kept, _) => Ok(Seen::of_password(&kept.user)),
        _ => Ok(Seen::of([])),
    }
}

/// What is there, if it is as it has to be; nobody else changes it before the transaction ends.
async fn expected_one(
    tx: &mut Transaction,
    (kind, key): (Kind, &str),
    expected: &Expected,
) -> Result<Meant, ManageError> {
    let parsed = Key::parse(kind, key).ok_or_else(|| ManageError::unknown(kind, key))?;
    hold(tx, &parsed).await?;
    let meant = known(tx, (kind, key)).await?;
    expected.check((kind, key), Some(&meant.record()))?;
    expected.check_secret(&seen_of(tx, &meant).await?)?;
    Ok(meant)
}

fn change((kind, key): (Kind, &str), action: &str) -> OtherChange {
    OtherChange::new(kind.as_str(), key, action)
}
