//! Signatures by Standard Webhooks, the symmetric scheme `v1`: HMAC-SHA-256 of id, time and body.
//! See <https://www.standardwebhooks.com>.

use std::fmt;

use base64::Engine as _;
use base64::alphabet::STANDARD as ALPHABET;
use base64::engine::general_purpose::{GeneralPurpose, STANDARD};
use base64::engine::{DecodePaddingMode, GeneralPurposeConfig};
use hmac::{Hmac, KeyInit, Mac};
use http::{HeaderMap, HeaderName, HeaderValue};
use sha2::{Digest, Sha256};
use subtle::{Choice, ConstantTimeEq};

const ID: HeaderName = HeaderName::from_static("webhook-id");
const TIMESTAMP: HeaderName = HeaderName::from_static("webhook-timestamp");
const SIGNATURE: HeaderName = HeaderName::from_static("webhook-signature");

/// What the text of a secret begins with.
const PREFIX: &str = "whsec_";
/// What a signature of this scheme begins with.
const VERSION: &str = "v1,";
const KEY_LENGTHS: std::ops::RangeInclusive<usize> = 24..=64;
/// How far the sender's clock may be from ours, in either direction.
const TOLERANCE_SECONDS: u64 = 5 * 60;

/// People copy secrets with and without the padding.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &ALPHABET,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A key that the sender and the recipient of calls share. Only [`Secret::expose`] shows it.
#[derive(Clone)]
pub struct Secret(Vec<u8>);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl Secret {
    /// The key itself, of any length; 24 to 64 random bytes are what the standard wants.
    #[must_use]
    pub fn new(bytes: &[u8]) -> Self {
        Self(bytes.to_vec())
    }

    /// A key as text: base64, with or without `whsec_` before it, of 24 to 64 bytes.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let encoded = text.strip_prefix(PREFIX).unwrap_or(text);
        let bytes = LENIENT.decode(encoded).ok()?;
        KEY_LENGTHS.contains(&bytes.len()).then_some(Self(bytes))
    }

    /// The text that the recipient is given once, with `whsec_` before it.
    #[must_use]
    pub fn expose(&self) -> String {
        format!("{PREFIX}{}", STANDARD.encode(&self.0))
    }

    /// What HMAC makes of a key before it uses it: a block with zeros at the end.
    fn block(&self) -> [u8; 64] {
        let hashed;
        let key = if self.0.len() > 64 {
            hashed = Sha256::digest(&self.0);
            hashed.as_slice()
        } else {
            &self.0
        };
        let mut block = [0; 64];
        for (to, from) in block.iter_mut().zip(key) {
            *to = *from;
        }
        block
    }

    fn signature(&self, id: &[u8], timestamp: &[u8], body: &[u8]) -> String {
        let mut mac = Hmac::<Sha256>::new(&self.block().into());
        for part in [id, b".", timestamp, b".", body] {
            mac.update(part);
        }
        format!("{VERSION}{}", STANDARD.encode(mac.finalize().into_bytes()))
    }
}

/// Why a call that claims to be signed is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// One of the three headers is missing, is there twice, or cannot be read.
    #[error("the header {0} is missing or cannot be read")]
    Header(&'static str),
    /// Signed too long ago: perhaps a call that somebody recorded and sends again.
    #[error("the call was signed more than 5 minutes ago")]
    TooOld,
    /// Signed by a clock that is ahead of ours.
    #[error("the call was signed more than 5 minutes in the future")]
    TooNew,
    /// Another secret, or something was changed on the way.
    #[error("no signature fits")]
    NoMatch,
}

/// The value of `webhook-signature`: one signature per secret, in order. The id must not contain a
/// dot, because a dot separates it from the time.
#[must_use]
pub fn sign(secrets: &[Secret], id: &str, timestamp: i64, body: &[u8]) -> String {
    let timestamp = timestamp.to_string();
    let signatures: Vec<_> = secrets
        .iter()
        .map(|secret| secret.signature(id.as_bytes(), timestamp.as_bytes(), body))
        .collect();
    signatures.join(" ")
}

/// Whether the secret's holder signed this body within 5 minutes of `now`, in seconds since 1970.
pub fn verify(
    secret: &Secret,
    headers: &HeaderMap,
    body: &[u8],
    now: i64,
) -> Result<(), VerifyError> {
    let id = only(headers, &ID).ok_or(VerifyError::Header("webhook-id"))?;
    let timestamp = only(headers, &TIMESTAMP).and_then(|value| value.to_str().ok());
    let (timestamp, seconds) = timestamp
        .and_then(|text| Some((text, text.parse::<i64>().ok()?)))
        .ok_or(VerifyError::Header("webhook-timestamp"))?;
    let claimed = only(headers, &SIGNATURE).ok_or(VerifyError::Header("webhook-signature"))?;
    if now.abs_diff(seconds) > TOLERANCE_SECONDS {
        return Err(if seconds < now {
            VerifyError::TooOld
        } else {
            VerifyError::TooNew
        });
    }
    let expected = secret.signature(id.as_bytes(), timestamp.as_bytes(), body);
    let fits = claimed
        .as_bytes()
        .split(|byte| *byte == b' ')
        .fold(Choice::from(0), |fits, signature| {
            fits | signature.ct_eq(expected.as_bytes())
        });
    bool::from(fits).then_some(()).ok_or(VerifyError::NoMatch)
}

/// The three headers of a signed call. An id that no header can hold is left out, and the recipient
/// refuses the call.
#[must_use]
pub fn headers(secrets: &[Secret], id: &str, timestamp: i64, body: &[u8]) -> HeaderMap {
    let mut headers = HeaderMap::with_capacity(3);
    headers.insert(TIMESTAMP, timestamp.into());
    let signature = sign(secrets, id, timestamp, body);
    for (name, text) in [(ID, id), (SIGNATURE, &signature)] {
        if let Ok(value) = HeaderValue::from_str(text) {
            headers.insert(name, value);
        }
    }
    headers
}

fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a HeaderValue> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?;
    values.next().is_none().then_some(value)
}
