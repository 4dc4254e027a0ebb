//! The records of imports and exports: the form on the wire, one file per kind, and what each means.

mod access;
mod account;
mod agreement;
mod key;
mod offering;
mod party;
mod product;
mod read;

use domain::{Offering, Organization, Person, PersonId};
use schemars::{JsonSchema, Schema, schema_for};
use serde::{Deserialize, Serialize};
use storage::{KeptAccount, KeptAgreement, KeptApp, KeptCard, KeptProduct, KeptUser};

pub use access::{AppRecord, Credential, HeldRecord, QuotaRecord, SystemUserRecord};
pub use account::AccountRecord;
pub use agreement::AgreementRecord;
pub use offering::{OfferingRecord, RuleRecord};
pub use party::{AddressCardRecord, AddressRecord, OrganizationRecord, PersonRecord};
pub use product::{ProductRecord, SettingRecord};
pub use read::{Id, OrgNumber};

pub(crate) use key::{Key, number};

/// The kinds of records, in the order in which they need each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// An organization.
    Organization,
    /// A stored invoice address of an organization.
    AddressCard,
    /// A person who pays.
    Person,
    /// Something that may be ordered.
    Offering,
    /// A contract of an organization's.
    Agreement,
    /// A billing account.
    Account,
    /// Something ordered on an agreement.
    Product,
    /// A machine account.
    SystemUser,
    /// A client app.
    App,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 9] = [
        Self::Organization,
        Self::AddressCard,
        Self::Person,
        Self::Offering,
        Self::Agreement,
        Self::Account,
        Self::Product,
        Self::SystemUser,
        Self::App,
    ];

    /// What a record's `kind` says.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Organization => "organization",
            Self::AddressCard => "addressCard",
            Self::Person => "person",
            Self::Offering => "offering",
            Self::Agreement => "agreement",
            Self::Account => "account",
            Self::Product => "product",
            Self::SystemUser => "systemUser",
            Self::App => "app",
        }
    }

    /// What a list of such records is called: an `s` more.
    #[must_use]
    pub fn plural(self) -> String {
        format!("{}s", self.as_str())
    }

    /// The kind that a word or its plural stands for.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        let names = |kind: &Self| kind.as_str() == word || kind.plural() == word;
        Self::ALL.into_iter().find(names)
    }

    /// The JSON Schema of such a record.
    #[must_use]
    pub fn schema(self) -> Schema {
        let mut schema = match self {
            Self::Organization => schema_for!(OrganizationRecord),
            Self::AddressCard => schema_for!(AddressCardRecord),
            Self::Person => schema_for!(PersonRecord),
            Self::Offering => schema_for!(OfferingRecord),
            Self::Agreement => schema_for!(AgreementRecord),
            Self::Account => schema_for!(AccountRecord),
            Self::Product => schema_for!(ProductRecord),
            Self::SystemUser => schema_for!(SystemUserRecord),
            Self::App => schema_for!(AppRecord),
        };
        let kind = serde_json::json!({ "const": self.as_str() });
        schema.insert("title".to_owned(), self.as_str().into());
        let object = schema.ensure_object();
        if let Some(properties) = object.get_mut("properties").and_then(|p| p.as_object_mut()) {
            properties.shift_insert(0, "kind".to_owned(), kind);
        }
        if let Some(required) = object.get_mut("required").and_then(|r| r.as_array_mut()) {
            required.insert(0, "kind".into());
        }
        schema
    }
}

/// One record, as a file has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Record {
    /// An organization.
    Organization(OrganizationRecord),
    /// A stored invoice address of an organization.
    AddressCard(AddressCardRecord),
    /// A person who pays.
    Person(PersonRecord),
    /// Something that may be ordered.
    Offering(OfferingRecord),
    /// A contract of an organization's.
    Agreement(AgreementRecord),
    /// A billing account.
    Account(AccountRecord),
    /// Something ordered on an agreement.
    Product(ProductRecord),
    /// A machine account.
    SystemUser(SystemUserRecord),
    /// A client app.
    App(AppRecord),
}

/// What a record that is right by itself means.
#[derive(Debug, Clone)]
pub(crate) enum Meant {
    Organization(Organization),
    AddressCard(KeptCard),
    Person(PersonId, Person),
    Offering(Offering),
    Agreement(KeptAgreement),
    Account(Box<Timed<KeptAccount>>),
    Product(Timed<KeptProduct>),
    SystemUser(KeptUser, Option<Credential>),
    App(Box<KeptApp>, Option<Credential>),
}

/// Something with an instant that a record may leave out.
#[derive(Debug, Clone)]
pub(crate) struct Timed<T> {
    pub(crate) thing: T,
    /// Whether the instant in it is the record's own.
    pub(crate) is_timed: bool,
}

impl Record {
    /// What kind of record it is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::Organization(_) => Kind::Organization,
            Self::AddressCard(_) => Kind::AddressCard,
            Self::Person(_) => Kind::Person,
            Self::Offering(_) => Kind::Offering,
            Self::Agreement(_) => Kind::Agreement,
            Self::Account(_) => Kind::Account,
            Self::Product(_) => Kind::Product,
            Self::SystemUser(_) => Kind::SystemUser,
            Self::App(_) => Kind::App,
        }
    }

    /// What it is found again by, for people.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::Organization(record) => record.org_number.0.clone(),
            Self::AddressCard(record) => record.id.0.to_string(),
            Self::Person(record) => record.id.0.to_string(),
            Self::Offering(record) => record.id.0.to_string(),
            Self::Agreement(record) => record.id.0.to_string(),
            Self::Account(record) => record.id.0.to_string(),
            Self::Product(record) => record.id.0.to_string(),
            Self::SystemUser(record) => record.name.clone(),
            Self::App(record) => record.client_id.clone(),
        }
    }

    /// What it means, or everything that is wrong with it by itself.
    pub(crate) fn read(&self) -> Result<Meant, Vec<String>> {
        match self {
            Self::Organization(record) => record.read().map(Meant::Organization),
            Self::AddressCard(record) => record.read().map(Meant::AddressCard),
            Self::Person(record) => record.read().map(|(id, name)| Meant::Person(id, name)),
            Self::Offering(record) => record.read().map(Meant::Offering),
            Self::Agreement(record) => record.read().map(Meant::Agreement),
            Self::Account(record) => record.read().map(|it| Meant::Account(Box::new(it))),
            Self::Product(record) => record.read().map(Meant::Product),
            Self::SystemUser(record) => record
                .read()
                .map(|(user, credential)| Meant::SystemUser(user, credential)),
            Self::App(record) => record
                .read()
                .map(|(app, credential)| Meant::App(Box::new(app), credential)),
        }
    }

    /// Whether it brings a secret or password in plain text.
    pub(crate) fn has_plain_secret(&self) -> bool {
        match self {
            Self::SystemUser(record) => record.password.is_some(),
            Self::App(record) => record.secret.is_some(),
            _ => false,
        }
    }
}

impl Meant {
    /// The record in the form in which exports write it; the hash of a password is left out.
    pub(crate) fn record(&self) -> Record {
        match self {
            Self::Organization(thing) => Record::Organization(thing.into()),
            Self::AddressCard(thing) => Record::AddressCard(thing.into()),
            Self::Person(id, name) => Record::Person((*id, name).into()),
            Self::Offering(thing) => Record::Offering(thing.into()),
            Self::Agreement(thing) => Record::Agreement(thing.into()),
            Self::Account(timed) => Record::Account((&timed.thing).into()),
            Self::Product(timed) => Record::Product((&timed.thing).into()),
            Self::SystemUser(thing, _) => Record::SystemUser(thing.into()),
            Self::App(thing, _) => Record::App(thing.as_ref().into()),
        }
    }
}
