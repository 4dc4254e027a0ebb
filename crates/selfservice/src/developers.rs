//! Developers: the people of an organization who sign in to the portal.

use domain::access::{Developer, DeveloperEmail, DeveloperLogin, DeveloperRole, Realm};
use domain::{OrganizationNumber, OtherChange};
use storage::{Error, Transaction};

use crate::mandate::{hold, readable_name};
use crate::{Mandate, OwnRefusal, SelfService};

impl SelfService {
    /// The person of this organization with this address.
    pub async fn find_developer(&self, login: &DeveloperLogin) -> Result<Option<Developer>, Error> {
        let DeveloperLogin {
            organization,
            email,
        } = login;
        self.core
            .store
            .read(async |tx| tx.developers().find(organization, email).await)
            .await
    }

    /// The organization's, by address.
    pub async fn list_developers(
        &self,
        organization: &OrganizationNumber,
    ) -> Result<Vec<Developer>, Error> {
        self.core
            .store
            .read(async |tx| tx.developers().list_of(organization).await)
            .await
    }

    /// Everybody's, by organization and address: for the operator.
    pub async fn list_all_developers(&self) -> Result<Vec<Developer>, Error> {
        self.core
            .store
            .read(async |tx| tx.developers().list().await)
            .await
    }

    /// Settles what one of the organization's people may do.
    pub async fn set_developer_role(
        &self,
        mandate: &Mandate,
        email: &DeveloperEmail,
        role: DeveloperRole,
    ) -> Result<Developer, OwnRefusal> {
        self.core
            .store
            .transact(async |tx| {
                hold(tx, mandate).await?;
                let before = known(tx, mandate, email).await?;
                let after = Developer {
                    role,
                    ..before.clone()
                };
                if after != before {
                    leaves_an_administrator(tx, mandate, &after).await?;
                    let organization = &mandate.organization;
                    tx.developers().set_role(organization, email, role).await?;
                    let change = change(email, "role changed").with("role", role.as_str());
                    self.write_down(tx, mandate, change).await?;
                }
                Ok(after)
            })
            .await
    }

    /// Lets one of the organization's people sign in, or not; one who is disabled is signed out at
    /// once, and a link to choose another password ends.
    pub async fn set_developer_enabled(
        &self,
        mandate: &Mandate,
        email: &DeveloperEmail,
        enabled: bool,
    ) -> Result<Developer, OwnRefusal> {
        self.core
            .store
            .transact(async |tx| {
                hold(tx, mandate).await?;
                let before = known(tx, mandate, email).await?;
                let after = Developer {
                    enabled,
                    ..before.clone()
                };
                if after != before {
                    leaves_an_administrator(tx, mandate, &after).await?;
                    let organization = &mandate.organization;
                    let mut developers = tx.developers();
                    developers.set_enabled(organization, email, enabled).await?;
                    if !enabled {
                        tx.invitations().remove(organization, email).await?;
                        let (realm, name) = (Realm::Portal, after.login().to_string());
                        tx.sessions().end_others(realm, &name, None).await?;
                    }
                    let action = if enabled { "enabled" } else { "disabled" };
                    self.write_down(tx, mandate, change(email, action)).await?;
                }
                Ok(after)
            })
            .await
    }

    /// Calls a developer what they want to be called.
    pub async fn rename_developer(
        &self,
        developer: &Developer,
        name: &str,
    ) -> Result<(), OwnRefusal> {
        let name = readable_name(name)?;
        if name == developer.name {
            return Ok(());
        }
        let (mandate, email) = (Mandate::from(developer), &developer.email);
        self.core
            .store
            .transact(async |tx| {
                let organization = &mandate.organization;
                if !tx.developers().set_name(organization, email, name).await? {
                    return Err(OwnRefusal::UnknownDeveloper(email.to_string()));
                }
                Ok(self
                    .write_down(tx, &mandate, change(email, "renamed"))
                    .await?)
            })
            .await
    }

    /// Does what another part of the program does about a developer, such as signing them in, and
    /// writes it down in the same transaction; false, and nothing is written, if it was not done.
    pub async fn record_of_developer(
        &self,
        (mandate, email): (&Mandate, &DeveloperEmail),
        action: &str,
        body: impl AsyncFnOnce(&mut Transaction) -> Result<bool, Error> + Clone,
    ) -> Result<bool, Error> {
        self.core
            .store
            .transact(async |tx| {
                let done = body.clone()(tx).await?;
                if done {
                    self.write_down(tx, mandate, change(email, action)).await?;
                }
                Ok(done)
            })
            .await
    }

    /// The same for what somebody does in their own name, as long as they are enabled: whoever
    /// disables them waits for its end, and finds the session that it may have begun.
    pub async fn record_developers_own(
        &self,
        developer: &Developer,
        action: &str,
        body: impl AsyncFnOnce(&mut Transaction) -> Result<bool, Error> + Clone,
    ) -> Result<bool, Error> {
        let (mandate, email) = (Mandate::from(developer), &developer.email);
        let body = async |tx: &mut Transaction| {
            let now = tx.developers().hold(&mandate.organization, email).await?;
            Ok(now.is_some_and(|now| now.enabled) && body.clone()(tx).await?)
        };
        self.record_of_developer((&mandate, email), action, body)
            .await
    }
}

async fn known(
    tx: &mut Transaction,
    mandate: &Mandate,
    email: &DeveloperEmail,
) -> Result<Developer, OwnRefusal> {
    let found = tx.developers().find(&mandate.organization, email).await?;
    found.ok_or_else(|| OwnRefusal::UnknownDeveloper(email.to_string()))
}

/// Refuses to make a developer so that the organization is left without an administrator. The
/// operator may, who can invite another.
async fn leaves_an_administrator(
    tx: &mut Transaction,
    mandate: &Mandate,
    after: &Developer,
) -> Result<(), OwnRefusal> {
    let counts = |one: &Developer| one.enabled && one.role == DeveloperRole::Administrator;
    if mandate.is_operators() || counts(after) {
        return Ok(());
    }
    let people = tx.developers().list_of(&mandate.organization).await?;
    let mut others = people.iter().filter(|one| one.email != after.email);
    if others.any(counts) {
        return Ok(());
    }
    Err(OwnRefusal::LastAdministrator(after.email.to_string()))
}

pub(crate) fn change(email: &DeveloperEmail, action: &str) -> OtherChange {
    OtherChange::new("developer", email.as_str(), action)
}
