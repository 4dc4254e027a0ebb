//! Agreements with the offerings that may be ordered on them.

use std::collections::HashMap;

use domain::{
    Agreement, AgreementId, AgreementStatus, OfferingId, Organization, OrganizationNumber,
};

use super::Imports;
use crate::Error;
use crate::sql::{Row, Statement};

static AGREEMENTS: Statement = Statement::new(
    "SELECT id, category, valid_from, valid_to, status, owner_number
     FROM agreements WHERE id >= $1 ORDER BY id LIMIT $2",
);

static OFFERED: Statement = Statement::new(
    "SELECT agreement_id, offering_id FROM agreement_offerings
     WHERE agreement_id >= $1 AND agreement_id <= $2 ORDER BY agreement_id, offering_id",
);

static CHANGE_AGREEMENT: Statement = Statement::new(
    "UPDATE agreements SET owner_number = $2, category = $3, valid_from = $4, valid_to = $5,
            status = $6
     WHERE id = $1",
);

static WITHDRAW: Statement =
    Statement::new("DELETE FROM agreement_offerings WHERE agreement_id = $1 AND offering_id = $2");

// An order is bound to the owner of its time, by whom there is an index.
static HAS_ORDERS: Statement =
    Statement::new("SELECT 1 FROM orders WHERE owner_number = $1 AND agreement_id = $2 LIMIT 1");

pub(super) static STATEMENTS: &[&Statement] = &[
    &AGREEMENTS,
    &OFFERED,
    &CHANGE_AGREEMENT,
    &WITHDRAW,
    &HAS_ORDERS,
];

/// An agreement with what may be ordered on it. Its owner's name is left empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptAgreement {
    /// The agreement.
    pub agreement: Agreement,
    /// The offerings, by id.
    pub offerings: Vec<OfferingId>,
}

impl Imports<'_> {
    /// At most so many agreements, by id, from this one on.
    pub async fn agreements(&mut self, from: i64, most: i64) -> Result<Vec<KeptAgreement>, Error> {
        let params = [from.into(), most.into()];
        let mut found = self.0.fetch_all(&AGREEMENTS, &params, agreement).await?;
        let (Some(first), Some(last)) = (found.first(), found.last()) else {
            return Ok(found);
        };
        let params = [
            first.agreement.id.get().into(),
            last.agreement.id.get().into(),
        ];
        let pairs = self
            .0
            .fetch_all(&OFFERED, &params, |row| {
                Ok((row.get::<i64>(0)?, OfferingId::new(row.get(1)?)))
            })
            .await?;
        let mut offered: HashMap<i64, Vec<OfferingId>> = HashMap::new();
        for (agreement, offering) in pairs {
            offered.entry(agreement).or_default().push(offering);
        }
        for kept in &mut found {
            kept.offerings = offered.remove(&kept.agreement.id.get()).unwrap_or_default();
        }
        Ok(found)
    }

    /// Makes an agreement what is wanted, what may be ordered on it aside.
    pub async fn change_agreement(&mut self, wanted: &Agreement) -> Result<(), Error> {
        let valid_from = wanted.valid_from.to_string();
        let valid_to = wanted.valid_to.map(|date| date.to_string());
        let params = [
            wanted.id.get().into(),
            wanted.owner.number.as_str().into(),
            wanted.category.as_str().into(),
            valid_from.as_str().into(),
            valid_to.as_deref().into(),
            wanted.status.as_str().into(),
        ];
        self.0.execute(&CHANGE_AGREEMENT, &params).await.map(drop)
    }

    /// An offering may no longer be ordered on an agreement.
    pub async fn withdraw(&mut self, from: AgreementId, offering: OfferingId) -> Result<(), Error> {
        let params = [from.get().into(), offering.get().into()];
        self.0.execute(&WITHDRAW, &params).await.map(drop)
    }

    /// Whether its owner has ever ordered on an agreement.
    pub async fn has_orders(
        &mut self,
        owner: &OrganizationNumber,
        agreement: AgreementId,
    ) -> Result<bool, Error> {
        let params = [owner.as_str().into(), agreement.get().into()];
        let found = self.0.fetch_optional(&HAS_ORDERS, &params, |_| Ok(()));
        Ok(found.await?.is_some())
    }
}

fn agreement(row: &Row<'_>) -> Result<KeptAgreement, Error> {
    Ok(KeptAgreement {
        agreement: Agreement {
            id: AgreementId::new(row.get(0)?),
            category: row.get(1)?,
            valid_from: row.parse(2, |text| text.parse().ok())?,
            valid_to: row.parse_optional(3, |text| text.parse().ok())?,
            status: row.parse(4, AgreementStatus::parse)?,
            owner: Organization {
                number: row.parse(5, OrganizationNumber::parse)?,
                name: String::new(),
            },
        },
        offerings: Vec::new(),
    })
}
