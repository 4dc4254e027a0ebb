//! Links with which people choose a password: the first one, or another when they have lost it.

use domain::access::{DeveloperEmail, DeveloperRole, TokenHash};
use domain::{Organization, OrganizationNumber};
use jiff::Timestamp;

use crate::sql::{Row, Statement};
use crate::{Error, Transaction};

static INSERT: Statement = Statement::new(
    "INSERT INTO invitations
            (token_hash, email, organization_number, role, invited_by, created_at, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (organization_number, email) DO UPDATE
     SET token_hash = excluded.token_hash, role = excluded.role,
         invited_by = excluded.invited_by, created_at = excluded.created_at,
         expires_at = excluded.expires_at",
);

static FIND: Statement = Statement::new(
    "SELECT i.email, i.organization_number, o.name, i.role, i.invited_by, i.created_at, i.expires_at
     FROM invitations i JOIN organizations o ON o.number = i.organization_number
     WHERE i.token_hash = $1 AND i.expires_at > $2",
);

static LIST_OF: Statement = Statement::new(
    "SELECT i.email, i.organization_number, o.name, i.role, i.invited_by, i.created_at, i.expires_at
     FROM invitations i JOIN organizations o ON o.number = i.organization_number
     WHERE i.organization_number = $1 AND i.expires_at > $2",
);

static REMOVE: Statement =
    Statement::new("DELETE FROM invitations WHERE organization_number = $1 AND email = $2");

static PURGE: Statement = Statement::new("DELETE FROM invitations WHERE expires_at <= $1");

static END_EVERYONES: Statement = Statement::new("DELETE FROM invitations");

pub(crate) static STATEMENTS: &[&Statement] =
    &[&INSERT, &FIND, &LIST_OF, &REMOVE, &PURGE, &END_EVERYONES];

/// A link that was not used yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Whom it is for.
    pub email: DeveloperEmail,
    /// The organization that they will belong to, or belong to already.
    pub organization: Organization,
    /// What they may do.
    pub role: DeveloperRole,
    /// Who made the link.
    pub invited_by: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// The invitations, within one transaction.
pub struct Invitations<'t>(&'t mut Transaction);

impl Transaction {
    /// The invitations.
    pub fn invitations(&mut self) -> Invitations<'_> {
        Invitations(self)
    }
}

impl Invitations<'_> {
    /// Keeps a link, in place of an earlier one for the same person of the organization's. The
    /// organization's name is not kept.
    pub async fn insert(&mut self, token: &TokenHash, made: &Invitation) -> Result<(), Error> {
        let params = [
            token.as_str().into(),
            made.email.as_str().into(),
            made.organization.number.as_str().into(),
            made.role.as_str().into(),
            made.invited_by.as_str().into(),
            made.created_at.as_millisecond().into(),
            made.expires_at.as_millisecond().into(),
        ];
        self.0.execute(&INSERT, &params).await.map(drop)
    }

    /// The link with this hash, if it has not ended by then.
    pub async fn find(
        &mut self,
        token: &TokenHash,
        now: Timestamp,
    ) -> Result<Option<Invitation>, Error> {
        let params = [token.as_str().into(), now.as_millisecond().into()];
        self.0.fetch_optional(&FIND, &params, invitation).await
    }

    /// The organization's that have not ended by then, by address.
    pub async fn list_of(
        &mut self,
        organization: &OrganizationNumber,
        now: Timestamp,
    ) -> Result<Vec<Invitation>, Error> {
        let params = [organization.as_str().into(), now.as_millisecond().into()];
        let mut found = self.0.fetch_all(&LIST_OF, &params, invitation).await?;
        // Engines differ in the order of texts.
        found.sort_by(|one, other| one.email.cmp(&other.email));
        Ok(found)
    }

    /// Ends the link for a person of the organization's; false when there is none.
    pub async fn remove(
        &mut self,
        organization: &OrganizationNumber,
        email: &DeveloperEmail,
    ) -> Result<bool, Error> {
        let params = [organization.as_str().into(), email.as_str().into()];
        Ok(self.0.execute(&REMOVE, &params).await? == 1)
    }

    /// Drops those that have ended by then; how many that were.
    pub async fn purge(&mut self, now: Timestamp) -> Result<u64, Error> {
        let params = [now.as_millisecond().into()];
        self.0.execute(&PURGE, &params).await
    }

    /// Ends every link, whoever's it is; how many that were.
    pub async fn end_everyones(&mut self) -> Result<u64, Error> {
        self.0.execute(&END_EVERYONES, &[]).await
    }
}

fn invitation(row: &Row<'_>) -> Result<Invitation, Error> {
    Ok(Invitation {
        email: row.parse(0, DeveloperEmail::parse)?,
        organization: Organization {
            number: row.parse(1, OrganizationNumber::parse)?,
            name: row.get(2)?,
        },
        role: row.parse(3, DeveloperRole::parse)?,
        invited_by: row.get(4)?,
        created_at: row.timestamp(5)?,
        expires_at: row.timestamp(6)?,
    })
}
