//! Offerings, with the configurations that their products have.

use std::collections::HashMap;

use domain::{
    AgreementId, Configuration, ConfigurationId, FulfillmentWay, Offering, OfferingId, ValueType,
};

use crate::sql::{Row, Statement};
use crate::{Error, Transaction};

static AVAILABLE_ON: Statement = Statement::new(
    "SELECT o.id, o.name, o.fulfillment FROM agreement_offerings a JOIN offerings o ON o.id = a.offering_id
     WHERE a.agreement_id = $1 ORDER BY o.id",
);

static CONFIGURATIONS_AVAILABLE_ON: Statement = Statement::new(
    "SELECT c.offering_id, c.configuration_id, c.name, c.value_type, c.required, c.default_value,
            c.allowed_values, c.max_length, c.pattern
     FROM agreement_offerings a JOIN offering_configurations c ON c.offering_id = a.offering_id
     WHERE a.agreement_id = $1 ORDER BY c.offering_id, c.configuration_id",
);

static FIND_AVAILABLE: Statement = Statement::new(
    "SELECT o.id, o.name, o.fulfillment FROM agreement_offerings a JOIN offerings o ON o.id = a.offering_id
     WHERE a.agreement_id = $1 AND o.id = $2",
);

static CONFIGURATIONS: Statement = Statement::new(
    "SELECT offering_id, configuration_id, name, value_type, required, default_value,
            allowed_values, max_length, pattern
     FROM offering_configurations WHERE offering_id = $1 ORDER BY configuration_id",
);

static INSERT: Statement =
    Statement::new("INSERT INTO offerings (id, name, fulfillment) VALUES ($1, $2, $3)");

static INSERT_CONFIGURATION: Statement = Statement::new(
    "INSERT INTO offering_configurations (offering_id, configuration_id, name, value_type, required,
            default_value, allowed_values, max_length, pattern)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
);

pub(crate) static STATEMENTS: &[&Statement] = &[
    &AVAILABLE_ON,
    &CONFIGURATIONS_AVAILABLE_ON,
    &FIND_AVAILABLE,
    &CONFIGURATIONS,
    &INSERT,
    &INSERT_CONFIGURATION,
];

/// The offerings, within one transaction. Their agreement has been found for the caller before.
pub struct Offerings<'t>(&'t mut Transaction);

impl Transaction {
    /// The offerings.
    pub fn offerings(&mut self) -> Offerings<'_> {
        Offerings(self)
    }
}

impl Offerings<'_> {
    /// Those that may be ordered on an agreement, by id.
    pub async fn available_on(&mut self, agreement: AgreementId) -> Result<Vec<Offering>, Error> {
        let params = [agreement.get().into()];
        let mut offerings = self.0.fetch_all(&AVAILABLE_ON, &params, offering).await?;
        let configurations = self
            .0
            .fetch_all(&CONFIGURATIONS_AVAILABLE_ON, &params, configuration)
            .await?;
        let mut of: HashMap<OfferingId, Vec<Configuration>> = HashMap::new();
        for (id, configuration) in configurations {
            of.entry(id).or_default().push(configuration);
        }
        for offering in &mut offerings {
            offering.configurations = of.remove(&offering.id).unwrap_or_default();
        }
        Ok(offerings)
    }

    /// The one with this id, if it may be ordered on the agreement.
    pub async fn find_available(
        &mut self,
        agreement: AgreementId,
        id: OfferingId,
    ) -> Result<Option<Offering>, Error> {
        let params = [agreement.get().into(), id.get().into()];
        let Some(found) = self
            .0
            .fetch_optional(&FIND_AVAILABLE, &params, offering)
            .await?
        else {
            return Ok(None);
        };
        let configurations = self.configurations(id).await?;
        Ok(Some(Offering {
            configurations,
            ..found
        }))
    }

    /// The settings that an offering's products have, by id.
    pub async fn configurations(&mut self, id: OfferingId) -> Result<Vec<Configuration>, Error> {
        let rows = self
            .0
            .fetch_all(&CONFIGURATIONS, &[id.get().into()], configuration)
            .await?;
        Ok(rows
            .into_iter()
            .map(|(_, configuration)| configuration)
            .collect())
    }

    /// Adds one that is not there yet, with its configurations.
    pub async fn insert(&mut self, offering: &Offering) -> Result<(), Error> {
        let params = [
            offering.id.get().into(),
            offering.name.as_str().into(),
            offering.fulfillment.map(FulfillmentWay::as_str).into(),
        ];
        self.0.execute(&INSERT, &params).await?;
        self.insert_configurations(offering).await
    }

    /// Adds the settings of an offering that has none yet.
    pub(crate) async fn insert_configurations(&mut self, offering: &Offering) -> Result<(), Error> {
        for configuration in &offering.configurations {
            let allowed_values = serde_json::to_string(&configuration.allowed_values)
                .unwrap_or_else(|_| "[]".to_owned());
            let params = [
                offering.id.get().into(),
                configuration.id.get().into(),
                configuration.name.as_str().into(),
                configuration.value_type.as_str().into(),
                configuration.required.into(),
                configuration.default_value.as_deref().into(),
                allowed_values.as_str().into(),
                configuration.max_length.map(i64::from).into(),
                configuration.pattern.as_deref().into(),
            ];
            self.0.execute(&INSERT_CONFIGURATION, &params).await?;
        }
        Ok(())
    }
}

/// An offering from its own columns, without its configurations.
pub(crate) fn offering(row: &Row<'_>) -> Result<Offering, Error> {
    Ok(Offering {
        id: OfferingId::new(row.get(0)?),
        name: row.get(1)?,
        configurations: Vec::new(),
        fulfillment: row.parse_optional(2, FulfillmentWay::parse)?,
    })
}

fn configuration(row: &Row<'_>) -> Result<(OfferingId, Configuration), Error> {
    let configuration = Configuration {
        id: ConfigurationId::new(row.get(1)?),
        name: row.get(2)?,
        value_type: row.parse(3, ValueType::parse)?,
        required: row.get(4)?,
        default_value: row.get(5)?,
        allowed_values: row.parse(6, |text| serde_json::from_str(text).ok())?,
        max_length: row
            .get::<Option<i64>>(7)?
            .and_then(|limit| u32::try_from(limit).ok()),
        pattern: row.get(8)?,
    };
    Ok((OfferingId::new(row.get(0)?), configuration))
}
