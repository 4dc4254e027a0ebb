//! The table `[brand]` of the configuration file: whose pages the console and the portal are.

use serde::Deserialize;
use web::{Brand, Color, Contact};

/// What the file may say.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Table {
    name: Option<String>,
    accent: Option<String>,
    contact: Option<String>,
}

impl Table {
    /// What holds; what the check of the file has passed is all there is to read.
    pub(crate) fn brand(&self) -> Brand {
        let unsaid = Brand::default();
        Brand {
            name: self.name.clone().unwrap_or(unsaid.name),
            accent: self
                .accent
                .as_deref()
                .and_then(Color::parse)
                .unwrap_or(unsaid.accent),
            contact: self.contact.as_deref().and_then(Contact::parse),
        }
    }
}

pub(crate) fn check_name(text: &str) -> Result<(), String> {
    let right = (1..=40).contains(&text.chars().count()) && !text.chars().any(char::is_control);
    let right = right && !text.trim().is_empty();
    right
        .then_some(())
        .ok_or_else(|| "must be 1 to 40 characters".to_owned())
}

pub(crate) fn check_accent(text: &str) -> Result<(), String> {
    let read = Color::parse(text).map(drop);
    read.ok_or_else(|| "must be `#` and six hexadecimal digits, such as `#1f5fa8`".to_owned())
}

pub(crate) fn check_contact(text: &str) -> Result<(), String> {
    let read = Contact::parse(text).map(drop);
    read.ok_or_else(|| "must be a mail address, or begin with `https://`".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_says_whose_pages_they_are() {
        let table: Table =
            toml::from_str("name = 'Nett'\naccent = '#0a7d4f'\ncontact = 'api@nett.no'")
                .expect("a table");
        let brand = table.brand();
        assert_eq!(brand.name, "Nett");
        assert_eq!(Some(brand.accent), Color::parse("#0a7d4f"));
        let contact = brand.contact.expect("a contact");
        assert_eq!(contact.href(), "mailto:api@nett.no");
        assert_eq!(Table::default().brand(), Brand::default());
    }

    #[test]
    fn what_makes_no_brand_is_refused() {
        let long = "n".repeat(41);
        for (check, text) in [
            (check_name as fn(&str) -> Result<(), String>, ""),
            (check_name, " "),
            (check_name, long.as_str()),
            (check_name, "a\nb"),
            (check_accent, "red"),
            (check_accent, "#12345"),
            (check_contact, "nobody"),
            (check_contact, "javascript:alert(1)"),
            (check_contact, "http://nett.no"),
            (check_contact, "a@b c"),
        ] {
            assert!(check(text).is_err(), "{text}");
        }
    }
}
