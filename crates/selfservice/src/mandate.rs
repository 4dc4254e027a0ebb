//! On whose behalf an organization's people, apps and system users are seen and changed, and why not.

use domain::access::Developer;
use domain::{
    Author, AuthorKind, Organization, OrganizationNumber, OtherChange, has_invisible_character,
};
use jiff::Timestamp;
use storage::{Error, Transaction};

use crate::SelfService;

/// No name that people give is longer.
pub const LONGEST_NAME: usize = 100;

/// The one organization whose things are changed, and who changes them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mandate {
    /// Whose things they are.
    pub organization: OrganizationNumber,
    /// Who changes them.
    pub author: Author,
}

impl Mandate {
    /// For someone on the operator's side.
    #[must_use]
    pub fn of_operator(author: &Author, organization: &OrganizationNumber) -> Self {
        Self {
            organization: organization.clone(),
            author: author.clone(),
        }
    }

    pub(crate) fn is_operators(&self) -> bool {
        self.author.kind() == AuthorKind::Operator
    }
}

impl From<&Developer> for Mandate {
    fn from(developer: &Developer) -> Self {
        Self {
            organization: developer.organization.clone(),
            author: Author::from(&developer.login()),
        }
    }
}

/// Why an organization's people don't get what they ask for. Another organization's things are
/// refused exactly as absent ones are.
#[derive(Debug, thiserror::Error)]
pub enum OwnRefusal {
    /// The operator named an organization that is not there.
    #[error("there is no organization {0}")]
    UnknownOrganization(OrganizationNumber),
    /// No such person.
    #[error("there is no developer {0}")]
    UnknownDeveloper(String),
    /// Somebody who may not sign in gets no link, and can't use one.
    #[error("{0} is disabled")]
    DeveloperDisabled(String),
    /// The link was used, taken back or replaced, or its time is over.
    #[error("there is no such invitation")]
    UnknownInvitation,
    /// Whoever is signed in shows the password to choose another.
    #[error("for another password of one's own there is the page Account")]
    OwnLink,
    /// Nobody could invite or enable people any more.
    #[error("{0} is the last enabled administrator")]
    LastAdministrator(String),
    /// No such app.
    #[error("there is no app {0}")]
    UnknownApp(String),
    /// No such system user.
    #[error("there is no system user {0}")]
    UnknownSystemUser(String),
    /// No such API product, or it is switched off.
    #[error("there is no API product {0}")]
    UnknownApiProduct(String),
    /// Nobody has asked, or somebody has decided.
    #[error("no such request waits for a decision")]
    UnknownRequest,
    /// Sent again, a form would make another of what it has made; or somebody else was faster.
    #[error("it was made already, or something else was made since the form was opened")]
    MadeAlready,
    /// An app has two places for secrets.
    #[error("the app has two secrets; end the older one first")]
    TwoSecrets,
    /// Without any secret the app could do nothing.
    #[error("this is not the older one of two secrets")]
    NotOlderSecret,
    /// What the operator has disabled, the operator alone enables.
    #[error("the operator has disabled {0}")]
    DisabledByOperator(String),
    /// Not among the organizations that its people may choose from.
    #[error("{0} is not among the organizations that you may choose")]
    OutOfReach(OrganizationNumber),
    /// A grant that the operator does not offer.
    #[error("there has to be a way to get tokens, of those that are offered")]
    UnknownGrant,
    /// As a name for people to read.
    #[error("a name has 1 to {LONGEST_NAME} characters, none of them invisible")]
    UnusableName,
    /// As the end of a system user's name.
    #[error("a name ends in 1 to 12 capital letters and digits")]
    UnusableEnding,
    /// So many that somebody should look why.
    #[error("there are {most} {what} already, and no more may be added here")]
    TooMany {
        /// What they are.
        what: &'static str,
        /// How many there may be.
        most: usize,
    },
    /// Only `avtale serve --demo` is a sandbox.
    #[error("this is no sandbox")]
    NoSandbox,
    /// An end that orders don't have, no words for it, or a time that is too long.
    #[error(
        "an order ends COMPLETED, FAILED or HELD, the latter with a reason, after 0 to 3600 seconds"
    )]
    UnusableSandbox,
    /// The database failed; for the log alone.
    #[error(transparent)]
    Storage(#[from] Error),
}

impl SelfService {
    /// The organization that somebody belongs to.
    pub async fn own_organization(
        &self,
        number: &OrganizationNumber,
    ) -> Result<Organization, OwnRefusal> {
        let found = self.core.store.read(async |tx| {
            let organization = tx.owned(number).organization().await?;
            organization.ok_or_else(|| OwnRefusal::UnknownOrganization(number.clone()))
        });
        found.await
    }

    /// The time, as fine as it is kept.
    pub(crate) fn now(&self) -> Timestamp {
        let now = self.core.clock.now();
        Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
    }

    /// Writes down what was done on somebody's behalf.
    pub(crate) async fn write_down(
        &self,
        tx: &mut Transaction,
        mandate: &Mandate,
        change: OtherChange,
    ) -> Result<(), Error> {
        let when = (Some(mandate.organization.clone()), self.now());
        let author = mandate.author.clone();
        self.core.scribe.done(tx, change, when, author).await
    }
}

/// Keeps others from changing the organization's people, apps and system users in this way until the
/// transaction ends, so that what was counted stays true.
pub(crate) async fn hold(tx: &mut Transaction, mandate: &Mandate) -> Result<(), Error> {
    hold_organization(tx, &mandate.organization).await
}

/// The same for those who have no mandate yet.
pub(crate) async fn hold_organization(
    tx: &mut Transaction,
    organization: &OrganizationNumber,
) -> Result<(), Error> {
    let turn = format!("organization {organization}");
    tx.sequences().take_block(&turn, 0).await.map(drop)
}

/// A name that people read, without blanks at its ends.
pub(crate) fn readable_name(text: &str) -> Result<&str, OwnRefusal> {
    let name = text.trim();
    let length = name.chars().count();
    let visible = !has_invisible_character(name);
    if (1..=LONGEST_NAME).contains(&length) && visible {
        Ok(name)
    } else {
        Err(OwnRefusal::UnusableName)
    }
}

/// That there is room for one more.
pub(crate) fn room(what: &'static str, there_are: usize, most: usize) -> Result<(), OwnRefusal> {
    if there_are < most {
        Ok(())
    } else {
        Err(OwnRefusal::TooMany { what, most })
    }
}
