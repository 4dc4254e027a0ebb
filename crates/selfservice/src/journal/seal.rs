//! The chain of seals: each vouches for a change, its place, and all that the seal before vouches for.

use domain::OrganizationNumber;
use domain::access::ClientId;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use storage::JournalRow;

/// Makes seals, with a key that the database doesn't hold.
pub(crate) struct Seals(Hmac<Sha256>);

impl Seals {
    pub(crate) fn new(key: &[u8; 32]) -> Self {
        let mut block = [0; 64];
        for (to, from) in block.iter_mut().zip(key) {
            *to = *from;
        }
        Self(Hmac::new(&block.into()))
    }

    /// The seal of a change at a place, after the seal of the one before; the first has none before.
    pub(crate) fn after(
        &self,
        before: &str,
        JournalRow { change, line }: &JournalRow,
        (position, sequence): (i64, Option<i64>),
    ) -> String {
        let organization = change.organization.as_ref();
        let mut mac = self.0.clone();
        for part in [
            before,
            &position.to_string(),
            &sequence.unwrap_or(0).to_string(),
            change.id.as_str(),
            &change.at.as_millisecond().to_string(),
            organization.map_or("", OrganizationNumber::as_str),
            &change.author.name,
            change.author.app.as_ref().map_or("", ClientId::as_str),
            &line.noun,
            &line.subject,
            &line.action,
            &line.facts,
        ] {
            // With its length, so that no two lists of parts give the same bytes.
            mac.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            mac.update(part.as_bytes());
        }
        hex::encode(mac.finalize().into_bytes())
    }
}
