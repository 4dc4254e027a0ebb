//! What the value of a setting may be: said in the reference, and asked of the file.

use std::net::SocketAddr;

use ipnet::IpNet;
use toml::de::DeValue;

use super::nearest::nearest;

/// The type of a setting's value, with its range and unit.
pub(crate) enum Kind {
    /// An address with a port.
    Address,
    /// Yes or no.
    Truth,
    /// One of a few words.
    Word(&'static [&'static str]),
    /// A count.
    Whole {
        least: i64,
        most: i64,
        unit: &'static str,
    },
    /// A measure.
    Number {
        least: f64,
        most: f64,
        unit: &'static str,
    },
    /// Networks in CIDR notation.
    Networks,
    /// The path of a file.
    File,
    /// A text in a form of its own: what it is called, and what is wrong with one.
    Text(&'static str, fn(&str) -> Result<(), String>),
}

/// What is wrong with a value, and what to do.
pub(crate) struct Complaint {
    pub(crate) text: String,
    pub(crate) hint: Option<String>,
}

impl Kind {
    /// In the words of the reference.
    pub(crate) fn named(&self) -> String {
        match self {
            Self::Address => "an address with a port, such as `127.0.0.1:8080`".to_owned(),
            Self::Truth => "`true` or `false`".to_owned(),
            Self::Word(words) => {
                let words: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
                match words.split_last() {
                    Some((last, first)) if !first.is_empty() => {
                        format!("{} or {last}", first.join(", "))
                    }
                    _ => words.concat(),
                }
            }
            Self::Whole { .. } => format!("a whole number, {}", self.range().unwrap_or_default()),
            Self::Number { .. } => format!("a number, {}", self.range().unwrap_or_default()),
            Self::Networks => "a list of networks, such as `[\"10.0.0.0/8\"]`".to_owned(),
            Self::File => "the path of a file".to_owned(),
            Self::Text(name, _) => (*name).to_owned(),
        }
    }

    /// From the least to the most, with the unit.
    pub(crate) fn range(&self) -> Option<String> {
        match self {
            Self::Whole { least, most, unit } => Some(format!("{least} to {most} {unit}")),
            Self::Number { least, most, unit } => Some(format!("{least} to {most} {unit}")),
            _ => None,
        }
    }

    /// What is wrong with this value, if anything is.
    pub(crate) fn check(&self, value: &DeValue<'_>) -> Result<(), Complaint> {
        match (self, value) {
            (Self::Address, DeValue::String(text)) => {
                let parsed = text.parse::<SocketAddr>();
                self.or_complain(parsed.is_ok(), address_hint(text))
            }
            (Self::Truth, DeValue::Boolean(_)) => Ok(()),
            (Self::Truth, DeValue::String(text)) if ["true", "false"].contains(&text.as_ref()) => {
                self.or_complain(false, Some("write it without quotes".to_owned()))
            }
            (Self::Word(words), DeValue::String(text)) => {
                let hint = nearest(text, words.iter().copied());
                let hint = hint.map(|word| format!("did you mean \"{word}\"?"));
                self.or_complain(words.contains(&text.as_ref()), hint)
            }
            (Self::Whole { least, most, .. }, DeValue::Integer(number)) => {
                let number = i64::from_str_radix(number.as_str(), number.radix());
                let valid = number.is_ok_and(|number| (*least..=*most).contains(&number));
                self.or_complain(valid, None)
            }
            (Self::Number { least, most, .. }, DeValue::Integer(_) | DeValue::Float(_)) => {
                let number = float(value);
                let valid = number.is_some_and(|number| (*least..=*most).contains(&number));
                self.or_complain(valid, None)
            }
            (Self::Whole { .. } | Self::Number { .. }, DeValue::String(text)) => {
                self.or_complain(false, number_hint(text))
            }
            (Self::Networks, DeValue::Array(items)) => self.check_networks(items),
            (Self::Networks, DeValue::String(text)) => {
                self.or_complain(false, Some(format!("write [\"{text}\"]")))
            }
            (Self::File, DeValue::String(text)) => self.or_complain(!text.is_empty(), None),
            (Self::Text(_, check), DeValue::String(text)) => check(text).map_err(|text| {
                let (text, hint) = match text.split_once("\nhint: ") {
                    Some((text, hint)) => (text.to_owned(), Some(hint.to_owned())),
                    None => (text, None),
                };
                Complaint { text, hint }
            }),
            _ => self.or_complain(false, self.quotes_hint(value)),
        }
    }

    fn check_networks(&self, items: &toml::de::DeArray<'_>) -> Result<(), Complaint> {
        for item in items {
            let text = item.get_ref().as_str().unwrap_or_default();
            if text.parse::<IpNet>().is_err() {
                let bare = text.parse::<std::net::IpAddr>().ok();
                let hint = bare.map(|address| {
                    let bits = if address.is_ipv4() { 32 } else { 128 };
                    format!("one address is a network too: \"{address}/{bits}\"")
                });
                return self.or_complain(false, hint);
            }
        }
        Ok(())
    }

    fn or_complain(&self, valid: bool, hint: Option<String>) -> Result<(), Complaint> {
        if valid {
            return Ok(());
        }
        Err(Complaint {
            text: format!("must be {}", self.named()),
            hint,
        })
    }

    fn quotes_hint(&self, value: &DeValue<'_>) -> Option<String> {
        let quoted = matches!(
            self,
            Self::Address | Self::Word(_) | Self::File | Self::Text(..)
        );
        let bare = !matches!(value, DeValue::Array(_) | DeValue::Table(_));
        (quoted && bare).then(|| "write it in quotes".to_owned())
    }
}

fn float(value: &DeValue<'_>) -> Option<f64> {
    match value {
        DeValue::Integer(number) => {
            let number = i64::from_str_radix(number.as_str(), number.radix()).ok()?;
            // Beyond this, no range of ours goes.
            i32::try_from(number).ok().map(f64::from)
        }
        DeValue::Float(number) => number.as_str().parse().ok(),
        _ => None,
    }
}

fn address_hint(text: &str) -> Option<String> {
    let address: Option<std::net::IpAddr> = text.parse().ok();
    if address.is_some() {
        return Some(format!("add the port: \"{text}:8080\""));
    }
    let port = text.strip_prefix(':').or(text.strip_prefix("localhost:"))?;
    let port: u16 = port.parse().ok()?;
    Some(format!(
        "name the interface by its address: \"127.0.0.1:{port}\", or \"0.0.0.0:{port}\" for all"
    ))
}

/// For `"5"` and `"5s"`.
fn number_hint(text: &str) -> Option<String> {
    let digits = text.trim_end_matches(|letter: char| letter.is_alphabetic() || letter == ' ');
    let number: Option<f64> = digits.parse().ok();
    number.map(|_| format!("write {digits}, without quotes and unit"))
}
