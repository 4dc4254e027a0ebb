//! Signatures, against the published vector and the implementation of the standard's authors.

use http::{HeaderMap, HeaderValue};
use outgoing::{Secret, VerifyError, headers, sign, verify};
use proptest::prelude::*;

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
const TIMESTAMP: i64 = 1_614_265_330;
const BODY: &[u8] = br#"{"test": 2432232314}"#;
const SIGNATURE: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

fn secret() -> Secret {
    Secret::parse(SECRET).expect("a secret")
}

fn signed() -> HeaderMap {
    headers(&[secret()], ID, TIMESTAMP, BODY)
}

fn verified(headers: &HeaderMap) -> Result<(), VerifyError> {
    verify(&secret(), headers, BODY, TIMESTAMP)
}

#[test]
fn the_published_vector_has_the_published_signature() {
    assert_eq!(sign(&[secret()], ID, TIMESTAMP, BODY), SIGNATURE);
    let headers = signed();
    assert_eq!(headers["webhook-id"], ID);
    assert_eq!(headers["webhook-timestamp"], "1614265330");
    assert_eq!(headers["webhook-signature"], SIGNATURE);
    assert_eq!(headers.len(), 3);
    assert_eq!(verified(&headers), Ok(()));
}

#[test]
fn a_secret_is_read_with_and_without_its_prefix_and_padding() {
    let text = Secret::new(&[7; 32]).expose();
    let plain = text.trim_start_matches("whsec_");
    assert_eq!(plain.len(), 44);
    for written in [&text, plain, plain.trim_end_matches('=')] {
        let read = Secret::parse(written).expect("a secret");
        assert_eq!(read.expose(), text);
    }
}

#[test]
fn a_secret_has_24_to_64_bytes() {
    assert_eq!(secret().expose(), SECRET);
    for length in 0..80 {
        let text = Secret::new(&vec![7; length]).expose();
        let read = Secret::parse(&text).map(|secret| secret.expose());
        let expected = (24..=64).contains(&length).then_some(text);
        assert_eq!(read, expected, "{length}");
    }
}

#[test]
fn what_is_not_a_secret_is_not_read() {
    let text = Secret::new(&[0xff; 32]).expose();
    assert!(text.contains("//"));
    for wrong in [
        String::new(),
        "whsec_".to_owned(),
        format!("whsec_{text}"),
        format!(" {text}"),
        format!("{text}\n"),
        text.replace('/', "_"),
        text.replace("whsec_", "WHSEC_"),
    ] {
        assert!(Secret::parse(&wrong).is_none(), "{wrong}");
    }
}

#[test]
fn a_secret_does_not_show_in_debug_output() {
    assert_eq!(format!("{:?}", secret()), "Secret(…)");
}

#[test]
fn each_of_several_secrets_verifies_what_all_have_signed() {
    let [old, new, other] = [1_u8, 2, 3].map(|byte| Secret::new(&[byte; 32]));
    let headers = headers(&[new.clone(), old.clone()], ID, TIMESTAMP, BODY);
    let [first, second] =
        [&new, &old].map(|it| sign(std::slice::from_ref(it), ID, TIMESTAMP, BODY));
    assert_eq!(headers["webhook-signature"], format!("{first} {second}"));
    assert_eq!(verify(&old, &headers, BODY, TIMESTAMP), Ok(()));
    assert_eq!(verify(&new, &headers, BODY, TIMESTAMP), Ok(()));
    let refused = verify(&other, &headers, BODY, TIMESTAMP);
    assert_eq!(refused, Err(VerifyError::NoMatch));
    assert_eq!(sign(&[], ID, TIMESTAMP, BODY), "");
}

#[test]
fn signatures_of_other_schemes_are_passed_over() {
    let mut headers = signed();
    let both = format!("v1a,AAAA v2,{} {SIGNATURE}", &SIGNATURE[3..]);
    headers.insert("webhook-signature", both.parse().expect("a header"));
    assert_eq!(verified(&headers), Ok(()));
    for text in [
        format!("v2,{}", &SIGNATURE[3..]),
        "v1,".to_owned(),
        String::new(),
    ] {
        headers.insert("webhook-signature", text.parse().expect("a header"));
        assert_eq!(verified(&headers), Err(VerifyError::NoMatch), "{text}");
    }
}

#[test]
fn five_minutes_are_tolerated_and_not_a_second_more() {
    let at = |now| verify(&secret(), &signed(), BODY, now);
    assert_eq!(at(TIMESTAMP + 300), Ok(()));
    assert_eq!(at(TIMESTAMP - 300), Ok(()));
    assert_eq!(at(TIMESTAMP + 301), Err(VerifyError::TooOld));
    assert_eq!(at(TIMESTAMP - 301), Err(VerifyError::TooNew));
    assert_eq!(at(i64::MAX), Err(VerifyError::TooOld));
    assert_eq!(at(i64::MIN), Err(VerifyError::TooNew));
}

#[test]
fn a_header_that_is_missing_or_there_twice_or_unreadable_is_refused() {
    for name in ["webhook-id", "webhook-timestamp", "webhook-signature"] {
        let mut headers = signed();
        headers.append(name, headers[name].clone());
        assert_eq!(verified(&headers), Err(VerifyError::Header(name)));
        headers.remove(name);
        assert_eq!(verified(&headers), Err(VerifyError::Header(name)));
    }
    for text in [
        "",
        "now",
        "1614265330.5",
        " 1614265330",
        "99999999999999999999",
    ] {
        let mut headers = signed();
        headers.insert("webhook-timestamp", HeaderValue::from_static(text));
        let expected = Err(VerifyError::Header("webhook-timestamp"));
        assert_eq!(verified(&headers), expected, "{text}");
    }
}

#[test]
fn the_same_time_in_another_notation_is_not_what_was_signed() {
    for text in ["+1614265330", "01614265330"] {
        let mut headers = signed();
        headers.insert("webhook-timestamp", HeaderValue::from_static(text));
        assert_eq!(verified(&headers), Err(VerifyError::NoMatch), "{text}");
    }
}

#[test]
fn an_id_that_no_header_can_hold_is_left_out() {
    let headers = headers(&[secret()], "a\r\nb", TIMESTAMP, BODY);
    assert_eq!(headers.get("webhook-id"), None);
    assert_eq!(verified(&headers), Err(VerifyError::Header("webhook-id")));
}

proptest! {
    #[test]
    fn the_standards_own_implementation_signs_the_same(
        key in prop::collection::vec(any::<u8>(), 1..200),
        id in "[a-zA-Z0-9_-]{1,40}",
        timestamp in 0_i64..4_000_000_000,
        body in ".{0,200}",
    ) {
        let theirs = standardwebhooks::Webhook::from_bytes(key.clone()).expect("a key");
        let theirs = theirs.sign(&id, timestamp, body.as_bytes()).expect("a signature");
        prop_assert_eq!(sign(&[Secret::new(&key)], &id, timestamp, body.as_bytes()), theirs);
    }

    #[test]
    fn the_standards_own_implementation_reads_our_secrets(
        key in prop::collection::vec(any::<u8>(), 24..=64),
    ) {
        let ours = Secret::new(&key);
        let theirs = standardwebhooks::Webhook::new(&ours.expose()).expect("a secret");
        let theirs = theirs.sign(ID, TIMESTAMP, BODY).expect("a signature");
        prop_assert_eq!(sign(&[ours], ID, TIMESTAMP, BODY), theirs);
    }

    #[test]
    fn any_flipped_bit_of_the_body_is_noticed(
        body in prop::collection::vec(any::<u8>(), 1..200),
        position: prop::sample::Index,
        bit in 0_u8..8,
    ) {
        let secret = Secret::new(&[5; 32]);
        let headers = headers(std::slice::from_ref(&secret), ID, TIMESTAMP, &body);
        prop_assert_eq!(verify(&secret, &headers, &body, TIMESTAMP), Ok(()));
        let mut changed = body;
        let position = position.index(changed.len());
        changed[position] ^= 1 << bit;
        let refused = verify(&secret, &headers, &changed, TIMESTAMP);
        prop_assert_eq!(refused, Err(VerifyError::NoMatch));
    }
}

#[test]
fn any_flipped_bit_of_a_header_is_noticed() {
    for name in ["webhook-id", "webhook-timestamp", "webhook-signature"] {
        let value = signed()[name].as_bytes().to_vec();
        for position in 0..value.len() {
            for bit in 0..8 {
                let mut changed = value.clone();
                changed[position] ^= 1 << bit;
                // Some of them no header can hold, so they never arrive.
                let Ok(changed) = HeaderValue::from_bytes(&changed) else {
                    continue;
                };
                let mut headers = signed();
                headers.insert(name, changed);
                assert!(verified(&headers).is_err(), "{:?}", headers[name]);
            }
        }
    }
}

#[test]
fn any_flipped_bit_of_the_key_is_noticed() {
    let key = [9_u8; 32];
    let headers = headers(&[Secret::new(&key)], ID, TIMESTAMP, BODY);
    for bit in 0..256 {
        let mut changed = key;
        changed[bit / 8] ^= 1 << (bit % 8);
        let refused = verify(&Secret::new(&changed), &headers, BODY, TIMESTAMP);
        assert_eq!(refused, Err(VerifyError::NoMatch));
    }
}
