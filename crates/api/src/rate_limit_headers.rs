//! `RateLimit-Policy` and `RateLimit` (IETF httpapi draft): what a caller may do, what is left.

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use gateway::{Limit, Limits};

const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const LEFT: HeaderName = HeaderName::from_static("ratelimit");

/// Writes both headers, as far as there are limits.
pub(crate) fn write_limits(headers: &mut HeaderMap, limits: &Limits) {
    let named = [
        ("spike-arrest", limits.spike_arrest),
        ("quota", limits.quota),
    ];
    let present: Vec<(&str, Limit)> = named
        .into_iter()
        .filter_map(|(name, limit)| Some((name, limit?)))
        .collect();
    if present.is_empty() {
        return;
    }
    let list = |write: fn(&str, &Limit) -> String| {
        let items: Vec<_> = present
            .iter()
            .map(|(name, limit)| write(name, limit))
            .collect();
        HeaderValue::from_str(&items.join(", "))
    };
    let policy =
        list(|name, limit| format!("\"{name}\";q={};w={}", limit.calls, limit.window_seconds));
    let left =
        list(|name, limit| format!("\"{name}\";r={};t={}", limit.remaining, limit.reset_seconds));
    if let (Ok(policy), Ok(left)) = (policy, left) {
        headers.insert(POLICY, policy);
        headers.insert(LEFT, left);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_limits_are_listed() {
        let limit = |calls, window_seconds| Limit {
            calls,
            window_seconds,
            remaining: calls - 1,
            reset_seconds: window_seconds,
        };
        let limits = Limits {
            spike_arrest: Some(limit(30, 1)),
            quota: Some(limit(5, 60)),
        };
        let mut headers = HeaderMap::new();
        write_limits(&mut headers, &limits);
        assert_eq!(
            headers[POLICY],
            "\"spike-arrest\";q=30;w=1, \"quota\";q=5;w=60"
        );
        assert_eq!(
            headers[LEFT],
            "\"spike-arrest\";r=29;t=1, \"quota\";r=4;t=60"
        );
    }

    #[test]
    fn no_limit_no_header() {
        let mut headers = HeaderMap::new();
        write_limits(&mut headers, &Limits::default());
        assert!(headers.is_empty());
    }
}
