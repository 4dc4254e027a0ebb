//! What people do about how they sign in: each is one transaction, together with its line in the
//! journal, which somebody else writes.

use storage::{Error, Transaction};

use super::{Logins, Verified};
use crate::sessions::{Session, SessionToken};

/// Something that a person does about their own login or session.
#[derive(Clone, Copy)]
pub enum Deed<'a> {
    /// Begins a session.
    SignIn {
        /// Who it is.
        verified: &'a Verified,
        /// What the browser holds from now on.
        token: &'a SessionToken,
        /// The session that the browser had, whoever's it was; it ends.
        before: Option<&'a Session>,
    },
    /// Ends the session.
    SignOut(&'a Session),
    /// Sets another password. All sessions end, and this one goes on under another token.
    ChangePassword {
        /// The session in which it is done.
        session: &'a Session,
        /// The new password, hashed.
        hash: &'a str,
        /// What the browser holds from now on.
        token: &'a SessionToken,
    },
    /// Asks for one-time codes from now on, if the code is one of those that were offered. Other
    /// sessions end.
    SetUpCodes {
        /// The session in which it is done.
        session: &'a Session,
        /// What was offered.
        seed: &'a str,
        /// What the device shows.
        code: &'a str,
    },
    /// Asks for no codes any more. Other sessions end.
    RemoveCodes(&'a Session),
}

impl Deed<'_> {
    /// What the journal calls it.
    #[must_use]
    pub const fn action(self) -> &'static str {
        match self {
            Self::SignIn { .. } => "signed in",
            Self::SignOut(_) => "signed out",
            Self::ChangePassword { .. } => "changed the password",
            Self::SetUpCodes { .. } => "set up one-time codes",
            Self::RemoveCodes(_) => "removed one-time codes",
        }
    }
}

impl<'a> Deed<'a> {
    /// The session that has to go on for it.
    const fn within(self) -> Option<&'a Session> {
        match self {
            Self::SignIn { .. } | Self::SignOut(_) => None,
            Self::ChangePassword { session, .. }
            | Self::SetUpCodes { session, .. }
            | Self::RemoveCodes(session) => Some(session),
        }
    }
}

impl Logins {
    /// Does it; false when it can't be done any more, or the code is wrong.
    pub async fn carry_out(&self, tx: &mut Transaction, deed: Deed<'_>) -> Result<bool, Error> {
        if let Some(session) = deed.within() {
            // Whoever has lost the session meanwhile does nothing in it.
            if !self.lasts(tx, session).await? {
                return Ok(false);
            }
        }
        match deed {
            Deed::SignIn {
                verified,
                token,
                before,
            } => {
                if let Some(before) = before {
                    self.end(tx, before).await?;
                }
                self.begin(tx, verified, token).await
            }
            Deed::SignOut(session) => self.end(tx, session).await,
            Deed::ChangePassword {
                session,
                hash,
                token,
            } => {
                self.set_password(tx, session.login(), (hash, false))
                    .await?;
                self.renew(tx, session, token).await?;
                Ok(true)
            }
            Deed::SetUpCodes {
                session,
                seed,
                code,
            } => {
                let begun = self.begin_codes(tx, session.login(), (seed, code)).await?;
                self.alone(tx, session, begun).await
            }
            Deed::RemoveCodes(session) => {
                let removed = self.end_codes(tx, session.login(), false).await?;
                self.alone(tx, session, removed).await
            }
        }
    }

    /// Ends the person's other sessions if something was done.
    async fn alone(
        &self,
        tx: &mut Transaction,
        session: &Session,
        done: bool,
    ) -> Result<bool, Error> {
        if done {
            self.end_others(tx, session).await?;
        }
        Ok(done)
    }
}
