//! What each kind of record is found again by.

use domain::access::{ClientId, SystemUserName};
use domain::{
    AccountId, AddressCardId, AgreementId, OfferingId, OrganizationNumber, PersonId, ProductId,
};

use storage::KeptKey;

use super::{Kind, Meant};

/// The key of a record, with its kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Key {
    Organization(OrganizationNumber),
    AddressCard(AddressCardId),
    Person(PersonId),
    Offering(OfferingId),
    Agreement(AgreementId),
    Account(AccountId),
    Product(ProductId),
    SystemUser(SystemUserName),
    App(ClientId),
}

impl Key {
    /// Reads a key as records and addresses have it; none if nothing can have it.
    pub(crate) fn parse(kind: Kind, text: &str) -> Option<Self> {
        let number = || number(text);
        match kind {
            Kind::Organization => OrganizationNumber::parse(text).map(Self::Organization),
            Kind::AddressCard => number().map(|id| Self::AddressCard(AddressCardId::new(id))),
            Kind::Person => number().map(|id| Self::Person(PersonId::new(id))),
            Kind::Offering => number().map(|id| Self::Offering(OfferingId::new(id))),
            Kind::Agreement => number().map(|id| Self::Agreement(AgreementId::new(id))),
            Kind::Account => number().map(|id| Self::Account(AccountId::new(id))),
            Kind::Product => number().map(|id| Self::Product(ProductId::new(id))),
            Kind::SystemUser => name(text).map(|name| Self::SystemUser(SystemUserName::new(name))),
            Kind::App => name(text).map(|name| Self::App(ClientId::new(name))),
        }
    }
}

impl Key {
    /// The same as the database knows it.
    pub(crate) fn kept(&self) -> KeptKey<'_> {
        match self {
            Self::Organization(number) => KeptKey::Organization(number),
            Self::AddressCard(id) => KeptKey::AddressCard(*id),
            Self::Person(id) => KeptKey::Person(*id),
            Self::Offering(id) => KeptKey::Offering(*id),
            Self::Agreement(id) => KeptKey::Agreement(*id),
            Self::Account(id) => KeptKey::Account(*id),
            Self::Product(id) => KeptKey::Product(*id),
            Self::SystemUser(name) => KeptKey::SystemUser(name),
            Self::App(id) => KeptKey::App(id),
        }
    }
}

/// One to 18 digits.
pub(crate) fn number(text: &str) -> Option<i64> {
    let well_formed = (1..=18).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|_| well_formed)
}

/// A name that a database can be asked for.
fn name(text: &str) -> Option<&str> {
    (!text.is_empty() && text.len() <= 255 && !text.contains('\0')).then_some(text)
}

impl Meant {
    /// What it is found again by.
    pub(crate) fn key(&self) -> Key {
        match self {
            Self::Organization(thing) => Key::Organization(thing.number.clone()),
            Self::AddressCard(thing) => Key::AddressCard(thing.card.id),
            Self::Person(id, _) => Key::Person(*id),
            Self::Offering(thing) => Key::Offering(thing.id),
            Self::Agreement(thing) => Key::Agreement(thing.agreement.id),
            Self::Account(timed) => Key::Account(timed.thing.account.id),
            Self::Product(timed) => Key::Product(timed.thing.id),
            Self::SystemUser(thing, _) => Key::SystemUser(thing.user.name.clone()),
            Self::App(thing, _) => Key::App(thing.registered.app.id.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_as_records_have_them() {
        for (kind, text, reads) in [
            (Kind::Organization, "914742315", true),
            (Kind::Organization, "91474231", false),
            (Kind::Agreement, "0", true),
            (Kind::Agreement, "999999999999999999", true),
            (Kind::Agreement, "1000000000000000000", false),
            (Kind::Product, "", false),
            (Kind::Product, "+1", false),
            (Kind::Product, "１", false),
            (Kind::App, "an app", true),
            (Kind::App, "", false),
            (Kind::SystemUser, "a\0b", false),
        ] {
            assert_eq!(Key::parse(kind, text).is_some(), reads, "{text:?}");
        }
    }
}
