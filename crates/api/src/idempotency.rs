//! The header `Idempotency-Key` (IETF httpapi draft): a caller's own name for one request.

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use selfservice::IdempotencyKey;
use sha2::{Digest, Sha256};

use crate::error::{ApiError, ErrorCode};

/// The header's name.
pub(crate) const IDEMPOTENCY_KEY: &str = "idempotency-key";
const LONGEST: usize = 255;

/// Says whether an answer was given before under the same key, so that this call did nothing.
const IDEMPOTENCY_REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// The header of an answer to a request that may have a key.
pub(crate) fn replayed(replayed: bool) -> [(HeaderName, HeaderValue); 1] {
    let value = if replayed { "true" } else { "false" };
    [(IDEMPOTENCY_REPLAYED, HeaderValue::from_static(value))]
}

/// The key of this request, if it has one, bound to the operation and the body to the byte.
pub(crate) fn idempotency_key(
    headers: &HeaderMap,
    operation: &str,
    body: &[u8],
) -> Result<Option<IdempotencyKey>, ApiError> {
    let mut values = headers.get_all(IDEMPOTENCY_KEY).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    let text = value.to_str().unwrap_or_default().trim();
    let key = text
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'))
        .unwrap_or(text);
    let visible = key.bytes().all(|b| b.is_ascii_graphic());
    if values.next().is_some() || !visible || !(1..=LONGEST).contains(&key.len()) {
        let message = "send one key of 1 to 255 visible ASCII characters";
        return Err(ApiError::field(
            ErrorCode::InvalidRequest,
            "Idempotency-Key",
            message,
        ));
    }
    let digest = Sha256::new()
        .chain_update(operation)
        .chain_update([0])
        .chain_update(body);
    let fingerprint = hex::encode(digest.finalize());
    Ok(Some(IdempotencyKey {
        key: key.to_owned(),
        fingerprint,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(values: &[&str], expected: Option<&str>) {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(IDEMPOTENCY_KEY, value.parse().expect("a header value"));
        }
        let key = idempotency_key(&headers, "place_order", b"{}");
        assert_eq!(
            key.ok().flatten().map(|key| key.key).as_deref(),
            expected,
            "{values:?}"
        );
    }

    #[test]
    fn a_key_is_visible_ascii_with_or_without_quotes() {
        check(&["abc-1"], Some("abc-1"));
        check(&["\"abc-1\""], Some("abc-1"));
        check(&[&"k".repeat(255)], Some(&"k".repeat(255)));
        check(&[&"k".repeat(256)], None);
        check(&["\"\""], None);
        check(&["a b"], None);
        check(&["a", "b"], None);
    }

    #[test]
    fn another_body_or_operation_has_another_fingerprint() {
        let headers = HeaderMap::from_iter([(
            axum::http::HeaderName::from_static(IDEMPOTENCY_KEY),
            axum::http::HeaderValue::from_static("k"),
        )]);
        let of = |operation, body: &[u8]| {
            idempotency_key(&headers, operation, body)
                .expect("valid")
                .expect("given")
                .fingerprint
        };
        assert_ne!(of("place_order", b"{}"), of("place_order", b"{ }"));
        assert_ne!(of("place_order", b"{}"), of("create_account", b"{}"));
    }
}
