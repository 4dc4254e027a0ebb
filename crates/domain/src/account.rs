//! Billing accounts: who owns, who pays, and what the invoice says.

use std::fmt;

use jiff::Timestamp;
use unicode_normalization::UnicodeNormalization;

use crate::{AccountId, Address, Fault, Organization, Rejection};

/// An invoice recipient; the wire calls it an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BillingAccount {
    /// Up to 8 digits, shown with the prefix 55 on the invoice.
    pub id: AccountId,
    /// The organization through which it is seen.
    pub owner: Organization,
    /// Who pays.
    pub payer: Payer,
    /// What the customer writes on it.
    pub references: AccountReferences,
    /// Where the invoice goes.
    pub address: Address,
    /// In which form the invoice goes, usually EHF.
    pub format: String,
    /// Whether it is in use.
    pub status: AccountStatus,
    /// How many subscriptions it may bear.
    pub account_type: AccountType,
}

/// Who pays: one or the other, never both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Payer {
    /// A legal entity.
    Company(Organization),
    /// A natural person.
    Person(Person),
}

/// A natural person who pays an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Given name.
    pub first_name: String,
    /// Middle name, if there is one.
    pub middle_name: Option<String>,
    /// Family name.
    pub last_name: String,
}

/// The three texts on an account. The first is its name and the invoice's buyer reference (BT-10 of
/// Peppol BIS Billing 3.0, "deres referanse" in EHF).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountReferences {
    /// The account's name and buyer reference.
    pub first: AccountReference,
    /// Free for the customer's use.
    pub second: Option<AccountReference>,
    /// Free for the customer's use.
    pub third: Option<AccountReference>,
}

/// Up to 30 letters of any script, digits, spaces and `/.,-`, in Unicode's composed form (NFC).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountReference(String);

impl AccountReference {
    /// The most characters, counted in the composed form.
    pub const LONGEST: usize = 30;

    /// Composes the text and checks it; the error is a fragment that says what is wrong.
    pub fn parse(text: &str) -> Result<Self, String> {
        let composed: String = text.nfc().collect();
        let length = composed.chars().count();
        if length > Self::LONGEST {
            return Err(format!(
                "longer than {} characters ({length})",
                Self::LONGEST
            ));
        }
        let allowed = |c: &char| c.is_alphabetic() || c.is_ascii_digit() || " /.,-".contains(*c);
        match composed.chars().find(|c| !allowed(c)) {
            None => Ok(Self(composed)),
            Some(c) => Err(format!(
                "only letters, digits, spaces and \"/.,-\" are allowed, not U+{:04X}",
                u32::from(c)
            )),
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AccountReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether an account is in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountStatus {
    /// Created, not activated yet.
    Passive,
    /// Created and activated.
    Open,
    /// Ended.
    Cancelled,
}

impl AccountStatus {
    /// Every status, for schemas and look-ups.
    pub const ALL: [Self; 3] = [Self::Passive, Self::Open, Self::Cancelled];

    /// The word on the wire and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Passive => "PASSIVE",
            Self::Open => "OPEN",
            Self::Cancelled => "CANCELLED",
        }
    }

    /// The status that a word stands for.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == word)
    }
}

/// How many subscriptions an account may bear.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountType {
    /// As many as the customer likes.
    Normal,
    /// One alone.
    Reserved,
    /// Pre-paid ones.
    RingKontant,
}

impl AccountType {
    /// Every type, for schemas and look-ups.
    pub const ALL: [Self; 3] = [Self::Normal, Self::Reserved, Self::RingKontant];

    /// The word on the wire and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Normal => "NORMAL",
            Self::Reserved => "RESERVED",
            Self::RingKontant => "RING_KONTANT",
        }
    }

    /// The type that a word stands for.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|account_type| account_type.as_str() == word)
    }
}

/// What a caller sent to open an account, before anyone knows whether it means something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountRequest {
    /// What to write on it: the name first, then the two texts for the customer's own use.
    pub references: [Option<String>; 3],
    /// Which of the payer's invoice addresses; needed unless there is exactly one.
    pub address_card: Option<String>,
    /// The number of the organization that will own it.
    pub owner: String,
    /// The number of the organization that will pay.
    pub payer: String,
}

impl AccountRequest {
    /// The texts to write on the account; every one that is not a reference is named.
    pub fn references(&self) -> Result<AccountReferences, Rejection> {
        let mut faults = Vec::new();
        let mut parse = |text: &Option<String>, number: u8| {
            let parsed = text.as_deref().map(AccountReference::parse)?;
            parsed
                .map_err(|message| {
                    faults.push(Fault::new(format!("accountReference{number}"), message));
                })
                .ok()
        };
        let [first, second, third] = &self.references;
        let parsed = (parse(first, 1), parse(second, 2), parse(third, 3));
        match parsed {
            (Some(first), second, third) if faults.is_empty() => Ok(AccountReferences {
                first,
                second,
                third,
            }),
            _ => Err(Rejection::InvalidReference(faults)),
        }
    }
}

/// When an account came to be, and when lists may begin to show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccountTimes {
    /// When it was opened.
    pub opened_at: Timestamp,
    /// From when on lists show it; its own address shows it at once.
    pub visible_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_documents_references_are_accepted() {
        for text in [
            "Telenor ASA/ IT department",
            "Telenor ASA - IT department",
            "Linus Torvalds",
        ] {
            assert_eq!(
                AccountReference::parse(text).map(|r| r.to_string()),
                Ok(text.to_owned())
            );
        }
    }

    #[test]
    fn characters_are_counted_after_composition() {
        let decomposed = "e\u{301}".repeat(30);
        assert_eq!(
            AccountReference::parse(&decomposed).map(|r| r.to_string()),
            Ok("é".repeat(30))
        );
        assert_eq!(
            AccountReference::parse(&"æ".repeat(31)),
            Err("longer than 30 characters (31)".to_owned())
        );
    }

    #[test]
    fn letters_of_any_script_and_four_marks_are_all() {
        for text in ["Ærfugl ÅØ 1.2,3/4-5", "Ελλάδα", "日本語", "Привет"] {
            assert!(AccountReference::parse(text).is_ok(), "{text}");
        }
        for text in [
            "a_b",
            "a@b",
            "a\tb",
            "a\u{0}",
            "a\u{202E}b",
            "½",
            "🙂",
            "a\u{301}\u{302}\u{303}",
        ] {
            assert!(AccountReference::parse(text).is_err(), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn a_text_and_its_composed_form_are_judged_alike(text in "\\PC{0,40}") {
            let composed: String = text.nfc().collect();
            prop_assert_eq!(AccountReference::parse(&text), AccountReference::parse(&composed));
            if let Ok(kept) = AccountReference::parse(&text) {
                prop_assert_eq!(AccountReference::parse(kept.as_str()), Ok(kept.clone()));
            }
        }
    }
}
