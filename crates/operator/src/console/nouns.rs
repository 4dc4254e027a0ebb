//! The kinds of records as the console calls them, and where their pages are.

use crate::records::Kind;

/// What one is called, what several are called, and the last part of the list's address.
const fn words(kind: Kind) -> (&'static str, &'static str, &'static str) {
    match kind {
        Kind::Organization => ("organization", "Organizations", "organizations"),
        Kind::AddressCard => ("address card", "Address cards", "address-cards"),
        Kind::Person => ("person", "Persons", "persons"),
        Kind::Offering => ("offering", "Offerings", "offerings"),
        Kind::Agreement => ("agreement", "Agreements", "agreements"),
        Kind::Account => ("billing account", "Billing accounts", "accounts"),
        Kind::Product => ("product", "Products", "products"),
        Kind::SystemUser => ("system user", "System users", "system-users"),
        Kind::App => ("app", "Apps", "apps"),
    }
}

/// What one of them is called, in lower case.
pub(super) const fn one(kind: Kind) -> &'static str {
    words(kind).0
}

/// What the journal calls a thing, in words.
pub(super) fn spoken(noun: &str) -> &str {
    match Kind::parse(noun) {
        Some(kind) => one(kind),
        None => noun,
    }
}

/// What several are called, as a heading.
pub(super) const fn many(kind: Kind) -> &'static str {
    words(kind).1
}

/// With its article.
pub(super) fn an(kind: Kind) -> String {
    let word = one(kind);
    let article = if word.starts_with(['a', 'o']) {
        "an"
    } else {
        "a"
    };
    format!("{article} {word}")
}

/// What one is called, as a heading: with its key.
pub(super) fn title(kind: Kind, key: &str) -> String {
    let word = one(kind);
    let (first, rest) = word.split_at(1);
    format!("{}{rest} {key}", first.to_uppercase())
}

/// Where the list is.
pub(super) fn list_address(kind: Kind) -> String {
    format!("/console/{}", words(kind).2)
}

/// Where one of them is.
pub(super) fn address(kind: Kind, key: &str) -> String {
    format!("{}/{}", list_address(kind), encoded(key))
}

/// Where one is changed or, without a key, added: by a form, or as JSON.
pub(super) fn edit_address(way: &str, kind: Kind, key: Option<&str>) -> String {
    let key = key.map(|key| format!("/{}", encoded(key)));
    format!(
        "/console/{way}/{}{}",
        kind.as_str(),
        key.unwrap_or_default()
    )
}

/// A key as a segment of an address.
pub(super) fn encoded(key: &str) -> String {
    let mut text = String::with_capacity(key.len());
    for byte in key.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            text.extend(format!("%{byte:02X}").chars());
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_one_segment_of_an_address() {
        assert_eq!(address(Kind::App, "a/b c?"), "/console/apps/a%2Fb%20c%3F");
        assert_eq!(
            address(Kind::SystemUser, "Ø"),
            "/console/system-users/%C3%98"
        );
        let edit = edit_address("change", Kind::AddressCard, Some("5"));
        assert_eq!(edit, "/console/change/addressCard/5");
        assert_eq!(edit_address("json", Kind::App, None), "/console/json/app");
    }

    #[test]
    fn words_have_their_articles() {
        assert_eq!(an(Kind::Offering), "an offering");
        assert_eq!(an(Kind::SystemUser), "a system user");
        assert_eq!(title(Kind::Account, "5"), "Billing account 5");
    }
}
