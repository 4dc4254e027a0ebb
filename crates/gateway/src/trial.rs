//! Tokens for one call that somebody makes from the developer portal: an app and a system user of
//! their own organization, without the secret and the password, for a minute at most.

use domain::OrganizationNumber;
use domain::access::{AccessToken, ClientId, SystemUserName, TokenHash};
use jiff::SignedDuration;
use storage::{Error, Transaction};

use crate::Gateway;
use crate::links::make_secret;
use crate::server_key::Purpose;

/// A call takes less; a token that nobody could end, since the server broke down, ends by itself.
const LIFETIME: SignedDuration = SignedDuration::from_secs(60);

/// Whose token it is to be: an app and a system user, both of this organization.
#[derive(Debug, Clone, Copy)]
pub struct Trial<'a> {
    /// The organization of who tries.
    pub owner: &'a OrganizationNumber,
    /// Its app.
    pub app: &'a ClientId,
    /// Its system user.
    pub system_user: &'a SystemUserName,
}

/// A token for one call, that only this process ever has in plain.
#[derive(Clone, PartialEq, Eq)]
pub struct TrialToken {
    text: String,
    hash: TokenHash,
}

impl TrialToken {
    /// What the call shows.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What people are shown of it.
    #[must_use]
    pub fn masked(&self) -> String {
        let (begin, _) = self.text.split_at_checked(4).unwrap_or_default();
        format!("{begin}\u{2026}")
    }
}

impl Gateway {
    /// A token that nobody has had. It is good for nothing before it is kept.
    #[must_use]
    pub fn new_trial_token(&self) -> TrialToken {
        let text = make_secret(self.entropy.as_ref());
        let hash = self.key.hash(Purpose::AccessToken, text.as_bytes());
        TrialToken { text, hash }
    }

    /// Lets a token be used, with all scopes of the app; false when the app or the system user is
    /// not the organization's, or is disabled.
    pub async fn keep_trial_token(
        &self,
        tx: &mut Transaction,
        trial: Trial<'_>,
        token: &TrialToken,
    ) -> Result<bool, Error> {
        let held = tx.client_apps().hold(trial.app).await?;
        if !held || tx.system_users().hold(trial.system_user).await?.is_none() {
            return Ok(false);
        }
        let app = tx.owned(trial.owner).app(trial.app).await?;
        let user = tx.owned(trial.owner).system_user(trial.system_user).await?;
        if app.is_none() || user.is_none() {
            return Ok(false);
        }
        let issued_at = self.clock.now();
        let token = AccessToken {
            hash: token.hash.clone(),
            app: trial.app.clone(),
            system_user: Some(trial.system_user.clone()),
            scopes: tx.api_products().list_scopes(trial.app).await?,
            issued_at,
            expires_at: issued_at.saturating_add(LIFETIME).unwrap_or(issued_at),
        };
        tx.access_tokens().insert(&token).await?;
        Ok(true)
    }

    /// Ends a token after its call.
    pub async fn end_trial_token(&self, app: &ClientId, token: &TrialToken) -> Result<(), Error> {
        let end = async |tx: &mut Transaction| tx.access_tokens().revoke(&token.hash, app).await;
        self.store.transact(end).await.map(drop)
    }
}
