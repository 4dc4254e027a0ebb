//! The table `[brand]` of the configuration file: whose pages the console and the portal are.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::Deserialize;
use web::{Brand, Color, Contact, Logo, LogoFault};

use crate::settings::Places;

/// What the file may say.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Table {
    name: Option<String>,
    logo: Option<PathBuf>,
    accent: Option<String>,
    contact: Option<String>,
}

impl Table {
    /// What holds; the logo is read now, and the rest has passed the check of the file.
    pub(crate) fn brand(&self, places: &Places) -> anyhow::Result<Brand> {
        let unsaid = Brand::default();
        let logo = self.logo.as_deref().map(read_logo).transpose();
        Ok(Brand {
            name: self.name.clone().unwrap_or(unsaid.name),
            logo: logo.with_context(|| places.of("brand.logo"))?,
            accent: self
                .accent
                .as_deref()
                .and_then(Color::parse)
                .unwrap_or(unsaid.accent),
            contact: self.contact.as_deref().and_then(Contact::parse),
        })
    }
}

fn read_logo(path: &Path) -> anyhow::Result<Logo> {
    let shown = path.display();
    let mut bytes = Vec::new();
    // One byte more than is allowed shows that there is too much, however much there is.
    let most = u64::try_from(Logo::LARGEST + 1)?;
    File::open(path)
        .and_then(|file| file.take(most).read_to_end(&mut bytes))
        .with_context(|| format!("failed to read {shown}"))?;
    Logo::read(bytes).map_err(|fault| {
        let hint = match fault {
            LogoFault::TooLarge => "draw it with fewer points, or as a PNG of some 400 by 100",
            LogoFault::OtherFormat => "export it as SVG or PNG",
            LogoFault::NotInert(_) => {
                "export it as plain SVG, with text as paths and without scripts, links, pictures \
                 and style sheets from elsewhere; or as a PNG"
            }
        };
        anyhow::anyhow!("{shown} is no logo: {fault}\nhint: {hint}")
    })
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

    fn brand(text: &str) -> anyhow::Result<Brand> {
        let table: Table = toml::from_str(text).expect("a table");
        table.brand(&Places::default())
    }

    #[test]
    fn the_file_says_whose_pages_they_are() {
        let brand = brand("name = 'Nett'\naccent = '#0a7d4f'\ncontact = 'api@nett.no'");
        let brand = brand.expect("a brand");
        assert_eq!(brand.name, "Nett");
        assert_eq!(Some(brand.accent), Color::parse("#0a7d4f"));
        let contact = brand.contact.expect("a contact");
        assert_eq!(contact.href(), "mailto:api@nett.no");
        let unsaid = Table::default().brand(&Places::default());
        assert_eq!(unsaid.expect("a brand"), Brand::default());
    }

    #[test]
    fn the_logo_is_read_and_what_is_none_is_named_with_a_way_out() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("logo.svg");
        let read = |content: &[u8]| {
            std::fs::write(&path, content).expect("a file");
            brand(&format!("logo = '{}'", path.display()))
        };
        let logo = read(b"<svg></svg>").expect("a brand").logo;
        assert_eq!(logo.expect("a logo").to_string(), "SVG, 11 bytes");
        let large = vec![b' '; Logo::LARGEST * 2];
        for (content, said) in [
            (&b"<svg><script/></svg>"[..], "the element <script>"),
            (b"<svg onload='x'/>", "the event attribute `onload`"),
            (b"hello", "neither an SVG nor a PNG"),
            (&large, "more than 64 KiB"),
        ] {
            let fault = format!("{:#}", read(content).expect_err(said));
            assert!(
                fault.contains(said) && fault.contains("\nhint: "),
                "{fault}"
            );
            assert!(fault.contains("logo.svg"), "{fault}");
        }
        let missing = brand("logo = '/nowhere/logo.png'").expect_err("no file");
        assert!(format!("{missing:#}").contains("failed to read /nowhere/logo.png"));
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
