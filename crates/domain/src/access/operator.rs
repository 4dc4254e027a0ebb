//! Operators: people and workers on the operator's side, with what each may do.

use jiff::Timestamp;

/// No name is longer; histories show it.
const LONGEST_NAME: usize = 64;
/// Histories say this of what the server did by itself.
const RESERVED: &str = "fulfillment";

/// What an operator is called: in histories, which customers read, and in the journal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OperatorName(String);

impl OperatorName {
    /// Reads 1 to 64 letters, digits, dots, hyphens and underscores, a letter or digit first. No
    /// part of the server has such a name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b".-_".contains(&byte);
        let well_formed = (1..=LONGEST_NAME).contains(&text.len())
            && text.bytes().all(allowed)
            && text.starts_with(|first: char| first.is_ascii_alphanumeric());
        (well_formed && text != RESERVED).then(|| Self(text.to_owned()))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What an operator may do; each role includes those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OperatorRole {
    /// Sees the orders of all organizations.
    Viewer,
    /// Carries orders out.
    Desk,
    /// Everything.
    Administrator,
}

impl OperatorRole {
    /// Every role, the lowest first.
    pub const ALL: [Self; 3] = [Self::Viewer, Self::Desk, Self::Administrator];

    /// The word on the command line, in documents and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Desk => "desk",
            Self::Administrator => "administrator",
        }
    }

    /// The role that a word stands for.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == word)
    }
}

/// Someone on the operator's side who has a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operator {
    /// What they are called.
    pub name: OperatorName,
    /// What they may do.
    pub role: OperatorRole,
    /// Whether the key works.
    pub enabled: bool,
    /// When they were added.
    pub created_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_short_and_of_plain_characters() {
        for text in ["a", "worker-1", "kari.nordmann_2", "9", &"x".repeat(64)] {
            let name = OperatorName::parse(text).expect(text);
            assert_eq!(name.as_str(), text);
        }
        for text in [
            "",
            "-a",
            ".a",
            "a b",
            "å",
            "a\n",
            "command line",
            "fulfillment",
        ] {
            assert_eq!(OperatorName::parse(text), None, "{text:?}");
        }
        assert_eq!(OperatorName::parse(&"x".repeat(65)), None);
    }

    #[test]
    fn a_role_includes_those_before_it() {
        assert!(OperatorRole::Viewer < OperatorRole::Desk);
        assert!(OperatorRole::Desk < OperatorRole::Administrator);
        for role in OperatorRole::ALL {
            assert_eq!(OperatorRole::parse(role.as_str()), Some(role));
        }
        assert_eq!(OperatorRole::parse("Desk"), None);
    }
}
