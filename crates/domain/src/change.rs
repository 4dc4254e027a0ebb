//! Changes: what the journal keeps of each mutation, and what customers are told of.

use jiff::Timestamp;

use crate::access::{Caller, ClientId, DeveloperEmail, DeveloperLogin};
use crate::{AccountId, AccountStatus, AgreementId, Order, OrderAction, OrderId, OrderState};
use crate::{OrganizationNumber, ProductId};

/// One mutation: when, in whose name, by whom, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Unique, and the same whenever and to whomever it is told.
    pub id: ChangeId,
    /// When. The changes of one order or account have strictly rising times.
    pub at: Timestamp,
    /// Whose thing it is; none for what is the operator's own.
    pub organization: Option<OrganizationNumber>,
    /// Who did it.
    pub author: Author,
    /// What it is.
    pub what: Changed,
}

/// A change's id: a UUID as text.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ChangeId(String);

impl ChangeId {
    /// An id that the database holds, or a new one.
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

/// Who made a change, and through which app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    /// A system user, a developer by organization and e-mail address, a person or worker of the
    /// operator's, or the part of the server.
    pub name: String,
    /// The client app that a customer's call came through.
    pub app: Option<ClientId>,
}

/// The parts of the server that make changes by themselves.
const PARTS: [&str; 2] = ["fulfillment", "notifications"];

/// On whose side an author is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuthorKind {
    /// A system user, through a client app, or a developer, through the portal.
    Customer,
    /// A person or worker of the operator's, or the command line.
    Operator,
    /// The server by itself.
    Server,
}

impl AuthorKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Customer, Self::Operator, Self::Server];

    /// The word in documents.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Operator => "operator",
            Self::Server => "server",
        }
    }
}

impl Author {
    /// On whose side they are. Only a customer's call comes through an app, only a developer has an
    /// `@` in the name, and no operator is called like a part of the server.
    #[must_use]
    pub fn kind(&self) -> AuthorKind {
        // In rows of old, the author is the address alone.
        let is_developer = DeveloperEmail::parse(self.name_within_organization()).is_some();
        if self.app.is_some() || is_developer {
            AuthorKind::Customer
        } else if Self::is_part_of_server(&self.name) {
            AuthorKind::Server
        } else {
            AuthorKind::Operator
        }
    }

    /// What those of the same organization call them: a developer's address, without the number.
    #[must_use]
    pub fn name_within_organization(&self) -> &str {
        match DeveloperLogin::parse(&self.name) {
            Some(_) => self.name.split_once('/').map_or("", |(_, email)| email),
            None => &self.name,
        }
    }

    /// Whether the server calls itself so.
    #[must_use]
    pub fn is_part_of_server(name: &str) -> bool {
        PARTS.contains(&name)
    }

    /// Someone on the operator's side, or a part of the server.
    #[must_use]
    pub fn of_operator(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            app: None,
        }
    }
}

impl From<&DeveloperLogin> for Author {
    fn from(login: &DeveloperLogin) -> Self {
        Self {
            name: login.to_string(),
            app: None,
        }
    }
}

impl From<&Caller> for Author {
    fn from(caller: &Caller) -> Self {
        Self {
            name: caller.system_user.as_str().to_owned(),
            app: Some(caller.app.clone()),
        }
    }
}

/// What changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Changed {
    /// An order entered a state. The organization is told.
    Order(OrderChange),
    /// A billing account entered a status. The organization is told.
    Account(AccountChange),
    /// Anything else, for the operator's eyes alone.
    Other(OtherChange),
}

/// An order entered a state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderChange {
    /// Which order.
    pub order: OrderId,
    /// The agreement that it changes.
    pub agreement: AgreementId,
    /// What it asks for.
    pub action: OrderAction,
    /// The product that it updates or adds.
    pub product: ProductId,
    /// The state that it entered.
    pub state: OrderState,
    /// Why, in words.
    pub reason: String,
}

impl OrderChange {
    /// That an order is in the state that it is in.
    #[must_use]
    pub fn of(order: &Order, reason: impl Into<String>) -> Self {
        Self {
            order: order.id,
            agreement: order.request.agreement,
            action: order.request.action,
            product: order.product,
            state: order.state,
            reason: reason.into(),
        }
    }
}

/// A billing account entered a status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountChange {
    /// Which account.
    pub account: AccountId,
    /// The status that it entered.
    pub status: AccountStatus,
}

/// A change of something that customers are not told of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherChange {
    /// The kind of thing, such as `endpoint`.
    pub noun: String,
    /// Which one.
    pub subject: String,
    /// What was done, such as `created`.
    pub action: String,
    /// What is worth knowing about it; never a secret.
    pub facts: Vec<(String, String)>,
}

impl OtherChange {
    /// Something that was done to a thing.
    #[must_use]
    pub fn new(noun: &str, subject: impl Into<String>, action: &str) -> Self {
        Self {
            noun: noun.to_owned(),
            subject: subject.into(),
            action: action.to_owned(),
            facts: Vec::new(),
        }
    }

    /// With one more fact.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.facts.push((name.to_owned(), value.into()));
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_authors_name_tells_the_side() {
        for (name, kind, within) in [
            (
                "914742315/kari@example.com",
                AuthorKind::Customer,
                "kari@example.com",
            ),
            ("kari@example.com", AuthorKind::Customer, "kari@example.com"),
            ("kari", AuthorKind::Operator, "kari"),
            ("914742315/kari", AuthorKind::Operator, "914742315/kari"),
            ("fulfillment", AuthorKind::Server, "fulfillment"),
        ] {
            let author = Author::of_operator(name);
            assert_eq!(author.kind(), kind, "{name}");
            assert_eq!(author.name_within_organization(), within);
        }
    }
}
