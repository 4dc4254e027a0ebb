//! Organizations, address cards and persons.

use domain::{Address, AddressCard, AddressCardId, Organization, Person, PersonId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use storage::KeptCard;

use super::read::{Faults, Id, OrgNumber};

/// A legal entity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OrganizationRecord {
    /// The number in the register of legal entities; the key.
    pub org_number: OrgNumber,
    /// The registered name.
    pub name: String,
}

/// A stored invoice address of an organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AddressCardRecord {
    /// The card's number; the key.
    pub id: Id,
    /// The organization whose card it is; it stays.
    pub organization_number: OrgNumber,
    /// What the organization calls it.
    pub name: String,
    /// The address.
    #[serde(default)]
    pub address: AddressRecord,
    /// In which form invoices go there.
    #[serde(default = "ehf")]
    pub format: String,
}

/// Where an invoice goes; parts that an address does not have are left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AddressRecord {
    /// The street.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub street_name: Option<String>,
    /// The house number, with its letter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub street_address: Option<String>,
    /// The dwelling or the staircase.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entrance_code: Option<String>,
    /// The postal code as text; leading zeros count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
    /// The postal town.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postal_place: Option<String>,
}

/// A person who pays billing accounts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PersonRecord {
    /// The person's number; the key.
    pub id: Id,
    /// Given name.
    pub first_name: String,
    /// Middle name, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub middle_name: Option<String>,
    /// Family name.
    pub last_name: String,
}

pub(super) fn ehf() -> String {
    "EHF".to_owned()
}

impl OrganizationRecord {
    pub(super) fn read(&self) -> Result<Organization, Vec<String>> {
        let mut faults = Faults::default();
        faults.text("name", &self.name);
        let number = faults.keep("orgNumber", self.org_number.read());
        faults.settle(number.map(|number| Organization {
            number,
            name: self.name.clone(),
        }))
    }
}

impl AddressRecord {
    pub(super) fn read(&self, faults: &mut Faults) -> Address {
        for (member, text) in [
            ("address.streetName", &self.street_name),
            ("address.streetAddress", &self.street_address),
            ("address.entranceCode", &self.entrance_code),
            ("address.postalCode", &self.postal_code),
            ("address.postalPlace", &self.postal_place),
        ] {
            faults.storable(member, text.as_deref().unwrap_or_default());
        }
        Address {
            street_name: self.street_name.clone(),
            street_address: self.street_address.clone(),
            entrance_code: self.entrance_code.clone(),
            postal_code: self.postal_code.clone(),
            postal_place: self.postal_place.clone(),
        }
    }
}

impl AddressCardRecord {
    pub(super) fn read(&self) -> Result<KeptCard, Vec<String>> {
        let mut faults = Faults::default();
        faults.text("name", &self.name);
        faults.text("format", &self.format);
        let address = self.address.read(&mut faults);
        let organization = faults.keep("organizationNumber", self.organization_number.read());
        faults.settle(organization.map(|organization| KeptCard {
            organization,
            card: AddressCard {
                id: AddressCardId::new(self.id.0),
                name: self.name.clone(),
                address,
                format: self.format.clone(),
            },
        }))
    }
}

impl PersonRecord {
    pub(super) fn read(&self) -> Result<(PersonId, Person), Vec<String>> {
        let mut faults = Faults::default();
        faults.text("firstName", &self.first_name);
        faults.text("lastName", &self.last_name);
        faults.storable(
            "middleName",
            self.middle_name.as_deref().unwrap_or_default(),
        );
        let person = Person {
            first_name: self.first_name.clone(),
            middle_name: self.middle_name.clone(),
            last_name: self.last_name.clone(),
        };
        faults.settle(Some((PersonId::new(self.id.0), person)))
    }
}

impl From<&Organization> for OrganizationRecord {
    fn from(organization: &Organization) -> Self {
        Self {
            org_number: (&organization.number).into(),
            name: organization.name.clone(),
        }
    }
}

impl From<&Address> for AddressRecord {
    fn from(address: &Address) -> Self {
        let address = address.clone();
        Self {
            street_name: address.street_name,
            street_address: address.street_address,
            entrance_code: address.entrance_code,
            postal_code: address.postal_code,
            postal_place: address.postal_place,
        }
    }
}

impl From<&KeptCard> for AddressCardRecord {
    fn from(kept: &KeptCard) -> Self {
        Self {
            id: Id(kept.card.id.get()),
            organization_number: (&kept.organization).into(),
            name: kept.card.name.clone(),
            address: (&kept.card.address).into(),
            format: kept.card.format.clone(),
        }
    }
}

impl From<(PersonId, &Person)> for PersonRecord {
    fn from((id, person): (PersonId, &Person)) -> Self {
        let person = person.clone();
        Self {
            id: Id(id.get()),
            first_name: person.first_name,
            middle_name: person.middle_name,
            last_name: person.last_name,
        }
    }
}
