//! One-time codes (RFC 6238): six digits that a device makes anew each half minute.

use domain::Entropy;
use domain::access::Realm;
use jiff::Timestamp;
use totp_rs::{Algorithm, Secret, TOTP};

use crate::ServerKey;
use crate::server_key::Purpose;

const SECONDS: i64 = 30;
/// A code of the step before or after is taken too, for clocks differ and people are slow.
const SKEW: i64 = 1;
const DIGITS: usize = 6;
const SEED_BYTES: usize = 16;

/// What a device is told once, to make codes from.
#[derive(Clone, PartialEq, Eq)]
pub struct Enrollment {
    /// What the form that confirms it sends back.
    pub seed: String,
    /// The secret, to be typed: base 32, in groups of four.
    pub secret: String,
    /// The same as an address that devices read from a picture.
    pub address: String,
}

/// Whose codes they are.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Holder<'a> {
    pub(crate) realm: Realm,
    pub(crate) name: &'a str,
}

pub(crate) fn new_seed(entropy: &dyn Entropy) -> String {
    let mut seed = [0; SEED_BYTES];
    entropy.fill(&mut seed);
    hex::encode(seed)
}

pub(crate) fn is_seed(text: &str) -> bool {
    text.len() == 2 * SEED_BYTES && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Nobody learns the secret from the seed without the key.
fn secret(key: &ServerKey, holder: Holder<'_>, seed: &str) -> Vec<u8> {
    let parts = [
        holder.realm.as_str().as_bytes(),
        holder.name.as_bytes(),
        seed.as_bytes(),
    ];
    let mut secret = key.digest(Purpose::OneTimeSecret, &parts).to_vec();
    // Some devices take no more than the 20 bytes of the standard.
    secret.truncate(20);
    secret
}

/// What is shown to whoever sets codes up; `issuer` is what their device calls this service.
pub(crate) fn enrollment(
    key: &ServerKey,
    holder: Holder<'_>,
    (seed, issuer): (&str, &str),
) -> Enrollment {
    let text = Secret::Raw(secret(key, holder, seed))
        .to_encoded()
        .to_string();
    let groups: Vec<_> = text
        .as_bytes()
        .chunks(4)
        .map(|group| String::from_utf8_lossy(group).into_owned())
        .collect();
    let (label, issuer) = (escaped(holder.name), escaped(issuer));
    Enrollment {
        seed: seed.to_owned(),
        secret: groups.join(" "),
        address: format!("otpauth://totp/{issuer}:{label}?secret={text}&issuer={issuer}"),
    }
}

/// The latest step whose code this is, of those that may be meant now. Blanks are left out.
pub(crate) fn step(
    key: &ServerKey,
    holder: Holder<'_>,
    (seed, code): (&str, &str),
    now: Timestamp,
) -> Option<i64> {
    let code: String = code
        .chars()
        .filter(|digit| !digit.is_whitespace())
        .collect();
    let codes = TOTP {
        algorithm: Algorithm::SHA1,
        digits: DIGITS,
        skew: 1,
        step: SECONDS.unsigned_abs(),
        secret: secret(key, holder, seed),
    };
    let current = now.as_second().div_euclid(SECONDS);
    let mut found = None;
    // All of them, so that the time tells nothing.
    for step in current - SKEW..=current + SKEW {
        let seconds = u64::try_from(step.saturating_mul(SECONDS)).unwrap_or_default();
        if same(&codes.generate(seconds), &code) {
            found = Some(step);
        }
    }
    found
}

fn same(one: &str, other: &str) -> bool {
    let differences = one.bytes().zip(other.bytes());
    one.len() == other.len() && differences.fold(0, |all, (one, other)| all | (one ^ other)) == 0
}

/// For an address: letters, digits and a few marks stay.
fn escaped(text: &str) -> String {
    let escape = |byte: u8| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02X}")
        }
    };
    text.bytes().map(escape).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KARI: Holder<'static> = Holder {
        realm: Realm::Operator,
        name: "kari",
    };
    const SEED: &str = "00112233445566778899aabbccddeeff";

    fn key() -> ServerKey {
        ServerKey::new(&[1; 32])
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("an instant")
    }

    /// The code as a device makes it from what it was told.
    fn code(second: u64) -> String {
        let shown = enrollment(&key(), KARI, (SEED, "Avtale")).secret;
        let secret = Secret::Encoded(shown.replace(' ', ""))
            .to_bytes()
            .expect("base 32");
        let device = TOTP {
            algorithm: Algorithm::SHA1,
            digits: 6,
            skew: 1,
            step: 30,
            secret,
        };
        device.generate(second)
    }

    fn step_at(code: &str, second: i64) -> Option<i64> {
        step(&key(), KARI, (SEED, code), at(second))
    }

    #[test]
    fn a_code_works_in_its_half_minute_and_those_beside_it() {
        let code = code(3_000);
        for (second, expected) in [
            (2_969, None),
            (2_970, Some(100)),
            (3_000, Some(100)),
            (3_029, Some(100)),
            (3_059, Some(100)),
            (3_060, None),
        ] {
            assert_eq!(step_at(&code, second), expected, "{second}");
        }
        let spaced = format!(" {} {}", &code[..3], &code[3..]);
        assert_eq!(step_at(&spaced, 3_000), Some(100));
    }

    #[test]
    fn other_texts_are_no_codes() {
        let code = code(3_000);
        for text in [
            "",
            "000000",
            &code[..5],
            &format!("{code}0"),
            "abcdef",
            "１２３４５６",
        ] {
            assert_eq!(step_at(text, 3_000), None, "{text}");
        }
    }

    #[test]
    fn each_person_and_each_seed_has_a_secret_of_its_own() {
        let own = secret(&key(), KARI, SEED);
        assert_eq!(own.len(), 20);
        let portal = Holder {
            realm: Realm::Portal,
            ..KARI
        };
        let ola = Holder {
            name: "ola",
            ..KARI
        };
        assert_ne!(secret(&key(), portal, SEED), own);
        assert_ne!(secret(&key(), ola, SEED), own);
        assert_ne!(secret(&key(), KARI, &SEED.replace('0', "1")), own);
        assert_ne!(secret(&ServerKey::new(&[2; 32]), KARI, SEED), own);
    }

    #[test]
    fn the_address_names_the_person_and_the_service() {
        let holder = Holder {
            name: "kari n",
            ..KARI
        };
        let address = enrollment(&key(), holder, (SEED, "Å & B")).address;
        let expected = "otpauth://totp/%C3%85%20%26%20B:kari%20n?secret=";
        assert!(address.starts_with(expected), "{address}");
        assert!(address.ends_with("&issuer=%C3%85%20%26%20B"), "{address}");
    }
}
