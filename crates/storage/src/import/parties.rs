//! Organizations, their address cards, and the persons who pay.

use domain::{AddressCard, AddressCardId, Organization, OrganizationNumber, Person, PersonId};

use super::Imports;
use crate::Error;
use crate::accounts::address;
use crate::organizations::organization;
use crate::sql::Statement;

static ORGANIZATIONS: Statement = Statement::new(
    "SELECT number, name FROM organizations WHERE number >= $1 ORDER BY number LIMIT $2",
);

static RENAME_ORGANIZATION: Statement =
    Statement::new("UPDATE organizations SET name = $2 WHERE number = $1");

static CARDS: Statement = Statement::new(
    "SELECT id, organization_number, name, street_name, street_address, entrance_code, postal_code,
            postal_place, format
     FROM address_cards WHERE id >= $1 ORDER BY id LIMIT $2",
);

static CHANGE_CARD: Statement = Statement::new(
    "UPDATE address_cards SET name = $2, street_name = $3, street_address = $4, entrance_code = $5,
            postal_code = $6, postal_place = $7, format = $8
     WHERE id = $1",
);

static PERSONS: Statement = Statement::new(
    "SELECT id, first_name, middle_name, last_name FROM persons WHERE id >= $1
     ORDER BY id LIMIT $2",
);

static CHANGE_PERSON: Statement = Statement::new(
    "UPDATE persons SET first_name = $2, middle_name = $3, last_name = $4 WHERE id = $1",
);

pub(super) static STATEMENTS: &[&Statement] = &[
    &ORGANIZATIONS,
    &RENAME_ORGANIZATION,
    &CARDS,
    &CHANGE_CARD,
    &PERSONS,
    &CHANGE_PERSON,
];

/// An address card with whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptCard {
    /// The organization.
    pub organization: OrganizationNumber,
    /// The card.
    pub card: AddressCard,
}

impl Imports<'_> {
    /// At most so many organizations, by number, from this one on.
    pub async fn organizations(
        &mut self,
        from: &str,
        most: i64,
    ) -> Result<Vec<Organization>, Error> {
        let params = [from.into(), most.into()];
        self.0
            .fetch_all(&ORGANIZATIONS, &params, |row| organization(row, 0))
            .await
    }

    /// Gives an organization another name.
    pub async fn rename_organization(&mut self, wanted: &Organization) -> Result<(), Error> {
        let params = [wanted.number.as_str().into(), wanted.name.as_str().into()];
        self.0
            .execute(&RENAME_ORGANIZATION, &params)
            .await
            .map(drop)
    }

    /// At most so many address cards, by id, from this one on.
    pub async fn cards(&mut self, from: i64, most: i64) -> Result<Vec<KeptCard>, Error> {
        self.0
            .fetch_all(&CARDS, &[from.into(), most.into()], |row| {
                Ok(KeptCard {
                    organization: row.parse(1, OrganizationNumber::parse)?,
                    card: AddressCard {
                        id: AddressCardId::new(row.get(0)?),
                        name: row.get(2)?,
                        address: address(row, 3)?,
                        format: row.get(8)?,
                    },
                })
            })
            .await
    }

    /// Changes what is on a card; whose it is stays.
    pub async fn change_card(&mut self, wanted: &AddressCard) -> Result<(), Error> {
        let address = &wanted.address;
        let params = [
            wanted.id.get().into(),
            wanted.name.as_str().into(),
            address.street_name.as_deref().into(),
            address.street_address.as_deref().into(),
            address.entrance_code.as_deref().into(),
            address.postal_code.as_deref().into(),
            address.postal_place.as_deref().into(),
            wanted.format.as_str().into(),
        ];
        self.0.execute(&CHANGE_CARD, &params).await.map(drop)
    }

    /// At most so many persons, by id, from this one on.
    pub async fn persons(
        &mut self,
        from: i64,
        most: i64,
    ) -> Result<Vec<(PersonId, Person)>, Error> {
        self.0
            .fetch_all(&PERSONS, &[from.into(), most.into()], |row| {
                let person = Person {
                    first_name: row.get(1)?,
                    middle_name: row.get(2)?,
                    last_name: row.get(3)?,
                };
                Ok((PersonId::new(row.get(0)?), person))
            })
            .await
    }

    /// Changes what a person is called.
    pub async fn change_person(&mut self, id: PersonId, wanted: &Person) -> Result<(), Error> {
        let params = [
            id.get().into(),
            wanted.first_name.as_str().into(),
            wanted.middle_name.as_deref().into(),
            wanted.last_name.as_str().into(),
        ];
        self.0.execute(&CHANGE_PERSON, &params).await.map(drop)
    }
}
