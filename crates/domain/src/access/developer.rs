//! Developers: the people of an organization who sign in to the portal, and what each may do there.

use std::fmt;

use jiff::Timestamp;

use crate::OrganizationNumber;

/// No address of a mailbox is longer (RFC 5321).
const LONGEST: usize = 254;

/// An e-mail address in lower case. Nothing is sent there and nobody has proven it, so it tells a
/// developer apart within one organization alone.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeveloperEmail(String);

impl DeveloperEmail {
    /// Reads an address of plain characters with one `@` in it; capitals become small letters.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let allowed =
            |byte: u8| byte.is_ascii_alphanumeric() || b".!#$%&'*+-/=?^_`{|}~".contains(&byte);
        let (name, place) = text.split_once('@')?;
        let well_formed = text.len() <= LONGEST
            && !name.is_empty()
            && name.bytes().all(allowed)
            && is_domain(place);
        well_formed.then(|| Self(text.to_ascii_lowercase()))
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DeveloperEmail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Labels with dots between them.
fn is_domain(text: &str) -> bool {
    let is_label = |label: &str| {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        !label.is_empty() && label.bytes().all(plain) && !label.starts_with('-')
    };
    text.contains('.') && text.split('.').all(is_label)
}

/// Who somebody is among all organizations' people: the address, and in which organization. The same
/// address in two organizations is two people.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeveloperLogin {
    /// The organization that they belong to.
    pub organization: OrganizationNumber,
    /// Their address there.
    pub email: DeveloperEmail,
}

impl DeveloperLogin {
    /// The person of this organization with this address.
    #[must_use]
    pub fn new(organization: &OrganizationNumber, email: &DeveloperEmail) -> Self {
        Self {
            organization: organization.clone(),
            email: email.clone(),
        }
    }

    /// Reads what [`fmt::Display`] writes: the number, a slash, the address.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (organization, email) = text.split_once('/')?;
        Some(Self {
            organization: OrganizationNumber::parse(organization)?,
            email: DeveloperEmail::parse(email)?,
        })
    }
}

impl fmt::Display for DeveloperLogin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.organization, self.email)
    }
}

/// What a developer may do; each role includes the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DeveloperRole {
    /// Works with the organization's apps, and sees its people and system users.
    Developer,
    /// Changes people and system users, too.
    Administrator,
}

impl DeveloperRole {
    /// Every role, the lower one first.
    pub const ALL: [Self; 2] = [Self::Developer, Self::Administrator];

    /// The word on pages, on the command line and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Developer => "developer",
            Self::Administrator => "administrator",
        }
    }

    /// The role that a word stands for.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == word)
    }
}

/// A person of an organization's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Developer {
    /// What they sign in as, beside the number of their organization.
    pub email: DeveloperEmail,
    /// The organization that they belong to, the only one whose things they see.
    pub organization: OrganizationNumber,
    /// What people call them.
    pub name: String,
    /// What they may do.
    pub role: DeveloperRole,
    /// Whether they may sign in.
    pub enabled: bool,
    /// When they accepted their invitation.
    pub created_at: Timestamp,
}

impl Developer {
    /// Who they are among all organizations' people.
    #[must_use]
    pub fn login(&self) -> DeveloperLogin {
        DeveloperLogin::new(&self.organization, &self.email)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_plain_and_in_lower_case() {
        for (text, expected) in [
            ("kari@example.com", "kari@example.com"),
            ("Kari.Nordmann+x@Example.CO", "kari.nordmann+x@example.co"),
            ("o'hara@a-b.example", "o'hara@a-b.example"),
        ] {
            let email = DeveloperEmail::parse(text).expect(text);
            assert_eq!(email.as_str(), expected);
        }
        for text in [
            "",
            "@",
            "kari",
            "@example.com",
            "kari@",
            "kari@example",
            "kari@.example",
            "kari@example..com",
            "kari@-example.com",
            "kari@ola@example.com",
            "kari nordmann@example.com",
            " kari@example.com",
            "kari@example.com\n",
            "kåri@example.com",
            "<kari@example.com>",
        ] {
            assert_eq!(DeveloperEmail::parse(text), None, "{text:?}");
        }
        let long = format!("{}@example.com", "x".repeat(LONGEST - 12));
        assert!(DeveloperEmail::parse(&long).is_some());
        assert_eq!(DeveloperEmail::parse(&format!("x{long}")), None);
    }

    #[test]
    fn a_login_is_the_number_and_the_address() {
        let text = "914742315/k/a'ri@example.com";
        let login = DeveloperLogin::parse(text).expect(text);
        assert_eq!(login.organization.as_str(), "914742315");
        assert_eq!(login.email.as_str(), "k/a'ri@example.com");
        assert_eq!(login.to_string(), text);
        for text in [
            "",
            "kari@example.com",
            "914742315",
            "914742315/",
            "/kari@example.com",
            "91474231/kari@example.com",
            "914742315 kari@example.com",
        ] {
            assert_eq!(DeveloperLogin::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_role_includes_the_one_before_it() {
        assert!(DeveloperRole::Developer < DeveloperRole::Administrator);
        for role in DeveloperRole::ALL {
            assert_eq!(DeveloperRole::parse(role.as_str()), Some(role));
        }
        assert_eq!(DeveloperRole::parse("Administrator"), None);
    }
}
