//! Agreements, found through the organizations that own them.

use domain::access::Reach;
use domain::{Agreement, AgreementId, AgreementStatus, OfferingId};

use crate::organizations::organization;
use crate::sql::{Row, Statement};
use crate::{Error, Transaction};

static LIST: Statement = Statement::new(
    "SELECT a.id, a.category, a.valid_from, a.valid_to, a.status, o.number, o.name
     FROM system_user_organizations r
     JOIN agreements a ON a.owner_number = r.organization_number
     JOIN organizations o ON o.number = a.owner_number
     WHERE r.system_user = $1 ORDER BY a.id",
);

static FIND: Statement = Statement::new(
    "SELECT a.id, a.category, a.valid_from, a.valid_to, a.status, o.number, o.name
     FROM agreements a
     JOIN organizations o ON o.number = a.owner_number
     JOIN system_user_organizations r ON r.organization_number = a.owner_number
     WHERE a.id = $1 AND r.system_user = $2",
);

static INSERT: Statement = Statement::new(
    "INSERT INTO agreements (id, owner_number, category, valid_from, valid_to, status)
     VALUES ($1, $2, $3, $4, $5, $6)",
);

static OFFER: Statement =
    Statement::new("INSERT INTO agreement_offerings (agreement_id, offering_id) VALUES ($1, $2)");

pub(crate) static STATEMENTS: &[&Statement] = &[&LIST, &FIND, &INSERT, &OFFER];

/// The agreements, within one transaction.
pub struct Agreements<'t>(&'t mut Transaction);

impl Transaction {
    /// The agreements.
    pub fn agreements(&mut self) -> Agreements<'_> {
        Agreements(self)
    }
}

impl Agreements<'_> {
    /// Those of the caller's organizations, by id.
    pub async fn list(&mut self, reach: Reach<'_>) -> Result<Vec<Agreement>, Error> {
        self.0
            .fetch_all(&LIST, &[reach.system_user().into()], agreement)
            .await
    }

    /// The one with this id, if one of the caller's organizations owns it.
    pub async fn find(
        &mut self,
        reach: Reach<'_>,
        id: AgreementId,
    ) -> Result<Option<Agreement>, Error> {
        let params = [id.get().into(), reach.system_user().into()];
        self.0.fetch_optional(&FIND, &params, agreement).await
    }

    /// Adds one that is not there yet.
    pub async fn insert(&mut self, agreement: &Agreement) -> Result<(), Error> {
        let valid_from = agreement.valid_from.to_string();
        let valid_to = agreement.valid_to.map(|date| date.to_string());
        let params = [
            agreement.id.get().into(),
            agreement.owner.number.as_str().into(),
            agreement.category.as_str().into(),
            valid_from.as_str().into(),
            valid_to.as_deref().into(),
            agreement.status.as_str().into(),
        ];
        self.0.execute(&INSERT, &params).await.map(drop)
    }

    /// Makes an offering available on an agreement.
    pub async fn offer(
        &mut self,
        agreement: AgreementId,
        offering: OfferingId,
    ) -> Result<(), Error> {
        let params = [agreement.get().into(), offering.get().into()];
        self.0.execute(&OFFER, &params).await.map(drop)
    }
}

fn agreement(row: &Row<'_>) -> Result<Agreement, Error> {
    Ok(Agreement {
        id: AgreementId::new(row.get(0)?),
        category: row.get(1)?,
        valid_from: row.parse(2, |text| text.parse().ok())?,
        valid_to: row.parse_optional(3, |text| text.parse().ok())?,
        status: row.parse(4, AgreementStatus::parse)?,
        owner: organization(row, 5)?,
    })
}
