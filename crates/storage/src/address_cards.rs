//! Address cards: the invoice addresses of an organization.

use domain::{AddressCard, AddressCardId, OrganizationNumber};

use crate::accounts::address;
use crate::sql::Statement;
use crate::{Error, Transaction};

static INSERT: Statement = Statement::new(
    "INSERT INTO address_cards (id, organization_number, name, street_name, street_address,
            entrance_code, postal_code, postal_place, format)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
);

static LIST: Statement = Statement::new(
    "SELECT id, name, street_name, street_address, entrance_code, postal_code, postal_place, format
     FROM address_cards WHERE organization_number = $1 ORDER BY id",
);

pub(crate) static STATEMENTS: &[&Statement] = &[&INSERT, &LIST];

/// The address cards, within one transaction. Their organization has been found for the caller before.
pub struct AddressCards<'t>(&'t mut Transaction);

impl Transaction {
    /// The address cards.
    pub fn address_cards(&mut self) -> AddressCards<'_> {
        AddressCards(self)
    }
}

impl AddressCards<'_> {
    /// Those of an organization, by id.
    pub async fn list(
        &mut self,
        organization: &OrganizationNumber,
    ) -> Result<Vec<AddressCard>, Error> {
        self.0
            .fetch_all(&LIST, &[organization.as_str().into()], |row| {
                Ok(AddressCard {
                    id: AddressCardId::new(row.get(0)?),
                    name: row.get(1)?,
                    address: address(row, 2)?,
                    format: row.get(7)?,
                })
            })
            .await
    }

    /// Adds a card of an organization's.
    pub async fn insert(
        &mut self,
        organization: &OrganizationNumber,
        card: &AddressCard,
    ) -> Result<(), Error> {
        let params = [
            card.id.get().into(),
            organization.as_str().into(),
            card.name.as_str().into(),
            card.address.street_name.as_deref().into(),
            card.address.street_address.as_deref().into(),
            card.address.entrance_code.as_deref().into(),
            card.address.postal_code.as_deref().into(),
            card.address.postal_place.as_deref().into(),
            card.format.as_str().into(),
        ];
        self.0.execute(&INSERT, &params).await.map(drop)
    }
}
