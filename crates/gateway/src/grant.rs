//! Issues access tokens (RFC 6749): by a system user's password, or by the app's own secret.

use std::fmt;

use domain::access::{AccessToken, GrantType, Scope, SystemUserName};
use jiff::SignedDuration;
use storage::{AuthenticatedApp, SystemUser, Transaction};

use crate::client::{Client, ClientAuthentication};
use crate::credentials::{TOKEN_LENGTH, is_plausible_name};
use crate::guesses::Suspect;
use crate::passwords::Attempt;
use crate::server_key::Purpose;
use crate::{Gateway, GrantError};

/// How long a token lasts, as the documents print it.
const LIFETIME_SECONDS: u32 = 3599;

/// What is sent to the token endpoint; a parameter that is empty counts as missing.
#[derive(Clone, Copy)]
pub struct TokenRequest<'a> {
    /// Who asks.
    pub client: ClientAuthentication<'a>,
    /// `grant_type`.
    pub grant_type: Option<&'a str>,
    /// `username`, of the password grant.
    pub username: Option<&'a str>,
    /// `password`, of the password grant.
    pub password: Option<&'a str>,
    /// `scope`: words with blanks between them; without it, all that the app may have.
    pub scope: Option<&'a str>,
}

/// A token, shown this once.
#[derive(Clone, PartialEq, Eq)]
pub struct IssuedToken {
    /// The token itself.
    pub access_token: String,
    /// Seconds until its end.
    pub expires_in: u32,
    /// What it may be used for: words with blanks between them.
    pub scope: String,
    /// Whether this app's software reads `expires_in` as text.
    pub expires_in_as_string: bool,
}

impl fmt::Debug for IssuedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IssuedToken")
            .field("scope", &self.scope)
            .finish_non_exhaustive()
    }
}

/// The system user that a token acts for.
struct EndUser {
    name: SystemUserName,
    /// The hash of the password that it has shown, if it was asked for one.
    password_hash: Option<String>,
}

impl Gateway {
    /// Issues a token, or says why not.
    pub async fn issue(&self, request: &TokenRequest<'_>) -> Result<IssuedToken, GrantError> {
        let client = self.authenticate(&request.client).await?;
        let app = &client.app;
        let grant = grant_for(app, request)?;
        let scopes = self.scopes_for(app, request).await?;
        let end_user = match grant {
            GrantType::Password => Some(self.log_in(app, request).await?),
            GrantType::ClientCredentials => bound_system_user(app)?,
        };
        let suspects = [
            Suspect::Client(app.registered.app.id.as_str()),
            Suspect::Network(request.client.network),
        ];
        self.guesses.succeed(&suspects, self.now());
        self.keep_new_token(&client, end_user.as_ref(), scopes)
            .await
    }

    /// The scopes asked for, or all that the app's API products have.
    async fn scopes_for(
        &self,
        app: &AuthenticatedApp,
        request: &TokenRequest<'_>,
    ) -> Result<Vec<Scope>, GrantError> {
        let id = &app.registered.app.id;
        let mut scopes: Vec<Scope> = self
            .store
            .read(async |transaction| transaction.api_products().list_scopes(id).await)
            .await?;
        let wanted: Vec<_> = request
            .scope
            .unwrap_or_default()
            .split_whitespace()
            .collect();
        if wanted
            .iter()
            .any(|word| !scopes.iter().any(|scope| scope.as_str() == *word))
        {
            return Err(GrantError::InvalidScope);
        }
        if !wanted.is_empty() {
            scopes.retain(|scope| wanted.contains(&scope.as_str()));
        }
        Ok(scopes)
    }

    /// The enabled system user of the app's own organization whose name and password these are.
    async fn log_in(
        &self,
        app: &AuthenticatedApp,
        request: &TokenRequest<'_>,
    ) -> Result<EndUser, GrantError> {
        let name = required("username", request.username)?;
        let password = required("password", request.password)?;
        let suspects = [
            Suspect::SystemUser(name),
            Suspect::Client(app.registered.app.id.as_str()),
            Suspect::Network(request.client.network),
        ];
        let may_try = || self.guesses.check(&suspects, self.now());
        may_try()?;
        let owner = &app.registered.app.owner;
        let user = self.find_system_user(name).await?;
        // One that may not log in here is checked as if there were no such user.
        let user = user.filter(|user| user.enabled && user.owner == *owner);
        let stored_hash = user.as_ref().map(|user| user.password_hash.as_str());
        let attempt = Attempt {
            name,
            password,
            stored_hash,
        };
        let right = self.passwords.verify(attempt, may_try).await?;
        let Some(user) = user.filter(|_| right) else {
            self.guesses.fail(&suspects, self.now());
            return Err(GrantError::InvalidGrant);
        };
        self.guesses
            .succeed(&[Suspect::SystemUser(name)], self.now());
        Ok(EndUser {
            name: user.name,
            password_hash: Some(user.password_hash),
        })
    }

    async fn find_system_user(&self, name: &str) -> Result<Option<SystemUser>, storage::Error> {
        if !is_plausible_name(name) {
            return Ok(None);
        }
        let name = SystemUserName::new(name);
        self.store
            .read(async |transaction| transaction.system_users().find(&name).await)
            .await
    }

    async fn keep_new_token(
        &self,
        client: &Client,
        end_user: Option<&EndUser>,
        scopes: Vec<Scope>,
    ) -> Result<IssuedToken, GrantError> {
        let app = &client.app.registered.app;
        let mut bytes = [0; TOKEN_LENGTH / 2];
        self.entropy.fill(&mut bytes);
        let access_token = hex::encode(bytes);
        let scope: Vec<_> = scopes.iter().map(Scope::as_str).collect();
        let scope = scope.join(" ");
        let issued_at = self.clock.now();
        let lifetime = SignedDuration::from_secs(LIFETIME_SECONDS.into());
        let token = AccessToken {
            hash: self.key.hash(Purpose::AccessToken, access_token.as_bytes()),
            app: app.id.clone(),
            system_user: end_user.map(|user| user.name.clone()),
            scopes,
            issued_at,
            expires_at: issued_at.saturating_add(lifetime).unwrap_or(issued_at),
        };
        let keep = async |transaction: &mut Transaction| {
            hold(transaction, client, end_user).await?;
            transaction.access_tokens().insert(&token).await?;
            Ok::<_, GrantError>(())
        };
        self.store.transact(keep).await?;
        Ok(IssuedToken {
            access_token,
            expires_in: LIFETIME_SECONDS,
            scope,
            expires_in_as_string: app.expires_in_as_string,
        })
    }
}

/// Makes sure that what was checked is so still. It stays so until the transaction ends: whoever
/// disables the app or the user, or ends the secret or the password, then finds the token to end it.
async fn hold(
    transaction: &mut Transaction,
    client: &Client,
    end_user: Option<&EndUser>,
) -> Result<(), GrantError> {
    let app = &client.app.registered.app;
    let mut apps = transaction.client_apps();
    if !apps.hold(&app.id).await? || !apps.hold_secret(&app.id, &client.secret).await? {
        return Err(GrantError::InvalidClient);
    }
    let Some(checked) = end_user else {
        return Ok(());
    };
    let found = transaction.system_users().hold(&checked.name).await?;
    let password = checked.password_hash.as_ref();
    let is_same = |user: &SystemUser| {
        user.owner == app.owner && password.is_none_or(|hash| *hash == user.password_hash)
    };
    found
        .filter(is_same)
        .map(drop)
        .ok_or(GrantError::InvalidGrant)
}

fn grant_for(app: &AuthenticatedApp, request: &TokenRequest<'_>) -> Result<GrantType, GrantError> {
    let word = required("grant_type", request.grant_type)?;
    let grant = GrantType::parse(word).ok_or(GrantError::UnsupportedGrantType)?;
    if app.registered.app.grants.contains(&grant) {
        Ok(grant)
    } else {
        Err(GrantError::UnauthorizedClient)
    }
}

/// The app's own system user, if one is bound to it; it must be able to act for the app now.
fn bound_system_user(app: &AuthenticatedApp) -> Result<Option<EndUser>, GrantError> {
    match (&app.registered.app.bound_system_user, &app.end_user) {
        (None, _) => Ok(None),
        (Some(_), Some(name)) => Ok(Some(EndUser {
            name: name.clone(),
            password_hash: None,
        })),
        (Some(_), None) => Err(GrantError::InvalidGrant),
    }
}

pub(crate) fn required<'a>(
    name: &'static str,
    value: Option<&'a str>,
) -> Result<&'a str, GrantError> {
    value
        .filter(|value| !value.is_empty())
        .ok_or(GrantError::MissingParameter(name))
}
