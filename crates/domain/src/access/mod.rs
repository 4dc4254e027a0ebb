//! The gateway's nouns: who calls, through which app, with which rights.

mod client_app;
mod developer;
mod operator;
mod realm;
mod token;

pub use client_app::{ClientApp, ClientId, GrantType, Scope};
pub use developer::{Developer, DeveloperEmail, DeveloperLogin, DeveloperRole};
pub use operator::{Operator, OperatorName, OperatorRole};
pub use realm::Realm;
pub use token::{AccessToken, TokenHash};

/// A system user's name, such as `API1000XYZ`: a machine account whose rights bound every answer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SystemUserName(String);

impl SystemUserName {
    /// A name that the database holds or that someone tries to log in with.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The admitted app and system user of one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The app that the call came through.
    pub app: ClientId,
    /// The system user that it acts for.
    pub system_user: SystemUserName,
}

impl Caller {
    /// What this caller may see.
    #[must_use]
    pub fn reach(&self) -> Reach<'_> {
        Reach(&self.system_user)
    }
}

/// The organizations that a system user may act for, as a predicate for the database. Every
/// customer-facing look-up takes one, so that nothing is found first and hidden afterwards.
#[derive(Debug, Clone, Copy)]
pub struct Reach<'a>(&'a SystemUserName);

impl<'a> Reach<'a> {
    /// The system user whose organizations bound the look-up.
    #[must_use]
    pub fn system_user(self) -> &'a str {
        self.0.as_str()
    }
}
