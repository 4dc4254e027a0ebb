//! What shows that nobody else has written in the journal: the code of each row, made by whoever
//! writes it, and the chain of seals. A seal vouches for a change, its place, whether its code was
//! found to be right, and all that the seal before vouches for.

use domain::OrganizationNumber;
use domain::access::ClientId;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use storage::JournalRow;

/// What a row's code begins with, where a seal has the one before it.
const ROW: &str = "row";

/// Makes codes and seals, with a key that the database doesn't hold.
pub(crate) struct Seals(Hmac<Sha256>);

/// Where a change stands, as its seal has it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sealed {
    pub(crate) position: i64,
    pub(crate) sequence: Option<i64>,
    pub(crate) genuine: bool,
}

impl Seals {
    pub(crate) fn new(key: &[u8; 32]) -> Self {
        let mut block = [0; 64];
        for (to, from) in block.iter_mut().zip(key) {
            *to = *from;
        }
        Self(Hmac::new(&block.into()))
    }

    /// The code of a row, by which it is told from one that somebody else has written.
    pub(crate) fn mac(&self, row: &JournalRow) -> String {
        let mut mac = self.0.clone();
        add(&mut mac, ROW);
        add_columns(&mut mac, row);
        hex::encode(mac.finalize().into_bytes())
    }

    /// Whether a row has the code that whoever has the key would have given it.
    pub(crate) fn is_genuine(&self, row: &JournalRow) -> bool {
        let mut mac = self.0.clone();
        add(&mut mac, ROW);
        add_columns(&mut mac, row);
        hex::decode(&row.mac).is_ok_and(|code| mac.verify_slice(&code).is_ok())
    }

    /// The seal of a change at a place, after the seal of the one before; the first has none before.
    pub(crate) fn after(&self, before: &str, row: &JournalRow, sealed: Sealed) -> String {
        let mut mac = self.0.clone();
        add(&mut mac, before);
        add(&mut mac, &sealed.position.to_string());
        add(&mut mac, &sealed.sequence.unwrap_or(0).to_string());
        add_columns(&mut mac, row);
        add(&mut mac, if sealed.genuine { "genuine" } else { "forged" });
        hex::encode(mac.finalize().into_bytes())
    }
}

fn add_columns(mac: &mut Hmac<Sha256>, JournalRow { change, line, .. }: &JournalRow) {
    let organization = change.organization.as_ref();
    for part in [
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
        add(mac, part);
    }
}

/// With its length, so that no two lists of parts give the same bytes.
fn add(mac: &mut Hmac<Sha256>, part: &str) {
    mac.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
    mac.update(part.as_bytes());
}
