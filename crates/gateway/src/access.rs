//! Who stands behind a credential, and the checks that need nothing else.

use std::net::IpAddr;

use domain::access::{Caller, ClientId, Scope, SystemUserName, TokenHash};
use ipnet::IpNet;
use jiff::{SignedDuration, Timestamp};
use storage::{HeldProduct, RegisteredApp, Transaction};

use crate::{Refusal, Refused};

/// For how long after its end a token is told apart from one that never was.
pub(crate) const REMEMBERED_AFTER_EXPIRY: SignedDuration = SignedDuration::from_hours(24);

/// An app that a credential belongs to, as far as one operation is concerned.
pub(crate) struct Access {
    pub(crate) registered: RegisteredApp,
    /// The system user that it acts for, if that one is enabled and of the app's organization.
    end_user: Option<SystemUserName>,
    scopes: Vec<Scope>,
    products: Vec<HeldProduct>,
    means: Means,
}

/// How the app showed who it is.
enum Means {
    Secret,
    Token {
        hash: TokenHash,
        expires_at: Timestamp,
    },
}

impl Access {
    /// Finds the enabled app with this secret.
    pub(crate) async fn by_secret(
        transaction: &mut Transaction,
        app: &ClientId,
        secret: &TokenHash,
        operation: &str,
    ) -> Result<Option<Self>, storage::Error> {
        let Some(found) = transaction
            .client_apps()
            .find_by_secret(app, secret)
            .await?
        else {
            return Ok(None);
        };
        Ok(Some(Self {
            scopes: transaction.api_products().list_scopes(app).await?,
            products: transaction
                .api_products()
                .list_holding(app, operation)
                .await?,
            registered: found.registered,
            end_user: found.end_user,
            means: Means::Secret,
        }))
    }

    /// Finds the enabled app that this token was issued to.
    pub(crate) async fn by_token(
        transaction: &mut Transaction,
        token: &TokenHash,
        operation: &str,
        now: Timestamp,
    ) -> Result<Option<Self>, storage::Error> {
        let forgotten = forgotten_at(now);
        let Some(known) = transaction.access_tokens().find(token, forgotten).await? else {
            return Ok(None);
        };
        let app = &known.registered.app.id;
        Ok(Some(Self {
            products: transaction
                .api_products()
                .list_holding(app, operation)
                .await?,
            registered: known.registered,
            end_user: known.end_user,
            scopes: known.token.scopes,
            means: Means::Token {
                hash: known.token.hash,
                expires_at: known.token.expires_at,
            },
        }))
    }

    pub(crate) fn id(&self) -> &ClientId {
        &self.registered.app.id
    }

    /// The token, if that is what was presented.
    pub(crate) fn token(&self) -> Result<&TokenHash, Refusal> {
        match &self.means {
            Means::Token { hash, .. } => Ok(hash),
            Means::Secret => Err(Refusal::BasicNotAllowed),
        }
    }

    /// A secret in place of a token is for some apps, from some networks. A token is for all.
    pub(crate) fn allowed_from(&self, network: IpAddr) -> Result<(), Refusal> {
        let networks = self.registered.app.basic_networks.iter();
        let mut networks = networks.filter_map(|network| network.parse::<IpNet>().ok());
        match self.means {
            Means::Token { .. } => Ok(()),
            Means::Secret if networks.any(|allowed| allowed.contains(&network.to_canonical())) => {
                Ok(())
            }
            Means::Secret => Err(Refusal::BasicNotAllowed),
        }
    }

    pub(crate) fn unexpired(&self, now: Timestamp) -> Result<(), Refusal> {
        match self.means {
            Means::Token { expires_at, .. } if expires_at <= now => Err(Refusal::ExpiredToken),
            Means::Token { .. } | Means::Secret => Ok(()),
        }
    }

    /// The API product that the call counts against: by name the first that holds the operation.
    pub(crate) fn product(&self, operation: &str) -> Result<&HeldProduct, Refusal> {
        if self.products.is_empty() {
            return Err(Refusal::NoApiProduct {
                operation: operation.to_owned(),
            });
        }
        let mut available = self.products.iter().filter(|product| product.available);
        available.next().ok_or(Refusal::InvalidResource)
    }

    pub(crate) fn has_scope(&self, required: &str) -> Result<(), Refusal> {
        if self.scopes.iter().any(|scope| scope.as_str() == required) {
            Ok(())
        } else {
            Err(Refusal::InvalidScope {
                required: Scope::new(required),
            })
        }
    }

    pub(crate) fn has_end_user(&self) -> Result<(), Refusal> {
        self.end_user
            .as_ref()
            .map(drop)
            .ok_or(Refusal::MissingEndUser)
    }

    pub(crate) fn caller(&self) -> Result<Caller, Refusal> {
        let system_user = self.end_user.clone().ok_or(Refusal::MissingEndUser)?;
        Ok(Caller {
            app: self.id().clone(),
            system_user,
        })
    }

    /// A refusal of this app's call.
    pub(crate) fn refused(self, refusal: Refusal) -> Refused {
        Refused {
            app: Some(self.registered.app.id),
            system_user: self.end_user,
            ..refusal.into()
        }
    }
}

/// The expiry of the youngest tokens that are as unknown as if they had never been.
pub(crate) fn forgotten_at(now: Timestamp) -> Timestamp {
    now.saturating_sub(REMEMBERED_AFTER_EXPIRY)
        .unwrap_or(Timestamp::MIN)
}
