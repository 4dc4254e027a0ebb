//! The secrets that sign deliveries. They are stored nowhere: each is made from the server's key, the
//! endpoint's id and a number that rises when the secret is replaced.

use domain::{Endpoint, EndpointId};
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sha2::Sha256;

/// A secret as it is; the wire has its own text for it.
pub type SecretBytes = [u8; 32];

/// A new secret, and until when the one before it signs too.
#[derive(Clone)]
pub struct RotatedSecret {
    /// The new one.
    pub secret: SecretBytes,
    /// Until when both sign.
    pub previous_until: Timestamp,
}

/// What all secrets are made from.
pub(crate) struct SecretKey(Hmac<Sha256>);

impl SecretKey {
    pub(crate) fn new(key: &[u8; 32]) -> Self {
        // HMAC fills a short key up with zeros (RFC 2104).
        let mut block = [0; 64];
        for (to, from) in block.iter_mut().zip(key) {
            *to = *from;
        }
        let mac = Hmac::<Sha256>::new(&block.into());
        Self(mac.chain_update("endpoint secret"))
    }

    /// The current secret of an endpoint.
    pub(crate) fn current(&self, endpoint: &Endpoint) -> SecretBytes {
        self.of(&endpoint.id, endpoint.secrets.current)
    }

    /// Those that sign now, the current one first.
    pub(crate) fn that_sign(&self, endpoint: &Endpoint, now: Timestamp) -> Vec<SecretBytes> {
        let generations = endpoint.secrets.that_sign(now).into_iter();
        generations
            .map(|generation| self.of(&endpoint.id, generation))
            .collect()
    }

    fn of(&self, id: &EndpointId, generation: i64) -> SecretBytes {
        let mut mac = self.0.clone();
        // The number has a fixed length, so no two pairs give the same bytes.
        mac.update(&generation.to_be_bytes());
        mac.update(id.as_str().as_bytes());
        mac.finalize().into_bytes().into()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn keys_endpoints_and_generations_do_not_meet() {
        let mut secrets = HashSet::new();
        for key in [1, 2] {
            for id in ["a", "b"] {
                for generation in [1, 2, 0x61] {
                    let key = SecretKey::new(&[key; 32]);
                    secrets.insert(key.of(&EndpointId::new(id), generation));
                }
            }
        }
        assert_eq!(secrets.len(), 12);
    }
}
