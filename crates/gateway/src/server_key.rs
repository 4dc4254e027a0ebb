//! The key that lives outside the database, and what is made from it.

use std::fmt;

use domain::access::{ClientId, TokenHash};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// 32 secret bytes that all nodes share. Whoever has only the database can neither check a guess
/// nor make a token.
#[derive(Clone)]
pub struct ServerKey(Hmac<Sha256>);

/// What a hash is for; the same bytes hash differently for each purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// An access token, as the database keeps it.
    AccessToken,
    /// An app's secret, as the database keeps it.
    ClientSecret,
    /// A login that was right before, as this process remembers it.
    ProvenLogin,
    /// Whose guesses are counted, in this process.
    Guesser,
    /// The key of someone on the operator's side, as the database keeps it.
    OperatorKey,
    /// What the browser of someone who is signed in holds, as the database keeps it.
    SessionToken,
    /// What the forms of a session hold.
    FormToken,
    /// What one-time codes are made from.
    OneTimeSecret,
    /// The link with which someone chooses a password, as the database keeps it.
    Invitation,
}

impl Purpose {
    const fn label(self) -> &'static [u8] {
        match self {
            Self::AccessToken => b"hash/access-token",
            Self::ClientSecret => b"hash/client-secret",
            Self::ProvenLogin => b"hash/proven-login",
            Self::Guesser => b"hash/guesser",
            Self::OperatorKey => b"hash/operator-key",
            Self::SessionToken => b"hash/session-token",
            Self::FormToken => b"hash/form-token",
            Self::OneTimeSecret => b"hash/one-time-secret",
            Self::Invitation => b"hash/invitation",
        }
    }
}

impl ServerKey {
    /// The key in the operator's key file.
    #[must_use]
    pub fn new(bytes: &[u8; 32]) -> Self {
        let mut block = [0; 64];
        for (to, from) in block.iter_mut().zip(bytes) {
            *to = *from;
        }
        Self(Hmac::new(&block.into()))
    }

    /// HMAC-SHA-256 of the bytes for one purpose, in hexadecimal.
    pub(crate) fn hash(&self, purpose: Purpose, bytes: &[u8]) -> TokenHash {
        TokenHash::new(hex::encode(self.digest(purpose, &[bytes])))
    }

    /// What the database keeps of an app's secret; the same secret of two apps differs.
    #[must_use]
    pub fn hash_client_secret(&self, app: &ClientId, secret: &str) -> TokenHash {
        let parts = [app.as_str().as_bytes(), secret.as_bytes()];
        TokenHash::new(hex::encode(self.digest(Purpose::ClientSecret, &parts)))
    }

    /// What the database keeps of the key that someone on the operator's side calls with.
    #[must_use]
    pub fn hash_operator_key(&self, key: &str) -> TokenHash {
        self.hash(Purpose::OperatorKey, key.as_bytes())
    }

    /// A key of its own for another part of the program, from which this one can't be learned.
    #[must_use]
    pub fn derive(&self, purpose: &str) -> [u8; 32] {
        self.mac(b"derive", &[purpose.as_bytes()])
    }

    pub(crate) fn digest(&self, purpose: Purpose, parts: &[&[u8]]) -> [u8; 32] {
        self.mac(purpose.label(), parts)
    }

    /// Each part is preceded by its length, so that no two lists of parts give the same bytes.
    fn mac(&self, label: &[u8], parts: &[&[u8]]) -> [u8; 32] {
        let mut mac = self.0.clone();
        for part in std::iter::once(&label).chain(parts) {
            mac.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }
}

impl fmt::Debug for ServerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ServerKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> ServerKey {
        ServerKey::new(&[byte; 32])
    }

    #[test]
    fn the_hash_is_hmac_sha_256() {
        // Python: hmac.new(bytes([7] * 32), len8(label) + label + len8(b"token") + b"token", sha256)
        let hash = key(7).hash(Purpose::AccessToken, b"token");
        assert_eq!(
            hash.as_str(),
            "0da02f27703f8e26d9aefb8deb77826729944b04691fb745926152fb5f97e6d2"
        );
    }

    #[test]
    fn purposes_keys_and_parts_do_not_meet() {
        let token = key(1).hash(Purpose::AccessToken, b"x");
        assert_ne!(token, key(1).hash(Purpose::ClientSecret, b"x"));
        assert_ne!(token, key(2).hash(Purpose::AccessToken, b"x"));
        assert_ne!(token, key(1).hash_operator_key("x"));
        assert_ne!(key(1).derive("order ids"), key(1).derive("account ids"));
        let split_early = key(1).digest(Purpose::ProvenLogin, &[b"a", b"bc"]);
        assert_ne!(
            split_early,
            key(1).digest(Purpose::ProvenLogin, &[b"ab", b"c"])
        );
    }

    #[test]
    fn the_key_does_not_print_itself() {
        assert_eq!(format!("{:?}", key(1)), "ServerKey(…)");
    }
}
