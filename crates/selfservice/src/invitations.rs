//! Invitations: links with which people choose a password, the first one or another. Nothing is
//! sent: whoever makes a link passes it on. Knows links by their hash alone.

use domain::access::{Developer, DeveloperEmail, DeveloperLogin, DeveloperRole, Realm, TokenHash};
use domain::{Author, OrganizationNumber, OtherChange};
use jiff::{SignedDuration, Timestamp};
use storage::{Error, Invitation, NewPassword, Transaction};

use crate::developers::change;
use crate::mandate::{hold, hold_organization, readable_name, room};
use crate::{Mandate, OwnRefusal, Seen, SelfService};

/// A link that nobody uses ends after this.
const VALID: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How many people an organization may have, with those who are invited.
const MOST_PEOPLE: usize = 200;

impl SelfService {
    /// Those of the organization's that wait, by address.
    pub async fn list_invitations(
        &self,
        organization: &OrganizationNumber,
    ) -> Result<Vec<Invitation>, Error> {
        let now = self.now();
        self.core
            .store
            .read(async |tx| tx.invitations().list_of(organization, now).await)
            .await
    }

    /// Keeps a link for someone. One of the organization's people chooses another password with it
    /// and stays what they are; anybody else becomes one of them. An earlier link for the same person
    /// ends. Who says what was seen is refused when that is no longer so.
    pub async fn invite_developer(
        &self,
        mandate: &Mandate,
        (email, role): (&DeveloperEmail, DeveloperRole),
        link: &TokenHash,
        seen: Option<&Seen>,
    ) -> Result<Invitation, OwnRefusal> {
        let now = self.now();
        let number = &mandate.organization;
        // Somebody else at an unattended screen must not get a password to keep.
        if mandate.author == Author::from(&DeveloperLogin::new(number, email)) {
            return Err(OwnRefusal::OwnLink);
        }
        self.core
            .store
            .transact(async |tx| {
                hold(tx, mandate).await?;
                tx.invitations().purge(now).await?;
                let organization = tx.owned(number).organization().await?;
                let organization =
                    organization.ok_or_else(|| OwnRefusal::UnknownOrganization(number.clone()))?;
                let known = tx.developers().find(number, email).await?;
                if known.as_ref().is_some_and(|known| !known.enabled) {
                    return Err(OwnRefusal::DeveloperDisabled(email.to_string()));
                }
                let invited = tx.invitations().list_of(number, now).await?;
                let people = tx.developers().list_of(number).await?;
                if seen.is_some_and(|seen| *seen != Seen::of_team(&people, &invited)) {
                    return Err(OwnRefusal::MadeAlready);
                }
                if known.is_none() && invited.iter().all(|one| one.email != *email) {
                    room("people", people.len() + invited.len(), MOST_PEOPLE)?;
                }
                let invitation = Invitation {
                    email: email.clone(),
                    organization,
                    role: known.as_ref().map_or(role, |known| known.role),
                    invited_by: mandate.author.name_within_organization().to_owned(),
                    created_at: now,
                    expires_at: now + VALID,
                };
                tx.invitations().insert(link, &invitation).await?;
                let done = match known {
                    Some(_) => change(email, "given a link to choose a password"),
                    None => OtherChange::new("invitation", email.as_str(), "made")
                        .with("role", role.as_str()),
                };
                self.write_down(tx, mandate, done).await?;
                Ok(invitation)
            })
            .await
    }

    /// Ends the link for someone.
    pub async fn remove_invitation(
        &self,
        mandate: &Mandate,
        email: &DeveloperEmail,
    ) -> Result<(), OwnRefusal> {
        self.core
            .store
            .transact(async |tx| {
                let organization = &mandate.organization;
                if !tx.invitations().remove(organization, email).await? {
                    return Err(OwnRefusal::UnknownInvitation);
                }
                let done = OtherChange::new("invitation", email.as_str(), "taken back");
                Ok(self.write_down(tx, mandate, done).await?)
            })
            .await
    }

    /// The invitation behind a link, and the person if they are one of the organization's already.
    pub async fn find_invitation(
        &self,
        link: &TokenHash,
    ) -> Result<(Invitation, Option<Developer>), OwnRefusal> {
        let now = self.now();
        let found = self.core.store.read(async |tx| {
            let invitation = tx.invitations().find(link, now).await?;
            let invitation = invitation.ok_or(OwnRefusal::UnknownInvitation)?;
            let known = member(tx, &invitation).await?;
            Ok((invitation, known))
        });
        found.await
    }

    /// Uses a link: whoever has it signs in with this password from now on. A new person is called
    /// by this name; sessions of a known one end, and their one-time codes stay.
    pub async fn accept_invitation(
        &self,
        link: &TokenHash,
        name: &str,
        password_hash: &str,
    ) -> Result<Developer, OwnRefusal> {
        let now = self.now();
        self.core
            .store
            .transact(async |tx| {
                let invitation = held_invitation(tx, link, now).await?;
                let (email, number) = (&invitation.email, &invitation.organization.number);
                let known = member(tx, &invitation).await?;
                let action = match known {
                    Some(_) => "chose a password by a link",
                    None => "joined",
                };
                let developer = match known {
                    Some(known) => known,
                    None => Developer {
                        email: email.clone(),
                        organization: number.clone(),
                        name: readable_name(name)?.to_owned(),
                        role: invitation.role,
                        enabled: true,
                        created_at: now,
                    },
                };
                if action == "joined" && !tx.developers().insert(&developer).await? {
                    // Somebody else has used the link at this moment.
                    return Err(OwnRefusal::UnknownInvitation);
                }
                let login = developer.login();
                let (realm, shown) = (Realm::Portal, login.to_string());
                let password = NewPassword {
                    hash: password_hash,
                    must_change: false,
                    at: now,
                };
                tx.logins().set_password(realm, &shown, password).await?;
                tx.sessions().end_others(realm, &shown, None).await?;
                tx.invitations().remove(number, email).await?;
                let mandate = Mandate {
                    organization: number.clone(),
                    author: Author::from(&login),
                };
                let done = change(email, action)
                    .with("role", developer.role.as_str())
                    .with("invitedBy", invitation.invited_by.as_str());
                self.write_down(tx, &mandate, done).await?;
                Ok(developer)
            })
            .await
    }
}

/// The invitation behind a link, while nobody else changes the organization's people.
async fn held_invitation(
    tx: &mut Transaction,
    link: &TokenHash,
    now: Timestamp,
) -> Result<Invitation, OwnRefusal> {
    let found = tx.invitations().find(link, now).await?;
    let found = found.ok_or(OwnRefusal::UnknownInvitation)?;
    hold_organization(tx, &found.organization.number).await?;
    // It may have been used, taken back or replaced until it was this transaction's turn.
    let found = tx.invitations().find(link, now).await?;
    found.ok_or(OwnRefusal::UnknownInvitation)
}

/// The person if they are one of the organization's already, and may sign in.
async fn member(
    tx: &mut Transaction,
    invitation: &Invitation,
) -> Result<Option<Developer>, OwnRefusal> {
    let email = &invitation.email;
    let known = tx
        .developers()
        .find(&invitation.organization.number, email)
        .await?;
    match known {
        Some(known) if !known.enabled => Err(OwnRefusal::UnknownInvitation),
        known => Ok(known),
    }
}
