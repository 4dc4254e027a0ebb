//! Identifiers: one type each, so that a product's number never stands in for an agreement's.

use std::fmt;

/// Reads 1 to 18 ASCII digits: what fits a signed 64-bit integer and every client's own integers.
fn digits(text: &str) -> Option<i64> {
    let well_formed = (1..=18).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    if well_formed { text.parse().ok() } else { None }
}

macro_rules! numeric_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(i64);

        impl $name {
            /// An id that the database or the catalogue already holds.
            #[must_use]
            pub const fn new(number: i64) -> Self {
                Self(number)
            }

            /// Reads 1 to 18 digits; anything else is no id.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                digits(text).map(Self)
            }

            /// The number, as the database and the wire's integers have it.
            #[must_use]
            pub const fn get(self) -> i64 {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

numeric_id!(
    /// An agreement between an organization and the operator.
    AgreementId
);
numeric_id!(
    /// Something ordered on an agreement.
    ProductId
);
numeric_id!(
    /// Something that may be ordered on an agreement.
    OfferingId
);
numeric_id!(
    /// One setting of a product, the same number wherever it may be set.
    ConfigurationId
);
numeric_id!(
    /// A stored invoice address of an organization.
    AddressCardId
);
numeric_id!(
    /// A person who pays a billing account.
    PersonId
);

/// An order, printed as the documents do: twelve digits with leading zeros.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrderId(i64);

impl OrderId {
    /// How many order ids there are: twelve digits.
    pub const COUNT: u64 = 1_000_000_000_000;

    /// An id that the database already holds.
    #[must_use]
    pub const fn new(number: i64) -> Self {
        Self(number)
    }

    /// Reads 1 to 18 digits; leading zeros may be left out.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        digits(text).map(Self)
    }

    /// The number, as the database has it.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }
}

impl fmt::Display for OrderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:012}", self.0)
    }
}

/// A billing account: up to 8 digits, shown with the prefix 55 on the invoice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountId(i64);

impl AccountId {
    /// An id that the database already holds.
    #[must_use]
    pub const fn new(number: i64) -> Self {
        Self(number)
    }

    /// Reads up to 8 digits, or the 9 or 10 digits of an invoice, which begin with 55.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let own = match text.len() {
            9 | 10 => text.strip_prefix("55")?,
            _ => text,
        };
        if own.len() > 8 {
            None
        } else {
            digits(own).map(Self)
        }
    }

    /// The number, as the database has it.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_1_to_18_ascii_digits() {
        for text in ["0", "5538579", "0005538579", "999999999999999999"] {
            assert!(AgreementId::parse(text).is_some(), "{text}");
        }
        for text in [
            "",
            "-1",
            "+1",
            " 1",
            "1 ",
            "1e3",
            "1.0",
            "٣",
            "9223372036854775808",
            "abc",
        ] {
            assert_eq!(AgreementId::parse(text), None, "{text}");
        }
        assert_eq!(
            AgreementId::parse("0005538579"),
            AgreementId::parse("5538579")
        );
    }

    #[test]
    fn an_order_id_prints_its_leading_zeros() {
        let id = OrderId::parse("010780005503").expect("twelve digits");
        assert_eq!(
            (id.get(), id.to_string().as_str()),
            (10_780_005_503, "010780005503")
        );
    }

    #[test]
    fn an_account_number_from_an_invoice_is_understood() {
        let own = AccountId::parse("11175198");
        assert_eq!(own, Some(AccountId::new(11_175_198)));
        assert_eq!(AccountId::parse("5511175198"), own);
        assert_eq!(AccountId::parse("551234567"), AccountId::parse("1234567"));
        assert_eq!(
            AccountId::parse("55123456"),
            Some(AccountId::new(55_123_456))
        );
        for text in ["", "1234567890", "123456789", "55111751980", "5512x", "-1"] {
            assert_eq!(AccountId::parse(text), None, "{text}");
        }
    }
}
