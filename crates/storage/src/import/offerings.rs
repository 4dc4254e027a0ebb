//! The catalogue: offerings with the rules of their configurations.

use domain::{FulfillmentWay, Offering, OfferingId};

use super::Imports;
use crate::Error;
use crate::offerings::offering;
use crate::sql::Statement;

static OFFERINGS: Statement = Statement::new(
    "SELECT id, name, fulfillment FROM offerings WHERE id >= $1 ORDER BY id LIMIT $2",
);

static CHANGE_OFFERING: Statement =
    Statement::new("UPDATE offerings SET name = $2, fulfillment = $3 WHERE id = $1");

static DELETE_RULES: Statement =
    Statement::new("DELETE FROM offering_configurations WHERE offering_id = $1");

pub(super) static STATEMENTS: &[&Statement] = &[&OFFERINGS, &CHANGE_OFFERING, &DELETE_RULES];

impl Imports<'_> {
    /// At most so many offerings, by id, from this one on; their configurations by id.
    pub async fn offerings(&mut self, from: i64, most: i64) -> Result<Vec<Offering>, Error> {
        let params = [from.into(), most.into()];
        let mut found = self.0.fetch_all(&OFFERINGS, &params, offering).await?;
        for offering in &mut found {
            offering.configurations = self.0.offerings().configurations(offering.id).await?;
        }
        Ok(found)
    }

    /// Makes an offering what is wanted; its products keep the values that they have.
    pub async fn change_offering(&mut self, wanted: &Offering) -> Result<(), Error> {
        let id: OfferingId = wanted.id;
        let params = [
            id.get().into(),
            wanted.name.as_str().into(),
            wanted.fulfillment.map(FulfillmentWay::as_str).into(),
        ];
        self.0.execute(&CHANGE_OFFERING, &params).await?;
        self.0.execute(&DELETE_RULES, &[id.get().into()]).await?;
        self.0.offerings().insert_configurations(wanted).await
    }
}
