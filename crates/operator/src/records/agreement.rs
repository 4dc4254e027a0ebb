//! Agreements, with the offerings that may be ordered on them.

use domain::{Agreement, AgreementId, AgreementStatus, OfferingId, Organization};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use storage::KeptAgreement;

use super::read::{Faults, Id, OrgNumber, unique};

/// What an organization has contracted for, from a day until a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AgreementRecord {
    /// The agreement's number; the key.
    pub id: Id,
    /// The organization that it belongs to; it stays once the organization has ordered on it.
    pub owner_organization_number: OrgNumber,
    /// What kind of agreement it is, in the operator's own words.
    pub category: String,
    /// The first day on which it is in force, yyyy-MM-dd.
    #[schemars(extend("format" = "date"))]
    pub valid_from: String,
    /// The last day on which it is in force, if that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "date"))]
    pub valid_to: Option<String>,
    /// How it stands.
    #[schemars(extend("enum" = ["PENDING", "ACTIVE", "TERMINATED"]))]
    pub status: String,
    /// The offerings that may be ordered on it, all of them.
    #[serde(default)]
    pub product_offer_ids: Vec<Id>,
}

impl AgreementRecord {
    pub(super) fn read(&self) -> Result<KeptAgreement, Vec<String>> {
        let mut faults = Faults::default();
        faults.text("category", &self.category);
        let owner = self.owner_organization_number.read();
        let owner = faults.keep("ownerOrganizationNumber", owner);
        let valid_from = faults.date("validFrom", &self.valid_from);
        let valid_to = self.valid_to.as_deref();
        let valid_to = valid_to.and_then(|text| faults.date("validTo", text));
        if let (Some(from), Some(to)) = (valid_from, valid_to)
            && to < from
        {
            faults.add("validTo", format!("{to} is before validFrom, {from}"));
        }
        let words = AgreementStatus::ALL.map(AgreementStatus::as_str);
        let status = AgreementStatus::parse(&self.status);
        let status = faults.word("status", &self.status, (status, &words));
        let offers = self.product_offer_ids.iter();
        let offers = unique(offers.map(|id| OfferingId::new(id.0)).collect());
        let offerings = faults.keep("productOfferIds", offers);
        let meant = || {
            Some(KeptAgreement {
                agreement: Agreement {
                    id: AgreementId::new(self.id.0),
                    category: self.category.clone(),
                    valid_from: valid_from?,
                    valid_to,
                    // The name is kept with the organization.
                    owner: Organization {
                        number: owner?,
                        name: String::new(),
                    },
                    status: status?,
                },
                offerings: offerings?,
            })
        };
        let meant = meant();
        faults.settle(meant)
    }
}

impl From<&KeptAgreement> for AgreementRecord {
    fn from(kept: &KeptAgreement) -> Self {
        let agreement = &kept.agreement;
        Self {
            id: Id(agreement.id.get()),
            owner_organization_number: (&agreement.owner.number).into(),
            category: agreement.category.clone(),
            valid_from: agreement.valid_from.to_string(),
            valid_to: agreement.valid_to.map(|date| date.to_string()),
            status: agreement.status.as_str().to_owned(),
            product_offer_ids: kept.offerings.iter().map(|id| Id(id.get())).collect(),
        }
    }
}
