//! What some operations ask beyond a scope: a telephone number of the caller's own, or to know how
//! the end user was authenticated.

use domain::access::Caller;

use crate::access::Access;
use crate::{Gateway, Refusal};

/// How a system user's password, or an app's secret alone, authenticates: by a single factor.
const SINGLE_FACTOR: &str = "urn:telenor.identity.aal.1";

/// What an operation asks of one call.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Requirements<'a> {
    /// The telephone number that the call is about, where the operation is about one.
    pub msisdn: Option<&'a str>,
    /// Whether the operation needs the token's authentication context class (`acr`).
    pub acr: bool,
}

impl Gateway {
    /// The authentication context class, where it is asked for.
    pub(crate) async fn acr(
        &self,
        access: &Access,
        requirements: Requirements<'_>,
    ) -> Result<Option<String>, Refusal> {
        if !requirements.acr {
            return Ok(None);
        }
        let Ok(token) = access.token() else {
            return Ok(Some(SINGLE_FACTOR.to_owned()));
        };
        let found = self
            .store
            .read(async |tx| tx.access_tokens().acr(token).await)
            .await;
        match found {
            Ok(Some(acr)) => Ok(Some(acr)),
            Ok(None) => Err(Refusal::AcrUnknown(None)),
            Err(error) => Err(Refusal::AcrUnknown(Some(error))),
        }
    }

    /// A number of another company's is refused in the same words as one that nobody has.
    pub(crate) async fn owns_subscription(
        &self,
        caller: &Caller,
        requirements: Requirements<'_>,
    ) -> Result<(), Refusal> {
        let Some(msisdn) = requirements.msisdn else {
            return Ok(());
        };
        let look_up = async |tx: &mut storage::Transaction| {
            tx.subscriptions().is_within(caller.reach(), msisdn).await
        };
        match self.store.read(look_up).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(Refusal::MsisdnNotAllowed),
            Err(error) => Err(Refusal::SubscriptionUnknown(error)),
        }
    }
}
