//! Where people sign in.

/// Pages with people of their own: the same name in two realms is two people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Realm {
    /// The operator's console.
    Operator,
    /// The customers' portal.
    Portal,
}

impl Realm {
    /// Every realm.
    pub const ALL: [Self; 2] = [Self::Operator, Self::Portal];

    /// The word in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Operator => "OPERATOR",
            Self::Portal => "PORTAL",
        }
    }

    /// The realm that a word stands for.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|realm| realm.as_str() == word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_realm_has_its_word() {
        for realm in Realm::ALL {
            assert_eq!(Realm::parse(realm.as_str()), Some(realm));
        }
        assert_eq!(Realm::parse("operator"), None);
    }
}
