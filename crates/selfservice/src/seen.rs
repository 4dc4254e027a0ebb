//! What a form has seen of that which it is about to change. Once the change is made, the same form
//! no longer fits: a browser that sends it again makes no second secret, on whichever node.

use domain::access::Developer;
use sha2::{Digest, Sha256};
use storage::{Invitation, RegisteredApp, SystemUser};

/// A digest of some state. Nothing of the state can be told from it: what goes into it are names, and
/// hashes that are made with a key or with salt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen(String);

impl Seen {
    /// Of these parts, in their order.
    pub fn of<'a>(parts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut digest = Sha256::new();
        for part in parts {
            digest.update(part.len().to_be_bytes());
            digest.update(part);
        }
        Self(hex::encode(&digest.finalize()[..16]))
    }

    /// Which system user's password is the one in force.
    #[must_use]
    pub fn of_password(user: &SystemUser) -> Self {
        Self::of([user.name.as_str(), &user.password_hash])
    }

    /// Which apps there are.
    #[must_use]
    pub fn of_apps(apps: &[RegisteredApp]) -> Self {
        let mut ids: Vec<_> = apps.iter().map(|app| app.app.id.as_str()).collect();
        ids.sort_unstable();
        Self::of(ids)
    }

    /// Which system users there are.
    #[must_use]
    pub fn of_system_users(users: &[SystemUser]) -> Self {
        let mut names: Vec<_> = users.iter().map(|user| user.name.as_str()).collect();
        names.sort_unstable();
        Self::of(names)
    }

    /// Who is there and which links wait: another link makes this another one.
    #[must_use]
    pub fn of_team(people: &[Developer], invitations: &[Invitation]) -> Self {
        let people = people.iter().map(|one| one.email.to_string());
        let links = invitations
            .iter()
            .map(|one| format!("{} {}", one.email, one.created_at));
        let parts: Vec<String> = people.chain(links).collect();
        Self::of(parts.iter().map(String::as_str))
    }

    /// What a form has sent.
    #[must_use]
    pub fn sent(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// What a form sends.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_other_state_is_told_apart() {
        let states = [
            Seen::of([]),
            Seen::of([""]),
            Seen::of(["ab"]),
            Seen::of(["a", "b"]),
            Seen::of(["b", "a"]),
        ];
        for (place, one) in states.iter().enumerate() {
            for other in &states[place + 1..] {
                assert_ne!(one, other);
            }
            assert_eq!(Seen::sent(one.as_str()), *one);
        }
    }
}
