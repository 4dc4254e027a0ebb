//! System users, as their organization's people make and change them. Knows passwords by their hash
//! alone.

use domain::access::{OperatorName, SystemUserName};
use domain::{Organization, OrganizationNumber, OtherChange};
use storage::{Error, KeptKey, OwnUser, SystemUser, Transaction};

use crate::mandate::{hold, room};
use crate::{Mandate, OwnRefusal, Seen, SelfService};

/// How many system users an organization's people may have.
const MOST_USERS: usize = 100;
/// How often chance may find a name that is taken.
const TRIES: usize = 50;
/// No ending of a name is longer.
const LONGEST_ENDING: usize = 12;

impl SelfService {
    /// The organization's system users, by name.
    pub async fn list_own_system_users(
        &self,
        organization: &OrganizationNumber,
    ) -> Result<Vec<SystemUser>, Error> {
        self.core
            .store
            .read(async |tx| tx.owned(organization).system_users().await)
            .await
    }

    /// The organization's system user of this name.
    pub async fn find_own_system_user(
        &self,
        organization: &OrganizationNumber,
        name: &SystemUserName,
    ) -> Result<OwnUser, OwnRefusal> {
        self.core
            .store
            .read(async |tx| known(tx, organization, name).await)
            .await
    }

    /// The organizations whose things the organization's people may let system users see: itself, and
    /// those that its enabled system users may act for.
    pub async fn list_reached_organizations(
        &self,
        organization: &OrganizationNumber,
    ) -> Result<Vec<Organization>, Error> {
        self.core
            .store
            .read(async |tx| tx.owned(organization).reached().await)
            .await
    }

    /// Makes a system user. Its name is `API`, four digits that nobody chooses, so that a name tells
    /// nothing of those of other organizations, and an ending that says what it is for. There have to
    /// be the system users that were seen.
    pub async fn create_system_user(
        &self,
        mandate: &Mandate,
        (ending, organizations): (&str, &[OrganizationNumber]),
        password_hash: &str,
        seen: &Seen,
    ) -> Result<SystemUserName, OwnRefusal> {
        let plain = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
        if !(1..=LONGEST_ENDING).contains(&ending.len()) || !ending.bytes().all(plain) {
            return Err(OwnRefusal::UnusableEnding);
        }
        self.core
            .store
            .transact(async |tx| {
                hold(tx, mandate).await?;
                let owner = &mandate.organization;
                let users = tx.owned(owner).system_users().await?;
                if Seen::of_system_users(&users) != *seen {
                    return Err(OwnRefusal::MadeAlready);
                }
                room("system users", users.len(), MOST_USERS)?;
                within_reach(tx, mandate, (organizations, &[])).await?;
                let user = SystemUser {
                    name: self.free_name(tx, ending).await?,
                    owner: owner.clone(),
                    password_hash: password_hash.to_owned(),
                    enabled: true,
                };
                tx.system_users().insert(&user).await?;
                for organization in organizations {
                    let mut users = tx.system_users();
                    users.add_organization(&user.name, organization).await?;
                }
                let done = change(&user.name, "added").with("organizations", listed(organizations));
                self.write_down(tx, mandate, done).await?;
                Ok(user.name)
            })
            .await
    }

    /// Settles the organizations that a system user may act for; what it may act for can stay.
    pub async fn set_system_user_organizations(
        &self,
        mandate: &Mandate,
        name: &SystemUserName,
        organizations: &[OrganizationNumber],
    ) -> Result<(), OwnRefusal> {
        self.core
            .store
            .transact(async |tx| {
                hold(tx, mandate).await?;
                tx.imports().hold(KeptKey::SystemUser(name)).await?;
                let before = known(tx, &mandate.organization, name).await?;
                let had = &before.kept.organizations;
                within_reach(tx, mandate, (organizations, had)).await?;
                let mut changes = 0;
                for gone in had.iter().filter(|one| !organizations.contains(one)) {
                    tx.system_users().remove_organization(name, gone).await?;
                    changes += 1;
                }
                for new in organizations.iter().filter(|one| !had.contains(one)) {
                    tx.system_users().add_organization(name, new).await?;
                    changes += 1;
                }
                if changes == 0 {
                    return Ok(());
                }
                let done = change(name, "changed").with(
                    "organizations",
                    format!("{} -> {}", listed(had), listed(organizations)),
                );
                Ok(self.write_down(tx, mandate, done).await?)
            })
            .await
    }

    /// Gives a system user another password, which ends the one before and all of its tokens, if that
    /// is the one that was seen.
    pub async fn set_system_user_password(
        &self,
        mandate: &Mandate,
        name: &SystemUserName,
        password_hash: &str,
        seen: &Seen,
    ) -> Result<(), OwnRefusal> {
        let now = self.now();
        self.core
            .store
            .transact(async |tx| {
                hold(tx, mandate).await?;
                tx.imports().hold(KeptKey::SystemUser(name)).await?;
                let known = known(tx, &mandate.organization, name).await?;
                if Seen::of_password(&known.kept.user) != *seen {
                    return Err(OwnRefusal::MadeAlready);
                }
                tx.system_users().set_password(name, password_hash).await?;
                let ended = tx.system_users().end_tokens(name, now).await?;
                let done =
                    change(name, "given another password").with("endedTokens", ended.to_string());
                Ok(self.write_down(tx, mandate, done).await?)
            })
            .await
    }

    /// Lets a system user do what it may, or nothing. The tokens of one that may nothing end.
    pub async fn set_own_system_user_enabled(
        &self,
        mandate: &Mandate,
        name: &SystemUserName,
        enabled: bool,
    ) -> Result<(), OwnRefusal> {
        let now = self.now();
        self.core
            .store
            .transact(async |tx| {
                let owner = &mandate.organization;
                if known(tx, owner, name).await?.kept.user.enabled == enabled {
                    return Ok(());
                }
                if !tx.owned(owner).switch_system_user(name, enabled).await? {
                    return Err(OwnRefusal::DisabledByOperator(name.as_str().to_owned()));
                }
                if !enabled {
                    tx.system_users().end_tokens(name, now).await?;
                }
                let action = if enabled { "enabled" } else { "disabled" };
                Ok(self.write_down(tx, mandate, change(name, action)).await?)
            })
            .await
    }

    /// A name with this ending that neither a system user nor an operator has.
    async fn free_name(
        &self,
        tx: &mut Transaction,
        ending: &str,
    ) -> Result<SystemUserName, OwnRefusal> {
        for _ in 0..TRIES {
            let mut chance = [0; 4];
            self.core.entropy.fill(&mut chance);
            let digits = 1000 + u32::from_le_bytes(chance) % 9000;
            let text = format!("API{digits}{ending}");
            let name = SystemUserName::new(text.as_str());
            let operator = match OperatorName::parse(&text) {
                Some(operator) => tx.operators().find(&operator).await?,
                None => None,
            };
            if operator.is_none() && tx.system_users().find(&name).await?.is_none() {
                return Ok(name);
            }
        }
        Err(OwnRefusal::UnusableEnding)
    }
}

async fn known(
    tx: &mut Transaction,
    owner: &OrganizationNumber,
    name: &SystemUserName,
) -> Result<OwnUser, OwnRefusal> {
    let found = tx.owned(owner).system_user(name).await?;
    found.ok_or_else(|| OwnRefusal::UnknownSystemUser(name.as_str().to_owned()))
}

/// Whether the organization's people may choose these, beside those that were there.
async fn within_reach(
    tx: &mut Transaction,
    mandate: &Mandate,
    (wanted, had): (&[OrganizationNumber], &[OrganizationNumber]),
) -> Result<(), OwnRefusal> {
    let reached = tx.owned(&mandate.organization).reached().await?;
    let may = |one: &&OrganizationNumber| {
        had.contains(one) || reached.iter().any(|reached| reached.number == **one)
    };
    match wanted.iter().find(|one| !may(one)) {
        Some(foreign) => Err(OwnRefusal::OutOfReach(foreign.clone())),
        None => Ok(()),
    }
}

fn listed(organizations: &[OrganizationNumber]) -> String {
    let numbers: Vec<_> = organizations
        .iter()
        .map(OrganizationNumber::as_str)
        .collect();
    if numbers.is_empty() {
        return "none".to_owned();
    }
    numbers.join(" ")
}

fn change(name: &SystemUserName, action: &str) -> OtherChange {
    OtherChange::new("systemUser", name.as_str(), action)
}
