//! Invoice addresses, and the cards on which organizations keep them.

use crate::AddressCardId;

/// Where an invoice goes. Post boxes and foreign addresses lack some parts, so each is optional.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Address {
    /// The street.
    pub street_name: Option<String>,
    /// The house number, with its letter.
    pub street_address: Option<String>,
    /// The dwelling or the staircase.
    pub entrance_code: Option<String>,
    /// The postal code; leading zeros count.
    pub postal_code: Option<String>,
    /// The postal town.
    pub postal_place: Option<String>,
}

/// A stored invoice address of an organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressCard {
    /// The number that a request names it by.
    pub id: AddressCardId,
    /// What the organization calls it.
    pub name: String,
    /// The address.
    pub address: Address,
    /// In which form invoices go there, such as EHF.
    pub format: String,
}
