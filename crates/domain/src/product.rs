//! Products and the offerings they come from.

use crate::{
    AccountId, Configuration, ConfigurationId, FulfillmentWay, OfferingId, OrganizationNumber,
    ProductId,
};

/// Something ordered on an agreement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Product {
    /// The number that orders name it by.
    pub id: ProductId,
    /// What the customer calls it.
    pub name: String,
    /// Whether it is in place yet.
    pub status: ProductStatus,
    /// The billing account that pays for it, if one is set.
    pub billing_account: Option<AccountId>,
    /// The offering that it was ordered from.
    pub offering: OfferingId,
    /// That offering's name.
    pub offering_name: String,
    /// Products that came along with it.
    pub sub_products: Vec<Product>,
    /// How it is set.
    pub configurations: Vec<ProductConfiguration>,
}

/// Whether a product is in place yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProductStatus {
    /// Its order is still open.
    Pending,
    /// It is there.
    Ordered,
}

impl ProductStatus {
    /// Every status, for schemas and look-ups.
    pub const ALL: [Self; 2] = [Self::Pending, Self::Ordered];

    /// The word on the wire and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Ordered => "ORDERED",
        }
    }

    /// The status that a word stands for.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == word)
    }
}

/// A setting that a product has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductConfiguration {
    /// Which configuration.
    pub id: ConfigurationId,
    /// Its name in the catalogue.
    pub name: String,
    /// What it is set to.
    pub value: String,
}

/// Something that may be ordered on an agreement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offering {
    /// The number that an ADD order names it by.
    pub id: OfferingId,
    /// Its name in the catalogue.
    pub name: String,
    /// Which settings its products have, and what they may be.
    pub configurations: Vec<Configuration>,
    /// Who carries out its orders; none for the operator's default.
    pub fulfillment: Option<FulfillmentWay>,
}

/// What is on an agreement, and what may be put on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgreementProducts {
    /// The organization that owns the agreement.
    pub owner: OrganizationNumber,
    /// The products that are on it.
    pub ordered: Vec<Product>,
    /// The offerings that may be ordered on it.
    pub available: Vec<Offering>,
}
