//! Client apps: the software that a company registered, with its id, grants and products.

use crate::OrganizationNumber;
use crate::access::SystemUserName;

/// A client id: what an app calls itself by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClientId(String);

impl ClientId {
    /// An id that the database holds or that someone tries to authenticate with.
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// The id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Software that a company registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientApp {
    /// What it calls itself by.
    pub id: ClientId,
    /// What people call it.
    pub name: String,
    /// The company that registered it.
    pub owner: OrganizationNumber,
    /// Whether its calls are admitted at all.
    pub enabled: bool,
    /// How it may get tokens.
    pub grants: Vec<GrantType>,
    /// The networks from which it may use its secret in place of a token, in CIDR notation.
    pub basic_networks: Vec<String>,
    /// The system user that it acts for when it calls in its own name.
    pub bound_system_user: Option<SystemUserName>,
    /// Whether old clients want `expires_in` as text.
    pub expires_in_as_string: bool,
}

/// The OAuth 2.0 grants that Avtale knows (RFC 6749, sections 4.3 and 4.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GrantType {
    /// A system user's name and password.
    Password,
    /// The app's own credentials alone.
    ClientCredentials,
}

impl GrantType {
    /// Every grant, for metadata and look-ups.
    pub const ALL: [Self; 2] = [Self::Password, Self::ClientCredentials];

    /// The word on the wire and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::ClientCredentials => "client_credentials",
        }
    }

    /// The grant that a word stands for.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|grant| grant.as_str() == word)
    }
}

/// A right that an operation needs and a token has, such as `agreements.read`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Scope(String);

impl Scope {
    /// A scope by its name.
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
