//! Organizations: the legal entities that own agreements and pay accounts.

use std::fmt;

/// A legal entity with a nine-digit number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organization {
    /// The number in the register of legal entities.
    pub number: OrganizationNumber,
    /// The registered name.
    pub name: String,
}

/// Nine digits. The check digit is asked about apart, since the documents' own 987654321 fails it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrganizationNumber(String);

impl OrganizationNumber {
    /// Reads exactly nine ASCII digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let well_formed = text.len() == 9 && text.bytes().all(|b| b.is_ascii_digit());
        well_formed.then(|| Self(text.to_owned()))
    }

    /// The nine digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the ninth digit is the modulus-11 check digit of the first eight, with the weights
    /// 3, 2, 7, 6, 5, 4, 3, 2 that the Norwegian register of legal entities uses.
    #[must_use]
    pub fn check_digit_holds(&self) -> bool {
        const WEIGHTS: [u32; 9] = [3, 2, 7, 6, 5, 4, 3, 2, 1];
        let digits = self.0.bytes().map(|b| u32::from(b - b'0'));
        let sum: u32 = digits
            .zip(WEIGHTS)
            .map(|(digit, weight)| digit * weight)
            .sum();
        sum.is_multiple_of(11)
    }
}

impl fmt::Display for OrganizationNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_digit_is_the_registers() {
        for (text, holds) in [
            ("914742315", true),
            ("976967631", true),
            ("982463718", true),
            ("987654325", true),
            ("987654321", false),
            ("123456785", true),
        ] {
            let number = OrganizationNumber::parse(text).expect("nine digits");
            assert_eq!(number.check_digit_holds(), holds, "{text}");
        }
    }

    #[test]
    fn a_number_is_exactly_nine_digits() {
        for text in [
            "",
            "12345678",
            "1234567890",
            "91474231x",
            "914 742 315",
            "９14742315",
        ] {
            assert_eq!(OrganizationNumber::parse(text), None, "{text}");
        }
    }
}
