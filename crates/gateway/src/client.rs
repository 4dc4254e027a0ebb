//! How an app shows who it is at the OAuth endpoints (RFC 6749, section 2.3.1).

use std::net::IpAddr;

use domain::access::{ClientId, TokenHash};
use storage::{AuthenticatedApp, Transaction};

use crate::credentials::{Credential, NameAndSecret, is_plausible_name};
use crate::guesses::Suspect;
use crate::{Gateway, GrantError};

/// What a request to an OAuth endpoint says about who sends it.
#[derive(Clone, Copy)]
pub struct ClientAuthentication<'a> {
    /// The values of all `Authorization` headers.
    pub authorization: &'a [&'a [u8]],
    /// The form's `client_id`.
    pub client_id: Option<&'a str>,
    /// The form's `client_secret`.
    pub client_secret: Option<&'a str>,
    /// Where the request comes from.
    pub network: IpAddr,
}

/// An app that has shown one of its secrets.
pub(crate) struct Client {
    pub(crate) app: AuthenticatedApp,
    /// The hash of the secret that it has shown.
    pub(crate) secret: TokenHash,
}

impl ClientAuthentication<'_> {
    /// The id and secret, from the header or from the form, never from both.
    fn presented(&self) -> Result<NameAndSecret, GrantError> {
        // A parameter without a value counts as left out (RFC 6749, section 3.2).
        let client_id = self.client_id.filter(|id| !id.is_empty());
        let client_secret = self.client_secret.filter(|secret| !secret.is_empty());
        if self.authorization.is_empty() {
            let (Some(name), Some(secret)) = (client_id, client_secret) else {
                return Err(GrantError::InvalidClient);
            };
            return Ok(NameAndSecret {
                name: name.to_owned(),
                secret: secret.to_owned(),
            });
        }
        if client_secret.is_some() || self.authorization.len() > 1 {
            return Err(GrantError::AmbiguousClient);
        }
        let Credential::Basic(Some(basic)) = Credential::read(self.authorization) else {
            return Err(GrantError::InvalidClient);
        };
        let basic = basic.form_decoded().ok_or(GrantError::InvalidClient)?;
        // Some clients repeat their id in the form; it must be the same one.
        match client_id {
            Some(repeated) if repeated != basic.name => Err(GrantError::AmbiguousClient),
            _ => Ok(basic),
        }
    }
}

impl Gateway {
    /// The enabled app whose id and secret these are.
    pub(crate) async fn authenticate(
        &self,
        client: &ClientAuthentication<'_>,
    ) -> Result<Client, GrantError> {
        let presented = client.presented()?;
        let suspects = [
            Suspect::Client(&presented.name),
            Suspect::Network(client.network),
        ];
        self.guesses.check(&suspects, self.now())?;
        let id = ClientId::new(&presented.name);
        let secret = self.key.hash_client_secret(&id, &presented.secret);
        let find = async |transaction: &mut Transaction| {
            transaction.client_apps().find_by_secret(&id, &secret).await
        };
        let found = if is_plausible_name(id.as_str()) {
            self.store.read(find).await?
        } else {
            None
        };
        let Some(app) = found else {
            self.guesses.fail(&suspects, self.now());
            return Err(GrantError::InvalidClient);
        };
        Ok(Client { app, secret })
    }
}
