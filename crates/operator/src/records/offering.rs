//! Offerings, with the rules of their configurations.

use domain::{
    Configuration, ConfigurationId, FulfillmentWay, LONGEST_VALUE, Offering, OfferingId, ValueType,
};
use regex::RegexBuilder;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::read::{Faults, Id, is_false};

/// Something that may be ordered on agreements.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OfferingRecord {
    /// The offering's number; the key.
    pub id: Id,
    /// Its name in the catalogue.
    pub name: String,
    /// Who carries out its orders: `simulated`, `system`, `pull` or `desk`; left out for the
    /// operator's default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("enum" = ["simulated", "system", "pull", "desk", null]))]
    pub fulfillment: Option<String>,
    /// Which settings its products have, and what they may be.
    #[serde(default)]
    pub configurations: Vec<RuleRecord>,
}

/// A setting that the products of an offering have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RuleRecord {
    /// The configuration's number.
    pub id: Id,
    /// Its name.
    pub name: String,
    /// What kind of value it takes.
    #[serde(rename = "type")]
    #[schemars(extend("enum" = ["STRING", "INTEGER", "BOOLEAN", "EMAIL", "MSISDN", "DATE", "BILLING_ACCOUNT"]))]
    pub value_type: String,
    /// Whether an `ADD_PRODUCT` order must set it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub required: bool,
    /// What it is when an order does not set it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_value: Option<String>,
    /// The only values that it may have.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allowed_values: Vec<String>,
    /// The most characters that it may have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 1000))]
    pub max_length: Option<u32>,
    /// A regular expression that the whole value must match.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
}

impl OfferingRecord {
    pub(super) fn read(&self) -> Result<Offering, Vec<String>> {
        let mut faults = Faults::default();
        faults.text("name", &self.name);
        let words = FulfillmentWay::ALL.map(FulfillmentWay::as_str);
        let fulfillment = self.fulfillment.as_deref().and_then(|word| {
            faults.word("fulfillment", word, (FulfillmentWay::parse(word), &words))
        });
        let rules = self.configurations.iter().enumerate();
        let mut configurations: Vec<Configuration> = rules
            .filter_map(|(place, rule)| rule.read(&format!("configurations[{place}]"), &mut faults))
            .collect();
        configurations.sort_by_key(|configuration| configuration.id);
        for pair in configurations.windows(2) {
            if pair[0].id == pair[1].id {
                let reason = format!("{} is given more than once", pair[0].id);
                faults.add("configurations", reason);
            }
        }
        faults.settle(Some(Offering {
            id: OfferingId::new(self.id.0),
            name: self.name.clone(),
            configurations,
            fulfillment,
        }))
    }
}

impl RuleRecord {
    fn read(&self, place: &str, faults: &mut Faults) -> Option<Configuration> {
        let member = |name: &str| format!("{place}.{name}");
        faults.text(&member("name"), &self.name);
        let words = ValueType::ALL.map(ValueType::as_str);
        let value_type = faults.word(
            &member("type"),
            &self.value_type,
            (ValueType::parse(&self.value_type), &words),
        )?;
        let longest = u32::try_from(LONGEST_VALUE).unwrap_or(u32::MAX);
        if self
            .max_length
            .is_some_and(|length| !(1..=longest).contains(&length))
        {
            faults.add(&member("maxLength"), format!("must be 1 to {longest}"));
        }
        if let Some(pattern) = &self.pattern {
            faults.storable(&member("pattern"), pattern);
            // As the domain builds it.
            let built = RegexBuilder::new(&format!("^(?:{pattern})$"))
                .size_limit(1 << 20)
                .build();
            if built.is_err() {
                faults.add(&member("pattern"), "is not a regular expression");
            }
        }
        let mut configuration = Configuration {
            id: ConfigurationId::new(self.id.0),
            name: self.name.clone(),
            value_type,
            required: self.required,
            default_value: None,
            allowed_values: Vec::new(),
            max_length: self.max_length,
            pattern: self.pattern.clone(),
        };
        let values = self.allowed_values.iter();
        let values = values.map(|value| configuration.accept(value)).collect();
        configuration.allowed_values = faults.keep(&member("allowedValues"), values)?;
        if let Some(value) = &self.default_value {
            let kept = configuration.accept(value);
            configuration.default_value = faults.keep(&member("defaultValue"), kept);
        }
        Some(configuration)
    }
}

impl From<&Offering> for OfferingRecord {
    fn from(offering: &Offering) -> Self {
        let configurations = offering.configurations.iter().cloned();
        Self {
            id: Id(offering.id.get()),
            name: offering.name.clone(),
            fulfillment: offering.fulfillment.map(|way| way.as_str().to_owned()),
            configurations: configurations.map(RuleRecord::from).collect(),
        }
    }
}

impl From<Configuration> for RuleRecord {
    fn from(configuration: Configuration) -> Self {
        Self {
            id: Id(configuration.id.get()),
            name: configuration.name,
            value_type: configuration.value_type.as_str().to_owned(),
            required: configuration.required,
            default_value: configuration.default_value,
            allowed_values: configuration.allowed_values,
            max_length: configuration.max_length,
            pattern: configuration.pattern,
        }
    }
}
