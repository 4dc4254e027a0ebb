//! Client apps, as their organization's people make and change them. Knows secrets by their hash
//! alone.

use domain::access::{ClientApp, ClientId, GrantType, SystemUserName, TokenHash};
use domain::{OrganizationNumber, OtherChange};
use jiff::{SignedDuration, Timestamp};
use storage::{
    ApiProductRequest, Error, KeptKey, OwnApp, Pace, Quota, QuotaPeriod, RegisteredApp, Transaction,
};

use crate::mandate::{hold, readable_name, room};
use crate::{Mandate, OwnRefusal, Seen, SelfService};

/// How many apps an organization's people may have.
const MOST_APPS: usize = 100;
/// As many as the documents' client ids.
const ID_LETTERS: usize = 32;

/// What the operator decides about apps that are made in the portal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewApps {
    /// Who decides about the API products of apps.
    pub approval: Approval,
    /// The ways to get tokens that are offered.
    pub grants: Vec<GrantType>,
    /// How fast a new app may call.
    pub pace: Pace,
    /// How often an app may call each API product that it is given.
    pub quota: Option<Quota>,
}

impl Default for NewApps {
    fn default() -> Self {
        Self {
            approval: Approval::Operator,
            grants: GrantType::ALL.to_vec(),
            pace: Pace {
                calls_per_second: 10,
                burst: 20,
            },
            quota: Some(Quota {
                calls: 100_000,
                period: QuotaPeriod::Day,
            }),
        }
    }
}

/// Who decides about the API products of apps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Approval {
    /// Their own people, so that a new app works at once.
    AtOnce,
    /// The operator, who is asked.
    Operator,
}

/// What an app is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppWish {
    /// What people call it.
    pub name: String,
    /// How it may get tokens.
    pub grants: Vec<GrantType>,
    /// The system user that it acts for when it calls in its own name.
    pub bound_system_user: Option<SystemUserName>,
}

/// All that an app's people see of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppView {
    /// The app.
    pub own: OwnApp,
    /// When each of its secrets was made, the oldest first.
    pub secrets: Vec<Timestamp>,
    /// Which secrets those are, for a form that makes another.
    pub seen: Seen,
    /// The API products that were asked for.
    pub requests: Vec<ApiProductRequest>,
    /// The API products that there are.
    pub offered: Vec<String>,
}

impl SelfService {
    /// What the operator has decided about new apps.
    #[must_use]
    pub fn new_apps(&self) -> &NewApps {
        &self.new_apps
    }

    /// The organization's apps, by name.
    pub async fn list_own_apps(
        &self,
        organization: &OrganizationNumber,
    ) -> Result<Vec<RegisteredApp>, Error> {
        self.core
            .store
            .read(async |tx| tx.owned(organization).apps().await)
            .await
    }

    /// The organization's app with this id, with everything about it.
    pub async fn find_own_app(
        &self,
        organization: &OrganizationNumber,
        id: &ClientId,
    ) -> Result<AppView, OwnRefusal> {
        let found = self.core.store.read(async |tx| {
            let own = known(tx, organization, id).await?;
            let secrets = tx.client_apps().secrets(id).await?;
            let mut requests = tx.api_product_requests();
            Ok(AppView {
                requests: requests.list_of(organization, id).await?,
                own,
                seen: seen(&secrets),
                secrets: secrets.into_iter().map(|(_, made_at)| made_at).collect(),
                offered: tx.owned(organization).api_products().await?,
            })
        });
        found.await
    }

    /// The API products that the organization's apps can be given, by name.
    pub async fn list_offered_api_products(
        &self,
        organization: &OrganizationNumber,
    ) -> Result<Vec<String>, Error> {
        self.core
            .store
            .read(async |tx| tx.owned(organization).api_products().await)
            .await
    }

    /// A client id that no app has, for the secret's hash takes it in.
    #[must_use]
    pub fn new_client_id(&self) -> ClientId {
        const LETTERS: &[u8; 64] =
            b"abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZab";
        let mut bytes = [0; ID_LETTERS];
        self.core.entropy.fill(&mut bytes);
        let letters = bytes.map(|byte| char::from(LETTERS[usize::from(byte % 64)]));
        ClientId::new(String::from_iter(letters))
    }

    /// Makes an app with one secret and no API product yet, if there are the apps that were seen.
    pub async fn create_app(
        &self,
        mandate: &Mandate,
        (id, wish): (&ClientId, &AppWish),
        secret: &TokenHash,
        seen: &Seen,
    ) -> Result<(), OwnRefusal> {
        let name = readable_name(&wish.name)?;
        let now = self.now();
        self.core
            .store
            .transact(async |tx| {
                hold(tx, mandate).await?;
                let owner = &mandate.organization;
                let apps = tx.owned(owner).apps().await?;
                if Seen::of_apps(&apps) != *seen {
                    return Err(OwnRefusal::MadeAlready);
                }
                room("apps", apps.len(), MOST_APPS)?;
                self.check(tx, mandate, (wish, &[])).await?;
                let registered = RegisteredApp {
                    app: ClientApp {
                        id: id.clone(),
                        name: name.to_owned(),
                        owner: owner.clone(),
                        enabled: true,
                        grants: wish.grants.clone(),
                        basic_networks: Vec::new(),
                        bound_system_user: wish.bound_system_user.clone(),
                        expires_in_as_string: false,
                    },
                    pace: self.new_apps.pace,
                    may_introspect: false,
                };
                tx.client_apps().insert(&registered).await?;
                tx.client_apps().add_secret(id, secret, now).await?;
                let done = change(id, "added").with("name", name);
                Ok(self.write_down(tx, mandate, done).await?)
            })
            .await
    }

    /// Makes an app what it is to be.
    pub async fn change_app(
        &self,
        mandate: &Mandate,
        id: &ClientId,
        wish: &AppWish,
    ) -> Result<(), OwnRefusal> {
        let name = readable_name(&wish.name)?;
        self.core
            .store
            .transact(async |tx| {
                hold(tx, mandate).await?;
                tx.imports().hold(KeptKey::App(id)).await?;
                let owner = &mandate.organization;
                let before = known(tx, owner, id).await?.kept.registered.app;
                self.check(tx, mandate, (wish, &before.grants)).await?;
                let after = ClientApp {
                    name: name.to_owned(),
                    grants: wish.grants.clone(),
                    bound_system_user: wish.bound_system_user.clone(),
                    ..before.clone()
                };
                if after == before {
                    return Ok(());
                }
                tx.owned(owner).change_app(&after).await?;
                let grants: Vec<_> = after.grants.iter().map(|grant| grant.as_str()).collect();
                let bound = after.bound_system_user.as_ref();
                let done = change(id, "changed")
                    .with("name", name)
                    .with("grants", grants.join(" "))
                    .with("systemUser", bound.map_or("none", SystemUserName::as_str));
                Ok(self.write_down(tx, mandate, done).await?)
            })
            .await
    }

    /// Lets an app call, or not. The tokens of one that may not end.
    pub async fn set_own_app_enabled(
        &self,
        mandate: &Mandate,
        id: &ClientId,
        enabled: bool,
    ) -> Result<(), OwnRefusal> {
        let now = self.now();
        self.core
            .store
            .transact(async |tx| {
                let owner = &mandate.organization;
                let before = known(tx, owner, id).await?;
                if before.kept.registered.app.enabled == enabled {
                    return Ok(());
                }
                if !tx.owned(owner).switch_app(id, enabled).await? {
                    let name = before.kept.registered.app.name;
                    return Err(OwnRefusal::DisabledByOperator(name));
                }
                if !enabled {
                    tx.client_apps().end_tokens(id, now).await?;
                }
                let action = if enabled { "enabled" } else { "disabled" };
                Ok(self.write_down(tx, mandate, change(id, action)).await?)
            })
            .await
    }

    /// Gives an app another secret, beside the one that it has, if that is the one that was seen.
    pub async fn add_app_secret(
        &self,
        mandate: &Mandate,
        id: &ClientId,
        secret: &TokenHash,
        seen_before: &Seen,
    ) -> Result<(), OwnRefusal> {
        self.core
            .store
            .transact(async |tx| {
                hold(tx, mandate).await?;
                tx.imports().hold(KeptKey::App(id)).await?;
                known(tx, &mandate.organization, id).await?;
                let mut now = self.now();
                let secrets = tx.client_apps().secrets(id).await?;
                if seen(&secrets) != *seen_before {
                    return Err(OwnRefusal::MadeAlready);
                }
                if let Some((_, made_at)) = secrets.last() {
                    // The order of their times says which one is older.
                    now = now.max(*made_at + SignedDuration::from_millis(1));
                }
                if !tx.client_apps().add_secret(id, secret, now).await? {
                    return Err(OwnRefusal::TwoSecrets);
                }
                let done = change(id, "given another secret");
                Ok(self.write_down(tx, mandate, done).await?)
            })
            .await
    }

    /// Ends the older one of an app's two secrets, the one that was made then; with `end_tokens`, all
    /// tokens of the app end, too.
    pub async fn end_app_secret(
        &self,
        mandate: &Mandate,
        id: &ClientId,
        (made_at, end_tokens): (Timestamp, bool),
    ) -> Result<(), OwnRefusal> {
        let now = self.now();
        self.core
            .store
            .transact(async |tx| {
                tx.imports().hold(KeptKey::App(id)).await?;
                known(tx, &mandate.organization, id).await?;
                let secrets = tx.client_apps().secrets(id).await?;
                let older = match secrets.as_slice() {
                    [(older, at), _] if *at == made_at => older,
                    _ => return Err(OwnRefusal::NotOlderSecret),
                };
                tx.client_apps().remove_secret(id, older).await?;
                let mut done = change(id, "older secret ended");
                if end_tokens {
                    let ended = tx.client_apps().end_tokens(id, now).await?;
                    done = done.with("endedTokens", ended.to_string());
                }
                Ok(self.write_down(tx, mandate, done).await?)
            })
            .await
    }

    /// Whether the organization may have an app like this. Grants that the app has stay possible.
    async fn check(
        &self,
        tx: &mut Transaction,
        mandate: &Mandate,
        (wish, had): (&AppWish, &[GrantType]),
    ) -> Result<(), OwnRefusal> {
        let offered =
            |grant: &GrantType| self.new_apps.grants.contains(grant) || had.contains(grant);
        if wish.grants.is_empty() || !wish.grants.iter().all(offered) {
            return Err(OwnRefusal::UnknownGrant);
        }
        if let Some(name) = &wish.bound_system_user {
            let found = tx.owned(&mandate.organization).system_user(name).await?;
            if found.is_none() {
                return Err(OwnRefusal::UnknownSystemUser(name.as_str().to_owned()));
            }
        }
        Ok(())
    }
}

pub(crate) async fn known(
    tx: &mut Transaction,
    owner: &OrganizationNumber,
    id: &ClientId,
) -> Result<OwnApp, OwnRefusal> {
    let found = tx.owned(owner).app(id).await?;
    found.ok_or_else(|| OwnRefusal::UnknownApp(id.as_str().to_owned()))
}

fn seen(secrets: &[(TokenHash, Timestamp)]) -> Seen {
    Seen::of(secrets.iter().map(|(hash, _)| hash.as_str()))
}

pub(crate) fn change(id: &ClientId, action: &str) -> OtherChange {
    OtherChange::new("app", id.as_str(), action)
}
