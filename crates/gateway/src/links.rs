//! Secrets that are made for people: links with which they choose a password, what apps show, and
//! what system users log in with.

use domain::Entropy;
use domain::access::{ClientId, TokenHash};

use crate::logins::Logins;
use crate::server_key::Purpose;

/// 160 bits, which nobody guesses.
const BYTES: usize = 20;

/// A secret that nobody can guess, to be shown once.
pub fn make_secret(entropy: &dyn Entropy) -> String {
    let mut bytes = [0; BYTES];
    entropy.fill(&mut bytes);
    hex::encode(bytes)
}

impl Logins {
    /// A secret for an app, and what the database keeps of it.
    #[must_use]
    pub fn new_client_secret(&self, app: &ClientId) -> (String, TokenHash) {
        let secret = make_secret(self.entropy.as_ref());
        let hash = self.key.hash_client_secret(app, &secret);
        (secret, hash)
    }

    /// A password for a system user; it is hashed by [`Logins::hash`].
    #[must_use]
    pub fn new_password(&self) -> String {
        make_secret(self.entropy.as_ref())
    }

    /// The end of a link that nobody has had, and what the database keeps of it.
    #[must_use]
    pub fn new_link(&self) -> (String, TokenHash) {
        let text = make_secret(self.entropy.as_ref());
        let hash = self.key.hash(Purpose::Invitation, text.as_bytes());
        (text, hash)
    }

    /// What the database keeps of a link; nothing for what is none.
    #[must_use]
    pub fn link(&self, text: &str) -> Option<TokenHash> {
        let shaped = text.len() == 2 * BYTES && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        shaped.then(|| self.key.hash(Purpose::Invitation, text.as_bytes()))
    }
}
