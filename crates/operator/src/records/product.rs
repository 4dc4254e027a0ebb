//! Products, flat: a sub-product names its parent.

use domain::{
    AccountId, AgreementId, ConfigurationId, ConfigurationValue, OfferingId, ProductId,
    ProductStatus,
};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use storage::KeptProduct;

use super::Timed;
use super::read::{Faults, Id, unique};

/// Something ordered on an agreement, and in place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProductRecord {
    /// The product's number; the key.
    pub id: Id,
    /// The agreement that it is on; it stays.
    pub agreement_id: Id,
    /// The offering that it was ordered from; it stays.
    pub product_offer_id: Id,
    /// The product of the same agreement that it came along with; it stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_id: Option<Id>,
    /// What the customer calls it.
    pub name: String,
    /// The billing account that pays for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub billing_account_id: Option<Id>,
    /// When it was ordered (RFC 3339); left out: what is kept, or now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "date-time"))]
    pub created_at: Option<String>,
    /// How it is set, whole.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub configurations: Vec<SettingRecord>,
}

/// One setting of a product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SettingRecord {
    /// Which configuration of the offering.
    pub id: Id,
    /// What it is set to.
    pub value: String,
}

impl ProductRecord {
    pub(super) fn read(&self) -> Result<Timed<KeptProduct>, Vec<String>> {
        let mut faults = Faults::default();
        faults.text("name", &self.name);
        if self.parent_id == Some(self.id) {
            faults.add("parentId", "is the product itself");
        }
        let ids = self.configurations.iter().map(|setting| setting.id.0);
        faults.keep("configurations", unique(ids.collect()));
        let created_at = faults.instant("createdAt", self.created_at.as_deref());
        // In the record's order, which faults name; sorted once they are accepted.
        let settings = self
            .configurations
            .iter()
            .map(|setting| ConfigurationValue {
                id: ConfigurationId::new(setting.id.0),
                value: setting.value.clone(),
            });
        let thing = KeptProduct {
            id: ProductId::new(self.id.0),
            agreement: AgreementId::new(self.agreement_id.0),
            parent: self.parent_id.map(|id| ProductId::new(id.0)),
            offering: OfferingId::new(self.product_offer_id.0),
            name: self.name.clone(),
            status: ProductStatus::Ordered,
            billing_account: self.billing_account_id.map(|id| AccountId::new(id.0)),
            created_at: created_at.unwrap_or(Timestamp::UNIX_EPOCH),
            configurations: settings.collect(),
        };
        let is_timed = created_at.is_some();
        faults.settle(Some(Timed { thing, is_timed }))
    }
}

impl From<&KeptProduct> for ProductRecord {
    fn from(kept: &KeptProduct) -> Self {
        let settings = kept.configurations.iter().map(|setting| SettingRecord {
            id: Id(setting.id.get()),
            value: setting.value.clone(),
        });
        Self {
            id: Id(kept.id.get()),
            agreement_id: Id(kept.agreement.get()),
            product_offer_id: Id(kept.offering.get()),
            parent_id: kept.parent.map(|id| Id(id.get())),
            name: kept.name.clone(),
            billing_account_id: kept.billing_account.map(|id| Id(id.get())),
            created_at: Some(kept.created_at.to_string()),
            configurations: settings.collect(),
        }
    }
}
