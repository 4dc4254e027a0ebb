//! Stores one record that is new or changed. Whoever may no longer call has no token left.

use domain::access::TokenHash;
use domain::{AccountTimes, AgreementId, Entropy, OfferingId};
use gateway::{HashError, ServerKey};
use jiff::Timestamp;
use storage::{Error, KeptAgreement, KeptApp, KeptProduct, KeptUser, NewProduct, Transaction};

use crate::records::{Credential, Meant};

/// What a new app or system user will be known by.
#[derive(Clone)]
pub(crate) enum Shown {
    Secret(TokenHash),
    PasswordHash(String),
}

impl Shown {
    /// What is kept of an app's secret or a system user's password.
    pub(crate) fn of(
        meant: &Meant,
        secret: &str,
        (key, entropy): (&ServerKey, &dyn Entropy),
    ) -> Result<Self, HashError> {
        match meant {
            Meant::App(kept, _) => {
                let id = &kept.registered.app.id;
                Ok(Self::Secret(key.hash_client_secret(id, secret)))
            }
            _ => gateway::hash_password(secret, entropy).map(Self::PasswordHash),
        }
    }
}

/// Whether it is known by a secret or password once it is there.
pub(crate) fn needs_secret(meant: &Meant) -> bool {
    matches!(meant, Meant::SystemUser(..) | Meant::App(..))
}

pub(crate) async fn write(
    tx: &mut Transaction,
    meant: &Meant,
    (is_new, shown): (bool, Option<&Shown>),
    now: Timestamp,
) -> Result<(), Error> {
    match meant {
        Meant::Organization(wanted) if is_new => tx.organizations().insert(wanted).await,
        Meant::Organization(wanted) => tx.imports().rename_organization(wanted).await,
        Meant::AddressCard(wanted) if is_new => {
            let (organization, card) = (&wanted.organization, &wanted.card);
            tx.address_cards().insert(organization, card).await
        }
        Meant::AddressCard(wanted) => tx.imports().change_card(&wanted.card).await,
        Meant::Person(id, wanted) if is_new => tx.persons().insert(*id, wanted).await,
        Meant::Person(id, wanted) => tx.imports().change_person(*id, wanted).await,
        Meant::Offering(wanted) if is_new => tx.offerings().insert(wanted).await,
        Meant::Offering(wanted) => tx.imports().change_offering(wanted).await,
        Meant::Agreement(wanted) => agreement(tx, wanted, is_new).await,
        Meant::Account(wanted) => {
            let (kept, opened_at) = (&wanted.thing, wanted.thing.opened_at);
            if is_new {
                let times = AccountTimes {
                    opened_at,
                    visible_at: opened_at,
                };
                let mut accounts = tx.accounts();
                accounts.insert(&kept.account, kept.person, times).await
            } else {
                let mut kept_ones = tx.imports();
                kept_ones
                    .change_account(&kept.account, kept.person, opened_at)
                    .await
            }
        }
        Meant::Product(wanted) => product(tx, &wanted.thing, is_new).await,
        Meant::SystemUser(wanted, credential) => {
            if let (true, Some(Shown::PasswordHash(hash))) = (is_new, shown) {
                let mut user = wanted.user.clone();
                user.password_hash.clone_from(hash);
                tx.system_users().insert(&user).await?;
            }
            user(tx, wanted, credential.as_ref(), now).await
        }
        Meant::App(wanted, _) => {
            if let (true, Some(Shown::Secret(hash))) = (is_new, shown) {
                let id = &wanted.registered.app.id;
                tx.client_apps().insert(&wanted.registered).await?;
                tx.client_apps().add_secret(id, hash, now).await?;
            }
            app(tx, wanted, now).await
        }
    }
}

async fn agreement(
    tx: &mut Transaction,
    wanted: &KeptAgreement,
    is_new: bool,
) -> Result<(), Error> {
    let id: AgreementId = wanted.agreement.id;
    let mut offered: Vec<OfferingId> = Vec::new();
    if is_new {
        tx.agreements().insert(&wanted.agreement).await?;
    } else {
        tx.imports().change_agreement(&wanted.agreement).await?;
        let kept = tx.imports().agreements(id.get(), 1).await?.pop();
        let kept = kept.filter(|kept| kept.agreement.id == id);
        offered = kept.map(|kept| kept.offerings).unwrap_or_default();
    }
    for offering in &wanted.offerings {
        if !offered.contains(offering) {
            tx.agreements().offer(id, *offering).await?;
        }
    }
    for offering in offered {
        if !wanted.offerings.contains(&offering) {
            tx.imports().withdraw(id, offering).await?;
        }
    }
    Ok(())
}

async fn product(tx: &mut Transaction, wanted: &KeptProduct, is_new: bool) -> Result<(), Error> {
    if is_new {
        let new = NewProduct {
            id: wanted.id,
            parent: wanted.parent,
            offering: wanted.offering,
            name: &wanted.name,
            status: wanted.status,
            billing_account: wanted.billing_account,
            created_at: wanted.created_at,
        };
        tx.products().insert(wanted.agreement, &new).await?;
    } else {
        let kept = tx.imports().product(wanted.id).await?;
        tx.imports().change_product(wanted).await?;
        for setting in kept.map(|kept| kept.configurations).unwrap_or_default() {
            let stays = |other: &domain::ConfigurationValue| other.id == setting.id;
            if !wanted.configurations.iter().any(stays) {
                tx.imports().remove_setting(wanted.id, setting.id).await?;
            }
        }
        let payer = wanted.billing_account;
        tx.imports().release(wanted.id, payer).await?;
    }
    for setting in &wanted.configurations {
        tx.products().configure(wanted.id, setting).await?;
    }
    if let Some(account) = wanted.billing_account {
        tx.imports().reserve(account, wanted.id).await?;
    }
    Ok(())
}

async fn user(
    tx: &mut Transaction,
    wanted: &KeptUser,
    credential: Option<&Credential>,
    now: Timestamp,
) -> Result<(), Error> {
    let name = &wanted.user.name;
    let Some(KeptUser {
        user: before,
        organizations: kept,
    }) = tx.imports().user(name).await?
    else {
        return Ok(());
    };
    let has_another =
        matches!(credential, Some(Credential::Hash(hash)) if before.password_hash != *hash);
    let mut users = tx.system_users();
    users.set_enabled(name, wanted.user.enabled).await?;
    if let Some(Credential::Hash(hash)) = credential {
        users.set_password(name, hash).await?;
    }
    if has_another || before.enabled && !wanted.user.enabled {
        // Last: a token that was being issued has then been kept, or is refused.
        users.end_tokens(name, now).await?;
    }
    for organization in &wanted.organizations {
        users.add_organization(name, organization).await?;
    }
    for organization in kept {
        if !wanted.organizations.contains(&organization) {
            users.remove_organization(name, &organization).await?;
        }
    }
    Ok(())
}

async fn app(tx: &mut Transaction, wanted: &KeptApp, now: Timestamp) -> Result<(), Error> {
    let id = &wanted.registered.app.id;
    let Some(KeptApp {
        registered: before,
        products: kept,
    }) = tx.imports().app(id).await?
    else {
        return Ok(());
    };
    tx.imports().change_app(&wanted.registered).await?;
    let mut apps = tx.client_apps();
    if before.app.enabled && !wanted.registered.app.enabled {
        // Last: a token that was being issued has then been kept, or is refused.
        apps.end_tokens(id, now).await?;
    }
    for (name, quota) in &wanted.products {
        apps.add_product(id, name, *quota).await?;
    }
    for (name, _) in kept {
        if !wanted.products.iter().any(|(wanted, _)| *wanted == name) {
            apps.remove_product(id, &name).await?;
        }
    }
    Ok(())
}
