//! Configurations: which settings a product has, and which values are allowed there.

use jiff::civil::Date;
use regex::RegexBuilder;

use crate::{AccountId, ConfigurationId, ConfigurationValue, Fault, Rejection};

/// The longest value of any configuration, in characters.
pub const LONGEST_VALUE: usize = 1000;

/// One setting in the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Configuration {
    /// Which configuration.
    pub id: ConfigurationId,
    /// Its name.
    pub name: String,
    /// What kind of value it takes.
    pub value_type: ValueType,
    /// Whether an ADD order must set it.
    pub required: bool,
    /// What it is when an ADD order does not set it.
    pub default_value: Option<String>,
    /// The only values that it may have; empty means any of its type.
    pub allowed_values: Vec<String>,
    /// The most characters that it may have.
    pub max_length: Option<u32>,
    /// A regular expression that the whole value must match.
    pub pattern: Option<String>,
}

/// What kind of value a configuration takes; always text on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueType {
    /// Any text without control characters.
    String,
    /// A whole number of 64 bits.
    Integer,
    /// `true` or `false`.
    Boolean,
    /// An e-mail address.
    Email,
    /// A telephone number, kept as digits with the country code.
    Msisdn,
    /// A day, `yyyy-MM-dd`.
    Date,
    /// The id of one of the caller's billing accounts.
    BillingAccount,
}

impl ValueType {
    /// Every type, for schemas and look-ups.
    pub const ALL: [Self; 7] = [
        Self::String,
        Self::Integer,
        Self::Boolean,
        Self::Email,
        Self::Msisdn,
        Self::Date,
        Self::BillingAccount,
    ];

    /// The word on the wire and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::String => "STRING",
            Self::Integer => "INTEGER",
            Self::Boolean => "BOOLEAN",
            Self::Email => "EMAIL",
            Self::Msisdn => "MSISDN",
            Self::Date => "DATE",
            Self::BillingAccount => "BILLING_ACCOUNT",
        }
    }

    /// The type that a word stands for.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|value_type| value_type.as_str() == word)
    }

    /// The value as it is kept, or what is wrong with it.
    fn canonical(self, value: &str) -> Result<String, &'static str> {
        match self {
            Self::String => Some(value.to_owned()),
            Self::Integer => value.parse::<i64>().ok().map(|number| number.to_string()),
            Self::Boolean => matches!(value, "true" | "false").then(|| value.to_owned()),
            Self::Email => is_email(value).then(|| value.to_owned()),
            Self::Msisdn => canonical_msisdn(value),
            Self::Date => is_date(value).then(|| value.to_owned()),
            Self::BillingAccount => AccountId::parse(value).map(|id| id.to_string()),
        }
        .ok_or(match self {
            Self::String => "not a text",
            Self::Integer => "not a whole number of 64 bits, such as \"42\"",
            Self::Boolean => "neither \"true\" nor \"false\"",
            Self::Email => "not an e-mail address, such as \"john.doe@example.com\"",
            Self::Msisdn => "not a telephone number, such as \"4799885577\"",
            Self::Date => "not a day in the form yyyy-MM-dd",
            Self::BillingAccount => "not one of your billing accounts that is open or passive",
        })
    }
}

fn is_email(value: &str) -> bool {
    let Some((local, domain)) = value.rsplit_once('@') else {
        return false;
    };
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let local_part = (1..=64).contains(&local.len())
        && local
            .chars()
            .all(|c| c.is_alphanumeric() || ".!#$%&'*+/=?^_`{|}~-".contains(c))
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..");
    value.len() <= 254 && local_part && domain.contains('.') && domain.split('.').all(label)
}

/// Norwegian numbers may come without their country code; others need `+`, `00` or 9 to 15 digits.
fn canonical_msisdn(value: &str) -> Option<String> {
    let international = value.strip_prefix('+').or_else(|| value.strip_prefix("00"));
    let digits = international.unwrap_or(value);
    let all_digits = digits.bytes().all(|b| b.is_ascii_digit());
    match digits.len() {
        8 if all_digits && international.is_none() => Some(format!("47{digits}")),
        9..=15 if all_digits && !digits.starts_with('0') => Some(digits.to_owned()),
        _ => None,
    }
}

/// The wire's form alone: the date parser by itself would take others too.
fn is_date(value: &str) -> bool {
    value
        .parse::<Date>()
        .is_ok_and(|date| date.to_string() == value)
}

impl Configuration {
    /// The value as it is kept, or a fragment that says what is wrong with it.
    pub fn accept(&self, value: &str) -> Result<String, String> {
        if value.chars().any(char::is_control) {
            return Err("contains a control character".to_owned());
        }
        let length = value.chars().count();
        let limit = self
            .max_length
            .map_or(LONGEST_VALUE, |limit| limit as usize);
        if length > limit {
            return Err(format!("longer than {limit} characters ({length})"));
        }
        if self.required && value.trim().is_empty() {
            return Err("must not be blank".to_owned());
        }
        let value = self.value_type.canonical(value)?;
        if !self.allowed_values.is_empty() && !self.allowed_values.contains(&value) {
            return Err(format!("must be one of {}", self.allowed_values.join(", ")));
        }
        match &self.pattern {
            Some(pattern) if !matches_whole(pattern, &value) => {
                Err(format!("does not match the pattern {pattern}"))
            }
            _ => Ok(value),
        }
    }
}

/// A pattern that the catalogue could not compile matches nothing.
fn matches_whole(pattern: &str, value: &str) -> bool {
    RegexBuilder::new(&format!("^(?:{pattern})$"))
        .size_limit(1 << 20)
        .build()
        .is_ok_and(|regex| regex.is_match(value))
}

/// Checks what an order wants to set against what may be set, and returns the values as they are
/// kept. All faults come back together, so that a caller need not find them one by one.
pub fn accept_configurations(
    catalogue: &[Configuration],
    wanted: &[ConfigurationValue],
    required_too: bool,
) -> Result<Vec<ConfigurationValue>, Rejection> {
    let mut accepted: Vec<ConfigurationValue> = Vec::with_capacity(wanted.len());
    let mut faults = Vec::new();
    for (position, setting) in wanted.iter().enumerate() {
        let known = catalogue
            .iter()
            .find(|configuration| configuration.id == setting.id);
        let fault = |member: &str, message: String| {
            Fault::new(format!("configurations[{position}].{member}"), message)
        };
        match known {
            None => faults.push(fault(
                "id",
                "not a configuration of this product".to_owned(),
            )),
            Some(_)
                if wanted
                    .iter()
                    .take(position)
                    .any(|earlier| earlier.id == setting.id) =>
            {
                faults.push(fault("id", "given more than once".to_owned()));
            }
            Some(configuration) => match configuration.accept(&setting.value) {
                Ok(value) => accepted.push(ConfigurationValue {
                    id: setting.id,
                    value,
                }),
                Err(message) => faults.push(fault("value", message)),
            },
        }
    }
    if required_too {
        faults.extend(missing(catalogue, wanted));
    }
    if faults.is_empty() {
        Ok(accepted)
    } else {
        Err(Rejection::InvalidConfiguration(faults))
    }
}

fn missing<'a>(
    catalogue: &'a [Configuration],
    wanted: &'a [ConfigurationValue],
) -> impl Iterator<Item = Fault> + 'a {
    catalogue
        .iter()
        .filter(|known| known.required && known.default_value.is_none())
        .filter(|known| wanted.iter().all(|setting| setting.id != known.id))
        .map(|known| {
            let message = format!("configuration {} ({}) is required", known.id, known.name);
            Fault::new("configurations", message)
        })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn configuration(id: i64, value_type: ValueType) -> Configuration {
        Configuration {
            id: ConfigurationId::new(id),
            name: "Fakturakonto".to_owned(),
            value_type,
            required: false,
            default_value: None,
            allowed_values: vec![],
            max_length: None,
            pattern: None,
        }
    }

    fn setting(id: i64, value: &str) -> ConfigurationValue {
        ConfigurationValue {
            id: ConfigurationId::new(id),
            value: value.to_owned(),
        }
    }

    #[track_caller]
    fn check(value_type: ValueType, value: &str, kept: Option<&str>) {
        let accepted = configuration(1, value_type).accept(value).ok();
        assert_eq!(accepted.as_deref(), kept, "{value_type:?} {value:?}");
    }

    #[test]
    fn each_type_knows_its_values() {
        check(ValueType::Integer, "-42", Some("-42"));
        check(ValueType::Integer, "4.2", None);
        check(ValueType::Integer, "9223372036854775808", None);
        check(ValueType::Boolean, "true", Some("true"));
        check(ValueType::Boolean, "TRUE", None);
        check(
            ValueType::Email,
            "john.doe@example.com",
            Some("john.doe@example.com"),
        );
        check(ValueType::Email, "john.doe@example", None);
        check(ValueType::Email, "john..doe@example.com", None);
        check(ValueType::Email, "@example.com", None);
        check(ValueType::Email, "john doe@example.com", None);
        check(ValueType::Msisdn, "99885577", Some("4799885577"));
        check(ValueType::Msisdn, "+4799885577", Some("4799885577"));
        check(ValueType::Msisdn, "004799885577", Some("4799885577"));
        check(ValueType::Msisdn, "12", None);
        check(ValueType::Date, "2026-02-28", Some("2026-02-28"));
        check(ValueType::Date, "2026-02-29", None);
        check(ValueType::Date, "20260228", None);
        check(ValueType::BillingAccount, "5511175198", Some("11175198"));
        check(ValueType::BillingAccount, "konto", None);
        check(ValueType::String, "a\u{0}b", None);
    }

    #[test]
    fn bounds_hold() {
        let mut bounded = configuration(1, ValueType::String);
        bounded.max_length = Some(3);
        assert_eq!(bounded.accept("æøå").as_deref(), Ok("æøå"));
        assert_eq!(
            bounded.accept("æøåa"),
            Err("longer than 3 characters (4)".to_owned())
        );
        bounded.pattern = Some("[0-9]+|abc".to_owned());
        assert!(bounded.accept("12").is_ok());
        assert!(bounded.accept("a12").is_err());
        bounded.allowed_values = vec!["1".to_owned(), "2".to_owned()];
        assert!(bounded.accept("12").is_err());
        assert!(bounded.accept("2").is_ok());
    }

    #[test]
    fn all_faults_come_back_together() {
        let mut email = configuration(6420, ValueType::Email);
        email.required = true;
        let catalogue = [email, configuration(6140, ValueType::BillingAccount)];
        let wanted = [setting(9, "x"), setting(6140, "1"), setting(6140, "2")];
        let Err(Rejection::InvalidConfiguration(faults)) =
            accept_configurations(&catalogue, &wanted, true)
        else {
            panic!("accepted");
        };
        let fields: Vec<_> = faults.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(
            fields,
            [
                "configurations[0].id",
                "configurations[2].id",
                "configurations"
            ]
        );
    }

    #[test]
    fn a_default_makes_up_for_a_missing_required_value() {
        let mut defaulted = configuration(1, ValueType::String);
        defaulted.required = true;
        defaulted.default_value = Some("x".to_owned());
        assert_eq!(accept_configurations(&[defaulted], &[], true), Ok(vec![]));
    }

    proptest! {
        #[test]
        fn a_kept_value_is_accepted_again_as_it_is(
            value_type in prop::sample::select(&ValueType::ALL[..]),
            value in "[ -~æøå]{0,20}|[+0-9-]{1,12}|[a-z.]{1,8}@[a-z]{1,5}\\.no",
        ) {
            let configuration = configuration(1, value_type);
            if let Ok(kept) = configuration.accept(&value) {
                prop_assert_eq!(configuration.accept(&kept), Ok(kept.clone()));
            }
        }
    }
}
